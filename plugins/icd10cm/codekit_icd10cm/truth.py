"""Compare a compiled edition with the list of codes that CMS publishes beside the tabular list."""

from __future__ import annotations

from collections.abc import Iterator, Set

from codekit.plugin import Edition, Finding, Problem, Severity, Source
from codekit_icd10cm.files import find_files
from codekit_icd10cm.order import Listing
from codekit_icd10cm.parse import read_listing

_RULE = "published-list"


def check_edition(edition: Edition, source: Source) -> Iterator[Finding]:
    """Say where the edition and the order file differ in which codes a claim may carry, and in their titles.

    Args:
        edition: The compiled edition.
        source: The files that it was built from.

    Yields:
        An error for each code that only one of them holds; one finding that says what was compared.

    Source: CMS, ICD-10-CM order file, column 15 (valid for submission).
    """
    problems: list[Problem] = []
    listing = read_listing(source, find_files(source, problems), problems)
    if listing is None:
        yield _finding(Severity.INFO, (), "there is no order file or list of codes among the files to compare with")
        return
    held = {code.code: code.title for code in edition.codes() if code.assignable}
    yield from _missing(listing, held.keys())
    titled = [code for code in listing.valid & held.keys() if code in listing.titles]
    other = sorted(code for code in titled if _folded(listing.titles[code]) != _folded(held[code]))
    if other:
        shown = ", ".join(other[:5])
        message = f"{len(other):,} of {len(titled):,} titles are worded otherwise in {listing.name}, such as {shown}"
        yield _finding(Severity.WARNING, tuple(other[:5]), message)
    yield _finding(Severity.INFO, (), f"{len(listing.valid):,} codes of {listing.name} were compared")


def _missing(listing: Listing, held: Set[str]) -> Iterator[Finding]:
    for code in sorted(listing.valid - held):
        yield _finding(Severity.ERROR, (code,), f"{code} is valid in {listing.name}, and no assignable code here")
    for code in sorted(held - listing.valid):
        yield _finding(Severity.ERROR, (code,), f"{code} is assignable here, and not valid in {listing.name}")


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())


def _finding(severity: Severity, codes: tuple[str, ...], message: str) -> Finding:
    return Finding(rule=_RULE, severity=severity, codes=codes, message=message, source="CMS order file")
