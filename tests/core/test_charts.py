"""Several documents of one encounter, coded together: one coordinate system, and evidence that names its document."""

from __future__ import annotations

from datetime import date

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_coder import NOTES

from codekit import Chart, Coder, CodingResult, Document, Encounter, Note
from codekit.pipeline.reading import ChartReading
from codekit.serialize import result_to_dict
from codekit.types import Course, Evidence, Setting

INPATIENT = Encounter(setting=Setting.INPATIENT, age=64)


def chart_of(*texts: str, encounter: Encounter = INPATIENT) -> Chart:
    documents = tuple(Document(id=f"d{number}", text=text) for number, text in enumerate(texts, start=1))
    return Chart(id="stay", documents=documents, encounter=encounter)


def everything_quoted(result: CodingResult) -> list[Evidence]:
    asked = [*result.queries, *(edit.query for edit in result.edits if edit.query)]
    quoted = [one.evidence for one in (*result.assignments, *result.dropped)]
    return [each for evidence in (*quoted, *(query.indicators for query in asked)) for each in evidence]


@given(data=st.data(), texts=st.lists(st.text(max_size=40), max_size=6))
@settings(deadline=None)
def test_every_span_within_a_document_leads_back_to_it(data: st.DataObject, texts: list[str]) -> None:
    reading = ChartReading.of(chart_of(*texts))
    assert [note.text for note in reading.notes] == texts
    for number, (base, text) in enumerate(zip(reading.bases, texts, strict=True), start=1):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, len(text)))
        assert reading.place(base + start, base + end) == (f"d{number}", start, end)
        assert reading.note.text[base + start : base + end] == text[start:end]


@given(texts=st.lists(st.text(min_size=1, max_size=9), min_size=2, max_size=4))
def test_no_span_belongs_to_two_documents(texts: list[str]) -> None:
    reading = ChartReading.of(chart_of(*texts))
    with pytest.raises(ValueError, match="one document"):
        reading.place(reading.bases[1] - 1, reading.bases[1] + 1)
    with pytest.raises(ValueError, match="one document"):
        reading.place(0, len(reading.note.text) + 1)


@given(text=NOTES, setting=st.sampled_from(Setting))
@settings(max_examples=40, deadline=None)
def test_a_note_is_a_chart_of_one_document(coder: Coder, text: str, setting: Setting) -> None:
    note = Note(id="n", text=text, encounter=Encounter(setting=setting))
    assert coder.code_chart(Chart.of(note)) == coder.code(note)


@given(texts=st.lists(NOTES, max_size=3))
@settings(max_examples=40, deadline=None)
def test_whatever_the_documents_every_quotation_stands_where_it_says(coder: Coder, texts: list[str]) -> None:
    chart = chart_of(*texts)
    by_id = {document.id: document.text for document in chart.documents}
    result = coder.code_chart(chart)
    assert result.note_id == "stay"
    for each in everything_quoted(result):
        assert by_id[each.document][each.start : each.end] == each.text
    for condition in result.conditions:
        assert [condition.first, condition.last] == [
            condition.statements[0].document,
            condition.statements[-1].document,
        ]
        for one in condition.statements:
            assert by_id[one.document][one.mention.start : one.mention.end] == one.mention.text
    ids = {condition.id for condition in result.conditions}
    assert all(ids.issuperset(one.conditions) for one in result.assignments)
    assert coder.code_chart(chart) == result


def test_the_same_condition_in_two_documents_is_one_code_with_the_evidence_of_both(coder: Coder) -> None:
    result = coder.code_chart(chart_of("Assessment:\n1. Gout\n", "Discharge diagnosis:\n1. Psoriasis\n2. Gout\n"))
    evidence = {one.code: [(each.document, each.text) for each in one.evidence] for one in result.assignments}
    assert evidence == {"M10.9": [("d1", "Gout"), ("d2", "Gout")], "L40.9": [("d2", "Psoriasis")]}


def test_what_two_documents_state_is_combined(coder: Coder) -> None:
    apart = chart_of("Assessment:\n1. Essential hypertension\n", "Assessment:\n1. Heart failure\n")
    assert [one.code for one in coder.code_chart(apart).assignments] == ["I11.0", "I50.9"]


def test_a_document_ends_what_is_said_in_it(coder: Coder) -> None:
    result = coder.code_chart(chart_of("Family History", "Assessment:\n1. Gout\n"))
    assert [one.code for one in result.assignments] == ["M10.9"]


def test_a_condition_is_followed_over_the_documents(coder: Coder) -> None:
    result = coder.code_chart(
        chart_of(
            "Assessment:\n1. Possible pneumonia\n2. Chronic kidney disease\n",
            "Assessment:\n1. Pneumonia\n",
            "Assessment:\n1. Chronic kidney disease stage 4\n2. Mother had gout\n",
        )
    )
    followed = {one.row: (one.first, one.last, one.course, len(one.statements)) for one in result.conditions}
    assert followed == {"J18": ("d1", "d2", Course.CONFIRMED, 2), "N18.4": ("d1", "d3", Course.CONFIRMED, 2)}
    ids = {one.id: one.row for one in result.conditions}
    assert {one.code: [ids[each] for each in one.conditions] for one in result.assignments if one.conditions} == {
        "J18.9": ["J18"],
        "N18.4": ["N18.4"],
    }


def test_a_wide_row_is_of_none_of_several_narrow_ones(coder: Coder) -> None:
    text = "Assessment:\n1. Sprain of the left ankle\n2. Sprain of the right ankle\n3. Ankle sprain\n"
    rows = {one.row: len(one.statements) for one in coder.code(text).conditions}
    assert rows == {"S93.402": 1, "S93.401": 1, "S93.4": 1}


def test_an_unnamed_side_is_that_of_the_only_one_named(coder: Coder) -> None:
    text = "Assessment:\n1. Sprain of the left ankle\n2. Ankle sprain\n"
    assert {one.row: len(one.statements) for one in coder.code(text).conditions} == {"S93.402": 2}


def test_a_document_keeps_what_is_known_of_it() -> None:
    one = Document(id="d", text="secret", kind="discharge summary", day=date(2026, 5, 4), author="attending")
    assert "secret" not in repr(one)
    with pytest.raises(ValueError, match="same id"):
        Chart(id="stay", documents=(one, attrs.evolve(one, text="other")))


def test_a_chart_without_documents_has_no_codes(coder: Coder) -> None:
    assert coder.code_chart(Chart(id="stay", documents=())).assignments == ()


def test_evidence_names_its_document_in_the_json(coder: Coder) -> None:
    data = result_to_dict(coder.code_chart(chart_of("Fine.", "Assessment:\n1. Gout\n")))
    assert [one["evidence"] for one in data["assignments"]] == [
        [{"document": "d2", "start": 15, "end": 19, "text": "Gout"}]
    ]
    (single,) = result_to_dict(coder.code("Assessment:\n1. Gout\n"))["assignments"]
    assert single["evidence"] == [{"document": "", "start": 15, "end": 19, "text": "Gout"}]
