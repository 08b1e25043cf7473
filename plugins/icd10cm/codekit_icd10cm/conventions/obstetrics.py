"""Chapter 15 of the guidelines: pregnancy, delivery and the puerperium."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from codekit.plugin import (
    CHOOSE,
    COMBINE,
    ORDER,
    SAID,
    Assertion,
    Case,
    Code,
    DraftCode,
    Edit,
    Example,
    Setting,
    Sex,
    rule,
)
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
_COURSE = ("O09-O84", "O98-O9A", "Z33-Z34", "Z36", "Z37")
_COMPLICATIONS = ("O10-O16", "O20-O79", "O85-O92", "O98-O9A")
_ANTIDIABETICS = ("Z79.4", "Z79.84", "Z79.85")


@rule(
    "incidental-pregnancy",
    says="An incidental pregnancy takes the place of chapter 15 codes.",
    sections=["I.C.15.a.1"],
    stage=SAID,
    codes=[_INCIDENTAL, _OBSTETRIC, "Z3A"],
    examples=[
        Example(
            "Ankle sprain. Patient is 12 weeks pregnant, pregnancy is unrelated.",
            gives="S93.409A Z33.1",
            without="S93.409A Z3A.12 Z33.1",
        ),
        Example(
            "Ankle sprain. 12 weeks pregnant, not complicating care.",
            gives="S93.409A Z33.1",
            without="S93.409A Z3A.12 Z33.1",
        ),
        Example(
            "Ankle sprain. Incidental pregnancy, 12 weeks gestation.",
            gives="S93.409A Z33.1",
            without="S93.409A Z33.1 Z3A.12",
        ),
        Example(
            "Asthma. Pregnant at 12 weeks; the pregnancy is not affected by the asthma.",
            gives="J45.909 Z33.1",
            without="J45.909 Z3A.12 Z33.1",
        ),
        Example("Hypertension. Pregnant at 12 weeks.", gives="O10.011 Z3A.12"),
    ],
)
def incidental(case: Case) -> Iterator[Edit]:
    """Keep an incidental pregnancy from being coded to chapter 15."""
    for one in case.under(_OBSTETRIC, "Z3A") if _is_incidental(case) else ():
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
    return present and case.encounter.sex is not Sex.MALE


_NAMED = ("pregnancy", "first pregnancy", "last pregnancy", "previous pregnancy", "prior pregnancy")


def _in_passing(one: DraftCode) -> bool:
    """Say whether a note only names a pregnancy, which may be past, without saying that the patient is pregnant."""
    return one.code == _INCIDENTAL and all(e.text.lower() in _NAMED for e in one.evidence)


@rule(
    "complicates-pregnancy",
    says="Conditions of a pregnant patient are coded to chapter 15.",
    sections=["I.C.15.a.1", "I.C.15.d", "I.C.15.f", "I.C.15.g", "I.C.15.l.1", "I.C.15.l.2", "I.C.15.l.3", "I.C.15.s"],
    stage=COMBINE,
    codes=[*_PREGNANT, *_NOT_IN_COURSE, "O00-O08 O10-O16 O24 Z37 Z38 Z39"],
    examples=[
        Example(
            "20 weeks pregnant. Iron deficiency anemia.", gives="O99.012 Z3A.20 D50.9", without="D50.9 Z3A.20 Z33.1"
        ),
        Example("Pregnant, second trimester. Iron deficiency anemia.", gives="O99.012 D50.9", without="D50.9 Z33.1"),
        Example(
            "20 weeks pregnant. Possible iron deficiency anemia.",
            gives="O99.012 Z3A.20 D50.9",
            without="D50.9 Z3A.20 Z33.1",
            setting=Setting.INPATIENT,
        ),
        Example(codes="Z34.90 Z3A.10 D50.9", gives="O99.011 Z3A.10 D50.9", without="Z34.90 Z3A.10 D50.9"),
        Example(codes="Z34.01 D50.9", gives="O99.011 D50.9", without="Z34.01 D50.9"),
        Example(codes="O09.93 Z3A.30 D50.9", gives="O09.93 O99.013 Z3A.30 D50.9", without="O09.93 Z3A.30 D50.9"),
        Example(codes="O80 D50.9", gives="O99.02 D50.9", without="O80 Z37.0 D50.9"),
        Example(codes="O80 Z37.0 D50.9", gives="O99.02 Z37.0 D50.9", without="O80 Z37.0 D50.9"),
        Example(codes="O86.12 D50.9", gives="O86.12 O99.03 D50.9", without="O86.12 D50.9"),
        Example(codes="Z39.2 D50.9", gives="Z39.2 O99.03 D50.9", without="Z39.2 D50.9"),
        Example(codes="O13.2 D50.9", gives="O13.2 O99.012 D50.9", without="O13.2 D50.9"),
        Example(codes="Z3A.20 D50.9", gives="O99.012 Z3A.20 D50.9", without="D50.9"),
        Example(codes="Z37.0 D50.9", gives="O99.02 Z37.0 D50.9", without="Z37.0 D50.9"),
        Example(codes="Z34.90 I10", gives="O10.019", without="Z34.90 I10"),
        Example(codes="Z34.92 I11.9", gives="O10.112 I11.9", without="Z34.92 I11.9"),
        Example(codes="Z34.92 E10.9", gives="O24.012 E10.9", without="Z34.92 E10.9"),
        Example(codes="Z34.92 N10", gives="O23.02", without="Z34.92 N10"),
        Example(codes="Z34.92 N30.00", gives="O23.12", without="Z34.92 N30.00"),
        Example(codes="Z34.92 N34.1", gives="O23.22", without="Z34.92 N34.1"),
        Example(codes="Z34.92 N39.0", gives="O23.42", without="Z34.92 N39.0"),
        Example(codes="Z34.92 B20", gives="O98.712 B20", without="Z34.92 B20"),
        Example(codes="Z34.92 U07.1", gives="O98.512 U07.1", without="Z34.92 U07.1"),
        Example(codes="Z34.92 A04.72", gives="O98.812 A04.72", without="Z34.92 A04.72"),
        Example(codes="Z34.92 R73.09", gives="O99.810", without="Z34.92 R73.09"),
        Example(codes="Z34.92 F17.210", gives="O99.332 F17.210", without="Z34.92 F17.210"),
        Example(codes="Z34.92 K80.20", gives="O99.612 K80.20", without="Z34.92 K80.20"),
        Example(codes="Z34.92 E03.9", gives="O99.282 E03.9", without="Z34.92 E03.9"),
        Example(codes="Z34.92 M06.9", gives="O99.891 M06.9", without="Z34.92 M06.9"),
        Example(codes="Z34.92 C43.59", gives="O9A.112 C43.59", without="Z34.92 C43.59"),
        Example(codes="Z34.92 S93.401A", gives="O9A.212 S93.401A", without="Z34.92 S93.401A"),
        Example(codes="O99.012 D50.9", gives="O99.012 D50.9"),
        Example(codes="Z34.92 Z79.4", gives="Z34.92 Z79.4"),
        Example(codes="O24.112 E11.9", gives="O24.112 E11.9"),
        Example(codes="O03.9 I10", gives="O03.9 I10"),
        Example(codes="O94 I10", gives="O94 I10"),
        Example(codes="O24.912 E11.9", gives="O24.912 E11.9"),
        Example(codes="O16.2 I11.9", gives="O16.2 I11.9"),
        Example("Iron deficiency anemia. Pregnancy.", gives="D50.9 Z33.1"),
        Example(codes="Z34.92 I10", gives="I10", sex=Sex.MALE),
        Example("Iron deficiency anemia since her first pregnancy.", gives="D50.9 Z33.1"),
        Example(
            "Finger laceration. Pregnancy at 20 weeks is incidental. Iron deficiency anemia.",
            gives="S61.219A Z33.1 D50.9",
        ),
        Example("20 weeks pregnant. History of pneumonia.", gives="Z3A.20 Z33.1 Z87.01"),
    ],
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
    examples=[
        Example(
            "Gestational diabetes at 28 weeks, on diet and insulin.",
            gives="O24.414 Z3A.28",
            without="O24.414 Z3A.28 Z79.4",
        ),
        Example(codes="O24.415 Z79.84", gives="O24.415", without="O24.415 Z79.84"),
        Example(codes="O24.414 Z79.85", gives="O24.414", without="O24.414 Z79.85"),
        Example(codes="O24.410 O24.112", gives="O24.410", without="O24.410 O24.112"),
        Example(codes="O24.410 O24.414", gives="O24.414", without="O24.410 O24.414"),
        Example(codes="O24.410 O24.415", gives="O24.415", without="O24.410 O24.415"),
        Example(codes="O24.415 O24.414", gives="O24.414", without="O24.415 O24.414"),
        Example(codes="O24.112 E11.9 Z79.4", gives="O24.112 E11.9 Z79.4"),
    ],
)
def gestational_drugs(case: Case) -> Iterator[Edit]:
    """Drop long-term drug codes beside gestational diabetes, which says how it is controlled."""
    for one in case.under(*_ANTIDIABETICS) if case.has("O24.4") else ():
        yield case.drop(one.code, "the code of gestational diabetes says how it is controlled")
    for one in case.under("O24") if case.has("O24.4") else ():
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
    codes=[_INCIDENTAL, _OBSTETRIC, *_COMPLICATIONS, "O09 O26.9 O80 Z34 Z37"],
    examples=[
        Example(codes="O80 O13.4 Z37.0", gives="O13.4 Z37.0", without="O80 O13.4 Z37.0"),
        Example(codes="O80 O70.0 Z37.0", gives="O70.0 Z37.0", without="O80 O70.0 Z37.0"),
        Example(codes="O80 O87.0 Z37.0", gives="O87.0 Z37.0", without="O80 O87.0 Z37.0"),
        Example(codes="O80 O99.02 D50.9 Z37.0", gives="O99.02 D50.9 Z37.0", without="O80 O99.02 D50.9 Z37.0"),
        Example(codes="Z34.01 O13.1", gives="O13.1", without="Z34.01"),
        Example(codes="Z34.01 O80 Z37.0", gives="O80 Z37.0", without="Z34.01 Z37.0"),
        Example(codes="O80 O26.93 Z37.0", gives="O26.93 Z37.0", without="O80 O26.93 Z37.0"),
        Example(codes="O09.513 O80", gives="O80 Z37.0", without="O09.513 O80 Z37.0"),
        Example(codes="O26.91 O13.1", gives="O13.1", without="O26.91 O13.1"),
        Example(codes="O09.513 O80 Z37.0", gives="O80 Z37.0", without="O09.513 O80 Z37.0"),
        Example(codes="O09.513 O42.02 Z37.0", gives="O42.02 Z37.0", without="O09.513 O42.02 Z37.0"),
        Example("Pregnant, gestational hypertension.", gives="O13.9", without="Z33.1"),
        Example(codes="Z33.1 Z34.01", gives="Z34.01", without="Z34.01 Z33.1"),
        Example(codes="O80 Z37.0", gives="O80 Z37.0"),
        Example(codes="Z34.01 Z3A.12", gives="Z34.01 Z3A.12"),
        Example(codes="O26.90", gives="O26.90"),
        Example(codes="O09.513 Z3A.30", gives="O09.513 Z3A.30"),
        Example("Asthma. Incidental pregnancy.", gives="J45.909 Z33.1"),
    ],
)
def normal_only_alone(case: Case) -> Iterator[Edit]:
    """Keep the codes of normal pregnancy and delivery from standing beside those of a complication."""
    complications = [one.code for one in case.under(*_COMPLICATIONS)]
    obstetric = [one.code for one in case.under(_OBSTETRIC) if one.code != "O80"]
    for one in case.under("O80") if complications else ():
        yield case.drop(
            one.code, f"{complications[0]} is a complication, and O80 stands only for a delivery without any"
        )
    for one in case.under("Z34") if case.has(_OBSTETRIC) else ():
        yield case.drop(
            one.code, f"{(*obstetric, 'O80')[0]} is of chapter 15, beside which a normal pregnancy is not supervised"
        )
    for one in case.under("O26.9") if len(obstetric) > 1 else ():
        yield case.drop(one.code, "other codes say what the pregnancy is complicated by")
    for one in case.under("O09") if case.has("Z37", "O80") else ():
        yield case.drop(one.code, "supervision of a high-risk pregnancy is for the prenatal period, not the delivery")
    for one in case.under(_INCIDENTAL) if not _is_incidental(case) and case.has(_OBSTETRIC, "Z34") else ():
        yield case.drop(one.code, "the pregnancy is not incidental: another code says it")


@rule(
    "outcome-of-delivery",
    says="A delivery has its outcome.",
    sections=["I.C.15.b.5", "I.C.15.n.3"],
    stage=CHOOSE,
    codes=["O80 Z37 Z37.0"],
    examples=[
        Example(codes="O80", gives="O80 Z37.0", without="O80"),
        Example(codes="O80 Z37.1", gives="O80 Z37.1"),
        Example(codes="O82", gives="O82"),
    ],
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
    codes=[*_ABORTIVE, *_COURSE, *_POSTPARTUM, "O80 Z37 Z3A"],
    examples=[
        Example(codes="O03.9 Z3A.10", gives="O03.9", without="O03.9 Z3A.10"),
        Example(codes="Z33.2 Z3A.10", gives="Z33.2", without="Z33.2 Z3A.10"),
        Example(codes="O86.12 Z3A.40", gives="O86.12", without="O86.12 Z3A.40"),
        Example(codes="Z39.2 Z3A.40", gives="Z39.2", without="Z39.2 Z3A.40"),
        Example(codes="R51.9 Z3A.12", gives="R51.9", without="R51.9 Z3A.12"),
        Example(codes="O03.9 O99.011 D50.9 Z3A.10", gives="O03.9 O99.011 D50.9", without="O03.9 O99.011 D50.9 Z3A.10"),
        Example(codes="O86.12 O99.03 D50.9 Z3A.40", gives="O86.12 O99.03 D50.9", without="O86.12 O99.03 D50.9 Z3A.40"),
        Example(codes="Z39.2 O99.03 D50.9 Z3A.40", gives="Z39.2 O99.03 D50.9", without="Z39.2 O99.03 D50.9 Z3A.40"),
        Example(codes="O94 Z3A.39", gives="O94", without="O94 Z3A.39"),
        Example(codes="O86.12 O80 Z37.0 Z3A.40", gives="O86.12 Z37.0 Z3A.40"),
        Example(codes="O13.1 Z3A.12", gives="O13.1 Z3A.12"),
        Example(codes="O99.012 D50.9 Z3A.20", gives="O99.012 D50.9 Z3A.20"),
        Example(codes="Z34.01 Z3A.12", gives="Z34.01 Z3A.12"),
        Example(codes="Z33.1 Z3A.12", gives="Z33.1 Z3A.12"),
        Example(codes="Z36.0 Z3A.12", gives="Z36.0 Z3A.12"),
        Example(codes="O80 Z37.0 Z3A.39", gives="O80 Z37.0 Z3A.39"),
    ],
)
def weeks_only_in_course(case: Case) -> Iterator[Edit]:
    """Drop the weeks of gestation where the pregnancy is over or ended in an abortion."""
    over = case.has(*_ABORTIVE) or (case.has(*_POSTPARTUM) and not case.has("Z37"))
    for one in case.under("Z3A"):
        if over or not case.has(*_COURSE):
            yield case.drop(one.code, "weeks of gestation are for a pregnancy in its course, with a code that says so")


@rule(
    "obstetric-first",
    says="Chapter 15 codes have sequencing priority.",
    sections=["I.C.15.a.1"],
    stage=ORDER,
    after=["history-behind", "complication-first", "first-listed-only"],
    codes=[_OBSTETRIC, "O94 Z34 Z39"],
    examples=[
        Example(codes="R51.9 O13.1", gives="O13.1 R51.9", without="R51.9 O13.1"),
        Example(codes="F17.210 O99.331", gives="O99.331 F17.210", without="F17.210 O99.331"),
        Example(codes="Z37.0 O80", gives="O80 Z37.0", without="Z37.0 O80"),
        Example(codes="R51.9 O94", gives="R51.9 O94"),
        Example(codes="Z39.2 O90.6", gives="Z39.2 O90.6"),
    ],
)
def obstetric_first(case: Case) -> Iterator[Edit]:
    """Move the codes of chapter 15 in front of those of other chapters."""
    obstetric = [one.code for one in case.under(_OBSTETRIC) if one not in case.under("O94")]
    for code in obstetric:
        for other in case.draft:
            if not other.code.startswith("O") and other not in case.under("Z39"):
                yield case.move(code, other.code, "codes of chapter 15 stand before those of other chapters")


@rule(
    "high-risk-first",
    says="What prompted an obstetric visit is sequenced first.",
    sections=["I.C.15.b.2", "I.C.15.m", "I.C.15.r"],
    stage=ORDER,
    after=["complication-first", "first-listed-only", "obstetric-first"],
    codes=[_OBSTETRIC, "O09 O9A.2-O9A.5"],
    examples=[
        Example(codes="O13.1 O09.511", gives="O09.511 O13.1", without="O13.1 O09.511"),
        Example(codes="O26.891 O9A.211 S93.401A", gives="O9A.211 O26.891 S93.401A", without="O26.891 O9A.211 S93.401A"),
        Example(codes="O26.891 O9A.511", gives="O9A.511 O26.891", without="O26.891 O9A.511"),
        Example(codes="O26.891 O9A.111 C43.59", gives="O26.891 O9A.111 C43.59"),
        Example(codes="O26.891 O99.011 D50.9", gives="O26.891 O99.011 D50.9"),
    ],
)
def high_risk_first(case: Case) -> Iterator[Edit]:
    """Move what prompted a visit in front: supervision of a high-risk pregnancy, or an injury of the mother."""
    for code in [one.code for one in case.under("O09", "O9A.2-O9A.5")]:
        for other in case.under(_OBSTETRIC):
            yield case.move(code, other.code, f"{code} is sequenced first")
