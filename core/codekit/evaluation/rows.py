"""Codes on their place in the tabular list, as an evaluation compares them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from codekit.types import CodeKind

if TYPE_CHECKING:
    from codekit.editions.edition import Edition

UNKNOWN = "?"
"""The chapter of codes that the edition does not hold."""

_NAMED = (CodeKind.CATEGORY, CodeKind.CODE)


class Rows:
    """Looks codes of datasets and of other systems up in an edition.

    Args:
        edition: The opened edition.
    """

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self.line: Callable[[str], frozenset[str]] = lru_cache(maxsize=None)(self._line)

    def canonical(self, code: str) -> str:
        """Write a code as the edition prints it; one that it does not hold in capitals, white space cut off."""
        found = self._edition.find(code)
        return found.code if found else code.strip().upper()

    def canonicals(self, codes: Iterable[str]) -> frozenset[str]:
        """Write codes as the edition prints them, each once."""
        return frozenset(map(self.canonical, codes))

    def is_assignable(self, code: str) -> bool:
        """Tell whether a claim may carry the code."""
        found = self._edition.find(code)
        return found is not None and found.assignable

    def chapter(self, code: str) -> str:
        """Give the code of the chapter, or `UNKNOWN`."""
        if self._edition.find(code) is None:
            return UNKNOWN
        above = self._edition.ancestors(code)
        return above[-1].code if above else code

    def top(self, code: str) -> str:
        """Give the topmost row of a code's line, its category; the code itself where nothing stands above it."""
        above = [row.code for row in self._edition.ancestors(code) if row.kind in _NAMED]
        return above[-1] if above else code

    def title(self, code: str) -> str:
        """Give the title of a row; a remark for `UNKNOWN`."""
        found = self._edition.find(code)
        return found.title if found else "not in this edition"

    def leads_to(self, candidate: str, code: str) -> bool:
        """Tell whether a candidate is the code or a row above it, so that a coder who goes on from it may arrive."""
        return candidate in self.line(code)

    def on_line(self, one: str, other: str) -> bool:
        """Tell whether two codes are the same, or one stands above the other."""
        return one in self.line(other) or other in self.line(one)

    def _line(self, code: str) -> frozenset[str]:
        if self._edition.find(code) is None:
            return frozenset((code,))
        above = (row.code for row in self._edition.ancestors(code) if row.kind in _NAMED)
        return frozenset((code, *above))
