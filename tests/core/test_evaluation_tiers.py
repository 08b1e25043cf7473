"""Tiered labels: the figures of the scorer that decides, where required codes are lost, and figures by group."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import codekit
from codekit import Coder, Note
from codekit.errors import UsageError
from codekit.evaluation.bootstrap import wilson
from codekit.evaluation.compare import compare
from codekit.evaluation.corpora import load_dataset
from codekit.evaluation.datasets import Counted, Dataset, GoldMention, LabelledNote
from codekit.evaluation.losses import Where
from codekit.evaluation.metrics import Counts
from codekit.evaluation.report import run_to_html
from codekit.evaluation.run import Run, evaluate, load_run, run_to_dict, save_run, score
from codekit.evaluation.tiers import Tiers, read_tiers
from codekit.serialize import result_to_dict
from codekit.types import Basis
from codekit.workflows.predictions import prediction_from_dict

INVENTED = [
    {"id": "a", "text": "", "kind": "visit", "must": ["T10.1|T10.2", "T20.1"], "may": ["T11"], "first": "T10.1"},
    {
        "id": "b",
        "text": "",
        "kind": "visit",
        "must": ["T10.1|T11", "T11|T10.2"],
        "may": ["T20.0|T20.1"],
        "first": "T11",
    },
    {"id": "c", "text": "", "kind": "stay", "must": ["T10.1", "T10.2"], "may": [], "first": None},
    {"id": "d", "text": "", "must": [], "may": [], "first": "T20.0"},
]
GIVEN = {"a": ["T10.2", "T10.1", "T11", "T20.0"], "b": ["T11", "T20.1"], "c": ["T10.9", "T10.1"], "d": ["T20.0"]}
LABELS = Tiers(must=(("A1", "A2"), ("B1", "A2"), ("C1",)), may=("D1",), first=("E1",))


@pytest.fixture(scope="module")
def toy() -> Coder:
    """The toy system, coding by the rules."""
    return codekit.open("toy")


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    return write(tmp_path / "labels.jsonl", INVENTED)


def write(path: Path, records: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def results(given: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Give codes the form of results."""
    return [
        {
            "note_id": note,
            "assignments": [
                {"code": code, "rank": rank, "status": "ready", "confidence": 0.9, "evidence": []}
                for rank, code in enumerate(codes, start=1)
            ],
        }
        for note, codes in given.items()
    ]


def scored(path: Path, records: list[dict[str, Any]], coder: Coder, **options: Any) -> Run:
    predictions = {one.note_id: one for one in map(prediction_from_dict, records)}
    return score(load_dataset(path), predictions, coder.edition, coder="invented", **options)


def said(run: Run) -> str:
    """Write the figures of a run as `score_charts.py` prints them, without its interval."""
    full, cut = run.levels
    figures = run.figures
    assert figures is not None
    assert full.strict_f1 is not None
    return (
        f"{figures.notes} charts: F1 {full.f1.value:.3f} (P {full.precision.value:.3f} R {full.recall.value:.3f}), "
        f"strict F1 {full.strict_f1.value:.3f}, 3-char F1 {cut.f1.value:.3f}, "
        f"first-listed {figures.first_listed.value:.2f}, all must {figures.complete.value:.2f}, "
        f"codes a chart {figures.codes.value:.1f}"
    )


def by_the_scorer(shared: Path, labels: Path, found: Path) -> str:
    scorer = shared / "tools/score_charts.py"
    if not scorer.is_file():
        pytest.skip("no tools/score_charts.py in ../shared")
    ran = subprocess.run([sys.executable, scorer, labels, found], capture_output=True, text=True, check=True)
    before, _, rest = ran.stdout.strip().partition(" [")
    return f"{before} {rest.partition('] ')[2]}"


@pytest.mark.parametrize(
    ("given", "counts"),
    [
        ("", Counts(0, 0, 3)),
        ("A1 B1 C1", Counts(3, 3, 3)),
        ("A2", Counts(1, 1, 3, met=2)),
        ("A1 A2", Counts(2, 2, 3)),
        ("C1 D1 E1", Counts(1, 1, 3, optional=2)),
        ("A1 X1", Counts(1, 2, 3)),
    ],
)
def test_one_code_may_meet_several_entries_and_optional_ones_count_neither_way(given: str, counts: Counts) -> None:
    assert LABELS.count(frozenset(given.split())) == counts


def test_strict_f1_takes_an_optional_code_for_half_an_error() -> None:
    counts = Counts(3, 4, 4, optional=2)
    assert counts.f1 == pytest.approx(2 * 0.75 * 0.75 / 1.5)
    assert counts.strict_f1 == pytest.approx(2 * 0.6 * 0.75 / 1.35)


def test_as_plain_sets_each_entry_is_one_code() -> None:
    pair = LABELS.pair(frozenset(("A2", "C1", "D1", "X1")))
    assert (pair.predicted, pair.expected) == ({"A2", "C1", "X1"}, {"A2", "C1"})
    assert LABELS.pair(frozenset()).expected == {"A1", "B1", "C1"}


def test_the_figures_of_an_invented_set(labels: Path, toy: Coder) -> None:
    run = scored(labels, results(GIVEN), toy)
    full, cut = run.levels
    assert full.micro == Counts(3, 5, 6, met=4, optional=3)
    assert cut.micro == Counts(4, 4, 6, met=6, optional=3)
    assert full.f1.value == full.micro.f1 == pytest.approx(2 * 0.6 * (4 / 6) / (0.6 + 4 / 6))
    figures = run.figures
    assert figures is not None
    assert (figures.first_listed.part, figures.first_listed.whole) == (2, 3)
    assert (figures.complete.part, figures.complete.whole) == (2, 4)
    assert (figures.ready.part, figures.ready.whole) == (7, 9)
    assert (figures.ready.low, figures.ready.high) == pytest.approx((0.4526, 0.9368), abs=0.0001)
    assert (figures.codes.value, figures.proposals.value) == (2.25, 2.25)
    assert (figures.pool.part, figures.pool.whole) == (4, 6)
    assert [(one.code, one.number, one.of) for one in run.missed] == [("T10.2", 1, 1), ("T20.1", 1, 1)]
    assert [(one.code, one.category, one.in_category) for one in run.invented] == [
        ("T10.9", "T10", 1),
        ("T20.0", "T20", 1),
    ]


def test_the_scorer_says_the_same_of_the_invented_set(labels: Path, toy: Coder, shared: Path, tmp_path: Path) -> None:
    found = write(tmp_path / "results.jsonl", results(GIVEN))
    assert said(scored(labels, results(GIVEN), toy)) == by_the_scorer(shared, labels, found)


def test_the_scorer_says_the_same_of_real_charts(coder: Coder, shared: Path, tmp_path: Path) -> None:
    charts = shared / "eval/charts_dev.jsonl"
    if not charts.is_file():
        pytest.skip("no eval/charts_dev.jsonl in ../shared")
    records = [result_to_dict(coder.code(one.note)) for one in load_dataset(charts).notes]
    run = scored(charts, records, coder, group_by="setting")
    assert said(run) == by_the_scorer(shared, charts, write(tmp_path / "results.jsonl", records))
    assert run.figures is not None
    missed = run.levels[0].micro.expected - run.levels[0].micro.met
    assert sum(run.figures.losses.values()) == len(run.losses) == missed
    assert sum(group.figures.notes for group in run.groups) == len(run.notes)
    # what was proposed and is not among the final codes was lost behind its proposal
    behind = sum(run.figures.losses[one] for one in (Where.READ_OTHERWISE, Where.COMBINING, Where.NOT_REPORTED))
    assert run.figures.pool.part == run.levels[0].micro.met + behind


def test_each_missed_code_says_where_it_was_lost(toy: Coder) -> None:
    unsure = Coder(toy.system, toy.edition, threshold=0.99)

    def lost(text: str, must: str, coder: Coder = toy) -> tuple[Where, tuple[str, ...], str]:
        note = LabelledNote(note=Note(id="n", text=text), codes=(), tiers=read_tiers({"must": [must]}))
        run = evaluate(Dataset(name="d", notes=(note,)), coder)
        (loss,) = run.losses
        assert (loss.note, loss.entry) == ("n", tuple(must.split("|")))
        return loss.where, loss.codes, loss.rule

    assert lost("Assessment: sprain of right ankle.", "T20.0|T20.1") == (Where.NEVER_PROPOSED, (), "")
    assert lost("Assessment: sprain of right ankle.", "T10.2") == (Where.WRONG_ROW, ("T10.1",), "")
    assert lost("He denies a fracture of the ankle.", "T11") == (Where.READ_OTHERWISE, ("T11",), "")
    both = "Assessment: sprain of right ankle. Twisted ankle."
    assert lost(both, "T10.9") == (Where.COMBINING, ("T10.9",), "toy.unspecified_beside_specific")
    assert lost("Assessment: sprain of right ankle.", "T10.1", unsure) == (Where.NOT_REPORTED, ("T10.1",), "")


def test_what_came_furthest_tells_and_names_its_basis_or_what_replaced_it(labels: Path, toy: Coder) -> None:
    def dropped(code: str, step: str, rule: str = "", basis: str | None = None) -> dict[str, Any]:
        return {"code": code, "step": step, "rule": rule, "basis": basis, "confidence": 0.8, "evidence": []}

    edit = {"action": "replace", "code": "T20.1", "rule": "toy.joined", "replacement": "T11"}
    record = {
        "note_id": "a",
        "assignments": [],
        "dropped": [dropped("T10.1", "analyze"), dropped("T10.2", "verify", "toy.policy", "mentioned")],
        "edits": [edit],
    }
    run = scored(labels, [record], toy)
    first, second, *_ = run.losses
    assert (first.where, first.codes, first.basis) == (Where.NOT_REPORTED, ("T10.2",), Basis.MENTIONED)
    assert (second.where, second.rule, second.replacement) == (Where.COMBINING, "toy.joined", "T11")
    assert run.figures is not None
    assert (run.figures.pool.part, run.figures.proposals.value) == (2, 0.75)


def test_experts_who_code_what_is_mentioned_are_compared_with_what_is_documented(toy: Coder) -> None:
    left = {"code": "T11", "step": "verify", "rule": "p", "basis": "mentioned", "confidence": 0.8, "evidence": []}
    record = {**results({"n": ["T10.1"]})[0], "dropped": [left]}
    mention = GoldMention(code="T11", text="fracture of ankle")
    note = LabelledNote(note=Note(id="n", text=""), codes=("T10.1",), mentions=(mention,))
    predictions = {"n": prediction_from_dict(record)}
    reported = score(Dataset(name="d", notes=(note,)), predictions, toy.edition, coder="c")
    assert (reported.levels[0].micro, reported.counted) == (Counts(1, 1, 1), Counted.REPORTED)
    assert reported.marked is not None
    assert reported.marked.micro == Counts(1, 2, 1)
    documented = Dataset(name="d", notes=(note,), counted=Counted.DOCUMENTED)
    assert score(documented, predictions, toy.edition, coder="c").levels[0].micro == Counts(1, 2, 1)


def test_the_corpus_says_which_codes_count_unless_somebody_else_does(labels: Path) -> None:
    assert load_dataset(labels).counted is Counted.REPORTED
    assert load_dataset(labels, loader="codiesp").counted is Counted.DOCUMENTED
    assert load_dataset(labels, loader="codiesp", counted=Counted.REPORTED).counted is Counted.REPORTED


def test_figures_are_given_by_any_short_field_and_by_no_other(labels: Path, toy: Coder) -> None:
    run = scored(labels, results(GIVEN), toy, group_by="kind")
    assert [(group.value, group.figures.notes) for group in run.groups] == [("visit", 2), ("", 1), ("stay", 1)]
    assert sum((group.levels[0].micro for group in run.groups), Counts(0, 0, 0)) == run.levels[0].micro
    for name in ("text", "id", "nothing"):
        with pytest.raises(UsageError, match=f"no note has the field '{name}'; expected one of first, kind"):
            scored(labels, results(GIVEN), toy, group_by=name)


def test_a_run_is_read_back_and_its_report_has_all_of_it(labels: Path, toy: Coder, tmp_path: Path) -> None:
    run = scored(labels, results(GIVEN), toy, group_by="kind")
    save_run(run, tmp_path / "run.json")
    assert load_run(tmp_path / "run.json") == run
    html = run_to_html(run)
    for heading in ("Notes as a whole", "By kind", "What became of missed codes"):
        assert f"<h2>{heading}</h2>" in html


def test_runs_of_before_are_still_compared(toy: Coder, tmp_path: Path) -> None:
    note = LabelledNote(note=Note(id="n", text="Assessment: sprain of right ankle."), codes=("T10.1", "T11"))
    run = evaluate(Dataset(name="d", notes=(note,)), toy)
    new = {"counted", "figures", "marked", "losses", "missed", "invented", "group_by", "groups", "strict_f1", "met"}
    new |= {"optional", "tiers", "first", "withdrawn", "status"}

    def older(data: Any) -> Any:
        if isinstance(data, dict):
            return {name: older(value) for name, value in data.items() if name not in new}
        return [older(value) for value in data] if isinstance(data, list | tuple) else data

    path = tmp_path / "older.json"
    path.write_text(json.dumps(older(run_to_dict(run))), encoding="utf-8")
    assert compare(load_run(path), run).changes == ()


def test_tiered_runs_are_compared_by_tiers(labels: Path, toy: Coder) -> None:
    first = scored(labels, results(GIVEN), toy)
    second = scored(labels, results({**GIVEN, "a": ["T10.1", "T20.1", "T11"]}), toy)
    comparison = compare(first, second)
    assert comparison.differences[0].f1.value == pytest.approx(second.levels[0].f1.value - first.levels[0].f1.value)
    (change,) = comparison.changes
    assert (change.gained_right, change.lost_right, change.lost_wrong) == (("T20.1",), ("T10.2",), ("T20.0",))


@pytest.mark.parametrize(
    "record",
    [{"must": "T10"}, {"must": [1]}, {"must": ["T10|"]}, {"must": [], "may": "T10"}, {"must": [], "first": ["T10"]}],
)
def test_broken_tiers_are_refused_without_quoting_the_note(record: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"labels\.jsonl:1: \$\.(must|may|first)") as caught:
        load_dataset(write(tmp_path / "labels.jsonl", [{"text": "secret", **record}]))
    assert "secret" not in str(caught.value)


def test_wilsons_interval() -> None:
    # Newcombe, Two-sided confidence intervals for the single proportion (1998), table I, method 3
    for part, whole, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611)):
        interval = wilson(part, whole)
        assert (interval.low, interval.high) == pytest.approx((low, high), abs=0.00006)
    assert (wilson(29, 29).value, wilson(29, 29).high) == (1, 1)
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0, 1)
