"""The changes between two editions, as values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum

import attrs

from codekit.types import CodeKind, IndexTable, NoteKind


class Change(StrEnum):
    """What happened to a note, an index entry or a section."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Field(StrEnum):
    """What of a row may change while its code stays."""

    TITLE = "title"
    ASSIGNABLE = "assignable"
    PARENT = "parent"
    KIND = "kind"
    SEVENTH_CHARACTERS = "seventh_characters"


class How(StrEnum):
    """How a likely successor was found, the surest first."""

    TABLE = "conversion table"
    SUBDIVISION = "subdivision"
    INDEX = "index"
    TITLE = "title"


@attrs.frozen(kw_only=True)
class Row:
    """A row of the tabular list that only one of the editions has.

    Args:
        code: The code as printed.
        title: Its title.
        chapter: Code of its chapter.
        kind: Level of the hierarchy.
        assignable: Whether a claim may carry it.
    """

    code: str
    title: str
    chapter: str
    kind: CodeKind
    assignable: bool


@attrs.frozen(kw_only=True)
class FieldChange:
    """One field of a row that changed; an assignable row is `yes`, 7th characters are `A initial; D subsequent`."""

    field: Field
    before: str
    after: str


@attrs.frozen(kw_only=True)
class Revision:
    """A row that both editions have, and that is not the same in them.

    Args:
        code: The code as printed in the new edition.
        title: Its new title.
        chapter: Code of its new chapter.
        kind: Its new level of the hierarchy.
        changes: In the order of `Field`; never empty.
    """

    code: str
    title: str
    chapter: str
    kind: CodeKind
    changes: tuple[FieldChange, ...]


@attrs.frozen(kw_only=True)
class Successor:
    """A code of the new edition that may take the place of one; whether it does is for a coder to say.

    Args:
        code: The code.
        title: Its title.
        assignable: Whether a claim may carry it; where not, one of the codes below it.
        how: How it was found.
        detail: What exactly speaks for it, such as the index entry.
    """

    code: str
    title: str
    assignable: bool
    how: How
    detail: str


@attrs.frozen(kw_only=True)
class Retired:
    """A code that a claim could carry in the old edition and cannot in the new one.

    Args:
        code: The code.
        title: Its old title.
        chapter: Code of its old chapter.
        heading: True where the new edition still has the row, as a heading.
        successors: Likely ones, likeliest first; maybe none.
    """

    code: str
    title: str
    chapter: str
    heading: bool
    successors: tuple[Successor, ...]


@attrs.frozen(kw_only=True)
class NoteChange:
    """A note at a row that both editions have.

    Args:
        code: The row at which it is printed.
        chapter: Code of the row's chapter.
        kind: Kind of note.
        change: What happened; `CHANGED` is a note of the same kind at the same row in similar words.
        before: Its old text; empty where it was added.
        after: Its new text; empty where it was removed.
    """

    code: str
    chapter: str
    kind: NoteKind
    change: Change
    before: str
    after: str


@attrs.frozen(kw_only=True)
class Target:
    """Where an index entry leads, as `IndexTerm` has it."""

    codes: tuple[str, ...] = ()
    manifestation: tuple[str, ...] = ()
    see: str | None = None
    see_also: str | None = None
    see_category: str | None = None

    def __str__(self) -> str:
        """Write it much as the index prints it: the codes, a manifestation in brackets, `see` and where it sends to."""
        codes = " ".join((*self.codes, *(f"[{code}]" for code in self.manifestation)))
        links = (("see", self.see), ("see also", self.see_also), ("see category", self.see_category))
        return "; ".join(filter(None, (codes, *(f"{word} {where}" for word, where in links if where))))


@attrs.frozen(kw_only=True)
class EntryChange:
    """An index entry, matched by its words, that leads elsewhere or that only one of the editions has.

    Args:
        table: Which index.
        path: Main term and sub-terms, outermost first.
        column: Column of a table cell; None elsewhere.
        chapter: Code of the chapter to which it leads, or led; empty where it names no code.
        change: What happened.
        before: Where it led, in printed order; empty where it was added.
        after: Where it leads; empty where it was removed.
    """

    table: IndexTable
    path: tuple[str, ...]
    column: str | None
    chapter: str
    change: Change
    before: tuple[Target, ...]
    after: tuple[Target, ...]

    @property
    def words(self) -> str:
        """The entry for people, with the column of a table cell behind it."""
        return ", ".join(self.path) + (f" [{self.column}]" if self.column else "")

    @property
    def codes(self) -> frozenset[str]:
        """Every code that it names, or named."""
        return frozenset(code for one in (*self.before, *self.after) for code in (*one.codes, *one.manifestation))


@attrs.frozen(kw_only=True)
class SectionChange:
    """A section of the guidelines.

    Args:
        id: Its id in the new edition, or the old id of a section that was removed.
        former_id: Its old id, where that was another; else empty.
        title: Its title in the new edition, or the old one's.
        page: 1-based page of that edition's document.
        change: What happened.
        before: Old heading and text; empty where it was added.
        after: New heading and text; empty where it was removed.
    """

    id: str
    former_id: str
    title: str
    page: int
    change: Change
    before: str
    after: str


@attrs.frozen(kw_only=True)
class Omission:
    """Something that could not be compared, and why."""

    part: str
    reason: str


@attrs.frozen(kw_only=True)
class EditionDiff:
    """Everything that changed from one edition to another.

    Args:
        system: Id of the code system.
        old: Label of the old edition.
        new: Label of the new edition.
        chapters: Code and title of each chapter, those of the new edition first.
        added: Rows that only the new edition has, in its order.
        deleted: Rows that only the old edition has, in its order.
        revised: Rows that differ, in the new edition's order.
        retired: Codes that a claim can no longer carry, in the old edition's order.
        notes: Notes at rows that both have, in the new edition's order.
        index: Index entries by table and words.
        guidelines: Sections in the new edition's order, removed ones last.
        omitted: What was not compared.
    """

    system: str
    old: str
    new: str
    chapters: tuple[tuple[str, str], ...] = ()
    added: tuple[Row, ...] = ()
    deleted: tuple[Row, ...] = ()
    revised: tuple[Revision, ...] = ()
    retired: tuple[Retired, ...] = ()
    notes: tuple[NoteChange, ...] = ()
    index: tuple[EntryChange, ...] = ()
    guidelines: tuple[SectionChange, ...] = ()
    omitted: tuple[Omission, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True where nothing that was compared differs."""
        parts = (self.added, self.deleted, self.revised, self.notes, self.index, self.guidelines)
        return not any(parts)

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Count the changes of each part.

        Returns:
            `codes` with `added`, `deleted` and `revised` rows, `now_assignable` and `no_longer_assignable` codes;
            `revised` by field; `notes`, `index` and `guidelines` with `added`, `removed` and `changed`.
        """
        fields = Counter(change.field for one in self.revised for change in one.changes)
        turned = [change for one in self.revised for change in one.changes if change.field is Field.ASSIGNABLE]
        return {
            "codes": {
                "added": len(self.added),
                "deleted": len(self.deleted),
                "revised": len(self.revised),
                "now_assignable": sum(row.assignable for row in self.added) + sum(one.after == "yes" for one in turned),
                "no_longer_assignable": len(self.retired),
            },
            "revised": {field.value: fields[field] for field in Field},
            "notes": _by_change(self.notes),
            "index": _by_change(self.index),
            "guidelines": _by_change(self.guidelines),
        }


def _by_change(changes: Iterable[NoteChange | EntryChange | SectionChange]) -> Mapping[str, int]:
    counted = Counter(one.change for one in changes)
    return {change.value: counted[change] for change in Change}
