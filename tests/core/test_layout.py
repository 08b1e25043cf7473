"""Layout: what states nothing gives no code and is dropped with its reason; boxes and answers say yes or no."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codekit.pipeline.coder import Coder
from codekit.text.layout import LineKind
from codekit.text.reader import read_sentences
from codekit.text.tables import english
from codekit.types import Encounter, Note, Setting


def unstated(marked: str) -> LineKind | None:
    start = marked.index("<")
    text = marked.replace("<", "", 1).replace(">", "", 1)
    return english().lay_out(text).unstated(start, marked.index(">") - 1)


@pytest.mark.parametrize(
    ("marked", "kind"),
    [
        ("<EMERGENCY> DEPARTMENT NOTE\nHe coughs.", LineKind.TITLE),
        ("Seen.\nAllergy and <Asthma> Consultation Report\n", LineKind.TITLE),
        ("PATIENT NAME: John <Gout>\nDOB: 1/1/2000", LineKind.FIELD),
        ("Attending: A. <Graves>  DOB: 1/1/2000", LineKind.FIELD),
        ("Electronically signed by Mary <Burns>, MD", LineKind.SIGNATURE),
        ("Call your doctor if you have <chest pain>.", LineKind.EDUCATION),
        ("Assessment (copied from 1/1/2025): <Gout>.", LineKind.COPIED),
        ("Seen by Dr. <Graves> for cough.", LineKind.PERSON),
        ("Referred to the <Heart Failure> Clinic.", LineKind.PLACE),
        ("He lives on <Burns> Road.", LineKind.PLACE),
        ("Center for <Asthma> and Allergy", LineKind.PLACE),
        ("He lives in Biloxi, <MS> with his wife.", LineKind.STATE),
        ("Moved from Flint, <MI> last spring", LineKind.STATE),
        ("Re: <Cramp>, Albert", LineKind.PERSON),
        ("<Huntington>, George, MD", LineKind.PERSON),
        ("Mary <Burns>, RN", LineKind.PERSON),
        ("Asthma is a disease of the airways; <cough> is common.", LineKind.GENERAL),
        ("Symptoms of a clot include <pain>.", LineKind.GENERAL),
        ("Possible complications: <stroke>, death", LineKind.LISTED),
        ("WHEN TO CALL\n- <fever>\n- chills", LineKind.LISTED),
        ("Glucose 92 (<diabetes> >= 126)", LineKind.RANGE),
        ("<Stroke> volume 70 mL", LineKind.PHRASE),
        ('He read the novel "<Cholera>".', LineKind.WORK),
        ("<Gout> ______  Ulcers ______", LineKind.BLANK),
        ("Any of these? (circle one) <gout>", LineKind.BLANK),
        ("Obesity <(HCC)>", LineKind.MARK),
        ("<Asthma>: ____", LineKind.BLANK),
        ("<Asthma> (Y/N)", LineKind.BLANK),
        ("Admitted to [**<Burns> Hospital**] for cough", LineKind.BLANK),
    ],
)
def test_what_states_nothing_is_labelled(marked: str, kind: LineKind) -> None:
    assert unstated(marked) is kind


@pytest.mark.parametrize(
    "marked",
    [
        "Name: A. Smith  Diagnosis: <asthma>",
        "Seen at Mercy Hospital for <pneumonia>.",
        "Vaginal <birth> in hospital",
        "Dr. Smith saw her for <gout>.",
        "Gout. Call if worse. <Asthma>.",
        "He presented to the clinic with <asthma>.",
        "Report of <gout> in his brother",
        "<Hepatocellular carcinoma> (HCC) of the liver",
        "Past: hypertension, stroke, <MI>, asthma",
        "Acute Kidney <Injury>, MD aware",
        "She was told that it can be caused by her <asthma>.",
        "Complications: <stroke>",
        "CKD stage 3 (<hypertension>)",
        "He got <pneumonia> in the hospital.",
        "ASSESSMENT\n- <fever>",
    ],
)
def test_what_is_stated_beside_it_is_not(marked: str) -> None:
    assert unstated(marked) is None


def things(text: str) -> list[str]:
    """Give the words in front of each thing, and the thing."""
    return [f"{text[: one.start].strip()}|{text[one.head : one.end]}" for one in english().lay_out(text).things]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stroke scale", ["stroke|scale"]),
        ("diabetes clinic", ["diabetes|clinic"]),
        ("depression rating scales", ["depression|rating scales"]),
        ("fall risk score", ["fall|score"]),
        ("Pneumonia Severity Score", ["|Score"]),
        ("sleep apnea (OSA) questionnaire", ["sleep apnea|questionnaire"]),
        ("seizure-free", ["seizure|free"]),
        ("SIRS 0/4", ["SIRS|0/4"]),
        ("pain: 0", ["pain|0"]),
        ("pain 0.5", []),
        ("on 0700", []),
        ("depression. Scale", []),
        ("pneumonia, clinic today", []),
        ("hepatitis panel positive", []),
    ],
)
def test_a_disease_gives_its_name_to_things(text: str, expected: list[str]) -> None:
    assert things(text) == expected


def answers(text: str) -> list[tuple[str, bool]]:
    return [(text[one.start : one.end].strip(" ?:|"), one.stated) for one in english().lay_out(text).answers]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[x] Gout\n[ ] Asthma", [("Gout", True), ("Asthma", False)]),
        ("- [X] Gout  - [ ] Asthma", [("Gout  -", True), ("Asthma", False)]),
        ("☐ Gout ☑ Asthma ☒ Anemia", [("Gout", False), ("Asthma", True), ("Anemia", True)]),
        ("Asthma: No\nGout: yes", [("Asthma", False), ("Gout", True)]),
        ("Do you have asthma?  N\nGout? Y", [("Do you have asthma", False), ("Gout", True)]),
        ("Asthma: [ ] Yes [x] No", [("Asthma", False)]),
        ("Asthma: ☒ yes ☐ no", [("Asthma", True)]),
        ("Asthma: [ ] Yes [ ] No", []),
        ("Condition\tYes\tNo\nGout\tX\t\nAsthma\t\tX", [("Gout", True), ("Asthma", False)]),
        ("| Condition | Yes | No |\n| Gout | x | |\n| Asthma | | x |", [("Gout", True), ("Asthma", False)]),
        ("gout no, asthma no", [("gout", False), ("asthma", False)]),
        ("malaria - no; hepatitis - n", [("malaria", False), ("hepatitis", False)]),
        ("Gout? no  Asthma? no", [("Gout", False), ("Asthma", False)]),
        ("Gout: [n]  Asthma: [n]", [("Gout", False), ("Asthma", False)]),
        ("Gout [no], asthma (no)", [("Gout", False), ("asthma", False)]),
        ("Gout: never / never", [("Gout", False)]),
        ("Condition | Yes | No\nGout |  | X", [("Gout", False)]),
        ("HIV positive", []),
        ("no gout, asthma", []),
        ("Assessment: No acute distress", []),
        ("Plan: yes to surgery", []),
    ],
)
def test_boxes_and_questions_are_answered(text: str, expected: list[tuple[str, bool]]) -> None:
    assert [one for one in answers(text) if one[0] != "Condition"] == expected


@pytest.mark.parametrize(
    ("text", "stay"),
    [
        ("HOSPITAL COURSE: He did well.", True),
        ("Discharge Summary\nHe did well.", True),
        ("ED COURSE: fine\nHOSPITAL COURSE: fine", True),
        ("DISCHARGE DIAGNOSES:\n1. Gout", True),
        ("EMERGENCY DEPARTMENT NOTE\nDischarge diagnosis: gout", False),
        ("Assessment: gout", False),
        ("Seen after his discharge summary came.", False),
    ],
)
def test_the_kind_of_document_tells_a_stay(text: str, stay: bool) -> None:
    assert english().is_stay(text) is stay


def test_a_setting_that_is_not_given_is_inferred_and_the_result_says_so(coder: Coder) -> None:
    text = "HOSPITAL COURSE: Uneventful.\nDISCHARGE DIAGNOSES:\n1. Probable pneumonia"
    inferred = coder.code(text)
    assert [one.code for one in inferred.assignments] == ["J18.9"]
    assert "setting-inferred" in {one.rule for one in inferred.findings}
    given = coder.code(Note(id="n", text=text, encounter=Encounter(setting=Setting.OUTPATIENT)))
    assert given.assignments == ()
    assert "setting-inferred" not in {one.rule for one in given.findings}


def test_what_states_nothing_is_dropped_with_its_reason(coder: Coder) -> None:
    result = coder.code("EMERGENCY DEPARTMENT NOTE\nPATIENT NAME: John Gout\nAssessment:\n[ ] Asthma\n[x] Anemia")
    assert [one.code for one in result.assignments] == ["D64.9"]
    assert {one.code: one.reason for one in result.dropped} == {
        None: "it stands in the title of a document",
        "M10": "it stands in a field of the letterhead",
        "J45.909": "the note says that it is absent",
    }


def test_marks_and_blanks_are_no_words() -> None:
    (sentence,) = read_sentences("obesity (HCC) and ___ disease", english())
    assert {"obesity", "hepatocellular", "disease"} & {token.word for token in sentence.tokens} == {"obesity"}


@given(st.text(st.sampled_from("[](){}xX☐☑|:?\n\t .;_*aNoYesDrHC"), max_size=300))
@settings(max_examples=150, deadline=None)
def test_labels_and_answers_lie_in_order_within_any_text(text: str) -> None:
    layout = english().lay_out(text)
    for spans in (layout.labels, layout.answers, layout.things):
        assert all(0 <= one.start < one.end <= len(text) for one in spans)
        ends = [one.end for one in spans]
        assert ends == sorted(ends)


@pytest.mark.parametrize(
    "part",
    [
        "[ ] gout ",
        "[ ] gout\n",
        "Asthma: No. ",
        "Dr. A ",
        "_",
        " ",
        "a: ",
        "Clinic ",
        "copied from ",
        "copied from a\n",
        "A B, ",
        "stroke rating scale ",
        "symptoms of ",
        "risks: a\n- ",
        "a 0 (",
        "in A, MI ",
        'read "',
    ],
)
def test_long_notes_are_laid_out(part: str) -> None:
    assert english().lay_out(part * 5_000).unstated(-1, 0) is None
