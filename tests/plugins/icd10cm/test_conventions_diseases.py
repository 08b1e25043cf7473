"""Chapters 2 to 10 of the guidelines at work: neoplasms, diabetes, substances, pain, eyes, heart and lungs."""

from __future__ import annotations

import pytest

from codekit import Coder, Encounter, Note
from codekit.types import Setting, Sex


def codes(coder: Coder, text: str, setting: Setting = Setting.OUTPATIENT) -> list[str]:
    result = coder.code(Note(id="n", text=text, encounter=Encounter(setting=setting, sex=Sex.FEMALE)))
    return [one.code for one in result.assignments]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Stomach cancer metastatic to the liver.", ["C16.9", "C78.7"]),
        ("Thyroid cancer with bone metastases.", ["C73", "C79.51"]),
        ("Lung metastases from colon cancer.", ["C78.00", "C18.9"]),
        ("Brain metastases, originally from lung.", ["C79.31", "C34.90"]),
        ("Pleural metastasis, primary unknown.", ["C78.2", "C80.1"]),
        ("Metastatic melanoma to the brain.", ["C43.9", "C79.31"]),
    ],
)
def test_a_malignancy_is_coded_with_where_it_spread(coder: Coder, text: str, expected: list[str]) -> None:
    assert sorted(codes(coder, text)) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Ovarian cancer with liver metastasis. Admitted for resection of the liver metastasis.", "C78.7"),
        ("Gastric cancer. Here for chemotherapy.", "Z51.11"),
        ("Admitted for hypercalcemia due to lung cancer.", "E83.52"),
        ("Admitted for anemia due to rectal cancer.", "C20"),
    ],
)
def test_what_the_encounter_treats_stands_first(coder: Coder, text: str, first: str) -> None:
    assert codes(coder, text, Setting.INPATIENT)[0] == first


@pytest.mark.parametrize("text", ["Lung cancer, on chemotherapy.", "Breast cancer, receiving radiation therapy."])
def test_a_therapy_that_is_only_spoken_of_is_no_encounter(coder: Coder, text: str) -> None:
    assert not any(code.startswith("Z51") for code in codes(coder, text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Colon cancer, resected in 2017, no evidence of recurrence.", ["Z85.038"]),
        ("Rectal cancer, resected in June, receiving adjuvant chemotherapy.", ["C20"]),
        ("Chronic lymphocytic leukemia in remission.", ["C91.11"]),
        ("Multiple myeloma, relapsed.", ["C90.02"]),
    ],
)
def test_a_malignancy_is_history_only_when_gone_and_untreated(coder: Coder, text: str, expected: list[str]) -> None:
    assert codes(coder, text) == expected


@pytest.mark.parametrize("kind", ["1", "2"])
@pytest.mark.parametrize(
    ("partner", "suffix"),
    [("Gastroparesis.", ".43"), ("Peripheral neuropathy.", ".42"), ("Cataract.", ".36"), ("Hypoglycemia.", ".649")],
)
def test_diabetes_of_any_type_is_combined_with_what_it_causes(
    coder: Coder, kind: str, partner: str, suffix: str
) -> None:
    category = "E10" if kind == "1" else "E11"
    found = codes(coder, f"Type {kind} diabetes mellitus. {partner}")
    assert category + suffix in found
    assert f"{category}.9" not in found


def test_another_cause_keeps_a_condition_from_diabetes(coder: Coder) -> None:
    assert "E11.9" in codes(coder, "Type 2 diabetes mellitus. Peripheral neuropathy due to alcohol.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Obesity, BMI 33.", True), ("Migraine. BMI 33.", False), ("Underweight, BMI 16.", True)],
)
def test_body_mass_index_needs_a_weight_diagnosis(coder: Coder, text: str, expected: bool) -> None:
    assert any(code.startswith("Z68") for code in codes(coder, text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cocaine use, cocaine abuse and cocaine dependence.", ["F14.20"]),
        ("Heroin abuse. Heroin dependence.", ["F11.20"]),
        ("Mild alcohol use disorder in early remission.", ["F10.11"]),
        ("Severe cannabis use disorder.", ["F12.20"]),
        ("Alcohol dependence with withdrawal.", ["F10.239"]),
    ],
)
def test_one_pattern_of_use_of_a_substance_is_coded(coder: Coder, text: str, expected: list[str]) -> None:
    assert codes(coder, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Visit for pain management. Chronic pain due to lung cancer.", ["G89.3", "C34.90"]),
        ("Chronic pain due to fibromyalgia.", ["M79.7"]),
        ("Blindness of the left eye.", ["H54.62"]),
        ("Monoplegia of the right leg.", ["G83.11"]),
    ],
)
def test_pain_eyes_and_limbs(coder: Coder, text: str, expected: list[str]) -> None:
    assert codes(coder, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hypertension. Cardiomegaly.", ["I11.9"]),
        ("Hypertension. Chronic systolic heart failure. CKD stage 2.", ["I13.0", "I50.22", "N18.2"]),
        ("Hypertension. CKD stage 4, not due to hypertension.", ["I10", "N18.4"]),
        ("Treatment resistant hypertension.", ["I10", "I1A.0"]),
        ("Secondary hypertension due to primary hyperaldosteronism.", ["I15.2", "E26.09"]),
        ("Coronary artery disease. Angina pectoris.", ["I25.119"]),
        ("CAD. Unstable angina.", ["I25.110"]),
    ],
)
def test_hypertension_and_coronary_disease_are_combined(coder: Coder, text: str, expected: list[str]) -> None:
    assert codes(coder, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anterior wall STEMI 5 days ago.", ["I21.09"]),
        ("NSTEMI two months ago.", ["I25.2"]),
        ("Inferior STEMI one week ago, now NSTEMI.", ["I22.2", "I21.19"]),
        ("NSTEMI that evolved into a lateral wall STEMI.", ["I21.29"]),
        ("Type 2 MI due to acute blood loss anemia.", ["D62", "I21.A1"]),
    ],
)
def test_infarctions_are_coded_by_site_age_and_type(coder: Coder, text: str, expected: list[str]) -> None:
    assert codes(coder, text, Setting.INPATIENT) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COPD with pneumonia.", {"J44.0", "J18.9"}),
        ("Bronchiectasis. Acute bronchitis.", {"J47.0", "J20.9"}),
        ("Influenza A H3N2 with pneumonia.", {"J10.00"}),
        ("Possible H1N1 influenza.", {"J11.1"}),
        ("VAP due to Klebsiella pneumoniae.", {"J95.851", "B96.1"}),
        ("Acute respiratory failure with hypoxia and hypercapnia.", {"J96.01", "J96.02"}),
    ],
)
def test_lungs(coder: Coder, text: str, expected: set[str]) -> None:
    assert set(codes(coder, text, Setting.INPATIENT)) == expected


def test_a_query_names_each_stage_of_a_glaucoma_once(coder: Coder) -> None:
    queries = coder.code(Note(id="n", text="Primary open-angle glaucoma, right eye.")).queries
    options = [line for query in queries for line in query.text.splitlines() if line.startswith("- ")]

    assert options[:4] == ["- mild stage", "- moderate stage", "- severe stage", "- indeterminate stage"]
    assert len(options) == len(set(options))
