"""The structural layer: from what was found down to assignable rows, and on to their relatives.

A coder whom the index sends to a row does not stop there: the row is followed down to codes that a claim may
carry, its siblings and cousins are compared, and so are the terms around the entry in the index.
"""

from __future__ import annotations

import functools
import heapq
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

import attrs

from codekit.editions.edition import Edition
from codekit.search.layers import STRUCTURAL, Query
from codekit.specificity import Specificity
from codekit.text.facets import title_values, values_in
from codekit.types import Candidate, Code, CodeKind

# What speaks against a row: words of its title that the phrase lacks, and details that it contradicts.
_CONTRADICTED, _NOT_SAID, _UNSPECIFIED, _WEAK_WORD, _OTHER = 8.0, 2.0, 0.25, 0.4, 0.7
_STANDS_FOR_ALL = -0.25
# How many places a row falls behind the best one below the same hit for each point that speaks against it.
_PLACES_PER_COST = 3.0
_MOST_BELOW = 30
# Relatives are sought for the first hits only, and stand behind what was found before.
_HITS = 10
_FOUND = 50
_MOST_RELATIVES = 10
_PLACES_PER_LEVEL = 3
_INDEX_REACH = 40
_LEVELS = (CodeKind.CATEGORY, CodeKind.CODE)


@attrs.frozen
class _Title:
    """A title taken apart: the facets it answers, and its other words."""

    facets: tuple[tuple[str, str], ...]
    words: frozenset[str]
    unspecified: bool
    residual: bool


@attrs.frozen
class _Phrase:
    """What a query says: its words, and the one value of each facet that it names."""

    words: frozenset[str]
    stated: Mapping[str, str]


class _Descent:
    """Walks from rows of the tabular list down to assignable ones, the most plausible first.

    Args:
        edition: The opened edition.
        rules: What distinguishes siblings.
    """

    def __init__(self, edition: Edition, rules: Specificity) -> None:
        self._edition = edition
        self._rules = rules
        self._defaults = {facet.name: facet.default for facet in rules.facets}
        self._title = functools.lru_cache(maxsize=100_000)(self._take_apart)

    def read(self, query: Query) -> _Phrase:
        """Read a query for what chooses between siblings."""
        text = query.text.lower()
        found = {facet.name: values_in(text, facet, titles=False) for facet in self._rules.facets}
        stated = {name: values[0].name for name, values in found.items() if len(values) == 1}
        return _Phrase(frozenset((*query.words, *query.implied)), stated)

    def below(self, code: Code, phrase: _Phrase) -> Iterator[tuple[float, Code]]:
        """Walk down from a row, best first.

        Args:
            code: Any row.
            phrase: What the query says, which chooses the way.

        Yields:
            What speaks against an assignable row, and the row; the row itself if it is one. A row comes before
            another whose title says more that the phrase does not say; ties in tabular order.
        """
        heap = [(0.0, 0, code)]
        numbers = itertools.count(1)
        while heap:
            cost, _, row = heapq.heappop(heap)
            if row.assignable:
                yield cost, row
                continue
            default = self._rules.defaults.get(row.code, ("", ""))[0]
            for child in self._edition.children(row.code):
                against = self._cost(child, phrase) - (child.code == default)
                heapq.heappush(heap, (against, next(numbers), child))

    def _cost(self, code: Code, phrase: _Phrase) -> float:
        title = self._title(code.title)
        cost = _OTHER * title.residual + _STANDS_FOR_ALL * title.unspecified
        for facet, value in title.facets:
            said = phrase.stated.get(facet)
            if said is not None:
                cost += _CONTRADICTED * (said != value)
            elif value == "unspecified":
                cost += _UNSPECIFIED
            else:
                cost += _NOT_SAID * (value != self._defaults[facet])
        weak = self._edition.lexicon.vocabulary.weak
        for word in title.words:
            weight = _WEAK_WORD if word in weak else 1.0
            cost += -weight if word in phrase.words else weight
        return cost

    def _take_apart(self, title: str) -> _Title:
        text = title.lower()
        facets: list[tuple[str, str]] = []
        for facet in self._rules.facets:
            named = title_values(title, facet)
            if named:
                facets.append((facet.name, named[0].name))
                text = _without(text, named[0].in_titles)
        for phrase in self._rules.absent:
            text = re.sub(rf"\b{re.escape(phrase)}\b[^,;()]*", " ", text)
        less = _without(text, self._rules.unspecified)
        rest = _without(less, self._rules.other)
        return _Title(
            tuple(facets),
            frozenset(self._edition.lexicon.term_words(rest)).difference(self._rules.filler),
            less != text,
            rest != less,
        )


def _without(text: str, phrases: Sequence[str]) -> str:
    return re.sub(r"\b(?:" + "|".join(map(re.escape, phrases)) + r")\b", " ", text) if phrases else text


class StructuralLayer:
    """Takes candidates down to assignable rows, and ranks their relatives.

    Args:
        edition: The opened edition.
        rules: What distinguishes siblings.
    """

    def __init__(self, edition: Edition, rules: Specificity) -> None:
        self._edition = edition
        self._descent = _Descent(edition, rules)

    def down(self, query: Query, found: Sequence[Candidate], limit: int) -> list[Candidate]:
        """Replace every candidate by the assignable rows below it.

        Args:
            query: What is looked up.
            found: Candidates, best first.
            limit: At most so many.

        Returns:
            Assignable candidates, best first: a row stands as many places behind its candidate as there are better
            ones below it, and further the more of its title the query does not say. A row below several
            candidates keeps its best place. Codes that the tabular list does not hold are left out.
        """
        places, phrase = _Places(), self._descent.read(query)
        for rank, candidate in enumerate(found):
            self._add_below(places, phrase, candidate.code, candidate, rank, _MOST_BELOW)
        return places.ranking()[:limit]

    def rank(self, query: Query, found: Sequence[Candidate], limit: int) -> Sequence[Candidate]:
        """See `Layer`: the first candidates found, and behind them their siblings, cousins and index neighbours."""
        first = found[:_FOUND]
        places, phrase = _Places(first), self._descent.read(query)
        for rank, hit in enumerate(first[:_HITS]):
            for level, row in enumerate(self._above(hit.code), start=1):
                self._add_below(places, phrase, row.code, hit, rank + level * _PLACES_PER_LEVEL, _MOST_RELATIVES)
            for number, code in enumerate(self._beside(hit)):
                self._add_below(places, phrase, code, hit, rank + number + _PLACES_PER_LEVEL, 1)
        return [*first, *places.ranking()][:limit]

    def _add_below(
        self, places: _Places, phrase: _Phrase, code: str, candidate: Candidate, place: float, limit: int
    ) -> None:
        row = self._edition.find(code)
        if row is None:
            return
        least = None
        for number, (cost, leaf) in enumerate(itertools.islice(self._descent.below(row, phrase), limit)):
            least = cost if least is None else least
            behind = number + _PLACES_PER_COST * (cost - least)
            places.put(place + behind, candidate if leaf.code == candidate.code else _moved(candidate, leaf))

    def _above(self, code: str) -> Iterator[Code]:
        """Yield the rows above a code, nearest first, up to its category."""
        for row in self._edition.ancestors(code):
            if row.kind not in _LEVELS:
                return
            yield row

    def _beside(self, hit: Candidate) -> list[str]:
        """Give the codes of the term above a hit's in the index, then those of its sub-terms."""
        if not hit.term_id:
            return []
        term = self._edition.term(hit.term_id)
        around = self._edition.terms_around(hit.term_id, _INDEX_REACH)
        above = [code for one in around if one.path == term.path[:-1] for code in one.codes]
        below = [code for one in around if one.path[:-1] == term.path for code in one.codes]
        return [*above, *below][:_MOST_RELATIVES]


class _Places:
    """Rows with the best place at which each was met.

    Args:
        without: Rows that have their place already.
    """

    def __init__(self, without: Sequence[Candidate] = ()) -> None:
        self._without = {candidate.code for candidate in without}
        self._best: dict[str, tuple[float, Candidate]] = {}

    def put(self, place: float, candidate: Candidate) -> None:
        """Note that a row was met at a place."""
        best = self._best.get(candidate.code)
        if candidate.code not in self._without and (best is None or place < best[0]):
            self._best[candidate.code] = (place, candidate)

    def ranking(self) -> list[Candidate]:
        """Return the rows by place; ties in the order in which they were met."""
        return [candidate for _, candidate in sorted(self._best.values(), key=lambda pair: pair[0])]


def _moved(candidate: Candidate, row: Code) -> Candidate:
    return attrs.evolve(candidate, code=row.code, source=STRUCTURAL)
