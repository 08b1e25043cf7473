"""Which chapter 15 code takes in a condition of the mother, read off the notes of the tabular list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import attrs

from codekit.plugin import Case, Code, CodeReference, Edition, NoteKind
from codekit_icd10cm.mentions.titles import rows_below

_CATEGORIES = ("O10", "O24", "O98", "O99", "O9A")
_TAKING_IN = (NoteKind.INCLUDES, NoteKind.INCLUSION_TERM, NoteKind.USE_ADDITIONAL_CODE)
# Named by the notes only as additional codes: drugs taken.
_NOT_CONDITIONS = ("Z79",)
# What no note names: the rest of chapter 1, COVID-19 (I.C.15.s), abnormal glucose (I.C.15.i), infections of the
# urinary tract (index: Pregnancy, complicated by, infection, urinary).
_BESIDES = (
    ("U07.1", "O98.5"),
    ("R73.0", "O99.81"),
    ("N10", "O23.0"),
    ("N30", "O23.1"),
    ("N34", "O23.2"),
    ("N39.0", "O23.4"),
    ("A00-B99", "O98.8"),
)
_TRIMESTER = re.compile(r"\b(first|second|third) trimester\b")
_LAST_WEEK = {"first": 13, "second": 27, "third": 49}


@attrs.frozen(kw_only=True)
class Taken:
    """A row of chapter 15 and the conditions that it takes in."""

    row: str
    reference: CodeReference


def taking_in(edition: Edition, rows: Iterable[Taken], code: str) -> Code | None:
    """Find the row of chapter 15 for a condition, that whose note names it most narrowly.

    Args:
        edition: The opened edition.
        rows: What chapter 15 takes in, from `read_rows`.
        code: The condition as it is coded without a pregnancy.

    Returns:
        A row, usually not assignable; None where the condition does not belong there.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.15.c to I.C.15.s; notes at O10, O24, O98, O99, O9A.
    """
    found = sorted(
        (_width(edition, one.reference), at, one.row)
        for at, one in enumerate(rows)
        if edition.covers(one.reference, code)
    )
    return edition.find(found[0][2]) if found else None


def read_rows(edition: Edition) -> Iterator[Taken]:
    """Yield the conditions that the rows of chapter 15 take in, in the order of the notes that name them."""
    for category in _CATEGORIES:
        for row in rows_below(edition, category):
            for note in row.notes:
                for reference in note.references if note.kind in _TAKING_IN else ():
                    if not reference.first.startswith(_NOT_CONDITIONS):
                        yield Taken(row=row.code, reference=reference)
    for named, code in _BESIDES:
        first, _, last = named.partition("-")
        yield Taken(row=code, reference=CodeReference(first=first, last=last or None))


def _width(edition: Edition, reference: CodeReference) -> int:
    first, last = edition.find(reference.first), edition.find(reference.last or reference.first)
    return edition.order(last.code) - edition.order(first.code) if first and last else 10**6


def keeps(edition: Edition, row: str, code: str) -> bool:
    """Say whether a row of chapter 15 asks for the code of the condition besides."""
    notes = [found.note for found in edition.notes(row) if found.note.kind is NoteKind.USE_ADDITIONAL_CODE]
    return any(not note.references or any(edition.covers(one, code) for one in note.references) for note in notes)


def period(case: Case) -> str:
    """Say where in the pregnancy the encounter falls: `first trimester` and so on, `childbirth`, `puerperium`."""
    if case.has("Z37", "O80"):
        return "childbirth"
    weeks = next((int(one.code[-2:]) for one in case.under("Z3A")), 0)
    if weeks:
        return next(name for name, last in _LAST_WEEK.items() if weeks <= last) + " trimester"
    titles = [case.title(one.code) for one in case.under("O00-O9A", "Z34")]
    texts = [*titles, *(statement.mention.text.lower() for statement in case.draft.statements)]
    named = next((found[0] for text in texts if (found := _TRIMESTER.search(text))), None)
    if named is not None:
        return named
    puerperal = any("puerperi" in title for title in titles) or case.has("O85-O92", "Z39")
    return "puerperium" if puerperal else "unspecified trimester"


def leaf(case: Case, row: Code, when: str) -> str | None:
    """Give the assignable code below a row that says where in the pregnancy the encounter falls."""
    parts = case.edition.children(row.code)
    others = [one for one in parts if one.title.startswith("Other")]
    if others and len(others) < len(parts):
        # The other parts name diseases of their own, such as obesity, and would have been found by their notes; the
        # last of the "other" ones is the residual.
        return others[-1].code if others[-1].assignable else leaf(case, others[-1], when)
    leaves = [one for one in rows_below(case.edition, row.code) if one.assignable]
    for wanted in (when, "pregnancy" if "trimester" in when else when, "unspecified trimester"):
        for one in leaves:
            said = one.title.lower().removeprefix(row.title.lower())
            if wanted in said or (wanted in one.title.lower() and one.title.lower().count(" and ") == 0):
                return one.code
    return leaves[0].code if len(leaves) == 1 else None
