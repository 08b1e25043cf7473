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
    for value, pattern in _patterns(facet, titles):
        if pattern.search(text):
            found.append(value)
            text = pattern.sub(" ", text)
    return tuple(found)


@functools.lru_cache(maxsize=200_000)
def title_values(title: str, facet: Facet) -> tuple[FacetValue, ...]:
    """Find which values of a facet a code's title names, remembered because titles recur."""
    return values_in(title.lower(), facet, titles=True)


@functools.cache
def _patterns(facet: Facet, titles: bool) -> tuple[tuple[FacetValue, re.Pattern[str]], ...]:
    named = ((value, _phrases(value, titles)) for value in facet.values)
    return tuple((value, re.compile(r"\b(?:" + "|".join(phrases) + r")\b")) for value, phrases in named if phrases)


def _phrases(value: FacetValue, titles: bool) -> list[str]:
    if titles:
        return [re.escape(phrase) for phrase in value.in_titles]
    return [*map(re.escape, value.in_notes), *value.patterns]
