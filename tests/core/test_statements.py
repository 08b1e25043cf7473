"""Statements that are the classification's own words lead to their row; what only holds such words is read as ever."""

from __future__ import annotations

import pytest

from codekit import Coder, CodingResult, Note
from codekit.pipeline.evidence_extractor import RulesEvidenceExtractor
from codekit.types import NoteKind, Severity, Status

# Weeks and a body mass index say nothing alone, a place or an activity of which nothing is stated is never coded.
EXPLAINED = ("Z3A.", "Z68.", "Y92.9", "Y93.9", "Y99.9")


def codes(result: CodingResult) -> list[str]:
    return [one.code for one in result.assignments]


def test_titles_lead_to_their_codes_and_to_nothing_unrelated(coder: Coder) -> None:
    rows = [row for row in coder.edition.codes() if row.assignable and not row.code.startswith(EXPLAINED)][::499]
    got = {row.code: codes(coder.code(f"Assessment: {row.title}.")) for row in rows}
    assert len(rows) > 100
    assert {code: given for code, given in got.items() if code not in given} == {}
    assert [code for code, given in got.items() if {one[:3] for one in given} != {code[:3]}] == []


def test_inclusion_terms_lead_to_their_row(coder: Coder) -> None:
    stated = [
        (row.code, note.text)
        for row in coder.edition.codes()
        for note in row.notes
        if note.kind is NoteKind.INCLUSION_TERM and row.code[0] not in "VWXYZ"
    ][::211]
    lost = [code for code, text in stated if not any(one.startswith(code) for one in codes(coder.code(f"1. {text}")))]
    assert len(stated) > 40
    assert len(lost) <= len(stated) * 0.03


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("Assessment: Umbilical hernia without obstruction or gangrene.", "K42.9", id="without"),
        pytest.param("Assessment: Personal history of malignant neoplasm of breast.", "Z85.3", id="history of"),
        pytest.param("Assessment: Family history of malignant neoplasm of breast.", "Z80.3", id="family history of"),
        pytest.param("Diagnosis: Essential (primary) hypertension", "I10", id="behind a label"),
        pytest.param("Assessment:\n1. Cough variant asthma\n2. Tinea pedis", "J45.991", id="a list item"),
        pytest.param("Assessment: TYPE 2 DIABETES MELLITUS WITHOUT COMPLICATIONS", "E11.9", id="capitals"),
        pytest.param("Assessment: Bipolar disorder, current episode depressed, moderate.", "F31.32", id="a comma"),
    ],
)
def test_cues_and_joints_within_a_title_are_part_of_it(coder: Coder, text: str, code: str) -> None:
    assert code in codes(coder.code(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Family History: Cough variant asthma.", id="a relative's"),
        pytest.param("Assessment: No cough variant asthma.", id="more than the title"),
        pytest.param("Assessment: Asthma.", id="one word"),
        pytest.param("Assessment: HTN.", id="one abbreviation"),
        pytest.param("Patient education: Cough variant asthma.", id="told to the patient"),
    ],
)
def test_what_is_no_whole_statement_of_the_author_is_read_as_ever(coder: Coder, text: str) -> None:
    found = RulesEvidenceExtractor(coder.searcher.index).extract(coder.read(Note(id="n", text=text)))
    assert not any(one.stated for one in found)


def test_other_readings_of_a_title_give_way_to_it_with_what_became_of_them(coder: Coder) -> None:
    title = "Monoplegia of lower limb following cerebral infarction affecting left dominant side"
    result = coder.code(f"Assessment: {title}.")
    assert codes(result) == ["I69.342"]
    assert [(one.code, one.reason) for one in result.dropped] == [("G83.1", "its words were read as I69.342")]


def test_what_never_stands_alone_waits_for_an_answer_where_its_title_is_stated(coder: Coder) -> None:
    result = coder.code("Assessment: Fall from playground swing, initial encounter.")
    (one,) = result.assignments
    assert (one.code, one.status) == ("W09.1XXA", Status.QUERY)
    assert [(found.rule, found.severity) for found in result.findings] == [("never-first", Severity.ERROR)]


def test_words_in_another_order_are_no_statement_of_the_title(coder: Coder) -> None:
    index = coder.searcher.index
    words = coder.edition.lexicon.canonical("Essential (primary) hypertension")
    assert [(one.code, one.exact) for one in index.stated(words)] == [("I10", True)]
    assert index.stated(words[::-1]) == ()


def test_what_stands_behind_an_absent_thing_is_no_part_of_it(coder: Coder) -> None:
    assert codes(coder.code("No stones; bile duct dilated.")) == []
    assert codes(coder.code("No pneumonia; asthma.")) == ["J45.909"]


def test_the_heading_of_a_block_names_no_condition(coder: Coder) -> None:
    assert codes(coder.code("Assessment: Cerebrovascular disease.")) == ["I67.9"]
