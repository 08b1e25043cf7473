"""Which of the index's candidates fits: a state after surgery, no newborn, nothing congenital or of the eye unsaid."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from codekit.plugin import Assertion, Candidate, Edition, LocatedMention, Note

_STATES = "Z"
_EQUAL = 0.02
# Chapters 7 and 8, whose diseases are of the organ that their chapter names.
_OF_EYE_OR_EAR = "H"
_SIDES_AND_ORGANS = frozenset(("right", "left", "bilateral", "eye", "ear"))
# A candidate that needs no word the note lacks may score this much less than one that does.
_NEARLY = 0.25
_NEEDS = (
    (
        re.compile(r"\b(?:newborn|neonatal|perinatal|birth)\b"),
        re.compile(r"\b(?:newborn|neonat\w+|perinatal|birth|infant|nicu|preterm)\b", re.I),
    ),
    (
        re.compile(r"\bcongenital\b"),
        re.compile(r"\b(?:congenital\w*|inborn|since birth|at birth|malformation|anomaly|newborn)\b", re.I),
    ),
)


def choose(note: Note, located: Sequence[LocatedMention], edition: Edition) -> Iterator[LocatedMention]:
    """Put another candidate first where the best one says something of the patient that the note does not.

    Args:
        note: The note.
        located: What the index gave.
        edition: The opened edition.

    Yields:
        All mentions, their candidates in the order that fits.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.16.a, I.C.17 and I.C.21.c.3.
    """
    unsaid = [title for title, said in _NEEDS if not said.search(note.text)]
    if note.encounter.age == 0:
        unsaid = unsaid[1:] if _NEEDS[0][0] in unsaid else unsaid
    for one in located:
        if not one.candidates:
            yield one
            continue
        past = one.mention.assertion is Assertion.HISTORICAL
        ordered = tuple(sorted(one.candidates, key=lambda each: _rank(each, one.candidates[0], edition, unsaid, past)))
        ordered = _plain_first(ordered, frozenset(one.mention.normalized), edition)
        yield one if ordered == one.candidates else attrs.evolve(one, candidates=ordered)


def _rank(
    one: Candidate, best: Candidate, edition: Edition, unsaid: Sequence[re.Pattern[str]], past: bool
) -> tuple[bool, bool, float]:
    """Order by whether a candidate is far behind the best, says what the note does not, is no state; then by score."""
    far = one.score < best.score - (_NEARLY if _needs(best, edition, unsaid) else _EQUAL)
    return far or _needs(one, edition, unsaid), past and not one.code.startswith(_STATES), -one.score


def _plain_first(candidates: tuple[Candidate, ...], said: frozenset[str], edition: Edition) -> tuple[Candidate, ...]:
    """Put first what says all that a note says of an eye or an ear but which of the two, and nothing besides.

    "Cataract, right eye" shares more words with a cataract of one kind, whose entry names the eye, than with the plain
    one, whose entry need not.
    """
    plain = [one for one in candidates if one.code[0] == _OF_EYE_OR_EAR and _is_plain(one, said, edition)]
    best = max(plain, key=lambda one: len(one.code), default=candidates[0])
    return (best, *(other for other in candidates if other is not best))


def _is_plain(one: Candidate, said: frozenset[str], edition: Edition) -> bool:
    words = frozenset(edition.lexicon.term_words(one.term))
    return words <= said and said - words <= _SIDES_AND_ORGANS


def _needs(one: Candidate, edition: Edition, unsaid: Sequence[re.Pattern[str]]) -> bool:
    row = edition.find(one.code) if unsaid and one.code[0] in "PQ" else None
    return row is not None and any(pattern.search(row.title.lower()) for pattern in unsaid)
