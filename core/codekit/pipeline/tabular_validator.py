"""Assign: the tabular validator verifies candidates in the tabular list and takes them to assignable codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from codekit.conventions import DraftCode
from codekit.conventions.history import is_family_history
from codekit.editions.edition import Edition
from codekit.editions.index.entries import ILLNESS
from codekit.pipeline.choosing import LEAST_MATCH, Chooser
from codekit.pipeline.confidence import confidence_of
from codekit.pipeline.context import Context, NoteContext
from codekit.pipeline.hierarchy import Hierarchy, Refined
from codekit.pipeline.steps import Tentative
from codekit.pipeline.unstated import Doubt
from codekit.queries import write_query
from codekit.specificity import Specificity
from codekit.text.layout import REASONS, LineKind
from codekit.text.reader import ReadNote
from codekit.text.vocabulary import Vocabulary
from codekit.types import Assertion, Candidate, Code, Dropped, Evidence, Mention, Query, Reason, Status

# What the note says of a mention that keeps its condition from being coded, whatever the system.
_NOT_CODED = {
    Assertion.NEGATED: "the note says that it is absent",
    Assertion.SOMEONE_ELSE: "the note says it of somebody else",
    Assertion.HYPOTHETICAL: "the note only speaks of it as a possibility to come",
}


class RulesTabularValidator:
    """Assigns codes by the hierarchy and the details that the note states.

    Args:
        edition: The opened edition.
        rules: What distinguishes sibling codes in this system.
    """

    def __init__(self, edition: Edition, rules: Specificity) -> None:
        self._edition = edition
        self._rules = rules
        self._hierarchy = Hierarchy(edition, rules)
        self._chooser = Chooser(edition, self._hierarchy)

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
            if (why := _why_unstated(note, mention, candidates))
            else _doubt_everyday(self._assign(mention, candidates, around), note.lexicon.vocabulary)
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
        context = around(mention)
        choice = self._chooser.choose(mention, candidates, context)
        best = choice.best
        if choice.doubt is Doubt.UNNAMED:
            row = self._edition.find(best.code)
            reason = f"the index has “{best.term}”, and the note does not say “{choice.word}”"
            return Tentative(mention=mention, dropped=(_dropped(row, "locate", reason, evidence),))
        code = self._edition.find(best.code)
        if code is None:
            reason = f"the index leads to {best.code}, which is not in this edition's tabular list"
            return Tentative(mention=mention, dropped=(_dropped(None, "assign", reason, evidence),))
        if reason := _why_not_coded(mention, code):
            return Tentative(mention=mention, row=code.code, dropped=(_dropped(code, "analyze", reason, evidence),))
        # An index entry may ask for a manifestation besides; the etiology stands first (I.A.13).
        rows = [code, *(row for row in map(self._edition.find, best.manifestation) if row is not None)]
        draft: list[DraftCode] = []
        for row in rows:
            exact = best.exact and row is code
            refined = Refined(codes=(code,)) if exact else self._hierarchy.refine(row, context)
            draft.extend(self._draft(mention, candidates, best, one, refined) for one in refined.codes)
        if choice.doubt:
            draft = [_doubt(one, f"the note does not say “{choice.word}”") for one in draft]
        if choice.equal:
            also = ", ".join(row.code for row in choice.equal)
            draft = [_doubt(one, f"the index leads as well to {also}") for one in draft]
        if not draft:
            reason = f"{code.code} has no assignable code below it"
            return Tentative(mention=mention, row=code.code, dropped=(_dropped(code, "assign", reason, evidence),))
        queries = (self._ask(evidence, code, choice.equal, draft),) if choice.equal else ()
        return Tentative(mention=mention, row=code.code, draft=tuple(draft), queries=queries)

    def _ask(
        self, evidence: tuple[Evidence, ...], row: Code, equal: Sequence[Code], draft: Sequence[DraftCode]
    ) -> Query:
        return write_query(
            "equal",
            topic="the condition meant",
            indicators=evidence,
            options=[one.title for one in (row, *equal)],
            source=f"alphabetic index, {self._edition.release.title}",
            codes=[one.code for one in draft],
        )

    def _draft(
        self, mention: Mention, candidates: Sequence[Candidate], best: Candidate, code: Code, refined: Refined
    ) -> DraftCode:
        confidence = confidence_of(best, refined)
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


def _why_unstated(note: ReadNote, mention: Mention, candidates: Sequence[Candidate]) -> LineKind | None:
    """Say why a mention states nothing: by where it stands, or as it gives its name to a thing that is no disease.

    One that says more than the name of a place or a mark does state something.
    """
    why = note.layout.unstated(mention.start, mention.end)
    thing = note.layout.names(mention.start, mention.end)
    if why in (LineKind.PLACE, LineKind.MARK) and thing is None:
        return None if _says_more(note, mention) else why
    if why is not None:
        return why
    if thing is None:
        return None
    best = candidates[0] if candidates else None
    if thing.head >= mention.end or best is None:
        return LineKind.THING
    words, text = note.lexicon.content_words, note.text
    named = set(note.lexicon.term_words(best.term))
    # What an entry names from the thing on is stated, "exposure to tobacco smoke"; and so is what a finder knows.
    besides = named.intersection(words(text[thing.head : mention.end]))
    gives = named.intersection((*words(text[mention.start : thing.start])[-1:], *words(text[thing.start : thing.head])))
    return LineKind.THING if best.term_id and gives and not besides else None


def _says_more(note: ReadNote, mention: Mention) -> bool:
    """Say whether a telling word of a mention stands outside of every label."""
    idle = note.lexicon.vocabulary.weak | note.lexicon.vocabulary.everyday
    return any(
        note.layout.unstated(token.start, token.end) is None and not token.stop and token.word not in idle
        for token in note.lexicon.tokenize(mention.text, offset=mention.start)
    )


def _why_not_coded(mention: Mention, row: Code) -> str:
    """Say what keeps a condition from being coded; what a relative has is coded as family history alone."""
    if mention.assertion is Assertion.FAMILY and not is_family_history(row):
        return "the note says it of a relative"
    return _NOT_CODED.get(mention.assertion, "")


def _doubt_everyday(tentative: Tentative, vocabulary: Vocabulary) -> Tentative:
    """Leave to a reader what a single word says that means something else in everyday English."""
    telling = [word for word in tentative.mention.normalized if word not in vocabulary.weak or word in ILLNESS]
    if len(telling) != 1 or telling[0] not in vocabulary.everyday:
        return tentative
    detail = "a word of everyday English led here, and no word for illness stands with it"
    # What a finder knows of the phrase has no entry, and is in no doubt.
    draft = (_doubt(one, detail) if one.term_id else one for one in tentative.draft)
    return attrs.evolve(tentative, draft=tuple(draft))


def _doubt(one: DraftCode, why: str) -> DraftCode:
    return attrs.evolve(
        one, status=Status.REVIEW, reasons=(*one.reasons, Reason(step="assign", detail=f"review: {why}"))
    )


def _dropped(code: Code | None, step: str, reason: str, evidence: tuple[Evidence, ...]) -> Dropped:
    return Dropped(
        code=code.code if code else None, title=code.title if code else "", step=step, reason=reason, evidence=evidence
    )
