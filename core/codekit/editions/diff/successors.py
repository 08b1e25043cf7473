"""Codes that may take the place of one that a claim can no longer carry."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache

from codekit.editions.diff.changes import How, Retired, Successor
from codekit.editions.diff.index import Entries, Key, words
from codekit.editions.diff.sides import Side
from codekit.editions.schema import code_key
from codekit.types import Code

SUCCESSOR = "successor"
"""Kind of the pairs of a conversion table: first the code used before, second the one used from then on."""

_MOST = 5
_LEAST_ALIKE = 0.6
_WORDS = re.compile(r"\w+")


class Successors:
    """Finds likely successors: those of the conversion table, or else by subdivision, index and title.

    Args:
        old: The old edition.
        new: The new edition.
        before: Index entries of the old edition.
        after: Those of the new one.
    """

    def __init__(self, old: Side, new: Side, before: Entries, after: Entries) -> None:
        self._old, self._new = old, new
        self._before, self._after = before, after
        # Bound to the object, so that the cache goes with it.
        self._bag = lru_cache(maxsize=None)(_bag)

    def retired(self) -> Iterator[Retired]:
        """Yield the codes that a claim can no longer carry, in the old edition's order."""
        for key, row in self._old.rows.items():
            now = self._new.rows.get(key)
            if row.assignable and not (now and now.assignable):
                yield Retired(
                    code=row.code,
                    title=row.title,
                    chapter=self._old.chapters[key],
                    heading=now is not None,
                    successors=self.find(row),
                )

    def find(self, row: Code) -> tuple[Successor, ...]:
        """Find the likely successors of a code of the old edition.

        Args:
            row: The code.

        Returns:
            All that the table names, in its order; else at most 5 by subdivision and index, in this order; else at most
            5 by title, the likest first.
        """
        published = tuple(_unique(self._by_table(row)))
        if published:
            return published
        led_to = tuple(_unique((*self._by_subdivision(row), *self._by_index(row))))
        return (led_to or tuple(self._by_title(row)))[:_MOST]

    def _by_table(self, row: Code) -> Iterator[Successor]:
        """Follow the table from year to year until codes that the new edition has."""
        since = self._old.edition.release.valid_from
        reached: list[str] = [row.code]
        path: dict[str, tuple[str, ...]] = {row.code: (row.code,)}
        for code in reached:
            for pair in self._new.edition.pairs(SUCCESSOR, code):
                if code_key(pair.first) != code_key(code) or (pair.valid_from and pair.valid_from <= since):
                    continue
                target = self._new.find(pair.second)
                if target is not None and target.assignable:
                    beside = pair.attributes.get("with")
                    steps = " → ".join((*path[code], pair.second))
                    yield _successor(target, How.TABLE, f"{steps}, with {beside}" if beside else steps)
                elif pair.second not in path:
                    path[pair.second] = (*path[code], pair.second)
                    reached.append(pair.second)

    def _by_subdivision(self, row: Code) -> list[Successor]:
        detail = f"{row.code} is a heading now, and this stands below it"
        below = self._ranked(row, self._below[code_key(row.code)], 0.0)
        return [_successor(one, How.SUBDIVISION, detail) for one, _ in below]

    def _by_index(self, row: Code) -> Iterator[Successor]:
        gone = [row, *(one for one in self._old.above(row) if code_key(one.code) not in self._new.rows)]
        named = next((keys for one in gone if (keys := self._leading.get(code_key(one.code)))), ())
        for key in named:
            for code in _codes(self._after, key):
                target = self._new.find(code)
                if (
                    target is not None
                    and code_key(code) != code_key(row.code)
                    and code not in _codes(self._before, key)
                ):
                    best = target if target.assignable else self._nearest_below(row, target)
                    yield _successor(best, How.INDEX, f"index entry: {words(key)}")

    def _by_title(self, row: Code) -> Iterator[Successor]:
        category = self._old.category(row)
        same = self._below[code_key(category.code)] if category else []
        candidates = {one.code: one for one in (*same, *self._added)}
        for one, alike in self._ranked(row, candidates.values(), _LEAST_ALIKE):
            yield _successor(one, How.TITLE, f"{alike:.0%} of the words of both titles")

    def _nearest_below(self, row: Code, heading: Code) -> Code:
        below = self._ranked(row, self._below[code_key(heading.code)], _LEAST_ALIKE)
        return next((one for one, _ in below), heading)

    @cached_property
    def _leading(self) -> dict[str, list[Key]]:
        """The old entries that led to each code, in printed order."""
        leading: defaultdict[str, list[Key]] = defaultdict(list)
        for key in self._before:
            for code in _codes(self._before, key):
                leading[code_key(code)].append(key)
        return dict(leading)

    @cached_property
    def _added(self) -> list[Code]:
        return [row for key, row in self._new.rows.items() if row.assignable and key not in self._old.rows]

    @cached_property
    def _below(self) -> defaultdict[str, list[Code]]:
        """The assignable codes of the new edition below each row, in printed order."""
        below: defaultdict[str, list[Code]] = defaultdict(list)
        for row in self._new.rows.values():
            for above in self._new.above(row) if row.assignable else ():
                below[code_key(above.code)].append(row)
        return below

    def _ranked(self, row: Code, rows: Iterable[Code], least: float) -> Sequence[tuple[Code, float]]:
        """Order rows by how much their titles are like that of one, ties as given: common words over all, doubled."""
        own = self._bag(row.title)
        found = []
        for one in rows:
            other = self._bag(one.title)
            alike = 2 * len(own & other) / ((len(own) + len(other)) or 1)
            if alike >= least and one.code != row.code:
                found.append((one, alike))
        return sorted(found, key=lambda pair: -pair[1])[:_MOST]


def _successor(row: Code, how: How, detail: str) -> Successor:
    return Successor(code=row.code, title=row.title, assignable=row.assignable, how=how, detail=detail)


def _unique(found: Iterable[Successor]) -> Iterator[Successor]:
    seen: set[str] = set()
    for one in found:
        if one.code not in seen:
            seen.add(one.code)
            yield one


def _codes(entries: Entries, key: Key) -> list[str]:
    """Give the codes to which an entry leads."""
    return [code for target in entries.get(key, ()) if target[0] for code in json.loads(target[0])]


def _bag(title: str) -> frozenset[str]:
    return frozenset(_WORDS.findall(title.lower()))
