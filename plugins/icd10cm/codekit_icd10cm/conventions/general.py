"""Sections I.A and I.B of the guidelines, and what II.H, III.C and IV.H say of uncertain diagnoses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.plugin import (
    CHOOSE,
    COMBINE,
    ORDER,
    REPORT,
    SAID,
    Assertion,
    Basis,
    Case,
    Code,
    DraftCode,
    Edit,
    Example,
    NoteKind,
    Setting,
    Sex,
    rule,
)
from codekit_icd10cm import checks
from codekit_icd10cm.conventions import combinations

# Code points between a diagnosis and a symptom that the same few words give it.
_SAME_STATEMENT = 60
# Coded only when confirmed, for inpatients too: HIV (I.C.1.a.1), Zika (I.C.1.f.1), COVID-19 (I.C.1.g.1.a). A suspected
# influenza virus (I.C.10.c) has a code: see `suspected-influenza`.
_CONFIRMED_ONLY = ("B20", "Z21", "O98.7", "A92.5", "U07.1", "Z77-Z99")
# Hypertension and diabetes with what each is presumed to cause.
_COMBINED = ("I11-I13", "E08-E13")
_DEMENTIA, _DEMENTIA_OF_DISEASE = "F03", "F02"
# Of the diseases that F02 names, those of which dementia is the course; a thyroid or a vitamin may be beside it.
_DEMENTING = ("A81", "B20", "G10-G32")
_ACUTE, _CHRONIC = re.compile(r"\b(?:sub)?acute\b"), re.compile(r"\bchronic\b")


@rule(
    "uncertain-outpatient",
    says="An uncertain diagnosis is not coded for an outpatient.",
    sections=["IV.H"],
    stage=SAID,
    setting=Setting.OUTPATIENT,
    examples=[
        Example("Cough, suspected asthma.", gives="R05.9", without="J45.909"),
        Example("Rule out appendicitis. Right lower quadrant abdominal pain.", gives="R10.31", without="K37 R10.31"),
        Example("Possible pneumonia.", gives="", without="J18.9"),
        Example("Possible pneumonia.", gives="J18.9", setting=Setting.INPATIENT),
        Example("Pneumonia.", gives="J18.9"),
    ],
)
def uncertain_outpatient(case: Case) -> Iterator[Edit]:
    """Drop what an outpatient's note only calls possible."""
    for one in case.draft:
        if one.assertion is Assertion.POSSIBLE:
            reason = "the note only calls it possible, and an outpatient's uncertain diagnosis is not coded"
            yield case.drop(one.code, reason)


@rule(
    "confirmed-only",
    says="HIV, Zika and COVID-19 are coded only when confirmed, for inpatients too.",
    sections=["I.C.1.a.1", "I.C.1.f.1", "I.C.1.g.1.a"],
    stage=SAID,
    codes=[*_CONFIRMED_ONLY],
    setting=Setting.INPATIENT,
    examples=[
        Example("Fever. Suspected HIV infection.", gives="R50.9", without="B20"),
        Example("Possible HIV positive status. Hypertension.", gives="I10", without="Z21 I10"),
        Example("Probable HIV disease complicating childbirth.", gives="", without="O98.72", sex=Sex.FEMALE),
        Example("Fever. Possible Zika virus disease.", gives="R50.9", without="A92.5"),
        Example("Probable COVID-19. Cough.", gives="R05.9", without="U07.1 R05.9"),
        # A status is there or not.
        Example("Gout. Possible colostomy status.", gives="M10.9", without="M10.9 Z93.3"),
        Example("COVID-19.", gives="U07.1"),
        Example("Possible pneumonia.", gives="J18.9"),
    ],
)
def confirmed_only(case: Case) -> Iterator[Edit]:
    """Drop the few diseases that even an inpatient's code needs confirmed."""
    for one in case.under(*_CONFIRMED_ONLY):
        if one.assertion is Assertion.POSSIBLE:
            yield case.drop(one.code, "it is coded only when confirmed, and the note only calls it possible")


@rule(
    "combination-reported",
    says="A combination code is reported with a condition that it takes in, and so is what else it takes in.",
    sections=["I.B.9", "I.A.15"],
    stage=REPORT,
    after=["reported-diagnoses"],
    codes=_COMBINED,
    examples=[
        Example(
            "PMH: Hypertension, diabetes, CKD stage 3.\n\nASSESSMENT:\n1. Heart failure.",
            gives="I13.0 I50.9 E11.22 N18.30",
            without="I50.9",
        ),
        Example("PMH: Hypertension.\n\nASSESSMENT:\n1. CKD stage 4.", gives="I12.9 N18.4", without="N18.4"),
        Example("PMH: Hypertension, diabetes.\n\nASSESSMENT:\n1. Gout.", gives="M10.9"),
    ],
)
def combination_reported(case: Case) -> Iterator[Edit]:
    """Keep a combination code of which a part is reported, then its other parts, and so on."""
    reported = {one.code for one in case.draft if one.reported}
    left = [one for one in case.under(*_COMBINED) if one.code not in reported]
    while left:
        parts = {one.code: _parts(case, one) for one in left}
        kept = next((code for code, own in parts.items() if own & reported), None)
        if kept is None:
            return
        for code in sorted({kept, *parts[kept]} - reported):
            yield case.keep(code, Basis.CHRONIC, "it is one code with what is reported, or says more of it")
        reported |= {kept, *parts[kept]}
        left = [one for one in left if one.code != kept]


def _parts(case: Case, one: DraftCode) -> set[str]:
    """Give the codes of the draft that a combination code takes in."""
    return combinations.asked_besides(case.edition, case.edition.get(one.code), case.draft.codes)


@rule(
    "integral-symptom",
    says="A symptom that is part of a stated disease is not coded.",
    sections=["I.B.5"],
    stage=SAID,
    after=["with-symptoms", "postoperative-diagnosis"],
    examples=[
        Example("Urinary tract infection with dysuria.", gives="N39.0", without="N39.0 R30.0"),
        Example("Pneumonia with cough and fever.", gives="J18.9", without="J18.9 R05.9 R50.9"),
        Example("Headache with nausea.", gives="R51.9 R11.0"),
        Example("Gastroenteritis with pneumonia.", gives="K52.9 J18.9"),
        Example("Pneumonia. Dysuria.", gives="J18.9 R30.0"),
        # The code of the disease asks for that of the symptom.
        Example("BPH with nocturia.", gives="N40.1 R35.1"),
        # The disease is of another statement.
        Example(
            "Hypertension. Spoke of the new house and the stairs there, then seen again with cough.", gives="I10 R05.9"
        ),
    ],
)
def integral_symptoms(case: Case) -> Iterator[Edit]:
    """Drop the symptoms that a statement gives a disease."""
    diagnoses = [one for one in case.draft if not checks.is_symptom(case.edition, one.code)]
    for one in case.draft:
        stated = any(0 <= one.position - e.end <= _SAME_STATEMENT for other in diagnoses for e in other.evidence)
        integral = one.accompanies and checks.is_symptom(case.edition, one.code)
        if stated and integral and not checks.asked_for(case.edition, one.code, diagnoses):
            yield case.drop(one.code, "the note gives it as a symptom of a diagnosis that is coded")


@rule(
    "highest-detail",
    says="An unspecified code gives way to a code of its category that says more.",
    sections=["I.B.2", "I.B.18", "I.A.9.b"],
    stage=CHOOSE,
    after=[
        *("one-pattern-of-use", "unspecified-use", "highest-severity", "glaucoma-eyes", "sited-ulcers"),
        "obesity-says-overweight",
    ],
    examples=[
        Example(codes="I50.9 I50.22", gives="I50.22", without="I50.9 I50.22"),
        Example(codes="E11.65 E11.9", gives="E11.65", without="E11.65 E11.9"),
        Example(codes="M25.559 M25.551", gives="M25.551", without="M25.559 M25.551"),
        Example(codes="J45.909 J45.41", gives="J45.41", without="J45.909 J45.41"),
        # Of other sides, courses and categories.
        Example(codes="H25.11 H25.12", gives="H25.11 H25.12"),
        Example(codes="N00.9 N03.2", gives="N00.9 N03.2"),
        Example(codes="J45.909 J96.01", gives="J45.909 J96.01"),
    ],
)
def highest_detail(case: Case) -> Iterator[Edit]:
    """Drop a code that leaves open what another of its category says."""
    for one in case.draft:
        better = next((other for other in case.draft if checks.says_more(case.edition, other.code, one.code)), None)
        if better is not None:
            yield case.drop(one.code, f"{better.code} of the same category says more")


@rule(
    "dementia-of-disease",
    says="Dementia beside a disease that brings it is coded as dementia in that disease.",
    sections=["I.A.13"],
    stage=COMBINE,
    codes=[_DEMENTIA, _DEMENTIA_OF_DISEASE, *_DEMENTING],
    examples=[
        Example(codes="F03.90 G20.A1", gives="G20.A1 F02.80", without="F03.90 G20.A1"),
        Example(codes="F03.90 A81.00", gives="A81.00 F02.80", without="F03.90 A81.00"),
        Example(codes="F03.A0 B20", gives="B20 F02.A0", without="F03.A0 B20"),
        Example("Moderate dementia with agitation. Huntington's disease.", gives="G10 F02.B11", without="F03.B11 G10"),
        # Not named at F02; and named there, but not by itself a disease that brings dementia.
        Example(codes="F03.90 G25.0", gives="F03.90 G25.0"),
        Example(codes="F03.90 E03.9", gives="F03.90 E03.9"),
    ],
)
def dementia_of_disease(case: Case) -> Iterator[Edit]:
    """Code dementia by the disease that brings it, where the note states that too (index: Dementia, in)."""
    for dementia in case.under(_DEMENTIA):
        # The two categories are built alike, save that unspecified severity is F03.9 and F02.8.
        code = _DEMENTIA_OF_DISEASE + dementia.code[3:].replace(".9", ".8")
        sure = [other for other in case.under(*_DEMENTING) if other.assertion is Assertion.PRESENT]
        brings = [other for other in sure if case.knows(code) and _asked_first(case, code, other)]
        if brings:
            yield case.replace(dementia.code, code, f"{brings[0].code} is a disease in which dementia is coded to F02")


def _asked_first(case: Case, code: str, other: DraftCode) -> bool:
    notes = checks.notes_of(case.edition, code, NoteKind.CODE_FIRST)
    return any(checks.names(case.edition, one.note, other.code) for one in notes)


@rule(
    "sequela-cause",
    says="A past stroke that left a deficit is coded by the deficit's sequela code alone.",
    sections=["I.C.9.d.1", "I.B.10"],
    stage=COMBINE,
    codes=["I60-I68", "I69"],
    examples=[
        Example("Aphasia as a late effect of stroke.", gives="I69.320", without="I69.320 I63.9"),
        Example("Right hemiparesis from a stroke in 2019.", gives="I69.351", without="I69.351 I63.9"),
        Example(
            "Dysphagia, oropharyngeal phase, due to old intracerebral hemorrhage.",
            gives="I69.191 R13.12",
            without="I69.191 R13.12 I61.9",
        ),
        # Another cause of the stroke stays.
        Example(
            "Hemiparesis as late effect of stroke due to hypertension.",
            gives="I69.359 I10",
            without="I69.359 I63.9 I10",
        ),
        # A stroke of now beside what an old one left.
        Example(
            "Acute cerebral infarction. Aphasia due to old subarachnoid hemorrhage.",
            gives="I63.9 I69.020",
            without="I63.9 I69.020 I60.9",
        ),
        Example("Acute cerebral infarction. Aphasia.", gives="I63.9 R47.01"),
    ],
)
def sequela_cause(case: Case) -> Iterator[Edit]:
    """Drop the past stroke whose sequela is coded."""
    for sequela in case.under("I69"):
        for stroke in case.causes(sequela):
            if stroke in case.under("I60-I68"):
                yield case.drop(stroke.code, f"it is past: {sequela.code} says what it left")


@rule(
    "acute-with-chronic",
    says="Where one code says the acute and the chronic form, it stands for both.",
    sections=["I.B.8", "I.B.9"],
    stage=COMBINE,
    after=["hypertensive-disease", "leukemia-course", "infection-of-obstructed-lung"],
    examples=[
        Example(codes="K81.0 K81.1", gives="K81.2", without="K81.0 K81.1"),
        Example(codes="I50.31 I50.32", gives="I50.33", without="I50.31 I50.32"),
        Example(codes="J96.12 J96.02", gives="J96.22", without="J96.02 J96.12"),
        Example("Acute and chronic cholecystitis.", gives="K81.2", without="K81.0 K81.1"),
        # The detail of the one is not lost where the other leaves it open.
        Example(codes="J96.01 J96.10", gives="J96.21", without="J96.01 J96.10"),
        # Two diseases, two details, and a disease that has no such code.
        Example(codes="I50.31 I50.22", gives="I50.31 I50.22"),
        Example(codes="J96.01 J96.12", gives="J96.01 J96.12"),
        Example(codes="J20.9 J42", gives="J20.9 J42"),
    ],
)
def acute_with_chronic(case: Case) -> Iterator[Edit]:
    """Put the code that says both courses of a disease in place of one code for each."""
    for acute in case.draft:
        for chronic in case.draft:
            both = _both_courses(case, acute, chronic) if _courses(case, acute, chronic) else None
            if both is not None:
                reason = f"{both.code} says the acute and the chronic form in one"
                yield case.replace(acute.code, both.code, reason)
                yield case.drop(chronic.code, reason)


def _both_courses(case: Case, acute: DraftCode, chronic: DraftCode) -> Code | None:
    """Find the code of the category whose title says both courses, and of the disease what the two say."""
    # What one of them leaves open the other says.
    rows = [case.edition.get(one.code) for one in (acute, chronic)]
    stated = [row for row in rows if not checks.leaves_open(row)] or rows
    said = {word for row in stated for word in _disease_words(row.title.lower())}
    for row in checks.assignable_below(case.edition, acute.code[:3]):
        title = row.title.lower()
        if _ACUTE.search(title) and _CHRONIC.search(title) and _disease_words(title) == said:
            return row
    return None


def _disease_words(title: str) -> set[str]:
    words = set(re.findall(r"[a-z]+", title))
    return words - {"acute", "chronic", "with", "and", "on", "unspecified", "other", "without"}


@rule(
    "acute-first",
    says="Of an acute and a chronic form of one disease the acute stands first.",
    sections=["I.B.8"],
    stage=ORDER,
    examples=[
        Example(codes="J42 J20.9", gives="J20.9 J42", without="J42 J20.9"),
        Example(codes="N30.20 N30.00", gives="N30.00 N30.20", without="N30.20 N30.00"),
        Example(codes="K86.1 K85.90", gives="K85.90 K86.1", without="K86.1 K85.90"),
        Example(codes="J32.0 J01.00", gives="J01.00 J32.0", without="J32.0 J01.00"),
        Example(codes="J32.0 J01.10", gives="J32.0 J01.10"),
        Example(codes="J96.11 J96.22", gives="J96.11 J96.22"),
        Example(codes="I50.22 J01.00", gives="I50.22 J01.00"),
    ],
)
def acute_first(case: Case) -> Iterator[Edit]:
    """Move the acute form of a disease in front of the chronic one."""
    for chronic in case.draft:
        for acute in case.draft:
            if _courses(case, acute, chronic):
                yield case.move(acute.code, chronic.code, f"the acute form stands before the chronic {chronic.code}")


def _courses(case: Case, acute: DraftCode, chronic: DraftCode) -> bool:
    """Say whether two codes are the acute and the chronic form of one disease."""
    one, other = case.title(acute.code), case.title(chronic.code)
    if not (_ACUTE.search(one) and _CHRONIC.search(other)) or _CHRONIC.search(one) or _ACUTE.search(other):
        return False
    return _disease(one) == _disease(other)


def _disease(title: str) -> str:
    words = re.sub(r"(?:[,(\[]| with| without| due to).*", "", title).split()
    return " ".join(word for word in words if word not in ("acute", "chronic", "subacute", "other", "unspecified"))
