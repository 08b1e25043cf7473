"""What a note says around a mention: the words and facets that choose between sibling codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from codekit.specificity import Facet, FacetValue
from codekit.text.facets import values_in
from codekit.text.tokens import content_words
from codekit.types import Mention, Note


class NoteContext:
    """A note read for the facets of a system; what holds for the whole note is worked out once.

    Args:
        note: The note.
        facets: The questions that sibling codes answer differently.
    """

    def __init__(self, note: Note, facets: Sequence[Facet]) -> None:
        self.facets = facets
        self._text = note.text
        self._scopes: dict[tuple[int, int], tuple[frozenset[str], Mapping[str, Sequence[FacetValue]]]] = {}
        self._note = {facet.name: values_in(note.text.lower(), facet, titles=False) for facet in facets}

    def around(self, mention: Mention) -> Context:
        """Give the surroundings of one mention."""
        found = self._scopes.get(mention.scope)
        if found is None:
            # Cut before lowering: a few letters grow by it, and offsets count the note's own.
            text = self._text[slice(*mention.scope)].lower()
            values = {facet.name: values_in(text, facet, titles=False) for facet in self.facets}
            found = self._scopes[mention.scope] = (frozenset(content_words(text)), values)
        near = " ".join((mention.text, *mention.normalized)).lower()
        stated = {
            facet.name: _nearest(facet, values_in(near, facet, titles=False), found[1], self._note)
            for facet in self.facets
        }
        return Context(words=frozenset(mention.normalized), scope_words=found[0], stated=stated)


@attrs.frozen(kw_only=True)
class Context:
    """The surroundings of one mention.

    Args:
        words: Canonical words of the mention.
        scope_words: Canonical words of its sentence or paragraph.
        stated: What the nearest words say about each facet; None where they are silent or say several things.
    """

    words: frozenset[str]
    scope_words: frozenset[str]
    stated: Mapping[str, FacetValue | None]


def _nearest(
    facet: Facet,
    mention: Sequence[FacetValue],
    scope: Mapping[str, Sequence[FacetValue]],
    note: Mapping[str, Sequence[FacetValue]],
) -> FacetValue | None:
    reaches = {"mention": mention, "scope": scope[facet.name], "note": note[facet.name]}
    for reach, found in reaches.items():
        if found:
            return found[0] if len(found) == 1 else None
        if reach == facet.reach:
            break
    return None
