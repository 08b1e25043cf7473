"""Everyday words name no disease by themselves, and nothing is coded that the note does not state."""

from __future__ import annotations

import pytest

from codekit import Coder, CodingResult
from codekit.plugin import Lexicon
from codekit.text.tables import english
from codekit.types import Status


def codes(result: CodingResult) -> list[str]:
    return [one.code for one in result.assignments]


@pytest.mark.parametrize(
    "text",
    [
        "The patient was lying down on the table.",
        "Blood pressure cuff applied. The pin was removed and the wound closed.",
        "HISTORY AND PHYSICAL",
        "EMERGENCY DEPARTMENT NOTE",
        "Fit and well, up and down all day; the fifth visit. Cross tabs filed.",
        "pre op, dress warmly, see pt in er",
        "Aortic valve and tympanic membranes seen.",
    ],
)
def test_everyday_words_name_no_disease(coder: Coder, text: str) -> None:
    assert codes(coder.code(text)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Assessment: Down syndrome.", "Q90.9"),
        ("Assessment: Pressure ulcer of the sacrum, stage 2.", "L89.152"),
        ("Assessment: Adjustment disorder.", "F43.20"),
        ("Assessment: Knee pain.", "M25.569"),
    ],
)
def test_with_the_words_for_illness_they_do(coder: Coder, text: str, expected: str) -> None:
    assert expected in codes(coder.code(text))


def test_alone_in_a_line_of_diagnoses_an_everyday_word_is_for_a_reader(coder: Coder) -> None:
    (one,) = coder.code("Assessment: Stress.").assignments
    assert (one.code, one.status) == ("Z73.3", Status.REVIEW)
    assert any("everyday English" in reason.detail for reason in one.reasons)
    assert codes(coder.code("Stress.")) == []


def test_everyday_words_are_no_part_of_an_index() -> None:
    layer = Lexicon(everyday=frozenset(("gout",)))
    assert layer.over(english()).for_titles.digest == english().for_titles.digest


@pytest.mark.parametrize(
    ("text", "expected", "never"),
    [
        ("Assessment: Hernia.", "K46.9", "K46.0"),
        ("Assessment: Pain.", "R52", "G89.11"),
        ("Assessment: Nephropathy.", "N28.9", "N08"),
        ("Assessment: Cytomegalovirus infection.", "B25.9", "P35.1"),
        ("Assessment: Bladder tumor.", "D49.4", "C67.9"),
        ("Assessment: Concussion with loss of consciousness.", "S06.0X9A", "S06.0X0A"),
        ("Assessment: Dislocation of right shoulder.", "S43.004A", "M24.411"),
        ("Assessment: Glomerulonephritis.", "N05.9", "N05.1"),
        ("Assessment: Otitis externa.", "H60.90", "H60.60"),
        ("Assessment: Stress incontinence.", "N39.3", "N39.42"),
        ("Assessment: Recurrent right inguinal hernia.", "K40.91", "K40.90"),
        ("Assessment: Right heart failure.", "I50.810", "I50.814"),
    ],
)
def test_a_qualifier_that_is_not_stated_is_not_assumed(coder: Coder, text: str, expected: str, never: str) -> None:
    assert codes(coder.code(text)) == [expected]
    assert never not in codes(coder.code(text))


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ("Exam:\nAdnexa normal, cervix closed.", None, ""),
        ("Assessment: Aspiration.", "J69.0", "pneumonia"),
    ],
)
def test_an_entry_for_another_condition_is_dropped_with_the_word_that_is_missing(
    coder: Coder, text: str, code: str | None, word: str
) -> None:
    result = coder.code(text)
    assert result.assignments == ()
    if code is not None:
        assert [one.code for one in result.dropped if f"“{word}”" in one.reason] == [code]


def test_what_an_entry_says_beyond_the_note_is_for_a_reader(coder: Coder) -> None:
    (one,) = coder.code("Assessment: Carpal tunnel, right.").assignments
    assert one.code == "G56.01"
    (other,) = coder.code("Assessment: Serous otitis.").assignments
    assert other.status is not Status.READY
    assert "review: the note does not say “media”" in [reason.detail for reason in other.reasons]


def test_equal_entries_are_a_question_with_the_others_as_alternatives(coder: Coder) -> None:
    result = coder.code("Assessment:\n1. Small ventricular septal defect")
    (one,) = result.assignments
    assert one.status is not Status.READY
    assert {one.code, *(each.code for each in one.alternatives)} >= {"I51.0", "Q21.0"}
    (query,) = [each for each in result.queries if each.topic == "the condition meant"]
    assert set(query.options) >= {"Cardiac septal defect, acquired", "Ventricular septal defect"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The patient has diverticulosis.", "K57.90", id="a word for its place"),
        pytest.param("He has a strain of the right hip.", "S76.011A", id="a word for what is hurt"),
        pytest.param("She has right leg cellulitis.", "L03.115", id="its place in front"),
        pytest.param("He has necrotizing fasciitis.", "M72.6", id="a name that begins like an abbreviation"),
    ],
)
def test_prose_is_read_with_what_its_words_imply(coder: Coder, text: str, expected: str) -> None:
    assert codes(coder.code(f"Assessment: {text}")) == [expected]


def test_what_is_only_implied_names_nothing(coder: Coder) -> None:
    assert codes(coder.code("Assessment: The left eardrum is intact.")) == []
