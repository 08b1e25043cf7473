"""Make index entries from the titles and inclusion terms of a tabular list.

Source: ICD-10-CM Official Guidelines FY2026, sections I.A.14 ("and") and I.A.6 (NEC and NOS), I.A.7 (brackets enclose
synonyms, parentheses nonessential modifiers), I.A.9 (other and unspecified) and I.A.11 (inclusion terms).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codekit.plugin import Code, CodeKind, IndexTable, IndexTerm, derive

_AGENTS = ("B95", "B96", "B97")
_AGENT = re.compile(r"(?P<name>.+?)(?: infection)? as the cause of diseases classified elsewhere", re.I)
_DEFAULT_TYPE = ("E11", "Type 2 diabetes mellitus", "Diabetes mellitus")
_SINGLE_EPISODE, _EPISODE = "F32", ", single episode"
_REFERENCE = re.compile(r"\s*\([^()]*\b[A-Z]\d[0-9A-Z][^()]*\)")
# Rows that a number alone tells apart.
_MEASURES = "Z68"
# Chapter 17.
_CONGENITAL = "Q"
# Chapter 19, but for what is of no one place.
_INJURY = "S"
# Chapter 20: V00 to Y99.
_EXTERNAL_CAUSES = frozenset("VWXY")


def derive_terms(codes: Sequence[Code]) -> tuple[IndexTerm, ...]:
    """Make the entries of an index; codes with a 7th character are left out, for their base code leads to them.

    Args:
        codes: Rows of the tabular list in printed order.

    Returns:
        Entries in order of their codes, each phrase of a code once.
    """
    rows = [row for row in codes if _is_source(row)]
    wording = derive.Wording(more=_more, beside=_beside, table=_table, reference=_REFERENCE)
    return derive.derive_terms(rows, wording)


def _is_source(row: Code) -> bool:
    if row.code.startswith(_MEASURES):
        return False
    return row.kind in (CodeKind.CATEGORY, CodeKind.CODE) and "seventh_character" not in row.attributes


def _beside(row: Code, phrase: str) -> tuple[str, ...]:
    """Say what a phrase leaves to its row: that what chapter 17 lists is congenital, and where an injury is."""
    if row.code[0] == _INJURY and " of " not in phrase and phrase.lower() not in row.title.lower():
        # An inclusion term of an injury leaves its place to the title: "multiple moderate lacerations" of the liver.
        place = row.title.lower().partition(" of ")[2].split(",")[0].split()
        return tuple(place) if place and not set(place) & set(phrase.lower().split()) else ()
    return ("congenital",) if row.code[0] == _CONGENITAL and "congenital" not in phrase.lower() else ()


def _table(row: Code) -> IndexTable:
    return IndexTable.EXTERNAL_CAUSES if row.code[0] in _EXTERNAL_CAUSES else IndexTable.DERIVED


def _more(row: Code, text: str) -> Iterator[tuple[str, bool]]:
    yield from _default_type(row, text)
    yield from _default_episode(row, text)
    yield from _agent(row, text)


def _default_type(row: Code, text: str) -> Iterator[tuple[str, bool]]:
    """Yield a title of type 2 diabetes without its type, which is what stands where a note names none.

    Source: ICD-10-CM Official Guidelines FY2026, section I.C.4.a.2.
    """
    category, typed, bare = _DEFAULT_TYPE
    if row.code.startswith(category) and text.startswith(typed):
        for variant, _ in derive.variants(text, title=False):
            yield variant.replace(typed, bare), True


def _default_episode(row: Code, text: str) -> Iterator[tuple[str, bool]]:
    """Yield a title of a major depressive disorder without "single episode", which stands where none came before.

    Source: ICD-10-CM alphabetic index FY2025, Disorder, depressive, major.
    """
    if row.code.startswith(_SINGLE_EPISODE) and _EPISODE in text:
        yield text.replace(_EPISODE, ""), True


def _agent(row: Code, text: str) -> Iterator[tuple[str, bool]]:
    """Yield the bare name of an organism for its code as the cause of a disease.

    Source: ICD-10-CM Official Guidelines FY2026, section I.C.1.b.
    """
    found = _AGENT.fullmatch(text) if row.code.startswith(_AGENTS) else None
    if found:
        for name in derive.synonyms(found["name"]):
            yield name, True
