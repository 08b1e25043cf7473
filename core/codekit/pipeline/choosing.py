"""Which of a mention's candidates is taken, what speaks against it, and which are as good."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from codekit.editions.edition import Edition
from codekit.pipeline.context import Context
from codekit.pipeline.hierarchy import Hierarchy
from codekit.pipeline.unstated import Doubt, doubt
from codekit.types import Assertion, Candidate, Code, CodeKind, Mention

LEAST_MATCH = 0.45
_EQUAL = 0.001
_NEARLY = 0.2
# The title of a manifestation, which is never the code of a bare diagnosis (I.A.13).
_MANIFESTATION = "in diseases classified elsewhere"


@attrs.frozen(kw_only=True)
class Choice:
    """The candidate that is taken.

    Args:
        best: The candidate.
        doubt: How far its entry goes beyond what the note says.
        word: The word that the note does not say; empty where there is none.
        equal: Rows of other categories to which entries lead that agree as well, best first.
    """

    best: Candidate
    doubt: Doubt = Doubt.NONE
    word: str = ""
    equal: tuple[Code, ...] = ()


class Chooser:
    """Chooses among the candidates of a mention.

    Args:
        edition: The opened edition.
        hierarchy: Its tabular list.
    """

    def __init__(self, edition: Edition, hierarchy: Hierarchy) -> None:
        self._edition = edition
        self._hierarchy = hierarchy

    def choose(self, mention: Mention, candidates: Sequence[Candidate], context: Context) -> Choice:
        """Take the best candidate, or one that agrees nearly as well and assumes nothing.

        What is over or a relative's is looked up with words of its own, so that nothing speaks against it.

        Args:
            mention: The mention.
            candidates: Best first; at least one.
            context: What the note says around it.

        Returns:
            The choice.
        """
        first = self._most_direct(candidates)
        if mention.assertion in (Assertion.HISTORICAL, Assertion.FAMILY):
            return Choice(best=first)
        lexicon = self._edition.lexicon
        implied = (wider for word in mention.normalized for wider in lexicon.vocabulary.implied.get(word, ()))
        words = {*mention.normalized, *implied}
        found, word = doubt(first, words, lexicon)
        if found is Doubt.NONE:
            as_good = (one for one in candidates if one is not first and one.score >= first.score - _EQUAL)
            certain = [one for one in as_good if not doubt(one, words, lexicon)[0]]
            return self._among_equals(first, certain, context)
        if found > Doubt.MORE:
            least = max(LEAST_MATCH, first.score - _NEARLY)
            for other in candidates:
                if other.score >= least and not doubt(other, words, lexicon)[0]:
                    return Choice(best=other)
        return Choice(best=first, doubt=found, word=word)

    def _most_direct(self, candidates: Sequence[Candidate]) -> Candidate:
        """Prefer, among the best, an entry that leads straight to an assignable code below another's category."""
        best = candidates[0]
        for other in candidates[1:]:
            if other.score < best.score - _EQUAL:
                break
            code = self._edition.find(other.code)
            if code is not None and code.assignable and code.code.startswith(best.code):
                return other
        return best

    def _among_equals(self, first: Candidate, equal: Sequence[Candidate], context: Context) -> Choice:
        """Prefer, among entries that agree as well, one whose code says nothing that the note leaves open."""
        others = tuple(self._of_other_categories(first, equal))
        if not others:
            return Choice(best=first)
        own = self._edition.find(first.code)
        sure = [(one, row) for one, row in others if self._is_sure(row, context)]
        if own is None or self._is_sure(own, context):
            return Choice(best=first, equal=tuple(row for _, row in sure))
        if not sure:
            return Choice(best=first, equal=tuple(row for _, row in others))
        return Choice(best=sure[0][0], equal=tuple(row for _, row in sure[1:]))

    def _of_other_categories(self, first: Candidate, equal: Sequence[Candidate]) -> Iterator[tuple[Candidate, Code]]:
        """Yield the first entry of each further category with its row, manifestations apart."""
        taken = {self._category(first.code)}
        for one in equal:
            row, category = self._edition.find(one.code), self._category(one.code)
            if row is not None and category not in taken and _MANIFESTATION not in row.title:
                taken.add(category)
                yield one, row

    def _category(self, code: str) -> str:
        row = self._edition.find(code)
        above = () if row is None else (row, *self._edition.ancestors(code))
        return next((one.code for one in above if one.kind is CodeKind.CATEGORY), code)

    def _is_sure(self, row: Code, context: Context) -> bool:
        if _MANIFESTATION in row.title:
            return False
        refined = self._hierarchy.refine(row, context)
        return bool(refined.codes) and not refined.unsupported
