"""`codekit update`: what a person and a scheduler get to see."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Codekit

pytestmark = pytest.mark.usefixtures("home")

TOY = Path(__file__).parents[1] / "thirdparty/codekit-toy/codekit_toy.csv"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    path = tmp_path / "toy.csv"
    rows = "II,More toys,chapter,,no,,\nT90,Bite of toy dog,category,II,yes,Bite,\n"
    path.write_text(TOY.read_text("utf-8") + rows, encoding="utf-8")
    return path


def default_of(codekit: Codekit) -> str | None:
    label: str | None = json.loads(codekit("editions", "list", "--format", "json").stdout)["default"]
    return label


def test_a_person_sees_the_checks_the_changes_and_what_to_do_next(codekit: Codekit, release: Path) -> None:
    done = codekit("update", release, "--approve")
    assert done.exit_code == 4, done.output
    label = done.stdout.split()[0]
    assert f"`codekit --system toy editions use {label}` makes it the default" in done.stdout
    assert "codes: 2 added" in done.stdout
    assert "diff.html" in done.stdout
    assert "contract   passed" in done.stdout
    assert "not approved" in codekit("editions", "list").stdout
    assert default_of(codekit) is None
    codekit("editions", "use", label)
    assert default_of(codekit) == label
    assert "not approved" not in codekit("editions", "list").stdout
    again = codekit("--quiet", "update", release)
    assert (again.exit_code, again.stderr) == (0, "")
    assert "nothing is newer than the default edition" in again.stdout


def test_what_of_two_editions_cannot_be_compared_is_told(
    codekit: Codekit, release: Path, odd: Callable[..., None]
) -> None:
    odd("terms=terms)", "terms=terms, derived_index=rows[-1]['title'].startswith('Bite'))")
    release.write_text(release.read_text("utf-8").replace("toy", "odd"), encoding="utf-8")
    done = codekit("update", release, "--format", "json", system="odd")
    assert [one.partition(":")[0] for one in json.loads(done.stdout)["not_compared"]] == ["index"]


@pytest.mark.parametrize("content", ["", "{broken\n", '{"id": "a"}\n'])
def test_cases_of_which_none_can_be_read_are_no_check_that_passes(
    codekit: Codekit, release: Path, tmp_path: Path, content: str
) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(content, encoding="utf-8")
    done = codekit("update", release, "--cases", cases)
    assert done.exit_code == 2
    assert "no note in it can be read" in done.stderr
    assert default_of(codekit) is None


def test_a_case_that_cannot_be_read_is_told_and_the_others_are_coded(
    codekit: Codekit, release: Path, tmp_path: Path
) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"id": "a", "text": "Sprain of right ankle."}\n{"id": "b"}\n', encoding="utf-8")
    done = codekit("update", release, "--cases", cases, "--format", "json")
    assert done.exit_code == 0
    assert "cases.jsonl:2: $.text" in done.stderr
    checks = {one["name"]: one["detail"] for one in json.loads(done.stdout)["checks"]}
    assert checks["cases"] == "1 saved notes were coded"
