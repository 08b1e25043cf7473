"""What notes state: shorthand, histories that are not over, codes that the author wrote, misspelled diseases."""

from __future__ import annotations

import pytest

from codekit import Coder
from codekit.types import Encounter, Note, Setting, Status


def codes(coder: Coder, text: str, setting: Setting = Setting.OUTPATIENT) -> set[str]:
    """Give the codes of what a note states of the patient, reported or not."""
    found = coder.trace(Note(id="n", text=text, encounter=Encounter(setting=setting))).tentative
    return {each.code for one in found for each in one.draft}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Assessment: htn dm2 hld", {"I10", "E11.9", "E78.5"}, id="a list in small letters"),
        pytest.param("Assessment: HTN/HLD/DM2", {"I10", "E11.9", "E78.5"}, id="slashes"),
        pytest.param("Assessment: HTN/gout", {"I10", "M10.9"}, id="slashes, one of them a word"),
        pytest.param("1. CKD4", {"N18.4"}, id="a glued digit"),
        pytest.param("1. CKD-3b", {"N18.32"}, id="a digit behind a hyphen"),
        pytest.param("1. AKI on CKD3", {"N17.9", "N18.30"}, id="one on another"),
        pytest.param("1. AHRF 2/2 COPD exac", {"J96.01", "J44.1"}, id="due to"),
        pytest.param("1. L NOF", {"S72.002A"}, id="side and site"),
        pytest.param("ALL OTHER SYSTEMS ARE NEGATIVE.", set[str](), id="a word in capitals"),
        pytest.param("We will add all to the list.", set[str](), id="words that are abbreviations in capitals"),
        pytest.param(
            "Type 2 diabetes without complications, hypertension, asthma", {"E11.9", "I10", "J45.909"}, id="list"
        ),
    ],
)
def test_shorthand_is_read(coder: Coder, text: str, expected: set[str]) -> None:
    assert codes(coder, text) == expected


@pytest.mark.parametrize(
    ("text", "setting", "expected"),
    [
        pytest.param("PMH: history of COPD.", Setting.OUTPATIENT, {"J44.9"}, id="chronic"),
        pytest.param("PMH: history of HTN, hypothyroidism.", Setting.OUTPATIENT, {"I10", "E03.9"}, id="a list"),
        pytest.param("PMH: history of pneumonia.", Setting.OUTPATIENT, {"Z87.01"}, id="acute"),
        pytest.param("PMH: history of breast cancer.", Setting.OUTPATIENT, {"Z85.3"}, id="cancer"),
        pytest.param("PMH: history of stroke.", Setting.OUTPATIENT, {"Z86.73"}, id="stroke"),
        pytest.param("PMH: history of gout.", Setting.OUTPATIENT, {"Z87.39"}, id="gout comes and goes"),
        pytest.param("PMH: childhood asthma.", Setting.OUTPATIENT, {"Z87.09"}, id="said to be over"),
        pytest.param("1. Pneumonia, resolved", Setting.INPATIENT, {"J18.9"}, id="resolved within the stay"),
        pytest.param("1. Pneumonia, resolved", Setting.OUTPATIENT, {"Z87.01"}, id="resolved before the visit"),
        pytest.param("Past medical history: pneumonia, resolved.", Setting.INPATIENT, {"Z87.01"}, id="before the stay"),
    ],
)
def test_a_history_may_be_that_of_the_present(coder: Coder, text: str, setting: Setting, expected: set[str]) -> None:
    assert codes(coder, text, setting) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Dx: I10, E11.9, J44.9", {"I10", "E11.9", "J44.9"}, id="codes alone"),
        pytest.param(
            "Problem List\nHTN [I10]\nDiabetes with neuropathy [E11.42]", {"I10", "E11.42"}, id="beside words"
        ),
        pytest.param("1. Hypertension (E11.9)", {"I10"}, id="the words say otherwise"),
        pytest.param("1. E03.9 Hypothyroidism", {"E03.9"}, id="in front"),
        pytest.param(
            "Problem List\nDiabetes, type 2, with neuropathy [E11.42]", {"E11.42"}, id="commas in front of it"
        ),
        pytest.param("Problem List\nNo asthma [J45.909]", set[str](), id="denied"),
        pytest.param("Assessment: Gout. Seen in room I10.", {"M10.9"}, id="no code"),
        pytest.param("Assessment: Gout [X99.99]", {"M10.9"}, id="not of the edition"),
    ],
)
def test_codes_that_the_author_wrote_are_evidence(coder: Coder, text: str, expected: set[str]) -> None:
    assert codes(coder, text) == expected


def test_a_code_that_its_words_contradict_is_told(coder: Coder) -> None:
    result = coder.code("1. Hypertension (E11.9)")
    assert [(one.code, one.reason) for one in result.dropped] == [("E11.9", "its words were read as I10")]


def test_a_misspelled_disease_is_found_and_reviewed(coder: Coder) -> None:
    result = coder.code("1. Type 2 diabetis mellitus\n2. Hypertention\n3. Pnuemonia\n")
    assert {one.code: one.status for one in result.assignments} == dict.fromkeys(
        ("E11.9", "I10", "J18.9"), Status.REVIEW
    )
