"""Scores for people: the tables of `codekit eval`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from codekit.cli.output import make_table

if TYPE_CHECKING:
    from rich.console import Console

    from codekit.evaluation.bootstrap import Interval
    from codekit.evaluation.compare import Comparison
    from codekit.evaluation.figures import Figures, Group, Rate
    from codekit.evaluation.levels import Level
    from codekit.evaluation.losses import Often
    from codekit.evaluation.metrics import Counts, Share
    from codekit.evaluation.run import Run

_SHOWN = 10
_COUNTS: Mapping[bool, Sequence[tuple[str, Callable[[Counts], int]]]] = {
    False: (
        ("codes given", lambda counts: counts.predicted),
        ("codes expected", lambda counts: counts.expected),
        ("right ones", lambda counts: counts.hits),
    ),
    True: (
        ("right codes", lambda counts: counts.hits),
        ("wrong codes", lambda counts: counts.predicted - counts.hits),
        ("optional codes", lambda counts: counts.optional),
        ("codes required", lambda counts: counts.expected),
        ("of them given", lambda counts: counts.met),
    ),
}
"""What is counted, for plain labels and for tiered ones."""


def print_run(console: Console, run: Run) -> None:
    """Print the figures of a run, the beginning of each long list."""
    head = f"{run.coder} on {run.dataset}  {len(run.notes)} notes  {run.system} {run.edition}"
    console.print(head, style="bold")
    if run.unreachable:
        console.print(f"{run.unreachable} expected codes cannot be assigned in this edition")
    if run.counted == "documented":
        console.print("compared with all documented codes, whether or not the encounter reports them")
    tiered = any(note.tiers for note in run.notes)
    names = ("", *(level.name for level in run.levels))
    console.print(make_table(names, _level_rows(run.levels, tiered=tiered), whole=names))
    if run.marked:
        one = run.marked
        row = ("marked, of the documented", _interval(one.precision), _interval(one.recall), _interval(one.f1))
        _section(console, ("codes", "precision", "recall", "F1"), [row])
    if run.figures:
        _section(console, ("notes", ""), _figure_rows(run.figures))
    _print_groups(console, run)
    _print_losses(console, run)
    _print_steps(console, run)
    _print_ceilings(console, run)
    if run.retrieval:
        found = [(str(one.depth), _share(one.exact), _share(one.leads_to)) for one in run.retrieval]
        _section(console, ("search, candidates", "is the code", "leads to the code"), found)
    if run.evidence:
        held = (("verbatim", run.evidence.verbatim), ("overlaps the experts' mention", run.evidence.overlap))
        _section(console, ("evidence", "share"), [(name, _share(share)) for name, share in held])
    if run.calibration:
        bins = [
            (f"{one.low:.1f} - {one.high:.1f}", str(one.number), f"{one.confidence:.3f}", f"{one.right:.3f}")
            for one in run.calibration.bins
        ]
        _section(console, ("confidence", "proposals", "mean", "right"), bins)
        console.print(f"expected calibration error {run.calibration.error:.3f}")
    counted = [(one.code, one.title, one.counts) for one in run.chapters]
    chapters = [
        (code, title, f"{n.precision:.3f}", f"{n.recall:.3f}", f"{n.f1:.3f}", f"{n.hits}/{n.expected}")
        for code, title, n in counted
    ]
    _section(console, ("chapter", "", "precision", "recall", "F1", "found"), chapters)


def _print_groups(console: Console, run: Run) -> None:
    if not run.groups:
        return
    columns = (
        run.group_by,
        "notes",
        "precision",
        "recall",
        "F1",
        "strict",
        "first",
        "complete",
        "ready",
        "codes",
        "pool",
    )
    console.print()
    console.print(make_table(columns, map(_group_row, run.groups), whole=columns[1:]))


def _group_row(group: Group) -> tuple[str, ...]:
    full, figures = group.levels[0], group.figures
    agreement = (full.precision.value, full.recall.value, full.f1.value, full.micro.strict_f1)
    return (
        group.value or "-",
        str(figures.notes),
        *(f"{value:.3f}" for value in agreement),
        *(f"{one.value:.3f}" if one.whole else "-" for one in (figures.first_listed, figures.complete, figures.ready)),
        f"{figures.codes.value:.1f}",
        f"{figures.pool.value:.3f}" if figures.pool.whole else "-",
    )


def _print_losses(console: Console, run: Run) -> None:
    if run.figures and run.losses:
        total = len(run.losses)
        rows = [(where.label, f"{number}", f"{number / total:.3f}") for where, number in run.figures.losses.items()]
        _section(console, ("missed codes were", "number", "share"), rows)
    _print_often(console, "missed most", "required", run.missed)
    _print_often(console, "invented most", "given", run.invented)


def _print_often(console: Console, title: str, of: str, found: Sequence[Often]) -> None:
    rows = [
        (one.code, one.title, str(one.number), str(one.of), f"{one.category} {one.in_category}")
        for one in found[:_SHOWN]
    ]
    if rows:
        _section(console, (title, "", "notes", of, "category"), rows)


def _print_steps(console: Console, run: Run) -> None:
    from codekit.evaluation.report import measured

    rows: list[tuple[str, ...]] = []
    for stage in measured(run.stages):
        name = f"{stage.step}, first {stage.depth}" if stage.depth else stage.step
        near = ("", "") if stage.step == "analyze" else (_share(stage.near_recall), _share(stage.near_precision))
        rows.append((name, _share(stage.recall), _share(stage.precision), f"{stage.f1:.3f}", *near))
    if rows:
        _section(console, ("after", "recall", "precision", "F1", "recall, same line", "precision, same line"), rows)


def _print_ceilings(console: Console, run: Run) -> None:
    from codekit.evaluation.report import reached, remark

    rows: list[tuple[str, ...]] = []
    for one in reached(run.ceilings):
        stage = one.stage
        name = f"{stage.step}, first {stage.depth}" if stage.depth and one.notes else stage.step
        f1 = f"{stage.f1:.3f}" if one.notes else "-"
        rows.append((name, one.given, _share(stage.recall), _share(stage.precision), f1, remark(one)))
    if rows:
        _section(console, ("perfect before", "given the experts'", "recall", "precision", "F1", ""), rows)
        if run.ceilings[0].stage.step != "locate":
            console.print("this workflow does not look mentions up, so Locate has no figures")


def print_comparison(console: Console, comparison: Comparison) -> None:
    """Print two runs side by side."""
    console.print(f"first   {comparison.first}\nsecond  {comparison.second}")
    console.print(f"{comparison.common} notes in both, {len(comparison.changes)} coded differently")
    rows = [
        (one.name, name, f"{before:.3f}", f"{after:.3f}", _signed(change))
        for one in comparison.differences
        for name, before, after, change in (
            ("precision", one.first.precision, one.second.precision, one.precision),
            ("recall", one.first.recall, one.second.recall, one.recall),
            ("F1", one.first.f1, one.second.f1, one.f1),
        )
    ]
    _section(console, ("", "", "first", "second", "difference"), rows)
    changes = [
        (one.id, *map(" ".join, (one.gained_right, one.gained_wrong, one.lost_right, one.lost_wrong)))
        for one in comparison.changes
    ]
    if changes:
        _section(console, ("note", "gained, right", "gained, wrong", "lost, right", "lost, wrong"), changes)


def _section(console: Console, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    console.print()
    console.print(make_table(columns, rows, whole=columns[:1]))


def _level_rows(levels: Sequence[Level], *, tiered: bool) -> list[tuple[str, ...]]:
    """Put the figures below one another, so that they fit a narrow terminal."""
    strict = [("strict F1", *(_interval(one.strict_f1) if one.strict_f1 else "-" for one in levels))] if tiered else []
    return [
        *((name, *(str(count(level.micro)) for level in levels)) for name, count in _COUNTS[tiered]),
        ("micro precision", *(_interval(level.precision) for level in levels)),
        ("micro recall", *(_interval(level.recall) for level in levels)),
        ("micro F1", *(_interval(level.f1) for level in levels)),
        *strict,
        ("macro precision", *(f"{level.macro.precision:.3f}" for level in levels)),
        ("macro recall", *(f"{level.macro.recall:.3f}" for level in levels)),
        ("macro F1", *(f"{level.macro.f1:.3f}" for level in levels)),
        ("exact match", *(_interval(level.exact_match_ratio) for level in levels)),
    ]


def _figure_rows(figures: Figures) -> list[tuple[str, ...]]:
    return [
        ("first-listed code right", _rate(figures.first_listed)),
        ("all required codes given", _rate(figures.complete)),
        ("codes a note", _number(figures.codes)),
        ("precision of ready codes", _rate(figures.ready)),
        ("recall of all proposals", _rate(figures.pool)),
        ("proposals a note", _number(figures.proposals)),
    ]


def _rate(one: Rate) -> str:
    return f"{one.value:.3f} ({one.low:.3f}-{one.high:.3f})  {one.part}/{one.whole}" if one.whole else "-"


def _number(one: Interval) -> str:
    return f"{one.value:.1f} ({one.low:.1f}-{one.high:.1f})"


def _interval(one: Interval) -> str:
    return f"{one.value:.3f} ({one.low:.3f}-{one.high:.3f})"


def _signed(one: Interval) -> str:
    return f"{one.value:+.3f} ({one.low:+.3f} to {one.high:+.3f})"


def _share(one: Share) -> str:
    return f"{one.value:.3f} {one.part}/{one.whole}" if one.whole else "-"
