"""`codekit editions diff` and `editions impact`, on two editions of the toy system."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Codekit = Callable[..., Result]

HEAD = "toy_code,title,kind,parent,assignable,index,excludes1\n"
COMMON = "I,Toy injuries,chapter,,no,,\nT10-T29,Injuries of the limbs,block,I,no,,\n"
OLD = (
    'T10,Sprain of ankle,category,T10-T29,yes,"Sprain, ankle|Twisted ankle",T11\n'
    "T11,Fracture of ankle,category,T10-T29,yes,Broken ankle,\n"
    "T20,Cut of finger,category,T10-T29,yes,Laceration finger,\n"
)
NEW = (
    'T10,Sprain of ankle,category,T10-T29,no,"Sprain, ankle|Twisted ankle",T11\n'
    "T10.1,Sprain of right ankle,code,T10,yes,,\n"
    "T10.2,Sprain of left ankle,code,T10,yes,,\n"
    "T11,Broken bone of ankle,category,T10-T29,yes,Broken ankle,\n"
    "T20,Cut of finger,category,T10-T29,yes,Laceration finger,\n"
)


@pytest.fixture
def labels(codekit: Codekit, home: Path, tmp_path: Path) -> tuple[str, str]:  # noqa: ARG001
    made = []
    for name, rows in (("old", OLD), ("new", NEW)):
        path = tmp_path / f"{name}.csv"
        path.write_text(HEAD + COMMON + rows, encoding="utf-8")
        made.append(json.loads(codekit("editions", "add", path, "--format", "json").stdout)["edition"])
    return made[0], made[1]


def test_a_diff_is_a_table_with_counts_first(codekit: Codekit, labels: tuple[str, str]) -> None:
    ran = codekit("editions", "diff", *labels)
    assert (ran.exit_code, ran.stderr) == (0, "")
    lines = ran.stdout.splitlines()
    assert lines[0] == " → ".join(labels)
    assert next(line for line in lines if "no longer assignable" in line).split()[-1] == "1"
    assert any("T10.1 T10.2 (subdivision)" in line for line in lines)
    assert any(line.split()[:2] == ["T11", "title"] for line in lines)
    same = codekit("editions", "diff", labels[0], labels[0])
    assert same.stdout == f"{labels[0]} → {labels[0]}\nnothing changed\n"


def test_a_diff_is_one_json_object_and_one_page(codekit: Codekit, labels: tuple[str, str], tmp_path: Path) -> None:
    page, output = tmp_path / "diff.html", tmp_path / "diff.json"
    ran = codekit("editions", "diff", *labels, "--format", "json", "--html", page, "-o", output)
    assert (ran.exit_code, ran.stdout) == (0, "")
    data = json.loads(output.read_text(encoding="utf-8"))
    assert list(data)[:4] == ["schema", "system", "old", "new"]
    assert [one["code"] for one in data["added"]] == ["T10.1", "T10.2"]
    assert output.read_text(encoding="utf-8") == codekit("editions", "diff", *labels, "--format", "json").stdout
    assert "Sprain of right ankle" in page.read_text(encoding="utf-8")


def test_long_lists_are_cut_and_say_so(codekit: Codekit, labels: tuple[str, str], tmp_path: Path) -> None:
    many = "".join(f"T{n},Thing number {n},category,T10-T29,yes,,\n" for n in range(30, 70))
    path = tmp_path / "many.csv"
    path.write_text(HEAD + COMMON + OLD + many, encoding="utf-8")
    more = json.loads(codekit("editions", "add", path, "--format", "json").stdout)["edition"]
    shown = codekit("editions", "diff", labels[0], more).stdout
    assert "Added (40)" in shown
    assert "and 20 more; --format json or --html shows all" in shown
    assert "T69" not in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nonsense", "2026"), "unknown edition 'nonsense'"),
        (("2026", "2026", "--html", "nowhere/page.html"), "there is no folder nowhere"),
        (("2026", "2026", "-o", "nowhere/diff.json"), "there is no folder nowhere"),
    ],
)
def test_what_cannot_be_compared_or_written_is_told_first(
    codekit: Codekit, labels: tuple[str, str], arguments: tuple[str, ...], said: str
) -> None:
    assert labels
    ran = codekit("editions", "diff", *arguments)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert said in ran.stderr


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.jsonl"
    notes = [
        {"id": "a", "text": "Sprain of right ankle."},
        {"id": "b", "text": "Laceration of finger."},
        {"id": "c", "text": "Broken ankle."},
    ]
    lines = [json.dumps(notes[0]), "{broken", *map(json.dumps, notes[1:])]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_impact_tells_which_notes_change_and_why(codekit: Codekit, labels: tuple[str, str], cases: Path) -> None:
    ran = codekit("editions", "impact", *labels, "--cases", cases, "--format", "json")
    assert ran.exit_code == 1
    assert f"error: {cases.as_posix()}:2: not a JSON object" in ran.stderr
    data = json.loads(ran.stdout)
    assert (data["cases"]["notes"], len(data["cases"]["failed"]), data["results"]) == (4, 1, None)
    changed = {one["note_id"]: one for one in data["cases"]["changed"]}
    assert changed.keys() == {"a", "c"}
    lost, gained = changed["a"]["codes"]
    assert (lost["what"], lost["code"], lost["explanations"][0]["why"]) == ("lost", "T10", "retired code")
    assert {one["code"] for one in lost["successors"]} == {"T10.1", "T10.2"}
    assert (gained["what"], gained["code"], gained["explanations"][0]["why"]) == ("gained", "T10.1", "new code")
    assert "it may take the place of T10" in gained["explanations"][0]["text"]
    assert [(one["what"], one["code"]) for one in changed["c"]["codes"]] == [("retitled", "T11")]
    shown = codekit("editions", "impact", *labels, "--cases", cases).stdout
    assert "2 of 4 notes are coded differently" in shown


def test_impact_finds_saved_results_with_codes_that_are_gone(
    codekit: Codekit, labels: tuple[str, str], cases: Path, tmp_path: Path
) -> None:
    saved = tmp_path / "results.jsonl"
    codekit("run", cases, "--edition", labels[0], "--format", "jsonl", "-o", saved)
    with saved.open("a", encoding="utf-8") as stream:
        stream.write('{"note_id": "x"}\n[1]\nnothing\n\n')
    ran = codekit("editions", "impact", *labels, "--results", saved, "--format", "json")
    assert ran.exit_code == 1
    assert ran.stderr.count("not a result of `codekit run --format jsonl`") == 3
    found = json.loads(ran.stdout)["results"]
    assert {one["note_id"]: [code["code"] for code in one["codes"]] for one in found["affected"]} == {
        "a": ["T10"],
        "c": ["T11"],
    }
    retired, revised = (one["codes"][0] for one in found["affected"])
    assert (retired["retired"]["heading"], revised["retired"]) == (True, None)
    assert revised["revised"] == [{"field": "title", "before": "Fracture of ankle", "after": "Broken bone of ankle"}]
    shown = codekit("editions", "impact", *labels, "--results", saved).stdout
    assert "2 of 6 results use codes that changed" in shown


def test_impact_without_notes_or_results_looks_at_the_conventions(codekit: Codekit, labels: tuple[str, str]) -> None:
    ran = codekit("editions", "impact", *labels)
    assert ran.exit_code == 0
    assert "0 conventions name codes that are gone or headings now" in ran.stdout
    missing = codekit("editions", "impact", *labels, "--cases", "nowhere.jsonl")
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "nowhere.jsonl: no such file" in missing.stderr
