"""What a workflow is wired from: an opened edition, a model, and the four steps in both kinds."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import attrs

from codekit.agents.asking import Asker
from codekit.agents.code_reconciler import ModelCodeReconciler
from codekit.agents.evidence_extractor import ModelEvidenceExtractor
from codekit.agents.index_navigator import ModelIndexNavigator, Nearest
from codekit.agents.prompts import Prompt, load_prompt
from codekit.agents.tabular_validator import ModelTabularValidator
from codekit.conventions.history import HistoryCodes
from codekit.editions.edition import Edition
from codekit.errors import UsageError
from codekit.pipeline.code_reconciler import RulesCodeReconciler
from codekit.pipeline.coder import Coder
from codekit.pipeline.confidence import KEPT_FROM
from codekit.pipeline.evidence_extractor import RulesEvidenceExtractor
from codekit.pipeline.index_navigator import RulesIndexNavigator
from codekit.pipeline.provenance import provenance_of
from codekit.pipeline.steps import CodeReconciler, EvidenceExtractor, IndexNavigator, TabularValidator
from codekit.pipeline.tabular_validator import RulesTabularValidator
from codekit.search.searcher import Searcher
from codekit.system import System
from codekit.types import Provenance


class Kind(StrEnum):
    """Who does a step."""

    RULES = "rules"
    MODEL = "llm"


class Part(StrEnum):
    """The parts that do the four steps."""

    EXTRACTOR = "extractor"
    NAVIGATOR = "navigator"
    VALIDATOR = "validator"
    RECONCILER = "reconciler"


@attrs.frozen(kw_only=True)
class Kit:
    """Everything that a workflow may use.

    Args:
        system: The code system.
        edition: The opened edition.
        searcher: Its search.
        asker: Asks the model; None where no model was chosen.
        parts: Which parts the user wants done by whom; the workflow decides on the others.
        prompts: Folder with prompts of the user's; None for codekit's and the plugins' own.
        proposer: Who proposes codes, for a workflow that checks proposals: `plugin`, a workflow, or a file.
        threshold: Codes less sure than this, 0 to 1, are left out.
        prompts_used: Name and version of each prompt that was loaded, to its digest; filled as the steps are made.
    """

    system: System
    edition: Edition
    searcher: Searcher
    asker: Asker | None = None
    parts: Mapping[Part, Kind] = attrs.field(factory=dict)
    prompts: Path | None = None
    proposer: str = Kind.RULES.value
    threshold: float = KEPT_FROM
    prompts_used: dict[str, str] = attrs.field(factory=dict, init=False)

    @property
    def model(self) -> Asker:
        """The model.

        Raises:
            UsageError: None was chosen.
        """
        if self.asker is None:
            raise UsageError("this workflow asks a language model: choose one with --backend")
        return self.asker

    @property
    def name(self) -> str:
        """Name of the code system for people."""
        return self.system.info.name

    def prompt(self, step: str, chosen: str = "clh") -> Prompt:
        """Load the prompt of a step; see `codekit.agents.prompts.load_prompt`."""
        prompt = load_prompt(step, self.system, self.edition, chosen=chosen, folder=self.prompts)
        self.prompts_used[prompt.label] = prompt.digest
        return prompt

    def kind(self, part: Part, default: Kind) -> Kind:
        """Say who does a part: as the user wants it, or else by the workflow's default."""
        return self.parts.get(part, default)

    def extractor(self, default: Kind) -> EvidenceExtractor:
        """Make the part that does Analyze."""
        rules = RulesEvidenceExtractor(self.searcher.index)
        if self.kind(Part.EXTRACTOR, default) is Kind.RULES:
            return rules
        return ModelEvidenceExtractor(self.model, self.prompt("evidence_extractor"), self.name, rules)

    def rules_navigator(self) -> IndexNavigator:
        """Make the part that does Locate by rules."""
        return RulesIndexNavigator(self.searcher, HistoryCodes(self.edition))

    def nearest(self) -> Nearest:
        """Make what retrieves the index entries that a model picks from."""
        return Nearest(self.searcher, self.rules_navigator(), self.edition)

    def navigator(self, default: Kind) -> IndexNavigator:
        """Make the part that does Locate."""
        if self.kind(Part.NAVIGATOR, default) is Kind.RULES:
            return self.rules_navigator()
        return ModelIndexNavigator(self.model, self.prompt("index_navigator"), self.name, self.nearest())

    def rules_validator(self) -> TabularValidator:
        """Make the part that does Assign by rules."""
        return RulesTabularValidator(self.edition, self.system.specificity(self.edition.release))

    def validator(self, default: Kind) -> TabularValidator:
        """Make the part that does Assign."""
        rules = self.rules_validator()
        if self.kind(Part.VALIDATOR, default) is Kind.RULES:
            return rules
        return ModelTabularValidator(self.model, self.prompt("tabular_validator"), self.system, self.edition, rules)

    def reconciler(self, default: Kind) -> CodeReconciler:
        """Make the part that does Verify; the conventions apply in both kinds."""
        release = self.edition.release
        rules = RulesCodeReconciler(
            self.edition, self.system.conventions(release), self.system.specificity(release), self.threshold
        )
        if self.kind(Part.RECONCILER, default) is Kind.RULES:
            return rules
        return ModelCodeReconciler(self.model, self.prompt("code_reconciler"), self.name, self.edition, rules)

    def coder(
        self,
        *,
        extractor: EvidenceExtractor | None = None,
        navigator: IndexNavigator | None = None,
        validator: TabularValidator | None = None,
        default: Kind = Kind.RULES,
    ) -> Coder:
        """Wire the four parts up; those that are not given are made by `default`."""
        return Coder(
            self.system,
            self.edition,
            extractor=extractor or self.extractor(default),
            navigator=navigator or self.navigator(default),
            validator=validator or self.validator(default),
            reconciler=self.reconciler(default),
            searcher=self.searcher,
            threshold=self.threshold,
        )

    def provenance(self, workflow: str) -> Provenance:
        """Say what the results of a workflow are made with, once its steps are made.

        Args:
            workflow: Its name.
        """
        parts = {part.value: kind.value for part, kind in self.parts.items()}
        proposer = {"proposer": self.proposer} if workflow == "verify" else {}
        known = provenance_of(self.system, self.edition, self.searcher, self.threshold)
        return attrs.evolve(
            known,
            workflow=workflow,
            settings={**known.settings, **parts, **proposer},
            model=self.asker.backend.model if self.asker and self.prompts_used else None,
            prompts=dict(sorted(self.prompts_used.items())),
        )
