"""`codekit verify`: what results were made with, and whether they come out the same again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Codekit

NOTES = [
    {"id": "a", "text": "Assessment: sprain of the right ankle."},
    {"id": "b", "text": "Assessment: cut of a finger. No sprain."},
]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.jsonl"
    path.write_text("".join(json.dumps(note) + "\n" for note in NOTES), encoding="utf-8")
    return path


@pytest.fixture
def results(codekit: Codekit, notes: Path, tmp_path: Path) -> Path:
    path = tmp_path / "results.jsonl"
    done = codekit("run", notes, "--format", "jsonl", "--output", path)
    assert done.exit_code == 0, done.output
    return path


def test_results_say_what_they_were_made_with_and_come_out_the_same(
    codekit: Codekit, notes: Path, results: Path
) -> None:
    made_with = [json.loads(line)["provenance"] for line in results.read_text("utf-8").splitlines()]
    assert made_with[0] == made_with[1]
    assert made_with[0]["workflow"] == "rules"
    assert made_with[0]["model"] is None
    assert set(made_with[0]["plugins"]) == {"toy"}
    assert len(made_with[0]["sources"]) == 64
    done = codekit("verify", results, notes)
    assert done.exit_code == 0, done.output
    assert done.stdout == "2 results, 2 of them made again: nothing differs\n"


def test_a_document_of_results_is_read_as_well(codekit: Codekit, notes: Path, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    codekit("run", notes, "--format", "json", "--output", path)
    done = codekit("verify", path, notes, "--format", "json")
    assert json.loads(done.stdout) == {
        "schema": 1,
        "system": "toy",
        "results": 2,
        "differences": [],
        "compared": 2,
        "unchecked": [],
    }


def test_each_thing_that_differs_is_named_with_its_notes(codekit: Codekit, notes: Path, results: Path) -> None:
    lines = [json.loads(line) for line in results.read_text("utf-8").splitlines()]
    lines[0]["provenance"] |= {"codekit": "0.0.1", "sources": "0" * 64, "plugins": {"toy": "codekit-toy 0.9"}}
    lines[1]["assignments"] = []
    results.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    done = codekit("verify", results, notes, "--format", "json")
    assert done.exit_code == 3
    differences = {
        one["what"]: (one["was"], one["now"], one["notes"]) for one in json.loads(done.stdout)["differences"]
    }
    assert set(differences) == {"codekit", "sources", "plugin toy", "assignments"}
    assert differences["codekit"][0] == "0.0.1"
    assert differences["plugin toy"][0] == "codekit-toy 0.9"
    assert differences["assignments"] == ("0", "T20.0", ["b"])
    assert differences["sources"][2] == ["a"]


def test_an_extension_and_an_edition_that_are_not_here_are_told(
    codekit: Codekit, results: Path, install: Callable[..., Path]
) -> None:
    install(
        "payer",
        """
        from codekit.plugin import hookimpl

        class Payer:
            @hookimpl
            def codekit_conventions(self):
                return []

        @hookimpl
        def codekit_extend_system(system_id):
            return Payer() if system_id == "toy" else None
        """,
    )
    lines = [json.loads(line) for line in results.read_text("utf-8").splitlines()]
    lines[1]["edition"] = "2020+0123456789ab"
    results.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    done = codekit("verify", results)
    assert done.exit_code == 3
    assert "plugin payer (extension)" in done.stdout
    assert "2020+0123456789ab" in done.stdout


def test_a_file_that_holds_no_results_is_refused(codekit: Codekit, notes: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"results": [{"note_id": 3}]}', encoding="utf-8")
    for path in (notes, broken):
        done = codekit("verify", path)
        assert done.exit_code == 2
        assert "codekit run" in done.stderr


def test_what_a_killed_run_left_is_told_and_the_rest_is_checked(codekit: Codekit, notes: Path, results: Path) -> None:
    results.write_text(results.read_text("utf-8")[:-100], encoding="utf-8")
    done = codekit("verify", results, notes)
    assert done.exit_code == 1
    assert done.stdout == "1 results, 1 of them made again: nothing differs\n"
    assert f"error: {results}: line 2: not a result" in done.stderr


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[1, 2]",
        b"null",
        b'{"results": 5}',
        b'{"results": [{"note_id": "a"}]}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"note_id": "a", "edition": "1", "provenance": 5}',
        b'{"note_id": "a", "edition": "1", "provenance": {"plugins": 5}}',
        b'{"note_id": "a", "edition": "1", "provenance": {"prompts": {"x": 3}}}',
        b'{"note_id": "a", "edition": "1", "provenance": {"sources": 3}}',
    ],
)
def test_no_file_is_too_odd_to_be_refused(codekit: Codekit, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    done = codekit("verify", path)
    assert done.exit_code == 2
    assert "`codekit run` writes" in done.stderr


def test_no_character_of_a_note_breaks_its_line(codekit: Codekit, tmp_path: Path) -> None:
    notes, results = tmp_path / "notes.jsonl", tmp_path / "results.jsonl"
    note = {"id": "a\u2028b\x85", "text": "Assessment: sprain\u2028of the right ankle."}
    notes.write_text(json.dumps(note) + "\n", encoding="utf-8")
    codekit("run", notes, "--format", "jsonl", "--output", results)
    assert codekit("verify", results, notes).stdout == "1 results, 1 of them made again: nothing differs\n"


def test_a_setting_that_is_none_is_told(codekit: Codekit, notes: Path, results: Path) -> None:
    lines = [json.loads(line) for line in results.read_text("utf-8").splitlines()]
    lines[0]["provenance"]["settings"]["threshold"] = "high"
    lines[1]["provenance"]["settings"]["layers"] = "none such"
    results.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    done = codekit("verify", results, notes)
    assert done.exit_code == 0
    assert done.stdout.startswith("not checked: some notes cannot be coded here")
    assert "2 results: nothing differs" in done.stdout
