"""The figures of an evaluation: bounded, order-free, and what their definitions say."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codekit.evaluation.bootstrap import intervals
from codekit.evaluation.calibration import Judged, best_point, calibrate
from codekit.evaluation.metrics import (
    Counts,
    Macro,
    Pair,
    Share,
    by_group,
    count,
    exact_match,
    macro,
    micro,
    to_categories,
)

CODES = ("A00.0", "A00.1", "A01", "B20", "B21.9", "Z99.0")
code_sets = st.frozensets(st.sampled_from(CODES))
quick = settings(max_examples=50, deadline=None)
pair_lists = st.lists(st.builds(Pair, code_sets, code_sets), min_size=1, max_size=12)


def swapped(pairs: list[Pair]) -> list[Pair]:
    return [Pair(pair.expected, pair.predicted) for pair in pairs]


@quick
@given(pair_lists, st.randoms(use_true_random=False))
def test_figures_are_bounded_and_do_not_depend_on_the_order_of_notes(pairs: list[Pair], shuffle: random.Random) -> None:
    figures = micro(pairs), macro(pairs), exact_match(pairs)
    for value in (
        figures[0].precision,
        figures[0].recall,
        figures[0].f1,
        figures[1].precision,
        figures[1].recall,
        figures[1].f1,
        figures[2].value,
    ):
        assert 0 <= value <= 1
    shuffled = pairs[:]
    shuffle.shuffle(shuffled)
    assert (micro(shuffled), macro(shuffled), exact_match(shuffled)) == figures


@quick
@given(pair_lists)
def test_swapping_the_sides_swaps_precision_and_recall_and_keeps_f1(pairs: list[Pair]) -> None:
    for average in (micro, macro):
        one, other = average(pairs), average(swapped(pairs))
        assert (one.precision, one.recall, one.f1) == (other.recall, other.precision, other.f1)
    assert exact_match(pairs) == exact_match(swapped(pairs))


@quick
@given(st.lists(code_sets, min_size=1, max_size=12))
def test_a_perfect_coder_has_nothing_but_ones(sets: list[frozenset[str]]) -> None:
    pairs = [Pair(codes, codes) for codes in sets]
    assert exact_match(pairs).value == 1
    if any(sets):
        assert micro(pairs).f1 == micro(pairs).precision == micro(pairs).recall == 1
        assert macro(pairs).f1 == 1


@quick
@given(pair_lists)
def test_groups_add_up_to_the_whole(pairs: list[Pair]) -> None:
    groups = by_group(pairs, lambda code: code[0])
    assert sum(groups.values(), Counts(0, 0, 0)) == micro(pairs)
    assert list(groups) == sorted(groups)


@quick
@given(pair_lists)
def test_categories_never_lose_a_hit(pairs: list[Pair]) -> None:
    for pair in pairs:
        cut = to_categories(pair)
        assert bool(pair.predicted & pair.expected) <= bool(cut.predicted & cut.expected)
        assert all(len(code) == 3 for code in cut.predicted | cut.expected)


@quick
@given(pair_lists)
def test_an_interval_holds_its_figure_and_repeats(pairs: list[Pair]) -> None:
    rows = [(one.hits, one.predicted, one.expected) for one in map(count, pairs)]

    def f1(sums: tuple[int, ...]) -> tuple[float, ...]:
        return (Counts(*sums).f1,)

    (interval,) = intervals(rows, f1, resamples=50)
    assert 0 <= interval.low <= interval.value <= interval.high <= 1
    assert interval.value == micro(pairs).f1
    assert intervals(rows, f1, resamples=50) == (interval,)


def test_more_notes_give_a_narrower_interval() -> None:
    few = [(1, 2, 2), (2, 2, 2), (0, 1, 2)] * 3
    widths = []
    for rows in (few, few * 20):
        (interval,) = intervals(rows, lambda sums: (Counts(*sums).f1,))
        widths.append(interval.high - interval.low)
    assert widths[1] < widths[0] / 3


def test_macro_is_the_mean_over_codes_that_occur() -> None:
    pairs = [
        Pair(frozenset({"A", "B"}), frozenset({"A"})),
        Pair(frozenset({"A"}), frozenset({"A", "C"})),
    ]
    # A is perfect, B only predicted, C only expected
    assert macro(pairs) == Macro(pytest.approx(1 / 3), pytest.approx(1 / 3), pytest.approx(1 / 3), 3)
    assert micro(pairs) == Counts(2, 3, 3)


def test_nothing_coded_where_nothing_is_expected_is_an_exact_match_and_no_share() -> None:
    nothing = [Pair(frozenset(), frozenset())]
    assert exact_match(nothing) == Share(1, 1)
    assert (micro(nothing).precision, micro(nothing).recall, micro(nothing).f1) == (0, 0, 0)
    assert macro(nothing) == Macro(0, 0, 0, 0)


judgements = st.lists(st.builds(Judged, st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


@quick
@given(judgements, st.randoms(use_true_random=False))
def test_calibration_counts_every_proposal_once_in_any_order(judged: list[Judged], shuffle: random.Random) -> None:
    expected = sum(one.right for one in judged) + 1
    calibration = calibrate(judged, expected)
    assert calibration.number == sum(one.number for one in calibration.bins) == len(judged)
    assert 0 <= calibration.error <= 1
    for one in calibration.bins:
        assert one.low - 1e-9 <= one.confidence <= one.high + 1e-9
    shuffled = judged[:]
    shuffle.shuffle(shuffled)
    assert calibrate(shuffled, expected) == calibration


@quick
@given(judgements)
def test_a_higher_threshold_keeps_no_more(judged: list[Judged]) -> None:
    calibration = calibrate(judged, len(judged))
    recalls = [point.counts.recall for point in calibration.curve]
    assert recalls == sorted(recalls, reverse=True)
    assert calibration.curve[0].counts.predicted == len(judged)
    assert best_point(calibration).counts.f1 == max(point.counts.f1 for point in calibration.curve)


def test_confidence_that_means_what_it_says_has_no_error() -> None:
    judged = [Judged(0.75, right) for right in (True, True, True, False)] + [Judged(1.0, True)]
    assert calibrate(judged, 4).error == pytest.approx(0)
    assert calibrate([Judged(1.0, False)], 1).error == 1
