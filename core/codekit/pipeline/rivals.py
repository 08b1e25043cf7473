"""Readings that compete for the same words: which of them stands, and what is told of the others."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

import attrs

from codekit.editions.edition import Edition
from codekit.pipeline.choosing import LEAST_MATCH
from codekit.pipeline.steps import Tentative
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


def left_of(whole: LocatedMention, read: Sequence[LocatedMention], lexicon: Lexicon) -> Mention | None:
    """Take from a mention the words that lead to its code by themselves, where the others lead elsewhere.

    "Preeclampsia at 32 weeks of pregnancy", looked up whole, leads to the weeks, which its last words alone say more
    surely; what is left of it is another condition, as its second candidate tells.

    Args:
        whole: The mention as it was looked up.
        read: All mentions of the note, with those that the system's own reading found besides, in text order.
        lexicon: That of the edition.

    Returns:
        The mention with the words that are left, to be looked up again; None where it stands as it is.
    """
    first = bisect_left(read, whole.mention.start, key=_start)
    inside = read[first : bisect_left(read, whole.mention.end, lo=first, key=_start)]
    said = {word for one in inside if _says_as_much(one, whole) for word in one.mention.normalized}
    left = tuple(word for word in whole.mention.normalized if word not in said)
    if not said or not left:
        return None
    best, *others = whole.candidates
    second = {word for one in others if one.score >= LEAST_MATCH for word in lexicon.term_words(one.term)}
    if second.intersection(left) <= set(lexicon.term_words(best.term)):
        return None
    return attrs.evolve(whole.mention, normalized=left, parts=())


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


def _start(located: LocatedMention) -> int:
    return located.mention.start


def _span(mention: Mention) -> Span:
    return mention.start, mention.end
