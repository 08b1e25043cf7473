"""Rows found by the words of their titles, where a turn of phrase in the note names the part of the list to look in."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

import attrs

from codekit.plugin import Code, Edition, NoteKind

# What the titles of encounters and states say besides the thing itself.
_FILLER = frozenset(
    "encounter other unspecified specified status suspected contact exposure hazardous personal history presence "
    "acquired absence artificial screening observation ruled out aftercare following attention allergy "
    "elsewhere classified initial counseling surveillance dependence agent drug".split()
)
_STEM = 6


@attrs.frozen(kw_only=True)
class Found:
    """A row and how well its title agrees with some words.

    Args:
        row: The row.
        met: How many of the words its title holds.
        share: How much of its title they make up, 0 to 1.
    """

    row: Code
    met: int
    share: float


def best_row(edition: Edition, roots: Iterable[str], words: Iterable[str], *, share: float = 0.5) -> Code | None:
    """Find the row whose title, or an inclusion term, says what some words say.

    Args:
        edition: The opened edition.
        roots: Rows to look below; one that the edition lacks is passed over.
        words: Canonical words, as a lexicon's `content_words` gives them.
        share: How much of the title the words must make up at least, 0 to 1.

    Returns:
        The row that holds most of the words; of several the one that says least besides, then the first. None where
        no title holds enough of them, or only words that name no condition.
    """
    vocabulary = edition.lexicon.vocabulary
    implied = vocabulary.implied
    spelled = {more for word in words for more in (word, *implied.get(word, ()))}
    said = {word[:_STEM] for word in spelled} - {word[:_STEM] for word in _FILLER}
    telling = said - {word[:_STEM] for word in vocabulary.weak}
    found = [
        one
        for root in roots
        for row in rows_below(edition, root)
        if (one := _agreement(edition, row, said, telling)) is not None and one.share >= share
    ]
    return max(found, key=lambda one: (one.met, one.share)).row if found else None


def rows_below(edition: Edition, root: str) -> Iterator[Code]:
    """Yield a row and all below it, in tabular order, without those that only add a 7th character."""
    row = edition.find(root)
    if row is None:
        return
    yield row
    for child in edition.children(row.code):
        if not child.code[-1].isalpha() or len(child.code) < len("A00.0000"):
            yield from rows_below(edition, child.code)


def _agreement(edition: Edition, row: Code, said: set[str], telling: set[str]) -> Found | None:
    texts = [row.title, *(note.text for note in row.notes if note.kind is NoteKind.INCLUSION_TERM)]
    named = (_stems(edition.lexicon.term_words(text)) for text in texts)
    found = [
        Found(row=row, met=len(words & said), share=len(words & said) / len(words))
        for words in named
        if not words.isdisjoint(telling)
    ]
    return max(found, key=lambda one: (one.met, one.share), default=None)


@functools.lru_cache(maxsize=20_000)
def _stems(words: tuple[str, ...]) -> frozenset[str]:
    """Give the beginnings of the telling words of a title, remembered because the same rows are asked often."""
    return frozenset(word[:_STEM] for word in words if word not in _FILLER)
