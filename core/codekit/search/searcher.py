"""The one door to search: words in, candidate codes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from codekit.search.entries import Entry
from codekit.search.index import SearchIndex
from codekit.search.matching import score_entry
from codekit.text.tokens import content_words
from codekit.types import Candidate

if TYPE_CHECKING:
    from codekit.editions.edition import Edition
    from codekit.system import System

_NEAREST = 40
_SEE_ALSO = 0.9
_RANK_CONSTANT = 60


class Searcher:
    """Looks words up in the index of one edition.

    Args:
        system: The code system, whose plugins may propose candidates too.
        edition: The opened edition.
    """

    def __init__(self, system: System, edition: Edition) -> None:
        self.index = SearchIndex(edition.path)
        self._system = system
        self._edition = edition

    def search(self, query: str, limit: int) -> tuple[Candidate, ...]:
        """Look a phrase up; see `codekit.search.search`."""
        return self.candidates(content_words(query), limit)

    def candidates(
        self,
        words: Sequence[str],
        limit: int,
        *,
        implied: Sequence[str] = (),
        accept: Callable[[Entry], bool] | None = None,
    ) -> tuple[Candidate, ...]:
        """Propose codes for canonical words.

        Args:
            words: Canonical words; their order does not matter.
            limit: At most so many candidates.
            implied: Words to look for besides, which count for an entry that has them and not against others.
            accept: Entries that it refuses are left out.

        Returns:
            Candidates, best first, one per code; ties in index order.
        """
        phrase, everything = frozenset(words), (*words, *implied)
        entries = {entry.id: entry for entry in self._entries(everything)}
        scored = [
            (score_entry(entry, phrase, self.index, implied), entry)
            for entry in entries.values()
            if accept is None or accept(entry)
        ]
        scored.sort(key=lambda pair: (-pair[0], pair[1].id))
        own = list(_one_per_code(scored, limit))
        proposed = self._system.search(" ".join(words), self._edition, limit)
        return tuple(_fuse(own, proposed)[:limit]) if proposed else tuple(own)

    def _entries(self, words: Sequence[str]) -> list[Entry]:
        phrase = frozenset(words)
        whole = [
            entry
            for word in words
            for entry in self.index.anchored_at(word)
            if all(required in phrase for required in entry.required)
        ]
        return [*whole, *self.index.nearest(tuple(words), _NEAREST)]


def _one_per_code(scored: Sequence[tuple[float, Entry]], limit: int) -> Sequence[Candidate]:
    best: dict[str, Candidate] = {}
    for score, entry in scored:
        for codes, factor in ((entry.codes, 1.0), (entry.also, _SEE_ALSO)):
            for code in codes:
                if score and code not in best:
                    best[code] = Candidate(
                        code=code,
                        score=score * factor,
                        term=entry.text,
                        source=entry.source,
                        term_id=entry.term_id,
                        manifestation=entry.manifestation,
                    )
    return sorted(best.values(), key=lambda candidate: -candidate.score)[:limit]


def _fuse(own: Sequence[Candidate], proposed: Sequence[Candidate]) -> list[Candidate]:
    """Join two rankings by reciprocal rank (Cormack et al., SIGIR 2009); a code in both keeps its better score."""
    ranks: dict[str, float] = {}
    best: dict[str, Candidate] = {}
    for ranking in (own, proposed):
        for rank, candidate in enumerate(ranking, start=1):
            ranks[candidate.code] = ranks.get(candidate.code, 0.0) + 1 / (_RANK_CONSTANT + rank)
            kept = best.get(candidate.code)
            if kept is None or candidate.score > kept.score:
                best[candidate.code] = candidate
    return sorted(best.values(), key=lambda candidate: -ranks[candidate.code])
