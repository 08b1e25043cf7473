"""Chapter 14 of the guidelines: kidney and urinary diseases."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import SAID, Case, DraftCode, Edit, Example, NoteKind, read_rules, rule
from codekit_icd10cm import checks

ROWS = read_rules(__package__, "genitourinary.toml")


@rule(
    "with-symptoms",
    says="A code `with` symptoms is chosen where its notes name a symptom that is coded.",
    sections=["I.C.18.c"],
    stage=SAID,
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
