"""Applying the edits of conventions to the draft, so that nothing is lost without a trace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from codekit.conventions import DraftCode
from codekit.editions.edition import Edition
from codekit.errors import PluginError
from codekit.types import Action, Basis, Dropped, Edit, Evidence, Finding, Query, Reason, ReportingDecision, Status


@attrs.define
class Workbench:
    """The draft while the conventions work on it.

    A code that a convention leaves stays in the draft, for the conventions that read what is documented; those that
    read what is reported do not see it, and when the work is done it is among the dropped.

    Args:
        edition: The opened edition.
        draft: Tentative codes in sequence, with those that are left.
        dropped: What the conventions took out, in order.
        findings: What they reported, in order.
        queries: What they ask of the clinician, in order.
        edits: Everything they did, in order.
    """

    edition: Edition
    draft: list[DraftCode]
    dropped: list[Dropped] = attrs.field(factory=list)
    findings: list[Finding] = attrs.field(factory=list)
    queries: list[Query] = attrs.field(factory=list)
    edits: list[Edit] = attrs.field(factory=list)

    @property
    def documented(self) -> tuple[DraftCode, ...]:
        """All codes that the record bears out, in sequence."""
        return tuple(self.draft)

    @property
    def reported(self) -> tuple[DraftCode, ...]:
        """Those that the encounter reports, in sequence."""
        return tuple(one for one in self.draft if one.reported)

    @property
    def left(self) -> tuple[Dropped, ...]:
        """Those that it does not report, in sequence, each with its basis."""
        return tuple(
            self._dropped(one, one.decision.rule, " ".join(one.decision.facts), one.decision.basis)
            for one in self.draft
            if one.decision is not None and not one.decision.reported
        )

    def apply(self, edits: Sequence[Edit]) -> None:
        """Apply the edits of one convention in order; one that names a code no longer in the draft does nothing."""
        for edit in edits:
            at = self._place(edit.code)
            match edit.action:
                case Action.ADD:
                    done = self._add(edit)
                case Action.QUERY:
                    done = self._ask(edit)
                case _:
                    done = at is not None and self._change(edit, at)
            if done:
                self.edits.append(edit)

    def _place(self, code: str | None) -> int | None:
        return next((at for at, one in enumerate(self.draft) if one.code == code), None)

    def _add(self, edit: Edit) -> bool:
        """Add a code on the evidence of those that call for it.

        A rule is certain once what triggers it is there, so that the code is as sure as the least sure of its triggers.
        A code that was left stays left.
        """
        at = self._place(edit.after if edit.before is None else edit.before)
        if at is None or self._place(edit.code) is not None:
            return False
        self._check(edit.code)
        beside = self.draft[at]
        triggers = [one for one in self.draft if one.code in edit.triggers] or [beside]
        added = attrs.evolve(
            beside,
            code=edit.code,
            confidence=min(one.confidence for one in triggers),
            evidence=join_evidence(*(one.evidence for one in triggers)),
            reasons=(_reason(edit),),
            term_id="",
            stated=False,
            modifiers=(),
            units=1,
            alternatives=(),
            conditions=join_conditions(*(one.conditions for one in triggers)),
            decision=next((one.decision for one in triggers if one.reported), triggers[0].decision),
        )
        self.draft.insert(at if edit.before is not None else at + 1, added)
        return True

    def _ask(self, edit: Edit) -> bool:
        """Ask the clinician; the codes that wait for the answer are marked."""
        if edit.query is None or edit.query in self.queries:
            return False
        self.queries.append(edit.query)
        for at, one in enumerate(self.draft):
            if one.code in edit.query.codes:
                self.draft[at] = attrs.evolve(one, status=Status.QUERY, reasons=(*one.reasons, _reason(edit)))
        return True

    def _change(self, edit: Edit, at: int) -> bool:
        current = self.draft[at]
        match edit.action:
            case Action.DROP:
                del self.draft[at]
                self.dropped.append(self._dropped(current, edit.rule, edit.reason))
            case Action.LEAVE | Action.KEEP:
                return self._decide(edit, at)
            case Action.REPLACE if edit.replacement not in (None, edit.code):
                self._replace(edit, at, edit.replacement)
            case Action.MOVE:
                return self._move(edit, at)
            case Action.MODIFY:
                return self._modify(edit, at)
            case Action.FLAG if edit.finding is not None:
                self.findings.append(edit.finding)
            case _:
                return False
        return True

    def _decide(self, edit: Edit, at: int) -> bool:
        if edit.basis is None or edit.basis.reported is not (edit.action is Action.KEEP):
            raise PluginError(f"an edit that leaves or keeps {edit.code} must give a basis for it, not {edit.basis}")
        current = self.draft[at]
        if current.decision is not None and current.decision.basis is edit.basis:
            return False
        decision = ReportingDecision(basis=edit.basis, source=edit.source, facts=(edit.reason,), rule=edit.rule)
        reasons = (*current.reasons, _reason(edit)) if edit.action is Action.KEEP else current.reasons
        status = Status.REVIEW if edit.doubt and current.status is Status.READY else current.status
        self.draft[at] = attrs.evolve(current, decision=decision, reasons=reasons, status=status)
        return True

    def _replace(self, edit: Edit, at: int, code: str) -> None:
        """Put a code in the place of another; one that is there already takes over what the other rests on.

        It is then reported if one of the two is. What it takes the place of is shown among the dropped.
        """
        current, there = self.draft[at], self._place(code)
        reason = _reason(edit)
        gone = self._dropped(current, edit.rule, edit.reason)
        if there is None:
            self._check(code)
            self.draft[at] = attrs.evolve(current, code=code, reasons=(*current.reasons, reason))
            self.dropped.append(gone)
            return
        kept = self.draft[there]
        self.draft[there] = attrs.evolve(
            kept,
            reasons=(*kept.reasons, reason),
            evidence=join_evidence(kept.evidence, current.evidence),
            conditions=join_conditions(kept.conditions, current.conditions),
            decision=current.decision if current.reported else kept.decision,
        )
        del self.draft[at]
        self.dropped.append(gone)

    def _move(self, edit: Edit, at: int) -> bool:
        target = self._place(edit.before)
        if target is None or at <= target:
            return False
        moved = self.draft.pop(at)
        self.draft.insert(target, attrs.evolve(moved, reasons=(*moved.reasons, _reason(edit))))
        return True

    def _modify(self, edit: Edit, at: int) -> bool:
        current = self.draft[at]
        modifiers = current.modifiers if edit.modifiers is None else edit.modifiers
        units = current.units if edit.units is None else edit.units
        if (modifiers, units) == (current.modifiers, current.units):
            return False
        reasons = (*current.reasons, _reason(edit))
        self.draft[at] = attrs.evolve(current, modifiers=modifiers, units=units, reasons=reasons)
        return True

    def _check(self, code: str) -> None:
        """Refuse a code that no claim may carry, so that a faulty convention cannot bring one in."""
        if not self.edition.get(code).assignable:
            raise PluginError(f"{code} is not assignable in {self.edition.label}; a convention must name one that is")

    def _dropped(self, one: DraftCode, rule: str, reason: str, basis: Basis | None = None) -> Dropped:
        return Dropped(
            code=one.code,
            title=self.edition.get(one.code).title,
            step="verify",
            reason=reason,
            rule=rule,
            evidence=one.evidence,
            confidence=one.confidence,
            basis=basis,
            conditions=one.conditions,
            reasons=one.reasons,
        )


def join_evidence(*each: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Join what several codes rest on: each span once, in text order."""
    spans = {(one.start, one.end): one for evidence in each for one in evidence}
    return tuple(spans[span] for span in sorted(spans))


def join_conditions(*each: Iterable[str]) -> tuple[str, ...]:
    """Join the ids of what several codes stand for: each once, in the order in which `gather` gave them."""
    return tuple(sorted({one for ids in each for one in ids}, key=lambda one: (len(one), one)))


def _reason(edit: Edit) -> Reason:
    return Reason(step="verify", detail=edit.reason, source=edit.source, rule=edit.rule)
