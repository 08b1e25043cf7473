"""One evaluation: what it measures, and the record of it, which holds no text of any note."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from codekit.editions.progress import Progress, silent
from codekit.errors import UsageError
from codekit.evaluation.calibration import Calibration, Judged, calibrate
from codekit.evaluation.ceilings import Ceiling, Ceilings, add
from codekit.evaluation.datasets import Counted, Dataset, LabelledNote
from codekit.evaluation.evidence import EvidenceFigures, evidence_of
from codekit.evaluation.figures import Figures, Group, check_field, figures_of, groups_of
from codekit.evaluation.levels import LEVELS, Chapter, Level, chapters_of, level_of, levels_of
from codekit.evaluation.losses import Loss, Often, losses_of, most_invented, most_missed
from codekit.evaluation.metrics import Pair, count
from codekit.evaluation.outcomes import Outcome, outcome_of
from codekit.evaluation.rows import Rows
from codekit.evaluation.stages import Retrieval, StepOutcome, retrieval_of, stages_of
from codekit.pipeline.overlap import Turn, overlapped
from codekit.serialize import error_to_dict, result_to_dict
from codekit.version import __version__
from codekit.workflows.predictions import Prediction, prediction_from_dict

if TYPE_CHECKING:
    from codekit.editions.edition import Edition
    from codekit.pipeline.coder import Coder, Trace

SCHEMA = 1
"""Version of the JSON form of a run."""


@attrs.frozen(kw_only=True)
class Run:
    """The record of one evaluation: ids, codes, offsets and figures.

    Args:
        schema: `SCHEMA`.
        codekit: Version of codekit.
        coder: Name of the coder, or of the file with another system's predictions.
        dataset: Name of the dataset.
        system: Id of the code system.
        edition: Label of the edition.
        counted: Which codes of a result are compared with the experts'.
        unreachable: Expected codes, of tiered labels entries, counted by note, that no claim may carry in this edition.
        levels: In the order of `LEVELS`.
        figures: Key figures; None in runs of an older codekit.
        marked: Agreement of the documented codes with those of the places that experts marked; None where the dataset
            has no mentions.
        losses: Where each required code that is missed was lost, in the order of the notes.
        missed: Required codes that are missed, most often missed first.
        invented: Final codes that are wrong, most often invented first.
        group_by: Name of the field by which `groups` are made; empty where none was asked for.
        groups: The same figures by the values of a field, the largest group first.
        chapters: In tabular order; codes that the edition does not hold come last.
        stages: By step and depth; empty where they were not asked for.
        ceilings: By step, depth and what was given; empty where they were not asked for.
        retrieval: By depth; empty where the dataset has no mentions.
        evidence: None where the coder gives no evidence.
        calibration: None where the coder gives no confidence.
        notes: In the order of the dataset.
    """

    schema: int = SCHEMA
    codekit: str
    coder: str
    dataset: str
    system: str
    edition: str
    counted: Counted = Counted.REPORTED
    unreachable: int
    levels: tuple[Level, ...]
    figures: Figures | None = None
    marked: Level | None = None
    losses: tuple[Loss, ...] = ()
    missed: tuple[Often, ...] = ()
    invented: tuple[Often, ...] = ()
    group_by: str = ""
    groups: tuple[Group, ...] = ()
    chapters: tuple[Chapter, ...]
    stages: tuple[StepOutcome, ...] = ()
    ceilings: tuple[Ceiling, ...] = ()
    retrieval: tuple[Retrieval, ...] = ()
    evidence: EvidenceFigures | None
    calibration: Calibration | None
    notes: tuple[Outcome, ...]


def evaluate(
    dataset: Dataset,
    coder: Coder,
    *,
    name: str = "codekit",
    stages: bool = True,
    ceilings: bool = False,
    group_by: str = "",
    progress: Progress = silent,
    group: int = 1,
    at_once: int = 1,
    turn: Turn | None = None,
) -> Run:
    """Code a dataset and compare with its experts.

    Args:
        dataset: Labelled notes.
        coder: The coder.
        name: Name of the coder in the record.
        stages: Whether the single steps and search are measured too.
        ceilings: Whether each step is also run with the experts' input; a model is then asked about twice as much.
        group_by: Name of a field of the notes by whose values the figures are given too; empty for none.
        progress: Told how many notes are done.
        group: How many notes are coded together, for a coder that asks a language model.
        at_once: How many such groups are on their way at a time.
        turn: Which of them reads; the one that the model's questions give away.

    Returns:
        The record; a note that fails counts as coded with nothing.

    Raises:
        UsageError: No note has the field.
    """
    if group_by:
        check_field(dataset, group_by)  # before the notes are coded
    rows = Rows(coder.edition)
    predictions: dict[str, Prediction] = {}
    totals: tuple[StepOutcome, ...] = ()
    perfect = Ceilings(coder, rows, dataset.counted) if ceilings else None
    reached: tuple[Ceiling, ...] = ()
    groups = [dataset.notes[start : start + group] for start in range(0, len(dataset.notes), group)]

    def work(notes: Sequence[LabelledNote]) -> Sequence[Trace | Exception]:
        with turn or nullcontext():
            return coder.try_many([labelled.note for labelled in notes])

    for notes, outcomes in overlapped(work, groups, at_once):
        for labelled, outcome in zip(notes, outcomes, strict=True):
            if isinstance(outcome, Exception):
                data = error_to_dict(labelled.note.id, outcome)
            else:
                data = result_to_dict(outcome.result)
                if stages:
                    found = stages_of(labelled, outcome, rows, dataset.counted)
                    totals = tuple(map(StepOutcome.__add__, totals, found)) if totals else found
            predictions[labelled.note.id] = prediction_from_dict(data)
            progress("notes", len(predictions), len(dataset.notes))
        if perfect:
            reached = add(reached, perfect.measure(notes))
    retrieval = retrieval_of(dataset.notes, coder.searcher, rows) if stages else ()
    run = score(dataset, predictions, coder.edition, coder=name, group_by=group_by)
    return attrs.evolve(run, stages=totals, ceilings=reached, retrieval=retrieval)


def score(
    dataset: Dataset, predictions: Mapping[str, Prediction], edition: Edition, *, coder: str, group_by: str = ""
) -> Run:
    """Compare predictions with the experts of a dataset.

    Args:
        dataset: Labelled notes.
        predictions: By note id; a note without one counts as coded with nothing.
        edition: The edition that gives codes their place.
        coder: Name of whoever predicted.
        group_by: Name of a field of the notes by whose values the figures are given too; empty for none.

    Returns:
        The record, without stages.

    Raises:
        UsageError: No note has the field.
    """
    rows = Rows(edition)
    nothing = Prediction(note_id="")
    made = [(labelled, predictions.get(labelled.note.id, nothing)) for labelled in dataset.notes]
    if dataset.counted is Counted.DOCUMENTED:
        made = [(labelled, prediction.documented()) for labelled, prediction in made]
    notes = tuple(outcome_of(labelled, prediction, rows) for labelled, prediction in made)
    losses = tuple(
        loss for note, (_, prediction) in zip(notes, made, strict=True) for loss in losses_of(note, prediction, rows)
    )
    return Run(
        codekit=__version__,
        coder=coder,
        dataset=dataset.name,
        system=edition.system,
        edition=edition.label,
        counted=dataset.counted,
        unreachable=sum(not any(map(rows.is_assignable, entry)) for note in notes for entry in note.labels.must),
        levels=levels_of(notes),
        figures=figures_of(notes, losses),
        marked=_marked(made, rows),
        losses=losses,
        missed=most_missed(notes, rows),
        invented=most_invented(notes, rows),
        group_by=group_by,
        groups=groups_of(dataset, group_by, notes, losses) if group_by else (),
        chapters=chapters_of(notes, edition, rows),
        evidence=evidence_of(made, rows),
        calibration=_calibration(notes),
        notes=notes,
    )


def save_run(run: Run, path: Path) -> None:
    """Write a run as JSON; the same run gives the same bytes.

    Raises:
        UsageError: The file cannot be written.
    """
    text = json.dumps(run_to_dict(run), indent=1, ensure_ascii=False) + "\n"
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error


def run_to_dict(run: Run) -> dict[str, Any]:
    """Give a run its JSON form, keys in the order of the class."""
    return attrs.asdict(run)


def load_run(path: Path) -> Run:
    """Read what `save_run` wrote.

    Raises:
        UsageError: The file cannot be read, or holds something else.
    """
    import cattrs

    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["schema"] != SCHEMA:
            raise UsageError(f"{path}: schema {data['schema']!r}; this codekit reads {SCHEMA}. Evaluate anew")
        return cattrs.structure(data, Run)
    except (OSError, ValueError, KeyError, TypeError, cattrs.BaseValidationError) as error:
        raise UsageError(f"{path}: not a run; expected what `codekit eval --output` writes") from error


def _calibration(notes: Iterable[Outcome]) -> Calibration | None:
    judged: list[Judged] = []
    expected = 0
    for note in notes:
        # optional codes are neither right nor wrong
        pair = note.labels.pair(frozenset(one.code for one in note.proposals))
        expected += len(pair.expected)
        judged += [
            Judged(one.confidence, one.code in pair.expected)
            for one in note.proposals
            if one.confidence is not None and one.code in pair.predicted
        ]
    return calibrate(judged, expected) if judged else None


def _marked(made: Iterable[tuple[LabelledNote, Prediction]], rows: Rows) -> Level | None:
    """Compare all that is documented with the codes of the places that experts marked."""
    pairs = [
        Pair(
            rows.canonicals(one.code for one in prediction.documented().proposals if one.kept),
            rows.canonicals(mention.code for mention in labelled.mentions),
        )
        for labelled, prediction in made
    ]
    return level_of(LEVELS[0], list(map(count, pairs)), pairs) if any(pair.expected for pair in pairs) else None
