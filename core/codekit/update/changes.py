"""Two files of results side by side: what a new codekit, or another setting, changes in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

import attrs

from codekit.update.results import Made, Place, Standing, Standings, paired


class ChangeKind(StrEnum):
    """What changed about a code of a note."""

    GAINED = "gained"
    """Reported now, and not documented before."""
    LOST = "lost"
    """Reported before, and not documented now."""
    LEFT = "left"
    """Reported before, and left by the reporting policy now."""
    RETURNED = "returned"
    """Left by the reporting policy before, and reported now."""
    NEWLY_LEFT = "newly_left"
    """Not documented before, and left by the reporting policy now."""
    NO_LONGER_LEFT = "no_longer_left"
    """Left by the reporting policy before, and not documented now."""
    BASIS = "basis"
    """Reported, or left, on another basis."""
    STATUS = "status"
    """Reported with another status."""
    SURER = "surer"
    """Reported with more confidence."""
    LESS_SURE = "less_sure"
    """Reported with less confidence."""
    FIRST = "first"
    """Listed first now."""
    NOT_FIRST = "not_first"
    """No longer listed first."""

    @property
    def label(self) -> str:
        """Its name for people."""
        return self.replace("_", " ")


_MOVES = {
    (Place.OUT, Place.REPORTED): ChangeKind.GAINED,
    (Place.REPORTED, Place.OUT): ChangeKind.LOST,
    (Place.REPORTED, Place.LEFT): ChangeKind.LEFT,
    (Place.LEFT, Place.REPORTED): ChangeKind.RETURNED,
    (Place.OUT, Place.LEFT): ChangeKind.NEWLY_LEFT,
    (Place.LEFT, Place.OUT): ChangeKind.NO_LONGER_LEFT,
}
MOVES = tuple(_MOVES.values())
"""The changes by which a code comes to stand elsewhere; these have a rule and a basis."""

_NOWHERE = Standing(place=Place.OUT)


@attrs.frozen(kw_only=True)
class CodeChange:
    """One thing that changed about a code of a note.

    Args:
        code: The code.
        what: What changed.
        before: Where it stood; of a code that was not considered, nowhere.
        after: Where it stands.
    """

    code: str
    what: ChangeKind
    before: Standing
    after: Standing

    @property
    def rule(self) -> str:
        """The rule that decides about the code now, or where none does, that decided before; empty where none did."""
        return self.after.rule or self.before.rule

    @property
    def basis(self) -> str:
        """The basis on which it is reported or left now, or where it is neither, was before; may be empty."""
        return self.after.basis or self.before.basis


@attrs.frozen(kw_only=True)
class ResultChange:
    """A note whose result changed.

    Args:
        note_id: Id of the note.
        codes: What changed, in the new sequence, then what is only in the old one.
    """

    note_id: str
    codes: tuple[CodeChange, ...]


@attrs.frozen(kw_only=True)
class Total:
    """How often something changed.

    Args:
        name: The code, the rule or the basis; empty for changes without one.
        title: Title of a code; empty for a rule or a basis.
        counts: How many codes, counted by note, changed how; only what occurs, in the order of `ChangeKind`.
    """

    name: str
    title: str
    counts: Mapping[ChangeKind, int]


@attrs.frozen(kw_only=True)
class Turn:
    """How often a status became another one."""

    before: str
    after: str
    number: int


@attrs.frozen(kw_only=True)
class Changes:
    """Two files of results side by side.

    Args:
        old: What the old results were made with, and how many were.
        new: The same of the new ones.
        compared: Notes with a result in both.
        added: Ids of notes that are only in the new file.
        missing: Ids of notes that are only in the old file.
        failed_before: Ids of notes in both files that failed in the old one.
        failed_after: Ids of those that failed in the new one.
        totals: How many codes, counted by note, changed how; only what occurs, in the order of `ChangeKind`.
        codes: The same by code, those that moved most first.
        rules: The moves by rule, most first.
        bases: The moves and changes of basis by basis, most first.
        statuses: Changes of status by what they were, most first.
        notes: The notes whose results changed, in the order in which both were there.
    """

    old: Mapping[Made, int]
    new: Mapping[Made, int]
    compared: int
    added: tuple[str, ...]
    missing: tuple[str, ...]
    failed_before: tuple[str, ...]
    failed_after: tuple[str, ...]
    totals: Mapping[ChangeKind, int]
    codes: tuple[Total, ...]
    rules: tuple[Total, ...]
    bases: tuple[Total, ...]
    statuses: tuple[Turn, ...]
    notes: tuple[ResultChange, ...]


@attrs.define
class _Sides:
    """What is counted while the files are read."""

    old: Counter[Made] = attrs.field(factory=Counter)
    new: Counter[Made] = attrs.field(factory=Counter)
    compared: int = 0
    added: list[str] = attrs.field(factory=list)
    missing: list[str] = attrs.field(factory=list)
    failed_before: list[str] = attrs.field(factory=list)
    failed_after: list[str] = attrs.field(factory=list)
    notes: list[ResultChange] = attrs.field(factory=list)


def compare_results(old: Iterable[Standings], new: Iterable[Standings]) -> Changes:
    """Compare two files of results, note by note.

    Args:
        old: The results to start from, in any order.
        new: Those of the same notes that may differ; in the same order, none is held in memory but what changed.

    Returns:
        What changed, by code, rule and basis.
    """
    sides = _Sides()
    for before, after in paired(old, new):
        _take(sides, before, after)
    every = [change for note in sides.notes for change in note.codes]
    moves = [one for one in every if one.what in MOVES]
    rebased = [one for one in every if one.what is ChangeKind.BASIS]
    titles = {one.code: one.after.title or one.before.title for one in every}
    turns = Counter((one.before.status, one.after.status) for one in every if one.what is ChangeKind.STATUS)
    return Changes(
        old=dict(sides.old),
        new=dict(sides.new),
        compared=sides.compared,
        added=tuple(sides.added),
        missing=tuple(sides.missing),
        failed_before=tuple(sides.failed_before),
        failed_after=tuple(sides.failed_after),
        totals=_counts(Counter(one.what for one in every)),
        codes=_totals(((one.code, one.what) for one in every), titles),
        rules=_totals((one.rule, one.what) for one in moves),
        bases=_totals((one.basis, one.what) for one in (*moves, *rebased)),
        statuses=tuple(
            Turn(before=one, after=other, number=number)
            for (one, other), number in sorted(turns.items(), key=lambda item: (-item[1], item[0]))
        ),
        notes=tuple(sides.notes),
    )


def _take(sides: _Sides, before: Standings | None, after: Standings | None) -> None:
    if before and before.made:
        sides.old[before.made] += 1
    if after and after.made:
        sides.new[after.made] += 1
    if before is None:
        sides.added += [after.note_id] if after else []
    elif after is None:
        sides.missing.append(before.note_id)
    elif before.made and after.made:
        sides.compared += 1
        if changed := tuple(_changes(before, after)):
            sides.notes.append(ResultChange(note_id=before.note_id, codes=changed))
    else:
        sides.failed_before += [] if before.made else [before.note_id]
        sides.failed_after += [] if after.made else [after.note_id]


def _changes(before: Standings, after: Standings) -> Iterator[CodeChange]:
    for code in dict.fromkeys((*after.codes, *before.codes)):
        was, now = before.codes.get(code, _NOWHERE), after.codes.get(code, _NOWHERE)
        if was != now or (code == before.first) != (code == after.first):
            for what in _whats(was, now, was_first=code == before.first, is_first=code == after.first):
                yield CodeChange(code=code, what=what, before=was, after=now)


def _whats(was: Standing, now: Standing, *, was_first: bool, is_first: bool) -> Iterator[ChangeKind]:
    if was.place is not now.place:
        yield _MOVES[was.place, now.place]
    elif now.place is not Place.OUT:
        if was.basis != now.basis:
            yield ChangeKind.BASIS
        if now.place is Place.REPORTED:
            yield from _decisions(was, now)
    if was_first != is_first:
        yield ChangeKind.FIRST if is_first else ChangeKind.NOT_FIRST


def _decisions(was: Standing, now: Standing) -> Iterator[ChangeKind]:
    if was.status != now.status:
        yield ChangeKind.STATUS
    if was.confidence != now.confidence:
        yield ChangeKind.SURER if now.confidence > was.confidence else ChangeKind.LESS_SURE


def _totals(changes: Iterable[tuple[str, ChangeKind]], titles: Mapping[str, str] | None = None) -> tuple[Total, ...]:
    by_name: dict[str, Counter[ChangeKind]] = {}
    for name, what in changes:
        by_name.setdefault(name, Counter())[what] += 1
    ordered = sorted(by_name.items(), key=lambda item: (-_moved(item[1]), -item[1].total(), item[0]))
    return tuple(
        Total(name=name, title=(titles or {}).get(name, ""), counts=_counts(counted)) for name, counted in ordered
    )


def _moved(counted: Counter[ChangeKind]) -> int:
    return sum(counted[what] for what in MOVES)


def _counts(counted: Counter[ChangeKind]) -> dict[ChangeKind, int]:
    return {what: counted[what] for what in ChangeKind if counted[what]}
