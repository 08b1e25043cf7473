"""Chapters 18 to 21 and sections II to IV of the guidelines at work: injuries, causes, encounters, selection."""

from __future__ import annotations

import pytest

from codekit import Coder, Encounter, Note
from codekit.types import Setting


def codes(coder: Coder, text: str, setting: Setting = Setting.OUTPATIENT) -> list[str]:
    result = coder.code(Note(id="n", text=text, encounter=Encounter(setting=setting)))
    return [one.code for one in result.assignments]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Third degree burn of right thigh and second degree burn of right thigh.", ["T24.311A"]),
        ("First degree burn of left hand, second degree burn of right foot.", ["T25.221A", "T23.102A"]),
        ("Burns over 15% TBSA.", ["T31.10"]),
    ],
)
def test_burns_are_coded_to_the_highest_degree_of_a_site(coder: Coder, text: str, expected: list[str]) -> None:
    assert codes(coder, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Infected left knee prosthesis.", "T84.54XA"),
        ("Painful pacemaker.", "T82.847A"),
        ("Central line infection.", "T80.219A"),
        ("UTI due to Foley catheter.", "T83.511A"),
    ],
)
def test_a_complication_of_a_device_stands_first(coder: Coder, text: str, expected: str) -> None:
    assert codes(coder, text)[0] == expected


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("Fell down stairs: sprain of left ankle.", "W10.9XXA"),
        ("Cat bite of left forearm.", "W55.01XA"),
        ("Concussion after a motor vehicle accident.", "V89.2XXA"),
        ("Slipped and fell: contusion of right knee.", "W01.0XXA"),
    ],
)
def test_what_caused_an_injury_stands_behind_it(coder: Coder, text: str, cause: str) -> None:
    found = codes(coder, text)
    assert found[-1] == cause
    assert found[0].startswith("S")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Screening for diabetes.", ["Z13.1"]),
        ("Contact with HIV.", ["Z20.6"]),
        ("Here for colostomy closure.", ["Z43.3"]),
        ("Here for tetanus vaccination.", ["Z23"]),
        ("Follow-up after treatment for breast cancer, no recurrence.", ["Z08", "Z85.3"]),
        ("Follow-up for kidney stones, resolved.", ["Z09", "Z87.442"]),
        ("Aftercare following right hip replacement for osteoarthritis.", ["Z47.1", "Z96.641"]),
        ("Observation for suspected heart attack, ruled out.", ["Z03.89"]),
        ("Well baby check, normal.", ["Z00.129"]),
        ("Awaiting liver transplant.", ["Z76.82"]),
    ],
)
def test_the_reason_for_an_encounter_is_coded_and_not_its_object(coder: Coder, text: str, expected: list[str]) -> None:
    assert codes(coder, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Status post liver transplant. Rejection of liver transplant.", ["T86.41"]),
        ("Heart transplant rejection; heart transplant status.", ["T86.21"]),
    ],
)
def test_a_status_is_not_coded_beside_its_complication(coder: Coder, text: str, expected: list[str]) -> None:
    assert codes(coder, text) == expected


@pytest.mark.parametrize("text", ["s/p right mastectomy", "Status post mastectomy, right"])
def test_a_breast_removed_is_no_injury(coder: Coder, text: str) -> None:
    assert codes(coder, text) == ["Z90.11"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cough and fever. Assessment: pneumonia.", ["J18.9"]),
        ("Flank pain. Discharge diagnosis: pyelonephritis.", ["N12"]),
        ("Headache. Discharge diagnosis: migraine.", ["G43.909"]),
    ],
)
def test_a_symptom_gives_way_to_the_diagnosis_that_explains_it(coder: Coder, text: str, expected: list[str]) -> None:
    assert codes(coder, text, Setting.INPATIENT) == expected


def test_a_symptom_that_no_diagnosis_explains_stays(coder: Coder) -> None:
    assert set(codes(coder, "Epistaxis.\n\nDischarge diagnosis: gout.", Setting.INPATIENT)) == {"R04.0", "M10.9"}
