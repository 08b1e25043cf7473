"""Agreement with the experts: over all notes at two degrees of closeness, and chapter by chapter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import attrs

from codekit.evaluation.bootstrap import Interval, Sums, intervals
from codekit.evaluation.metrics import Counts, Macro, Pair, Share, by_group, macro, to_categories
from codekit.evaluation.outcomes import Outcome
from codekit.evaluation.rows import Rows

if TYPE_CHECKING:
    from codekit.editions.edition import Edition

LEVELS = ("full code", "3 characters")
"""How closely codes must agree."""


@attrs.frozen(kw_only=True)
class Level:
    """Agreement at one closeness.

    Args:
        name: One of `LEVELS`.
        micro: All codes of all notes in one pot.
        macro: Mean over codes; of tiered labels by the plain sets that `Tiers.pair` makes.
        exact_match: Notes whose sets are equal; of tiered labels, where every entry is met and no code is wrong.
        precision: Micro, with its interval.
        recall: Micro, with its interval.
        f1: Micro, with its interval.
        exact_match_ratio: With its interval.
        strict_f1: Micro, each optional code being half an error; None in runs of an older codekit.
    """

    name: str
    micro: Counts
    macro: Macro
    exact_match: Share
    precision: Interval
    recall: Interval
    f1: Interval
    exact_match_ratio: Interval
    strict_f1: Interval | None = None


@attrs.frozen(kw_only=True)
class Chapter:
    """Agreement on the full codes of one chapter."""

    code: str
    title: str
    counts: Counts


def levels_of(notes: Sequence[Outcome]) -> tuple[Level, ...]:
    """Measure the agreement at each of `LEVELS`, on one note or more."""
    pairs = [note.pair for note in notes]
    return (
        level_of(LEVELS[0], [note.counts for note in notes], pairs),
        level_of(LEVELS[1], [note.category_counts for note in notes], list(map(to_categories, pairs))),
    )


def level_of(name: str, counts: Sequence[Counts], pairs: Sequence[Pair]) -> Level:
    """Measure the agreement at one closeness.

    Args:
        name: Name of the level.
        counts: Of each note; never empty.
        pairs: The code sets of the same notes.

    Returns:
        The figures, with intervals from draws of the notes.
    """
    exact = [int(one.hits == one.predicted and one.met == one.expected) for one in counts]
    table = [(*one.sums, match) for one, match in zip(counts, exact, strict=True)]

    def figures(sums: Sums) -> tuple[float, ...]:
        total = Counts(*sums[:-1])
        return total.precision, total.recall, total.f1, sums[-1] / len(counts), total.strict_f1

    precision, recall, f1, matched, strict = intervals(table, figures)
    return Level(
        name=name,
        micro=sum(counts, Counts(0, 0, 0)),
        macro=macro(pairs),
        exact_match=Share(sum(exact), len(counts)),
        precision=precision,
        recall=recall,
        f1=f1,
        exact_match_ratio=matched,
        strict_f1=strict,
    )


def chapters_of(notes: Iterable[Outcome], edition: Edition, rows: Rows) -> tuple[Chapter, ...]:
    """Count the agreement on the codes of each chapter that occurs, in tabular order."""
    place = {root.code: at for at, root in enumerate(edition.roots())}
    counted = by_group((note.pair for note in notes), rows.chapter)
    groups = sorted(counted.items(), key=lambda item: place.get(item[0], len(place)))
    return tuple(Chapter(code=code, title=rows.title(code), counts=counts) for code, counts in groups)
