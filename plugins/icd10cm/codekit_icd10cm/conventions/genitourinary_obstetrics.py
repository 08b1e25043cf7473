"""Chapters 14 and 15 of the guidelines: kidney and urinary diseases, pregnancy, delivery and the puerperium."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from codekit.plugin import CHOOSE, COMBINE, ORDER, SAID, Assertion, Case, Code, DraftCode, Edit, NoteKind, Sex, rule
from codekit_icd10cm import checks
from codekit_icd10cm.conventions import complicating

_OBSTETRIC = "O00-O9A"
_INCIDENTAL = "Z33.1"
_PREGNANT = (_OBSTETRIC, "Z33.1", "Z34", "Z3A")
_NOT_IN_COURSE = ("O94",)
_INCIDENTAL_WORDS = re.compile(r"incidental|unrelated|not (?:affect|complicat)", re.IGNORECASE)
# A birth in passing, such as the patient's own, makes no record of a mother.
_SURELY = 0.5
_ABORTIVE = ("O00-O08", "Z33.2")
_POSTPARTUM = ("O85-O92", "Z39")
_COURSE = ("O09-O84", "O98-O9A", "Z33-Z34", "Z37", "O94", "Z36")
_COMPLICATIONS = ("O10-O16", "O20-O79", "O85-O92", "O98-O9A")
_ANTIDIABETICS = ("Z79.4", "Z79.84", "Z79.85")
_CKD_STAGES = ("N18.1-N18.5", "N18.9")


@rule(
    "end-stage-renal-disease",
    says="Of a stage and end-stage renal disease only the latter is coded.",
    sections=["I.C.14.a.1"],
    stage=CHOOSE,
    codes=[*_CKD_STAGES, "N18.6"],
)
def end_stage(case: Case) -> Iterator[Edit]:
    """Drop the stage of a kidney disease that has reached its end stage."""
    for one in case.under(*_CKD_STAGES) if case.has("N18.6") else ():
        yield case.drop(one.code, "of a stage and end-stage renal disease only N18.6 is coded")


@rule(
    "with-symptoms",
    says="A code `with` symptoms is chosen where its notes name a symptom that is coded.",
    sections=["I.C.18.c"],
    stage=SAID,
)
def with_symptoms(case: Case) -> Iterator[Edit]:
    """Choose the code `with` symptoms where its notes name a code of the draft and the chosen one says `without`."""
    for one in case.draft:
        title = case.title(one.code)
        parent = case.edition.get(one.code).parent
        for sibling in case.edition.children(parent) if " without " in title and parent is not None else ():
            if sibling.assignable and sibling.title.lower() == title.replace(" without ", " with "):
                yield from _with_symptom(case, one, sibling.code)


def _with_symptom(case: Case, one: DraftCode, sibling: str) -> Iterator[Edit]:
    # A note that both siblings inherit does not tell them apart.
    notes = [note for note in case.edition.get(sibling).notes if note.kind is NoteKind.USE_ADDITIONAL_CODE]
    asked = [reference for note in notes for reference in note.references]
    for symptom in case.draft:
        named = next((ref for ref in asked if case.edition.covers(ref, symptom.code)), None)
        related = next((ref for ref in asked if ref.first[:3] == symptom.code[:3] and case.knows(ref.first)), None)
        if named is None and (related is None or not checks.leaves_open(case.edition.get(symptom.code))):
            continue
        reason = f"{symptom.code} is a symptom that {sibling} takes in"
        yield case.replace(one.code, sibling, reason)
        if named is None and related is not None:
            yield case.replace(symptom.code, related.first, f"{sibling} names {related.first} for it")
        return


@rule(
    "incidental-pregnancy",
    says="An incidental pregnancy takes the place of chapter 15 codes.",
    sections=["I.C.15.a.1"],
    stage=SAID,
    codes=[_INCIDENTAL, _OBSTETRIC, "Z3A"],
)
def incidental(case: Case) -> Iterator[Edit]:
    """Keep an incidental pregnancy from being coded to chapter 15, and a pregnancy of its own from being called so."""
    for state in case.under(_INCIDENTAL):
        if any(_INCIDENTAL_WORDS.search(one.text) for one in state.evidence):
            for one in case.under(_OBSTETRIC, "Z3A"):
                yield case.drop(one.code, "the note calls the pregnancy incidental, so Z33.1 takes its place")


def _is_incidental(case: Case) -> bool:
    return any(_INCIDENTAL_WORDS.search(e.text) for one in case.under(_INCIDENTAL) for e in one.evidence)


def _mother(case: Case) -> bool:
    """Say whether this is the record of a pregnancy, a delivery or a puerperium."""
    excused = case.under(*_NOT_IN_COURSE, "O00-O08")
    course = [one for one in case.under(*_PREGNANT, "Z37", "Z39") if one not in excused]
    present = any(
        one.assertion in (Assertion.PRESENT, Assertion.POSSIBLE) and one.confidence >= _SURELY and not _in_passing(one)
        for one in course
    )
    return present and not case.has("Z38") and case.encounter.age != 0 and case.encounter.sex is not Sex.MALE


def _in_passing(one: DraftCode) -> bool:
    """Say whether a note only names a pregnancy, which may be past, without saying that the patient is pregnant."""
    return one.code == _INCIDENTAL and all(e.text.lower() == "pregnancy" for e in one.evidence)


@rule(
    "complicates-pregnancy",
    says="Conditions of a pregnant patient are coded to chapter 15.",
    sections=["I.C.15.a.1", "I.C.15.d", "I.C.15.f", "I.C.15.g", "I.C.15.l.1", "I.C.15.l.2", "I.C.15.l.3", "I.C.15.s"],
    stage=COMBINE,
    codes=[_INCIDENTAL, *_NOT_IN_COURSE, "O00-O08 O00-O9A O10 O10-O16 O24 Z34 Z37 Z38 Z39 Z3A"],
)
def complicates(case: Case) -> Iterator[Edit]:
    """Code a condition of a pregnant patient to chapter 15, in front of its own code where that is still asked for."""
    if not _mother(case) or _is_incidental(case):
        return
    when, rows = complicating.period(case), tuple(complicating.read_rows(case.edition))
    for one in case.draft:
        row = _row(case, rows, one)
        code = complicating.leaf(case, row, when) if row is not None else None
        if row is None or code is None:
            continue
        reason = f"a condition of a pregnant patient is coded to chapter 15, and {row.code} takes in {one.code}"
        if complicating.keeps(case.edition, code, one.code):
            yield case.add(code, reason, before=one.code)
        else:
            yield case.replace(one.code, code, reason)


def _row(case: Case, rows: Iterable[complicating.Taken], one: DraftCode) -> Code | None:
    if one.assertion not in (Assertion.PRESENT, Assertion.POSSIBLE) or one.code[0] in "OPVWXY":
        return None
    row = complicating.taking_in(case.edition, rows, one.code)
    if row is None or case.has(row.code) or (row.code.startswith("O24") and case.has("O24")):
        return None
    if row.code.startswith("O10") and case.has("O10-O16"):
        return None
    return row


@rule(
    "gestational-diabetes",
    says="Gestational diabetes says how it is controlled and stands with no other diabetes.",
    sections=["I.C.15.i"],
    stage=COMBINE,
    codes=[*_ANTIDIABETICS, "E08-E13 O24 O24.4"],
)
def gestational_drugs(case: Case) -> Iterator[Edit]:
    """Drop long-term drug codes beside gestational diabetes, which says how it is controlled."""
    for one in case.under(*_ANTIDIABETICS) if case.has("O24.4") else ():
        yield case.drop(one.code, "the code of gestational diabetes says how it is controlled")
    for one in case.under("O24", "E08-E13") if case.has("O24.4") else ():
        if not one.code.startswith("O24.4"):
            yield case.drop(one.code, "no other code of diabetes stands with gestational diabetes")
    controls = sorted(case.under("O24.4"), key=lambda one: _control(case, one))
    for one in controls[1:]:
        yield case.drop(one.code, f"{controls[0].code} says how it is controlled, of diet and drugs the drugs alone")


def _control(case: Case, one: DraftCode) -> int:
    ways = ("insulin controlled", "oral hypoglycemic", "diet controlled")
    return next((at for at, way in enumerate(ways) if way in case.title(one.code)), len(ways))


@rule(
    "normal-only-alone",
    says="Normal pregnancy and delivery are not coded beside complications.",
    sections=["I.C.15.n.1", "I.C.15.b.1", "I.C.15.b.2", "I.C.21.c.11"],
    stage=CHOOSE,
    codes=[_INCIDENTAL, *_NOT_IN_COURSE, _OBSTETRIC, *_COMPLICATIONS, "O00-O08 O09 O26.9 O80 Z34 Z37"],
)
def normal_only_alone(case: Case) -> Iterator[Edit]:
    """Keep the codes of normal pregnancy and delivery from standing beside those of a complication."""
    complications = [one.code for one in case.under(*_COMPLICATIONS)]
    obstetric = [one.code for one in case.under(_OBSTETRIC) if one.code != "O80"]
    for one in case.under("O80") if complications else ():
        yield case.drop(
            one.code, f"{complications[0]} is a complication, and O80 stands only for a delivery without any"
        )
    for one in case.under("Z34") if obstetric or case.has("O80") else ():
        yield case.drop(
            one.code, f"{(*obstetric, 'O80')[0]} is of chapter 15, beside which a normal pregnancy is not supervised"
        )
    for one in case.under("O26.9") if len(obstetric) > 1 else ():
        yield case.drop(one.code, "other codes say what the pregnancy is complicated by")
    for one in case.under("O09") if case.has("Z37", "O80") else ():
        yield case.drop(one.code, "supervision of a high-risk pregnancy is for the prenatal period, not the delivery")
    for one in case.under(_INCIDENTAL) if not _is_incidental(case) and case.has(_OBSTETRIC, "Z34", "O80") else ():
        yield case.drop(one.code, "the pregnancy is not incidental: another code says it")


@rule(
    "outcome-of-delivery",
    says="A delivery has its outcome.",
    sections=["I.C.15.b.5", "I.C.15.n.3"],
    stage=CHOOSE,
    codes=["O80 Z37 Z37.0"],
)
def outcome(case: Case) -> Iterator[Edit]:
    """Add the outcome of a normal delivery: it has only one."""
    for one in case.under("O80") if not case.has("Z37") and case.knows("Z37.0") else ():
        yield case.add("Z37.0", "a delivery needs its outcome, and a normal one is a single live birth", after=one.code)


@rule(
    "weeks-of-gestation",
    says="Weeks of gestation are for pregnancies in their course.",
    sections=["I.C.21.c.11"],
    stage=CHOOSE,
    codes=[*_ABORTIVE, *_COURSE, _INCIDENTAL, *_POSTPARTUM, "O80 Z3A"],
)
def weeks_only_in_course(case: Case) -> Iterator[Edit]:
    """Drop the weeks of gestation where the pregnancy is over or ended in an abortion."""
    over = case.has(*_ABORTIVE) or (case.has(*_POSTPARTUM) and not case.has("Z37", "O80"))
    course = case.has(*_COURSE) and not _is_incidental(case)
    for one in case.under("Z3A"):
        if over or (not course and not case.has("O80")):
            yield case.drop(one.code, "weeks of gestation are for a pregnancy in its course, with a code that says so")


@rule(
    "obstetric-first",
    says="Chapter 15 codes have sequencing priority.",
    sections=["I.C.15.a.1", "I.C.15.b.1"],
    stage=ORDER,
    after=["history-behind", "complication-first", "first-listed-only"],
    codes=[_OBSTETRIC, "O94 Z34 Z39"],
)
def obstetric_first(case: Case) -> Iterator[Edit]:
    """Move the codes of chapter 15 in front of those of other chapters."""
    obstetric = [one.code for one in case.under(_OBSTETRIC) if one not in case.under("O94")]
    for code in obstetric:
        for other in case.draft:
            if not other.code.startswith("O") and other not in case.under("Z34", "Z39"):
                yield case.move(code, other.code, "codes of chapter 15 stand before those of other chapters")
    if obstetric:
        return
    for code in [one.code for one in case.under("Z34", "Z39")]:
        for other in case.draft:
            yield case.move(code, other.code, "a routine visit in pregnancy or after it is first listed")


@rule(
    "high-risk-first",
    says="What prompted an obstetric visit is sequenced first.",
    sections=["I.C.15.b.2", "I.C.15.m", "I.C.15.r"],
    stage=ORDER,
    after=["complication-first", "first-listed-only", "obstetric-first"],
    codes=[_OBSTETRIC, "O09 O9A.2-O9A.5"],
)
def high_risk_first(case: Case) -> Iterator[Edit]:
    """Move what prompted a visit in front: supervision of a high-risk pregnancy, or an injury of the mother."""
    for code in [one.code for one in case.under("O09", "O9A.2-O9A.5")]:
        for other in case.under(_OBSTETRIC):
            yield case.move(code, other.code, f"{code} is sequenced first")
