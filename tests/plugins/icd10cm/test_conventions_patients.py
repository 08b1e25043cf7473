"""Chapters 12 to 17 of the guidelines at work: ulcers, fractures of weak bones, pregnancy, delivery, newborns."""

from __future__ import annotations

import pytest

from codekit import Coder, CodingResult, Encounter, Note
from codekit.types import Setting


def run(coder: Coder, text: str, setting: Setting = Setting.INPATIENT) -> CodingResult:
    return coder.code(Note(id="n", text=text, encounter=Encounter(setting=setting)))


def codes(coder: Coder, text: str, setting: Setting = Setting.INPATIENT) -> list[str]:
    return [one.code for one in run(coder, text, setting).assignments]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Stage 2 pressure ulcer of sacrum and stage 3 pressure ulcer of right heel.", {"L89.152", "L89.613"}),
        ("Decubitus ulcers: left elbow stage 4, right ankle unstageable.", {"L89.024", "L89.510"}),
        ("Left heel pressure injury, stage 1 on arrival, worsened to stage 2.", {"L89.621", "L89.622"}),
        ("Pressure ulcers of both hips, stage 2.", {"L89.212", "L89.222"}),
    ],
)
def test_each_pressure_ulcer_has_its_site_and_stage(coder: Coder, text: str, expected: set[str]) -> None:
    assert {code for code in codes(coder, text) if code.startswith("L89")} == expected


@pytest.mark.parametrize("text", ["Pressure ulcer of left heel, healed. Gout.", "Healed sacral decubitus ulcer. Gout."])
def test_a_healed_ulcer_is_not_coded(coder: Coder, text: str) -> None:
    assert codes(coder, text) == ["M10.9"]


@pytest.mark.parametrize(
    ("bone", "code"),
    [
        ("left humerus", "M80.022A"),
        ("shaft of right femur", "M80.051A"),
        ("lower end of left radius", "M80.032A"),
        ("lumbar vertebra", "M80.08XA"),
    ],
)
def test_a_fracture_in_osteoporosis_is_pathological(coder: Coder, bone: str, code: str) -> None:
    assert codes(coder, f"Age-related osteoporosis. Closed fracture of {bone} after tripping on a rug.")[0] == code


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("asthma", ["O99.512", "J45.909"]),
        ("obesity", ["O99.212", "E66.9"]),
        ("hypothyroidism", ["O99.282", "E03.9"]),
        ("migraine", ["O99.352", "G43.909"]),
        ("iron deficiency anemia", ["O99.012", "D50.9"]),
        ("essential hypertension", ["O10.012"]),
        ("type 2 diabetes", ["O24.112", "E11.9"]),
        ("opioid dependence", ["O99.322", "F11.20"]),
    ],
)
def test_a_condition_of_a_pregnant_patient_is_coded_to_chapter_15(
    coder: Coder, condition: str, expected: list[str]
) -> None:
    found = codes(coder, f"Pregnant, 22 weeks. {condition.capitalize()}.")
    assert [code for code in found if code != "Z3A.22"] == expected
    assert "Z3A.22" in found


def test_an_incidental_pregnancy_takes_the_place_of_chapter_15(coder: Coder) -> None:
    found = codes(coder, "Sprain of left ankle. Pregnancy is incidental to this visit, asthma.", Setting.OUTPATIENT)
    assert "Z33.1" in found
    assert not any(code.startswith("O") for code in found)


@pytest.mark.parametrize(
    ("text", "first", "others"),
    [
        ("Normal spontaneous vaginal delivery at 40 weeks, single liveborn.", "O80", {"Z37.0", "Z3A.40"}),
        ("Postpartum hemorrhage after vaginal delivery, liveborn infant.", "O72.1", {"Z37.0"}),
    ],
)
def test_a_delivery_has_its_outcome(coder: Coder, text: str, first: str, others: set[str]) -> None:
    found = codes(coder, text)
    assert found[0] == first
    assert others <= set(found)


@pytest.mark.parametrize(
    ("control", "code"), [("diet", "O24.410"), ("diet and insulin", "O24.414"), ("diet and metformin", "O24.415")]
)
def test_gestational_diabetes_says_how_it_is_controlled(coder: Coder, control: str, code: str) -> None:
    found = codes(coder, f"Gestational diabetes at 29 weeks, treated with {control}.", Setting.OUTPATIENT)
    assert found[0] == code
    assert not any(one.startswith("Z79") for one in found)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Newborn, vaginal delivery in this hospital.", "Z38.00"),
        ("Newborn twin, delivered by cesarean in this hospital.", "Z38.31"),
        ("Newborn, born at home.", "Z38.1"),
    ],
)
def test_the_birth_stands_first_on_a_newborn_record(coder: Coder, text: str, code: str) -> None:
    found = codes(coder, f"{text} Neonatal jaundice.")
    assert found[0] == code
    assert not any(one.startswith(("O", "Z37", "Z3A")) for one in found)


def test_the_birth_weight_stands_before_the_weeks(coder: Coder) -> None:
    assert codes(coder, "Preterm newborn, 31 weeks gestation, birth weight 1300 g.") == ["P07.15", "P07.34"]
