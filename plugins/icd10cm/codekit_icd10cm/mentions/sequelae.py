"""What a stroke left behind: the deficit is coded as its sequela, at any time after it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from codekit.plugin import Assertion, Candidate, Code, CodeReference, Edition, LocatedMention, NoteKind
from codekit_icd10cm import checks
from codekit_icd10cm.mentions.links import by_scope

_SEQUELAE = "I69"
_KINDS = {
    "I69.0": CodeReference(first="I60"),
    "I69.1": CodeReference(first="I61"),
    "I69.2": CodeReference(first="I62"),
    "I69.3": CodeReference(first="I63"),
    "I69.8": CodeReference(first="I65", last="I68"),
}
# A past stroke is looked up as history, so that only its words tell the kind.
_WORDS = (
    (frozenset(("subarachnoid",)), "I69.0"),
    (frozenset(("intracerebral",)), "I69.1"),
    (frozenset(("brain", "hemorrhage")), "I69.1"),
    (frozenset(("intracranial", "hemorrhage")), "I69.2"),
    (frozenset(("brain", "infarction")), "I69.3"),
)
_PAST = frozenset("old previous prior past former remote last ago residual late history".split())
_YEAR = re.compile(r"(?:19|20)\d\d")
_LEFT_BY = ("late effect", "sequel", "residual", "following")
_RESIDUAL = frozenset(("residual", "sequela"))
_FILLER = frozenset(
    "following other unspecified sequela affecting side right left dominant nondominant non specified".split()
)
_SIDES = frozenset(("left", "right"))


class Sequelae:
    """The rows of an edition for sequelae of strokes.

    Args:
        edition: The opened edition.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.9.d (sequelae of cerebrovascular disease) and I.B.10.
    """

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._deficits = {row.code: tuple(self._below(row)) for row in self._types()}

    def link(self, located: Sequence[LocatedMention]) -> Iterator[LocatedMention]:
        """Give the deficits that a past stroke left.

        Args:
            located: The mentions of a note, in text order.

        Yields:
            The deficit with the row of its sequela as its best candidate.
        """
        together = by_scope(located)
        for one in located:
            stroke = next(_past_causes(one, together[one.mention.scope]), None)
            row = self._find(one, stroke) if stroke else None
            if row is not None and one.candidates:
                first = one.candidates[0]
                kept = (first.code,) if self._asks_for(row, first.code) else ()
                best = Candidate(code=row.code, score=first.score, term=row.title, source="I.C.9.d", manifestation=kept)
                yield attrs.evolve(one, candidates=(best, *one.candidates))

    def _find(self, one: LocatedMention, stroke: LocatedMention) -> Code | None:
        """Find the row of the stroke's kind that names the deficit, the closest one."""
        kind = self._kind(stroke)
        said = {*one.mention.normalized}
        if one.candidates and (row := self._edition.find(one.candidates[0].code)):
            said.update(self._edition.lexicon.term_words(row.title))
        if "weakness" in said and not _SIDES.isdisjoint(said):
            # Weakness of one side after a stroke is hemiparesis (index: Hemiparesis, see Hemiplegia).
            said.add("hemiparesis")
        best: tuple[int, Code] | None = None
        for row, words in self._deficits.get(kind or "", ()):
            met = len(words & said)
            if met and (best is None or met > best[0]):
                best = met, row
        return best[1] if best else None

    def _asks_for(self, row: Code, code: str) -> bool:
        """Say whether a sequela's notes ask for the code of the deficit itself, as those of dysphagia do."""
        notes = checks.notes_of(self._edition, row.code, NoteKind.USE_ADDITIONAL_CODE)
        return any(checks.names(self._edition, found.note, code) for found in notes)

    def _kind(self, stroke: LocatedMention) -> str | None:
        words = set(stroke.mention.normalized)
        by_words = next((kind for telling, kind in _WORDS if telling <= words), None)
        code = stroke.candidates[0].code if stroke.candidates else ""
        return by_words or next((kind for kind, each in _KINDS.items() if self._edition.covers(each, code)), None)

    def _types(self) -> tuple[Code, ...]:
        top = self._edition.find(_SEQUELAE)
        return self._edition.children(top.code) if top else ()

    def _below(self, top: Code) -> Iterator[tuple[Code, frozenset[str]]]:
        """Yield the rows of one kind of stroke with the words that name their deficits."""
        of_kind = set(self._edition.lexicon.term_words(top.title))
        rows = list(self._edition.children(top.code))
        while rows:
            row = rows.pop(0)
            words = frozenset(self._edition.lexicon.term_words(row.title)) - of_kind - _FILLER
            if words:
                yield row, words
            if not row.seventh_characters:
                rows.extend(self._edition.children(row.code))


def _past_causes(one: LocatedMention, located: Sequence[LocatedMention]) -> Iterator[LocatedMention]:
    """Give what the note names as the past cause of a mention, or says that it is the residue of."""
    cause, residual = one.mention.cause, not _RESIDUAL.isdisjoint(one.mention.normalized)
    for other in located:
        if other is one:
            continue
        if cause is not None:
            inside = cause.start <= other.mention.start < cause.end
            told = {*cause.words, *one.mention.normalized}
            past = other.mention.assertion is Assertion.HISTORICAL or not _PAST.isdisjoint(told)
            past = past or (cause.link.startswith(_LEFT_BY) and "acute" not in cause.words)
            if inside and (past or any(_YEAR.fullmatch(word) for word in told)):
                yield other
        elif residual and other.mention.scope == one.mention.scope:
            yield other
