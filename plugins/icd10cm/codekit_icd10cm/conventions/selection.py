"""Sections II, III and IV of the guidelines: which diagnoses are reported, and which stands first."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import (
    ORDER,
    SAID,
    STATING,
    Assertion,
    Case,
    DraftCode,
    Edit,
    Example,
    SectionKind,
    Setting,
    Sex,
    explained_by,
    read_table,
    rule,
)
from codekit_icd10cm import checks

_EXPLAINED = [
    (row["symptoms"], row["diseases"]) for row in read_table(__package__, "explained_by.toml")["explained_by"]
]
_EXPLAINED_CODES = [code for row in _EXPLAINED for side in row for code in side]
_ABNORMAL_FINDINGS = ("R70-R79", "R82-R94")
_ORGANISMS = "B95-B97"


@rule(
    "symptom-of-established",
    says="A symptom is not coded beside the established diagnosis that explains it.",
    sections=["II.A", "IV.D", "I.C.18.a", "I.C.18.b", "I.B.4", "I.B.5"],
    stage=SAID,
    after=[
        "specified-sites",
        "postoperative-diagnosis",
        "history-of-malignancy",
        "follow-up-recurrence",
        "incidental-pregnancy",
        "one-record",
        "device-complication",
        "integral-symptom",
    ],
    codes=_EXPLAINED_CODES,
    examples=[
        # A disease of each row of the table.
        Example("Palpitations. Atrial fibrillation.", gives="I48.91", without="I48.91 R00.2"),
        Example("Shortness of breath. Chest X-ray shows pneumonia.", gives="J18.9", without="J18.9 R06.02"),
        Example("Dysphagia. Achalasia of esophagus.", gives="K22.0", without="K22.0 R13.10"),
        Example("Abdominal pain. Acute appendicitis.", gives="K35.80", without="K35.80 R10.9"),
        Example("Dysuria. Acute cystitis.", gives="N30.00", without="N30.00 R30.0"),
        Example("Fever. Sepsis.", gives="A41.9", without="A41.9 R50.9"),
        Example("Headache. Migraine.", gives="G43.909", without="G43.909 R51.9"),
        Example("Confusion. Acute ischemic stroke.", gives="I63.9", without="I63.9 R41.0"),
        Example("Rash. Psoriasis.", gives="L40.9", without="L40.9 R21"),
        Example("Itching. Atopic dermatitis.", gives="L20.9", without="L29.9 L20.9"),
        Example("Jaundice. Alcoholic cirrhosis of liver.", gives="K70.30", without="K70.30 R17"),
        Example("Right knee pain. Osteoarthritis of right knee.", gives="M17.11", without="M25.561 M17.11"),
        Example("Pain in right foot. Gout.", gives="M10.9", without="M79.671 M10.9"),
        Example("Low back pain. Lumbar spinal stenosis.", gives="M48.061", without="M54.50 M48.061"),
        Example("Neck pain. Sprain of ligaments of cervical spine.", gives="S13.4XXA", without="M54.2 S13.4XXA"),
        Example("Low back pain. Fracture of lumbar vertebra.", gives="S32.009A", without="M54.50 S32.009A"),
        Example("Right shoulder pain. Fracture of right clavicle.", gives="S42.001A", without="M25.511 S42.001A"),
        Example("Left elbow pain. Contusion of left elbow.", gives="S50.02XA", without="M25.522 S50.02XA"),
        Example("Right wrist pain. Sprain of right wrist.", gives="S63.501A", without="M25.531 S63.501A"),
        Example("Right hip pain. Contusion of right hip.", gives="S70.01XA", without="M25.551 S70.01XA"),
        Example("Left knee pain. Contusion of left knee.", gives="S80.02XA", without="M25.562 S80.02XA"),
        Example("Right ankle pain. Sprain of right ankle.", gives="S93.401A", without="M25.571 S93.401A"),
        Example("Chest pain. Fracture of one right rib.", gives="S22.31XA", without="S22.31XA R07.9"),
        Example("Right arm pain. Fracture of left ankle.", gives="M79.601 S82.892A"),
        Example("Right arm pain. Fracture of right clavicle.", gives="S42.001A", without="M79.601 S42.001A"),
        Example("Right leg pain. Fracture of left ankle.", gives="S82.892A", without="M79.604 S82.892A"),
        Example("Left ear pain. Acute left otitis externa.", gives="H60.502", without="H92.02 H60.502"),
        Example("Pain in right eye. Acute iridocyclitis.", gives="H20.00", without="H57.11 H20.00"),
        Example("Breast lump. Breast cancer.", gives="C50.919", without="N63.0 C50.919", sex=Sex.FEMALE),
        Example("Cough. Probable pneumonia.", gives="J18.9", without="J18.9 R05.9", setting=Setting.INPATIENT),
        # Of another system, past, before the symptom, or beside a symptom that is a problem of its own.
        Example("Cough. Acute appendicitis.", gives="R05.9 K35.80"),
        Example("Chest pain. History of myocardial infarction.", gives="R07.9 I25.2"),
        Example("Pneumonia. Shortness of breath.", gives="J18.9 R06.02"),
        Example("Assessment: Cough. Pneumonia.", gives="J18.9 R05.9"),
        # The code of the disease asks for that of the symptom.
        Example("Urinary retention. Benign prostatic hyperplasia.", gives="N40.1 R33.8"),
    ],
)
def symptom_of_established(case: Case) -> Iterator[Edit]:
    """Drop a symptom that the note states first and explains by a diagnosis behind it."""
    for draft_code in case.draft:
        explaining = list(explained_by(case, draft_code, _EXPLAINED))
        if checks.asked_for(case.edition, draft_code.code, explaining) or _listed(case, draft_code):
            continue
        found = next((one for one in explaining if _established(draft_code, one)), None)
        if found is not None:
            reason = f"{found.code} is established behind it and is routinely associated with it"
            yield case.drop(draft_code.code, reason)


def _listed(case: Case, draft_code: DraftCode) -> bool:
    """Say whether the note lists the symptom among its diagnoses, as a problem of its own."""
    return any(
        statement.mention.section in STATING and (statement.mention.start, statement.mention.end) == (e.start, e.end)
        for statement in case.draft.statements
        for e in draft_code.evidence
    )


def _established(symptom: DraftCode, diagnosis: DraftCode) -> bool:
    """Say whether a diagnosis, not a history, stands behind the symptom in the note."""
    known = diagnosis.assertion in (Assertion.PRESENT, Assertion.POSSIBLE)
    return known and diagnosis.position > symptom.position


@rule(
    "postoperative-diagnosis",
    says="The postoperative diagnosis takes the place of the preoperative one.",
    sections=["IV.N"],
    stage=SAID,
    examples=[
        Example(
            "Preoperative diagnosis: Acute appendicitis.\nPostoperative diagnosis: Acute cholecystitis.",
            gives="K81.0",
            without="K81.0 K35.80",
        ),
        Example(
            "Preoperative diagnosis: Right ovarian cyst.\nPostoperative diagnosis: Ectopic pregnancy.",
            gives="O00.90",
            without="O00.90 N83.201",
            sex=Sex.FEMALE,
        ),
        Example(
            "Preoperative diagnosis: Acute appendicitis.\nPostoperative diagnosis: Acute appendicitis.", gives="K35.80"
        ),
        Example("Preoperative diagnosis: Acute appendicitis.\nPostoperative diagnosis: Same.", gives="K35.80"),
        Example("Preoperative diagnosis: Acute appendicitis.", gives="K35.80"),
    ],
)
def superseded(case: Case) -> Iterator[Edit]:
    """Drop a diagnosis from before surgery where the note gives the one from after it."""
    before, after = (
        {(one.mention.start, one.mention.end) for one in case.draft.statements if one.mention.section == section}
        for section in (SectionKind.ADMISSION_DIAGNOSES, SectionKind.DIAGNOSES)
    )
    confirmed = any((e.start, e.end) in after for one in case.draft for e in one.evidence)
    for one in case.draft if confirmed else ():
        if all((e.start, e.end) in before for e in one.evidence):
            yield case.drop(one.code, "the diagnosis after surgery is the most definitive and takes its place")


@rule(
    "abnormal-findings",
    says="Abnormal findings of an inpatient are not reported unless the provider says that they matter.",
    sections=["III.B"],
    stage=SAID,
    codes=[*_ABNORMAL_FINDINGS, _ORGANISMS],
    setting=Setting.INPATIENT,
    examples=[
        Example("Pneumonia. Abnormal EKG.", gives="J18.9", without="J18.9 R94.31", asks="clinical significance"),
        Example(codes="K57.30 R79.1", gives="K57.30", without="K57.30 R79.1", asks="clinical significance"),
        Example(codes="J18.9 R74.01", gives="J18.9", without="J18.9 R74.01"),
        Example(codes="J18.9 R74.01", gives="J18.9 R74.01", setting=Setting.OUTPATIENT),
        # Who names a cause of it says that it matters.
        Example("Pneumonia. Hyperglycemia due to steroids.", gives="J18.9 R73.9 T38.0X5A"),
        # No diagnosis is beside it, and an organism is none.
        Example(codes="R94.31", gives="R94.31"),
        Example(codes="R78.81 B96.20", gives="R78.81 B96.20"),
        Example(codes="R05.9 R94.31", gives="R05.9 R94.31"),
    ],
)
def abnormal_findings(case: Case) -> Iterator[Edit]:
    """Drop an inpatient's abnormal test results beside diagnoses, and ask what they mean."""
    organisms = case.under(_ORGANISMS)
    diagnoses = [one for one in case.draft if one.code[0] not in "RVWXYZ" and one not in organisms]
    for one in case.under(*_ABNORMAL_FINDINGS) if diagnoses else ():
        if one.cause is not None:
            # Whoever names its cause says that it matters.
            continue
        yield case.query(
            "detail",
            topic="clinical significance",
            indicators=one.evidence,
            options=("clinically significant", "not clinically significant"),
            reason=f"{one.code} is an abnormal finding, which is reported only if the provider says that it matters",
        )
        yield case.drop(
            one.code, "an inpatient's abnormal findings are not reported unless the provider says that they matter"
        )


@rule(
    "definitive-first",
    says="A symptom does not stand first where a related diagnosis is established.",
    sections=["II.A", "I.C.18.b"],
    stage=ORDER,
    codes=_EXPLAINED_CODES,
    examples=[
        Example(codes="R05.9 J18.9", gives="J18.9 R05.9", without="R05.9 J18.9"),
        Example(codes="R10.9 I10 K35.80", gives="K35.80 R10.9 I10", without="R10.9 I10 K35.80"),
        Example(codes="R41.82 I63.9", gives="I63.9 R41.82", without="R41.82 I63.9"),
        Example(codes="Z87.891 R05.9 J18.9", gives="J18.9 Z87.891 R05.9", without="R05.9 Z87.891 J18.9"),
        # Of another system, or behind a diagnosis that stands first.
        Example(codes="R05.9 K35.80", gives="R05.9 K35.80"),
        Example(codes="I10 R05.9 J18.9", gives="I10 R05.9 J18.9"),
        # A symptom outside chapter 18.
        Example(codes="M54.50 M48.061", gives="M54.50 M48.061"),
    ],
)
def definitive_first(case: Case) -> Iterator[Edit]:
    """Move a diagnosis in front of a symptom that would stand first."""
    first = next((one for one in case.draft if one.code[0] not in "VWXYZ"), None)
    if first is None or not checks.is_symptom(case.edition, first.code):
        return
    for other in case.draft:
        if other in list(explained_by(case, first, _EXPLAINED)):
            yield case.move(other.code, first.code, "a symptom is not first where a related diagnosis is established")
