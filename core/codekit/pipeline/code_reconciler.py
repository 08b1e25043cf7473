"""Verify: the code reconciler makes one ordered code set of the tentative codes, through the conventions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from codekit.conventions import Convention, Draft, DraftCode, Statement
from codekit.editions.edition import Edition
from codekit.errors import PluginError
from codekit.pipeline.confidence import KEPT_FROM, READY_FROM
from codekit.pipeline.details import missing_details
from codekit.pipeline.edits import Workbench
from codekit.pipeline.steps import Tentative
from codekit.specificity import Specificity
from codekit.text.reader import ReadNote
from codekit.types import (
    Assertion,
    Assignment,
    CodingResult,
    Dropped,
    Finding,
    Query,
    Reason,
    Severity,
    Status,
)


class RulesCodeReconciler:
    """Applies the conventions of a system one after another.

    Args:
        edition: The opened edition.
        conventions: In the order in which they apply.
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
        self._conventions = tuple(conventions)
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
        kept, unsure = self.draft(tentative)
        dropped = [*(one for each in tentative for one in each.dropped), *unsure]
        if sequence is not None:
            left_out = (one for one in kept if one.code not in sequence)
            dropped.extend(self._dropped(one, "the model left it out", rule="model") for one in left_out)
            kept = sorted((one for one in kept if one.code in sequence), key=lambda one: sequence.index(one.code))
        bench = Workbench(edition=self._edition, draft=kept)
        statements = tuple(Statement(mention=each.mention, code=each.row) for each in tentative)
        for convention in self._conventions:
            if convention.setting in (None, note.encounter.setting):
                self._apply(convention, bench, statements, note)
        bench.apply(tuple(missing_details(self._edition, self._rules, bench.draft)))
        queries = dict.fromkeys(query for each in tentative for query in each.queries)
        return self._result(note, bench, dropped, [*queries, *bench.queries])

    def _apply(
        self, convention: Convention, bench: Workbench, statements: tuple[Statement, ...], note: ReadNote
    ) -> None:
        try:
            draft = Draft(codes=tuple(bench.draft), statements=statements, lexicon=note.lexicon)
            bench.apply(tuple(convention.apply(draft, self._edition, note.encounter)))
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
        return self._dropped(one, f"{one.reasons[0].detail}: {below}")

    def _dropped(self, one: DraftCode, reason: str, rule: str = "") -> Dropped:
        return Dropped(
            code=one.code,
            title=self._edition.get(one.code).title,
            step="verify",
            reason=reason,
            rule=rule,
            evidence=one.evidence,
            confidence=one.confidence,
        )

    def _result(
        self, note: ReadNote, bench: Workbench, dropped: Iterable[Dropped], queries: Iterable[Query]
    ) -> CodingResult:
        everything = sorted([*dropped, *bench.dropped], key=lambda one: one.evidence[0].start if one.evidence else 0)
        return CodingResult(
            note_id=note.id,
            system=self._edition.system,
            edition=self._edition.label,
            assignments=tuple(self._assignment(one, rank) for rank, one in enumerate(bench.draft, start=1)),
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
        )


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
        spans = {(each.start, each.end): each for one in same for each in one.evidence}
        evidence = tuple(spans[key] for key in sorted(spans))
        alone = any(one.confidence == lead.confidence and not one.accompanies for one in same)
        merged.append(attrs.evolve(lead, evidence=evidence, accompanies=lead.accompanies and not alone))
    return sorted(merged, key=lambda one: (one.position, one.code))
