"""What a note says around a mention: the words and facets that choose between sibling codes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codekit.specificity import Facet, FacetValue
from codekit.text.tokens import content_words
from codekit.types import Mention, Note


class Context:
    """The surroundings of one mention, from near to far.

    Args:
        note: The note.
        mention: The mention.
    """

    def __init__(self, note: Note, mention: Mention) -> None:
        start, end = mention.scope
        self._reaches = {
            "mention": " ".join((mention.text, *mention.normalized)).lower(),
            "scope": note.text[start:end].lower(),
            "note": note.text.lower(),
        }
        self.words = frozenset(mention.normalized)
        self._scope_words: frozenset[str] | None = None

    @property
    def scope_words(self) -> frozenset[str]:
        """Canonical words of the mention's sentence or paragraph."""
        if self._scope_words is None:
            self._scope_words = frozenset(content_words(self._reaches["scope"]))
        return self._scope_words

    def value_of(self, facet: Facet) -> FacetValue | None:
        """Find what the note says about a facet, nearest words first.

        Args:
            facet: The question.

        Returns:
            The value that the nearest words name; None where they are silent or name several.
        """
        for reach in ("mention", "scope", "note"):
            found = values_in(self._reaches[reach], facet.values, titles=False)
            if found:
                return found[0] if len(found) == 1 else None
            if reach == facet.reach:
                return None
        return None


def values_in(text: str, values: Sequence[FacetValue], *, titles: bool) -> list[FacetValue]:
    """Find which values of a facet a text names.

    Args:
        text: Lower case.
        values: The facet's values, narrow ones first.
        titles: Whether the text is a code's title or a note's.

    Returns:
        The values named, in the facet's order; the words of one value are not read as another's.
    """
    found: list[FacetValue] = []
    for value in values:
        phrases = value.in_titles if titles else value.in_notes
        left = text
        for phrase in phrases:
            left = re.sub(rf"\b{re.escape(phrase)}\b", " ", left)
        if left != text:
            found.append(value)
            text = left
    return found
