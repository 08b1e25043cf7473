"""Joining rankings by reciprocal rank."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from codekit.types import Candidate

RANK_CONSTANT = 60
"""How little the very first ranks outweigh the next ones.

Source: Cormack, Clarke and Büttcher, Reciprocal rank fusion, SIGIR 2009.
"""


def fuse(rankings: Iterable[Sequence[Candidate]], limit: int) -> list[Candidate]:
    """Join rankings by reciprocal rank.

    Args:
        rankings: Each best first, one candidate per code.
        limit: At most so many candidates.

    Returns:
        Candidates, best first, one per code with its best score; ties in order of appearance. A single ranking
        keeps its order.
    """
    ranks: dict[str, float] = {}
    best: dict[str, Candidate] = {}
    for ranking in rankings:
        for rank, candidate in enumerate(ranking, start=1):
            ranks[candidate.code] = ranks.get(candidate.code, 0.0) + 1 / (RANK_CONSTANT + rank)
            kept = best.get(candidate.code)
            if kept is None or candidate.score > kept.score:
                best[candidate.code] = candidate
    return sorted(best.values(), key=lambda candidate: -ranks[candidate.code])[:limit]
