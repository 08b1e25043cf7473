"""Locate: the index navigator looks mentions up in the alphabetic index, as a coder does."""

from __future__ import annotations

import functools

from codekit.pipeline.history import HistoryCodes
from codekit.search.entries import Entry
from codekit.search.searcher import Searcher
from codekit.text.vocabulary import load_vocabulary
from codekit.types import Assertion, Candidate, Mention

_LIMIT = 10
_SURE = 0.9
_REMEMBERED = 4096
# What a coder adds to the words of a mention that is no present problem, and which words an entry must then have.
_LOOKUP = {
    Assertion.HISTORICAL: (("history", "personal", "status"), frozenset(("history", "status", "absence", "presence"))),
    Assertion.FAMILY: (("family", "history"), frozenset(("family",))),
}


class RulesIndexNavigator:
    """Looks mentions up by their own words.

    Args:
        searcher: The search of the edition.
        history: Finds the code of a past or a relative's condition by that of the condition.
    """

    def __init__(self, searcher: Searcher, history: HistoryCodes) -> None:
        self._searcher = searcher
        self._history = history
        # The same words recur within a note and between notes; the bound keeps a long batch's words from piling up.
        self._remembered = functools.lru_cache(maxsize=_REMEMBERED)(self._look_up)

    def locate(self, mention: Mention) -> tuple[Candidate, ...]:
        """Look a mention up.

        Args:
            mention: The mention; a past or a relative's condition is looked up as history or status.

        Returns:
            At most ten candidates, best first; ties in index order.
        """
        return self._remembered(mention.normalized, mention.assertion)

    def _look_up(self, words: tuple[str, ...], assertion: Assertion) -> tuple[Candidate, ...]:
        besides, needed = _LOOKUP.get(assertion, ((), frozenset[str]()))
        table = load_vocabulary().implied
        implied = (*besides, *(wider for word in words for wider in table.get(word, ())))

        def accept(entry: Entry) -> bool:
            if not entry.for_mentions:
                return False
            if not needed:
                return True
            # It must say "history" or the like, and of this very condition.
            own = entry.required + entry.qualifying
            return not needed.isdisjoint(own) and not set(words).isdisjoint(entry.required)

        found = self._searcher.candidates(words, _LIMIT, implied=implied, accept=accept)
        return found if not needed else self._with_history(words, assertion, found)

    def _with_history(
        self, words: tuple[str, ...], assertion: Assertion, found: tuple[Candidate, ...]
    ) -> tuple[Candidate, ...]:
        """Put the history code of the condition in front, unless an entry names that history itself as well."""
        condition = next(iter(self._remembered(words, Assertion.PRESENT)), None)
        if condition is None or condition.score < _SURE or (found and found[0].score >= condition.score):
            return found
        row = self._history.find(condition.code, assertion)
        if row is None:
            return found
        term = f"{row.title}: {condition.term} ({condition.code})"
        own = Candidate(code=row.code, score=condition.score, term=term, source="tabular")
        return (own, *(other for other in found if other.code != row.code))
