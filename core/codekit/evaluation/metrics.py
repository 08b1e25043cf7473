"""Agreement of two code sets over many notes: precision, recall, F1 and exact match."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import attrs

_CATEGORY = 3


@attrs.frozen
class Pair:
    """The code sets of one note.

    Args:
        predicted: What was coded.
        expected: What experts coded.
    """

    predicted: frozenset[str]
    expected: frozenset[str]


@attrs.frozen
class Share:
    """A part of a whole, both counted.

    Args:
        part: 0 up to `whole`.
        whole: How many there are.
        value: `part / whole`; 0 where the whole is empty.
    """

    part: int
    whole: int
    value: float = attrs.field(
        init=False, default=attrs.Factory(lambda self: _ratio(self.part, self.whole), takes_self=True)
    )

    def __add__(self, other: Share) -> Share:
        return Share(self.part + other.part, self.whole + other.whole)


@attrs.frozen
class Counts:
    """Agreement counted over any number of notes, or of one code.

    A share of nothing is 0, as scikit-learn's `zero_division=0`: precision where nothing is predicted, recall where
    nothing is expected, F1 where both are so. `met` and `optional` tell more than `hits` only for tiered labels.

    Args:
        hits: Codes both predicted and expected.
        predicted: Codes predicted, optional ones left out.
        expected: Codes expected; of tiered labels, entries.
        met: Of those, how many are there; more than `hits` where one code meets several entries.
        optional: Codes predicted that are acceptable and not expected; they count neither way.
        precision: `hits / predicted`.
        recall: `met / expected`.
        f1: The harmonic mean of both; `2 hits / (predicted + expected)` where `met` is `hits`.
    """

    hits: int
    predicted: int
    expected: int
    met: int = attrs.field(default=attrs.Factory(lambda self: self.hits, takes_self=True))
    optional: int = 0
    precision: float = attrs.field(
        init=False, default=attrs.Factory(lambda self: _ratio(self.hits, self.predicted), takes_self=True)
    )
    recall: float = attrs.field(
        init=False, default=attrs.Factory(lambda self: _ratio(self.met, self.expected), takes_self=True)
    )
    f1: float = attrs.field(init=False, default=attrs.Factory(lambda self: self._f1(0), takes_self=True))

    @property
    def strict_f1(self) -> float:
        """F1 where each optional code costs half an error, so that giving all of them is not free."""
        return self._f1(self.optional)

    @property
    def sums(self) -> tuple[int, ...]:
        """What it was made of, in order, so that columns of it can be added up."""
        return self.hits, self.predicted, self.expected, self.met, self.optional

    def _f1(self, halves: int) -> float:
        # the harmonic mean in whole numbers, so that it is rounded once
        predicted = 2 * self.predicted + halves
        return _ratio(4 * self.hits * self.met, 2 * self.hits * self.expected + self.met * predicted)

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(one + two for one, two in zip(self.sums, other.sums, strict=True)))


@attrs.frozen
class Macro:
    """Means over codes, each code counting the same however rare it is.

    Args:
        precision: Mean of the codes' precisions.
        recall: Mean of the codes' recalls.
        f1: Mean of the codes' F1, which is not the F1 of the two means.
        codes: How many codes occur, expected or predicted, in any note; no others count.
    """

    precision: float
    recall: float
    f1: float
    codes: int


def count(pair: Pair) -> Counts:
    """Count the agreement in one note."""
    return Counts(len(pair.predicted & pair.expected), len(pair.predicted), len(pair.expected))


def micro(pairs: Iterable[Pair]) -> Counts:
    """Count the agreement over notes: all codes of all notes in one pot, so that frequent codes weigh more."""
    return sum(map(count, pairs), Counts(0, 0, 0))


def macro(pairs: Sequence[Pair]) -> Macro:
    """Average the agreement over the codes that occur in the expected or the predicted sets; all 0 if none do."""
    hits = Counter(code for pair in pairs for code in pair.predicted & pair.expected)
    predicted = Counter(code for pair in pairs for code in pair.predicted)
    expected = Counter(code for pair in pairs for code in pair.expected)
    each = [Counts(hits[code], predicted[code], expected[code]) for code in predicted.keys() | expected.keys()]
    number = len(each)
    if not number:
        return Macro(0.0, 0.0, 0.0, 0)
    # fsum does not depend on the order
    sums = [math.fsum(getattr(one, name) for one in each) for name in ("precision", "recall", "f1")]
    return Macro(sums[0] / number, sums[1] / number, sums[2] / number, number)


def exact_match(pairs: Sequence[Pair]) -> Share:
    """Count the notes whose sets are equal; two empty sets are."""
    return Share(sum(pair.predicted == pair.expected for pair in pairs), len(pairs))


def to_categories(pair: Pair) -> Pair:
    """Cut every code to its first three characters; codes of one category become one."""
    return Pair(frozenset(map(category, pair.predicted)), frozenset(map(category, pair.expected)))


def category(code: str) -> str:
    """Give the first three characters of a code."""
    return code[:_CATEGORY]


def by_group(pairs: Iterable[Pair], group_of: Callable[[str], str]) -> dict[str, Counts]:
    """Count the agreement of each group of codes, such as a chapter; over all groups it adds up to the micro count.

    Args:
        pairs: The notes.
        group_of: Gives the group of a code, the same for the same code.

    Returns:
        Counts by group, sorted by group; only groups that occur.
    """
    groups: dict[str, Counts] = defaultdict(lambda: Counts(0, 0, 0))
    for pair in pairs:
        for code in pair.predicted | pair.expected:
            predicted, expected = code in pair.predicted, code in pair.expected
            groups[group_of(code)] += Counts(int(predicted and expected), int(predicted), int(expected))
    return dict(sorted(groups.items()))


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
