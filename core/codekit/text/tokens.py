"""Words with their places in the text, in the form in which note and classification are compared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import attrs

from codekit.text.vocabulary import Vocabulary

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*(?:[-/&][^\W_]+(?:['’][^\W_]+)*)*(?:/(?!\w))?|\S")
_PLAIN = re.compile(r"\w+")
_COMMA_GAP = 1
_CLAUSE_GAP = 4


@attrs.frozen(kw_only=True)
class Token:
    """One canonical word.

    Args:
        word: The word as it is compared.
        start: First code point of the surface it comes from.
        end: One past the last; tokens that come of one abbreviation or phrase share their span.
        position: Distance measure: a word that means something counts one, punctuation more, others nothing.
        gap: How much the punctuation in front of it counts; 0 where there is none.
        stop: True for a word that carries no meaning for a look-up.
    """

    word: str
    start: int
    end: int
    position: int
    gap: int
    stop: bool

    def moved(self, by: int, *, stop: bool) -> Token:
        """Give the word at another position, and as a stop word or not."""
        position = self.position + by
        return Token(word=self.word, start=self.start, end=self.end, position=position, gap=self.gap, stop=stop)


class _Raw(NamedTuple):
    word: str
    start: int
    end: int
    gap: int
    letter: bool


def tokenize(text: str, vocabulary: Vocabulary, *, offset: int = 0) -> list[Token]:
    """Split text into canonical words.

    Args:
        text: Any text; usually one sentence.
        vocabulary: The words of a lexicon.
        offset: Added to every start and end.

    Returns:
        Tokens in text order.
    """
    raws = _raw_words(text, offset, vocabulary)
    tokens: list[Token] = []
    position = -1
    stop_words = vocabulary.stop
    for first, last, words in vocabulary.canonical(tuple([raw.word for raw in raws])):
        _, start, _, gap, letter = raws[first]
        end = raws[last - 1].end
        stops = [word in stop_words and not letter for word in words]
        position += gap + (not all(stops))
        for word, stop in zip(words, stops, strict=True):
            tokens.append(Token(word=word, start=start, end=end, position=position, gap=gap, stop=stop))
    return tokens


def canonical_words(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Give the words that `tokenize` gives, stop words among them, without their places."""
    raws = tuple([raw.word for raw in _raw_words(text, 0, vocabulary)])
    return tuple(word for _, _, words in vocabulary.canonical(raws) for word in words)


def _raw_words(text: str, offset: int, vocabulary: Vocabulary) -> list[_Raw]:
    raws: list[_Raw] = []
    around: frozenset[str] | None = None
    gap = 0
    surfaces: list[tuple[str, int, int]] = []
    for match in _WORD.finditer(text):
        surface = match.group()
        if "/" in surface:
            surfaces.extend(_parts(match, vocabulary))
        else:
            surfaces.append((surface, match.start(), match.end()))
    listed = _is_shorthand(surfaces, vocabulary)
    for surface, first, last in surfaces:
        if not surface[0].isalnum():
            gap += _COMMA_GAP if surface in ",'\"“”-–/" else _CLAUSE_GAP
            continue
        if gap and surface.lower() == "with":
            # Behind a comma it opens a statement of its own.
            gap += _CLAUSE_GAP
        start, end = first + offset, last + offset
        told = surface in vocabulary.senses
        if told and around is None:
            around = frozenset(_PLAIN.findall(text.lower()))
        if told or listed:
            spelled = vocabulary.expand(surface, around or frozenset())
            if spelled is None and listed:
                spelled = vocabulary.expand(surface.upper(), around or frozenset())
            words = vocabulary.spelling.split(surface) if spelled is None else spelled
        else:
            words = vocabulary.words_of(surface)
        for word in words:
            # The capital in "influenza A" is a name; "A" that opens a sentence is an article.
            raws.append(_Raw(word, start, end, gap, surface == "A" and first > 0))
            gap = 0
    return raws


def _parts(match: re.Match[str], vocabulary: Vocabulary) -> Iterator[tuple[str, int, int]]:
    """Give a word with its place; what slashes join to an abbreviation, as in "HTN/HLD/gout", part by part."""
    surface, start = match.group(), match.start()
    parts = surface.split("/")
    joined = len(parts) > 1 and any(len(part) > 1 and _is_short(part, vocabulary) for part in parts)
    if not joined or _is_short(surface, vocabulary):
        yield surface, start, match.end()
        return
    for part in parts:
        if part:
            yield part, start, start + len(part)
        start += len(part) + 1
        if start <= match.end():
            yield "/", start - 1, start


def _is_shorthand(surfaces: Sequence[tuple[str, int, int]], vocabulary: Vocabulary) -> bool:
    """Say whether a text is nothing but a list of abbreviations, so that they count in small letters as well."""
    words = 0
    for one, _, _ in surfaces:
        if one[0].isalnum() and one not in vocabulary.stop and not one.isdecimal():
            if not (_is_short(one.upper(), vocabulary) or _is_short(one, vocabulary)):
                return False
            words += 1
    return words > 1


def _is_short(surface: str, vocabulary: Vocabulary) -> bool:
    return vocabulary.expand(surface, frozenset()) is not None
