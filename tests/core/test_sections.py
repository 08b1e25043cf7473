"""Sections: headings are found where notes put them, and no word between them is lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from codekit.text.sections import SectionKind
from codekit.text.tables import english

HEADINGS = ("Assessment:", "PLAN", "Past Medical History:", "Family history -", "ROS:", "**HPI**:", "Physical Exam")
NOTE_TEXT = st.one_of(
    st.text(max_size=200),
    st.lists(st.one_of(st.sampled_from(HEADINGS), st.text(max_size=20)), max_size=8).map("\n".join),
)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(section.kind, text[section.start : section.end].strip()) for section in english().split_sections(text)]


def test_a_note_without_headings_is_one_narrative() -> None:
    assert kinds("He coughs.\nHe sneezes.") == [(SectionKind.NARRATIVE, "He coughs.\nHe sneezes.")]


@pytest.mark.parametrize("text", ["", " ", "\n\n\t\n"])
def test_nothing_has_no_sections(text: str) -> None:
    assert english().split_sections(text) == []


def test_each_heading_opens_a_section_of_its_kind() -> None:
    text = (
        "Seen today.\nHISTORY OF PRESENT ILLNESS\nCough.\nPast Medical History: gout\n"
        "Family History:\nstroke\n\nAssessment and Plan:\n1. Bronchitis\n"
    )
    assert kinds(text) == [
        (SectionKind.NARRATIVE, "Seen today."),
        ("history_present", "Cough."),
        ("past_history", "gout"),
        ("family_history", "stroke"),
        ("assessment", "1. Bronchitis"),
    ]


@pytest.mark.parametrize("heading", ["Assessment:", "ASSESSMENT", "assessment :", "## Assessment", "**Assessment:**"])
def test_a_heading_may_be_written_in_several_ways(heading: str) -> None:
    text = f"Cough.\n{heading}\nBronchitis"
    assert [kind for kind, _ in kinds(text)] == [SectionKind.NARRATIVE, "assessment"]


@pytest.mark.parametrize(
    "text",
    [
        "Cough.\r\nASSESSMENT\r\nBronchitis",
        "Cough.\r\nAssessment:\r\nBronchitis",
    ],
)
def test_line_ends_of_windows_end_headings(text: str) -> None:
    assert [kind for kind, _ in kinds(text)] == [SectionKind.NARRATIVE, "assessment"]


def test_a_heading_may_start_a_sentence() -> None:
    assert ("plan", "rest") in kinds("She is well. Plan: rest")


@pytest.mark.parametrize(
    "text", ["The plan is to rest.", "Her assessment was normal.", "Planning: unclear", "He has a history of gout."]
)
def test_a_word_within_a_sentence_is_no_heading(text: str) -> None:
    assert [kind for kind, _ in kinds(text)] == [SectionKind.NARRATIVE]


@given(text=NOTE_TEXT)
@settings(max_examples=150, deadline=None)
@example(text="Plan:\nPlan:\nPlan:")
def test_sections_lie_in_order_within_the_note(text: str) -> None:
    sections = english().split_sections(text)
    assert all(0 <= section.start < section.end <= len(text) for section in sections)
    assert all(before.end <= after.start for before, after in pairwise(sections))


@given(lines=st.lists(st.sampled_from((*HEADINGS, "he coughs", "no fever", "", "x; y. z")), max_size=12))
@settings(max_examples=150, deadline=None)
def test_sections_cover_every_word_but_the_headings(lines: list[str]) -> None:
    text = "\n".join(lines)
    outside = uncovered(text)
    for heading in sorted(HEADINGS, key=len, reverse=True):
        outside = outside.replace(heading, "")
    assert not outside.strip(" \n*:-")


def uncovered(text: str) -> str:
    rest = list(text)
    for section in english().split_sections(text):
        rest[section.start : section.end] = " " * (section.end - section.start)
    return "".join(rest)


@pytest.mark.parametrize(
    "text",
    ["Assessment:\ngout\n" * 10_000, "history " * 10_000, "assessment" + " " * 100_000, "#" * 100_000],
    ids=["headings", "heading words", "spaces behind a heading", "marks"],
)
def test_long_notes_are_split(text: str) -> None:
    assert all(section.start < section.end for section in english().split_sections(text))


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("POSTOPERATIVE DIAGNOSES:", "diagnoses"),
        ("Final Impression:", "diagnoses"),
        ("Visit Diagnoses", "diagnoses"),
        ("[Hospital Problems]", "diagnoses"),
        ("ADMITTING IMPRESSION:", "admission_diagnoses"),
        ("Preoperative diagnosis:", "admission_diagnoses"),
        ("=== Brief Hospital Course ===", "hospital_course"),
        ("COURSE IN THE INTENSIVE CARE UNIT:", "hospital_course"),
        ("CORONARY RISK FACTORS:", "past_history"),
        ("FAMILY AND SOCIAL HISTORY:", "family_history"),
        ("ALLERGIES TO MEDICATIONS:", "allergies"),
        ("MEDICATIONS PRIOR TO ADMISSION:", "medications"),
        ("Indications For The Procedure:", "chief_complaint"),
        ("PROCEDURE IN DETAIL:", "procedure"),
        ("LABORATORY VALUES:", "results"),
        ("HEENT:", "exam"),
        ("EARS, NOSE, MOUTH AND THROAT:", "exam"),
        ("CONDITION OF THE BUILDING:", "other"),
        ("--- PLAN ---", "plan"),
    ],
)
def test_a_heading_is_told_by_its_form_and_by_its_words(heading: str, kind: str) -> None:
    assert [found for found, _ in kinds(f"Seen today.\n{heading}\nBronchitis")] == ["narrative", kind]


@pytest.mark.parametrize(
    "line",
    ["Family Medicine: he was seen", "Alcohol use.", "Chest Pain", "HEART FAILURE", "Gout: worse"],
)
def test_words_of_a_heading_alone_make_none(line: str) -> None:
    assert [kind for kind, _ in kinds(f"Seen today.\n{line}\nHe coughs.")] == ["narrative"]


def test_a_system_stays_what_it_stands_under() -> None:
    text = "ROS:\nHEENT: no cough\nPHYSICAL EXAM:\nNECK: supple\nASSESSMENT:\nCARDIOVASCULAR: heart failure"
    assert [kind for kind, _ in kinds(text)] == ["review_of_systems", "exam", "assessment"]


def test_problems_in_capitals_are_no_headings() -> None:
    assert kinds("ASSESSMENT:\nHYPERTENSION: stable\nALCOHOL ABUSE\nDRUG REACTION: resolved") == [
        ("assessment", "HYPERTENSION: stable\nALCOHOL ABUSE\nDRUG REACTION: resolved")
    ]


def test_headings_of_the_same_rank_end_a_list_of_problems() -> None:
    text = "POSTOPERATIVE DIAGNOSIS: gout\nASSESSMENT: gout\nDESCRIPTION OF PROCEDURE: first\n\nthen rest"
    assert kinds(text)[-1] == ("procedure", "first\n\nthen rest")
