"""Chapter 4 of the guidelines: diabetes with its complications and by its cause, obesity and body mass index."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from codekit.plugin import (
    CHOOSE,
    COMBINE,
    ORDER,
    SAID,
    Assertion,
    Case,
    DraftCode,
    Edit,
    Example,
    NoteKind,
    Setting,
    read_rules,
    rule,
)
from codekit_icd10cm import checks
from codekit_icd10cm.conventions.combinations import may_be_linked
from codekit_icd10cm.conventions.words import said_of

ROWS = read_rules(__package__, "endocrine.toml")
_CATEGORIES = ("E08", "E09", "E10", "E11", "E13")
_DEFAULT_TYPE, _OF_DISEASE, _OF_DRUG, _OTHER = "E11", "E08", "E09", "E13"


@attrs.frozen(kw_only=True)
class Complication:
    """A condition that diabetes is presumed to cause, and the codes that say both.

    Args:
        suffix: What follows the category in the combination code, the same for every type of diabetes.
        roots: Rows of the condition by itself.
        words: One of them must be said where the rows hold other conditions too; empty where none need be.
        unless: Words that lead to another suffix.
        kept: Rows that are coded besides, for they say more.
    """

    suffix: str
    roots: tuple[str, ...]
    words: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    kept: tuple[str, ...] = ()


def _one(suffix: str, *roots: str, words: str = "", unless: str = "", kept: tuple[str, ...] = ()) -> Complication:
    said, other = frozenset(words.split()), frozenset(unless.split())
    return Complication(suffix=suffix, roots=roots, words=said, unless=other, kept=kept)


# Source: ICD-10-CM alphabetic index, Diabetes, by type, "with"; titles of E08-E13.
_COMPLICATIONS = (
    _one(".10", "E87.2", words="ketoacidosis"),
    _one(".22", "N18", kept=("N18",)),
    _one(".21", "N08", "N05.9", "N28.9", "N06.9", words="nephropathy"),
    _one(".319", "H35.00", "H35.9", "H36", words="retinopathy"),
    _one(".36", "H25", "H26.9", "H28", kept=("H25",)),
    _one(".40", "G62.9", "G63", words="neuropathy", unless="peripheral polyneuropathy autonomic"),
    _one(".42", "G62.9", "G63", "G60.9"),
    _one(".41", "G58.9", "G59"),
    _one(".43", "K31.84", "G90.9", "G99.0", kept=("K31.84",)),
    _one(".52", "I96"),
    _one(".51", "I73.9", "I79.8", "I70.20-I70.24", kept=("I70",)),
    _one(".610", "M14.6"),
    _one(".620", "L92.1"),
    _one(".621", "L97.4", "L97.5", kept=("L97",)),
    _one(".622", "L97.1-L97.3", "L97.8", "L97.9", "L98.4", kept=("L97", "L98")),
    _one(".630", "K05.2-K05.6", kept=("K05",)),
    _one(".649", "E16.0-E16.2"),
    _one(".65", "R73.9"),
    _one(".69", "M86", kept=("M86",)),
)
_PUMP, _INSULIN = "T85.6", "T38.3"
# Without one of these a code of type 2 stands only by default (I.C.4.a.2).
_TYPE_STATED = frozenset(("2", "ii", "type2"))
_BODY_MASS, _CHILD = "Z68", "Z68.5"
# Diagnoses of weight whose notes do not name the body mass index, as those of obesity do (I.B.14, I.C.21.c.3).
_WEIGHT = ("E40-E46", "F50", "R62.5", "R62.7", "R63.4-R63.6", "R64")
_PREGNANT = ("O00-O9A", "Z33.1", "Z34")
_CLASS_3, _MORBID = "E66.813", "E66.01"
_SURGICAL, _NO_PANCREAS, _PART = "E89.1", "Z90.410", "Z90.411"


@rule(
    "diabetes-complications",
    says="Diabetes and what it is presumed to cause are combination codes, as many as needed.",
    sections=["I.C.4.a", "I.A.15", "I.B.9"],
    stage=COMBINE,
    after=["coronary-angina"],
    codes=[*_CATEGORIES, *(row for each in _COMPLICATIONS for row in (*each.roots, *each.kept))],
    examples=[
        Example("Type 2 diabetes. Nephropathy.", gives="E11.21", without="E11.9 N28.9"),
        Example("Type 2 diabetes. Background retinopathy.", gives="E11.319", without="E11.9 H35.00"),
        Example("Type 2 diabetes. Metabolic acidosis with ketoacidosis.", gives="E11.10", without="E11.9"),
        Example("Type 2 diabetes. Retinal disorder with retinopathy.", gives="E11.319", without="E11.9 H35.9"),
        Example("Type 2 diabetes. Neuropathy.", gives="E11.40", without="E11.9 G62.9"),
        Example("Type 2 diabetes. Peripheral neuropathy.", gives="E11.42", without="E11.9 G62.9"),
        Example("Type 2 diabetes. Mononeuropathy.", gives="E11.41", without="E11.9 G58.9"),
        Example(
            "Type 2 diabetes. Polyneuropathy. Gangrene. Gastroparesis.",
            gives="E11.42 E11.43 E11.52 K31.84",
            without="E11.9 G62.9 I96 K31.84",
        ),
        Example(codes="E10.9 H25.13", gives="E10.36 H25.13", without="E10.9 H25.13"),
        Example(codes="E11.9 H26.9", gives="E11.36", without="E11.9 H26.9"),
        Example(codes="E11.9 H28", gives="E11.36", without="E11.9 H28"),
        Example(codes="E11.9 G59", gives="E11.41", without="E11.9 G59"),
        Example(codes="E11.9 G60.9", gives="E11.42", without="E11.9 G60.9"),
        Example(codes="E11.9 G63", gives="E11.42", without="E11.9 G63"),
        Example(codes="E08.9 G90.9", gives="E08.43", without="E08.9 G90.9"),
        Example(codes="E11.9 G99.0", gives="E11.43", without="E11.9 G99.0"),
        Example(codes="E11.9 I73.9", gives="E11.51", without="E11.9 I73.9"),
        Example(codes="E11.9 I79.8", gives="E11.51", without="E11.9 I79.8"),
        Example(codes="E13.9 I70.213", gives="E13.51 I70.213", without="E13.9 I70.213"),
        Example(codes="E09.9 M14.60", gives="E09.610", without="E09.9 M14.60"),
        Example(codes="E11.9 L92.1", gives="E11.620", without="E11.9 L92.1"),
        Example(codes="E11.42 L97.419", gives="E11.42 E11.621 L97.419", without="E11.42 L97.419"),
        Example(codes="E11.42 L97.529", gives="E11.42 E11.621 L97.529", without="E11.42 L97.529"),
        Example(codes="E11.42 L97.219", gives="E11.42 E11.622 L97.219", without="E11.42 L97.219"),
        Example(codes="E11.42 L97.819", gives="E11.42 E11.622 L97.819", without="E11.42 L97.819"),
        Example(codes="E11.42 L98.499", gives="E11.42 E11.622 L98.499", without="E11.42 L98.499"),
        Example(codes="E11.9 K05.6", gives="E11.630 K05.6", without="E11.9 K05.6"),
        Example(codes="E11.9 E16.2", gives="E11.649", without="E11.9 E16.2"),
        Example(codes="E11.9 R73.9", gives="E11.65", without="E11.9"),
        Example(codes="E11.9 M86.9", gives="E11.69 M86.9", without="E11.9 M86.9"),
        Example(codes="E11.42 G62.9", gives="E11.42", without="E11.42 G62.9"),
        Example(codes="E11.9 N18.4", gives="E11.22 N18.4", without="E11.9 N18.4"),
        Example(codes="E08.9 N18.30", gives="E08.22 N18.30", without="E08.9 N18.30"),
        Example(codes="E09.9 N18.6", gives="E09.22 N18.6", without="E09.9 N18.6"),
        Example(codes="E13.9 L97.909", gives="E13.622 L97.909", without="E13.9 L97.909"),
        # A patient may have several of them.
        Example(codes="E10.9 N18.4 L97.422", gives="E10.22 E10.621 N18.4 L97.422", without="E10.9 N18.4 L97.422"),
        # The disease itself is named as the cause.
        Example(
            "Type 2 diabetes. Chronic kidney disease stage 4 in a diabetic.",
            gives="E11.22 N18.4",
            without="E11.9 N18.4",
        ),
        # Another cause is named, this one is denied, or the condition is not certain.
        Example(
            "Type 2 diabetes. Chronic kidney disease stage 4 due to polycystic kidney disease.",
            gives="E11.9 N18.4 Q61.3",
        ),
        Example("Type 2 diabetic. Chronic kidney disease stage 4 not due to diabetes.", gives="E11.9 N18.4"),
        Example(
            "Type 2 diabetes. Possible chronic kidney disease stage 4.", gives="E11.9 N18.4", setting=Setting.INPATIENT
        ),
        Example("Type 2 diabetes. Neuropathy due to vitamin B12 deficiency.", gives="E11.9 G62.9 E53.8"),
        Example("Type 2 diabetes. Hypertensive retinopathy.", gives="E11.9 H35.039 I10"),
        Example("Type 2 diabetes. Retinal disorder.", gives="E11.9 H35.9"),
    ],
)
def complications(case: Case) -> Iterator[Edit]:
    """Combine diabetes of any type with the conditions that it is presumed to cause."""
    for category in _CATEGORIES:
        diabetes = case.under(category)
        if diabetes:
            yield from _combine(case, category, diabetes)


def _combine(case: Case, category: str, diabetes: list[DraftCode]) -> Iterator[Edit]:
    linked = [
        (one, partner)
        for one in _COMPLICATIONS
        for partner in case.under(*one.roots)
        if case.knows(category + one.suffix) and _applies(case, one, partner, diabetes[0])
    ]
    taken: set[str] = set()
    alone = next((one.code for one in diabetes if one.code == f"{category}.9"), None)
    last = diabetes[-1].code
    for one, partner in linked:
        if partner.code in taken:
            continue
        taken.add(partner.code)
        code = category + one.suffix
        reason = f"diabetes is presumed to be linked to {partner.code}, and {code} says both"
        if alone is not None:
            yield case.replace(alone, code, reason)
            alone = None
        elif not case.has(code):
            yield case.add(code, reason, after=last, triggers=(last, partner.code))
        if partner not in case.under(*one.kept):
            yield case.drop(partner.code, reason)
        last = code if not case.has(code) else last


def _applies(case: Case, one: Complication, partner: DraftCode, diabetes: DraftCode) -> bool:
    if not may_be_linked(case, partner, diabetes):
        return False
    said = said_of(case, partner)
    return (not one.words or not said.isdisjoint(one.words)) and said.isdisjoint(one.unless)


@rule(
    "secondary-diabetes",
    says="Diabetes with a stated cause is secondary, by the kind of cause.",
    sections=["I.C.4.a.6", "I.C.4.a.6.b", "I.C.4.a.6.b.ii"],
    stage=SAID,
    codes=[_DEFAULT_TYPE, _OTHER, _OF_DRUG, _OF_DISEASE, "T36-T50"],
    examples=[
        Example("Diabetes due to hemochromatosis.", gives="E08.9 E83.119", without="E11.9 E83.119"),
        Example("Diabetes due to prednisone taken as prescribed.", gives="E09.9 T38.0X5A", without="E11.9 T38.0X5A"),
        Example("Diabetes due to pancreatectomy.", gives="E13.9 E89.1 Z90.410", without="E11.9"),
        Example("Type 2 diabetes due to obesity.", gives="E11.9 E66.9"),
        Example("DM II due to hemochromatosis.", gives="E11.9 E83.119"),
        Example("DM 2 due to hemochromatosis.", gives="E11.9 E83.119"),
        Example("Diabetes due to weight gain.", gives="E11.9 R63.5"),
        Example("Diabetes due to history of pancreatitis.", gives="E11.9 Z87.19"),
        Example("Diabetes. Hemochromatosis.", gives="E11.9 E83.119"),
    ],
)
def secondary(case: Case) -> Iterator[Edit]:
    """Code diabetes with a stated cause as secondary diabetes, where the note does not say its type."""
    for one in case.under(_DEFAULT_TYPE):
        said = said_of(case, one)
        if not said.isdisjoint(_TYPE_STATED):
            continue
        cause = one.cause.words if one.cause else ()
        if any("pancreatectom" in word for word in (*cause, *said)):
            yield from _renamed(case, one, _OTHER, "diabetes after removal of the pancreas is other specified diabetes")
            continue
        causes = [other for other in case.causes(one) if other.assertion is not Assertion.HISTORICAL]
        drug = next((other for other in causes if other in case.under("T36-T50")), None)
        disease = next((other for other in causes if other.code[0] not in "RSTVWXYZ"), None)
        if drug is not None:
            yield from _renamed(case, one, _OF_DRUG, f"the note gives the drug of {drug.code} as its cause")
        elif disease is not None:
            yield from _renamed(case, one, _OF_DISEASE, f"the note gives {disease.code} as its cause")


@rule(
    "one-type-of-diabetes",
    says="The type of diabetes that the note gives holds for all complications.",
    sections=["I.C.4.a.2", "I.C.4.a"],
    stage=SAID,
    after=["diabetes-after-pancreatectomy"],
    codes=[*_CATEGORIES],
    examples=[
        Example("Type 1 diabetes. Diabetic retinopathy.", gives="E10.319", without="E10.9"),
        Example(
            "Type 1 diabetes mellitus. Diabetic polyneuropathy and diabetic nephropathy.",
            gives="E10.42 E10.21",
            without="E11.42 E11.21",
        ),
        Example(
            "Diabetes due to cystic fibrosis. Diabetic foot ulcer.", gives="E84.9 E08.621", without="E84.9 E11.621"
        ),
        Example(
            "Drug-induced diabetes due to prednisone. Diabetic neuropathy.",
            gives="E09.40 T38.0X5A",
            without="E11.40 T38.0X5A",
        ),
        Example("Type 2 diabetes. Diabetic retinopathy.", gives="E11.319"),
        Example("Type 1 diabetes. Type II diabetes with nephropathy.", gives="E11.21"),
    ],
)
def one_type(case: Case) -> Iterator[Edit]:
    """Code a complication of which the note does not repeat the type by the type that it gives elsewhere."""
    typed = [one for category in _CATEGORIES if category != _DEFAULT_TYPE for one in case.under(category)]
    for one in case.under(_DEFAULT_TYPE) if typed else ():
        if said_of(case, one).isdisjoint(_TYPE_STATED):
            category = typed[0].code[:3]
            if one.code == f"{_DEFAULT_TYPE}.9":
                yield case.drop(one.code, f"{typed[0].code} gives the type")
            else:
                yield from _renamed(case, one, category, f"{typed[0].code} gives the type")


def _renamed(case: Case, one: DraftCode, category: str, reason: str) -> Iterator[Edit]:
    code = category + one.code[3:]
    if case.knows(code):
        yield case.replace(one.code, code, reason)


@rule(
    "diabetes-after-pancreatectomy",
    says="Diabetes after removal of the pancreas takes the lack of insulin and the absence besides.",
    sections=["I.C.4.a.6.b.i"],
    stage=SAID,
    after=["encounter-object"],
    codes=[_OTHER, _PART, _NO_PANCREAS, _SURGICAL, "Z90.41"],
    examples=[
        Example("Diabetes following total pancreatectomy.", gives="E13.9 E89.1 Z90.410", without="E13.9"),
        Example("Postpancreatectomy diabetes mellitus.", gives="E13.9 E89.1 Z90.410", without="E13.9"),
        Example("Diabetes after partial pancreatectomy.", gives="E13.9 E89.1 Z90.411", without="E13.9"),
        Example("Other specified diabetes mellitus.", gives="E13.9"),
    ],
)
def after_pancreatectomy(case: Case) -> Iterator[Edit]:
    """Add the lack of insulin and of the pancreas to diabetes that follows its removal."""
    for one in case.under(_OTHER):
        said = {*said_of(case, one), *(one.cause.words if one.cause else ())}
        if not any("pancreatectom" in word for word in said) or not case.knows(_SURGICAL):
            continue
        yield case.add(_SURGICAL, "lack of insulin after surgery is coded with the diabetes", after=one.code)
        absence = _PART if "partial" in said else _NO_PANCREAS
        if case.knows(absence) and not case.has("Z90.41"):
            yield case.add(absence, "the absence of the pancreas is an additional code", after=_SURGICAL)


@rule(
    "insulin-pump-first",
    says="The failure of an insulin pump is first-listed.",
    sections=["I.C.4.a.5.a", "I.C.4.a.5.b"],
    stage=ORDER,
    after=["complication-first"],
    codes=[_INSULIN, _PUMP, *_CATEGORIES],
    examples=[
        Example(codes="E10.65 T85.614A T38.3X6A", gives="T85.614A E10.65 T38.3X6A", without="E10.65 T85.614A T38.3X6A"),
        Example(
            codes="E11.649 T38.3X1A T85.624A", gives="T85.624A E11.649 T38.3X1A", without="E11.649 T38.3X1A T85.624A"
        ),
        Example(codes="E10.65 T38.3X6A", gives="E10.65 T38.3X6A"),
        Example(codes="E10.9 T85.614A", gives="E10.9 T85.614A"),
    ],
)
def pump_first(case: Case) -> Iterator[Edit]:
    """Move the failure of an insulin pump in front of the diabetes that it left over- or undertreated."""
    for pump in case.under(_PUMP) if case.has(_INSULIN) else ():
        for diabetes in case.under(*_CATEGORIES):
            yield case.move(pump.code, diabetes.code, "the failure of the insulin pump is first-listed")


@rule(
    "body-mass-index",
    says="A body mass index is coded only beside a diagnosis of weight.",
    sections=["I.B.14", "I.C.21.c.3", "I.C.4.b"],
    stage=CHOOSE,
    after=["obesity-class", "normal-only-alone", "weeks-of-gestation", "excludes1", "wrong-patient"],
    codes=[_BODY_MASS, *_WEIGHT, *_PREGNANT, _CHILD],
    examples=[
        Example(codes="J45.909 Z68.38", gives="J45.909", without="J45.909 Z68.38"),
        Example(codes="O03.9 E66.9 Z68.38", gives="O03.9 E66.9", without="O03.9 E66.9 Z68.38"),
        Example(
            codes="O99.211 E66.9 Z3A.12 Z68.38", gives="O99.211 E66.9 Z3A.12", without="O99.211 E66.9 Z3A.12 Z68.38"
        ),
        Example(codes="Z33.1 R63.4 Z68.1", gives="R63.4 Z33.1", without="R63.4 Z33.1 Z68.1"),
        Example(codes="Z34.01 R63.4 Z68.1", gives="Z34.01 R63.4", without="Z34.01 R63.4 Z68.1"),
        Example(codes="E66.9 Z68.38 Z68.54", gives="E66.9 Z68.38", without="E66.9 Z68.38 Z68.54"),
        Example(codes="E66.9 Z68.38", gives="E66.9 Z68.38"),
        Example(codes="E88.82 Z68.38", gives="E88.82 Z68.38"),
        Example(codes="E43 Z68.1", gives="E43 Z68.1"),
        Example(codes="F50.010 Z68.1", gives="F50.010 Z68.1"),
        Example(codes="R62.51 Z68.51", gives="R62.51 Z68.51", age=3),
        Example(codes="R62.7 Z68.1", gives="R62.7 Z68.1"),
        Example(codes="R63.4 Z68.1", gives="R63.4 Z68.1"),
        Example(codes="R64 Z68.1", gives="R64 Z68.1"),
    ],
)
def body_mass(case: Case) -> Iterator[Edit]:
    """Drop a body mass index without a weight diagnosis, in pregnancy, and that of the other age."""
    found = case.under(_BODY_MASS)
    of_weight = any(_names_body_mass(case, one) for one in case.draft)
    for one in found:
        if case.has(*_PREGNANT):
            yield case.drop(one.code, "body mass index is not coded in pregnancy")
        elif not of_weight:
            yield case.drop(one.code, "it is coded only beside a diagnosis of weight, such as obesity")
        elif one in case.under(_CHILD) and len(found) > len(case.under(_CHILD)):
            yield case.drop(one.code, "it is for patients under 20 years of age")


def _names_body_mass(case: Case, one: DraftCode) -> bool:
    notes = checks.notes_of(case.edition, one.code, NoteKind.USE_ADDITIONAL_CODE)
    named = any(reference.first.startswith(_BODY_MASS) for found in notes for reference in found.note.references)
    return named or one in case.under(*_WEIGHT)


@rule(
    "obesity-class",
    says="Class 3 obesity takes the place of morbid obesity.",
    sections=["I.C.4.b.1"],
    stage=CHOOSE,
    codes=[_CLASS_3, _MORBID, "E66.9"],
    examples=[
        Example("Morbid obesity.", gives="E66.01", without="E66.9"),
        Example(codes="E66.01 E66.813", gives="E66.813", without="E66.01 E66.813"),
        Example(codes="E66.812 E66.01", gives="E66.812 E66.01"),
        Example("Obesity.", gives="E66.9"),
        Example("Morbid obesity, class 3.", gives="E66.813"),
    ],
)
def obesity_class(case: Case) -> Iterator[Edit]:
    """Say that obesity is morbid where the note does, and drop morbid obesity beside class 3 obesity."""
    for one in case.under("E66.9") if case.knows(_MORBID) and not case.has(_CLASS_3) else ():
        if "morbid" in said_of(case, one):
            yield case.replace(one.code, _MORBID, "the note calls the obesity morbid")
    for one in case.under(_MORBID) if case.has(_CLASS_3) else ():
        yield case.drop(one.code, f"{_CLASS_3} is more specific")
