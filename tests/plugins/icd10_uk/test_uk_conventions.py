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
    flagged = {one.rule for one in result.findings} - {"external-cause-missing"}
    assert flagged == (set() if "losed" in problem or "Open" in problem else {"closed-unless-open"})


@pytest.mark.parametrize(("cause", "rules"), [("Fall", set()), ("Gout", {"external-cause-missing"})])
def test_an_injury_asks_for_its_external_cause(uk: Coder, cause: str, rules: set[str]) -> None:
    result = run(uk, "Closed fracture of neck of femur", cause)
    assert {one.rule for one in result.findings} == rules


@pytest.mark.parametrize("order", [("Severe sepsis", "Gout"), ("Gout", "Severe sepsis")])
def test_the_response_stands_straight_behind_its_sepsis(uk: Coder, order: tuple[str, ...]) -> None:
    found = codes(run(uk, *order))
    assert found[found.index("A41.9") + 1] == "R65.1"


def test_conditions_that_always_matter_are_coded_from_the_history(uk: Coder) -> None:
    result = run(uk, "Acute appendicitis", past="COPD, hypertension, atrial fibrillation, obesity, tonsillitis in 1990")
    assert codes(result) == ["K35.8", "J44.9", "I10", "I48.9", "E66.9", "Z87.0"]
    flagged = [one for one in result.findings if one.rule == "comorbidity"]
    assert {code for one in flagged for code in one.codes} == {"J44.9", "I10", "I48.9", "E66.9"}
    assert {one.severity for one in flagged} == {Severity.INFO}


@pytest.mark.parametrize(
    ("problem", "kept"),
    [
        ("?pneumonia", False),
        ("? pneumonia", False),
        ("Pneumonia?", False),
        ("Pneumonia ?cause", True),
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


def test_what_the_history_lists_explains_no_symptom_and_is_not_the_main_condition(uk: Coder) -> None:
    found = codes(run(uk, "Syncope", past="atrial fibrillation, heart failure"))
    assert found == ["R55", "I48.9", "I50.9"]


def test_a_condition_of_every_episode_does_not_displace_a_symptom(uk: Coder) -> None:
    assert codes(run(uk, "Chest pain", "Hypertension")) == ["R07.4", "I10"]


def test_retention_of_urine_is_coded_beside_its_cause(uk: Coder) -> None:
    assert codes(run(uk, "Urinary retention", "Benign prostatic hyperplasia")) == ["N40", "R33"]


def test_a_result_of_history_alone_asks_for_the_main_condition(uk: Coder) -> None:
    result = uk.code(Note(id="n", text="Diagnosis: see letter.\n\nPast medical history: hypertension, COPD\n"))
    assert codes(result) == ["I10", "J44.9"]
    (finding,) = [one for one in result.findings if one.rule == "main-condition"]
    assert (finding.severity, finding.codes) == (Severity.WARNING, ("I10",))


def test_what_a_line_of_diagnoses_names_first_is_coded(uk: Coder) -> None:
    for text in (
        "Diagnosis: Visible haematuria, cause unknown\n",
        "Diagnosis:\n1. Visible haematuria, cause unknown\n",
    ):
        assert codes(uk.code(Note(id="n", text=text))) == ["R31"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Type 2 diabetes mellitus with polyneuropathy", ["E11.4", "G63.2"]),
        ("Type 1 diabetes with peripheral neuropathy and retinopathy", ["E10.4", "G63.2", "E10.3", "H36.0"]),
        ("Type 2 diabetes on insulin with retinopathy", ["E11.3", "H36.0"]),
        ("Polyneuropathy due to type 2 diabetes", ["E11.4", "G63.2"]),
        ("Type 2 diabetes. Polyneuropathy", ["E11.9", "G62.9"]),
        ("Type 2 diabetes without polyneuropathy", ["E11.9"]),
        ("Anaemia in chronic kidney disease stage 4", ["N18.4", "D63.8"]),
        ("Chronic kidney disease stage 4 with anaemia", ["N18.4", "D64.9"]),
        ("Dementia due to Parkinson's disease", ["G20", "F02.3"]),
    ],
)
def test_a_complication_is_linked_where_the_note_links_it(uk: Coder, text: str, expected: list[str]) -> None:
    assert codes(run(uk, text)) == expected


def test_a_complication_of_diabetes_takes_the_type_that_is_named(uk: Coder) -> None:
    assert codes(run(uk, "Diabetic ketoacidosis", "Type 1 diabetes mellitus")) == ["E10.1"]
    assert codes(run(uk, "Diabetic ketoacidosis")) == ["E14.1"]


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        ("Sepsis due to E. coli", ["A41.5", "B96.2"]),
        ("Neutropenic sepsis", ["A41.9", "D70"]),
        ("Acute asthma attack", ["J45.9"]),
        ("Grade 3 pressure ulcer", ["L89.2"]),
        ("Paracetamol overdose", ["T39.1"]),
        ("Alcohol withdrawal seizure", ["F10.3"]),
        ("Laceration of scalp", ["S01.0"]),
        ("Viral gastroenteritis", ["A08.4"]),
        ("Left MCA infarct", ["I63.9"]),
        ("CVA", ["I64"]),
        ("Stroke", ["I64"]),
        ("Cerebral infarction", ["I63.9"]),
    ],
)
def test_words_of_the_wards_lead_to_their_codes(uk: Coder, problem: str, expected: list[str]) -> None:
    assert codes(run(uk, problem)) == expected


def test_urosepsis_is_asked_about(uk: Coder) -> None:
    result = run(uk, "Urosepsis")
    assert [query.topic for query in result.queries] == ["urosepsis"]
    assert [one.severity for one in result.findings if one.rule == "urosepsis-clarified"] == [Severity.WARNING]


def test_septic_shock_asks_for_its_sepsis_and_stands_behind_it(uk: Coder) -> None:
    assert [one.rule for one in run(uk, "Septic shock").findings] == ["shock-without-sepsis"]
    result = run(uk, "Septic shock", "Sepsis due to E. coli")
    assert codes(result)[0] == "A41.5"
    assert result.findings == ()


def test_a_delivery_stands_behind_its_complications(uk: Coder) -> None:
    problems = ("Spontaneous vertex delivery", "Iron deficiency anaemia", "Second degree perineal tear")
    found = codes(run(uk, *problems))
    assert found == ["O70.1", "O80.0", "D50.9"]


def test_a_symptom_that_nothing_explains_stands_behind_the_diagnosis(uk: Coder) -> None:
    result = run(uk, "Cough", "Gout")
    assert codes(result) == ["M10.9", "R05"]
    assert [edit.action for edit in result.edits if edit.rule == "main-condition"] == [Action.MOVE]


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        ("History of breast cancer", "Z85.3"),
        ("History of prostate cancer", "Z85.4"),
        ("Previous myocardial infarction", "I25.2"),
        ("Ex-smoker", "Z86.4"),
        ("Family history of asthma", "Z82.5"),
        ("Family history of Parkinson's disease", "Z82.0"),
        ("Family history of glaucoma", "Z83.5"),
        ("Family history of rheumatoid arthritis", "Z82.6"),
    ],
)
def test_history_has_codes_of_its_own(uk: Coder, problem: str, code: str) -> None:
    assert codes(run(uk, "Gout", problem)) == ["M10.9", code]


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        ("History of COPD", "J44.9"),
        ("History of hypertension", "I10"),
        ("Previous depression", "Z86.5"),
        ("History of peptic ulcer disease", "Z87.1"),
    ],
)
def test_what_does_not_pass_is_coded_as_present(uk: Coder, problem: str, code: str) -> None:
    assert codes(run(uk, "Gout", problem)) == ["M10.9", code]


def test_an_ex_smoker_of_the_history_is_no_smoker(uk: Coder) -> None:
    assert "F17.1" not in codes(run(uk, "Gout", past="ex-smoker, hypertension"))


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
