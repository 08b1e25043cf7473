"""Sections II, III and IV of the guidelines: which diagnoses are reported, and which stands first."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import ORDER, SAID, Assertion, Case, DraftCode, Edit, SectionKind, Setting, rule
from codekit_icd10cm import checks
from codekit_icd10cm.mentions.visits import SUPERSEDED

# Symptoms and the diseases of the same system, with which they are routinely associated.
_EXPLAINED = (
    (("R00", "R07.1-R07.9", "R06.0", "R55", "R60"), ("I20-I25", "I26", "I30-I52")),
    (("R05", "R06", "R07.1", "R07.8", "R07.9", "R09.0-R09.3"), ("J00-J99", "I26", "I50", "U07.1", "A15")),
    (("R07.0", "R07.1", "R07.9", "R13", "R12"), ("K20-K31", "J02-J04")),
    (("R10", "R11", "R12", "R14", "R19.7"), ("K20-K31", "K35-K38", "K50-K67", "K70-K87", "A00-A09", "N20-N23")),
    (("R10", "R30-R36", "R39"), ("N10-N23", "N30-N39", "N40-N51", "N70-N77", "O00", "N80-N83")),
    (("R50",), ("A00-B99", "J00-J22", "K35-K37", "L00-L08", "N10-N12", "N39.0", "U07.1")),
    (("R51",), ("G43-G44", "I60-I62", "J01", "J32", "G00-G05")),
    (("R56", "R40", "R41", "R55"), ("G40-G41", "I60-I63")),
    (("R20-R21", "L29"), ("L00-L99", "B00-B09")),
    (("R17",), ("K70-K87", "B15-B19")),
    (("M25.5", "M79.6", "R29.898"), ("M00-M19", "M20-M24", "I80-I82", "L03", "S00-S99", "M80", "M84")),
    (("M54",), ("M45-M51", "M80", "M84", "N20-N23")),
    (("N63", "R59", "R22", "R19.0", "R91.1"), ("C00-D49",)),
)
_ABNORMAL_FINDINGS = ("R70-R79", "R82-R94")
_SYMPTOM_OUTSIDE = ("M25.5", "M79.6", "M54", "N63")


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
    codes=[
        *_SYMPTOM_OUTSIDE,
        "A00-A09 A00-B99 A15 B00-B09 B15-B19 C00-D49 G00-G05 G40-G41 G43-G44 I20-I25 I26 I30-I52 I50",
        "I60-I62 I60-I63 I80-I82 J00-J22 J00-J99 J01 J02-J04 J32 K20-K31 K35-K37 K35-K38 K50-K67 K70-K87",
        "L00-L08 L00-L99 L03 L29 M00-M19 M20-M24 M45-M51 M80 M84 N10-N12 N10-N23 N20-N23 N30-N39 N39.0",
        "N40-N51 N70-N77 N80-N83 O00 R00 R05 R06 R06.0 R07.0 R07.1 R07.1-R07.9 R07.8 R07.9 R09.0-R09.3",
        "R10 R11 R12 R13 R14 R17 R19.0 R19.7 R20-R21 R22 R29.898 R30-R36 R39 R40 R41 R50 R51 R55 R56 R59",
        "R60 R91.1 S00-S99 U07.1",
    ],
)
def symptom_of_established(case: Case) -> Iterator[Edit]:
    """Drop a symptom that the note states first and explains by a diagnosis behind it."""
    for one in case.draft:
        if not _is_symptom(case, one) or checks.asked_for(case.edition, one.code, _explaining(case, one)):
            continue
        if _listed(case, one):
            continue
        diagnosis = next((other for other in _explaining(case, one) if _established(one, other)), None)
        if diagnosis is not None:
            yield case.drop(one.code, f"{diagnosis.code} is established behind it and is routinely associated with it")


def _listed(case: Case, one: DraftCode) -> bool:
    """Say whether the note lists the symptom among its diagnoses, as a problem of its own."""
    return any(
        statement.mention.section == SectionKind.ASSESSMENT
        and (statement.mention.start, statement.mention.end) == (e.start, e.end)
        for statement in case.draft.statements
        for e in one.evidence
    )


def _is_symptom(case: Case, one: DraftCode) -> bool:
    return checks.is_symptom(case.edition, one.code) or one in case.under(*_SYMPTOM_OUTSIDE)


def _explaining(case: Case, one: DraftCode) -> Iterator[DraftCode]:
    for symptoms, diseases in _EXPLAINED:
        if one in case.under(*symptoms):
            yield from case.under(*diseases)


def _established(symptom: DraftCode, diagnosis: DraftCode) -> bool:
    """Say whether a diagnosis, not a history, stands behind the symptom in the note."""
    known = diagnosis.assertion in (Assertion.PRESENT, Assertion.POSSIBLE)
    return known and diagnosis.position > symptom.position and diagnosis.code != symptom.code


@rule(
    "postoperative-diagnosis",
    says="The postoperative diagnosis takes the place of the preoperative one.",
    sections=["IV.N"],
    stage=SAID,
)
def superseded(case: Case) -> Iterator[Edit]:
    """Drop a diagnosis from before surgery where the note gives the one from after it."""
    before = {
        (one.mention.start, one.mention.end) for one in case.draft.statements if one.mention.section == SUPERSEDED
    }
    confirmed = [one for one in case.draft if not any((e.start, e.end) in before for e in one.evidence)]
    for one in case.draft if confirmed else ():
        if all((e.start, e.end) in before for e in one.evidence):
            yield case.drop(one.code, "the diagnosis after surgery is the most definitive and takes its place")


@rule(
    "abnormal-findings",
    says="Abnormal findings of an inpatient are not reported unless the provider says that they matter.",
    sections=["III.B"],
    stage=SAID,
    codes=[*_ABNORMAL_FINDINGS, "B95-B97"],
    setting=Setting.INPATIENT,
)
def abnormal_findings(case: Case) -> Iterator[Edit]:
    """Drop an inpatient's abnormal test results beside diagnoses, and ask what they mean."""
    organisms = case.under("B95-B97")
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
    codes=[
        "A00-A09 A00-B99 A15 B00-B09 B15-B19 C00-D49 G00-G05 G40-G41 G43-G44 I20-I25 I26 I30-I52 I50",
        "I60-I62 I60-I63 I80-I82 J00-J22 J00-J99 J01 J02-J04 J32 K20-K31 K35-K37 K35-K38 K50-K67 K70-K87",
        "L00-L08 L00-L99 L03 L29 M00-M19 M20-M24 M25.5 M45-M51 M54 M79.6 M80 M84 N10-N12 N10-N23 N20-N23",
        "N30-N39 N39.0 N40-N51 N63 N70-N77 N80-N83 O00 R00 R05 R06 R06.0 R07.0 R07.1 R07.1-R07.9 R07.8",
        "R07.9 R09.0-R09.3 R10 R11 R12 R13 R14 R17 R19.0 R19.7 R20-R21 R22 R29.898 R30-R36 R39 R40 R41",
        "R50 R51 R55 R56 R59 R60 R91.1 S00-S99 U07.1",
    ],
)
def definitive_first(case: Case) -> Iterator[Edit]:
    """Move a diagnosis in front of a symptom that would stand first."""
    first = next((one for one in case.draft if one.code[0] not in "VWXYZ"), None)
    if first is None or not checks.is_symptom(case.edition, first.code):
        return
    for other in case.draft:
        if other in list(_explaining(case, first)):
            yield case.move(other.code, first.code, "a symptom is not first where a related diagnosis is established")
