"""Chapters 16 and 17 of the guidelines: newborns and malformations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.plugin import CHOOSE, ORDER, SAID, Assertion, Case, Edit, rule
from codekit_icd10cm.mentions.births import of_newborn

_MATERNAL_ONLY = ("O00-O9A", "Z33", "Z34", "Z3A", "Z37", "Z39")
_WEIGHT, _WEEKS = ("P05", "P07.0", "P07.1"), ("P07.2", "P07.3")
_ORGANISMS = ("B95", "B96")
_NAMES_ORGANISM = re.compile(r"streptococc|staphylococc|escherichia|e\. ?coli|anaerob")
_OF_NEWBORN = re.compile(r"\b(?:newborn|neonatal|perinatal)\b")


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
    sections=["I.C.16.a.1"],
    stage=SAID,
    codes=["P00-P96 Z38"],
)
def stated_newborn(case: Case) -> Iterator[Edit]:
    """Drop a code for newborns where nothing in the note, nor the age, says that the patient is one."""
    if _is_newborn(case):
        return
    for one in case.under("P00-P96"):
        said = " ".join(e.text.lower() for e in one.evidence)
        grown = case.encounter.age is not None and case.encounter.age > 0
        if _OF_NEWBORN.search(case.title(one.code)) and not _OF_NEWBORN.search(said) and grown:
            yield case.drop(one.code, f"{one.code} is for newborns, and the patient is none")


@rule(
    "newborn-sepsis-organism",
    says="The organism is not coded beside a newborn's sepsis that names it.",
    sections=["I.C.16.f"],
    stage=CHOOSE,
    codes=[*_ORGANISMS, "P36"],
)
def sepsis_of_newborn(case: Case) -> Iterator[Edit]:
    """Drop the organism beside a sepsis of the newborn that names it."""
    naming = [one.code for one in case.under("P36") if _NAMES_ORGANISM.search(case.title(one.code))]
    for one in case.under(*_ORGANISMS) if naming else ():
        yield case.drop(one.code, f"{naming[0]} names the organism")


@rule(
    "stillbirth-alone",
    says="No code stands with a stillbirth.",
    sections=["I.C.16.g"],
    stage=CHOOSE,
    codes=["P95"],
)
def stillbirth_alone(case: Case) -> Iterator[Edit]:
    """Drop everything beside a stillbirth."""
    for one in case.draft if case.has("P95") else ():
        if one.code != "P95":
            yield case.drop(one.code, "no other code stands with a stillbirth")


@rule(
    "corrected-malformation",
    says="A corrected malformation is history.",
    sections=["I.C.17"],
    stage=SAID,
    codes=["Q00-QA1 Z87.7"],
)
def corrected(case: Case) -> Iterator[Edit]:
    """Drop a malformation that the note gives as past: it is coded as history."""
    for one in case.under("Q00-QA1"):
        if one.assertion is Assertion.HISTORICAL and case.has("Z87.7"):
            yield case.drop(one.code, "a corrected malformation is coded as history")


@rule(
    "birth-first",
    says="The birth stands first, and the birth weight before the gestational age.",
    sections=["I.C.16.a.2", "I.C.16.d", "I.C.17"],
    stage=ORDER,
    after=["complication-first", "first-listed-only", "obstetric-first"],
    codes=[*_WEIGHT, *_WEEKS, "O00-O9A Z38"],
)
def birth_first(case: Case) -> Iterator[Edit]:
    """Move the birth to the front of a newborn's record, then what began in the perinatal period."""
    for weight in case.under(*_WEIGHT):
        for weeks in case.under(*_WEEKS):
            yield case.move(weight.code, weeks.code, "the birth weight stands before the gestational age")
    if case.has("O00-O9A"):
        return
    for birth in case.under("Z38")[:1]:
        for other in case.draft:
            yield case.move(birth.code, other.code, "the birth is the principal diagnosis of a newborn's first record")
