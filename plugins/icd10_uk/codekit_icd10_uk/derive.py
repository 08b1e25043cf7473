"""Make index entries from titles and inclusion terms, for no alphabetic index is published as a file.

Source: WHO ICD-10 Volume 2 (2016), sections 3.1.3 (two codes for one term) and 3.1.4 (conventions of the tabular list).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import attrs

from codekit.plugin import Code, CodeKind, CodePair, IndexTable, IndexTerm, derive
from codekit_icd10_uk.codes import chapter_of
from codekit_icd10_uk.tables import terms

_REFERENCE = re.compile(r"\s*\([^()]*\b[A-Z]\d\d[^()]*\)")
_COLON = re.compile(r"\s+:\s+")
_AGENT = re.compile(r"(?P<name>.+) as the cause of diseases classified to other chapters", re.I)
_TWO = 2
_CONGENITAL, _EXTERNAL_CAUSES = "XVII", "XX"


def derive_terms(
    rows: Sequence[Code], pairs: Sequence[CodePair], duals: Mapping[tuple[str, str], tuple[str, str]]
) -> tuple[IndexTerm, ...]:
    """Make the entries of an index.

    Args:
        rows: Rows of the tabular list in printed order.
        pairs: Pairs of dagger and asterisk.
        duals: Dagger and asterisk of the terms that have a pair of their own, by code and text in lower case.

    Returns:
        Entries in order of their rows. One that means a pair leads to its dagger, with the asterisk as manifestation.
    """
    sources = [_plain(row) for row in rows if row.kind in (CodeKind.CATEGORY, CodeKind.CODE)]
    wording = derive.Wording(more=_more, beside=_beside, table=_table, reference=_REFERENCE)
    daggers = _only(pairs)
    known = {phrase: pair for (_, phrase), pair in duals.items()}
    found: list[IndexTerm] = []
    for term in derive.derive_terms(sources, wording):
        (code,) = term.codes
        pair = duals.get((code, term.path[0].lower())) or daggers.get(code)
        if pair is None and (also := known.get(term.path[0].lower())) and code in also:
            pair = also
        found.append(attrs.evolve(term, codes=pair[:1], manifestation=pair[1:]) if pair else term)
    return (*found, *_added(rows, daggers))


def _added(rows: Sequence[Code], daggers: Mapping[str, tuple[str, str]]) -> Iterator[IndexTerm]:
    """Give entries for words that no title has, as far as the release has their codes."""
    known = {row.code for row in rows}
    for number, (phrase, codes) in enumerate(terms(), start=1):
        first, *second = daggers.get(codes[0], codes)
        if known.issuperset(codes):
            yield IndexTerm(
                id=f"w:{number}", path=(phrase,), codes=(first,), manifestation=tuple(second), table=IndexTable.DERIVED
            )


def _plain(row: Code) -> Code:
    """Write a colon in a title as the comma that it stands for."""
    return attrs.evolve(row, title=_COLON.sub(", ", row.title))


def _only(pairs: Sequence[CodePair]) -> Mapping[str, tuple[str, str]]:
    """Give the pair of each asterisk code that has only one."""
    by_asterisk: defaultdict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        by_asterisk[pair.second].add(pair.first)
    return {second: (next(iter(firsts)), second) for second, firsts in by_asterisk.items() if len(firsts) == 1}


def _more(row: Code, text: str) -> Iterator[tuple[str, bool]]:
    """Yield each half of a title that says two conditions in full, the name of an organism, and wounds by another."""
    bare = text.partition(", ")[0] if text == row.title else ""
    if (wound := bare.removeprefix("Open wound of ")) != bare:
        yield f"Laceration of {wound}", True
    halves = bare.split(" and ")
    if len(halves) == _TWO and len({half.split()[0].lower() for half in halves if half}) == 1:
        yield from ((half, True) for half in halves)
    if agent := _AGENT.fullmatch(bare):
        yield from ((name, True) for name in derive.synonyms(agent["name"]))


def _beside(row: Code, phrase: str) -> tuple[str, ...]:
    """Say what a phrase leaves to its row: that what chapter XVII lists is congenital."""
    congenital = chapter_of(row.code) == _CONGENITAL and "congenital" not in phrase.lower()
    return ("congenital",) if congenital else ()


def _table(row: Code) -> IndexTable:
    return IndexTable.EXTERNAL_CAUSES if chapter_of(row.code) == _EXTERNAL_CAUSES else IndexTable.DERIVED
