"""Reads the database of a compiled edition: how it is opened, and how its rows become codekit's types."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import attrs

from codekit.editions.schema import DATABASE, code_key, damaged
from codekit.errors import EditionError
from codekit.types import (
    Code,
    CodeKind,
    CodePair,
    CodeReference,
    IndexTable,
    IndexTerm,
    NoteKind,
    SeventhCharacter,
    TabularNote,
)

CODE_COLUMNS = "SELECT ordinal, key, code, title, kind, parent, assignable, last, attributes FROM code"
PAIR_COLUMNS = "SELECT kind, first, second, valid_from, valid_to, attributes FROM pair"
TERM_COLUMNS = "SELECT id, path, modifiers, codes, manifestation, see, see_also, see_category, tbl, col FROM term"


@attrs.frozen(eq=False)
class Row:
    """One row of the tabular list as stored, without its notes: its subtree is the rows `ordinal` to `last`."""

    values: tuple[Any, ...]
    key: str
    ordinal: int
    last: int

    @property
    def is_code(self) -> bool:
        """False for chapters and blocks."""
        return self.values[4] in (CodeKind.CATEGORY, CodeKind.CODE)


def connect(path: Path, expected: str) -> sqlite3.Connection:
    """Open the database as a file that nobody changes, which spares SQLite all locking.

    Args:
        path: The edition's folder.
        expected: The edition's hash.

    Returns:
        A connection that several threads may use.

    Raises:
        EditionError: The database is missing, damaged, or another edition's.
    """
    uri = (path / DATABASE).resolve().as_uri() + "?mode=ro&immutable=1"
    connection = None
    try:
        connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        (found,) = connection.execute("SELECT value FROM meta WHERE key = 'hash'").fetchone() or ("",)
    except sqlite3.Error as error:
        if connection:
            connection.close()
        raise damaged(path, DATABASE, error) from error
    if found != expected:
        connection.close()
        raise damaged(path, DATABASE, EditionError(f"got hash {found!r}, expected {expected!r}"))
    return connection


def not_before(row: Row, first: Row | None, reference: str) -> bool:
    """Tell whether a row stands at or behind the first row of a range; as text where the edition lacks that row."""
    if first is not None:
        return first.ordinal <= row.ordinal
    return row.is_code and code_key(reference) <= row.key


def not_after(row: Row, last: Row | None, reference: str) -> bool:
    """Tell whether a row stands at, below or before the last row of a range; as text where the edition lacks it."""
    if last is not None:
        return row.ordinal <= last.last
    end = code_key(reference)
    return row.is_code and row.key[: len(end)] <= end


def read_code(values: tuple[Any, ...], notes: Iterable[tuple[Any, ...]], sevenths: Iterable[tuple[Any, ...]]) -> Code:
    """Make a code of a row of `CODE_COLUMNS`, its notes (kind, text, references) and 7th characters (with meaning)."""
    _, _, code, title, kind, parent, assignable, _, attributes = values
    return Code(
        code=code,
        title=title,
        kind=CodeKind(kind),
        parent=parent,
        assignable=bool(assignable),
        notes=tuple(
            TabularNote(kind=NoteKind(note), text=text, references=read_references(refs)) for note, text, refs in notes
        ),
        seventh_characters=tuple(SeventhCharacter(character=c, meaning=meaning) for c, meaning in sevenths),
        attributes=json.loads(attributes) if attributes else {},
    )


def read_term(values: tuple[Any, ...]) -> IndexTerm:
    """Make an index entry of a row of `TERM_COLUMNS`."""
    term_id, path, modifiers, codes, manifestation, see, see_also, see_category, table, column = values
    return IndexTerm(
        id=term_id,
        path=_texts(path),
        nonessential_modifiers=_texts(modifiers),
        codes=_texts(codes),
        manifestation=_texts(manifestation),
        see=see,
        see_also=see_also,
        see_category=see_category,
        table=IndexTable(table),
        column=column,
    )


def read_pair(values: tuple[Any, ...]) -> CodePair:
    """Make a pair of a row of `PAIR_COLUMNS`."""
    kind, first, second, valid_from, valid_to, attributes = values
    return CodePair(
        kind=kind,
        first=first,
        second=second,
        valid_from=date.fromisoformat(valid_from) if valid_from else None,
        valid_to=date.fromisoformat(valid_to) if valid_to else None,
        attributes=json.loads(attributes) if attributes else {},
    )


def read_references(stored: str | None) -> tuple[CodeReference, ...]:
    """Read the references of a note or a section."""
    return tuple(
        CodeReference(first=ends[0], last=ends[1] if len(ends) > 1 else None) for ends in json.loads(stored or "[]")
    )


def read_ranges(roots: Iterable[str]) -> tuple[CodeReference, ...]:
    """Read rows and ranges (`FIRST-LAST`) as references."""
    ends = (root.partition("-") for root in roots)
    return tuple(CodeReference(first=first, last=last or None) for first, _, last in ends)


def _texts(stored: str | None) -> tuple[str, ...]:
    return tuple(json.loads(stored)) if stored else ()
