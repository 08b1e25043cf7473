"""`codekit run`: what it reads, what it writes, and what becomes of notes that fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Codekit = Callable[..., Result]

ANKLE = "Assessment: sprain of right ankle.\n"
FINGER = "Assessment: cut of finger with infection.\n"
KEYS = [
    "schema",
    "note_id",
    "system",
    "edition",
    "assignments",
    "dropped",
    "findings",
    "queries",
    "edits",
    "conditions",
    "statements",
    "provenance",
]


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.split("\n") if line]


def codes(result: dict) -> list[str]:
    return [assignment["code"] for assignment in result["assignments"]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five notes, of which two cannot be read."""
    notes = tmp_path / "notes"
    (notes / "sub").mkdir(parents=True)
    (notes / "b.txt").write_text(ANKLE, encoding="utf-8")
    (notes / "a.txt").write_bytes(b"\x00\x01binary")
    (notes / "ignored.md").write_text(ANKLE, encoding="utf-8")
    rows = [{"id": "x", "text": FINGER}, {"id": "y", "text": ANKLE, "age": "old"}, {"text": ""}]
    (notes / "sub" / "c.jsonl").write_text("\n\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    return notes


def test_a_note_becomes_a_table_with_evidence(codekit: Codekit, tmp_path: Path) -> None:
    (tmp_path / "n.txt").write_text(ANKLE, encoding="utf-8")
    codekit("show", "T10")  # which builds the edition, and says so
    ran = codekit("run", tmp_path / "n.txt")
    assert ran.exit_code == 0
    assert ran.stderr == ""
    assert "T10.1" in ran.stdout
    assert "Sprain of right ankle" in ran.stdout
    assert "12-33" in ran.stdout
    assert "Toy injuries 2026+" in ran.stdout


def test_one_note_is_one_object_whose_evidence_is_verbatim(codekit: Codekit, tmp_path: Path) -> None:
    (tmp_path / "n.txt").write_bytes(b"\xef\xbb\xbf" + ANKLE.encode())
    ran = codekit("run", tmp_path / "n.txt", "--format", "json")
    data = json.loads(ran.stdout)
    assert list(data) == KEYS
    assert codes(data) == ["T10.1"]
    for evidence in data["assignments"][0]["evidence"]:
        assert ANKLE[evidence["start"] : evidence["end"]] == evidence["text"]


def test_explain_tells_the_path_and_what_was_left_out(codekit: Codekit) -> None:
    stdin = ANKLE + "He denies a fracture of the ankle."
    plain = codekit("run", stdin=stdin).stdout
    explained = codekit("run", "--explain", stdin=stdin).stdout
    assert explained.startswith(plain.rstrip("\n"))
    for told in ("Reported", "said", "locate", "Said to be absent", "T11"):
        assert told in explained


@pytest.mark.parametrize(
    ("stdin", "ids"),
    [
        (ANKLE, ["stdin"]),
        ('{"no": "text"}', ["stdin"]),
        ("", ["stdin"]),
        ("\n\n" + json.dumps({"text": ANKLE}) + "\n" + json.dumps({"id": 7, "text": ""}), ["stdin:3", "7"]),
        ('\ufeff{"id": "bom", "text": "x"}\n', ["bom"]),
    ],
)
def test_standard_input_is_json_lines_or_one_note(codekit: Codekit, stdin: str, ids: list[str]) -> None:
    for arguments in ([], ["-"]):
        ran = codekit("run", *arguments, "--format", "jsonl", stdin=stdin.encode())
        assert ran.exit_code == 0, ran.stderr
        assert [result["note_id"] for result in lines(ran.stdout)] == ids


def test_an_empty_note_is_a_clean_result(codekit: Codekit) -> None:
    data = json.loads(codekit("run", "--format", "json", stdin=b"").stdout)
    assert (data["assignments"], data["dropped"], data["findings"]) == ([], [], [])


def test_a_folder_is_read_in_order_and_failures_do_not_stop_it(codekit: Codekit, folder: Path) -> None:
    ran = codekit("run", folder, "--format", "jsonl")
    assert ran.exit_code == 1
    results = lines(ran.stdout)
    name = folder.as_posix()
    assert [r["note_id"] for r in results] == [f"{name}/a.txt", f"{name}/b.txt", "x", "y", f"{name}/sub/c.jsonl:5"]
    assert ["error" in r for r in results] == [True, False, False, True, False]
    assert results[0]["error"]["type"] == "NoteError"
    assert "NUL" in results[0]["error"]["message"]
    assert "$.age: expected an integer 0-130, got 'old'" in results[3]["error"]["message"]
    assert ran.stderr.count("error:") == 2
    assert "notes that failed: 2" in ran.stderr
    several = json.loads(codekit("run", folder, "--format", "json").stdout)
    assert (several["schema"], several["results"]) == (1, results)


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[1]",
        '{"id": "n"}',
        '{"id": "n", "text": 5}',
        '{"id": [], "text": "secret"}',
        '{"id": "n", "text": "secret", "sex": "secret secret secret"}',
        '{"id": "n", "text": "secret", "date_of_service": "soon"}',
        '{"id": "n", "text": "secret\\ud800"}',
        "[" * 100_000,
    ],
)
def test_a_bad_line_is_reported_without_its_text(codekit: Codekit, line: str) -> None:
    good = json.dumps({"id": "good", "text": ANKLE})
    ran = codekit("run", "--format", "jsonl", stdin=f"{good}\n{line}\n{good}\n")
    assert ran.exit_code == 1
    assert ["error" in result for result in lines(ran.stdout)] == [False, True, False]
    assert "stdin:2" in ran.stderr
    assert "secret" not in ran.stdout + ran.stderr


def test_other_encodings_are_read_with_a_warning_or_refused(codekit: Codekit, tmp_path: Path) -> None:
    path = tmp_path / "latin.txt"
    path.write_bytes("Ménière; sprain of right ankle".encode("cp1252"))
    ran = codekit("run", path, "--format", "json")
    assert ran.exit_code == 0
    assert f"warning: {path.as_posix()}: not UTF-8 (byte 1); read as Windows-1252" in ran.stderr
    for evidence in json.loads(ran.stdout)["assignments"][0]["evidence"]:
        assert "Ménière; sprain of right ankle"[evidence["start"] : evidence["end"]] == evidence["text"]
    path.write_bytes(b"\x81\x8d")
    ran = codekit("run", path)
    assert ran.exit_code == 1
    assert "neither UTF-8 nor Windows-1252" in ran.stderr


def test_a_resumed_run_ends_with_the_bytes_of_an_uninterrupted_one(
    codekit: Codekit, folder: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.jsonl"
    arguments = ["run", folder, "--format", "jsonl", "--output", output]
    assert codekit(*arguments).exit_code == 1
    whole = output.read_bytes()
    for cut in (0, 5, whole.index(b"\n") + 1, len(whole) - 7, len(whole)):
        output.write_bytes(whole[:cut])
        assert codekit(*arguments, "--resume").exit_code == 1
        assert output.read_bytes() == whole
    output.unlink()
    codekit(*arguments, "--resume")
    assert output.read_bytes() == whole


def test_notes_of_one_id_are_resumed_by_their_number(codekit: Codekit, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    stdin = "\n".join(json.dumps({"id": "same", "text": text}) for text in (ANKLE, FINGER, ANKLE))
    arguments = ["run", "--format", "jsonl", "--output", output]
    codekit(*arguments, stdin=stdin)
    whole = output.read_bytes()
    output.write_bytes(whole[: whole.index(b"\n") + 1])
    codekit(*arguments, "--resume", stdin=stdin)
    assert output.read_bytes() == whole
    assert [codes(result) for result in lines(whole.decode())] == [["T10.1"], ["T20.1"], ["T10.1"]]


def test_a_run_resumes_only_its_own_results(codekit: Codekit, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    output.write_text("a diary\n", encoding="utf-8")
    ran = codekit("run", "--format", "jsonl", "--output", output, "--resume", stdin=ANKLE)
    assert ran.exit_code == 2
    assert "out.jsonl:1: not a result" in ran.stderr
    assert output.read_text(encoding="utf-8") == "a diary\n"
    assert codekit("run", "--resume", stdin=ANKLE).exit_code == 2


def test_the_output_is_never_an_input(codekit: Codekit, folder: Path) -> None:
    output = folder / "out.jsonl"
    first = codekit("run", folder, "--format", "jsonl", "--output", output)
    assert first.stdout == ""
    whole = output.read_bytes()
    codekit("run", folder, "--format", "jsonl", "--output", output)
    assert output.read_bytes() == whole
    ran = codekit("run", output, "--format", "jsonl", "--output", output)
    assert ran.exit_code == 2
    assert output.read_bytes() == whole


def test_an_unknown_edition_leaves_the_output_alone(codekit: Codekit, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    output.write_text("precious\n", encoding="utf-8")
    ran = codekit("run", "--format", "jsonl", "--output", output, "--edition", "1999", stdin=ANKLE)
    assert ran.exit_code == 2
    assert output.read_text(encoding="utf-8") == "precious\n"


def test_a_missing_path_and_an_empty_folder_are_usage_errors(codekit: Codekit, tmp_path: Path) -> None:
    assert "no such file" in codekit("run", tmp_path / "none.txt").stderr
    (tmp_path / "empty").mkdir()
    ran = codekit("run", tmp_path / "empty")
    assert ran.exit_code == 2
    assert "no notes in this folder" in ran.stderr


def test_a_date_of_service_without_an_edition_is_coded_with_the_default_and_a_warning(codekit: Codekit) -> None:
    row = json.dumps({"text": ANKLE, "date_of_service": "2001-02-03"})
    ran = codekit("run", "--format", "jsonl", stdin=f"{row}\n{row}\n")
    assert ran.exit_code == 0
    assert [codes(result) for result in lines(ran.stdout)] == [["T10.1"], ["T10.1"]]
    assert ran.stderr.count("no edition for date of service 2001-02-03") == 1
    assert codekit("run", "--date", "2001-02-03", stdin=ANKLE).exit_code == 2


def test_markup_in_a_note_is_printed_as_it_is(codekit: Codekit) -> None:
    ran = codekit("run", stdin="Assessment: sprain of [bold]right[/bold] ankle :smile: \x1b[31mred")
    assert ran.exit_code == 0
    assert "\x1b" not in ran.stdout
