"""Codes that are exempt from reporting whether a condition was present on admission (POA).

Source: CMS, POA exempt list FY2025 and FY2026 (POAexemptCodesFY26.txt): text with tabs and a heading line, columns
order number, code, long title. Official Guidelines FY2026, appendix I: no indicator is reported for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from codekit.plugin import Code, Edition, Finding, Problem, Severity
from codekit_icd10cm.sources import guideline

_EXEMPT = "poa_exempt"
_COLUMNS = 3


def read_poa_list(name: str, lines: Iterable[str], problems: list[Problem]) -> frozenset[str]:
    """Read the list of exempt codes.

    Args:
        name: Name of the file inside the release.
        lines: Its lines in order, the heading first.
        problems: Lines of another layout are added here.

    Returns:
        Codes with their dots.
    """
    exempt = set[str]()
    for number, line in enumerate(lines, start=1):
        cells = line.split("\t")
        if len(cells) != _COLUMNS:
            if line.strip():
                message = "the line does not have the layout of this file; left out"
                problems.append(Problem(file=name, line=number, message=message))
        elif number > 1:
            exempt.add(cells[1].strip())
    return frozenset(exempt)


def mark_exempt(
    name: str, codes: tuple[Code, ...], exempt: frozenset[str], problems: list[Problem]
) -> tuple[Code, ...]:
    """Mark the codes that are exempt, and report those that the tabular list does not hold.

    Args:
        name: Name of the list inside the release.
        codes: Rows of the tabular list.
        exempt: What `read_poa_list` returned.
        problems: Unknown codes are added here.

    Returns:
        The rows in the same order, the exempt ones with the attribute `poa_exempt`.
    """
    for code in sorted(exempt.difference(row.code for row in codes)):
        message = f"{code} is exempt by this list, but not in the tabular list; left out"
        problems.append(Problem(file=name, line=None, message=message))
    return tuple(
        attrs.evolve(row, attributes={**row.attributes, _EXEMPT: "true"}) if row.code in exempt else row
        for row in codes
    )


def check_poa(edition: Edition, codes: Sequence[str]) -> Iterator[Finding]:
    """Name the codes that get no POA indicator; nothing where the edition was built without the list.

    Args:
        edition: The opened edition.
        codes: Codes of the edition, of an inpatient stay.

    Yields:
        At most one finding, with all such codes in the order given.
    """
    exempt = tuple(code for code in codes if _EXEMPT in edition.get(code).attributes)
    if exempt:
        yield Finding(
            rule="poa-exempt",
            severity=Severity.INFO,
            codes=exempt,
            message="exempt from reporting whether it was present on admission; leave the POA indicator empty",
            source=f"CMS POA exempt list of {edition.release.version}; {guideline('Appendix I', edition.release)}",
        )
