"""Verify: the code reconciler makes one ordered code set of the tentative codes, through the conventions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice

import attrs

from codekit.conventions import Convention, Draft, DraftCode, Stage
from codekit.conventions.policy import with_policy
from codekit.editions.edition import Edition
from codekit.errors import PluginError
from codekit.pipeline.conditions import besides, gather, statement_of, tag
from codekit.pipeline.confidence import KEPT_FROM, READY_FROM
from codekit.pipeline.details import missing_details
from codekit.pipeline.edits import Workbench, join_conditions, join_evidence
from codekit.pipeline.steps import Tentative
from codekit.specificity import Specificity
from codekit.text.reader import ReadNote
from codekit.types import (
    Alternative,
    Assertion,
    Assignment,
    CodingResult,
    Dropped,
    Encounter,
    Finding,
    Query,
    Reason,
    Severity,
    Status,
)

_ALTERNATIVES = 3


class RulesCodeReconciler:
    """Applies the conventions of a system one after another.

    Args:
        edition: The opened edition.
        conventions: In the order in which they apply; the policy of the site, if it has one, applies after them.
        rules: What distinguishes sibling codes in this system, for what the clinician is asked.
        threshold: Codes less sure than this, 0 to 1, are left out.
    """

    def __init__(
        self,
        edition: Edition,
        conventions: Sequence[Convention],
        rules: Specificity | None = None,
        threshold: float = KEPT_FROM,
    ) -> None:
        self._edition = edition
        self._threshold = threshold
        self._conventions = with_policy(conventions)
        self._rules = rules or Specificity()

    def draft(self, tentative: Sequence[Tentative]) -> tuple[list[DraftCode], list[Dropped]]:
        """Join the tentative codes of a note, before any convention.

        Args:
            tentative: What each mention led to, in text order.

        Returns:
            The codes that are sure enough, each once, in text order; and those that are not.
        """
        merged = _merge(one for each in tentative for one in each.draft)
        kept = [one for one in merged if one.confidence >= self._threshold]
        return kept, [self._unsure(one) for one in merged if one.confidence < self._threshold]

    def reconcile(
        self, note: ReadNote, tentative: Sequence[Tentative], sequence: Sequence[str] | None = None
    ) -> CodingResult:
        """Make the final code set of a note.

        Args:
            note: The note.
            tentative: What each mention led to, in text order.
            sequence: The codes to keep, in their order before the conventions apply; None keeps all in text order.

        Returns:
            The result; a code that several mentions support appears once, with all their evidence.
        """
        conditions = gather(tentative, self._edition, self._rules)
        tagged = tag(tentative, conditions)
        kept, unsure = self.draft(tagged)
        dropped = [*(one for each in tagged for one in each.dropped), *unsure]
        if sequence is not None:
            left_out = (one for one in kept if one.code not in sequence)
            dropped.extend(self._dropped(one, "the model left it out", rule="model") for one in left_out)
            kept = sorted((one for one in kept if one.code in sequence), key=lambda one: sequence.index(one.code))
        bench = Workbench(edition=self._edition, draft=kept)
        statements = tuple(map(statement_of, tentative))
        # Many conventions read the same few words; they are remembered no longer than the note is there.
        words_of = cache(note.lexicon.content_words)
        draft = Draft(codes=(), statements=statements, conditions=conditions, lexicon=note.lexicon, words_of=words_of)
        for convention in self._conventions:
            if convention.setting in (None, note.encounter.setting):
                codes = bench.documented if convention.stage <= Stage.REPORT else bench.reported
                draft = draft if draft.codes == codes else attrs.evolve(draft, codes=codes)
                self._apply(convention, bench, draft, note.encounter)
        bench.apply(tuple(missing_details(self._edition, self._rules, bench.reported)))
        queries = dict.fromkeys(query for each in tentative for query in each.queries)
        result = self._result(note, bench, dropped, [*queries, *bench.queries])
        return attrs.evolve(result, conditions=conditions, statements=besides(statements, conditions))

    def _apply(self, convention: Convention, bench: Workbench, draft: Draft, encounter: Encounter) -> None:
        try:
            bench.apply(tuple(convention.apply(draft, self._edition, encounter)))
        except Exception as error:
            # A faulty convention must not cost the note; the coder learns that it was not checked.
            bench.findings.append(
                Finding(
                    rule=convention.id,
                    severity=Severity.WARNING,
                    codes=(),
                    message=f"this convention was not applied, so check it by hand: {_fault(error)}",
                    source=convention.source,
                )
            )

    def _unsure(self, one: DraftCode) -> Dropped:
        below = f"confidence {one.confidence:.2f} is below {self._threshold:.2f}"
        return self._dropped(one, f"{one.reasons[0].detail}: {below}" if one.reasons else below)

    def _dropped(self, one: DraftCode, reason: str, rule: str = "") -> Dropped:
        return Dropped(
            code=one.code,
            title=self._edition.get(one.code).title,
            step="verify",
            reason=reason,
            rule=rule,
            evidence=one.evidence,
            confidence=one.confidence,
            conditions=one.conditions,
            reasons=one.reasons,
        )

    def _result(
        self,
        note: ReadNote,
        bench: Workbench,
        dropped: Iterable[Dropped],
        queries: Iterable[Query],
    ) -> CodingResult:
        everything = [*dropped, *bench.dropped, *bench.left]
        everything.sort(key=lambda one: one.evidence[0].start if one.evidence else 0)
        return CodingResult(
            note_id=note.id,
            system=self._edition.system,
            edition=self._edition.label,
            assignments=tuple(self._assignment(one, rank) for rank, one in enumerate(bench.reported, start=1)),
            dropped=tuple(everything),
            findings=tuple(bench.findings),
            queries=tuple(queries),
            edits=tuple(bench.edits),
        )

    def _assignment(self, one: DraftCode, rank: int) -> Assignment:
        status, reasons = one.status, one.reasons
        if status is Status.READY and one.confidence < READY_FROM:
            status = Status.REVIEW
            detail = f"review: confidence {one.confidence:.2f} is below {READY_FROM:.2f}"
            reasons = (*reasons, Reason(step="verify", detail=detail))
        return Assignment(
            code=one.code,
            title=self._edition.get(one.code).title,
            rank=rank,
            status=status,
            confidence=one.confidence,
            evidence=one.evidence,
            reasons=reasons,
            modifiers=one.modifiers,
            units=one.units,
            alternatives=tuple(islice(self._alternatives(one), _ALTERNATIVES)),
            conditions=one.conditions,
            basis=one.decision.basis if one.decision else None,
        )

    def _alternatives(self, one: DraftCode) -> Iterator[Alternative]:
        """Name the rows that the index proposed besides, save those above the code or proposed twice."""
        taken = {one.code, *(row.code for row in self._edition.ancestors(one.code))}
        for candidate in one.alternatives:
            row = self._edition.find(candidate.code)
            if row is not None and row.code not in taken:
                taken.add(row.code)
                yield Alternative(code=row.code, title=row.title, score=candidate.score)


def _fault(error: Exception) -> str:
    """Say what failed; an error that is not of codekit is named by its class alone, for it may quote the note."""
    return str(error) if isinstance(error, PluginError) else type(error).__name__


def _merge(drafts: Iterable[DraftCode]) -> list[DraftCode]:
    """Join the tentative codes that are the same code.

    The surest mention leads, of equally sure ones that of a present condition, then the first; the evidence of all is
    kept.
    """
    by_code: dict[str, list[DraftCode]] = {}
    for one in drafts:
        by_code.setdefault(one.code, []).append(one)
    merged: list[DraftCode] = []
    for same in by_code.values():
        lead = max(same, key=lambda one: (one.confidence, one.assertion is Assertion.PRESENT, -one.position))
        evidence = join_evidence(*(one.evidence for one in same))
        conditions = join_conditions(*(one.conditions for one in same))
        alone = any(one.confidence == lead.confidence and not one.accompanies for one in same)
        accompanies = lead.accompanies and not alone
        merged.append(attrs.evolve(lead, evidence=evidence, conditions=conditions, accompanies=accompanies))
    return sorted(merged, key=lambda one: (one.position, one.code))
