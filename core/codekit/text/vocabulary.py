"""Words in the form in which note and classification are compared: spelling, number, synonyms, abbreviations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache

import attrs

_LEVEL = re.compile(r"([ctls])\d{1,2}")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}
_REMEMBERED = 100_000


@attrs.frozen(kw_only=True)
class Ending:
    """What stands for the ending of a plural.

    Args:
        singular: The ending of the singular.
        least: Letters that a word must have at the least.
    """

    singular: str
    least: int = 1


class Spelling:
    """Folds spellings and plurals of one language, and remembers the words that it has folded.

    Args:
        letters: Letters to those that take their place; `^` in front stands for the start of a word.
        endings: Endings of plurals; the longest that a word has decides.
        unchanged: Words that end like a plural and are none.
        prefixes: What notes write joined to a word or apart.
    """

    def __init__(
        self,
        letters: Mapping[str, str],
        endings: Mapping[str, Ending],
        unchanged: frozenset[str],
        prefixes: frozenset[str],
    ) -> None:
        ordered = sorted(letters.items(), key=lambda pair: (-len(pair[0]), pair[0]))
        self._letters = tuple(pair for pair in ordered if not pair[0].startswith("^"))
        self._starts = tuple((left[1:], right) for left, right in ordered if left.startswith("^"))
        self._endings = tuple(sorted(endings.items(), key=lambda pair: -len(pair[0])))
        self._unchanged = unchanged
        self._prefixes = prefixes
        self.normalize = lru_cache(maxsize=_REMEMBERED)(self._normalize)
        """Fold case, spelling, possessive and plural of one word; folding again changes nothing."""
        self.split = lru_cache(maxsize=_REMEMBERED)(self._split)
        """Fold a word as written and split it at its hyphens, save behind a joining prefix."""

    def _split(self, surface: str) -> tuple[str, ...]:
        parts = [part for part in re.split(r"[-/]", surface.lower()) if part]
        joined: list[str] = []
        level = _LEVEL.fullmatch(parts[0]) if parts else None
        for part in parts:
            if level and part.isdigit():
                # "C5-6" are the vertebrae C5 and C6.
                joined.append(level[1] + part)
                continue
            if joined and joined[-1] in self._prefixes:
                joined[-1] += part
            else:
                joined.append(part)
        return tuple(self.normalize(part) for part in joined)

    def _normalize(self, word: str) -> str:
        word = word.lower().replace("’", "'")
        word = word.removesuffix("'s").replace("'", "")
        for left, right in self._letters:
            if left in word:
                word = word.replace(left, right)
        for left, right in self._starts:
            if word.startswith(left):
                word = right + word[len(left) :]
        return self._singular(word)

    def _singular(self, word: str) -> str:
        if word not in self._unchanged:
            for ending, one in self._endings:
                if len(word) >= one.least and word.endswith(ending):
                    return word[: len(word) - len(ending)] + one.singular
        return word


@attrs.frozen(kw_only=True)
class Vocabulary:
    """A lexicon's words, made ready for comparing.

    Args:
        spelling: How words are folded.
        abbreviations: Abbreviation to its words; as it is written, or in lower case where any case counts.
        senses: Abbreviations with several senses, to the words of each sense and the words that tell it; a sense
            without words names no condition.
        phrases: Normalized words to their canonical words.
        numbered: Words that a number behind them belongs to.
        weak: Words that qualify a term without naming it.
        stop: Words that carry no meaning for a look-up.
        sites: Words for parts of the body.
        everyday: Words that alone name no disease.
        implied: Word to the words that it implies.
        longest: First word of a phrase to the number of words of the longest that it opens.
    """

    spelling: Spelling
    abbreviations: Mapping[str, tuple[str, ...]]
    senses: Mapping[str, tuple[tuple[tuple[str, ...], frozenset[str]], ...]]
    phrases: Mapping[tuple[str, ...], tuple[str, ...]]
    numbered: frozenset[str]
    weak: frozenset[str]
    stop: frozenset[str]
    sites: frozenset[str]
    everyday: frozenset[str]
    implied: Mapping[str, tuple[str, ...]]
    longest: Mapping[str, int]

    def expand(self, surface: str, around: frozenset[str]) -> tuple[str, ...] | None:
        """Spell an abbreviation out.

        Args:
            surface: A word as the note has it.
            around: The words of its sentence, in lower case, which tell one sense from another.

        Returns:
            Its words; none for a sense that names no condition, and None where it is no abbreviation that the lexicon
            knows, or one whose sense the sentence does not tell.
        """
        for words, telling in self.senses.get(surface, ()):
            if not telling.isdisjoint(around):
                return words
        folded = surface.lower()
        known = self.abbreviations
        # "CKD-3" and "CKD3" are the same, and "PVCs" are several of them.
        return (
            known.get(surface)
            or known.get(folded)
            or (known.get(folded.replace("-", "")) if "-" in folded else None)
            or (known.get(surface[:-1]) if surface.endswith("s") and surface[:-1].isupper() else None)
        )

    @cached_property
    def words_of(self) -> Callable[[str], tuple[str, ...]]:
        """Give the words of an abbreviation with one sense, or of any other word; remembered, for most words recur."""

        def spelled(surface: str) -> tuple[str, ...]:
            words = self.expand(surface, frozenset())
            return self.spelling.split(surface) if words is None else words

        return lru_cache(maxsize=_REMEMBERED)(spelled)

    def canonical(self, words: tuple[str, ...]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Replace synonyms, longest phrase first, from left to right.

        Args:
            words: Normalized words.

        Yields:
            Half-open range of the words replaced, and the words that stand for them.
        """
        at = 0
        while at < len(words):
            for size in range(min(self.longest.get(words[at], 0), len(words) - at), 0, -1):
                found = self.phrases.get(words[at : at + size])
                if found is not None:
                    yield at, at + size, found
                    at += size
                    break
            else:
                yield at, at + 1, (with_number(words, at, self.numbered),)
                at += 1


def with_number(words: tuple[str, ...], at: int, numbered: frozenset[str]) -> str:
    """Join a number to the word that it counts by: the 1 of "type 1" is not that of "stage 1"."""
    word = words[at]
    if not at or words[at - 1] not in numbered:
        return word
    number = _ROMAN.get(word, word)
    return words[at - 1] + number if number[0].isdigit() else word


def longest_by_first(phrases: Iterable[tuple[str, ...]]) -> Mapping[str, int]:
    """Give the length of the longest phrase that each first word opens, so that other words cost no look-up."""
    longest: dict[str, int] = {}
    for words in phrases:
        longest[words[0]] = max(longest.get(words[0], 0), len(words))
    return longest
