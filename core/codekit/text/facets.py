"""Reading the answers to a facet's question out of a text, be it a code's title or a note."""

from __future__ import annotations

import functools
import re

from codekit.specificity import Facet, FacetValue


def values_in(text: str, facet: Facet, *, titles: bool) -> tuple[FacetValue, ...]:
    """Find which values of a facet a text names.

    Args:
        text: Lower case.
        facet: The facet, narrow values first.
        titles: Whether the text is a code's title or a note's.

    Returns:
        The values named, in the facet's order; the words of one value are not read as another's.
    """
    found: list[FacetValue] = []
    for value, cues, pattern in _patterns(facet, titles):
        # Most texts name nothing, and the words alone say so sooner than the expression.
        if any(map(text.__contains__, cues)) and pattern.search(text):
            found.append(value)
            text = pattern.sub(" ", text)
    return tuple(found)


def may_name(text: str, facet: Facet) -> bool:
    """Say whether a note, in lower case, or part of it may name a value of a facet; False where none of it does."""
    return any(any(map(text.__contains__, cues)) for _, cues, _ in _patterns(facet, titles=False))


@functools.lru_cache(maxsize=200_000)
def title_values(title: str, facet: Facet) -> tuple[FacetValue, ...]:
    """Find which values of a facet a code's title names, remembered because titles recur."""
    return values_in(title.lower(), facet, titles=True)


@functools.cache
def _patterns(facet: Facet, titles: bool) -> tuple[tuple[FacetValue, tuple[str, ...], re.Pattern[str]], ...]:
    """Give for each value what finds it, and words of which a text that names it holds one."""
    found: list[tuple[FacetValue, tuple[str, ...], re.Pattern[str]]] = []
    for value in facet.values:
        words, patterns = (value.in_titles, ()) if titles else (value.in_notes, value.patterns)
        if words or patterns:
            expression = "|".join((*map(re.escape, words), *patterns))
            # Where nothing is known of what a pattern needs, it is the empty word, which every text holds.
            cues = (*words, *(value.cues or ("",))) if patterns else words
            found.append((value, cues, re.compile(rf"\b(?:{expression})\b")))
    return tuple(found)
