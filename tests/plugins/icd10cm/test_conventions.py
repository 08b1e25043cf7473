"""The conventions at work: short notes of our own through all four steps."""

from __future__ import annotations

import pytest

from codekit import Coder, CodingResult, Encounter, Note
from codekit.types import Action, Setting, Severity


def run(coder: Coder, *problems: str, setting: Setting = Setting.OUTPATIENT) -> CodingResult:
    lines = "\n".join(f"{number}. {problem}" for number, problem in enumerate(problems, start=1))
    return coder.code(Note(id="n", text=f"Assessment:\n{lines}\n", encounter=Encounter(setting=setting)))


def codes(result: CodingResult) -> list[str]:
    return [one.code for one in result.assignments]


def rules(result: CodingResult) -> dict[str | None, str]:
    return {one.code: one.rule for one in result.dropped}


@pytest.mark.parametrize(
    "words", ["Possible pneumonia", "Probable pneumonia", "Suspected pneumonia", "Rule out pneumonia"]
)
def test_an_uncertain_diagnosis_is_coded_for_inpatients_only(coder: Coder, words: str) -> None:
    outside, inside = (run(coder, words, setting=setting) for setting in (Setting.OUTPATIENT, Setting.INPATIENT))
    assert codes(outside) == []
    assert rules(outside)["J18.9"] == "uncertain-outpatient"
    (edit,) = (edit for edit in outside.edits if edit.rule == "uncertain-outpatient")
    assert "IV.H" in edit.source
    assert codes(inside) == ["J18.9"]


def test_a_certain_diagnosis_beside_an_uncertain_one_stays(coder: Coder) -> None:
    assert codes(run(coder, "Gout", "Possible pneumonia")) == ["M10.9"]


@pytest.mark.parametrize(
    "problems",
    [
        ("Pneumonia", "Possible pneumonia"),
        ("Possible pneumonia", "Pneumonia"),
    ],
)
def test_a_condition_called_possible_once_and_certain_once_is_certain(coder: Coder, problems: tuple[str, ...]) -> None:
    assert codes(run(coder, *problems)) == ["J18.9"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize(
    ("general", "detailed", "code", "dropped"),
    [
        ("Diabetes", "Type 2 diabetes with hyperglycemia", "E11.65", "E11.9"),
        ("Asthma", "Moderate persistent asthma with acute exacerbation", "J45.41", "J45.909"),
    ],
)
def test_the_highest_detail_wins(
    coder: Coder, general: str, detailed: str, code: str, dropped: str, order: tuple[int, int]
) -> None:
    result = run(coder, *((general, detailed)[at] for at in order))
    assert codes(result) == [code]
    assert rules(result) == {dropped: "highest-detail"}
    (edit,) = (edit for edit in result.edits if edit.rule == "highest-detail")
    assert "I.B.2" in edit.source


def test_two_sides_of_one_condition_are_no_matter_of_detail(coder: Coder) -> None:
    assert codes(run(coder, "Pain in the right hip", "Pain in the left hip")) == ["M25.551", "M25.552"]


def test_the_detail_of_one_side_does_not_drop_the_other_side(coder: Coder) -> None:
    result = run(coder, "Fracture of the lower end of the right radius", "Colles' fracture of the left radius")
    assert set(codes(result)) == {"S52.501A", "S52.532A"}


def test_excludes1_keeps_one_code_and_says_so(coder: Coder) -> None:
    result = run(coder, "Type 1 diabetes mellitus", "Type 2 diabetes mellitus")
    assert codes(result) == ["E10.9"]
    assert rules(result) == {"E11.9": "excludes1"}
    (finding,) = (one for one in result.findings if one.rule == "excludes1")
    assert (finding.severity, set(finding.codes)) == (Severity.WARNING, {"E10.9", "E11.9"})
    assert "note at E1" in finding.source
    assert [edit.action for edit in result.edits if edit.rule == "excludes1"] == [
        Action.FLAG,
        Action.QUERY,
        Action.DROP,
    ]


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        ("Pain in both hips", ["M25.551", "M25.552"]),
        ("Bilateral hip pain", ["M25.551", "M25.552"]),
        ("Bilateral wrist sprain, initial encounter", ["S63.501A", "S63.502A"]),
        ("Carpal tunnel syndrome, bilateral", ["G56.03"]),
        ("Otitis media, both ears", ["H66.93"]),
    ],
)
def test_both_sides_are_one_code_where_there_is_one_else_two(coder: Coder, problem: str, expected: list[str]) -> None:
    assert codes(run(coder, problem)) == expected


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        ("Carpal tunnel syndrome, left", "G56.02"),
        ("Pain in the right hip", "M25.551"),
        ("Hip pain", "M25.559"),
        ("Primary osteoarthritis of the right knee", "M17.11"),
        ("Breast cancer, left", "C50.912"),
    ],
)
def test_the_side_is_taken_from_the_note(coder: Coder, problem: str, code: str) -> None:
    assert codes(run(coder, problem)) == [code]


@pytest.mark.parametrize(
    "elsewhere", ["ROS: both ears ring.", "PMH: left knee replacement.", "Exam: right ear is normal."]
)
def test_the_side_of_another_part_of_the_body_is_not_taken(coder: Coder, elsewhere: str) -> None:
    assert codes(coder.code(f"Assessment:\n1. Hip pain\n\n{elsewhere}\n")) == ["M25.559"]


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        ("Sprain of right ankle", "S93.401A"),
        ("Sprain of right ankle, initial encounter", "S93.401A"),
        ("Sprain of right ankle, subsequent encounter", "S93.401D"),
        ("Sprain of right ankle, sequela", "S93.401S"),
        ("Closed fracture of right clavicle", "S42.001A"),
        ("Open fracture of right clavicle", "S42.001B"),
        ("Fracture of right clavicle, subsequent encounter, routine healing", "S42.001D"),
        ("Fracture of right clavicle, subsequent encounter, nonunion", "S42.001K"),
    ],
)
def test_the_encounter_is_taken_from_the_note(coder: Coder, problem: str, code: str) -> None:
    assert codes(run(coder, problem)) == [code]


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        ("Family history of breast cancer", "Z80.3"),
        ("Family history of diabetes", "Z83.3"),
        ("Family history of glaucoma", "Z83.511"),
        ("Status post kidney transplant", "Z94.0"),
        ("S/p liver transplant", "Z94.4"),
        ("Heart transplant status", "Z94.1"),
        ("History of breast cancer", "Z85.3"),
        ("History of kidney stones", "Z87.442"),
        ("Personal history of colonic polyps", "Z86.0100"),
        ("Former smoker", "Z87.891"),
    ],
)
def test_history_and_status_have_codes_of_their_own(coder: Coder, problem: str, code: str) -> None:
    assert codes(run(coder, problem)) == [code]


def test_a_denied_family_history_has_no_code(coder: Coder) -> None:
    assert codes(run(coder, "No family history of glaucoma")) == []


def test_an_operation_of_the_past_is_at_least_shown(coder: Coder) -> None:
    result = run(coder, "Status post appendectomy")
    assert [*result.assignments, *result.dropped]


@pytest.mark.parametrize("problems", [("Stage 3 chronic kidney disease", "Hypertensive chronic kidney disease")])
def test_what_must_be_coded_first_moves_to_the_front(coder: Coder, problems: tuple[str, ...]) -> None:
    result = run(coder, *problems)
    assert codes(result) == ["I12.9", "N18.30"]
    assert [edit.action for edit in result.edits if edit.code == "I12.9"] == [Action.KEEP, Action.MOVE]


def test_the_result_meets_its_own_validation(coder: Coder) -> None:
    result = run(
        coder,
        "Stage 3 chronic kidney disease",
        "Hypertensive chronic kidney disease",
        "Type 2 diabetes mellitus",
        "Type 1 diabetes mellitus",
        "Sprain of right ankle",
        "Gout",
        "Asthma",
    )
    errors = [
        one
        for one in coder.system.validate(codes(result), coder.edition, Encounter())
        if one.severity is Severity.ERROR
    ]
    assert errors == []


def test_dementia_in_alzheimers_disease_has_both_codes(coder: Coder) -> None:
    assert codes(run(coder, "Dementia in Alzheimer's disease")) == ["G30.9", "F02.80"]


def test_every_edit_names_its_rule_and_source(coder: Coder) -> None:
    result = run(
        coder, "Possible pneumonia", "Asthma", "Type 1 diabetes mellitus", "Type 2 diabetes mellitus", "Possible gout"
    )
    assert result.edits
    for edit in result.edits:
        assert edit.rule
        assert edit.reason
        assert coder.edition.release.version in edit.source
    for finding in result.findings:
        assert coder.edition.release.version in finding.source


def test_several_uncertain_codes_are_all_dropped(coder: Coder) -> None:
    result = run(coder, "Possible pneumonia", "Possible gout", "Possible psoriasis")
    assert codes(result) == []
    assert set(rules(result)) == {"J18.9", "M10.9", "L40.9"}


@pytest.mark.parametrize(
    ("problems", "expected"),
    [
        (("Hypertension", "Diastolic heart failure"), ["I11.0", "I50.30"]),
        (("Chronic kidney disease stage 2", "Hypertension"), ["I12.9", "N18.2"]),
        (("Type 1 diabetes mellitus", "Chronic kidney disease stage 4"), ["E10.22", "N18.4"]),
    ],
)
def test_presumed_links_are_one_code_in_front_of_its_detail(
    coder: Coder, problems: tuple[str, ...], expected: list[str]
) -> None:
    assert codes(run(coder, *problems)) == expected


def test_another_cause_breaks_the_presumed_link(coder: Coder) -> None:
    found = codes(run(coder, "Hypertension", "Chronic kidney disease stage 3a due to polycystic kidneys"))
    assert {"I10", "N18.31"} <= set(found)


def test_a_symptom_given_with_its_disease_is_part_of_it(coder: Coder) -> None:
    result = run(coder, "Acute bronchitis with cough")
    assert codes(result) == ["J20.9"]
    assert "integral-symptom" in {one.rule for one in result.dropped}


def test_a_symptom_of_its_own_stays(coder: Coder) -> None:
    assert set(codes(run(coder, "Acute bronchitis", "Headache"))) == {"J20.9", "R51.9"}
