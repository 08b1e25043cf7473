"""Generate, expand, select: what anybody proposes is compared with its neighbours, by their descriptions alone.

Source: Yuan et al., EMNLP 2025: descriptions without codes select best, and reasoning hurts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from codekit.agents.asking import Asker, Question, Refused, read_number
from codekit.agents.neighbours import Neighbours
from codekit.agents.options import Options
from codekit.agents.places import read_place
from codekit.agents.prompts import Prompt
from codekit.agents.quoting import as_data
from codekit.agents.tabular_validator import CHOSEN, STEP
from codekit.agents.windows import around
from codekit.conventions import DraftCode
from codekit.editions.edition import Edition
from codekit.errors import UsageError
from codekit.pipeline.coder import Coder
from codekit.pipeline.progress import NoteInProgress
from codekit.pipeline.steps import CodeReconciler, Located, TabularValidator, Tentative
from codekit.search.searcher import Searcher
from codekit.system import System
from codekit.text.reader import ReadNote
from codekit.types import (
    Candidate,
    Code,
    Dropped,
    Evidence,
    Finding,
    LocatedMention,
    Mention,
    ProposedCode,
    Reason,
    Severity,
)
from codekit.workflows.grounding import Grounding
from codekit.workflows.kit import Kind, Kit, Part
from codekit.workflows.proposers import FileProposer, PluginProposer, Proposer, WorkflowProposer
from codekit.workflows.registry import build as build_workflow
from codekit.workflows.registry import list_workflows

PLUGIN = "plugin"
"""Names the plugins' classifiers as the proposer."""

_PROPOSED = "proposal"


def build(kit: Kit) -> Coder:
    """Wire a proposer, the choice among neighbours, and the conventions."""
    rules = kit.rules_validator()
    validator: TabularValidator = rules
    if kit.kind(Part.VALIDATOR, Kind.MODEL) is Kind.MODEL:
        validator = Selector(kit.model, kit.prompt("selector", "verify"), kit.name, kit.edition, rules)
    return VerifyCoder(
        kit.system,
        kit.edition,
        proposer=_proposer(kit),
        validator=validator,
        reconciler=kit.reconciler(Kind.RULES),
        searcher=kit.searcher,
    )


def _proposer(kit: Kit) -> Proposer:
    if kit.proposer == PLUGIN:
        return PluginProposer(kit.system, kit.edition)
    if kit.proposer in list_workflows() and kit.proposer != "verify":
        return WorkflowProposer(build_workflow(kit.proposer, kit))
    if Path(kit.proposer).is_file():
        return FileProposer(Path(kit.proposer))
    names = ", ".join(name for name in list_workflows() if name != "verify")
    raise UsageError(
        f"unknown proposer {kit.proposer!r}; expected {PLUGIN!r}, a file of predictions, or one of {names}"
    )


class VerifyCoder(Coder):
    """A coder whose first two steps are a proposer's.

    Args:
        system: The code system.
        edition: The opened edition.
        proposer: Proposes codes.
        validator: Chooses among the neighbours of each.
        reconciler: Applies the conventions.
        searcher: The search of the edition.
    """

    locates = False

    def __init__(
        self,
        system: System,
        edition: Edition,
        *,
        proposer: Proposer,
        validator: TabularValidator,
        reconciler: CodeReconciler,
        searcher: Searcher,
    ) -> None:
        super().__init__(system, edition, validator=validator, reconciler=reconciler, searcher=searcher)
        self._proposer = proposer
        self._grounding = Grounding(edition, searcher.index)

    def find(self, cases: Sequence[NoteInProgress]) -> list[tuple[LocatedMention, ...]]:
        """Take the proposals for mentions; one that the edition or the note does not bear out becomes a finding.

        Args:
            cases: The notes.

        Returns:
            For each note the places that proposals rest on, in text order, with the proposed code as their candidate.
        """
        proposed = self._proposer.propose_many(cases)
        found: list[tuple[LocatedMention, ...]] = []
        for case, proposals in zip(cases, proposed, strict=True):
            located = [each for one in proposals for each in self._place(case, one)]
            located.sort(key=lambda one: (one.mention.start, one.mention.end, one.candidates[0].code))
            found.append(tuple(located))
        return found

    def _place(self, case: NoteInProgress, proposal: ProposedCode) -> list[LocatedMention]:
        row = self.edition.find(proposal.code)
        if row is None:
            case.report(_finding((), "a proposed code is not in this edition and was left out", self.edition))
            return []
        length = len(case.note.text)
        spans = [(start, end) for start, end in proposal.spans if 0 <= start < end <= length]
        if not spans:
            place = self._grounding.find(case.note, row)
            if place is None:
                told = "was proposed, but nothing in the note names it; it was left out"
                case.report(_finding((row.code,), f"{row.code} {row.title} {told}", self.edition))
                return []
            spans = [place]
        score = min(max(proposal.score, 0.0), 1.0)
        candidate = Candidate(code=row.code, score=score, term=row.title, source=_PROPOSED)
        return [LocatedMention(mention=read_place(case.note, span), candidates=(candidate,)) for span in spans]


class Selector:
    """Lets a model choose among each proposed code and its neighbours.

    Args:
        asker: Asks the model.
        prompt: Its prompt.
        system_name: Name of the code system for people.
        edition: The opened edition.
        rules: Takes a proposal to an assignable code where the model gives no readable answer.
    """

    def __init__(
        self, asker: Asker, prompt: Prompt, system_name: str, edition: Edition, rules: TabularValidator
    ) -> None:
        self._asker = asker
        self._prompt = prompt
        self._system_name = system_name
        self._edition = edition
        self._rules = rules
        self._neighbours = Neighbours(edition)
        self._options = Options(edition)

    def assign(self, note: ReadNote, located: Located) -> tuple[Tentative, ...]:
        """Choose the codes of one note; see `assign_many`."""
        return self.assign_many((NoteInProgress(note=note),), (located,))[0]

    def assign_many(self, cases: Sequence[NoteInProgress], located: Sequence[Located]) -> list[tuple[Tentative, ...]]:
        """Choose the codes of several notes, with one question for each proposed code of each note, all at once.

        Args:
            cases: The notes.
            located: For each its mentions, with the proposed code as the first candidate.

        Returns:
            For each note and mention its tentative codes.
        """
        questions: list[Question[int]] = []
        shown: list[list[Code]] = []
        places: dict[tuple[int, str], int] = {}
        for number, (case, each) in enumerate(zip(cases, located, strict=True)):
            for code in dict.fromkeys(candidates[0].code for _, candidates in each):
                passages = [mention for mention, candidates in each if candidates[0].code == code]
                options = self._neighbours.of(self._edition.get(code))
                places[(number, code)] = len(questions)
                shown.append(options)
                questions.append(self._question(case, passages, options))
        answers = self._asker.ask(questions)
        found: list[tuple[Tentative, ...]] = []
        for number, (case, each) in enumerate(zip(cases, located, strict=True)):
            tentative: list[Tentative] = []
            for mention, candidates in each:
                at = places[(number, candidates[0].code)]
                answer = answers[at]
                if isinstance(answer, Refused):
                    tentative.append(self._by_rules(case.note, mention, candidates[0]))
                else:
                    chosen = shown[at][answer - 1] if answer else None
                    tentative.append(self._tentative(mention, candidates[0], chosen, len(shown[at])))
            found.append(tuple(tentative))
        return found

    def _question(self, case: NoteInProgress, mentions: Sequence[Mention], options: Sequence[Code]) -> Question[int]:
        values: dict[str, object] = {
            "system_name": self._system_name,
            "note": "",
            "passages": [" ".join(as_data(one.text).split()) for one in mentions],
            "descriptions": [self._options.printed(one, named=False) for one in options],
        }
        room = max(self._asker.room(self._prompt, values), 1)
        values["note"] = as_data(around(case.note.text, [one.scope for one in mentions], room * 7 // 8))
        request = self._asker.request(STEP, self._prompt, values, range(len(options) + 1))

        def read(data: Mapping[str, Any]) -> int:
            return read_number(data, "answer", len(options))

        return Question(case=case, request=request, read=read)

    def _by_rules(self, note: ReadNote, mention: Mention, proposed: Candidate) -> Tentative:
        """Let the rules take the proposed code, which is named outright, to an assignable one."""
        (tentative,) = self._rules.assign(note, [(mention, (attrs.evolve(proposed, score=1.0),))])
        sure = tuple(attrs.evolve(one, confidence=proposed.score) for one in tentative.draft)
        return attrs.evolve(tentative, draft=sure)

    def _tentative(self, mention: Mention, proposed: Candidate, chosen: Code | None, number: int) -> Tentative:
        evidence = (Evidence(start=mention.start, end=mention.end, text=mention.text),)
        if chosen is None:
            reason = f"the model found none of {number} descriptions in the note"
            left_out = Dropped(
                code=proposed.code,
                title=proposed.term,
                step=STEP,
                reason=reason,
                rule="model",
                evidence=evidence,
                confidence=proposed.score,
            )
            return Tentative(mention=mention, row=proposed.code, dropped=(left_out,))
        source = f"{self._prompt.label}, {self._asker.backend.model}"
        reasons = (
            Reason(step="locate", detail=f"proposed: {proposed.code} {proposed.term} (score {proposed.score:.2f})"),
            Reason(
                step=STEP,
                detail=f"{proposed.code} → {chosen.code} {chosen.title}: the model chose it among {number} neighbours",
                source=source,
            ),
        )
        draft = DraftCode(
            code=chosen.code,
            confidence=max(proposed.score, CHOSEN),
            evidence=evidence,
            reasons=reasons,
            position=mention.start,
            assertion=mention.assertion,
        )
        return Tentative(mention=mention, row=chosen.code, draft=(draft,))


def _finding(codes: tuple[str, ...], message: str, edition: Edition) -> Finding:
    return Finding(rule=_PROPOSED, severity=Severity.WARNING, codes=codes, message=message, source=edition.label)
