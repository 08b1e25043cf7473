"""Rows of the tabular list that were added, deleted or revised, and the notes at those that stayed."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from codekit.editions.diff.changes import Change, Field, FieldChange, NoteChange, Revision, Row
from codekit.editions.diff.sides import Side
from codekit.types import Code, NoteKind

_SIMILAR = 0.6
"""Ratio, as `difflib` counts it, from which on two notes are one that was reworded."""


def only_in(one: Side, other: Side) -> Iterator[Row]:
    """Yield the rows that the first edition has and the second has not, in printed order."""
    for key, row in one.rows.items():
        if key not in other.rows:
            yield Row(
                code=row.code, title=row.title, chapter=one.chapters[key], kind=row.kind, assignable=row.assignable
            )


def revised(old: Side, new: Side) -> Iterator[Revision]:
    """Yield the rows that both have and that differ, in the new edition's order."""
    for key, after in new.rows.items():
        before = old.rows.get(key)
        changes = tuple(_changes(before, after)) if before is not None else ()
        if changes:
            yield Revision(
                code=after.code, title=after.title, chapter=new.chapters[key], kind=after.kind, changes=changes
            )


def changed_notes(old: Side, new: Side) -> Iterator[NoteChange]:
    """Yield what happened to the notes of the rows that both have, in the new edition's order and then by kind."""
    for key, after in new.rows.items():
        before = old.rows.get(key)
        if before is None or before.notes == after.notes:
            continue
        for kind in NoteKind:
            for text, instead in _pair_up(_texts(before, kind), _texts(after, kind)):
                change = Change.CHANGED if text and instead else Change.REMOVED if text else Change.ADDED
                yield NoteChange(
                    code=after.code, chapter=new.chapters[key], kind=kind, change=change, before=text, after=instead
                )


def _changes(before: Code, after: Code) -> Iterator[FieldChange]:
    for field in Field:
        was, now = _value(before, field), _value(after, field)
        if was != now:
            yield FieldChange(field=field, before=was, after=now)


def _value(row: Code, field: Field) -> str:
    match field:
        case Field.TITLE:
            return row.title
        case Field.ASSIGNABLE:
            return "yes" if row.assignable else "no"
        case Field.PARENT:
            return row.parent or ""
        case Field.KIND:
            return row.kind.value
        case Field.SEVENTH_CHARACTERS:
            return "; ".join(f"{one.character} {one.meaning}" for one in row.seventh_characters)


def _texts(row: Code, kind: NoteKind) -> list[str]:
    return [note.text for note in row.notes if note.kind is kind]


def _pair_up(before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    """Yield old and new text of each note that is not in both, one of them empty where no other is like it."""
    gone = [text for text in before if text not in after]
    come = [text for text in after if text not in before]
    for text in gone:
        near = difflib.get_close_matches(text, come, n=1, cutoff=_SIMILAR)
        if near:
            come.remove(near[0])
        yield text, near[0] if near else ""
    yield from (("", text) for text in come)
