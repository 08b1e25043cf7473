"""Codes for a past or a relative's condition, by the notes that name the conditions they stand for."""

from __future__ import annotations

from codekit.editions.edition import Edition
from codekit.types import Assertion, Code, CodeReference, NoteKind

# A range whose ends the edition does not list is asked last.
_UNKNOWN_WIDTH = 1_000_000
_FAMILY_HISTORY = "family history"
_TITLES = {Assertion.HISTORICAL: "personal history of", Assertion.FAMILY: f"{_FAMILY_HISTORY} of"}


def is_family_history(row: Code) -> bool:
    """Say whether a row is for what a relative has or had, by its title."""
    return _FAMILY_HISTORY in row.title.lower()


class HistoryCodes:
    """Finds history codes through notes such as "Conditions classifiable to AB-AD".

    Args:
        edition: The opened edition.

    A classification that has codes for history says so in the titles and notes of its tabular list; one that has none
    is never given any.
    """

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._rows: dict[Assertion, tuple[tuple[CodeReference, Code], ...]] = {}

    def find(self, code: str, assertion: Assertion) -> Code | None:
        """Find the history code of a condition.

        Args:
            code: Code of the condition itself.
            assertion: Historical or of the family.

        Returns:
            The row whose note names the condition most narrowly; None where none does.
        """
        rows = self._rows.get(assertion)
        if rows is None:
            rows = self._rows[assertion] = tuple(self._load(_TITLES[assertion]))
        return next((row for reference, row in rows if self._edition.covers(reference, code)), None)

    def _load(self, title: str) -> list[tuple[CodeReference, Code]]:
        named = [
            (reference, row)
            for row in self._edition.titled(title)
            for note in row.notes
            if note.kind in (NoteKind.INCLUDES, NoteKind.INCLUSION_TERM)
            for reference in note.references
        ]
        return sorted(named, key=lambda pair: self._width(pair[0]))

    def _width(self, reference: CodeReference) -> int:
        """Say how many rows a reference spans, so that the narrowest note is asked first."""
        first = self._edition.find(reference.first)
        last = self._edition.find(reference.last or reference.first)
        if first is None or last is None:
            return _UNKNOWN_WIDTH
        return self._edition.order(self._deepest(last)) - self._edition.order(first.code)

    def _deepest(self, row: Code) -> str:
        """Go down to the last row of a row's subtree."""
        while children := self._edition.children(row.code):
            row = children[-1]
        return row.code
