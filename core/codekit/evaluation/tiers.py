"""Labels in tiers: what a coder must give, may give, and should list first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from codekit.errors import NoteError
from codekit.evaluation.metrics import Counts, Pair

Entry = tuple[str, ...]
"""Codes of which any one will do, the preferred one first."""

_OR = "|"


@attrs.frozen(kw_only=True)
class Tiers:
    """What experts ask of the codes of one note.

    Args:
        must: What any competent coder would give, entry by entry.
        may: What is acceptable besides, and counts neither way.
        first: The codes of which one should be listed first; none where the experts do not say.
    """

    must: tuple[Entry, ...]
    may: tuple[str, ...] = ()
    first: tuple[str, ...] = ()

    @classmethod
    def of(cls, codes: Iterable[str]) -> Tiers:
        """Make tiers of plain codes, each of which is required."""
        return cls(must=tuple((code,) for code in codes))

    @property
    def required(self) -> frozenset[str]:
        """Every code that meets an entry."""
        return frozenset(code for entry in self.must for code in entry)

    @property
    def acceptable(self) -> frozenset[str]:
        """Every code that is not wrong."""
        return self.required.union(self.may, self.first)

    @property
    def preferred(self) -> tuple[str, ...]:
        """The preferred code of each entry, sorted and each once."""
        return tuple(sorted({entry[0] for entry in self.must}))

    def spelt(self, write: Callable[[str], str]) -> Tiers:
        """Write every code another way; codes of one entry that become the same are one."""
        return Tiers(
            must=tuple(_written(entry, write) for entry in self.must),
            may=_written(self.may, write),
            first=_written(self.first, write),
        )

    def missed(self, given: frozenset[str]) -> tuple[Entry, ...]:
        """Name the entries that no given code meets."""
        return tuple(entry for entry in self.must if given.isdisjoint(entry))

    def wrong(self, given: frozenset[str]) -> frozenset[str]:
        """Name the given codes that are in no tier."""
        return given - self.acceptable

    def count(self, given: frozenset[str]) -> Counts:
        """Count the agreement.

        Args:
            given: The codes of the note.

        Returns:
            Entries met, and codes that meet one. Of several codes that meet the same entry one counts, and those that
            are acceptable only count neither way.
        """
        met = len(self.must) - len(self.missed(given))
        hits = min(len(given & self.required), met)
        optional = len((given & self.acceptable) - self.required)
        return Counts(hits, hits + len(self.wrong(given)), len(self.must), met, optional)

    def pair(self, given: frozenset[str]) -> Pair:
        """Make plain sets of it, for figures by code.

        Args:
            given: The codes of the note.

        Returns:
            Of each entry the given code, or else the preferred one, is expected; other acceptable codes are in neither
            set.
        """
        expected = frozenset(next((code for code in entry if code in given), entry[0]) for entry in self.must)
        return Pair(given - (self.acceptable - expected), expected)


def read_tiers(record: Mapping[str, Any]) -> Tiers:
    """Read tiers from their JSON form.

    Args:
        record: An object with `must`, a list of strings, and maybe `may`, another, and `first`, a string; alternatives
            are joined by `|`.

    Returns:
        The tiers, in the order of the record.

    Raises:
        NoteError: It is of another form.
    """
    must = tuple(_entry("must", text) for text in _strings(record, "must"))
    may = tuple(code for text in _strings(record, "may") for code in _entry("may", text))
    first = record.get("first")
    if not isinstance(first, str | None):
        raise NoteError("$.first: expected a code, or several joined by '|'")
    return Tiers(must=must, may=may, first=_entry("first", first) if first else ())


def _strings(record: Mapping[str, Any], name: str) -> Iterable[str]:
    texts = record.get(name) or []
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise NoteError(f"$.{name}: expected a list of strings")
    return texts


def _entry(name: str, text: str) -> Entry:
    codes = tuple(code.strip() for code in text.split(_OR))
    if not all(codes):
        raise NoteError(f"$.{name}: expected codes joined by '|', with none left empty")
    return codes


def _written(codes: Iterable[str], write: Callable[[str], str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(write, codes)))
