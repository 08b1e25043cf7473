"""What a sentence says about its conditions: present, negated, possible, historical, of the family, hypothetical.

The method is ConText's: trigger phrases open a scope that reaches to the end of the sentence, to a
closing word, or to the next trigger of another kind.

Source: Harkema H. et al., ConText, J Biomed Inform 42(5), 2009.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

import attrs

from codekit.text.sections import Section, SectionKind
from codekit.text.vocabulary import longest_by_first
from codekit.types import Assertion

_WORD = re.compile(r"[\w'’/&-]+|[.;:()]|,")
_CLOSING = frozenset(".;:()")
# What stands on either side of these is equally uncertain.
_BETWEEN = frozenset(("vs", "versus"))
# Adjectives that qualify one thing and not the list that follows it.
_OF_ONE = frozenset(("former", "prior", "previous", "remote", "childhood"))
_COUNTED = frozenset(
    "about approximately over almost nearly some one two three four five six seven eight nine ten several".split()
)
_SECTION_DEFAULT = {SectionKind.FAMILY_HISTORY: Assertion.FAMILY, SectionKind.INSTRUCTIONS: Assertion.HYPOTHETICAL}
# Where two scopes cover a condition the one that keeps it further from the patient's present problems wins.
_PRECEDENCE = (
    Assertion.NEGATED,
    Assertion.FAMILY,
    Assertion.HYPOTHETICAL,
    Assertion.POSSIBLE,
    Assertion.HISTORICAL,
)


class Direction(StrEnum):
    """On which side of a cue its scope lies."""

    AFTER = "after"
    BEFORE = "before"
    BOTH = "both"


class Effect(StrEnum):
    """What a cue does besides asserting."""

    NONE = "none"
    """It stops a shorter cue within it from acting."""
    END = "end"
    """It closes every open scope."""


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
    words = [(m.group().lower().replace("’", "'"), m.start(), m.end()) for m in _WORD.finditer(text, start, end)]
    hits = _find_triggers([word for word, _, _ in words], cues)
    barriers = _barriers(words, hits)
    commas = [at for at, (word, _, _) in enumerate(words) if word == ","]
    # "Suspected" speaks of what stands behind it, and of what stands before only where nothing does.
    leading = {(first, last) for first, last, trigger in hits if trigger.direction is Direction.AFTER}
    scopes: list[Scope] = []
    for first, last, trigger in hits:
        assertion = trigger.effect
        if isinstance(assertion, Effect):
            continue
        if trigger.direction is Direction.AFTER and last < len(words):
            ends = sorted({*barriers, *commas}) if words[first][0] in _OF_ONE else barriers
            stop = next((at for at in ends if at >= last), len(words))
            if stop > last:
                scopes.append(Scope(words[last][1], words[stop - 1][2], assertion))
        elif trigger.direction is Direction.BEFORE and first:
            both = words[first][0] in _BETWEEN
            if (first, last) in leading and not both and _goes_on(words, last, barriers):
                continue
            ends = sorted({*barriers, *commas}) if _stops_at_comma(words, first, last, commas) else barriers
            stop = max((at + 1 for at in ends if at < first), default=0)
            if stop < first:
                scopes.append(Scope(words[stop][1], words[first - 1][2], assertion))
    triggers = tuple(
        (words[first][1], words[last - 1][2]) for first, last, one in hits if one.effect is not Effect.NONE
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


def _stops_at_comma(words: list[tuple[str, int, int]], first: int, last: int, commas: list[int]) -> bool:
    """Say whether what a phrase says of the words before it reaches back to the comma only.

    So does a negative result, and a time that dates another clause: "COPD, quit smoking 5 years ago".
    """
    if words[last - 1][0] == "negative":
        return True
    comma = max((at for at in commas if at < first), default=None)
    dates = words[last - 1][0] in ("ago", "year")
    return (
        comma is not None
        and dates
        and any(word.isalpha() and word not in _COUNTED for word, _, _ in words[comma + 1 : first])
    )


def _goes_on(words: list[tuple[str, int, int]], at: int, barriers: list[int]) -> bool:
    """Say whether a statement goes on behind a word."""
    return at < len(words) and at not in barriers and words[at][0] != ","


def _barriers(words: list[tuple[str, int, int]], hits: list[tuple[int, int, Cue]]) -> list[int]:
    closing = {at for at, (word, _, _) in enumerate(words) if word in _CLOSING}
    closing.update(first for first, _, trigger in hits if trigger.effect is Effect.END)
    return sorted(closing)
