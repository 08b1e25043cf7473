"""What a note says around a mention: the words and facets that choose between sibling codes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from operator import attrgetter

import attrs

from codekit.specificity import Facet, FacetValue
from codekit.text.facets import may_name, values_in
from codekit.text.reader import ReadNote
from codekit.types import Mention

_start_of, _end_of = attrgetter("start"), attrgetter("end")


@attrs.frozen(kw_only=True)
class Context:
    """The surroundings of one mention.

    Args:
        words: Canonical words of the mention.
        scope_words: Canonical words of its sentence or paragraph, save what is said to be absent, and what its own
            words imply.
        stated: What the nearest words say about each facet; None where they are silent or say several things.
    """

    words: frozenset[str]
    scope_words: frozenset[str]
    stated: Mapping[str, FacetValue | None]


class NoteContext:
    """A note read for the facets of a system; what several mentions share is worked out once.

    Args:
        note: The note.
        facets: The questions that sibling codes answer differently.
    """

    def __init__(self, note: ReadNote, facets: Sequence[Facet]) -> None:
        self._note = note
        self._facets = facets
        # On the others most of what is asked of a note need not be looked for.
        text = note.text.lower()
        self._told = frozenset(facet.name for facet in facets if may_name(text, facet))
        self._texts: dict[tuple[int, int], str] = {}
        self._words: dict[tuple[int, int], frozenset[str]] = {}
        self._values: dict[tuple[str, str], tuple[FacetValue, ...]] = {}
        self._by_site: dict[str, list[str]] | None = None
        self._site_values: dict[tuple[str, str], tuple[FacetValue, ...]] = {}

    def around(self, mention: Mention) -> Context:
        """Give the surroundings of one mention."""
        words = frozenset(mention.normalized)
        said, gathered = mention.text.lower(), " ".join(mention.normalized)
        stated = {facet.name: self._stated(facet, mention.scope, said, gathered, words) for facet in self._facets}
        for facet in self._facets:
            if stated[facet.name] is None and facet.implied:
                stated[facet.name] = _follows(facet, stated)
        table = self._note.lexicon.vocabulary.implied
        implied = {wider for word in words for wider in table.get(word, ())}
        return Context(words=words, scope_words=self._scope_words(mention.scope) | implied, stated=stated)

    def _stated(
        self, facet: Facet, scope: tuple[int, int], said: str, gathered: str, words: frozenset[str]
    ) -> FacetValue | None:
        """Ask the mention, then its scope, then what lies as far as the facet reaches; the first to be plain decides.

        What the encounter itself records stands above the note.
        """
        if facet.encounter and (recorded := getattr(self._note.encounter, facet.encounter)) is not None:
            return next((value for value in facet.values if value.name == str(recorded)), None)
        besides = self._named(facet, gathered)
        if facet.name not in self._told:
            return besides[0] if len(besides) == 1 else None
        own = self._named(facet, said)
        if len(own) == 1 and {value.name for value in besides} <= {own[0].name, *own[0].parts}:
            return own[0]
        if not own and len(besides) == 1:
            return besides[0]
        found = self._named(facet, self._scope_text(scope))
        if own or besides or found:
            return found[0] if len(found) == 1 else None
        if facet.reach == "note":
            found = self._named(facet, self._scope_text((0, len(self._note.text))))
        elif facet.reach == "site":
            found = self._at_site(facet, words)
        return found[0] if len(found) == 1 else None

    def _at_site(self, facet: Facet, words: frozenset[str]) -> tuple[FacetValue, ...]:
        """Ask the sentences elsewhere in the note that name the same part of the body."""
        sites = sorted(words & self._note.lexicon.vocabulary.sites)
        return tuple(dict.fromkeys(value for site in sites for value in self._of_site(facet, site)))

    def _of_site(self, facet: Facet, site: str) -> tuple[FacetValue, ...]:
        if self._by_site is None:
            self._by_site = self._read_sites()
        key = (facet.name, site)
        if key not in self._site_values:
            named = (value for text in self._by_site.get(site, ()) for value in self._named(facet, text))
            self._site_values[key] = tuple(value for value in dict.fromkeys(named) if not value.near)
        return self._site_values[key]

    def _read_sites(self) -> dict[str, list[str]]:
        sites = self._note.lexicon.vocabulary.sites
        found: dict[str, list[str]] = {}
        for sentence in self._note.sentences:
            for site in sites.intersection(token.word for token in sentence.tokens):
                found.setdefault(site, []).append(sentence.text.lower())
        return found

    def _named(self, facet: Facet, text: str) -> tuple[FacetValue, ...]:
        key = (facet.name, text)
        if key not in self._values:
            self._values[key] = values_in(text, facet, titles=False)
        return self._values[key]

    def _scope_text(self, scope: tuple[int, int]) -> str:
        if scope not in self._texts:
            # Cut before lowering: a few letters grow by it, and offsets count the note's own.
            self._texts[scope] = self._note.text[slice(*scope)].lower()
        return self._texts[scope]

    def _scope_words(self, scope: tuple[int, int]) -> frozenset[str]:
        if scope not in self._words:
            sentences = self._note.sentences
            first = bisect_right(sentences, scope[0], key=_end_of)
            last = bisect_left(sentences, scope[1], lo=first, key=_start_of)
            inside = (sentence.part(*scope) for sentence in sentences[first:last])
            self._words[scope] = frozenset(token.word for sentence in inside for token in sentence.affirmed)
        return self._words[scope]


def _follows(facet: Facet, stated: Mapping[str, FacetValue | None]) -> FacetValue | None:
    """Work out the value that the values of other facets imply."""
    known = {(name, value.name) for name, value in stated.items() if value is not None}
    implied = next((one.value for one in facet.implied if known.issuperset(one.given)), None)
    return next((value for value in facet.values if value.name == implied), None)
