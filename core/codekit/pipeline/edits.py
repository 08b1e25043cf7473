"""Applying the edits of conventions to the draft, so that nothing is lost without a trace."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from codekit.conventions import DraftCode
from codekit.editions.edition import Edition
from codekit.errors import PluginError
from codekit.types import Action, Dropped, Edit, Finding, Query, Reason, Status


@attrs.define
class Workbench:
    """The draft while the conventions work on it.

    Args:
        edition: The opened edition.
        draft: Tentative codes in sequence.
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
        """Add a code that rests on the same evidence as the code before or behind which it stands."""
        at = self._place(edit.after if edit.before is None else edit.before)
        if at is None or self._place(edit.code) is not None:
            return False
        self._check(edit.code)
        beside = self.draft[at]
        added = attrs.evolve(beside, code=edit.code, reasons=(_reason(edit),), term_id="", modifiers=(), units=1)
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
                self.dropped.append(self._drop(edit, current))
            case Action.REPLACE if edit.replacement not in (None, edit.code):
                if self._place(edit.replacement) is not None:
                    del self.draft[at]
                    self.dropped.append(self._drop(edit, current))
                    return True
                self._check(edit.replacement)
                reasons = (*current.reasons, _reason(edit))
                self.draft[at] = attrs.evolve(current, code=edit.replacement, reasons=reasons)
            case Action.MOVE:
                return self._move(edit, at)
            case Action.MODIFY:
                return self._modify(edit, at)
            case Action.FLAG if edit.finding is not None:
                self.findings.append(edit.finding)
            case _:
                return False
        return True

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

    def _drop(self, edit: Edit, current: DraftCode) -> Dropped:
        return Dropped(
            code=current.code,
            title=self.edition.get(current.code).title,
            step="verify",
            reason=edit.reason,
            rule=edit.rule,
            evidence=current.evidence,
            confidence=current.confidence,
        )


def _reason(edit: Edit) -> Reason:
    return Reason(step="verify", detail=edit.reason, source=edit.source)
