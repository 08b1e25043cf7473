"""What a record tells in passing: words that say neither what nor where, and what a surgeon does."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import REPORT, Basis, Case, DraftCode, Edit, Example, SectionKind, rule

# Codes of general words that say neither what a thing is nor where: a tumor, a scar, an infection, an embolism.
_VAGUE = (
    *("B99.9", "C79.9", "C80.1", "D49.9", "G83.9", "I74.9", "K46", "L08.9", "L90.5", "L98.9", "M79.9", "R22.9", "R58"),
    *("R52", "R69", "T14"),
)
_INJURIES = ("S00-S99",)
# What a surgeon does on purpose; a tear or a fracture is found.
_CUTS = ("laceration", "puncture", "open wound")
_CONCLUDING = frozenset((SectionKind.DIAGNOSES, SectionKind.ADMISSION_DIAGNOSES, SectionKind.CHIEF_COMPLAINT))


@rule(
    "general-words",
    says="A general word that says neither what nor where is reported only where it is listed or brings the patient.",
    sections=["III", "IV.D"],
    stage=REPORT,
    after=["reported-diagnoses", "reason-for-encounter"],
    codes=_VAGUE,
    examples=[
        Example("PROCEDURE: The tumor was dissected free.", gives="", without="D49.9"),
        Example("PROCEDURE: The incision was carried through the old scar.", gives="", without="L90.5"),
        Example("FINDINGS: Part of the infection had drained.", gives="", without="B99.9"),
        Example("PROCEDURE: The nucleus was broken into two halves.", gives="", without="T14.8XXA"),
        Example("She was bitten by a dog.", gives="T14.8XXA W54.0XXA"),
        Example("ASSESSMENT:\n1. Painful scar.", gives="L90.5"),
        Example("FINDINGS: Diverticular disease of the colon.", gives="K57.30"),
    ],
)
def general_words(case: Case) -> Iterator[Edit]:
    """Leave general words of the text between."""
    harmed = case.has("V00-Y99")
    for one in _in_passing(case, *_VAGUE):
        # What happened to the patient says that an injury is one.
        if not (harmed and one.code.startswith("T14")):
            yield case.leave(one.code, Basis.MENTIONED, "a general word of the text, which says neither what nor where")


@rule(
    "surgeons-deed",
    says="An injury that only the description of an operation tells is what the surgeon did.",
    sections=["I.B.16", "I.C.19"],
    stage=REPORT,
    after=["reported-diagnoses", "reason-for-encounter"],
    codes=_INJURIES,
    examples=[
        Example("PROCEDURE: The bronchus was cut with a blade.", gives="", without="S27.439A"),
        Example("PROCEDURE: A laceration of the liver was repaired.", gives="", without="S36.113A"),
        Example(
            "POSTOPERATIVE DIAGNOSIS: Laceration of the liver.\n\nPROCEDURE: The liver laceration was closed.",
            gives="S36.113A",
        ),
        Example("PROCEDURE: A tear of the medial meniscus of the left knee was found.", gives="S83.242A"),
    ],
)
def surgeons_deed(case: Case) -> Iterator[Edit]:
    """Leave injuries that stand in the description of an operation alone."""
    for one in _in_passing(case, *_INJURIES):
        where = {each.mention.section for each in case.statements_of(one)}
        cut = any(word in case.edition.get(one.code).title.lower() for word in _CUTS)
        if cut and where == {SectionKind.PROCEDURE}:
            yield case.leave(one.code, Basis.MENTIONED, "the description of an operation tells what the surgeon did")


def _in_passing(case: Case, *rows: str) -> Iterator[DraftCode]:
    """Give the reported codes under some rows of which no statement is a problem of its own, or concludes or begins."""
    for one in case.under(*rows):
        statements = case.statements_of(one)
        if one.reported and not any(each.mention.heading or each.mention.section in _CONCLUDING for each in statements):
            yield one
