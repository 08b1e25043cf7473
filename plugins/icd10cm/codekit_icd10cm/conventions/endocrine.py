"""Chapter 4 of the guidelines: diabetes with its complications and by its cause, obesity and body mass index."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from codekit.plugin import CHOOSE, COMBINE, ORDER, SAID, Assertion, Case, DraftCode, Edit, NoteKind, rule
from codekit_icd10cm import checks
from codekit_icd10cm.conventions.combinations import may_be_linked
from codekit_icd10cm.conventions.words import said_of

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
    _one(".622", "L97.1-L97.3", "L97.8", "L98.4", kept=("L97", "L98")),
    _one(".630", "K05.2-K05.6", kept=("K05",)),
    _one(".649", "E16.0-E16.2"),
    _one(".65", "R73.9"),
    _one(".69", "M86", kept=("M86",)),
)
_PUMP, _INSULIN = "T85.6", "T38.3"
# Without one of these a code of type 2 stands only by default (I.C.4.a.2).
_TYPE_STATED = frozenset(("2", "type2"))
_BODY_MASS, _CHILD = "Z68", "Z68.5"
_GROWN = 20
# Weight diagnoses whose notes do not name body mass index (I.B.14: such as overweight, obesity; I.C.21.c.3).
_WEIGHT = ("E40-E46", "E66", "E88.82", "F50", "R62.5", "R62.7", "R63.4-R63.6", "R64", "O99.21", "O25")
_PREGNANT = ("O00-O9A", "Z34", "Z3A")
_CLASS_3, _MORBID = "E66.813", "E66.01"
_SURGICAL, _NO_PANCREAS, _PART = "E89.1", "Z90.410", "Z90.411"


@rule(
    "diabetes-complications",
    says="Diabetes and what it is presumed to cause are combination codes, as many as needed.",
    sections=["I.C.4.a", "I.A.15"],
    stage=COMBINE,
    after=["coronary-angina"],
    codes=[
        *_CATEGORIES,
        "E16.0-E16.2 E87.2 G58.9 G59 G60.9 G62.9 G63 G90.9 G99.0 H25 H26.9 H28 H35.00 H35.9 H36 I70",
        "I70.20-I70.24 I73.9 I79.8 I96 K05 K05.2-K05.6 K31.84 L92.1 L97 L97.1-L97.3 L97.4 L97.5 L97.8 L98",
        "L98.4 M14.6 M86 N05.9 N06.9 N08 N28.9 R73.9",
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
)
def body_mass(case: Case) -> Iterator[Edit]:
    """Drop a body mass index without a weight diagnosis, in pregnancy, and that of the other age."""
    found = case.under(_BODY_MASS)
    associated = [one for one in case.draft if one not in found and _names_body_mass(case, one)]
    for one in found:
        if not associated:
            yield case.drop(one.code, "it is coded only beside a diagnosis of weight, such as obesity")
        elif case.has(*_PREGNANT):
            yield case.drop(one.code, "body mass index is not coded in pregnancy")
        elif one in case.under(_CHILD) and (len(found) > len(case.under(_CHILD)) or (case.encounter.age or 0) > _GROWN):
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
)
def obesity_class(case: Case) -> Iterator[Edit]:
    """Say that obesity is morbid where the note does, and drop morbid obesity beside class 3 obesity."""
    for one in case.under("E66.9") if case.knows(_MORBID) and not case.has(_CLASS_3) else ():
        if "morbid" in said_of(case, one):
            yield case.replace(one.code, _MORBID, "the note calls the obesity morbid")
    for one in case.under(_MORBID) if case.has(_CLASS_3) else ():
        yield case.drop(one.code, f"{_CLASS_3} is more specific")
