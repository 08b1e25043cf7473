"""Whether confidence means what it says, and what another threshold would give."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from codekit.evaluation.metrics import Counts

_BINS = 10
_THRESHOLDS = 100


@attrs.frozen
class Judged:
    """One proposed code of one note.

    Args:
        confidence: 0 to 1.
        right: Whether experts have it too.
    """

    confidence: float
    right: bool


@attrs.frozen
class Bin:
    """The proposals of one tenth of the confidence scale.

    Args:
        low: Lower end, inclusive.
        high: Upper end, exclusive but for the last.
        number: Proposals in it; never 0.
        confidence: Their mean confidence.
        right: Share of them that is right.
    """

    low: float
    high: float
    number: int
    confidence: float
    right: float


@attrs.frozen
class Point:
    """What a threshold gives: only proposals at least so sure are kept."""

    threshold: float
    counts: Counts


@attrs.frozen(kw_only=True)
class Calibration:
    """Confidence against truth.

    Args:
        number: Proposals with a confidence.
        error: Expected calibration error: the mean distance between confidence and share of right ones over the
            bins, weighted by their numbers; 0 is best.
        bins: Bins that hold any proposal, ascending.
        curve: Thresholds from 0 to 1 in hundredths.
    """

    number: int
    error: float
    bins: tuple[Bin, ...]
    curve: tuple[Point, ...]


def calibrate(judged: Sequence[Judged], expected: int) -> Calibration:
    """Compare confidence with truth.

    Args:
        judged: All proposals of all notes; their order does not matter.
        expected: How many codes experts gave, so that recall can be told.

    Returns:
        Reliability table, its error and the precision/recall curve.

    Source:
        Guo et al., On Calibration of Modern Neural Networks, ICML 2017, section 2 (ECE, equal-width bins).
    """
    ordered = sorted(judged, key=lambda one: (one.confidence, one.right))
    groups: dict[int, list[Judged]] = {}
    for one in ordered:
        groups.setdefault(min(int(one.confidence * _BINS), _BINS - 1), []).append(one)
    bins = tuple(_bin(number, group) for number, group in sorted(groups.items()))
    error = sum(one.number * abs(one.confidence - one.right) for one in bins) / len(ordered) if ordered else 0.0
    steps = [step / _THRESHOLDS for step in range(_THRESHOLDS + 1)]
    curve = tuple(Point(step, _kept(ordered, step, expected)) for step in steps)
    return Calibration(number=len(ordered), error=error, bins=bins, curve=curve)


def best_point(calibration: Calibration) -> Point:
    """Give the threshold with the highest F1; of equal ones the lowest."""
    return max(calibration.curve, key=lambda point: (point.counts.f1, -point.threshold))


def _bin(number: int, group: Sequence[Judged]) -> Bin:
    mean = sum(one.confidence for one in group) / len(group)
    right = sum(one.right for one in group) / len(group)
    return Bin(number / _BINS, (number + 1) / _BINS, len(group), mean, right)


def _kept(judged: Sequence[Judged], threshold: float, expected: int) -> Counts:
    kept = [one for one in judged if one.confidence >= threshold]
    return Counts(sum(one.right for one in kept), len(kept), expected)
