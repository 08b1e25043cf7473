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
from codekit.search.fusion import RANK_CONSTANT
from codekit.search.layers import Query
from codekit.specificity import FacetValue, Specificity
from codekit.text.facets import title_values, values_in
from codekit.text.tokens import term_words
from codekit.text.vocabulary import load_vocabulary
from codekit.types import Candidate, Code, CodeKind, IndexTable

# What speaks against a row, in words that its title has and the phrase lacks.
_CONTRADICTED, _NOT_SAID, _UNSPECIFIED, _WEAK_WORD, _OTHER = 8.0, 2.0, 0.25, 0.4, 0.7
_FILLER = frozenset(("encounter", "unspecified", "specified", "nos", "nec", "classified", "elsewhere"))
_MOST_BELOW = 30
_HITS = 20


@attrs.frozen
class _Title:
    """A title taken apart: the facets it answers, and its other words."""

    facets: tuple[tuple[str, str], ...]
    words: frozenset[str]
    residual: bool


class Descent:
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

    def below(self, code: Code, query: Query) -> Iterator[Code]:
        """Walk down from a row, best first.

        Args:
            code: Any row.
            query: The phrase; its words and the facets it names choose the way.

        Yields:
            Assignable rows; the row itself if it is one. A row comes before another whose title says more that
            the phrase does not say; ties in tabular order.
        """
        stated = self._stated(query.text)
        words = frozenset((*query.words, *query.implied))
        heap = [(0.0, 0, code)]
        numbers = itertools.count(1)
        while heap:
            _c, _, row = heapq.heappop(heap)
            if row.assignable:
                self.last_cost = _c
                yield row
                continue
            default = self._rules.defaults.get(row.code, ("", ""))[0]
            for child in self._edition.children(row.code):
                cost = self._cost(child, words, stated) - (child.code == default)
                heapq.heappush(heap, (cost, next(numbers), child))

    def _cost(self, code: Code, words: frozenset[str], stated: Mapping[str, str]) -> float:
        title = self._title(code.title)
        cost = _OTHER * title.residual
        for facet, value in title.facets:
            said = stated.get(facet)
            if said is not None:
                cost += _CONTRADICTED * (said != value)
            elif value == "unspecified":
                cost += _UNSPECIFIED
            else:
                cost += _NOT_SAID * (value != self._defaults[facet])
        weak = load_vocabulary().weak
        cost += sum(_WEAK_WORD if word in weak else 1.0 for word in title.words - words)
        return cost - sum(_WEAK_WORD if word in weak else 1.0 for word in title.words & words)

    def _stated(self, text: str) -> dict[str, str]:
        found: dict[str, tuple[FacetValue, ...]] = {
            facet.name: values_in(text.lower(), facet, titles=False) for facet in self._rules.facets
        }
        return {name: values[0].name for name, values in found.items() if len(values) == 1}

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
        text = _without(text, self._rules.unspecified)
        rest = _without(text, self._rules.other)
        return _Title(tuple(facets), frozenset(term_words(rest)) - _FILLER, rest != text)


def _without(text: str, phrases: Sequence[str]) -> str:
    return re.sub(r"\b(?:" + "|".join(map(re.escape, phrases)) + r")\b", " ", text) if phrases else text


def walk_down(ranking, query, descent, edition, lam=1, mode="sum", per=_MOST_BELOW, expand_assignable=True):
    ranks = {}
    best = {}
    for r, c in enumerate(ranking, 1):
        row = edition.find(c.code)
        if row is None:
            continue
        for j, leaf in enumerate(itertools.islice(descent.below(row, query), per)):
            v = 1 / (RANK_CONSTANT + r + lam * j)
            ranks[leaf.code] = max(ranks.get(leaf.code, 0), v) if mode == "max" else ranks.get(leaf.code, 0) + v
            best.setdefault(leaf.code, c)
    return [attrs.evolve(best[k], code=k) for k in sorted(ranks, key=lambda k: -ranks[k])]
