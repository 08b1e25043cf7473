"""Names of scales, clinics, protocols and the like, that hold the name of a disease: "stroke scale" is no stroke."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import pairwise

from codekit.text.layout import Label, LineKind, Thing, any_of
from codekit.text.vocabulary import longest_by_first

_WORD = re.compile(r"[^\W_]+(?:['’&][^\W_]+)*")
# A short form in parentheses may stand between: "sleep apnea (OSA) questionnaire".
_GAP = re.compile(r"['’]?(?:[ \t]*\((?=[A-Z][\w-]{0,9}\))|[ \t]*[-–/][ \t]*|\)?[ \t]*)")
_MOST_BETWEEN = 3
# A disease that is counted as naught, or scored so.
_NAUGHT = re.compile(r"(?<=[^\W\d_])[ \t]*[:=]?[ \t]*(?P<head>0(?:[ \t]?/[ \t]?\d+)?)(?![\w%/:-]|[.,]\d)")


class _Phrases:
    """Phrases that are looked up word by word; the last word may be in the plural."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._known = frozenset(tuple(phrase.replace("-", " ").split()) for phrase in phrases)
        self._longest = longest_by_first(self._known)

    def size(self, words: Sequence[str], at: int) -> int:
        """Say how many words from one on are the longest phrase; 0 where none is."""
        first = words[at]
        longest = max(self._longest.get(first, 0), self._longest.get(first.removesuffix("s"), 0))
        for size in range(min(longest, len(words) - at), 0, -1):
            said = tuple(words[at : at + size])
            if said in self._known or (*said[:-1], said[-1].removesuffix("s")) in self._known:
                return size
        return 0


class ThingReader:
    """Finds the words for things to which a disease gives its name, and phrases that hold its name and mean none.

    Args:
        words: Phrases in lower case by their kind; those of things, of what stands between, and of answers are taken.
        stop: Words in lower case that are part of no name.
    """

    def __init__(self, words: Mapping[LineKind, Sequence[str]], stop: Set[str]) -> None:
        self._heads = _Phrases(words[LineKind.THING])
        self._phrases = _Phrases(words[LineKind.PHRASE])
        self._between = frozenset(words[LineKind.BETWEEN])
        self._stop = stop
        self._positive = re.compile(
            rf"[ \t]*:?[ \t]*(?:is|was|were|came back|returned)?[ \t]*{any_of(words[LineKind.YES])}\b", re.I
        )

    def find(self, text: str) -> tuple[list[Thing], list[Label]]:
        """Find things, zeros behind other words, and phrases.

        Args:
            text: The whole note.

        Returns:
            The things, each with what stands between it and the name that it may have; and the phrases.
        """
        found = list(_WORD.finditer(text))
        words = [one.group().lower() for one in found]
        beside = [False, *(_beside(text, first, second) for first, second in pairwise(found))]
        things = [Thing(one.start(), one.start("head"), one.end()) for one in _NAUGHT.finditer(text)]
        phrases: list[Label] = []
        for at, word in enumerate(found):
            if size := self._phrases.size(words, at):
                phrases.append(Label(word.start(), found[at + size - 1].end(), LineKind.PHRASE))
            size = self._heads.size(words, at) if beside[at] else 0
            # What is answered with a yes states something.
            if size and not self._positive.match(text, found[at + size - 1].end()):
                first = at
                while at - first < _MOST_BETWEEN and beside[first] and self._passes(found[first - 1], word):
                    first -= 1
                start = found[first - 1].end() if beside[first] else found[first].start()
                # "In hospital" is the name of nothing.
                if words[at - 1] not in self._stop:
                    things.append(Thing(start, word.start(), found[at + size - 1].end()))
        return things, phrases

    def _passes(self, word: re.Match[str], head: re.Match[str]) -> bool:
        """Say whether a word may stand between a disease and the thing; in a capitalised name any capitalised one."""
        said = word.group()
        if said.lower() in self._stop:
            return False
        capital = said[0].isupper() and head.group()[0].isupper()
        return capital or said.lower() in self._between or word.string[word.end()] == ")"


def _beside(text: str, first: re.Match[str], second: re.Match[str]) -> bool:
    gap = _GAP.match(text, first.end())
    return gap is not None and gap.end() == second.start()
