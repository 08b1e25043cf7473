"""The conventions at work: short notes of our own through all four steps."""

from __future__ import annotations

import pytest

from codekit import Coder, CodingResult, Encounter, Note
from codekit.types import Action, Severity


def run(coder: Coder, *problems: str, past: str = "") -> CodingResult:
    lines = "\n".join(f"{number}. {problem}" for number, problem in enumerate(problems, start=1))
    history = f"Past medical history: {past}\n\n" if past else ""
    return coder.code(Note(id="n", text=f"{history}Diagnosis:\n{lines}\n"))


def codes(result: CodingResult) -> list[str]:
    return [one.code for one in result.assignments]


def rules(result: CodingResult) -> dict[str | None, str]:
    return {one.code: one.rule for one in result.dropped}


@pytest.mark.parametrize(
    ("problems", "expected"),
    [
        (("Alzheimer's disease",), ["G30.9", "F00.9"]),
        (("Tuberculous meningitis", "Gout"), ["A17.0", "G01", "M10.9"]),
        (("Diabetic polyneuropathy", "Gout"), ["E14.4", "G63.2", "M10.9"]),
        (("Gout", "Diabetic polyneuropathy"), ["M10.9", "E14.4", "G63.2"]),
        (("Type 2 diabetes mellitus", "Gout", "Diabetic polyneuropathy"), ["E11.4", "G63.2", "M10.9"]),
        (("Diabetic polyneuropathy", "Gout", "Type 1 diabetes mellitus"), ["M10.9", "E10.4", "G63.2"]),
    ],
)
def test_dagger_and_asterisk_are_paired_and_adjacent(uk: Coder, problems: tuple[str, ...], expected: list[str]) -> None:
    result = run(uk, *problems)
    assert sorted(codes(result)) == sorted(expected)
    found = codes(result)
    asterisk = next(code for code in found if code in ("F00.9", "G01", "G63.2"))
    dagger = next(code for code in found if code in ("G30.9", "A17.0", "E14.4", "E11.4", "E10.4"))
    assert found.index(asterisk) == found.index(dagger) + 1


def test_each_complication_of_a_disease_has_its_dagger(uk: Coder) -> None:
    result = run(uk, "Type 2 diabetes mellitus", "Diabetic polyneuropathy", "Diabetic retinopathy")
    assert codes(result) == ["E11.4", "G63.2", "E11.3", "H36.0"]
    assert not any("failed" in one.message for one in result.findings)


def test_an_asterisk_code_never_stands_alone(uk: Coder) -> None:
    result = run(uk, "Myopathy in metabolic diseases")
    assert codes(result) == []
    assert rules(result) == {"G73.6": "asterisk-alone"}
    assert [query.topic for query in result.queries] == ["underlying disease"]


def test_an_asterisk_code_whose_dagger_no_list_names_is_left_with_a_warning(uk: Coder) -> None:
    result = run(uk, "Gout", "Myopathy in metabolic diseases")
    assert codes(result) == ["M10.9", "G73.6"]
    assert [(one.rule, one.severity) for one in result.findings] == [("asterisk-alone", Severity.WARNING)]


def test_diabetes_and_kidney_disease_stay_unlinked(uk: Coder) -> None:
    assert codes(run(uk, "Type 2 diabetes mellitus", "CKD stage 3", "Hypertension")) == ["E11.9", "N18.3", "I10"]


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        ("Fracture of neck of femur", "S72.00"),
        ("Closed fracture of neck of femur", "S72.00"),
        ("Open fracture of neck of femur", "S72.01"),
        ("Fracture of shaft of tibia", "S82.20"),
    ],
)
def test_a_fracture_has_its_fifth_character(uk: Coder, problem: str, code: str) -> None:
    result = run(uk, problem)
    assert codes(result) == [code]
    flagged = {one.rule for one in result.findings}
    assert flagged == (set() if "losed" in problem or "Open" in problem else {"closed-unless-open"})


@pytest.mark.parametrize("order", [("Severe sepsis", "Gout"), ("Gout", "Severe sepsis")])
def test_the_response_stands_straight_behind_its_sepsis(uk: Coder, order: tuple[str, ...]) -> None:
    found = codes(run(uk, *order))
    assert found[found.index("A41.9") + 1] == "R65.1"


def test_conditions_that_always_matter_are_coded_from_the_history(uk: Coder) -> None:
    result = run(uk, "Acute appendicitis", past="COPD, hypertension, atrial fibrillation, obesity, tonsillitis in 1990")
    assert codes(result) == ["K35.8", "J44.9", "I10", "I48.9", "E66.9"]
    flagged = [one for one in result.findings if one.rule == "comorbidity"]
    assert {code for one in flagged for code in one.codes} == {"J44.9", "I10", "I48.9", "E66.9"}
    assert {one.severity for one in flagged} == {Severity.INFO}


@pytest.mark.parametrize(
    ("problem", "kept"),
    [
        ("Probable pneumonia", True),
        ("Presumed pneumonia", True),
        ("Likely pneumonia", True),
        ("Possible pneumonia", False),
        ("Suspected pneumonia", False),
    ],
)
def test_what_the_author_goes_by_is_coded_and_what_is_possible_is_not(uk: Coder, problem: str, kept: bool) -> None:
    result = run(uk, problem)
    assert codes(result) == (["J18.9"] if kept else [])
    assert kept or rules(result)["J18.9"] == "uncertain-diagnosis"


def test_a_symptom_is_left_out_beside_what_explains_it(uk: Coder) -> None:
    result = run(uk, "Chest pain", "Acute myocardial infarction")
    assert codes(result) == ["I21.9"]
    assert rules(result) == {"R07.4": "explained-symptom"}


def test_a_symptom_that_nothing_explains_stands_behind_the_diagnosis(uk: Coder) -> None:
    result = run(uk, "Cough", "Gout")
    assert codes(result) == ["M10.9", "R05"]
    assert [edit.action for edit in result.edits if edit.rule == "main-condition"] == [Action.MOVE]


def test_history_has_codes_of_its_own(uk: Coder) -> None:
    assert codes(run(uk, "Gout", "History of breast cancer")) == ["M10.9", "Z85.3"]


def test_the_more_specific_code_wins(uk: Coder) -> None:
    result = run(uk, "Heart failure", "Congestive heart failure")
    assert codes(result) == ["I50.0"]
    assert rules(result) == {"I50.9": "more-specific-code"}


def test_every_edit_and_finding_cites_a_british_or_who_source(uk: Coder) -> None:
    result = run(uk, "Severe sepsis", "Fracture of neck of femur", "Alzheimer's disease", past="COPD")
    sources = {edit.source for edit in result.edits} | {one.source for one in result.findings}
    assert sources
    assert all(source.startswith(("WHO ICD-10", "NHS National Clinical Coding Standards")) for source in sources)


def test_the_result_meets_its_own_validation(uk: Coder) -> None:
    problems = ("Cough", "Fall", "Severe sepsis", "Fracture of neck of femur", "Diabetic polyneuropathy")
    result = run(uk, *problems, past="COPD, dementia")
    found = uk.system.validate(codes(result), uk.edition, Encounter())
    assert [one for one in found if one.severity is Severity.ERROR] == []
