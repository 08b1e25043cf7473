"""Applying the edits of conventions to the draft, so that nothing is lost without a trace."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from codekit.conventions import DraftCode
from codekit.editions.edition import Edition
from codekit.errors import PluginError
from codekit.types import Action, Dropped, Edit, Finding, Reason


@attrs.define
class Workbench:
    """The draft while the conventions work on it.

    Args:
        edition: The opened edition.
        draft: Tentative codes in sequence.
        dropped: What the conventions took out, in order.
        findings: What they reported, in order.
        edits: Everything they did, in order.
    """

    edition: Edition
    draft: list[DraftCode]
    dropped: list[Dropped] = attrs.field(factory=list)
    findings: list[Finding] = attrs.field(factory=list)
    edits: list[Edit] = attrs.field(factory=list)

    def apply(self, edits: Sequence[Edit]) -> None:
        """Apply the edits of one convention in order; one that names a code no longer in the draft does nothing."""
        for edit in edits:
            at = next((at for at, one in enumerate(self.draft) if one.code == edit.code), None)
            done = self._add(edit) if edit.action is Action.ADD else at is not None and self._change(edit, at)
            if done:
                self.edits.append(edit)

    def _add(self, edit: Edit) -> bool:
        """Add a code that rests on the same evidence as the code `before` which it stands."""
        basis = next((one for one in self.draft if one.code == edit.before), None)
        if basis is None or any(one.code == edit.code for one in self.draft):
            return False
        self._check(edit.code)
        added = attrs.evolve(basis, code=edit.code, reasons=(_reason(edit),), term_id="")
        self.draft.insert(self.draft.index(basis), added)
        return True

    def _change(self, edit: Edit, at: int) -> bool:
        current = self.draft[at]
        match edit.action:
            case Action.DROP:
                del self.draft[at]
                self.dropped.append(self._drop(edit, current))
            case Action.REPLACE if edit.replacement is not None:
                if any(one.code == edit.replacement for one in self.draft):
                    del self.draft[at]
                    self.dropped.append(self._drop(edit, current))
                    return True
                self._check(edit.replacement)
                reasons = (*current.reasons, _reason(edit))
                self.draft[at] = attrs.evolve(current, code=edit.replacement, reasons=reasons)
            case Action.MOVE:
                return self._move(edit, at)
            case Action.FLAG if edit.finding is not None:
                self.findings.append(edit.finding)
            case _:
                return False
        return True

    def _move(self, edit: Edit, at: int) -> bool:
        target = next((i for i, one in enumerate(self.draft) if one.code == edit.before), None)
        if target is None or at <= target:
            return False
        moved = self.draft.pop(at)
        self.draft.insert(target, attrs.evolve(moved, reasons=(*moved.reasons, _reason(edit))))
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
