"""Chapter 14 of the guidelines: kidney and urinary diseases."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import COMBINE, SAID, Case, DraftCode, Edit, Example, NoteKind, read_rules, rule
from codekit_icd10cm import checks

ROWS = read_rules(__package__, "genitourinary.toml")
_KIDNEY_DISEASE, _ANEMIA, _ANEMIA_IN_KIDNEY_DISEASE = "N18", "D64.9", "D63.1"
_NEOPLASMS = "C00-D49"
_PROSTATE, _NECK, _OBSTRUCTION = "N40", "N32.0", "N13.8"


@rule(
    "obstructing-prostate",
    says="An obstructed bladder neck beside an enlarged prostate is obstructed by it.",
    sections=["I.A.15", "I.C.14"],
    stage=SAID,
    codes=[_PROSTATE, _NECK],
    examples=[
        Example("BPH with bladder outlet obstruction.", gives="N40.1 N13.8", without="N40.0 N32.0"),
        Example(codes="N40.2 N32.0", gives="N40.3 N13.8", without="N40.2 N32.0"),
        Example(codes="N40.1 N32.0", gives="N40.1 N13.8", without="N40.1 N32.0"),
        Example(codes="N32.0 C61", gives="N32.0 C61"),
    ],
)
def obstructing_prostate(case: Case) -> Iterator[Edit]:
    """Code the obstruction as the one for which the code of the prostate asks (tabular: use additional code)."""
    for one in case.under(_NECK) if case.under(_PROSTATE) and case.knows(_OBSTRUCTION) else ():
        yield case.replace(one.code, _OBSTRUCTION, "the prostate obstructs the outlet of the bladder")


@rule(
    "with-symptoms",
    says="A code `with` symptoms is chosen where its notes name a symptom that is coded.",
    sections=["I.C.18.c"],
    stage=SAID,
    after=["obstructing-prostate"],
    examples=[
        Example("BPH with urinary retention.", gives="N40.1 R33.8", without="N40.0"),
        Example(codes="N40.0 R35.1", gives="N40.1 R35.1", without="N40.0 R35.1"),
        Example(codes="N40.2 R33.9", gives="N40.3 R33.8", without="N40.2 R33.9"),
        Example(codes="N40.0 N13.8", gives="N40.1 N13.8", without="N40.0 N13.8"),
        Example(codes="N40.0 R10.9", gives="N40.0 R10.9"),
        Example(codes="N40.1 R35.0", gives="N40.1 R35.0"),
    ],
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
    "anemia-with-kidney-disease",
    says="Anemia and chronic kidney disease are linked, unless the note gives the anemia another cause.",
    sections=["I.A.15"],
    stage=COMBINE,
    after=["anemia-by-cause"],
    codes=[_KIDNEY_DISEASE, _ANEMIA, _NEOPLASMS],
    examples=[
        Example("Anemia. Chronic kidney disease stage 4.", gives="N18.4 D63.1", without="D64.9 N18.4"),
        Example("1. Chronic kidney disease stage 3b.\n2. Anemia.", gives="N18.32 D63.1", without="N18.32 D64.9"),
        Example(
            "Anemia due to acute blood loss. Chronic kidney disease stage 4.",
            gives="D62 N18.4",
        ),
        Example(codes="N18.4 D50.9", gives="N18.4 D50.9"),
        Example(codes="C90.00 N18.4 D64.9", gives="C90.00 N18.4 D64.9"),
    ],
)
def anemia_with_kidney_disease(case: Case) -> Iterator[Edit]:
    """Code an unspecified anemia as that of a chronic kidney disease; beside a neoplasm it may be that one's."""
    disease = next(iter(case.under(_KIDNEY_DISEASE)), None)
    if disease is None or case.has(_NEOPLASMS) or not case.knows(_ANEMIA_IN_KIDNEY_DISEASE):
        return
    for anemia in case.under(_ANEMIA):
        if anemia.cause is None:
            reason = "the index lists it `in` chronic kidney disease, and the note names no other cause"
            yield case.replace(anemia.code, _ANEMIA_IN_KIDNEY_DISEASE, reason)
            yield case.move(disease.code, _ANEMIA_IN_KIDNEY_DISEASE, "the underlying disease is coded first")
