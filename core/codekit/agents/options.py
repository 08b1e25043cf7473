"""The codes a model may choose among, and how they are written in a prompt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from codekit.editions.edition import Edition
from codekit.types import Code, CodeKind, NoteKind

# What is printed at a code or above it and bears on the choice between the codes of a category.
_TELLING = frozenset((NoteKind.INCLUDES, NoteKind.EXCLUDES1, NoteKind.EXCLUDES2, NoteKind.NOTE))
_MOST_NOTES = 12
_MOST_TERMS = 4
_LONGEST_NOTE = 300


class Options:
    """Finds the assignable codes around rows of the tabular list.

    Args:
        edition: The opened edition.
    """

    def __init__(self, edition: Edition) -> None:
        self._edition = edition

    def category(self, code: Code) -> Code:
        """Give the category of a row, or the row itself where none stands above it."""
        rows = (code, *self._edition.ancestors(code.code))
        return next((row for row in rows if row.kind is CodeKind.CATEGORY), code)

    def below(self, code: Code, most: int) -> list[Code]:
        """Give the assignable codes that a row leads to.

        Args:
            code: A row. Where it is assignable itself, its siblings are looked at too: an index entry may lead to the
                unspecified one of them.
            most: At most so many codes.

        Returns:
            Codes in tabular order; where there are more, those nearest to the row in the hierarchy.
        """
        start = code
        if code.assignable and code.parent is not None and self._in_category(code):
            start = self._edition.get(code.parent)
        return self.nearest(self.leaves(start), code, most)

    def nearest(self, codes: Iterable[Code], code: Code, most: int) -> list[Code]:
        """Give the codes that are nearest to one in the hierarchy, in tabular order.

        Args:
            codes: Rows to choose from.
            code: What they shall be near to.
            most: At most so many.
        """
        unique = {one.code: one for one in codes}
        chosen = sorted(unique.values(), key=lambda one: self._edition.order(one.code))
        if len(chosen) <= most:
            return chosen
        own = self._line(code)
        # Of those that are equally near the first in tabular order stay in front.
        nearest = sorted(chosen, key=lambda one: len(own ^ self._line(one)))[:most]
        return sorted(nearest, key=lambda one: self._edition.order(one.code))

    def printed(self, code: Code, *, named: bool = True) -> str:
        """Write an option: code, title, and the inclusion terms printed at it.

        Args:
            code: The code.
            named: Whether the code itself is shown.
        """
        terms = [note.text for note in code.notes if note.kind is NoteKind.INCLUSION_TERM][:_MOST_TERMS]
        text = f"{code.code} {code.title}" if named else code.title
        return f"{text} (also: {'; '.join(terms)})" if terms else text

    def notes(self, category: Code, codes: Sequence[Code]) -> list[str]:
        """Write the notes of the tabular list that bear on a choice: at the category, above it, and at the codes.

        Args:
            category: The category.
            codes: The options.

        Returns:
            Notes with where they are printed, in tabular order from the codes upwards, each once.
        """
        # The options share most rows above them, so each row is read once.
        rows = {row.code: row for one in (category, *codes) for row in (one, *self._edition.ancestors(one.code))}
        telling = ((row, note) for row in rows.values() for note in row.notes if note.kind in _TELLING)
        found = dict.fromkeys(
            f"{row.code}, {note.kind.value.replace('_', ' ')}: {note.text}"[:_LONGEST_NOTE] for row, note in telling
        )
        return list(found)[:_MOST_NOTES]

    def _in_category(self, code: Code) -> bool:
        parent = self._edition.get(code.parent) if code.parent is not None else None
        return parent is not None and parent.kind in (CodeKind.CATEGORY, CodeKind.CODE)

    def leaves(self, code: Code) -> Iterator[Code]:
        """Yield the assignable codes at a row and below it, in tabular order."""
        if code.assignable:
            yield code
        for child in self._edition.children(code.code):
            yield from self.leaves(child)

    def _line(self, code: Code) -> frozenset[str]:
        return frozenset((code.code, *(row.code for row in self._edition.ancestors(code.code))))
