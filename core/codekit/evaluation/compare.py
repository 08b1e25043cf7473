"""Two runs side by side: how far apart their figures are, and which notes changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from codekit.errors import UsageError
from codekit.evaluation.bootstrap import Interval, Sums, intervals
from codekit.evaluation.levels import LEVELS
from codekit.evaluation.metrics import Counts
from codekit.evaluation.outcomes import Outcome
from codekit.evaluation.run import Run

SCHEMA = 1
"""Version of the JSON form of a comparison."""


@attrs.frozen(kw_only=True)
class Difference:
    """The micro figures of both runs at one closeness, and second minus first with its interval.

    Args:
        name: One of `LEVELS`.
        first: Counts of the first run.
        second: Counts of the second run.
        precision: Difference of precision.
        recall: Difference of recall.
        f1: Difference of F1; above 0 the second run is better, and surely so where the interval leaves 0 out.
    """

    name: str
    first: Counts
    second: Counts
    precision: Interval
    recall: Interval
    f1: Interval


@attrs.frozen(kw_only=True)
class ChangedNote:
    """A note whose final codes differ; each list is sorted. Of tiered labels, acceptable codes count as expected.

    Args:
        id: Id of the note.
        gained_right: New in the second run, and expected.
        gained_wrong: New in the second run, and not expected.
        lost_right: Only in the first run, and expected.
        lost_wrong: Only in the first run, and not expected.
    """

    id: str
    gained_right: tuple[str, ...]
    gained_wrong: tuple[str, ...]
    lost_right: tuple[str, ...]
    lost_wrong: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Comparison:
    """Two runs side by side.

    Args:
        schema: `SCHEMA`.
        first: Coder, dataset and edition of the first run.
        second: Those of the second.
        common: How many notes both have; only these are compared.
        differences: In the order of `LEVELS`.
        changes: In the order of the first run.
    """

    schema: int = SCHEMA
    first: str
    second: str
    common: int
    differences: tuple[Difference, ...]
    changes: tuple[ChangedNote, ...]


def compare(first: Run, second: Run) -> Comparison:
    """Compare two runs note by note.

    The same notes are drawn for both runs, so that what is hard for both does not blur their difference.

    Args:
        first: The run to start from.
        second: The run that may be better.

    Returns:
        Differences and changed notes.

    Raises:
        UsageError: They have no note in common, or disagree on what experts coded.
    """
    others = {note.id: note for note in second.notes}
    both = [(note, others[note.id]) for note in first.notes if note.id in others]
    if not both:
        raise UsageError("the two runs have no note in common; compare runs of one dataset")
    if any(one.labels != other.labels for one, other in both):
        raise UsageError(
            "the two runs disagree on the experts' codes: the dataset or the spelling of its codes changed; "
            "evaluate one of them anew"
        )
    full = [(one.counts, other.counts) for one, other in both]
    cut = [(one.category_counts, other.category_counts) for one, other in both]
    changes = (_change(one, other) for one, other in both if one.given != other.given)
    return Comparison(
        first=_name(first),
        second=_name(second),
        common=len(both),
        differences=(_difference(LEVELS[0], full), _difference(LEVELS[1], cut)),
        changes=tuple(changes),
    )


def comparison_to_dict(comparison: Comparison) -> Mapping[str, Any]:
    """Give a comparison its JSON form, keys in the order of the class."""
    return attrs.asdict(comparison)


def _name(run: Run) -> str:
    return f"{run.coder} on {run.dataset}, {run.system} {run.edition}"


def _difference(name: str, pairs: list[tuple[Counts, Counts]]) -> Difference:
    width = len(pairs[0][0].sums)

    def figures(sums: Sums) -> tuple[float, ...]:
        one, other = Counts(*sums[:width]), Counts(*sums[width:])
        return other.precision - one.precision, other.recall - one.recall, other.f1 - one.f1

    precision, recall, f1 = intervals([(*one.sums, *other.sums) for one, other in pairs], figures)
    first, second = (sum(column, Counts(0, 0, 0)) for column in zip(*pairs, strict=True))
    return Difference(name=name, first=first, second=second, precision=precision, recall=recall, f1=f1)


def _change(one: Outcome, other: Outcome) -> ChangedNote:
    right = one.labels.acceptable
    gained, lost = other.given - one.given, one.given - other.given
    return ChangedNote(
        id=one.id,
        gained_right=tuple(sorted(gained & right)),
        gained_wrong=tuple(sorted(gained - right)),
        lost_right=tuple(sorted(lost & right)),
        lost_wrong=tuple(sorted(lost - right)),
    )
