"""Index entries that lead elsewhere, matched by their words: ids hold for one edition only."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from codekit.editions.diff.changes import Change, EntryChange, Omission, Target
from codekit.editions.diff.sides import Side
from codekit.editions.edition import Edition
from codekit.types import IndexTable

_ENTRIES = "SELECT tbl, path, col, codes, manifestation, see, see_also, see_category FROM term ORDER BY ordinal"

Key = tuple[str, str, str | None]
"""Table, path as stored, and column, without what is printed differently from year to year."""
Stored = tuple[str | None, ...]
"""Where an entry leads, as stored."""
Entries = Mapping[Key, list[Stored]]


def read_entries(edition: Edition) -> Entries:
    """Read where all entries lead, those of the same words together, without making objects of the many that stay."""
    entries: defaultdict[Key, list[Stored]] = defaultdict(list)
    columns: dict[str | None, str] = {}
    for table, path, column, *target in edition.query(_ENTRIES):
        if column is not None and column not in columns:
            columns[column] = _heading(column)
        leads = entries[table, path, columns.get(column)]
        if (stored := tuple(target)) not in leads:
            leads.append(stored)
    return entries


def changed_entries(old: Side, new: Side, before: Entries, after: Entries) -> Iterator[EntryChange]:
    """Yield the entries that differ, by table and then by their words without regard to case."""
    tables = {table.value for table in compared_tables(old.edition, new.edition)}
    keys = [key for key in {**before, **after} if key[0] in tables]
    differing = [key for key in keys if sorted(before.get(key, ()), key=str) != sorted(after.get(key, ()), key=str)]
    for key in sorted(differing, key=_printed):
        was, now = targets(before.get(key, ())), targets(after.get(key, ()))
        yield EntryChange(
            table=IndexTable(key[0]),
            path=tuple(json.loads(key[1])),
            column=key[2],
            chapter=_chapter(now, new) or _chapter(was, old),
            change=Change.CHANGED if was and now else Change.REMOVED if was else Change.ADDED,
            before=was,
            after=now,
        )


def compared_tables(old: Edition, new: Edition) -> tuple[IndexTable, ...]:
    """Say which tables both editions have.

    Where both have a published index, entries that were made from titles and inclusion terms are left out, for they
    change with these. Where only one has, those entries are all that can be compared.
    """
    if old.derived_index != new.derived_index:
        return (IndexTable.DERIVED,)
    return tuple(table for table in IndexTable if table is not IndexTable.DERIVED or old.derived_index)


def omitted_tables(old: Edition, new: Edition) -> Iterator[Omission]:
    """Say what of the index could not be compared."""
    if old.derived_index != new.derived_index:
        without = old if old.derived_index else new
        reason = f"{without.label} was built without the published index; only entries made from titles were compared"
        yield Omission(part="index", reason=reason)


def targets(stored: Iterable[Stored]) -> tuple[Target, ...]:
    """Read where entries lead."""
    return tuple(
        Target(codes=_texts(codes), manifestation=_texts(second), see=see, see_also=also, see_category=category)
        for codes, second, see, also, category in stored
    )


def words(key: Key) -> str:
    """Write an entry for people."""
    return ", ".join(json.loads(key[1])) + (f" [{key[2]}]" if key[2] else "")


def _heading(column: str) -> str:
    """Leave out of a column's heading what stands in brackets, and punctuation."""
    return " ".join(re.sub(r"\([^)]*\)|[^\w\s-]", " ", column).split())


def _printed(key: Key) -> tuple[int, str, str, str]:
    return list(IndexTable).index(IndexTable(key[0])), key[1].casefold(), key[1], key[2] or ""


def _chapter(found: Iterable[Target], side: Side) -> str:
    codes = (code for one in found for code in (*one.codes, *one.manifestation))
    return next(filter(None, map(side.chapter, codes)), "")


def _texts(stored: str | None) -> tuple[str, ...]:
    return tuple(json.loads(stored)) if stored else ()
