"""Notes in, results out: whatever comes in is a note or a readable error."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codekit.errors import NoteError
from codekit.serialize import note_from_dict, result_to_dict
from codekit.types import (
    Action,
    Assignment,
    CodingResult,
    Dropped,
    Edit,
    Encounter,
    Evidence,
    Finding,
    Note,
    Query,
    Reason,
    Setting,
    Severity,
    Sex,
    Status,
)

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)
FIELDS = ("id", "text", "setting", "date_of_service", "age", "sex")


def test_a_full_note_is_read() -> None:
    data = {
        "id": 5,
        "text": "x",
        "setting": "INPATIENT",
        "date_of_service": "2026-02-28",
        "age": 0,
        "sex": "female",
        "other": [],
    }
    encounter = Encounter(setting=Setting.INPATIENT, date_of_service=date(2026, 2, 28), age=0, sex=Sex.FEMALE)
    assert note_from_dict(data, "line 1", Encounter()) == Note(id="5", text="x", encounter=encounter)


def test_what_a_note_does_not_say_comes_from_the_default() -> None:
    default = Encounter(setting=Setting.INPATIENT, age=40)
    note = note_from_dict({"text": "", "age": None, "sex": "male"}, "line 1", default)
    assert note == Note(id="line 1", text="", encounter=Encounter(setting=Setting.INPATIENT, age=40, sex=Sex.MALE))


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("age", 131, "$.age: expected an integer 0-130, got 131"),
        ("age", True, "$.age: expected an integer 0-130, got True"),
        ("age", "40", "$.age: expected an integer 0-130, got '40'"),
        ("sex", "f", "$.sex: expected 'female' or 'male', got 'f'"),
        ("setting", 3, "$.setting: expected 'inpatient' or 'outpatient', got 3"),
        ("date_of_service", "28/02/2026", "$.date_of_service: expected a date as YYYY-MM-DD, got '28/02/2026'"),
        ("id", ["x"], "$.id: expected a string or an integer, got an array"),
        ("text", None, "$.text: expected a string, got nothing"),
        ("text", "a\ud800", "$.text: holds half of a surrogate pair; expected Unicode text"),
    ],
)
def test_errors_name_the_path(field: str, value: object, message: str) -> None:
    with pytest.raises(NoteError) as caught:
        note_from_dict({"text": "x", field: value}, "line 1", Encounter())
    assert str(caught.value) == message


@given(JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, SCALARS)))
def test_any_json_is_a_note_or_a_note_error_that_does_not_quote_it(data: object) -> None:
    try:
        note = note_from_dict(data, "line 1", Encounter())
    except NoteError as error:
        text = data.get("text") if isinstance(data, dict) else None
        assert not (isinstance(text, str) and len(text) > 20 and text in str(error))
    else:
        assert isinstance(data, dict)
        assert note.text == data["text"]


def test_a_result_has_its_keys_in_order_and_rounded_confidences() -> None:
    evidence = (Evidence(start=0, end=1, text="Ω"),)
    finding = Finding(rule="r", severity=Severity.INFO, codes=("A",), message="m", source="s")
    result = CodingResult(
        note_id="n",
        system="toy",
        edition="1+a",
        assignments=(
            Assignment(
                code="A",
                title="T",
                rank=1,
                status=Status.REVIEW,
                confidence=1 / 3,
                evidence=evidence,
                reasons=(Reason(step="locate", detail="d"),),
            ),
        ),
        dropped=(Dropped(code=None, title="", step="locate", reason="none", evidence=evidence),),
        findings=(finding,),
        queries=(Query(topic="t", text="?", codes=("A",), source="s"),),
        edits=(Edit(rule="r", action=Action.FLAG, code="A", source="s", reason="b", finding=finding),),
    )
    data = result_to_dict(result)
    assert json.loads(json.dumps(data)) == data
    assert list(data) == [
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
    ]
    assert data["assignments"] == [
        {
            "code": "A",
            "title": "T",
            "rank": 1,
            "status": "review",
            "confidence": 0.3333,
            "evidence": [{"document": "", "start": 0, "end": 1, "text": "Ω"}],
            "reasons": [{"step": "locate", "detail": "d", "source": "", "rule": ""}],
            "modifiers": [],
            "units": 1,
            "alternatives": [],
            "basis": None,
            "conditions": [],
        }
    ]
    assert data["dropped"][0]["code"] is None
    assert data["findings"] == [data["edits"][0]["finding"]]
    assert data["queries"] == [
        {"topic": "t", "text": "?", "codes": ["A"], "source": "s", "indicators": [], "options": []}
    ]
