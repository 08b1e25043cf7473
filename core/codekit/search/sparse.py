"""The sparse layer: the entries nearest by BM25, joined with those that the query states whole."""

from __future__ import annotations

from collections.abc import Sequence

from codekit.editions.index.entries import Entry
from codekit.editions.index.store import SearchIndex
from codekit.search.layers import Query, candidates_of
from codekit.search.matching import WeighedPhrase, score_entry
from codekit.types import Candidate

_NEAREST = 40


class SparseLayer:
    """Ranks entries by how well their words and the query's agree.

    Args:
        index: Search index of the edition.
    """

    def __init__(self, index: SearchIndex) -> None:
        self._index = index

    def rank(self, query: Query, found: Sequence[Candidate], limit: int) -> Sequence[Candidate]:  # noqa: ARG002
        """See `Layer`; ties in index order."""
        phrase = WeighedPhrase.of(query.words, self._index, query.implied)
        entries = {entry.id: entry for entry in self._entries(query, limit)}
        scored = [(score_entry(entry, phrase), entry) for entry in entries.values() if query.accepts(entry)]
        scored.sort(key=lambda pair: (-pair[0], pair[1].id))
        # The codes of a `see also` count less than the entry's own, which may change the order.
        met = candidates_of(pair for pair in scored if pair[0])
        return sorted(met, key=lambda candidate: -candidate.score)[:limit]

    def _entries(self, query: Query, limit: int) -> list[Entry]:
        words = (*query.words, *query.implied)
        phrase = frozenset(words)
        whole = [
            entry for word in words for entry in self._index.anchored_at(word) if phrase.issuperset(entry.required)
        ]
        return [*whole, *self._index.nearest(words, max(limit, _NEAREST))]
