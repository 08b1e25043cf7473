"""Sections II, III and IV of the guidelines: which documented conditions are reported for an encounter, and why.

Each code of the draft is kept or left by what its statements say and where they stand. A statement among the final
diagnoses or in an assessment is what the encounter concludes; one in a hospital course was treated; one in a history is
reported if it is chronic and the stay has to reckon with it; what only stands in an examination, in a review of systems
or among results is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import (
    REPORT,
    Assertion,
    Basis,
    Case,
    DraftCode,
    Edit,
    SectionKind,
    Setting,
    Statement,
    rule,
)
from codekit_icd10cm import checks
from codekit_icd10cm.chronic import chronicity

_CONCLUDED = frozenset((SectionKind.DIAGNOSES, SectionKind.ASSESSMENT))
_TOLD = frozenset((SectionKind.NARRATIVE, SectionKind.HOSPITAL_COURSE))
_HISTORY = frozenset(
    (SectionKind.PAST_HISTORY, SectionKind.HISTORY_PRESENT, SectionKind.CHIEF_COMPLAINT, SectionKind.SURGICAL_HISTORY)
)
# Status, history and circumstances: what is said of them holds wherever it is said of the patient.
_STATUS = ("Z16-Z19", "Z66", "Z67", "Z79", "Z85-Z99")
_STANDING = ("Z79.4", "Z79.84", "Z89", "Z90", "Z93-Z95", "Z99")
_USE = ("F10-F19", "Z87.891", "Z72.0")
_USE_TOLD = frozenset((SectionKind.SOCIAL_HISTORY,))
_CIRCUMSTANCES = ("V00-Y99",)
_INJURED = ("S00-T88",)


@rule(
    "reported-diagnoses",
    says="What the encounter concludes, treats or has to reckon with is reported; what is only mentioned is not.",
    sections=["II", "III", "IV.J", "III.A", "III.B", "IV.A", "IV.F", "IV.I"],
    stage=REPORT,
    codes=[*_STATUS, *_STANDING, *_USE, *_CIRCUMSTANCES, *_INJURED],
    examples=[],
)
def reported(case: Case) -> Iterator[Edit]:
    """Keep or leave each code by where and how its statements stand."""
    for one in case.draft:
        statements = case.statements_of(one)
        if statements:
            basis, reason = _decide(case, one, statements)
            yield case.keep(one.code, basis, reason) if basis.reported else case.leave(one.code, basis, reason)


def _decide(case: Case, one: DraftCode, statements: list[Statement]) -> tuple[Basis, str]:
    """Say on what basis a code is reported or left."""
    where = {each.mention.section for each in statements if each.mention.assertion is one.assertion} or {
        each.mention.section for each in statements
    }
    listed = any(each.mention.heading for each in statements)
    symptom = checks.is_symptom(case.edition, one.code)
    inpatient = case.encounter.setting is Setting.INPATIENT
    if one.code[0] in "VWXY":
        return Basis.STATUS, "an external cause is reported with the injury"
    if where & {SectionKind.DIAGNOSES}:
        return Basis.FINAL_DIAGNOSIS, "it stands among the final diagnoses"
    if where & {SectionKind.ASSESSMENT}:
        if symptom and not listed:
            return Basis.FINDING, "the assessment mentions it as a finding"
        if not listed and _lists_problems(case):
            return Basis.MENTIONED, "it stands in what the assessment says of a problem that it lists"
        return Basis.TREATED, "the assessment states it"
    if one.code[0] == "Z":
        if one in case.under(*_STANDING) and where & (_TOLD | _HISTORY):
            return Basis.STATUS, "a status of the patient bears on any care"
        if where & {SectionKind.NARRATIVE}:
            return Basis.STATUS, "the note states it"
        return Basis.MENTIONED, "the record mentions it in passing"
    if one in case.under(*_USE) and where & (_USE_TOLD | _TOLD | _HISTORY):
        return Basis.STATUS, "use of a substance is recorded"
    if where & {SectionKind.ADMISSION_DIAGNOSES}:
        return Basis.TREATED, "it was the diagnosis on admission"
    if where & {SectionKind.NARRATIVE}:
        return Basis.TREATED, "the note states it"
    if where & {SectionKind.HOSPITAL_COURSE}:
        if symptom:
            return Basis.FINDING, "the course tells of it as a finding"
        return Basis.TREATED, "it is part of the hospital course"
    if where & _HISTORY and not symptom and chronicity(one.code) and inpatient and one.assertion is Assertion.PRESENT:
        return Basis.CHRONIC, "a chronic disease that a stay has to reckon with"
    return Basis.MENTIONED, "the record mentions it, and neither assesses nor treats it"


def _lists_problems(case: Case) -> bool:
    """Say whether the assessment is a list of problems, whose further lines speak of the problem above them."""
    return any(
        each.mention.section is SectionKind.ASSESSMENT and each.mention.heading and each.code is not None
        for each in case.draft.statements
    )
