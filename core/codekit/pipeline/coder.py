"""The four steps in a row: a note in, an ordered code set with evidence out."""

from __future__ import annotations

import attrs

from codekit.editions.edition import Edition
from codekit.pipeline.code_reconciler import RulesCodeReconciler
from codekit.pipeline.confidence import KEPT_FROM
from codekit.pipeline.evidence_extractor import RulesEvidenceExtractor
from codekit.pipeline.history import HistoryCodes
from codekit.pipeline.index_navigator import RulesIndexNavigator
from codekit.pipeline.steps import CodeReconciler, EvidenceExtractor, IndexNavigator, TabularValidator, Tentative
from codekit.pipeline.tabular_validator import LEAST_MATCH, RulesTabularValidator
from codekit.search.searcher import Searcher
from codekit.system import System
from codekit.types import Assertion, Candidate, CodingResult, LocatedMention, Mention, Note

# A heading that is looked up with less than the one gives way to parts of it with at least the other.
_DOUBTFUL, _SURE = 0.55, 0.9


@attrs.frozen(kw_only=True)
class Trace:
    """What each step made of a note, for whoever measures them.

    Args:
        mentions: Analyze, in text order.
        located: Locate: the candidates of each mention, best first.
        tentative: Assign, for each mention.
        result: Verify.
    """

    mentions: tuple[Mention, ...]
    located: tuple[tuple[Candidate, ...], ...]
    tentative: tuple[Tentative, ...]
    result: CodingResult


class Coder:
    """Codes notes with one edition of one system.

    Args:
        system: The code system.
        edition: The opened edition.
        extractor: Analyze; the rules by default, as for the other steps.
        navigator: Locate.
        validator: Assign.
        reconciler: Verify.
        searcher: The search of the edition; the sparse layer alone by default.
        threshold: Codes less sure than this, 0 to 1, are left out and shown among the dropped.
    """

    def __init__(
        self,
        system: System,
        edition: Edition,
        *,
        extractor: EvidenceExtractor | None = None,
        navigator: IndexNavigator | None = None,
        validator: TabularValidator | None = None,
        reconciler: CodeReconciler | None = None,
        searcher: Searcher | None = None,
        threshold: float = KEPT_FROM,
    ) -> None:
        self.system = system
        self.edition = edition
        self.searcher = searcher = searcher or Searcher(system, edition)
        self._extractor = extractor or RulesEvidenceExtractor(searcher.index)
        self._navigator = navigator or RulesIndexNavigator(searcher, HistoryCodes(edition))
        rules = system.specificity(edition.release)
        self._validator = validator or RulesTabularValidator(edition, rules)
        self._reconciler = reconciler or RulesCodeReconciler(
            edition, system.conventions(edition.release), rules, threshold
        )

    def code(self, note: Note | str) -> CodingResult:
        """Code one note.

        Args:
            note: The note, or its text alone for an outpatient encounter of which nothing else is known.

        Returns:
            The ordered code set, with evidence, and everything that was considered and left out.
        """
        return self.trace(Note(id="note", text=note) if isinstance(note, str) else note).result

    def close(self) -> None:
        """Close the edition and its search index; the coder is of no use afterwards."""
        self.searcher.close()
        self.edition.close()

    def __enter__(self) -> Coder:
        """Use as a context manager."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _locate(self, mention: Mention) -> tuple[LocatedMention, ...]:
        """Look a mention up; where the whole leads nowhere, or hardly, what the index knows within it.

        Part of what is over need not be over: behind "status post" the whole names a procedure.
        """
        whole = LocatedMention(mention=mention, candidates=tuple(self._navigator.locate(mention)))
        if mention.parts and mention.assertion is not Assertion.HISTORICAL and _score(whole) < _DOUBTFUL:
            parts = tuple(found for part in mention.parts for found in self._locate(part))
            if max(map(_score, parts)) >= (_SURE if _score(whole) >= LEAST_MATCH else LEAST_MATCH):
                return parts
        return (whole,)

    def trace(self, note: Note) -> Trace:
        """Code one note and keep what each step gave.

        Args:
            note: The note.

        Returns:
            The steps' outcomes, with the result that `code` returns.
        """
        found = (one for mention in self._extractor.extract(note) for one in self._locate(mention))
        located = self.system.locate_mentions(note, tuple(found), self.edition)
        tentative = tuple(self._validator.assign(note, [(one.mention, one.candidates) for one in located]))
        result = self._reconciler.reconcile(note, tentative)
        return Trace(
            mentions=tuple(one.mention for one in located),
            located=tuple(one.candidates for one in located),
            tentative=tentative,
            result=result,
        )


def _score(located: LocatedMention) -> float:
    return located.candidates[0].score if located.candidates else 0.0
