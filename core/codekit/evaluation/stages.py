"""Where codes are lost: recall and precision after each of the four steps, and of search alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import attrs

from codekit.evaluation.datasets import Counted, LabelledNote, Span
from codekit.evaluation.metrics import Share
from codekit.evaluation.rows import Rows
from codekit.evaluation.tiers import Tiers

if TYPE_CHECKING:
    from codekit.pipeline.coder import Trace
    from codekit.search.searcher import Searcher
    from codekit.types import CodingResult

DEPTHS = (1, 5, 10, 25, 50, 100)
"""How many candidates are looked at."""


@attrs.frozen(kw_only=True)
class StepOutcome:
    """What is there after a step.

    Analyze counts mentions: recall is the share of the experts' mentions, of those with offsets, that overlap an
    extracted one, and precision the share of the extracted that overlap one of theirs; where experts marked a
    code in one place only, its other places count against it. The other steps count codes by note. Locate takes the
    first candidates of each mention, whatever the note says of it; Assign the tentative codes, before any threshold;
    Verify the final ones.

    Args:
        step: `analyze`, `locate`, `assign` or `verify`.
        depth: How many candidates of each mention are looked at; 0 where that means nothing. A navigator that gives
            fewer has the same figures at all greater depths.
        recall: Share of the expected that is there.
        precision: Share of what is there that is expected.
        near_recall: As `recall`, where a row above or below the expected code will do.
        near_precision: As `precision`, where a row above or below an expected code will do.
        f1: Harmonic mean of recall and precision; 0 where both are.
    """

    step: str
    depth: int
    recall: Share
    precision: Share
    near_recall: Share
    near_precision: Share
    f1: float = attrs.field(
        init=False, default=attrs.Factory(lambda self: _mean(self.recall.value, self.precision.value), takes_self=True)
    )

    def __add__(self, other: StepOutcome) -> StepOutcome:
        return attrs.evolve(
            self,
            recall=self.recall + other.recall,
            precision=self.precision + other.precision,
            near_recall=self.near_recall + other.near_recall,
            near_precision=self.near_precision + other.near_precision,
        )


@attrs.frozen(kw_only=True)
class Retrieval:
    """How often search finds the code of a mention by its words alone; no hit is a miss.

    Args:
        depth: How many candidates are looked at.
        exact: Mentions whose code is among them.
        leads_to: Mentions whose code, or a row above it, is among them.
    """

    depth: int
    exact: Share
    leads_to: Share


def stages_of(labelled: LabelledNote, trace: Trace, rows: Rows, counted: Counted) -> tuple[StepOutcome, ...]:
    """Measure every step on one note.

    Args:
        labelled: The note with the experts' codes and mentions.
        trace: What the steps made of it.
        rows: The edition's codes.
        counted: Which codes of the result are the final ones.

    Returns:
        The stages in the order of the steps; those of several notes are added up place by place.
    """
    labels = labelled.labels.spelt(rows.canonical)
    tentative = [draft.code for one in trace.tentative for draft in one.draft]
    return (
        _analyze(labelled, trace),
        *(_codes("locate", depth, _located(trace, depth), labels, rows) for depth in DEPTHS),
        _codes("assign", 0, tentative, labels, rows),
        _codes("verify", 0, counted_codes(trace.result, counted), labels, rows),
    )


def counted_codes(result: CodingResult, counted: Counted) -> list[str]:
    """Name the codes of a result that are compared with the experts', in sequence, those that it left behind them."""
    reported = [one.code for one in result.assignments]
    if counted is Counted.REPORTED:
        return reported
    return [*reported, *(one.code for one in result.dropped if one.basis and one.code)]


def retrieval_of(notes: Iterable[LabelledNote], searcher: Searcher, rows: Rows) -> tuple[Retrieval, ...]:
    """Look every mention of experts up by its words.

    Args:
        notes: Labelled notes; a mention without words is left out.
        searcher: The search of the edition.
        rows: The edition's codes.

    Returns:
        One figure for each of `DEPTHS`; empty where there are no mentions.
    """
    ranks = [
        _ranks(rows.canonical(mention.code), [one.code for one in searcher.search(mention.text, DEPTHS[-1])], rows)
        for labelled in notes
        for mention in labelled.mentions
        if mention.text
    ]
    return tuple(
        Retrieval(
            depth=depth,
            exact=Share(sum(exact < depth for exact, _ in ranks), len(ranks)),
            leads_to=Share(sum(leads < depth for _, leads in ranks), len(ranks)),
        )
        for depth in DEPTHS
        if ranks
    )


def codes_stage(step: str, depth: int, codes: Iterable[str], expected: frozenset[str], rows: Rows) -> StepOutcome:
    """Measure the codes that are there after a step of one note.

    Args:
        step: As in `StepOutcome`.
        depth: As in `StepOutcome`.
        codes: What is there, each any number of times.
        expected: What should be, as the edition prints it.
        rows: The edition's codes.

    Returns:
        The figures.
    """
    there = rows.canonicals(codes)
    hits = len(there & expected)
    reached = sum(any(rows.on_line(code, wanted) for code in there) for wanted in expected)
    near = sum(any(rows.on_line(code, wanted) for wanted in expected) for code in there)
    return StepOutcome(
        step=step,
        depth=depth,
        recall=Share(hits, len(expected)),
        precision=Share(hits, len(there)),
        near_recall=Share(reached, len(expected)),
        near_precision=Share(near, len(there)),
    )


def _codes(step: str, depth: int, codes: Iterable[str], labels: Tiers, rows: Rows) -> StepOutcome:
    pair = labels.pair(rows.canonicals(codes))
    return codes_stage(step, depth, pair.predicted, pair.expected, rows)


def overlap(one: Span, other: Span) -> bool:
    """Tell whether two spans share a code point."""
    return one[0] < other[1] and other[0] < one[1]


def _ranks(code: str, found: Sequence[str], rows: Rows) -> tuple[int, int]:
    """Give the 0-based rank of the code, and of the first candidate that leads to it; past the end for a miss."""
    exact = (at for at, candidate in enumerate(found) if candidate == code)
    leads = (at for at, candidate in enumerate(found) if rows.leads_to(candidate, code))
    return next(exact, DEPTHS[-1]), next(leads, DEPTHS[-1])


def _analyze(labelled: LabelledNote, trace: Trace) -> StepOutcome:
    named = [mention.spans for mention in labelled.mentions if mention.spans]
    theirs = [span for spans in named for span in spans]
    # where experts marked nothing, what is extracted is neither right nor wrong
    ours = [(mention.start, mention.end) for mention in trace.mentions] if theirs else []
    recall = Share(sum(any(_meets(span, ours) for span in spans) for spans in named), len(named))
    precision = Share(sum(_meets(span, theirs) for span in ours), len(ours))
    return StepOutcome(
        step="analyze", depth=0, recall=recall, precision=precision, near_recall=recall, near_precision=precision
    )


def _meets(span: Span, others: Iterable[Span]) -> bool:
    return any(overlap(span, other) for other in others)


def _mean(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0


def _located(trace: Trace, depth: int) -> Iterator[str]:
    return (candidate.code for candidates in trace.located for candidate in candidates[:depth])
