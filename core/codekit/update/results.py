"""Saved results, as they are compared: where each code of a note stands, and no text."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import zip_longest
from typing import Any

import attrs

from codekit.types import Action

_BRINGS = (Action.ADD, Action.REPLACE)


class Place(StrEnum):
    """What became of a code that was considered."""

    REPORTED = "reported"
    LEFT = "left"
    """The record bears it out, and the reporting policy left it."""
    OUT = "out"


@attrs.frozen(kw_only=True)
class Standing:
    """Where a code of a note stands.

    Args:
        place: What became of it.
        title: Its title; empty where the result does not say.
        status: Of a reported one, what a coder should do with it; else empty.
        confidence: 0 to 1, as far as it had been worked out.
        basis: Why it is reported or left; empty where that was not asked.
        rule: Id of the rule that brought it in, left it or took it out; empty where none did.
    """

    place: Place
    title: str = ""
    status: str = ""
    confidence: float = 0.0
    basis: str = ""
    rule: str = ""


@attrs.frozen(kw_only=True)
class Made:
    """What a result was made with.

    Args:
        codekit: Version of codekit; empty where the result does not say.
        system: Id of the code system.
        edition: Label of the edition.
    """

    codekit: str
    system: str
    edition: str


@attrs.frozen(kw_only=True)
class Standings:
    """One saved result.

    Args:
        note_id: Id of the note.
        made: What it was made with; None where the note failed.
        codes: Where each code stands, the reported ones in sequence, then the others.
    """

    note_id: str
    made: Made | None
    codes: Mapping[str, Standing] = attrs.field(factory=dict)

    @property
    def first(self) -> str:
        """The code that is listed first; empty where there is none."""
        return next((code for code, one in self.codes.items() if one.place is Place.REPORTED), "")


def standings_of(record: Mapping[str, Any]) -> Standings:
    """Read a result in its JSON form.

    Args:
        record: What `codekit run --format jsonl` writes for a note.

    Returns:
        Where its codes stand.

    Raises:
        KeyError: Something is missing.
        TypeError: Something is of another type.
    """
    note_id = str(record["note_id"])
    if "error" in record:
        return Standings(note_id=note_id, made=None)
    edits = record.get("edits", ())
    brought = {_brings(one): str(one["rule"]) for one in edits if one["action"] in _BRINGS}
    codes = {str(one["code"]): _reported(one, brought.get(one["code"], "")) for one in record["assignments"]}
    # what the conventions did to a code says more than what a single mention of it came to
    dropped = sorted(record.get("dropped", ()), key=lambda one: (not one.get("basis"), one["step"] != "verify"))
    for one in dropped:
        if one["code"]:
            codes.setdefault(str(one["code"]), _dropped(one))
    for one in edits:
        if one["action"] == Action.REPLACE:
            codes.setdefault(str(one["code"]), Standing(place=Place.OUT, rule=str(one["rule"])))
    version = str((record.get("provenance") or {}).get("codekit", ""))
    made = Made(codekit=version, system=str(record["system"]), edition=str(record["edition"]))
    return Standings(note_id=note_id, made=made, codes=codes)


def paired(
    old: Iterable[Standings], new: Iterable[Standings]
) -> Iterator[tuple[Standings, Standings] | tuple[Standings, None] | tuple[None, Standings]]:
    """Bring the results of the same notes together.

    Results wait only until that of the other side comes, so that files in the same order are never held. Where several
    results have the same id, the first goes with the first, the second with the second.

    Args:
        old: One side, in any order.
        new: The other side.

    Yields:
        Both results of a note as soon as both are there; at the end those without another, of the old side first.
    """
    waiting_old: dict[str, deque[Standings]] = {}
    waiting_new: dict[str, deque[Standings]] = {}
    for before, after in zip_longest(old, new):
        if before is not None:
            if other := _take(waiting_new, before.note_id):
                yield before, other
            else:
                waiting_old.setdefault(before.note_id, deque()).append(before)
        if after is not None:
            if other := _take(waiting_old, after.note_id):
                yield other, after
            else:
                waiting_new.setdefault(after.note_id, deque()).append(after)
    yield from ((one, None) for each in waiting_old.values() for one in each)
    yield from ((None, one) for each in waiting_new.values() for one in each)


def _take(waiting: dict[str, deque[Standings]], note_id: str) -> Standings | None:
    queue = waiting.get(note_id)
    if queue is None:
        return None
    found = queue.popleft()
    if not queue:
        del waiting[note_id]
    return found


def _brings(edit: Mapping[str, Any]) -> str:
    return str(edit["replacement"] if edit["action"] == Action.REPLACE else edit["code"])


def _reported(data: Mapping[str, Any], rule: str) -> Standing:
    return Standing(
        place=Place.REPORTED,
        title=str(data["title"]),
        status=str(data["status"]),
        confidence=float(data["confidence"]),
        basis=str(data.get("basis") or ""),
        rule=rule,
    )


def _dropped(data: Mapping[str, Any]) -> Standing:
    basis = str(data.get("basis") or "")
    return Standing(
        place=Place.LEFT if basis else Place.OUT,
        title=str(data["title"]),
        confidence=float(data["confidence"]),
        basis=basis,
        rule=str(data["rule"]),
    )
