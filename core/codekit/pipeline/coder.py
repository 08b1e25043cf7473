"""The four steps in a row: a note in, an ordered code set with evidence out."""

from __future__ import annotations

from codekit.editions.edition import Edition
from codekit.pipeline.code_reconciler import RulesCodeReconciler
from codekit.pipeline.evidence_extractor import RulesEvidenceExtractor
from codekit.pipeline.index_navigator import RulesIndexNavigator
from codekit.pipeline.steps import CodeReconciler, EvidenceExtractor, IndexNavigator, TabularValidator
from codekit.pipeline.tabular_validator import RulesTabularValidator
from codekit.search.searcher import Searcher
from codekit.system import System
from codekit.types import CodingResult, Note


class Coder:
    """Codes notes with one edition of one system.

    Args:
        system: The code system.
        edition: The opened edition.
        extractor: Analyze; the rules by default, as for the other steps.
        navigator: Locate.
        validator: Assign.
        reconciler: Verify.
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
    ) -> None:
        searcher = Searcher(system, edition)
        self.system = system
        self.edition = edition
        self._extractor = extractor or RulesEvidenceExtractor(searcher.index)
        self._navigator = navigator or RulesIndexNavigator(searcher)
        self._validator = validator or RulesTabularValidator(edition, system.specificity(edition.release))
        self._reconciler = reconciler or RulesCodeReconciler(edition, system.conventions(edition.release))

    def code(self, note: Note | str) -> CodingResult:
        """Code one note.

        Args:
            note: The note, or its text alone for an outpatient encounter of which nothing else is known.

        Returns:
            The ordered code set, with evidence, and everything that was considered and left out.
        """
        if isinstance(note, str):
            note = Note(id="note", text=note)
        located = [(mention, self._navigator.locate(mention)) for mention in self._extractor.extract(note)]
        return self._reconciler.reconcile(note, self._validator.assign(note, located))
