"""Compares two editions of one code system."""

from __future__ import annotations

from codekit.editions.diff.changes import EditionDiff
from codekit.editions.diff.codes import changed_notes, only_in, revised
from codekit.editions.diff.guidelines import changed_sections, omitted_sections
from codekit.editions.diff.index import changed_entries, omitted_tables, read_entries
from codekit.editions.diff.sides import Side
from codekit.editions.diff.successors import Successors
from codekit.editions.edition import Edition
from codekit.editions.progress import Progress, silent
from codekit.errors import UsageError
from codekit.types import CodeKind

_PARTS = ("tabular list", "index", "successors", "guidelines")


def diff(old: Edition, new: Edition, progress: Progress = silent) -> EditionDiff:
    """Say what changed from one edition to another.

    Args:
        old: The old edition; it may be the younger one, which tells what going back would change.
        new: The new edition.
        progress: Told about the stages.

    Returns:
        The changes.

    Raises:
        UsageError: They are of different code systems.
        EditionError: One of them is damaged.
    """
    if old.system != new.system:
        raise UsageError(f"{old.label} is of {old.system}, {new.label} of {new.system}: name two of one code system")
    progress(_PARTS[0], 0, len(_PARTS))
    before, after = Side.read(old), Side.read(new)
    added, deleted = tuple(only_in(after, before)), tuple(only_in(before, after))
    revisions, notes = tuple(revised(before, after)), tuple(changed_notes(before, after))
    progress(_PARTS[1], 1, len(_PARTS))
    entries, entries_after = read_entries(old), read_entries(new)
    index = tuple(changed_entries(before, after, entries, entries_after))
    progress(_PARTS[2], 2, len(_PARTS))
    retired = tuple(Successors(before, after, entries, entries_after).retired())
    progress(_PARTS[3], 3, len(_PARTS))
    guidelines = tuple(changed_sections(old, new))
    progress(_PARTS[3], 4, len(_PARTS))
    return EditionDiff(
        system=old.system,
        old=old.label,
        new=new.label,
        chapters=_chapters(after, before),
        added=added,
        deleted=deleted,
        revised=revisions,
        retired=retired,
        notes=notes,
        index=index,
        guidelines=guidelines,
        omitted=(*omitted_tables(old, new), *omitted_sections(old, new)),
    )


def _chapters(*sides: Side) -> tuple[tuple[str, str], ...]:
    titles: dict[str, str] = {}
    for side in sides:
        for row in side.rows.values():
            if row.kind is CodeKind.CHAPTER or row.parent is None:
                titles.setdefault(row.code, row.title)
    return tuple(titles.items())
