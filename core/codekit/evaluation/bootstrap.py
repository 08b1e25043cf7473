"""How far chance moves a figure: percentile intervals from notes drawn again and again, Wilson's for single codes."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

import attrs

RESAMPLES = 1000
"""How often the notes are drawn."""

_SEED = 20200610
_OUTSIDE = 0.025
_NORMAL = 1.959963984540054  # the 97.5th percentile of the normal distribution

Sums = tuple[int, ...]


@attrs.frozen
class Interval:
    """A figure with its 95 % confidence interval.

    Args:
        value: The figure over all notes.
        low: Lower end.
        high: Upper end.
    """

    value: float
    low: float
    high: float


def intervals(
    rows: Sequence[Sums], statistics: Callable[[Sums], Sequence[float]], resamples: int = RESAMPLES
) -> tuple[Interval, ...]:
    """Bootstrap figures that follow from sums over notes.

    As many notes as there are, are drawn with replacement; the interval is that between the 2.5th and the 97.5th
    percentile of the figure, stretched to the figure itself where a skewed one lies outside. The draws are seeded,
    so the same rows in the same order give the same intervals.

    Args:
        rows: One row of counts for each note, all of the same length; never empty.
        statistics: Makes the figures out of the sums of the columns.
        resamples: How often to draw.

    Returns:
        One interval for each figure, in the order of `statistics`.

    Source:
        Efron and Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3 (percentile interval).
    """
    draw = random.Random(_SEED)  # noqa: S311  no secret hangs on it
    drawn = [statistics(_sums(draw.choices(rows, k=len(rows)))) for _ in range(resamples)]
    columns = (sorted(column) for column in zip(*drawn, strict=True))
    return tuple(_interval(value, column) for value, column in zip(statistics(_sums(rows)), columns, strict=True))


def wilson(part: int, whole: int) -> Interval:
    """Give a share of independent cases with Wilson's score interval.

    Args:
        part: 0 up to `whole`.
        whole: How many cases there are; of none, the share is 0 and the interval everything.

    Returns:
        The share with its interval.

    Source:
        Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 22 (1927), 209-212.
    """
    if not whole:
        return Interval(0.0, 0.0, 1.0)
    share, square = part / whole, _NORMAL**2
    center = (share + square / (2 * whole)) / (1 + square / whole)
    half = _NORMAL / (1 + square / whole) * math.sqrt(share * (1 - share) / whole + square / (4 * whole**2))
    return Interval(share, max(min(center - half, share), 0.0), min(max(center + half, share), 1.0))


def _sums(rows: Sequence[Sums]) -> Sums:
    return tuple(map(sum, zip(*rows, strict=True)))


def _interval(value: float, column: Sequence[float]) -> Interval:
    last = len(column) - 1
    low, high = column[math.floor(_OUTSIDE * last)], column[math.ceil((1 - _OUTSIDE) * last)]
    return Interval(value, min(low, value), max(high, value))
