"""What else tells how good a coder is: what stands first, what is complete, what `ready` is worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import attrs

from codekit.errors import UsageError
from codekit.evaluation.bootstrap import Interval, Sums, intervals, wilson
from codekit.evaluation.datasets import Dataset
from codekit.evaluation.levels import Level, levels_of
from codekit.evaluation.losses import Loss, Where
from codekit.evaluation.outcomes import Outcome
from codekit.types import Status


@attrs.frozen(kw_only=True)
class Rate:
    """A share with its 95 % confidence interval.

    Args:
        part: 0 up to `whole`.
        whole: How many there are; where it is 0 the share means nothing.
        value: `part / whole`.
        low: Lower end.
        high: Upper end.
    """

    part: int
    whole: int
    value: float
    low: float
    high: float


@attrs.frozen(kw_only=True)
class Figures:
    """Key figures of some notes; intervals come from draws of the notes, but for `ready`.

    Args:
        notes: How many notes.
        first_listed: Of the notes whose labels say what should be listed first, those where it is.
        complete: Notes all of whose required entries are met.
        ready: Final codes of the status `ready` that are in any tier, with Wilson's interval.
        codes: Final codes of a note.
        pool: Required entries that anything proposed meets, whether or not it was taken out later.
        proposals: Codes proposed for a note, with those that were taken out.
        losses: How many required entries were lost where, in the order of `Where`.
    """

    notes: int
    first_listed: Rate
    complete: Rate
    ready: Rate
    codes: Interval
    pool: Rate
    proposals: Interval
    losses: Mapping[Where, int]


@attrs.frozen(kw_only=True)
class Group:
    """The notes that share a value of a field.

    Args:
        value: The value; empty for notes without one.
        levels: Agreement, in the order of `LEVELS`.
        figures: Key figures.
    """

    value: str
    levels: tuple[Level, ...]
    figures: Figures


def figures_of(notes: Sequence[Outcome], losses: Iterable[Loss]) -> Figures:
    """Measure one note or more, given what was lost in them."""
    table = [_row(note) for note in notes]

    def ratios(sums: Sums) -> tuple[float, ...]:
        first, listed, complete, given, pooled, required, proposed, number = sums
        return _ratio(first, listed), complete / number, given / number, _ratio(pooled, required), proposed / number

    first_listed, complete, codes, pool, proposals = intervals(table, ratios)
    first, listed, whole, _, pooled, required, _, number = (sum(column) for column in zip(*table, strict=True))
    ready = [(code, note) for note in notes for code in _ready(note)]
    right = sum(code in note.labels.acceptable for code, note in ready)
    lost = Counter(one.where for one in losses)
    return Figures(
        notes=number,
        first_listed=_rate(first, listed, first_listed),
        complete=_rate(whole, number, complete),
        ready=_rate(right, len(ready), wilson(right, len(ready))),
        codes=codes,
        pool=_rate(pooled, required, pool),
        proposals=proposals,
        losses={where: lost[where] for where in Where},
    )


def groups_of(dataset: Dataset, name: str, notes: Sequence[Outcome], losses: Sequence[Loss]) -> tuple[Group, ...]:
    """Measure the notes that share a value of a field.

    Args:
        dataset: The labelled notes.
        name: Name of the field.
        notes: Their outcomes, in the same order.
        losses: What was lost in them.

    Returns:
        The groups, the largest first, then by value.

    Raises:
        UsageError: No note has the field.
    """
    check_field(dataset, name)
    by_value: dict[str, list[Outcome]] = {}
    for labelled, outcome in zip(dataset.notes, notes, strict=True):
        by_value.setdefault(labelled.fields.get(name, ""), []).append(outcome)
    lost: dict[str, list[Loss]] = {}
    for one in losses:
        lost.setdefault(one.note, []).append(one)
    return tuple(
        Group(
            value=value,
            levels=levels_of(group),
            figures=figures_of(group, (one for note in group for one in lost.get(note.id, ()))),
        )
        for value, group in sorted(by_value.items(), key=lambda item: (-len(item[1]), item[0]))
    )


def check_field(dataset: Dataset, name: str) -> None:
    """Refuse a field that no note of the dataset has.

    Raises:
        UsageError: That is so; the message names the fields that there are.
    """
    there = {field for labelled in dataset.notes for field in labelled.fields}
    if name not in there:
        known = f"expected one of {', '.join(sorted(there))}" if there else "its records have none in a word or two"
        raise UsageError(f"{dataset.name}: no note has the field {name!r}; {known}")


def _row(note: Outcome) -> Sums:
    labels, given = note.labels, note.given
    return (
        int(note.first in labels.first),
        int(bool(labels.first)),
        int(not labels.missed(given)),
        len(given),
        labels.count(note.proposed).met,
        len(labels.must),
        len(note.proposed),
        1,
    )


def _ready(note: Outcome) -> Iterable[str]:
    return (one.code for one in note.proposals if one.kept and one.status is Status.READY)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _rate(part: int, whole: int, interval: Interval) -> Rate:
    return Rate(part=part, whole=whole, value=interval.value, low=interval.low, high=interval.high)
