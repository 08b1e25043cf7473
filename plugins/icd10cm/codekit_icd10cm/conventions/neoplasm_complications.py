"""Sections I.C.2.c, I.C.2.e and I.C.2.l of the guidelines: what comes of a neoplasm and of its treatment; anemia."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import COMBINE, Case, Edit, Example, rule
from codekit_icd10cm.conventions.words import said_of

_NEOPLASMS = ("C00-D49",)
_DRUG_THERAPY = frozenset(("chemotherapy", "immunotherapy", "antineoplastic", "chemoradiation", "chemo"))
_CHEMOTHERAPY = frozenset(("chemotherapy", "chemo", "chemoradiation"))
_RADIATION = frozenset(("radiation", "radiotherapy", "chemoradiation", "brachytherapy"))
_ADVERSE_EFFECT, _AFTER_RADIATION = "T45.1X5A", "Y84.2"
_IN_NEOPLASM, _OF_CHEMOTHERAPY, _OTHER_ANEMIA = "D63.0", "D64.81", "D64.89"
_ANEMIA, _IRON_DEFICIENCY = "D64.9", "D50.9"
_ACUTE_LOSS, _CHRONIC_LOSS = "D62", "D50.0"
# Source: ICD-10-CM alphabetic index, Anemia, in (due to), chronic disease; CKD and neoplasms have their own codes.
_IN_CHRONIC_DISEASE = "D63.8"
_CHRONIC = ("A15-A19", "B18", "B20", "E00-E89", "I50", "J44", "K50-K52", "K70-K76", "M05-M14", "M30-M36", "M86")
_OTHER_FRACTURE, _NEOPLASM_FRACTURE = "M84.4", "M84.5"
# What is not an effect of the treatment, or says its cause itself.
_NO_EFFECT = (*_NEOPLASMS, "S00-Y99", "Z00-Z99")


@rule(
    "anemia-of-therapy",
    says="Anemia due to the treatment of a malignancy is coded by the treatment.",
    sections=["I.C.2.c.2"],
    stage=COMBINE,
    codes=[_ANEMIA, _IN_NEOPLASM, _OF_CHEMOTHERAPY, _OTHER_ANEMIA],
    examples=[
        Example(
            "Anemia due to chemotherapy for ovarian cancer.",
            gives="D64.81 C56.9 T45.1X5A",
            without="C56.9 D63.0 T45.1X5A",
        ),
        Example("Anemia from chemoradiation.", gives="D64.81 T45.1X5A Y84.2", without="D64.9 T45.1X5A Y84.2"),
        Example("Anemia due to radiotherapy.", gives="D64.89 Y84.2", without="D64.9 Y84.2"),
        Example(
            "Anemia due to immunotherapy for melanoma.",
            gives="D64.89 C43.9 T45.1X5A",
            without="C43.9 D63.0 T45.1X5A",
        ),
        Example("Anemia due to colon cancer.", gives="C18.9 D63.0"),
    ],
)
def anemia_of_therapy(case: Case) -> Iterator[Edit]:
    """Code anemia that comes of the treatment of a malignancy by the kind of treatment."""
    for draft_code in case.under(_ANEMIA, _IN_NEOPLASM):
        words = set(draft_code.cause.words) if draft_code.cause else set()
        code = _OF_CHEMOTHERAPY if words & _CHEMOTHERAPY else _OTHER_ANEMIA
        if words & (_DRUG_THERAPY | _RADIATION) and case.knows(code):
            yield case.replace(draft_code.code, code, "the note gives the treatment as its cause")


@rule(
    "anemia-by-cause",
    says="Anemia is coded by the loss of blood or the chronic disease that caused it.",
    sections=["I.A.15"],
    stage=COMBINE,
    after=["hypertensive-disease", "diabetes-complications"],
    codes=[_ANEMIA, _IRON_DEFICIENCY, _ACUTE_LOSS, _CHRONIC_LOSS, _IN_CHRONIC_DISEASE, *_CHRONIC],
    examples=[
        Example("Anemia due to acute blood loss.", gives="D62", without="D64.9"),
        Example("Acute anemia due to hemorrhage.", gives="D62 R58", without="D64.9 R58"),
        Example("Anemia due to chronic blood loss.", gives="D50.0", without="D64.9"),
        Example("Iron deficiency anemia due to acute blood loss.", gives="D50.0", without="D50.9"),
        Example("Anemia due to rheumatoid arthritis.", gives="M06.9 D63.8", without="D64.9 M06.9"),
        Example("Anemia due to heart failure.", gives="I50.9 D63.8", without="D64.9 I50.9"),
        Example("Anemia due to Crohn's disease.", gives="K50.90 D63.8", without="D64.9 K50.90"),
        Example("Anemia due to chronic hepatitis C.", gives="B18.2 D63.8", without="D64.9 B18.2"),
        Example("Iron deficiency anemia due to ulcerative colitis.", gives="D50.9 K51.90"),
        Example("1. Anemia. 2. Rheumatoid arthritis.", gives="D64.9 M06.9"),
        Example("Anemia due to chronic kidney disease.", gives="N18.9 D63.1"),
    ],
)
def anemia_by_cause(case: Case) -> Iterator[Edit]:
    """Code an unspecified anemia by a loss of blood or a chronic disease that the note names as its cause."""
    for draft_code in case.under(_ANEMIA, _IRON_DEFICIENCY):
        words = set(draft_code.cause.words) if draft_code.cause else set()
        chronic = next((cause for cause in case.causes(draft_code) if cause in case.under(*_CHRONIC)), None)
        unspecified = draft_code in case.under(_ANEMIA)
        if words >= {"blood", "loss"} or words & {"hemorrhage"}:
            acute = unspecified and "acute" in words | said_of(case, draft_code)
            code = _ACUTE_LOSS if acute else _CHRONIC_LOSS
            if case.knows(code):
                yield case.replace(draft_code.code, code, "the note gives its cause, by which anemia is coded")
        elif chronic is not None and unspecified and case.knows(_IN_CHRONIC_DISEASE):
            reason = "the note gives its cause, by which anemia is coded"
            yield case.replace(draft_code.code, _IN_CHRONIC_DISEASE, reason)
            yield case.move(chronic.code, _IN_CHRONIC_DISEASE, "the underlying disease is coded first")


@rule(
    "effects-of-therapy",
    says="What antineoplastic treatment causes takes the code of its adverse effect.",
    sections=["I.C.2.c.2", "I.C.2.e.3", "I.C.19.e.5.a"],
    stage=COMBINE,
    codes=[_ADVERSE_EFFECT, _AFTER_RADIATION, "T45.1", *_NO_EFFECT],
    examples=[
        Example("Fatigue due to immunotherapy for melanoma.", gives="C43.9 R53.83 T45.1X5A", without="C43.9 R53.83"),
        Example(
            "Diarrhea due to radiation therapy for prostate cancer.",
            gives="C61 R19.7 Y84.2",
            without="C61 R19.7",
        ),
        Example(
            "Dysphagia due to chemoradiation for esophageal cancer.",
            gives="C15.9 R13.10 T45.1X5A Y84.2",
            without="C15.9 R13.10",
        ),
        Example("Nausea due to chemotherapy for ovarian cancer.", gives="C56.9 R11.0 T45.1X5A"),
        Example("Fatigue due to brachytherapy.", gives="R53.83 Y84.2", without="R53.83"),
        Example("Burn of the chest wall due to radiotherapy.", gives="T21.01XA"),
        Example("Nausea due to gastroenteritis. On chemotherapy for colon cancer.", gives="K52.9 C18.9"),
    ],
)
def effects_of_therapy(case: Case) -> Iterator[Edit]:
    """Add the adverse effect of antineoplastic drugs, or of radiotherapy, behind what it caused."""
    for draft_code in case.draft:
        words = set(draft_code.cause.words) if draft_code.cause else set()
        if draft_code in case.under(*_NO_EFFECT):
            continue
        if words & _DRUG_THERAPY and not case.has("T45.1") and case.knows(_ADVERSE_EFFECT):
            reason = "the note gives the antineoplastic treatment as its cause"
            yield case.add(_ADVERSE_EFFECT, reason, after=draft_code.code)
        if words & _RADIATION and case.knows(_AFTER_RADIATION):
            yield case.add(_AFTER_RADIATION, "the note gives the radiotherapy as its cause", after=draft_code.code)


@rule(
    "neoplastic-fracture",
    says="A pathological fracture due to a neoplasm is coded as such.",
    sections=["I.C.2.l.6"],
    stage=COMBINE,
    codes=[_OTHER_FRACTURE, _NEOPLASM_FRACTURE, *_NEOPLASMS],
    examples=[
        Example(
            "Pathological fracture of the left femur due to bone metastasis.",
            gives="M84.552A C79.51",
            without="M84.452A C79.51",
        ),
        Example(
            "Pathological fracture of right humerus due to multiple myeloma.",
            gives="M84.521A C90.00",
            without="M84.421A C90.00",
        ),
        Example("Pathological fracture of the left femur. Lung cancer.", gives="M84.452A C34.90"),
    ],
)
def neoplastic_fracture(case: Case) -> Iterator[Edit]:
    """Code a pathological fracture that a neoplasm caused as such."""
    for draft_code in case.under(_OTHER_FRACTURE):
        neoplasm = next((cause for cause in case.causes(draft_code) if cause in case.under(*_NEOPLASMS)), None)
        code = draft_code.code.replace(_OTHER_FRACTURE, _NEOPLASM_FRACTURE)
        if neoplasm is not None and case.knows(code):
            yield case.replace(draft_code.code, code, f"the note gives {neoplasm.code} as its cause")
