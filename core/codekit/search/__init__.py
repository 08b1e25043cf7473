"""Search over the index in up to three layers, fused by rank with each other and with what plugins propose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codekit.search.searcher import Searcher

if TYPE_CHECKING:
    from codekit.editions.edition import Edition
    from codekit.system import System
    from codekit.types import Candidate

__all__ = ["Searcher", "search"]


def search(system: System, edition: Edition, query: str, limit: int) -> tuple[Candidate, ...]:
    """Look a phrase up in the index of an edition.

    Args:
        system: The code system.
        edition: The opened edition.
        query: Words in any order; abbreviations are spelled out.
        limit: At most so many candidates.

    Returns:
        Candidates, best first, one per code; ties in index order.
    """
    return Searcher(system, edition).search(query, limit)
