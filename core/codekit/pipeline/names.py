"""Choosing among the names that a sentence holds, and which of its words belong to each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from codekit.search.matching import Match
from codekit.text.lexicon import Lexicon
from codekit.text.tokens import Token
from codekit.text.vocabulary import Vocabulary

AND, WITH = "and", "with"
_LINKS = frozenset((WITH, AND))
# What has spread is elsewhere: the bone of "breast cancer metastatic to bone" is no place of the first. "Metastatic" is
# compared as "secondary".
_SPREAD = frozenset(("secondary", "metastasis"))
# Tokens around a name within which words may belong to it.
_NEAR = 3


def keeps_sense(match: Match, tokens: Sequence[Token], absent: set[int], titles: Lexicon) -> bool:
    """Say whether a match joins no absent word to a present one, save as its entry does behind a "without"."""
    if absent.isdisjoint(match.tokens):
        return True
    inside = {tokens[at].word for at in match.tokens if at in absent and tokens[at].word in match.entry.required}
    outside = any(at not in absent and tokens[at].word in match.entry.required for at in match.tokens)
    return not inside or not outside or inside <= set(titles.term_words(match.entry.text.partition("without")[2]))


def choose(matches: Sequence[Match], tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Match]:
    """Keep the weightiest matches, each word in one of them; a word said again within a match is part of it.

    A match across a "with" or an "and" gives way to one on each side that together hold all its words and more:
    "type 1 diabetes with chronic kidney disease stage 2" says two things, of which one has a detail.
    """
    links = [at for at, token in enumerate(tokens) if token.word in _LINKS]
    taken: set[int] = set()
    chosen: list[Match] = []
    for match in matches:
        if not taken.isdisjoint(match.tokens) or any(_repeats(match, other) for other in chosen):
            continue
        for one in _sides(match, matches, tokens, links, taken, vocabulary.weak) or (match,):
            taken.update(one.tokens)
            chosen.append(one)
    return chosen


def _sides(
    match: Match,
    matches: Sequence[Match],
    tokens: Sequence[Token],
    links: Sequence[int],
    taken: set[int],
    weak: Set[str],
) -> tuple[Match, ...]:
    """Find a match on each side of a link that together hold all words of a match across it, and more."""
    words = set(match.tokens)
    for link in links:
        if not match.tokens[0] < link < match.tokens[-1]:
            continue
        free = [one for one in matches if taken.isdisjoint(one.tokens) and not words.isdisjoint(one.tokens)]
        before = max((one for one in free if one.tokens[-1] < link), key=_breadth, default=None)
        behind = max((one for one in free if one.tokens[0] > link), key=_breadth, default=None)
        if (
            before is not None
            and behind is not None
            and _says_more(match, {*before.tokens, *behind.tokens}, tokens, weak)
        ):
            return before, behind
    return ()


def _says_more(match: Match, held: set[int], tokens: Sequence[Token], weak: Set[str]) -> bool:
    """Say whether words hold all of a match and more: a new one, or a qualifier that is said again."""
    known = {tokens[at].word for at in match.tokens}
    more = (tokens[at].word for at in held.difference(match.tokens))
    return held.issuperset(match.tokens) and any(word not in known or word in weak for word in more)


def _breadth(match: Match) -> tuple[int, float]:
    return len(match.tokens), match.weight


def _repeats(match: Match, other: Match) -> bool:
    within = other.tokens[0] < match.tokens[0] and match.tokens[-1] < other.tokens[-1]
    return within and set(match.entry.required) <= set(other.entry.required)


def gather(
    tokens: Sequence[Token], group: tuple[int, ...], taken: set[int], vocabulary: Vocabulary, *, whole: bool
) -> list[int]:
    """Add to a match the free words around it: in a heading all that lie near, else those that qualify or place it."""
    low, high = tokens[group[0]].position, tokens[group[-1]].position
    own = {*group, *_placed_in_front(tokens, group[0], taken, vocabulary)}
    # Stop words stand between as well: "of the right leg".
    for at in range(max(group[0] - 2 * _NEAR, 0), min(group[-1] + 2 * _NEAR + 1, len(tokens))):
        token = tokens[at]
        near = low - _NEAR <= token.position <= high + _NEAR
        if token.word not in vocabulary.sites:
            near = near and group[0] - _NEAR <= at <= group[-1] + _NEAR
        if at in taken or token.stop or not near:
            continue
        places = at > group[-1] and token.word in vocabulary.sites and not _names_on(tokens, at, vocabulary)
        belongs = whole or places or token.word in vocabulary.weak
        if belongs and not any(tokens[between].word in _SPREAD for between in range(group[-1] + 1, at)):
            own.add(at)
    return sorted(own)


def _names_on(tokens: Sequence[Token], at: int, vocabulary: Vocabulary) -> bool:
    """Say whether a word for a part of the body begins the name of something else: "diabetes, on oral therapy"."""
    behind = tokens[at + 1] if at + 1 < len(tokens) else None
    if behind is None or behind.gap or behind.stop:
        return False
    return not _describes(behind, vocabulary)


def _placed_in_front(tokens: Sequence[Token], first: int, taken: set[int], vocabulary: Vocabulary) -> Iterator[int]:
    """Give the words for parts of the body that run up to a name: "right lower leg cellulitis"."""
    for at in range(first - 1, -1, -1):
        token, behind = tokens[at], tokens[at + 1]
        near = behind.gap == 0 and behind.position - token.position <= 1
        if at in taken or token.stop or not near or not _describes(token, vocabulary):
            return
        yield at


def _describes(token: Token, vocabulary: Vocabulary) -> bool:
    """Say whether a word places or qualifies something, and names nothing itself."""
    return token.word in vocabulary.sites or token.word in vocabulary.weak
