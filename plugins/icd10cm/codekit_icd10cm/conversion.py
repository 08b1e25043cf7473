"""Read the conversion table: which code each new code was reported with before.

Source: CDC/NCHS, "ICD-10-CM Conversion Table", FY2026, one sheet: current code, year or day from which it holds (a year
is its 1 October), previous code or codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from codekit.formats.sheets import first_sheet
from codekit.plugin import CodePair, Problem, SourceError
from codekit_icd10cm.order import dotted

SUCCESSOR = "successor"

_CODE = r"[A-Z](?=[0-9A-Z]?\d)[0-9A-Z]{2}(?:\.?[0-9A-Z]{1,4})?"
_CODES = re.compile(rf"(?P<first>{_CODE})(?:-(?P<last>{_CODE}))?")
# `A and B` were reported together and are one code from then on; of codes behind commas and semicolons each was one.
_TOGETHER = re.compile(r"\s+and\s+|\s*&\s*", re.IGNORECASE)
_EITHER = re.compile(r"\s*[,;]\s*")
_NOTHING = "none"
_HEADING = "current code assignment"


def read_conversion_table(
    name: str, data: bytes, assignable: Sequence[str], problems: list[Problem]
) -> tuple[CodePair, ...]:
    """Read a conversion table.

    Args:
        name: Name of the file inside the release.
        data: The spreadsheet.
        assignable: Codes of the release that a claim may carry, in printed order, for the ranges of the table.
        problems: Rows that cannot be read, or name no single code, are added here.

    Returns:
        Pairs of previous and current code, in the table's order. What had to be coded besides the previous code is in
        the attribute `with`.

    Raises:
        SourceError: It is no spreadsheet, or does not have the headings of the table.
    """
    rows = [row for row in first_sheet(name, data) if row]
    top = next((number for number, row in enumerate(rows) if _text(row[0]).lower() == _HEADING), None)
    if top is None:
        raise SourceError(f"{name}: no heading {_HEADING!r} in its first sheet, so it is no conversion table")
    pairs: list[CodePair] = []
    wide = 0
    for number, row in enumerate(rows[top + 1 :], start=top + 2):
        current, effective, previous = (*row, None, None)[:3]
        if not any(row) or _text(previous).lower() == _NOTHING:
            continue
        code, day = _CODES.fullmatch(_text(current)), _day(effective)
        if code is None or day is None:
            message = f"expected a code and a year, got {_text(current)!r} and {_text(effective)!r}; left out"
            problems.append(Problem(file=name, line=number, message=message))
            continue
        found = list(_previous(_text(previous), assignable))
        wide += not found
        second = dotted(code["first"].replace(".", ""))
        pairs.extend(
            CodePair(
                kind=SUCCESSOR,
                first=dotted(first.replace(".", "")),
                second=second,
                valid_from=day,
                attributes={"with": beside} if beside else {},
            )
            for first, beside in found
        )
    if wide:
        message = f"{wide} rows name whole categories as the previous codes, and so no single code; left out"
        problems.append(Problem(file=name, line=None, message=message))
    return tuple(pairs)


def _previous(text: str, assignable: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each previous code, with what stood beside it."""
    together = _TOGETHER.split(text)
    for number, part in enumerate(together):
        beside = " and ".join(other for at, other in enumerate(together) if at != number)
        for each in _EITHER.split(part):
            match = _CODES.fullmatch(each)
            if match is not None:
                yield from ((code, beside) for code in _between(match, assignable))


def _between(match: re.Match[str], assignable: Iterable[str]) -> list[str]:
    """Give one code, or those of a range: by the digit in which its ends differ, else those that the release has."""
    first, last = match["first"], match["last"]
    if last is None:
        return [first]
    differing = [at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other]
    ends = first[differing[0]] + last[differing[0]] if differing else ""
    if len(first) == len(last) and len(differing) == 1 and ends.isdecimal():
        at = differing[0]
        return [f"{first[:at]}{digit}{first[at + 1 :]}" for digit in range(int(ends[0]), int(ends[1]) + 1)]
    return sorted({first, last, *(code for code in assignable if first <= code <= last)})


def _day(effective: object) -> date | None:
    if isinstance(effective, datetime):
        return effective.date()
    text = _text(effective)
    return date(int(text), 10, 1) if re.fullmatch(r"20\d\d", text) else None


def _text(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())
