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
from codekit.evaluation.bootstrap import Interval, Sums, intervals
from codekit.evaluation.calibration import Calibration, Judged, calibrate
from codekit.evaluation.ceilings import Ceiling, Ceilings, add
from codekit.evaluation.datasets import Dataset, LabelledNote, Span
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
from codekit.evaluation.rows import Rows
from codekit.evaluation.stages import Retrieval, StepOutcome, overlap, retrieval_of, stages_of
from codekit.pipeline.overlap import Turn, overlapped
from codekit.serialize import error_to_dict, result_to_dict
from codekit.version import __version__
from codekit.workflows.predictions import Prediction, Proposal, prediction_from_dict

if TYPE_CHECKING:
    from codekit.editions.edition import Edition
    from codekit.pipeline.coder import Coder, Trace

SCHEMA = 1
"""Version of the JSON form of a run."""

LEVELS = ("full code", "3 characters")
"""How closely codes must agree."""


@attrs.frozen(kw_only=True)
class Scored:
    """One proposed code, by its place alone.

    Args:
        code: As the edition prints it.
        kept: Whether it is in the final set; else its confidence was below the threshold.
        confidence: 0 to 1; None where the coder gives none.
        spans: Offsets of its evidence.
    """

    code: str
    kept: bool
    confidence: float | None
    spans: tuple[Span, ...]


@attrs.frozen(kw_only=True)
class Outcome:
    """One note of a run.

    Args:
        id: Id of the note.
        expected: The experts' codes, sorted.
        proposals: Each code once, the kept ones first, then by code.
        error: Why there are none, where the note failed; it then counts as coded with nothing.
    """

    id: str
    expected: tuple[str, ...]
    proposals: tuple[Scored, ...]
    error: str = ""

    @property
    def pair(self) -> Pair:
        """The final and the expected codes."""
        return Pair(frozenset(one.code for one in self.proposals if one.kept), frozenset(self.expected))


@attrs.frozen(kw_only=True)
class Level:
    """Agreement at one closeness.

    Args:
        name: One of `LEVELS`.
        micro: All codes of all notes in one pot.
        macro: Mean over codes.
        exact_match: Notes whose sets are equal.
        precision: Micro, with its interval.
        recall: Micro, with its interval.
        f1: Micro, with its interval.
        exact_match_ratio: With its interval.
    """

    name: str
    micro: Counts
    macro: Macro
    exact_match: Share
    precision: Interval
    recall: Interval
    f1: Interval
    exact_match_ratio: Interval


@attrs.frozen(kw_only=True)
class Chapter:
    """Agreement on the full codes of one chapter."""

    code: str
    title: str
    counts: Counts


@attrs.frozen(kw_only=True)
class EvidenceFigures:
    """How well the evidence holds.

    Args:
        verbatim: Final codes whose every span holds the very words of the note at its offsets; one without a span
            does not.
        overlap: Of the final codes that experts have too and have marked in the note: those whose evidence
            overlaps what they marked.
    """

    verbatim: Share
    overlap: Share


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
        unreachable: Expected codes, counted by note, that no claim may carry in this edition.
        levels: In the order of `LEVELS`.
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
    unreachable: int
    levels: tuple[Level, ...]
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
        progress: Told how many notes are done.
        group: How many notes are coded together, for a coder that asks a language model.
        at_once: How many such groups are on their way at a time.
        turn: Which of them reads; the one that the model's questions give away.

    Returns:
        The record; a note that fails counts as coded with nothing.
    """
    rows = Rows(coder.edition)
    predictions: dict[str, Prediction] = {}
    totals: tuple[StepOutcome, ...] = ()
    perfect = Ceilings(coder, rows) if ceilings else None
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
                    found = stages_of(labelled, outcome, rows)
                    totals = tuple(map(StepOutcome.__add__, totals, found)) if totals else found
            predictions[labelled.note.id] = prediction_from_dict(data)
            progress("notes", len(predictions), len(dataset.notes))
        if perfect:
            reached = add(reached, perfect.measure(notes))
    retrieval = retrieval_of(dataset.notes, coder.searcher, rows) if stages else ()
    run = score(dataset, predictions, coder.edition, coder=name)
    return attrs.evolve(run, stages=totals, ceilings=reached, retrieval=retrieval)


def score(dataset: Dataset, predictions: Mapping[str, Prediction], edition: Edition, *, coder: str) -> Run:
    """Compare predictions with the experts of a dataset.

    Args:
        dataset: Labelled notes.
        predictions: By note id; a note without one counts as coded with nothing.
        edition: The edition that gives codes their place.
        coder: Name of whoever predicted.

    Returns:
        The record, without stages.
    """
    rows = Rows(edition)
    nothing = Prediction(note_id="")
    made = [(labelled, predictions.get(labelled.note.id, nothing)) for labelled in dataset.notes]
    notes = tuple(_outcome(labelled, prediction, rows) for labelled, prediction in made)
    pairs = [note.pair for note in notes]
    return Run(
        codekit=__version__,
        coder=coder,
        dataset=dataset.name,
        system=edition.system,
        edition=edition.label,
        unreachable=sum(not rows.is_assignable(code) for note in notes for code in note.expected),
        levels=(_level(LEVELS[0], pairs), _level(LEVELS[1], list(map(to_categories, pairs)))),
        chapters=_chapters(pairs, edition, rows),
        evidence=_evidence(made, rows),
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


def _outcome(labelled: LabelledNote, prediction: Prediction, rows: Rows) -> Outcome:
    best: dict[str, Scored] = {}
    for one in prediction.proposals:
        spans = tuple((evidence.start, evidence.end) for evidence in one.evidence)
        new = Scored(code=rows.canonical(one.code), kept=one.kept, confidence=one.confidence, spans=spans)
        known = best.get(new.code)
        if known is None or (new.kept, new.confidence or 0.0) > (known.kept, known.confidence or 0.0):
            best[new.code] = new
    ordered = sorted(best.values(), key=lambda one: (not one.kept, one.code))
    return Outcome(
        id=labelled.note.id,
        expected=tuple(sorted(rows.canonicals(labelled.codes))),
        proposals=tuple(ordered),
        error=prediction.error,
    )


def _level(name: str, pairs: list[Pair]) -> Level:
    exact, ratio, counts = exact_match(pairs), len(pairs), [count(pair) for pair in pairs]
    table = [
        (one.hits, one.predicted, one.expected, int(pair.predicted == pair.expected))
        for one, pair in zip(counts, pairs, strict=True)
    ]

    def figures(sums: Sums) -> tuple[float, ...]:
        total = Counts(*sums[:3])
        return total.precision, total.recall, total.f1, sums[3] / ratio

    precision, recall, f1, matched = intervals(table, figures)
    return Level(
        name=name,
        micro=micro(pairs),
        macro=macro(pairs),
        exact_match=exact,
        precision=precision,
        recall=recall,
        f1=f1,
        exact_match_ratio=matched,
    )


def _chapters(pairs: Iterable[Pair], edition: Edition, rows: Rows) -> tuple[Chapter, ...]:
    place = {root.code: at for at, root in enumerate(edition.roots())}
    groups = sorted(by_group(pairs, rows.chapter).items(), key=lambda item: place.get(item[0], len(place)))
    return tuple(Chapter(code=code, title=rows.title(code), counts=counts) for code, counts in groups)


def _evidence(made: Iterable[tuple[LabelledNote, Prediction]], rows: Rows) -> EvidenceFigures | None:
    verbatim = overlapping = Share(0, 0)
    given = False
    for labelled, prediction in made:
        marked: dict[str, list[Span]] = {}
        for mention in labelled.mentions:
            marked.setdefault(rows.canonical(mention.code), []).extend(mention.spans)
        expected = rows.canonicals(labelled.codes)
        for one in prediction.proposals:
            if not one.kept:
                continue
            given = given or bool(one.evidence)
            verbatim += Share(int(_is_verbatim(one, labelled.note.text)), 1)
            code = rows.canonical(one.code)
            if code in expected and marked.get(code):
                overlapping += Share(int(_overlaps(one, marked[code])), 1)
    return EvidenceFigures(verbatim=verbatim, overlap=overlapping) if given else None


def _is_verbatim(proposal: Proposal, text: str) -> bool:
    spans = proposal.evidence
    return bool(spans) and all(one.text and text[one.start : one.end] == one.text for one in spans)


def _overlaps(proposal: Proposal, marked: Iterable[Span]) -> bool:
    return any(overlap((one.start, one.end), span) for span in marked for one in proposal.evidence)


def _calibration(notes: Iterable[Outcome]) -> Calibration | None:
    judged = [
        Judged(one.confidence, one.code in note.expected)
        for note in notes
        for one in note.proposals
        if one.confidence is not None
    ]
    return calibrate(judged, sum(len(note.expected) for note in notes)) if judged else None
