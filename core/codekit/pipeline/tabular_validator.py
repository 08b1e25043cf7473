"""Assign: the tabular validator verifies candidates in the tabular list and takes them to assignable codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from codekit.conventions import DraftCode
from codekit.editions.edition import Edition
from codekit.pipeline.confidence import confidence_of
from codekit.pipeline.context import Context, NoteContext
from codekit.pipeline.hierarchy import Refined, refine
from codekit.pipeline.steps import Tentative
from codekit.specificity import Specificity
from codekit.text.layout import REASONS, LineKind
from codekit.text.reader import ReadNote
from codekit.types import Assertion, Candidate, Code, Dropped, Evidence, Mention, Reason, Status

# What the note says of a mention that keeps its condition from being coded, whatever the system.
_NOT_CODED = {
    Assertion.NEGATED: "the note says that it is absent",
    Assertion.SOMEONE_ELSE: "the note says it of somebody else",
    Assertion.HYPOTHETICAL: "the note only speaks of it as a possibility to come",
}
LEAST_MATCH = 0.45
_EQUAL = 0.001


class RulesTabularValidator:
    """Assigns codes by the hierarchy and the details that the note states.

    Args:
        edition: The opened edition.
        rules: What distinguishes sibling codes in this system.
    """

    def __init__(self, edition: Edition, rules: Specificity) -> None:
        self._edition = edition
        self._rules = rules

    def assign(self, note: ReadNote, located: Sequence[tuple[Mention, Sequence[Candidate]]]) -> tuple[Tentative, ...]:
        """Take each mention's best candidate to an assignable code.

        Args:
            note: The note, for the details that refine the codes.
            located: Mentions with their candidates, best first.

        Returns:
            One for each mention: its tentative codes; or the mention under `dropped`, with the reason.
        """
        around = NoteContext(note, self._rules.facets).around
        return tuple(
            self._unstated(mention, candidates, why)
            if (why := note.layout.unstated(mention.start, mention.end))
            else self._assign(mention, candidates, around)
            for mention, candidates in located
        )

    def _unstated(self, mention: Mention, candidates: Sequence[Candidate], why: LineKind) -> Tentative:
        """Leave out what stands where nothing is stated; it speaks of no condition of the patient."""
        code = self._edition.find(candidates[0].code) if candidates else None
        evidence = (Evidence(start=mention.start, end=mention.end, text=mention.text),)
        return Tentative(mention=mention, dropped=(_dropped(code, "analyze", REASONS[why], evidence),))

    def _assign(
        self, mention: Mention, candidates: Sequence[Candidate], around: Callable[[Mention], Context]
    ) -> Tentative:
        evidence = (Evidence(start=mention.start, end=mention.end, text=mention.text),)
        if not candidates or candidates[0].score < LEAST_MATCH:
            reason = "no entry of the index was near enough, or chosen, for its words"
            return Tentative(mention=mention, dropped=(_dropped(None, "locate", reason, evidence),))
        best = self._most_direct(candidates)
        code = self._edition.find(best.code)
        if code is None:
            reason = f"the index leads to {best.code}, which is not in this edition's tabular list"
            return Tentative(mention=mention, dropped=(_dropped(None, "assign", reason, evidence),))
        if mention.assertion in _NOT_CODED:
            reason = _NOT_CODED[mention.assertion]
            return Tentative(mention=mention, row=code.code, dropped=(_dropped(code, "analyze", reason, evidence),))
        context = around(mention)
        # An index entry may ask for a manifestation besides; the etiology stands first (I.A.13).
        rows = [code, *(row for row in map(self._edition.find, best.manifestation) if row is not None)]
        draft: list[DraftCode] = []
        for row in rows:
            exact = best.exact and row is code
            refined = Refined(codes=(code,)) if exact else refine(self._edition, self._rules, row, context)
            draft.extend(self._draft(mention, candidates, best, one, refined) for one in refined.codes)
        if not draft:
            reason = f"{code.code} has no assignable code below it"
            return Tentative(mention=mention, row=code.code, dropped=(_dropped(code, "assign", reason, evidence),))
        return Tentative(mention=mention, row=code.code, draft=tuple(draft))

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

    def _draft(
        self, mention: Mention, candidates: Sequence[Candidate], best: Candidate, code: Code, refined: Refined
    ) -> DraftCode:
        confidence = confidence_of(mention, best, refined)
        unsure = bool(refined.unsupported) or bool(refined.open_facets) or mention.mended
        located = Reason(
            step="locate", detail=f"index: {best.term} → {best.code} (match {best.score:.2f})", source=best.source
        )
        spelled = ", with a word read as another of nearly the same spelling" * mention.mended
        said = f"{mention.assertion.value} in {mention.section.replace('_', ' ')}{spelled}"
        analyzed = Reason(step="analyze", detail=said, source="note")
        return DraftCode(
            code=code.code,
            confidence=confidence,
            evidence=(Evidence(start=mention.start, end=mention.end, text=mention.text),),
            reasons=(analyzed, located, *refined.reasons),
            status=Status.REVIEW if unsure else Status.READY,
            position=mention.start,
            assertion=mention.assertion,
            cause=mention.cause,
            accompanies=mention.accompanies,
            term_id=best.term_id,
            stated=bool(mention.stated),
            words=mention.normalized,
            alternatives=tuple(one for one in candidates if one is not best),
        )


def _dropped(code: Code | None, step: str, reason: str, evidence: tuple[Evidence, ...]) -> Dropped:
    return Dropped(
        code=code.code if code else None, title=code.title if code else "", step=step, reason=reason, evidence=evidence
    )
