"""Readings that compete for the same words: which of them stands, and what is told of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from codekit.editions.edition import Edition
from codekit.pipeline.steps import Tentative
from codekit.pipeline.tabular_validator import LEAST_MATCH
from codekit.text.lexicon import Lexicon
from codekit.types import Assertion, Dropped, Evidence, LocatedMention, Mention

# A heading that is looked up with less than the one gives way to parts of it with at least the other.
_DOUBTFUL, _SURE = 0.55, 0.9

Span = tuple[int, int]


def is_doubtful(whole: LocatedMention) -> bool:
    """Say whether parts of a mention may say more than the whole.

    Part of what is over need not be over: behind "status post" the whole names a procedure.
    """
    return whole.mention.assertion is not Assertion.HISTORICAL and _score(whole) < _DOUBTFUL


def better(whole: LocatedMention, parts: tuple[LocatedMention, ...]) -> tuple[LocatedMention, ...]:
    """Take the parts of a mention where they say more than the whole; what is not taken gives way to what is."""
    if not parts:
        return (whole,)
    enough = _SURE if _score(whole) >= LEAST_MATCH else LEAST_MATCH
    best = max(parts, key=_score)
    if _score(best) < enough:
        return (attrs.evolve(whole, instead_of=parts),)
    return tuple(attrs.evolve(part, instead_of=(whole,)) if part is best else part for part in parts)


def free_parts(
    wholes: Iterable[LocatedMention], read: Sequence[LocatedMention], lexicon: Lexicon
) -> dict[Span, tuple[Mention, ...]]:
    """Find the headings that say no more than words within them do, and what the index knows beside those words.

    "Preeclampsia at 32 weeks of pregnancy", looked up whole, leads to the weeks, which its last words alone say more
    surely: what is left of it is looked up by itself.

    Args:
        wholes: The mentions as they were looked up.
        read: All mentions of the note, with those that the system's own reading found besides.
        lexicon: That of the edition.

    Returns:
        For the span of each such heading the parts that neither the entry it led to explains nor another mention
        overlaps with, in text order; they are headings as the whole was.
    """
    found: dict[Span, tuple[Mention, ...]] = {}
    for whole in wholes:
        if whole.mention.parts and any(_says_as_much(one, whole) for one in read):
            explained = set(lexicon.term_words(whole.candidates[0].term))
            others = [_span(one.mention) for one in read if _span(one.mention) != _span(whole.mention)]
            free = [
                part
                for part in whole.mention.parts
                if not explained.issuperset(part.normalized) and not any(_meet(_span(part), each) for each in others)
            ]
            if free:
                found[_span(whole.mention)] = tuple(attrs.evolve(part, heading=True) for part in free)
    return found


def divide(
    wholes: Iterable[LocatedMention],
    divided: Mapping[Span, tuple[Mention, ...]],
    parts: Iterator[tuple[LocatedMention, ...]],
) -> Iterator[LocatedMention]:
    """Put the parts of each divided heading, as they were looked up, in its place."""
    for whole in wholes:
        if _span(whole.mention) in divided:
            yield from (one for _ in divided[_span(whole.mention)] for one in next(parts))
        else:
            yield whole


def with_losers(one: LocatedMention, tentative: Tentative, edition: Edition) -> Tentative:
    """Add to what a mention led to the codes of the readings that gave way to it."""
    if not one.instead_of:
        return tentative
    taken = {code for each in tentative.draft for code in (each.code, *_above(each.code, edition))}
    lost: dict[tuple[Span, str], Dropped] = {}
    for other in one.instead_of:
        row = edition.find(other.candidates[0].code) if _score(other) >= LEAST_MATCH else None
        if row is not None and row.code not in taken:
            mention = other.mention
            became = " and ".join(each.code for each in tentative.draft) or tentative.row or "what leads to no code"
            lost[(_span(mention), row.code)] = Dropped(
                code=row.code,
                title=row.title,
                step="locate",
                reason=f"its words were read as {became}",
                evidence=(Evidence(start=mention.start, end=mention.end, text=mention.text),),
            )
    return attrs.evolve(tentative, dropped=(*tentative.dropped, *lost.values()))


def _says_as_much(one: LocatedMention, whole: LocatedMention) -> bool:
    """Say whether words within a mention lead to its very code, and more surely."""
    within = whole.mention.start <= one.mention.start and one.mention.end <= whole.mention.end
    same = bool(one.candidates and whole.candidates) and one.candidates[0].code == whole.candidates[0].code
    return within and same and _score(one) > _score(whole) and _span(one.mention) != _span(whole.mention)


def _above(code: str, edition: Edition) -> Iterator[str]:
    return (row.code for row in edition.ancestors(code))


def _score(located: LocatedMention) -> float:
    return located.candidates[0].score if located.candidates else 0.0


def _span(mention: Mention) -> Span:
    return mention.start, mention.end


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
