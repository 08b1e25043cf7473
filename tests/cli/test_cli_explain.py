"""`codekit run --explain`: what a result rests on, condition by condition, as a coder reads it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import Result

pytestmark = pytest.mark.usefixtures("coder")  # it builds the edition

NOTE = """PAST MEDICAL HISTORY: Hypertension, CKD stage 4, type 2 diabetes on insulin.

FAMILY HISTORY: Mother had diabetes.

REVIEW OF SYSTEMS: Denies chest pain. Cough.

ASSESSMENT:
1. Hypertension.
2. Nonhealing diabetic ulcer of the right heel.
3. Frobnication of the left elbow.
4. Diabetes.

If he develops fever he is to return.
"""
HEADINGS = (
    "Reported ─",
    "Not reported ─",
    "Said to be absent ─",
    "Of no condition of the patient ─",
    "Rules that acted ─",
)
WIDE = 500
"""Columns in which nothing is wrapped."""

Explain = Callable[..., str]


@pytest.fixture
def explain(codekit: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> Explain:
    def call(note: str = NOTE, columns: int = WIDE) -> str:
        monkeypatch.setenv("COLUMNS", str(columns))
        return codekit("run", "--explain", "--setting", "inpatient", stdin=note, system="icd10cm").stdout

    return call


@pytest.fixture
def data(codekit: Callable[..., Result]) -> dict[str, Any]:
    ran = codekit("run", "--format", "json", "--setting", "inpatient", stdin=NOTE, system="icd10cm")
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def _statements(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (each for one in data["conditions"] for each in one["statements"])
    yield from data["statements"]


def test_what_is_reported_comes_first_and_what_is_of_no_condition_last(explain: Explain, data: dict[str, Any]) -> None:
    printed = explain()
    places = [printed.index(f"\n{heading}") for heading in HEADINGS]
    assert places == sorted(places)
    reported, left, denied, apart, _ = (
        printed[start:end] for start, end in zip(places, [*places[1:], len(printed)], strict=True)
    )
    ranks = [
        int(line.split()[1]) for line in reported.splitlines() if line.startswith("  reported") and "told" not in line
    ]
    assert sorted({*ranks}) == [one["rank"] for one in data["assignments"]]
    assert "R05  Cough" in left
    assert "“chest pain” negated in review of systems" in denied
    for text in ("“Frobnication of the left elbow” present in assessment", "“fever” hypothetical in "):
        assert text in apart


def test_everything_that_the_record_says_is_there_with_how_and_where(explain: Explain, data: dict[str, Any]) -> None:
    printed = explain()
    for one in _statements(data):
        said = f"“{one['text']}” {one['assertion']} in {one['section']}".replace("_", " ")
        assert f"{said}, {one['start']}-{one['end']}" in printed
        assert NOTE[one["start"] : one["end"]] == one["text"]


def test_everything_that_was_decided_is_there_with_its_rule(explain: Explain, data: dict[str, Any]) -> None:
    printed = explain()
    for one in data["assignments"]:
        assert f"{one['rank']}  {one['code']}  {one['title']}" in printed
        assert f"{one['basis']}".replace("_", " ") in printed
        for reason in one["reasons"][1:]:
            # How it is reported may be told with why a coder should look at it.
            doubts = [each["doubt"] for each in data["edits"] if each["reason"] == reason["detail"] and each["doubt"]]
            assert (doubts[0] if doubts else reason["detail"]) in printed
            assert reason["rule"] in printed
        for other in one["alternatives"]:
            assert f"{other['code']}  {other['title']}, {other['score']:.2f}" in printed
    for one in data["dropped"]:
        assert one["reason"] in printed or one["reason"] == "the note says that it is absent"  # a heading says that
        assert one["title"] in printed
    acted = printed[printed.index(HEADINGS[-1]) :]
    assert [line.split()[0] for line in acted.splitlines()[1:] if line[:1].strip()] == list(
        dict.fromkeys(one["rule"] for one in data["edits"])
    )


def test_a_code_of_several_conditions_is_told_once(explain: Explain) -> None:
    printed = explain("Assessment:\n1. Essential hypertension.\n2. Hypertensive heart disease.\n3. Heart failure.\n")
    line = "  reported  1  I11.0  Hypertensive heart disease with heart failure"
    assert [each for each in printed.splitlines() if each.startswith(line)] == [line, f"{line}, as told above"]


def test_a_relatives_condition_is_told_under_its_code(explain: Explain) -> None:
    printed = explain("DISCHARGE DIAGNOSES:\n1. Family history of colon cancer.\n")
    assert "\nZ80.0  Family history of malignant neoplasm of digestive organs\n" in printed
    assert "  reported  1  Z80.0  Family history of malignant neoplasm of digestive organs\n" in printed


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_no_line_is_longer_than_the_terminal(explain: Explain, columns: int) -> None:
    printed = explain(columns=columns)
    assert max(map(len, printed.splitlines())) <= columns
    assert printed == explain(columns=columns)
