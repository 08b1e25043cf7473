"""Conditions that the note links: a manifestation with its etiology, a deficit with the stroke that left it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from codekit.plugin import (
    Assertion,
    Candidate,
    Code,
    CodeKind,
    Edition,
    LocatedMention,
    NoteKind,
    PhraseBook,
)

# What the titles of manifestations say besides the condition.
_FILLER = frozenset(
    (
        "disease classified elsewhere unspecified other specified type severity nec nos due underlying condition "
        "secondary"
    ).split()
)
_CODED = (Assertion.PRESENT, Assertion.POSSIBLE)
_LEAST = 0.6
# How near an etiology must stand to a manifestation named behind "with" or "in", in code points.
_SAME_STATEMENT = 80
# "Anemia of ..." and "cardiomyopathy in ...": only such a word stands between, and no comma of a list.
_LINKING_GAPS = (0, 1, 4)
# Code points between a mention and the words that join it to its cause.
_GAP = 3
_STEM = 6


@attrs.frozen(kw_only=True)
class Manifestation:
    """A row that asks for the code of an etiology in front of it.

    Args:
        row: The row.
        telling: What its title says besides the filler of all such titles and the words that name no condition.
    """

    row: Code
    telling: frozenset[str]


class Manifestations:
    """The rows of an edition that stand behind an etiology.

    Args:
        edition: The opened edition.

    Source: ICD-10-CM Official Guidelines FY2026, section I.A.13 (etiology/manifestation convention).
    """

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._by_word: dict[str, list[tuple[int, Manifestation]]] = {}
        for at, known in enumerate(_load(edition)):
            for word in known.telling:
                self._by_word.setdefault(word, []).append((at, known))

    def link(self, located: Sequence[LocatedMention], text: str, phrases: PhraseBook) -> Iterator[LocatedMention]:
        """Give the mentions that are the manifestation of another.

        Args:
            located: The mentions of a note, in text order.
            text: The note's text.
            phrases: The tables of phrases.

        Yields:
            The mention with the manifestation's row as its best candidate.
        """
        together = by_scope(located)
        joins = {match.start: match.end for match in phrases["records.comes_of"].find(text)}
        for one in located:
            code = _code(one)
            if code is None or one.mention.assertion not in _CODED or self._edition.find(code) is None:
                continue
            linked = next(self._linked(one, code, together[one.mention.scope], joins), None) or self._own(one, code)
            if linked is not None:
                others = (other for other in one.candidates if other.code != linked.code)
                yield attrs.evolve(one, candidates=(linked, *others))

    def _linked(
        self, one: LocatedMention, code: str, located: Sequence[LocatedMention], joins: Mapping[int, int]
    ) -> Iterator[Candidate]:
        """Give the row of a condition whose etiology is another mention."""
        said = set(one.mention.normalized)
        for etiology in _etiologies(one, located, joins):
            cause = _code(etiology)
            if cause is not None and self._edition.find(cause) is not None and cause[:3] != code[:3]:
                of_cause = {*etiology.mention.normalized, *self._titles(cause)}
                row = self._find(said, of_cause, cause)
                if row is not None and not code.startswith(row.code):
                    row = self._parallel(row, code)
                    yield attrs.evolve(
                        one.candidates[0],
                        code=row.code,
                        term=f"{row.title}, with {cause}",
                        source="I.A.13",
                        manifestation=(),
                    )

    def _own(self, one: LocatedMention, code: str) -> Candidate | None:
        """Add the manifestation that a mention names besides its etiology: "Huntington's dementia" is both."""
        best = one.candidates[0]
        if best.manifestation:
            return None
        said = self._by_word.keys() & one.mention.normalized
        row = self._find(said - self._titles(code), set(), code) if said else None
        return attrs.evolve(best, manifestation=(row.code,)) if row else None

    def _find(self, said: set[str], of_cause: set[str], cause: str) -> Code | None:
        """Find the row whose note names the etiology and whose title names the condition, the closest one."""
        naming = dict(pair for word in said for pair in self._by_word.get(word, ()))
        best: tuple[float, Code] | None = None
        for _, known in sorted(naming.items()):
            if known.row.code[:3] == cause[:3]:
                continue
            share = sum(word in said or _alike(word, of_cause) for word in known.telling) / len(known.telling)
            if share >= _LEAST and (best is None or share > best[0]) and self._names(known.row, cause):
                best = share, known.row
        return best[1] if best else None

    def _parallel(self, row: Code, code: str) -> Code:
        """Keep the detail that the condition's own code has, where the manifestation's rows are built alike."""
        alike = (row.code + code[3:], row.code + code[3:].replace(".9", ".8"))
        return next((found for found in map(self._edition.find, alike) if found), row)

    def _names(self, row: Code, code: str) -> bool:
        return any(
            self._edition.covers(reference, code)
            for note in row.notes
            if note.kind is NoteKind.CODE_FIRST
            for reference in note.references
        )

    def _titles(self, code: str) -> set[str]:
        rows = (self._edition.get(code), *self._edition.ancestors(code))
        return {word for row in rows for word in self._edition.lexicon.term_words(row.title)}


def _load(edition: Edition) -> Iterator[Manifestation]:
    # Severe sepsis is another condition than sepsis, whatever it is due to.
    silent = (_FILLER | edition.lexicon.vocabulary.weak) - {"severe"}
    for row in edition.noted(NoteKind.CODE_FIRST):
        if row.kind in (CodeKind.CATEGORY, CodeKind.CODE):
            yield Manifestation(row=row, telling=frozenset(edition.lexicon.term_words(row.title)) - silent)


def _code(one: LocatedMention) -> str | None:
    return one.candidates[0].code if one.candidates and one.candidates[0].score >= _LEAST else None


def _etiologies(
    one: LocatedMention, located: Sequence[LocatedMention], joins: Mapping[int, int]
) -> Iterator[LocatedMention]:
    """Give what the note names as the cause of a mention, or names it "with", "in" or beside.

    Joins are words such as "a complication of", by their first place to one past the last.
    """
    mention, cause = one.mention, one.mention.cause
    join = next((joins[at] for at in range(mention.end, mention.end + _GAP) if at in joins), None)
    for other in located:
        if other is one or other.mention.assertion not in _CODED:
            continue
        if cause is not None and cause.start <= other.mention.start < cause.end:
            yield other
        elif cause is None and mention.scope == other.mention.scope:
            before, behind = mention.start - other.mention.end, other.mention.start - mention.end
            beside = 0 <= before <= 1 or behind in _LINKING_GAPS
            joined = join is not None and 0 <= other.mention.start - join <= _GAP
            if beside or joined or (mention.accompanies and 0 <= before <= _SAME_STATEMENT):
                yield other


def by_scope(located: Sequence[LocatedMention]) -> Mapping[tuple[int, int], Sequence[LocatedMention]]:
    """Group mentions by the statement that they stand in, for only those are linked."""
    together: dict[tuple[int, int], list[LocatedMention]] = {}
    for one in located:
        together.setdefault(one.mention.scope, []).append(one)
    return together


def _alike(word: str, others: set[str]) -> bool:
    """Say whether a word stands among others in another form: "neoplastic" and "neoplasm"."""
    return word in others or any(len(word) > _STEM and word[:_STEM] == other[:_STEM] for other in others)
