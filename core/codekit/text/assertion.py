"""What a sentence says about its conditions: present, negated, possible, historical, somebody else's, hypothetical.

The method is ConText's: trigger phrases open a scope that reaches to the end of the sentence or to a closing word; that
of some ends with the item of a list that they stand in.

Source: Harkema H. et al., ConText, J Biomed Inform 42(5), 2009.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from enum import StrEnum

import attrs

from codekit.text.sections import Section, SectionKind
from codekit.text.vocabulary import longest_by_first
from codekit.types import Assertion

# A sign in front of a word or in parentheses says whether it is there; a question mark, that nobody knows.
_WORD = re.compile(
    r"(?P<sign>\(\s?[+-]\s?\)|(?<![^\s,;:(/])[+-](?=[^\W\d_])|\?(?=\w))|[\w'’/&-]+|\.(?!\d)|[;:()]|,",
)
_PRESENT, _ABSENT, _UNSURE = "(+)", "(-)", "?"
_CLOSING = frozenset(".;:()")
# A phrase behind these speaks of what stands in front of them: "asthma (ruled out)", "pneumonia, resolved".
_OPENING = frozenset("(:,")
# What stands on either side of these is equally uncertain.
_BETWEEN = frozenset(("vs", "versus"))
# The last item of a list that is denied or doubted as a whole.
_OR = frozenset(("or", "nor"))
# Whatever stands in front of these is no part of the thing behind them: "admitted for asthma on PE prophylaxis".
_APART = frozenset(("with", "on", "for", "from", "after", "by", "before", "during", "in", "at"))
# "A 4-day history of" is one of days: the number says nothing more.
_UNITS = frozenset(("minute", "hour", "day", "week", "month", "year"))
_COUNTED = frozenset(
    "about approximately over almost nearly some one two three four five six seven eight nine ten several".split()
)
_SECTION_DEFAULT = {SectionKind.FAMILY_HISTORY: Assertion.FAMILY, SectionKind.INSTRUCTIONS: Assertion.HYPOTHETICAL}
# Where two scopes cover a condition the one that keeps it further from the patient's present problems wins.
_PRECEDENCE = (
    Assertion.NEGATED,
    Assertion.FAMILY,
    Assertion.SOMEONE_ELSE,
    Assertion.HYPOTHETICAL,
    Assertion.POSSIBLE,
    Assertion.HISTORICAL,
)


class Direction(StrEnum):
    """On which side of a cue its scope lies."""

    AFTER = "after"
    BEFORE = "before"
    BOTH = "both"
    NEXT = "next"
    """Behind it, to the end of its item in a list."""
    LAST = "last"
    """In front of it, from the start of its item."""


_BEHIND = frozenset((Direction.AFTER, Direction.NEXT))
_IN_FRONT = frozenset((Direction.BEFORE, Direction.LAST))


class Effect(StrEnum):
    """What a cue does besides asserting."""

    NONE = "none"
    """It stops a shorter cue within it from acting."""
    END = "end"
    """It closes every open scope."""
    AFFIRM = "affirm"
    """It closes the scopes of what is denied; with the direction `last`, where its item begins."""


@attrs.frozen
class Cue:
    """What a phrase does to the conditions near it.

    Args:
        effect: What it says of them, or how it bounds what others say.
        direction: On which side of it they stand.
    """

    effect: Assertion | Effect
    direction: Direction


class Cues:
    """The assertion cues of a lexicon, made ready for finding them.

    Args:
        phrases: Phrases in lower case, their words one space apart, and what each does.
    """

    def __init__(self, phrases: Mapping[str, Sequence[Cue]]) -> None:
        self.by_words = {tuple(phrase.split()): tuple(cues) for phrase, cues in phrases.items()}
        self.longest = longest_by_first(self.by_words)


@attrs.frozen
class Scope:
    """A stretch of a sentence in which one assertion holds; half-open code points of the note."""

    start: int
    end: int
    assertion: Assertion


@attrs.frozen(kw_only=True)
class Reading:
    """What the trigger phrases of a sentence say.

    Args:
        scopes: In order of their triggers; they may overlap.
        triggers: Half-open spans of the trigger phrases themselves, in text order.
    """

    scopes: tuple[Scope, ...]
    triggers: tuple[tuple[int, int], ...]


def read_assertions(text: str, start: int, end: int, cues: Cues) -> Reading:
    """Find the trigger phrases of one sentence and the scopes that they open.

    Args:
        text: The whole note.
        start: First code point of the sentence.
        end: One past its last.
        cues: Those of a lexicon.

    Returns:
        The scopes and the triggers.
    """
    words = _words(text, start, end)
    hits = _find_triggers([word for word, _, _ in words], cues)
    bounds = _Bounds(words, hits)
    # "Suspected" speaks of what stands behind it, and of what stands before only where nothing does.
    leading = {(first, last) for first, last, trigger in hits if trigger.direction in _BEHIND}
    scopes: list[Scope] = []
    for first, last, trigger in hits:
        assertion = trigger.effect
        if isinstance(assertion, Effect):
            continue
        if trigger.direction in _BEHIND:
            stop = bounds.behind(last, assertion, item=trigger.direction is Direction.NEXT)
            if stop > last:
                scopes.append(Scope(words[last][1], words[stop - 1][2], assertion))
        elif trigger.direction in _IN_FRONT:
            both = words[first][0] in _BETWEEN
            if (first, last) in leading and not both and bounds.goes_on(last):
                continue
            apart = assertion is not Assertion.HYPOTHETICAL and first > 1 and words[first - 1][0] in _OPENING
            named = first - apart
            item = trigger.direction is Direction.LAST or named < first or bounds.dates(first, last)
            stop = bounds.in_front(named, assertion, item=item)
            if stop < named:
                scopes.append(Scope(words[stop][1], words[named - 1][2], assertion))
    triggers = tuple(
        (words[first][1], words[last - 1][2])
        for first, last, one in hits
        if one.effect not in (Effect.NONE, Effect.AFFIRM)
    )
    return Reading(scopes=tuple(scopes), triggers=triggers)


def assert_span(scopes: Sequence[Scope], section: Section, start: int, end: int) -> Assertion:
    """Say what holds for a span.

    Args:
        scopes: Those of the sentence, from `read_assertions`.
        section: The section that the sentence stands in.
        start: First code point of the span.
        end: One past its last.

    Returns:
        The assertion; where several scopes cover the span, the one furthest from a present problem.
    """
    holding = {scope.assertion for scope in scopes if scope.start <= start and end <= scope.end}
    for assertion in _PRECEDENCE:
        if assertion in holding:
            return assertion
    return _SECTION_DEFAULT.get(section.kind, Assertion.PRESENT)


def _find_triggers(words: list[str], cues: Cues) -> list[tuple[int, int, Cue]]:
    hits: list[tuple[int, int, Cue]] = []
    at = 0
    while at < len(words):
        for size in range(min(cues.longest.get(words[at], 0), len(words) - at), 0, -1):
            found = cues.by_words.get(tuple(words[at : at + size]))
            if found:
                hits.extend((at, at + size, trigger) for trigger in found)
                at += size
                break
        else:
            at += 1
    return hits


_Word = tuple[str, int, int]


def _words(text: str, start: int, end: int) -> list[_Word]:
    """Split a sentence into words and signs, with their places; signs are written in one way."""
    found: list[_Word] = []
    bare: set[int] = set()
    for match in _WORD.finditer(text, start, end):
        word = match.group().lower().replace("’", "'")
        if sign := match["sign"]:
            word = _UNSURE if sign == _UNSURE else _PRESENT if "+" in sign else _ABSENT
            if sign[0] == "-":
                bare.add(match.start())
        elif (unit := word.rpartition("-")[2]) in _UNITS:
            word = unit
        found.append((word, match.start(), match.end()))
    # A bare dash in front of a word says that it is absent only beside others that are said to be there.
    if not bare or any(word == _PRESENT for word, _, _ in found):
        return found
    return [one for one in found if one[1] not in bare]


class _Bounds:
    """Where scopes end in a sentence.

    Args:
        words: Its words with their places.
        hits: The cues among them.
    """

    def __init__(self, words: Sequence[_Word], hits: Sequence[tuple[int, int, Cue]]) -> None:
        self._words = words
        closing = {at for at, (word, _, _) in enumerate(words) if word in _CLOSING}
        closing.update(first for first, _, one in hits if one.effect is Effect.END)
        self._commas = [at for at, (word, _, _) in enumerate(words) if word == ","]
        self._ors = [at for at, (word, _, _) in enumerate(words) if word in _OR]
        self._apart = [at for at, (word, _, _) in enumerate(words) if word in _APART]
        self._closing = sorted(closing)
        denied = set(closing)
        for first, _, one in hits:
            if one.effect is Effect.AFFIRM:
                comma = _before(self._commas, first)
                if one.direction is not Direction.LAST:
                    denied.add(first)
                elif comma > _before(self._closing, first):
                    denied.add(comma)
        self._denied = sorted(denied)

    def behind(self, at: int, assertion: Assertion, *, item: bool) -> int:
        """Say where a scope ends that begins at a word; an item goes on to the last that an "or" joins to it."""
        stop = self._next(self._ends(assertion), at)
        if not item:
            return stop
        comma = self._next(self._commas, at)
        joined = self._next(self._ors, comma)
        return min(self._next(self._commas, joined + 1) if joined < stop else comma, stop)

    def in_front(self, at: int, assertion: Assertion, *, item: bool) -> int:
        """Say where a scope begins that ends in front of a word; what stands in parentheses there is passed over."""
        while at > 1 and self._words[at - 1][0] == ")" and "(" in (opened := [one[0] for one in self._words[: at - 1]]):
            at = len(opened) - 1 - opened[::-1].index("(")
        stop = _before(self._ends(assertion), at)
        return 1 + (max(stop, _before(self._commas, at), _before(self._apart, at)) if item else stop)

    def goes_on(self, at: int) -> bool:
        """Say whether something is named behind a word."""
        ended = at >= len(self._words) or at in self._closing
        return not ended and self._words[at][0] not in (",", *_APART)

    def dates(self, first: int, last: int) -> bool:
        """Say whether a phrase only dates a clause behind a comma: "COPD, quit smoking 5 years ago"."""
        comma = _before(self._commas, first)
        said = (word for word, _, _ in self._words[comma + 1 : first])
        return (
            comma >= 0
            and self._words[last - 1][0] in ("ago", "year")
            and any(word.isalpha() and word not in _COUNTED for word in said)
        )

    def _ends(self, assertion: Assertion) -> Sequence[int]:
        return self._denied if assertion is Assertion.NEGATED else self._closing

    def _next(self, places: Sequence[int], at: int) -> int:
        found = bisect_left(places, at)
        return places[found] if found < len(places) else len(self._words)


def _before(places: Sequence[int], at: int) -> int:
    """Give the last of some places in front of another; -1 where there is none."""
    found = bisect_left(places, at)
    return places[found - 1] if found else -1
