"""`codekit eval`: figures on standard output, a run in a file, a report, and two runs side by side."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Codekit = Callable[..., Result]

NOTES = [
    {"id": "a", "text": "Assessment: sprain of right ankle.", "codes": ["T10.1"]},
    {"id": "b", "text": "Assessment: cut of finger with infection.", "codes": ["T20.1", "T11"]},
]


def write(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return write(tmp_path / "notes.jsonl", *NOTES)


def test_the_figures_are_on_standard_output(codekit: Codekit, notes: Path) -> None:
    ran = codekit("eval", notes)
    assert ran.exit_code == 0, ran.stderr
    assert ran.stdout.startswith("codekit on notes.jsonl  2 notes  toy ")
    for part in (
        "full code",
        "3 characters",
        "locate, first 1",
        "verbatim",
        "expected calibration error",
        "Toy injuries",
    ):
        assert part in ran.stdout


def test_json_is_the_run_that_output_writes(codekit: Codekit, notes: Path, tmp_path: Path) -> None:
    output = tmp_path / "run.json"
    ran = codekit("eval", notes, "--format", "json", "--output", output)
    data = json.loads(ran.stdout)
    assert data == json.loads(output.read_text(encoding="utf-8"))
    assert (data["schema"], data["dataset"]) == (1, "notes.jsonl")
    micro = data["levels"][0]["micro"]
    assert (micro["hits"], micro["predicted"], micro["expected"], micro["f1"]) == (2, 2, 3, 0.8)


def test_steps_can_be_left_out_and_notes_limited(codekit: Codekit, notes: Path) -> None:
    data = json.loads(codekit("eval", notes, "--no-stages", "--limit", 1, "--format", "json").stdout)
    assert (data["stages"], data["retrieval"], len(data["notes"])) == ([], [], 1)


def test_the_results_of_run_score_as_coding_anew(codekit: Codekit, notes: Path, tmp_path: Path) -> None:
    results = tmp_path / "results.jsonl"
    codekit("run", notes, "--format", "jsonl", "--output", results)
    anew = json.loads(codekit("eval", notes, "--no-stages", "--format", "json").stdout)
    scored = json.loads(codekit("eval", notes, "--predictions", results, "--format", "json").stdout)
    assert {**scored, "coder": "codekit"} == anew


def test_another_systems_codes_are_scored(codekit: Codekit, notes: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other.jsonl", {"id": "b", "codes": ["T11", "T10.2"]}, {"id": "z", "codes": ["T11"]})
    ran = codekit("eval", notes, "--predictions", other, "--format", "json")
    assert ran.exit_code == 0
    assert "1 of 2 notes are not in it; they count as coded with nothing" in ran.stderr
    data = json.loads(ran.stdout)
    assert (data["coder"], data["levels"][0]["micro"]["hits"]) == ("other.jsonl", 1)
    strange = codekit("eval", notes, "--predictions", write(tmp_path / "s.jsonl", {"id": "z", "codes": []}))
    assert strange.exit_code == 2
    assert "no note of notes.jsonl is in it" in strange.stderr


def test_a_failed_note_in_the_predictions_ends_with_status_1(codekit: Codekit, notes: Path, tmp_path: Path) -> None:
    failed = {"note_id": "a", "error": {"type": "NoteError", "message": "no answer"}}
    path = write(tmp_path / "p.jsonl", failed, {"id": "b", "codes": []})
    ran = codekit("eval", notes, "--predictions", path)
    assert ran.exit_code == 1
    assert "error: a: no answer" in ran.stderr


def test_two_runs_are_compared_with_the_notes_that_changed(codekit: Codekit, notes: Path, tmp_path: Path) -> None:
    first, second, html = tmp_path / "1.json", tmp_path / "2.json", tmp_path / "c.html"
    other = write(tmp_path / "other.jsonl", {"id": "a", "codes": ["T10.1"]}, {"id": "b", "codes": ["T11"]})
    codekit("eval", notes, "--output", first)
    codekit("eval", notes, "--predictions", other, "--output", second)
    ran = codekit("eval", "--compare", first, second, "--html", html)
    assert ran.exit_code == 0, ran.stderr
    assert "2 notes in both, 1 coded differently" in ran.stdout
    assert "T20.1" in ran.stdout
    assert "<h2>Notes that changed</h2>" in html.read_text(encoding="utf-8")
    data = json.loads(codekit("eval", "--compare", first, second, "--format", "json").stdout)
    assert data["changes"][0] == {
        "id": "b",
        "gained_right": ["T11"],
        "gained_wrong": [],
        "lost_right": ["T20.1"],
        "lost_wrong": [],
    }


def test_a_report_is_written(codekit: Codekit, notes: Path, tmp_path: Path) -> None:
    html = tmp_path / "report.html"
    assert codekit("eval", notes, "--html", html).exit_code == 0
    text = html.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "sprain of right ankle" not in text


@pytest.mark.parametrize(
    "arguments", [[], ["--compare", "x", "y", "notes"], ["nowhere.jsonl"], ["--compare", "x", "y"]]
)
def test_wrong_command_lines_end_with_status_2(codekit: Codekit, arguments: list[str]) -> None:
    assert codekit("eval", *arguments).exit_code == 2


def test_a_file_that_cannot_be_written_is_told(codekit: Codekit, notes: Path, tmp_path: Path) -> None:
    for option in ("--output", "--html"):
        ran = codekit("eval", notes, option, tmp_path / "no" / "folder")
        assert ran.exit_code == 2
        assert "cannot be written" in ran.stderr


def test_a_run_names_the_layers_of_its_search(codekit: Codekit, notes: Path) -> None:
    plain = json.loads(codekit("eval", notes, "--format", "json").stdout)
    ran = codekit("eval", notes, "--layers", "sparse,structural", "--format", "json")
    assert (plain["coder"], json.loads(ran.stdout)["coder"]) == ("codekit", "codekit (sparse, structural)")


def test_what_each_step_could_reach_is_measured_where_it_is_asked_for(codekit: Codekit, notes: Path) -> None:
    assert json.loads(codekit("eval", notes, "--format", "json").stdout)["ceilings"] == []
    data = json.loads(codekit("eval", notes, "--stages", "--format", "json").stdout)
    assert {one["given"] for one in data["ceilings"]} == {"mentions", "code", "category", "codes"}
    assert data["ceilings"][-1]["stage"]["recall"] == {"part": 3, "whole": 3, "value": 1.0}
    shown = codekit("eval", notes, "--stages").stdout
    assert shown.count("experts marked no places") == 3
    assert "places of 3 codes guessed" in shown
    assert codekit("eval", notes, "--stages", "--predictions", notes).exit_code == 2


TIERED = [
    {
        "id": "a",
        "kind": "visit",
        "text": "Sprain of right ankle.",
        "must": ["T10.1|T10.2"],
        "may": [],
        "first": "T10.1",
    },
    {"id": "b", "kind": "visit", "text": "Sprain of right ankle.", "must": ["T11"], "may": ["T10.1"], "first": "T11"},
    {"id": "c", "kind": "stay", "text": "Cut of finger with infection.", "must": ["T20.0"], "may": [], "first": None},
]


def test_tiered_labels_have_figures_of_their_own_and_say_where_codes_were_lost(
    codekit: Codekit, tmp_path: Path
) -> None:
    path = write(tmp_path / "tiered.jsonl", *TIERED)
    ran = codekit("eval", path, "--group-by", "kind")
    assert ran.exit_code == 0, ran.stderr
    rows = [" ".join(line.split()) for line in ran.stdout.splitlines()]
    for row in (
        "first-listed code right 0.500 (0.000-1.000) 1/2",
        "precision of ready codes 0.667 (0.208-0.939) 2/3",
        "never proposed 1 0.500",
        "wrong row 1 0.500",
        "T20.0 Cut of finger without infection 1 1 T20 1",
        "visit 2 1.000 0.500 0.667 0.571 0.500 0.500 1.000 1.0 0.500",
    ):
        assert row in rows, ran.stdout
    assert any(row.startswith("strict F1 0.364") for row in rows)
    data = json.loads(codekit("eval", path, "--group-by", "kind", "--format", "json").stdout)
    assert [(one["note"], one["where"], one["codes"]) for one in data["losses"]] == [
        ("b", "never_proposed", []),
        ("c", "wrong_row", ["T20.1"]),
    ]
    assert [group["value"] for group in data["groups"]] == ["visit", "stay"]
    assert codekit("eval", path, "--group-by", "text").exit_code == 2


def test_which_codes_count_can_be_chosen(codekit: Codekit, notes: Path) -> None:
    assert json.loads(codekit("eval", notes, "--format", "json").stdout)["counted"] == "reported"
    ran = codekit("eval", notes, "--count", "documented")
    assert "compared with all documented codes" in ran.stdout
    assert "compared with" not in codekit("eval", notes, "--loader", "codiesp", "--count", "reported").stdout
