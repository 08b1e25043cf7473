"""What of a note is coded: uncertain diagnoses, history, family history, and conditions that always are.

Source: NHS National Clinical Coding Standards ICD-10 5th Edition (2020), general coding standards and guidance; WHO
ICD-10 Volume 2 (2016), sections 4.4.1 and 4.4.2; titles of the WHO's blocks Z80-Z87.
"""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import (
    CHECK,
    CHOOSE,
    COMBINE,
    SAID,
    Assertion,
    DraftCode,
    Edit,
    Example,
    Severity,
    explained_by,
    rule,
)
from codekit_icd10_uk import checks
from codekit_icd10_uk.conventions.case import Case
from codekit_icd10_uk.sources import standards, volume_2
from codekit_icd10_uk.tables import comorbidities, histories, symptoms

_GENERAL = "General Coding Standards and Guidance"
_TYPES, _NO_TYPE = ("E10", "E11", "E12", "E13"), "E14"
_URINE = "N39.0"
_UROSEPSIS = ("sepsis of urinary origin", "urinary tract infection without sepsis")


@rule(
    "uncertain-diagnosis",
    says="What is only possible or suspected is not coded; what is probable, presumed or treated as such is.",
    source=standards(f"{_GENERAL}: absence of a definitive diagnosis"),
    stage=SAID,
    examples=[
        Example("Cough, possible pneumonia.", gives="R05", without="J18.9 R05"),
        Example("Diagnosis: ?gout", without="M10.9"),
        Example("Suspected gout.", without="M10.9"),
        Example("Probable pneumonia.", gives="J18.9"),
        Example("Presumed pneumonia.", gives="J18.9"),
    ],
)
def uncertain(case: Case) -> Iterator[Edit]:
    """Leave out what is only possible; its symptoms are coded instead."""
    for one in case.draft:
        if one.assertion is Assertion.POSSIBLE:
            yield case.drop(one.code, "the note only calls it possible; code what it says of symptoms and findings")


@rule(
    "comorbidity",
    says="Some conditions are always relevant and coded on every episode.",
    source=standards(f"{_GENERAL}: co-morbidities"),
    stage=SAID,
    codes=[root for _, roots in comorbidities() for root in roots],
    examples=[
        Example(
            "Past medical history: hypertension.\n\nDiagnosis: acute appendicitis.",
            gives="K35.8 I10",
            reports="comorbidity",
        ),
        Example("Past medical history: COPD.\n\nDiagnosis: gout.", gives="M10.9 J44.9", reports="comorbidity"),
        Example("Diagnosis: hypertension, gout.", gives="I10 M10.9"),
        Example("Past medical history: breast cancer.\n\nDiagnosis: gout.", gives="M10.9 Z85.3"),
    ],
)
def always_coded(case: Case) -> Iterator[Edit]:
    """Say which conditions are coded because they matter on every episode: the note tells them as history only."""
    for one in case.draft:
        name = checks.comorbidity(case.edition, one.code)
        if name and case.only_history(one):
            yield case.flag(one.code, f"{name}: coded on every episode, wherever the note tells it")


@rule(
    "history",
    says="A past condition is coded as history, or not at all.",
    source=standards(f"{_GENERAL}: history of"),
    stage=SAID,
    codes=[code for pair in histories("personal") for code in pair],
    # The index navigator looks a past condition up as history, so that what comes here was found by something else.
    examples=[
        Example(codes="C50.9", assertion=Assertion.HISTORICAL, gives="Z85.3", without="C50.9"),
        Example(codes="I21.9", assertion=Assertion.HISTORICAL, gives="I25.2", without="I21.9"),
        Example(codes="R51", assertion=Assertion.HISTORICAL, without="R51"),
        Example(codes="J44.9", assertion=Assertion.HISTORICAL, gives="J44.9"),
        Example(codes="Z86.7", assertion=Assertion.HISTORICAL, gives="Z86.7"),
        Example(codes="C50.9", gives="C50.9"),
    ],
)
def history(case: Case) -> Iterator[Edit]:
    """Give a past condition the code for its history, if there is one, and leave it out otherwise."""
    for one in case.draft:
        past = one.assertion is Assertion.HISTORICAL and one.code[0] != "Z"
        if past and not checks.comorbidity(case.edition, one.code):
            yield _told(case, one.code, "personal", "the condition is past")


@rule(
    "family-history",
    says="A condition of the family is coded as family history, or not at all.",
    source=standards(f"{_GENERAL}: history of"),
    stage=SAID,
    codes=[code for pair in histories("family") for code in pair],
    examples=[
        Example(codes="J45.9", assertion=Assertion.FAMILY, gives="Z82.5", without="J45.9"),
        Example(codes="C50.9", assertion=Assertion.FAMILY, gives="Z80.3", without="C50.9"),
        Example(codes="R51", assertion=Assertion.FAMILY, without="R51"),
        Example(codes="Z82.5", assertion=Assertion.FAMILY, gives="Z82.5"),
        Example(codes="J45.9", assertion=Assertion.HISTORICAL, gives="J45.9"),
    ],
)
def family_history(case: Case) -> Iterator[Edit]:
    """Give a condition of the family the code for family history, if there is one, and leave it out otherwise."""
    for one in case.draft:
        if one.assertion is Assertion.FAMILY and one.code[0] != "Z":
            yield _told(case, one.code, "family", "it is the family's condition")


def _told(case: Case, code: str, whose: str, reason: str) -> Edit:
    by = next((by for roots, by in histories(whose) if checks.under(case.edition, code, roots)), None)
    if by is not None and case.knows(by):
        return case.replace(code, by, f"{reason}: {by} says so")
    return case.drop(code, f"{reason}, and ICD-10 has no code for its history")


@rule(
    "explained-symptom",
    says="A symptom is not coded beside the diagnosis that explains it.",
    source=volume_2("4.4.3, rule MB3"),
    stage=SAID,
    codes=[code for row in symptoms() for codes in row for code in codes],
    examples=[
        Example("Chest pain. Acute myocardial infarction.", gives="I21.9", without="I21.9 R07.4"),
        Example(codes="R10.4 R11 K35.8", gives="K35.8", without="K35.8 R10.4 R11"),
        Example(codes="R31 N20.0", gives="N20.0", without="N20.0 R31"),
        Example(codes="R56.8 G40.9", gives="G40.9", without="R56.8 G40.9"),
        Example(codes="R05 M10.9", gives="M10.9 R05"),
        Example("Chest pain, possible myocardial infarction.", gives="R07.4"),
        Example("Past medical history: COPD.\n\nDiagnosis: cough.", gives="R05 J44.9"),
    ],
)
def explained_symptoms(case: Case) -> Iterator[Edit]:
    """Leave out a symptom beside the diagnosis that explains it; what the note lists as history explains none."""
    for one in case.draft:
        diagnosis = next((each for each in explained_by(case, one, symptoms()) if _explains(case, each)), None)
        if diagnosis is not None:
            yield case.drop(one.code, f"{diagnosis.code} explains it")


def _explains(case: Case, one: DraftCode) -> bool:
    return one.assertion is Assertion.PRESENT and not checks.is_symptom(one.code) and not case.only_history(one)


@rule(
    "more-specific-code",
    says="An unspecified code gives way to a code of its category that says more.",
    source=volume_2("4.4.3, rule MB4"),
    stage=CHOOSE,
    examples=[
        Example("Heart failure. Congestive heart failure.", gives="I50.0", without="I50.9 I50.0"),
        Example(codes="E11.9 E11.4", gives="E11.4", without="E11.9 E11.4"),
        Example(codes="G40.9 G40.3", gives="G40.3", without="G40.9 G40.3"),
        Example(codes="J45.9 J44.9", gives="J45.9 J44.9"),
        Example(codes="I50.0 I50.1", gives="I50.0 I50.1"),
        Example(codes="C34.9 C34.1", gives="C34.9 C34.1"),
    ],
)
def general_codes(case: Case) -> Iterator[Edit]:
    """Leave out an unspecified code beside one of its category that says more."""
    for one in case.draft:
        title = case.edition.get(one.code).title.lower()
        open_ = one.code[4:5] == "9" and any(words in title for words in ("unspecified", "without complications"))
        better = [other.code for other in case.draft if other.code[:3] == one.code[:3] and other.code[4:5] != "9"]
        # Of injuries, neoplasms and external causes there may well be two.
        if open_ and better and one.code[0] in "ABEFGHIJKLMNOPQ":
            yield case.drop(one.code, f"{better[0]} of the same category says more")


@rule(
    "type-of-diabetes",
    says="A complication of diabetes is coded to the type that the note names.",
    source=volume_2("4.4.3, rule MB4"),
    stage=COMBINE,
    codes=[*_TYPES, _NO_TYPE],
    examples=[
        Example("Diabetic ketoacidosis. Type 1 diabetes mellitus.", gives="E10.1", without="E14.1 E10.9"),
        Example(codes="E14.1 E11.9", gives="E11.1", without="E14.1 E11.9"),
        Example(codes="E14.1 E10.9 E11.9", gives="E14.1 E10.9 E11.9"),
        Example(codes="E14.1", gives="E14.1"),
    ],
)
def type_of_diabetes(case: Case) -> Iterator[Edit]:
    """Give a complication of diabetes the type that the note names elsewhere, where it names one."""
    types = {one.code[:3] for one in case.under(*_TYPES)}
    for one in case.under(_NO_TYPE) if len(types) == 1 else ():
        by = f"{min(types)}{one.code[3:]}"
        if case.knows(by):
            yield case.replace(one.code, by, f"the note names the type of diabetes: {min(types)}")


@rule(
    "urosepsis-clarified",
    says="Urosepsis is clarified with the clinician.",
    source="WHO ICD-10 Volume 3 (2016), Urosepsis",
    stage=CHECK,
    after=["closed-unless-open"],
    codes=[_URINE],
    examples=[
        Example("Urosepsis.", gives="A41.9", reports="urosepsis-clarified", asks="urosepsis"),
        Example("Urosepsis due to E. coli.", gives="A41.9 B96.2", reports="urosepsis-clarified", asks="urosepsis"),
        Example("Sepsis. Urinary tract infection.", gives="A41.9 N39.0"),
    ],
)
def urosepsis(case: Case) -> Iterator[Edit]:
    """Ask what "urosepsis" means: sepsis, or an infection of the urinary tract alone."""
    for one in case.draft:
        if any("urosepsis" in each.text.lower() for each in one.evidence):
            yield case.ask(one, "urosepsis", _UROSEPSIS, "the word stands for sepsis and for a urinary tract infection")
            message = f"urosepsis may be sepsis or a urinary tract infection alone ({_URINE}); ask which it was"
            yield case.flag(one.code, message, severity=Severity.WARNING)
