"""Reports as one HTML file each, without a script and without anything from a network."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from codekit.evaluation.calibration import Calibration, Point, best_point
from codekit.evaluation.ceilings import Ceiling
from codekit.evaluation.compare import Comparison
from codekit.evaluation.outcomes import Outcome
from codekit.evaluation.run import Run
from codekit.evaluation.stages import StepOutcome

if TYPE_CHECKING:
    from jinja2 import Environment

Plotted = tuple[float, float]
"""A point of a plot; both axes run from 0 to 1."""

_RADIUS = 7
"""That of the dot for the fullest bin; the area of a dot is its number of proposals."""


def run_to_html(run: Run) -> str:
    """Write the report of a run.

    Args:
        run: The run.

    Returns:
        One HTML document with plots in SVG; the same run gives the same text.
    """
    plots = _calibration_plots(run.calibration) if run.calibration else {}
    return (
        _environment()
        .get_template("run.html.j2")
        .render(
            run=run,
            stages=measured(run.stages),
            ceilings=[(one, remark(one)) for one in reached(run.ceilings)],
            search=_search_plot(run),
            notes=_note_rows(run.notes),
            **plots,
        )
    )


def comparison_to_html(comparison: Comparison) -> str:
    """Write the report of two runs side by side, as one HTML document."""
    return _environment().get_template("comparison.html.j2").render(comparison=comparison)


def measured(stages: Iterable[StepOutcome]) -> tuple[StepOutcome, ...]:
    """Leave out the stages that the dataset says nothing of, and depths that change nothing."""
    kept: list[StepOutcome] = []
    for stage in stages:
        if stage.recall.whole and not (kept and _same(kept[-1], stage)):
            kept.append(stage)
    return tuple(kept)


def reached(ceilings: Iterable[Ceiling]) -> tuple[Ceiling, ...]:
    """Leave out depths that change nothing; a step that the dataset says nothing of stays, once."""
    kept: list[Ceiling] = []
    for one in ceilings:
        if not (kept and kept[-1].given == one.given and _same(kept[-1].stage, one.stage)):
            kept.append(one)
    return tuple(kept)


def remark(ceiling: Ceiling) -> str:
    """Say what a ceiling rests on, where that is not the experts' word alone."""
    if not ceiling.notes:
        return "no codes" if ceiling.given == "codes" else "experts marked no places"
    if ceiling.unmarked:
        return f"places of {ceiling.unmarked} codes guessed"
    return ""


def _same(one: StepOutcome, other: StepOutcome) -> bool:
    return (one.step, one.precision) == (other.step, other.precision)


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("codekit.evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _calibration_plots(calibration: Calibration) -> dict[str, object]:
    most = max(one.number for one in calibration.bins)
    reliability = [(one.confidence, one.right, _RADIUS * math.sqrt(one.number / most)) for one in calibration.bins]
    points = [point for point in calibration.curve if point.counts.predicted]
    return {
        "reliability": reliability,
        "curve": [_plotted(point) for point in points],
        "best": best_point(calibration),
        "best_at": _plotted(best_point(calibration)),
    }


def _plotted(point: Point) -> Plotted:
    return point.counts.recall, point.counts.precision


def _search_plot(run: Run) -> dict[str, list[Plotted]]:
    """Place the depths at equal distances, for they grow about twofold."""
    last = max(len(run.retrieval) - 1, 1)
    return {
        "exact": [(at / last, one.exact.value) for at, one in enumerate(run.retrieval)],
        "leads_to": [(at / last, one.leads_to.value) for at, one in enumerate(run.retrieval)],
    }


def _note_rows(notes: Iterable[Outcome]) -> list[tuple[str, list[str], list[str], list[str], str]]:
    """Give each note's id, its right, missed and wrong codes, and its error; alternatives are joined by a bar."""
    rows = []
    for note in notes:
        labels, given = note.labels, note.given
        right, wrong = sorted(given & labels.acceptable), sorted(labels.wrong(given))
        missed = sorted("|".join(entry) for entry in labels.missed(given))
        rows.append((note.id, right, missed, wrong, note.error))
    return rows
