"""A whole evaluation: what it measures, what it keeps, and what two of them say side by side."""

from __future__ import annotations

import json
import re
from pathlib import Path

import attrs
import pytest

import codekit
from codekit import Coder, Note
from codekit.errors import NoteError, UsageError
from codekit.evaluation.compare import compare
from codekit.evaluation.datasets import Dataset, GoldMention, LabelledNote, Span
from codekit.evaluation.metrics import Counts, Share, micro
from codekit.evaluation.report import comparison_to_html, run_to_html
from codekit.evaluation.run import Run, evaluate, load_run, run_to_dict, save_run, score
from codekit.serialize import result_to_dict
from codekit.types import Mention
from codekit.workflows.predictions import Prediction, Proposal, prediction_from_dict

ANKLE = "Assessment: sprain of right ankle.\nPlan: rest in Zanzibar."
FINGER = "Assessment: cut of finger with infection. He denies a fracture of the ankle."


def labelled(note_id: str, text: str, codes: str, *words: str) -> LabelledNote:
    """Label a note; `words` are pairs of a code and the words that name it."""
    mentions = []
    for code, name in zip(words[::2], words[1::2], strict=True):
        start = text.index(name)
        mentions.append(GoldMention(code=code, text=name, spans=((start, start + len(name)),)))
    return LabelledNote(note=Note(id=note_id, text=text), codes=tuple(codes.split()), mentions=tuple(mentions))


@pytest.fixture(scope="module")
def toy() -> Coder:
    """The toy system, coding by the rules."""
    return codekit.open("toy")


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """One note with a code that no edition holds, one coded right, and one without any code."""
    return Dataset(
        name="invented",
        notes=(
            labelled("a", ANKLE, "t101 X99", "T10.1", "sprain of right ankle"),
            labelled("b", FINGER, "T20.1", "T20.1", "cut of finger with infection"),
            labelled("c", "", ""),
        ),
    )


@pytest.fixture(scope="module")
def run(toy: Coder, dataset: Dataset) -> Run:
    return evaluate(dataset, toy)


def test_codes_are_compared_as_the_edition_prints_them(run: Run) -> None:
    full, cut = run.levels
    assert full.micro == Counts(2, 2, 3)
    assert cut.micro == Counts(2, 2, 3)
    assert full.exact_match == Share(2, 3)
    assert run.notes[0].expected == ("T10.1", "X99")
    assert run.unreachable == 1


def test_every_interval_holds_its_figure(run: Run) -> None:
    for level in run.levels:
        for one in (level.precision, level.recall, level.f1, level.exact_match_ratio):
            assert one.low <= one.value <= one.high
        assert level.f1.value == level.micro.f1


def test_chapters_add_up_and_unknown_codes_come_last(run: Run) -> None:
    assert [chapter.code for chapter in run.chapters] == ["I", "?"]
    assert sum((chapter.counts for chapter in run.chapters), Counts(0, 0, 0)) == run.levels[0].micro
    assert micro([note.pair for note in run.notes]) == run.levels[0].micro


def test_steps_tell_where_codes_are_lost(run: Run) -> None:
    stages = {(stage.step, stage.depth): stage for stage in run.stages}
    assert stages["analyze", 0].recall == Share(2, 2)
    assert stages["locate", 5].near_recall == Share(2, 3)
    assert stages["assign", 0].recall == stages["verify", 0].recall == Share(2, 3)
    # the denied fracture is located and not coded
    assert stages["locate", 5].precision.value < stages["verify", 0].precision.value == 1
    assert [one.depth for one in run.retrieval] == [1, 5, 10, 25, 50, 100]
    assert run.retrieval[1].exact == run.retrieval[1].leads_to == Share(2, 2)


def test_a_query_without_a_hit_is_a_miss(toy: Coder) -> None:
    note = LabelledNote(note=Note(id="n", text=""), codes=("T10.1",), mentions=(GoldMention(code="T10.1", text="zzz"),))
    run = evaluate(Dataset(name="d", notes=(note,)), toy)
    assert {one.leads_to for one in run.retrieval} == {Share(0, 1)}
    assert run.stages[0].recall == Share(0, 0)


def test_a_row_above_leads_to_its_codes_and_counts_apart(toy: Coder) -> None:
    note = LabelledNote(
        note=Note(id="n", text=""), codes=(), mentions=(GoldMention(code="T10.9", text="sprain of ankle"),)
    )
    first = evaluate(Dataset(name="d", notes=(note,)), toy).retrieval[0]
    assert (first.exact, first.leads_to) == (Share(0, 1), Share(1, 1))


def test_evidence_is_checked_against_the_note(toy: Coder, dataset: Dataset, run: Run) -> None:
    assert run.evidence is not None
    assert run.evidence.verbatim == Share(2, 2)
    assert run.evidence.overlap == Share(2, 2)
    (first, *_) = dataset.notes
    data = prediction_from_dict(result_to_dict(toy.code(first.note)))
    moved = [
        attrs.evolve(
            one, evidence=tuple(attrs.evolve(span, start=span.start + 22, end=span.end + 22) for span in one.evidence)
        )
        for one in data.proposals
    ]
    shifted = attrs.evolve(data, proposals=tuple(moved))
    wrong = score(Dataset(name="d", notes=(first,)), {"a": shifted}, toy.edition, coder="shifted")
    assert wrong.evidence is not None
    assert (wrong.evidence.verbatim, wrong.evidence.overlap) == (Share(0, 1), Share(0, 1))


def test_codes_alone_have_neither_evidence_nor_confidence(toy: Coder, dataset: Dataset) -> None:
    predictions = {"a": Prediction(note_id="a", proposals=(Proposal(code="t10.1"), Proposal(code="T101")))}
    other = score(dataset, predictions, toy.edition, coder="other")
    assert (other.evidence, other.calibration, other.stages) == (None, None, ())
    assert other.levels[0].micro == Counts(1, 1, 3)
    assert "Confidence" not in run_to_html(other)


def test_what_the_threshold_dropped_is_in_the_curve_and_what_a_rule_dropped_is_not() -> None:
    def dropped(code: str | None, step: str, rule: str, confidence: float) -> dict[str, object]:
        return {"code": code, "step": step, "rule": rule, "confidence": confidence, "evidence": []}

    prediction = prediction_from_dict(
        {
            "note_id": "n",
            "assignments": [{"code": "A", "confidence": 0.9, "evidence": []}],
            "dropped": [
                dropped("B", "verify", "", 0.4),
                dropped("C", "verify", "excludes1", 0.8),
                dropped("D", "analyze", "", 0.0),
                dropped(None, "locate", "", 0.0),
            ],
        }
    )
    assert [(one.code, one.kept) for one in prediction.proposals] == [("A", True), ("B", False)]


class FailsOn:
    """An evidence extractor that fails on one note, as one that asks a server may."""

    def extract(self, note: Note) -> tuple[Mention, ...]:
        if note.id == "b":
            raise NoteError("the server is away")
        return ()


def test_a_note_that_fails_counts_as_coded_with_nothing(toy: Coder, dataset: Dataset) -> None:
    run = evaluate(dataset, Coder(toy.system, toy.edition, extractor=FailsOn()))
    assert [note.error for note in run.notes] == ["", "the server is away", ""]
    assert run.levels[0].micro == Counts(0, 0, 3)
    assert "the server is away" in run_to_html(run)


def test_a_trace_ends_in_the_result(toy: Coder) -> None:
    note = Note(id="n", text=ANKLE)
    trace = toy.trace(note)
    assert trace.result == toy.code(note)
    assert len(trace.mentions) == len(trace.located) == len(trace.tentative)


def test_a_run_is_saved_and_read_back_and_repeats(toy: Coder, dataset: Dataset, run: Run, tmp_path: Path) -> None:
    save_run(run, tmp_path / "run.json")
    assert load_run(tmp_path / "run.json") == run
    save_run(evaluate(dataset, toy), tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "run.json").read_bytes()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"schema": 2}', '{"schema": 1}', '{"schema": 1, "notes": 5}'])
def test_what_is_no_run_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "run.json").write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=r"run\.json"):
        load_run(tmp_path / "run.json")


def test_neither_run_nor_report_holds_text_of_a_note(run: Run) -> None:
    for text in (json.dumps(run_to_dict(run)), run_to_html(run)):
        for words in ("Zanzibar", "sprain of right", "cut of finger", "denies"):
            assert words not in text


def test_the_report_is_one_file_without_script_or_network(run: Run) -> None:
    html = run_to_html(run)
    assert html == run_to_html(run)
    assert not re.search(r"https?:|<script|<link|@import|url\(|\bsrc=|\bhref=", html)
    assert html.count("<svg") == html.count("</svg>") > 3
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html
    for part in ("Agreement", "Where codes are lost", "Search alone", "Evidence", "Confidence", "Chapters", "Notes"):
        assert f"<h2>{part}</h2>" in html


def test_names_are_escaped_in_the_report(run: Run) -> None:
    html = run_to_html(attrs.evolve(run, dataset="<b>&"))
    assert "<b>&</" not in html
    assert "&lt;b&gt;&amp;" in html


def test_two_runs_side_by_side(toy: Coder, dataset: Dataset, run: Run) -> None:
    predictions = {"a": Prediction(note_id="a", proposals=(Proposal(code="T11"), Proposal(code="X99")))}
    other = score(dataset, predictions, toy.edition, coder="other")
    comparison = compare(run, other)
    assert (comparison.common, len(comparison.changes)) == (3, 2)
    first, second = comparison.changes
    assert (first.id, first.gained_right, first.gained_wrong) == ("a", ("X99",), ("T11",))
    assert (first.lost_right, first.lost_wrong) == (("T10.1",), ())
    assert (second.id, second.lost_right) == ("b", ("T20.1",))
    f1 = comparison.differences[0].f1
    assert f1.value == pytest.approx(other.levels[0].f1.value - run.levels[0].f1.value)
    back = compare(other, run).differences[0].f1
    assert (back.value, back.low, back.high) == pytest.approx((-f1.value, -f1.high, -f1.low), abs=0.05)
    assert "T11" in comparison_to_html(comparison)


def test_a_run_does_not_differ_from_itself(run: Run) -> None:
    comparison = compare(run, run)
    assert comparison.changes == ()
    for one in comparison.differences:
        assert (one.f1.low, one.f1.value, one.f1.high) == (0, 0, 0)


def test_runs_that_cannot_be_compared_are_refused(run: Run) -> None:
    renamed = attrs.evolve(run, notes=tuple(attrs.evolve(note, id=note.id * 2) for note in run.notes))
    with pytest.raises(UsageError, match="no note in common"):
        compare(run, renamed)
    relabelled = attrs.evolve(run, notes=tuple(attrs.evolve(note, expected=("T11",)) for note in run.notes))
    with pytest.raises(UsageError, match="disagree on the experts' codes"):
        compare(run, relabelled)


@pytest.mark.parametrize(("one", "other", "meets"), [((0, 2), (1, 3), True), ((0, 2), (2, 3), False)])
def test_spans_overlap_where_they_share_a_code_point(one: Span, other: Span, meets: bool) -> None:
    from codekit.evaluation.stages import overlap

    assert overlap(one, other) is overlap(other, one) is meets
