"""Chapter 16 of the guidelines: newborns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.plugin import CHOOSE, SAID, Case, Edit, Example, read_rules, rule
from codekit_icd10cm.mentions.births import of_newborn

_MATERNAL_ONLY = ("O00-O9A", "Z33", "Z34", "Z3A", "Z37", "Z39")
_OF_NEWBORN = re.compile(r"\b(?:newborn|neonatal)\b")
# What may be a status for life: a low birth weight and a short gestation (I.C.16.e).
_FOR_LIFE = "P07"


def _is_newborn(case: Case) -> bool:
    """Say whether the record is a newborn's."""
    said = " ".join(one.mention.text for one in case.draft.statements)
    return case.encounter.age == 0 or case.has("Z38") or of_newborn(said)


@rule(
    "one-record",
    says="Codes of mother and newborn do not share a record.",
    sections=["I.C.16.a.1", "I.C.15.a.2"],
    stage=SAID,
    codes=[*_MATERNAL_ONLY, "P00-P96 Z38"],
    examples=[
        Example(
            "Newborn, single live birth, vaginal, in hospital, cleft palate with cleft lip, unilateral.",
            gives="Z38.00 Q37.9",
            without="O99.892 Z37.0 Q37.9",
        ),
        Example(codes="Z38.00 Z37.0", gives="Z38.00", without="Z37.0"),
        Example(codes="P59.9 O80", gives="P59.9", without="", age=0),
        Example(codes="P59.9 Z33.1", gives="P59.9", without="P59.9 Z33.1", age=0),
        Example(codes="P59.9 Z39.2", gives="P59.9", without="Z39.2 P59.9", age=0),
        Example(codes="P59.9 Z34.90 Z3A.38", gives="P59.9", without="Z34.90", age=0),
        Example("Preterm newborn. Supervision of pregnancy.", gives="P07.30", without="P07.30 Z33.1"),
        Example(codes="Z34.01 P92.9", gives="Z34.01", without="Z34.01 P92.9"),
        Example(codes="Z38.00 P59.9", gives="Z38.00 P59.9"),
        Example(codes="I10 P27.1", gives="I10 P27.1"),
    ],
)
def one_record(case: Case) -> Iterator[Edit]:
    """Keep the mother's codes from the newborn's record and the newborn's from the mother's."""
    if _is_newborn(case):
        for one in case.under(*_MATERNAL_ONLY):
            yield case.drop(one.code, "codes of the mother are never on the newborn's record")
    elif case.has("O00-O9A", "Z34", "Z37"):
        for one in case.under("P00-P96", "Z38"):
            yield case.drop(one.code, "codes of the newborn are never on the mother's record")


@rule(
    "stated-newborn",
    says="A code for newborns needs a newborn.",
    sections=["I.C.16.a.1", "I.C.16.a.4", "I.C.16.e"],
    stage=SAID,
    codes=[_FOR_LIFE, "P00-P96 Z38"],
    examples=[
        Example(codes="P59.9", gives="", without="P59.9", age=40),
        Example(codes="P36.9", gives="", without="P36.9", age=40),
        Example(codes="P36.9", gives="P36.9", age=0),
        Example(codes="P36.9", gives="P36.9"),
        Example(codes="P27.1", gives="P27.1", age=30),
        Example(codes="P07.17", gives="P07.17", age=12),
        Example(codes="P91.60", gives="P91.60", age=30),
        Example("Pulmonary hypertension of newborn.", gives="P29.30", age=40),
    ],
)
def stated_newborn(case: Case) -> Iterator[Edit]:
    """Drop a code for newborns where the patient is older and nothing in the note says that it was one then."""
    if _is_newborn(case) or case.encounter.age is None:
        return
    for one in case.under("P00-P96"):
        if _OF_NEWBORN.search(case.title(one.code)) and one not in case.under(_FOR_LIFE):
            yield case.drop(one.code, f"{one.code} is for newborns, and the patient is none")


@rule(
    "stillbirth-alone",
    says="No code stands with a stillbirth.",
    sections=["I.C.16.g"],
    stage=CHOOSE,
    codes=["P95"],
    examples=[
        Example(codes="P95 P07.17 P02.1", gives="P95", without="P95 P07.17 P02.1"),
        Example(codes="Z38.00 P95", gives="P95", without="Z38.00 P95"),
        Example(codes="P95", gives="P95"),
        Example(codes="Z38.00 P02.1", gives="Z38.00 P02.1"),
    ],
)
def stillbirth_alone(case: Case) -> Iterator[Edit]:
    """Drop everything beside a stillbirth."""
    for one in case.draft if case.has("P95") else ():
        if one.code != "P95":
            yield case.drop(one.code, "no other code stands with a stillbirth")


ROWS = read_rules(__package__, "perinatal.toml")
