"""Checking the lines of a claim without a note, as a scrubber does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codekit.plugin import Edition, Encounter, Finding, Severity
from codekit_cpt import sources
from codekit_cpt.checks import checks
from codekit_cpt.checks.claim import Claim, lines_of


def validate(codes: Sequence[str], edition: Edition, encounter: Encounter) -> Iterator[Finding]:
    """Check lines one by one and against each other, as reported for one patient on one day.

    Args:
        codes: With modifiers and units, such as `99213-25` or `J1885x2`, in sequence.
        edition: The opened edition.
        encounter: The date of service decides which edits and codes hold.

    Yields:
        Findings on codes that are unknown, then those of each check.
    """
    lines, unknown = lines_of(codes, edition)
    for text in unknown:
        yield Finding(
            rule="cpt-unknown-code",
            severity=Severity.ERROR,
            codes=(text,),
            message=(
                f"{text[:40]!r} is not in {edition.label}; write a line as CODE-MODIFIERxUNITS, and find the code with "
                "`codekit search`"
            ),
            source=sources.dated(sources.HCPCS, edition.release),
        )
    claim = Claim(lines=tuple(lines), edition=edition, day=encounter.date_of_service)
    for check in checks():
        yield from check.run(claim)
