"""Chapter 9 of the guidelines: hypertension, coronary disease and myocardial infarction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from codekit.plugin import COMBINE, ORDER, SAID, Case, DraftCode, Edit, Example, Setting, read_rules, rule
from codekit_icd10cm.conventions.combinations import may_be_linked
from codekit_icd10cm.conventions.words import said_of

_HYPERTENSIVE = ("I10-I13", "I15")
# Source: ICD-10-CM alphabetic index, Varix, esophagus, in (due to).
_VARICES = {"I85.00": "I85.10", "I85.01": "I85.11"}
_PORTAL = ("B65", "K70.2-K70.3", "K71.7", "K74", "K76.6")
_COMBINED = ("I10", "I11", "I12", "I13")
# Heart conditions that hypertension is presumed to cause; the second group is said by I11 itself (I.C.9.a.1).
_FAILURE, _HEART, _SAID_BY_I11 = "I50", ("I51.4-I51.7", "I51.89", "I51.9"), ("I51.5", "I51.7")
_LATE_STAGES = ("N18.5", "N18.6")
# By heart (none, disease, failure) and kidney (none, stages 1 to 4, stage 5 or end stage).
_TABLE = (("I10", "I12.9", "I12.0"), ("I11.9", "I13.10", "I13.11"), ("I11.0", "I13.0", "I13.2"))
_RENOVASCULAR, _RENAL = ("I70.1", "I77.3", "Q27.1-Q27.2"), ("N00-N17", "N19-N29", "Q60-Q64")
_ENDOCRINE = ("E00-E07", "E15-E35", "E89", "C73-C75", "D35", "D44")
_SECONDARY = (("I15.0", _RENOVASCULAR), ("I15.1", _RENAL), ("I15.2", _ENDOCRINE))
_CORONARY_DISEASE = ("I25.1", "I25.7", "I25.8")
_CORONARY = {"I25.10": "I25.11", "I25.810": "I25.70", "I25.811": "I25.75", "I25.812": "I25.76"}
# "Bypass graft" without the part of the body; angina says that it is the heart's.
_GRAFTS = {"I70.309": "I25.70", "I70.409": "I25.71", "I70.509": "I25.73"}
_WITH_ANGINA = ("I25.11", "I25.7")
_ANGINA = {"I20.0": "0", "I20.1": "1", "I20.2": "2", "I20.8": "8"}
_ANGINA_WORDS = (
    ("unstable", "0"),
    ("spasm", "1"),
    ("refractory", "2"),
    ("stable", "8"),
    ("exertional", "8"),
    ("effort", "8"),
)
_TYPE_1, _STEMI = ("I21.0-I21.4", "I21.9"), ("I21.0-I21.3",)
_AGO = re.compile(r"\b(?:ago|earlier|prior|back)\b", re.IGNORECASE)
_SUBSEQUENT = (("I21.0", "I22.0"), ("I21.1", "I22.1"), ("I21.2", "I22.8"), ("I21.4", "I22.2"), ("I21", "I22.9"))


@rule(
    "hypertension-named",
    says="Resistant hypertension and hypertensive retinopathy are coded with the hypertension.",
    sections=["I.C.9.a.12", "I.C.9.a.5"],
    stage=SAID,
    codes=[*_HYPERTENSIVE, "H35.03 I1A.0"],
    examples=[
        Example(codes="I1A.0", gives="I10 I1A.0", without="I1A.0"),
        Example(codes="H35.033", gives="H35.033 I10", without="H35.033"),
        Example(codes="I11.9 I1A.0", gives="I11.9 I1A.0"),
        Example(codes="I12.9 N18.30 H35.031", gives="I12.9 N18.30 H35.031"),
        Example(codes="I15.2 E26.09 I1A.0", gives="I15.2 E26.09 I1A.0"),
    ],
)
def hypertension_named(case: Case) -> Iterator[Edit]:
    """Add the hypertension that resistant hypertension and hypertensive retinopathy speak of."""
    if case.has(*_HYPERTENSIVE) or not case.knows("I10"):
        return
    for resistant in case.under("I1A.0")[:1]:
        yield case.add("I10", "the type of the hypertension that is resistant stands before it", before=resistant.code)
        return
    for retinopathy in case.under("H35.03")[:1]:
        yield case.add("I10", "hypertensive retinopathy is coded with the hypertension", after=retinopathy.code)


@rule(
    "secondary-hypertension",
    says="Hypertension with a stated cause is secondary, by the kind of cause.",
    sections=["I.C.9.a.6"],
    stage=SAID,
    codes=[*_RENOVASCULAR, *_RENAL, *_ENDOCRINE, *dict(_SECONDARY), "I10 I15.8 I15.9"],
    examples=[
        Example(
            "Hypertension due to fibromuscular dysplasia of the renal artery.", gives="I15.0 I77.3", without="I10 I77.3"
        ),
        Example(
            "Secondary hypertension due to renal artery atherosclerosis.", gives="I15.0 I70.1", without="I15.9 I70.1"
        ),
        Example("Hypertension due to chronic glomerulonephritis.", gives="I15.1 N03.9", without="I10 N03.9"),
        Example("Hypertension due to polycystic kidney disease.", gives="I15.1 Q61.3", without="I10 Q61.3"),
        Example("Hypertension due to renal infarction.", gives="I15.1 N28.0", without="I10 N28.0"),
        Example("Hypertension due to congenital renal artery stenosis.", gives="I15.0 Q27.1", without="I10 Q27.1"),
        Example("Hypertension due to hyperthyroidism.", gives="I15.2 E05.90", without="I10 E05.90"),
        Example("Hypertension due to postprocedural hypothyroidism.", gives="I15.2 E89.0", without="I10 E89.0"),
        Example(
            "Hypertension due to neoplasm of uncertain behavior of adrenal gland.",
            gives="I15.2 D44.10",
            without="I10 D44.10",
        ),
        Example(
            "Secondary hypertension due to acute intermittent porphyria.", gives="I15.8 E80.21", without="I15.9 E80.21"
        ),
        Example("Hypertension due to primary hyperaldosteronism.", gives="I15.2 E26.09", without="I10 E26.09"),
        Example(
            "Secondary hypertension due to carcinoma of the adrenal gland.",
            gives="I15.2 C74.90",
            without="I15.9 C74.90",
        ),
        Example("Hypertension due to pituitary adenoma.", gives="I15.2 D35.2", without="I10 D35.2"),
        Example("Secondary hypertension due to obstructive sleep apnea.", gives="I15.8 G47.33", without="I15.9 G47.33"),
        Example("Hypertension due to obesity.", gives="I10 E66.9"),
        Example("Hypertension. Primary hyperaldosteronism.", gives="I10 E26.09"),
    ],
)
def secondary_hypertension(case: Case) -> Iterator[Edit]:
    """Say what kind of secondary hypertension the note's cause makes it."""
    for one in case.under("I10", "I15.9"):
        causes = case.causes(one)
        fitting = (code for code, roots in _SECONDARY if any(cause in case.under(*roots) for cause in causes))
        code = next(fitting, "I15.8" if causes and one.code == "I15.9" else None)
        if code is not None and case.knows(code):
            yield case.replace(one.code, code, f"the note gives {causes[0].code} as its cause")


@rule(
    "hypertensive-disease",
    says="Hypertension, heart disease and chronic kidney disease are one code.",
    sections=["I.C.9.a.1", "I.C.9.a.2", "I.C.9.a.3", "I.C.9.a", "I.A.15", "I.B.9"],
    stage=COMBINE,
    codes=[*_COMBINED, *chain(*_TABLE), _FAILURE, *_HEART, *_SAID_BY_I11, *_LATE_STAGES, "I50.9 N18"],
    examples=[
        Example(codes="I10 N18.4", gives="I12.9 N18.4", without="I10 N18.4"),
        Example(codes="I10 I50.22", gives="I11.0 I50.22", without="I10 I50.22"),
        Example(codes="I10 I51.4", gives="I11.9 I51.4", without="I10 I51.4"),
        Example(codes="I10 I51.5", gives="I11.9", without="I10 I51.5"),
        Example(codes="I10 I51.89", gives="I11.9 I51.89", without="I10 I51.89"),
        Example(codes="I10 I51.9", gives="I11.9 I51.9", without="I10 I51.9"),
        Example("Hypertension. Cardiomegaly.", gives="I11.9", without="I10 I51.7"),
        Example(codes="I12.9 N18.6", gives="I12.0 N18.6", without="I12.9 N18.6"),
        Example(codes="I10 I51.4 N18.4", gives="I13.10 I51.4 N18.4", without="I10 I51.4 N18.4"),
        Example(codes="I11.9 N18.5", gives="I13.11 N18.5", without="I11.9 N18.5"),
        Example(codes="I12.9 I50.9 N18.4", gives="I13.0 I50.9 N18.4", without="I12.9 I50.9 N18.4"),
        Example(codes="I13.10 N18.4 I50.9", gives="I13.0 N18.4 I50.9", without="I13.10 N18.4 I50.9"),
        Example(codes="I12.0 I50.9 N18.6", gives="I13.2 I50.9 N18.6", without="I12.0 I50.9 N18.6"),
        Example(codes="I11.9 I12.9", gives="I13.10", without="I11.9 I12.9"),
        Example(codes="I10 I11.9", gives="I11.9", without="I10 I11.9"),
        Example(codes="I11.0", gives="I11.0 I50.9", without="I11.0"),
        Example(codes="I11.0 I50.22", gives="I11.0 I50.22"),
        Example("Hypertension. Myocarditis due to COVID-19.", gives="I10 I51.4 U07.1"),
        Example("Hypertension. CKD stage 4 not due to hypertension.", gives="I10 N18.4"),
        Example(codes="I10 I51.81", gives="I10 I51.81"),
        # Another cause is named, or the condition is not certain.
        Example("Hypertension. CKD stage 4 due to polycystic kidney disease.", gives="I10 N18.4 Q61.3"),
        Example("Hypertension. Possible chronic kidney disease stage 4.", gives="I10 N18.4", setting=Setting.INPATIENT),
    ],
)
def hypertensive_disease(case: Case) -> Iterator[Edit]:
    """Combine hypertension with heart disease and chronic kidney disease in one code."""
    found = case.under(*_COMBINED)
    if not found:
        return
    base = max(found, key=lambda one: (one.code[2], -one.position))
    failure, kidney = _linked(case, base, _FAILURE), _linked(case, base, "N18")
    heart = _linked(case, base, *_HEART)
    code = _TABLE[_heart(found, failure, heart)][_kidney(case, found, kidney)]
    if not case.knows(code):
        return
    if code != base.code:
        names = ", ".join(one.code for one in (*failure, *heart, *kidney))
        yield case.replace(
            base.code, code, f"hypertension is presumed to be linked to {names or 'the other condition'}"
        )
    for other in found:
        if other is not base and other.code != code:
            yield case.replace(other.code, code, f"{code} says the hypertension with what it is presumed to cause")
    for one in heart:
        if one in case.under(*_SAID_BY_I11):
            yield case.drop(one.code, f"{code} says it, and no further code names the heart condition")
    if code in _TABLE[2] and not case.has(_FAILURE) and case.knows("I50.9"):
        yield case.add("I50.9", f"{code} asks for the code of the heart failure", after=code)


def _linked(case: Case, base: DraftCode, *roots: str) -> list[DraftCode]:
    return [one for one in case.under(*roots) if may_be_linked(case, one, base)]


def _heart(found: Sequence[DraftCode], failure: Sequence[DraftCode], heart: Sequence[DraftCode]) -> int:
    codes = {one.code for one in found}
    if failure or codes & set(_TABLE[2]):
        return 2
    return 1 if heart or any(code.startswith(("I11", "I13")) for code in codes) else 0


def _kidney(case: Case, found: Sequence[DraftCode], kidney: Sequence[DraftCode]) -> int:
    codes = {one.code for one in found}
    if kidney:
        return 2 if any(one in case.under(*_LATE_STAGES) for one in kidney) else 1
    columns = [column for row in _TABLE for column, code in enumerate(row) if code in codes]
    return max(columns, default=0)


ROWS = read_rules(__package__, "circulatory.toml")


@rule(
    "coronary-angina",
    says="Coronary atherosclerosis and angina are one code.",
    sections=["I.C.9.b"],
    stage=COMBINE,
    codes=[*_WITH_ANGINA, *_CORONARY, *_CORONARY.values(), *_GRAFTS, *_GRAFTS.values(), *_ANGINA, "I20"],
    examples=[
        Example(codes="I25.10 I20.0", gives="I25.110", without="I25.10"),
        Example(codes="I25.10 I20.1", gives="I25.111", without="I25.10"),
        Example(codes="I25.10 I20.2", gives="I25.112", without="I25.10"),
        Example(codes="I25.10 I20.89", gives="I25.118", without="I25.10"),
        Example(codes="I25.10 I20.9", gives="I25.119", without="I25.10"),
        Example(codes="I25.810 I20.9", gives="I25.709", without="I25.810 I20.9"),
        Example(codes="I25.811 I20.0", gives="I25.750", without="I25.811 I20.0"),
        Example(codes="I25.812 I20.9", gives="I25.769", without="I25.812 I20.9"),
        Example(codes="I70.309 I20.9", gives="I25.709", without="I70.309 I20.9"),
        Example(codes="I70.409 I20.9", gives="I25.719", without="I70.409 I20.9"),
        Example(codes="I70.509 I20.9", gives="I25.739", without="I70.509 I20.9"),
        Example(codes="I25.119 I20.0", gives="I25.110", without="I20.0"),
        Example(codes="I25.709 I20.0", gives="I25.700", without="I20.0"),
        Example("CAD. Unstable anginal symptoms.", gives="I25.110", without="I25.10"),
        Example("CAD. Refractory anginal symptoms.", gives="I25.112", without="I25.10"),
        Example("CAD. Exertional angina.", gives="I25.118", without="I25.10"),
        Example("CAD. Stable anginal symptoms.", gives="I25.118", without="I25.10"),
        Example("CAD. Anginal symptoms on effort.", gives="I25.118", without="I25.10"),
        Example(codes="I25.10", gives="I25.10"),
        Example(codes="I20.9 I25.2", gives="I20.9 I25.2"),
        Example(
            "Atherosclerosis of coronary artery bypass graft. Angina due to aortic stenosis.",
            gives="I25.810 I20.9 I35.0",
        ),
    ],
)
def angina(case: Case) -> Iterator[Edit]:
    """Combine coronary atherosclerosis with the angina that it is presumed to cause."""
    for coronary in case.draft:
        named = next((one for one in case.under("I20") if may_be_linked(case, one, coronary)), None)
        stem = _stem(case, coronary, with_angina=named is not None)
        if stem is None:
            continue
        suffix = _ANGINA.get(named.code[:5], "9") if named else coronary.code[-1]
        if suffix == "9":
            said = said_of(case, coronary) | (said_of(case, named) if named else frozenset())
            suffix = next((end for word, end in _ANGINA_WORDS if word in said), suffix)
        code = stem + suffix
        if not case.knows(code):
            continue
        reason = f"angina is presumed to come of the coronary atherosclerosis, and {code} says both"
        if code != coronary.code:
            yield case.replace(coronary.code, code, reason)
        if named is not None:
            yield case.drop(named.code, reason)


def _stem(case: Case, coronary: DraftCode, *, with_angina: bool) -> str | None:
    """Give the combination code without its last character, which says the form of the angina."""
    if coronary in case.under(*_WITH_ANGINA):
        return coronary.code[:-1]
    return {**_CORONARY, **_GRAFTS}.get(coronary.code) if with_angina else None


@rule(
    "infarction-first",
    says="An acute infarction stands before coronary disease, and behind what brought on a type 2 one.",
    sections=["I.C.9.b", "I.C.9.e.5"],
    stage=ORDER,
    codes=[*_CORONARY_DISEASE, "I21-I22 I21.A1"],
    examples=[
        Example(codes="I25.10 I21.4", gives="I21.4 I25.10", without="I25.10 I21.4"),
        Example(codes="I25.700 I21.09", gives="I21.09 I25.700", without="I25.700 I21.09"),
        Example(codes="I25.812 I22.0", gives="I22.0 I25.812", without="I25.812 I22.0"),
        Example("Type 2 infarction due to sepsis.", gives="A41.9 I21.A1", without="I21.A1 A41.9"),
        Example(codes="I25.2 I21.4", gives="I25.2 I21.4"),
    ],
)
def infarction_first(case: Case) -> Iterator[Edit]:
    """Move an acute infarction in front of the coronary disease, and what brought on a type 2 one before it."""
    for coronary in case.under(*_CORONARY_DISEASE):
        for infarction in case.under("I21-I22"):
            yield case.move(infarction.code, coronary.code, "the acute infarction stands before the coronary disease")
    for infarction in case.under("I21.A1"):
        for cause in case.causes(infarction):
            yield case.move(cause.code, infarction.code, "the underlying cause of a type 2 infarction is coded first")


@rule(
    "one-infarction",
    says="An infarction that changes its kind is coded once.",
    sections=["I.C.9.e.1", "I.C.9.e.5"],
    stage=COMBINE,
    codes=[*_STEMI, *_TYPE_1, "I21.A1 I21.4 I24.8"],
    examples=[
        Example(codes="I21.4 I21.09", gives="I21.09", without="I21.4 I21.09"),
        Example(codes="I21.4 I21.29", gives="I21.29", without="I21.4 I21.29"),
        Example("NSTEMI which progressed to inferior STEMI.", gives="I21.19", without="I21.4 I21.19"),
        Example(codes="I21.A1 I24.89", gives="I21.A1", without="I21.A1 I24.89"),
        Example("NSTEMI two weeks ago. Acute inferior STEMI.", gives="I22.1 I21.4"),
        Example(codes="I24.89 I21.4", gives="I24.89 I21.4"),
    ],
)
def one_infarction(case: Case) -> Iterator[Edit]:
    """Keep one code of an infarction that changed its kind, or that is of type 2."""
    elevation = [] if _earlier(case) else case.under(*_STEMI)
    for one in case.under("I21.4") if elevation else ():
        yield case.drop(
            one.code, f"it is the same infarction as {elevation[0].code}, and is coded as with ST elevation"
        )
    for second in case.under("I21.A1")[:1]:
        for demand in case.under("I24.8"):
            yield case.drop(demand.code, f"{second.code} says the demand ischemia")


@rule(
    "subsequent-infarction",
    says="A new infarction within four weeks of another is a subsequent one.",
    sections=["I.C.9.e.4"],
    stage=COMBINE,
    codes=[*_TYPE_1, *chain(*_SUBSEQUENT)],
    examples=[
        Example(
            "Inferior STEMI one week ago. Acute anterior wall STEMI.", gives="I22.0 I21.19", without="I21.19 I21.09"
        ),
        Example("NSTEMI one week back. Acute inferior STEMI.", gives="I22.1 I21.4", without="I21.4 I21.19"),
        Example("NSTEMI three weeks earlier. Acute lateral STEMI.", gives="I22.8 I21.4", without="I21.4 I21.29"),
        Example("Anterior STEMI 10 days prior; now acute NSTEMI.", gives="I22.2 I21.09", without="I21.09 I21.4"),
        Example("NSTEMI one week ago. Acute STEMI today.", gives="I22.9 I21.4", without="I21.4"),
        Example(
            "Inferior STEMI one week ago. Acute myocardial infarction today.", gives="I22.9 I21.19", without="I21.19"
        ),
        Example("Acute anterior wall STEMI. Acute inferior wall STEMI.", gives="I21.09 I21.19"),
        Example("NSTEMI two months ago. Acute inferior STEMI.", gives="I25.2 I21.19"),
    ],
)
def subsequent_infarction(case: Case) -> Iterator[Edit]:
    """Code a new infarction within four weeks of another as a subsequent one."""
    earlier = _earlier(case)
    for new in case.under(*_TYPE_1) if earlier else ():
        code = next(subsequent for initial, subsequent in _SUBSEQUENT if new.code.startswith(initial))
        if new not in earlier and case.knows(code):
            yield case.replace(new.code, code, f"it came within four weeks of {earlier[0].code}")
            yield case.move(code, earlier[0].code, "the new infarction is what the encounter is for")


def _earlier(case: Case) -> list[DraftCode]:
    """Give the infarctions of the last four weeks that are not those of today."""
    return [one for one in case.under(*_TYPE_1) if any(_AGO.search(each.text) for each in one.evidence)]


@rule(
    "varices-in-cirrhosis",
    says="Esophageal varices beside cirrhosis or portal hypertension are secondary to it.",
    sections=["I.A.15", "I.A.13"],
    stage=COMBINE,
    codes=[*_VARICES, *_PORTAL],
    examples=[
        Example("Cirrhosis of the liver. Esophageal varices.", gives="K74.60 I85.10", without="K74.60 I85.00"),
        Example(codes="K76.6 I85.01", gives="K76.6 I85.11", without="K76.6 I85.01"),
        Example(codes="K70.30 I85.01", gives="K70.30 I85.11", without="K70.30 I85.01"),
        Example(codes="K76.0 I85.00", gives="K76.0 I85.00"),
        Example("Esophageal varices.", gives="I85.00"),
    ],
)
def varices_in_cirrhosis(case: Case) -> Iterator[Edit]:
    """Code varices as secondary where a disease stands beside them to which the index refers them."""
    causes = case.under(*_PORTAL)
    for one in case.under(*_VARICES) if causes else ():
        if may_be_linked(case, one, causes[0]):
            yield case.replace(one.code, _VARICES[one.code], f"varices are presumed to come of {causes[0].code}")
