"""`codekit compare`: what changed between two files of results."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Codekit = Callable[..., Result]

NOTES = [
    {"id": "a", "text": "Assessment: sprain of right ankle in Zanzibar."},
    {"id": "b", "text": "Assessment: cut of finger with infection."},
]


@pytest.fixture
def results(codekit: Codekit, tmp_path: Path) -> Path:
    notes, path = tmp_path / "notes.jsonl", tmp_path / "results.jsonl"
    notes.write_text("".join(json.dumps(note) + "\n" for note in NOTES), encoding="utf-8")
    assert codekit("run", notes, "--format", "jsonl", "--output", path).exit_code == 0
    return path


def surer(results: Path) -> Path:
    """Write the results of a coder that keeps nothing of the first note, and is surer of the second."""
    first, second = map(json.loads, results.read_text(encoding="utf-8").splitlines())
    first["assignments"] = []
    second["assignments"][0] |= {"confidence": 0.99, "status": "review"}
    path = results.with_name("other.jsonl")
    path.write_text("".join(json.dumps(one) + "\n" for one in (second, first)), encoding="utf-8")
    return path


def test_what_changed_is_told_by_code_rule_and_basis(codekit: Codekit, results: Path) -> None:
    ran = codekit("compare", results, surer(results))
    assert ran.exit_code == 0, ran.stderr
    rows = [" ".join(line.split()) for line in ran.stdout.splitlines()]
    assert "2 notes in both, 2 of them changed" in rows
    for row in (
        "ready → review 1",
        "T10.1 Sprain of right ankle 1 1",
        "T20.1 Cut of finger with infection 1 1",
        "none 1",
    ):
        assert row in rows, ran.stdout
    assert "Zanzibar" not in ran.stdout


def test_json_has_every_change_and_the_same_bytes_for_the_same_files(codekit: Codekit, results: Path) -> None:
    ran = codekit("compare", results, surer(results), "--format", "json")
    assert ran.stdout == codekit("compare", results, surer(results), "--format", "json").stdout
    data = json.loads(ran.stdout)
    assert (data["schema"], data["compared"], data["totals"]["lost"]) == (1, 2, 1)
    (made,) = data["old"]
    assert (made["system"], made["results"]) == ("toy", 2)
    changed = {one["note_id"]: [(each["code"], each["what"]) for each in one["codes"]] for one in data["changed"]}
    assert changed == {"a": [("T10.1", "lost"), ("T10.1", "not_first")], "b": [("T20.1", "status"), ("T20.1", "surer")]}
    assert data["changed"][0]["codes"][0]["before"]["confidence"] > 0
    assert "ankle in" not in ran.stdout


def test_a_file_does_not_differ_from_itself(codekit: Codekit, results: Path) -> None:
    ran = codekit("compare", results, results)
    assert ran.exit_code == 0
    assert ran.stdout.endswith("2 notes in both, 0 of them changed\n")


def test_a_damaged_line_is_reported_and_the_others_go_on(codekit: Codekit, results: Path) -> None:
    damaged = results.with_name("damaged.jsonl")
    damaged.write_text(results.read_text(encoding="utf-8") + '[1]\n{"note_id": "secret"}\n{"note', encoding="utf-8")
    ran = codekit("compare", results, damaged)
    assert ran.exit_code == 1
    assert "2 notes in both" in ran.stdout
    assert ran.stderr.count("not a result of `codekit run --format jsonl`; left out") == 3
    assert "secret" not in ran.stderr
    assert codekit("compare", results, results.with_name("nowhere")).exit_code == 2
