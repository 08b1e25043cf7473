"""Coordinated mentions: "acute and chronic pancreatitis" and "cancer of the breast and liver" are two each."""

from __future__ import annotations

from collections.abc import Sequence, Set

from codekit.editions.index.store import SearchIndex
from codekit.search.matching import JOINING, Match
from codekit.text.tokens import Token

# Courses of one disease that are coded apart where no entry has them together.
_COURSES = frozenset(("acute", "subacute", "chronic"))


def split_courses(tokens: Sequence[Token], match: Match) -> list[tuple[int, ...]]:
    """Split a match that says two courses of a disease which its entry does not join.

    Args:
        tokens: Tokens of the sentence.
        match: The match, with the qualifying words around it.

    Returns:
        The match's tokens once for each course; or as they are.

    This is what an alphabetic index that lists courses side by side asks for: each is looked up by itself.
    """
    start = match.tokens[0]
    while (
        start >= 2 and _is_course(tokens, start - 2) and (_joins(tokens, start - 1) or tokens[start - 1].word == "on")
    ):
        start -= 2
    near = sorted({*match.tokens, *(at for at in range(start, match.tokens[0]) if _is_course(tokens, at))})
    courses = [at for at in near if _is_course(tokens, at)]
    between = range(courses[0], courses[1]) if len(courses) == 2 else ()
    joined = any(_joins(tokens, at) or tokens[at].word == "on" for at in between)
    if not joined or {tokens[at].word for at in courses} <= set(match.entry.qualifying):
        return [match.tokens]
    return [tuple(at for at in near if at not in courses or at == course) for course in courses]


def other_sites(
    tokens: Sequence[Token], group: tuple[int, ...], taken: set[int], index: SearchIndex, sites: Set[str]
) -> list[tuple[int, ...]]:
    """Read a match again for each further part of the body that is joined to its own.

    Args:
        tokens: Tokens of the sentence.
        group: Tokens of the match, ascending.
        taken: Tokens that belong to any match.
        index: Search index of the edition, which must know the condition at the other site.
        sites: Words for parts of the body.

    Returns:
        One group for each further site, in text order.
    """
    found: list[tuple[int, ...]] = []
    own_sites = [at for at in group if tokens[at].word in sites]
    for own, step in ((own, step) for own in own_sites for step in (1, -1)):
        at = own
        while (at := _next_site(tokens, at, step, sites)) >= 0 and at not in taken:
            candidate = tuple(sorted({*group, at} - {own}))
            if _stated(tokens, candidate, tokens[at].word, index):
                found.append(candidate)
    return sorted(found)


def _next_site(tokens: Sequence[Token], at: int, step: int, sites: Set[str]) -> int:
    """Find the site joined to the token by `and` or a comma; -1 where there is none."""
    beside = at + step
    joined = False
    while 0 <= beside < len(tokens) and tokens[beside].stop:
        joined = joined or _joins(tokens, beside)
        beside += step
    if not 0 <= beside < len(tokens) or tokens[beside].word not in sites:
        return -1
    comma = tokens[max(at, beside)].gap > 0
    return beside if joined or comma else -1


def _stated(tokens: Sequence[Token], group: Sequence[int], site: str, index: SearchIndex) -> bool:
    words = {tokens[at].word for at in group}
    return any(
        site in entry.required and words.issuperset(entry.required)
        for word in words
        for entry in index.anchored_at(word)
    )


def _is_course(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].word in _COURSES


def _joins(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].word in JOINING
