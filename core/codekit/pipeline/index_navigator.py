"""Locate: the index navigator looks mentions up in the alphabetic index, as a coder does."""

from __future__ import annotations

from codekit.search.entries import Entry
from codekit.search.searcher import Searcher
from codekit.types import Assertion, Candidate, IndexTable, Mention

_LIMIT = 10
_NEVER = frozenset((IndexTable.DRUGS.value, IndexTable.EXTERNAL_CAUSES.value))
# What a coder adds to the words of a mention that is no present problem, and which words an entry must then have.
_LOOKUP = {
    Assertion.HISTORICAL: (("history", "personal", "status"), frozenset(("history", "status", "absence", "presence"))),
    Assertion.FAMILY: (("family", "history"), frozenset(("family",))),
}


class RulesIndexNavigator:
    """Looks mentions up by their own words.

    Args:
        searcher: The search of the edition.
    """

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._known: dict[tuple[tuple[str, ...], Assertion], tuple[Candidate, ...]] = {}

    def locate(self, mention: Mention) -> tuple[Candidate, ...]:
        """Look a mention up.

        Args:
            mention: The mention; a past or a relative's condition is looked up as history or status.

        Returns:
            At most ten candidates, best first; ties in index order.
        """
        key = (mention.normalized, mention.assertion)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._look_up(mention)
        return found

    def _look_up(self, mention: Mention) -> tuple[Candidate, ...]:
        implied, needed = _LOOKUP.get(mention.assertion, ((), frozenset[str]()))

        def accept(entry: Entry) -> bool:
            if entry.source in _NEVER:
                return False
            if not needed:
                return True
            # It must say "history" or the like, and of this very condition.
            own = entry.required + entry.qualifying
            return not needed.isdisjoint(own) and not set(mention.normalized).isdisjoint(entry.required)

        return self._searcher.candidates(mention.normalized, _LIMIT, implied=implied, accept=accept)
