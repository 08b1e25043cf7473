"""The disease that was meant where a word is misspelled: a last resort, for long words that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable

_LEAST = 7
# A word is corrected to the name of a disease alone: nearly every other pair of words that differ in one letter is two
# words, as "resection" and "rejection". Greek and Latin endings, from general medical terminology.
_DISEASES = tuple(
    "abetes algia cele clerosis ectasis emia itis iasis ism megaly monia oma opathy osis oxia paresis penia phagia "
    "plasia plegia pnea rrhage rrhea stenosis tension trophy uria zure graine mentia lepsy arction llation".split()
)


class Corrections:
    """Finds, among known words, the name of a disease that an unknown word was meant to be.

    Args:
        words: Canonical words that are known.
        besides: Words that need no correction either, though none is corrected to them.
    """

    def __init__(self, words: Iterable[str], besides: Iterable[str]) -> None:
        diseases = frozenset(words)
        self._right = diseases.union(besides)
        self._known: dict[tuple[str, int], list[str]] = {}
        for word in sorted(diseases):
            if word.endswith(_DISEASES) and word.isalpha():
                self._known.setdefault((word[0], len(word)), []).append(word)

    def correct(self, word: str) -> str | None:
        """Correct a word.

        Args:
            word: A canonical word.

        Returns:
            The only disease with its first letter from which it is one mistake away: a letter too many, too few or
            another, or two letters turned round. None where there is none, or more than one, and for a word
            that is known.
        """
        if len(word) < _LEAST or not word.isalpha() or word in self._right:
            return None
        near = (known for size in (-1, 0, 1) for known in self._known.get((word[0], len(word) + size), ()))
        found = [known for known in near if _one_mistake(word, known)]
        return found[0] if len(found) == 1 else None


def _one_mistake(one: str, other: str) -> bool:
    """Say whether two words, of which neither is more than a letter longer, differ by one mistake."""
    if len(one) < len(other):
        one, other = other, one
    at = next((at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), len(other))
    if len(one) > len(other):
        return one[at + 1 :] == other[at:]
    turned = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return turned or one[at + 1 :] == other[at + 1 :]
