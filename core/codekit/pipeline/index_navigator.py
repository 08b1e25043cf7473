"""Locate: the index navigator looks mentions up in the alphabetic index, as a coder does."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.conventions.history import HistoryCodes
from codekit.editions.index.entries import Entry
from codekit.search.matching import names
from codekit.search.searcher import Searcher
from codekit.text.sections import STATING
from codekit.types import Assertion, Candidate, Mention

_LIMIT = 10
_SURE = 0.9
# An entry for the history itself, of the same category, needs no more than this.
_NAMED = 0.8
_JOINED = 0.75
# What was averted is not the condition itself: the entry must say so too.
_AVERTED = frozenset(("impending", "threatened"))
_LEFT_BEHIND = frozenset(("sequela",))
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
        self._vocabulary = searcher.lexicon.vocabulary
        self._history = history
        # The same words recur within a note and between notes; the bound keeps a long batch's words from piling up.
        self._remembered = searcher.losses.remember(self._look_up, _REMEMBERED)

    def locate(self, mention: Mention) -> tuple[Candidate, ...]:
        """Look a mention up.

        Args:
            mention: The mention; a past or a relative's condition is looked up as history or status.

        Returns:
            At most ten candidates, best first; ties in index order. What is told of as past has the condition itself as
            its last, for a system that knows of conditions that do not go away.
        """
        if mention.stated and mention.stated[0].exact:
            return mention.stated[:_LIMIT]
        alone = mention.heading and mention.section in STATING
        found = self._remembered(mention.normalized, mention.assertion, alone)
        if mention.stated:
            named = {one.code for one in mention.stated}
            return (*mention.stated, *(one for one in found if one.code not in named))[:_LIMIT]
        if mention.cause is None or mention.assertion in _LOOKUP:
            return found
        joined = self._with_cause(mention.normalized, mention.cause.words)
        return (*joined, *found)[:_LIMIT] if joined else found

    def _with_cause(self, words: tuple[str, ...], cause: tuple[str, ...]) -> tuple[Candidate, ...]:
        """Look for entries that name a condition by its cause, as "Pneumonia, in (due to), Streptococcus" does."""
        both = {*words, *cause}

        def accept(entry: Entry) -> bool:
            own = set(entry.required)
            if (
                not entry.for_mentions
                or own.isdisjoint(words)
                or own <= set(words)
                or own <= set(cause)
                or not own <= both
            ):
                return False
            # What is due to a disease is not yet what an old one left behind.
            return not _LEFT_BEHIND & set(entry.qualifying) - both

        joined = tuple(dict.fromkeys((*words, *cause)))
        found = self._searcher.candidates(joined, _LIMIT, accept=accept)
        return tuple(one for one in found if one.score >= _JOINED)

    def _look_up(self, words: tuple[str, ...], assertion: Assertion, alone: bool) -> tuple[Candidate, ...]:
        besides, needed = _LOOKUP.get(assertion, ((), frozenset[str]()))
        telling = tuple(word for word in words if word not in self._vocabulary.weak)
        averted = _AVERTED.intersection(words)
        implied = (*besides, *(wider for word in words for wider in self._vocabulary.implied.get(word, ())))

        def accept(entry: Entry) -> bool:
            if not entry.for_mentions or not averted.issubset(entry.required):
                return False
            if not names(entry, words, self._vocabulary) and not (alone and entry.required == telling):
                return False
            if not needed:
                return True
            # It must say "history" or the like, and of this very condition.
            own = entry.required + entry.qualifying
            return not needed.isdisjoint(own) and not set(words).isdisjoint(entry.required)

        found = self._searcher.candidates(words, _LIMIT, implied=implied, accept=accept)
        if not needed:
            return found
        condition = next((one for one in self._conditions(words, alone) if one.score >= _SURE), None)
        if condition is None:
            return found
        found = self._with_history(condition, assertion, found)
        if not found or assertion is not Assertion.HISTORICAL:
            return found
        return (*(one for one in found[: _LIMIT - 1] if one.code != condition.code), condition)

    def _conditions(self, words: tuple[str, ...], alone: bool) -> Iterator[Candidate]:
        """Give what the words name, and what they name wherever it was: a history often has no place of its own."""
        unplaced = tuple(word for word in words if word not in self._vocabulary.sites)
        for some in dict.fromkeys((words, unplaced)):
            yield from self._remembered(some, Assertion.PRESENT, alone)[:1]

    def _with_history(
        self, condition: Candidate, assertion: Assertion, found: tuple[Candidate, ...]
    ) -> tuple[Candidate, ...]:
        """Put the history code of the condition in front, unless an entry names that history itself as well."""
        if found and found[0].score >= condition.score:
            return found
        row = self._history.find(condition.code, assertion)
        # An entry for this very history that leads below the row says it more closely.
        if row is None or (found and found[0].score >= _NAMED and found[0].code[:3] == row.code[:3]):
            return found
        term = f"{row.title}: {condition.term} ({condition.code})"
        own = Candidate(code=row.code, score=condition.score, term=term, source="tabular")
        return (own, *(other for other in found if other.code != row.code))
