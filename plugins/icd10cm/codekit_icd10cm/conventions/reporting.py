"""Sections II, III and IV of the guidelines: which documented conditions are reported for an encounter, and why.

Each code of the draft is kept or left by what its statements say and where they stand. What stands among the final
diagnoses or is listed in an assessment is what the encounter concludes; what a hospital course tells of was treated; a
chronic disease in a history is one that a stay has to reckon with; what only stands in an examination, in a review of
systems or among results is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from codekit.plugin import (
    ORDER,
    REPORT,
    Assertion,
    Basis,
    Case,
    DraftCode,
    Edit,
    Example,
    SectionKind,
    Setting,
    rule,
)
from codekit_icd10cm import checks
from codekit_icd10cm.chronic import chronicity

_HISTORY = frozenset(
    (SectionKind.PAST_HISTORY, SectionKind.HISTORY_PRESENT, SectionKind.CHIEF_COMPLAINT, SectionKind.SURGICAL_HISTORY)
)
_TOLD = _HISTORY | {SectionKind.NARRATIVE, SectionKind.HOSPITAL_COURSE}
# A status that bears on any care of the patient, and those that a stay has to reckon with besides (I.C.21.c.3).
_STANDING, _OF_A_STAY = ("Z79.4", "Z79.84", "Z94", "Z99"), ("Z89", "Z93", "Z95")
_USE = ("F10-F19", "Z72.0", "Z87.891")
_RANK: dict[Basis | None, int] = {Basis.FINAL_DIAGNOSIS: 0, Basis.TREATED: 1}
# The severity of a sepsis and the depth of a coma stand in chapter 18, and are no symptoms.
_NO_SYMPTOMS = ("R40.2", "R65")


@attrs.frozen(kw_only=True)
class _Standing:
    """Where and how the statements of a code stand.

    Args:
        where: The kinds of their sections.
        listed: Whether one is a problem of its own, and not said in passing.
        symptom: Whether the code is a symptom or a finding.
    """

    where: frozenset[str]
    listed: bool
    symptom: bool


@rule(
    "reported-diagnoses",
    says="What the encounter concludes, treats or has to reckon with is reported; what is only mentioned is not.",
    sections=["III", "III.A", "III.B", "IV.F", "IV.G", "IV.J"],
    stage=REPORT,
    codes=[*_STANDING, *_OF_A_STAY, *_USE, *_NO_SYMPTOMS],
    examples=[
        Example(
            "PHYSICAL EXAMINATION: Lower extremities with edema.\n\nASSESSMENT:\n1. Hypertension.",
            gives="I10",
            without="R60.9 I10",
        ),
        Example(
            "PAST MEDICAL HISTORY: Asthma, appendicitis.\n\nDISCHARGE DIAGNOSES:\n1. Pneumonia.",
            gives="J18.9 J45.909",
            without="J45.909 K37 J18.9",
            setting=Setting.INPATIENT,
        ),
        Example(
            "PAST MEDICAL HISTORY: Asthma.\n\nASSESSMENT:\n1. Sprain of right ankle.",
            gives="S93.401A",
            without="J45.909 S93.401A",
        ),
        Example("ASSESSMENT:\n1. Hypertension.\n2. Asthma.", gives="I10 J45.909"),
    ],
)
def reported_diagnoses(case: Case) -> Iterator[Edit]:
    """Keep or leave each code by where and how its statements stand."""
    concluded = any(
        each.mention.heading and each.code is not None and each.mention.section == SectionKind.ASSESSMENT
        for each in case.draft.statements
    )
    for draft_code in case.draft:
        standing = _standing(case, draft_code)
        if standing is not None:
            basis, reason = _concluded(standing, concluded) or _told(case, draft_code, standing)
            if not basis.reported:
                yield case.leave(draft_code.code, basis, reason)
                continue
            plain = standing.listed and not standing.symptom and basis in (Basis.FINAL_DIAGNOSIS, Basis.TREATED)
            doubt = "" if plain else f"{reason}, but not as a problem of its own"
            yield case.keep(draft_code.code, basis, reason, doubt=doubt)


@rule(
    "concluded-first",
    says="What the encounter concludes stands before what it only has to reckon with.",
    sections=["II", "IV.G"],
    stage=ORDER,
    examples=[
        Example(
            "PAST MEDICAL HISTORY: Asthma.\n\nDISCHARGE DIAGNOSES:\n1. Pneumonia.",
            gives="J18.9 J45.909",
            without="J45.909 J18.9",
            setting=Setting.INPATIENT,
        ),
        Example(
            "HOSPITAL COURSE: Hypokalemia was treated.\n\nDISCHARGE DIAGNOSES:\n1. Gout.",
            gives="M10.9 E87.6",
            without="E87.6 M10.9",
            setting=Setting.INPATIENT,
        ),
        Example("ASSESSMENT:\n1. Hypertension.\n2. Asthma.", gives="I10 J45.909"),
    ],
)
def concluded_first(case: Case) -> Iterator[Edit]:
    """Move final diagnoses in front of what was treated besides, and both in front of the rest."""
    sequence = [draft_code.code for draft_code in case.draft]
    ranked = sorted(case.draft, key=lambda one: _RANK.get(one.decision.basis if one.decision else None, len(_RANK)))
    for at, draft_code in enumerate(ranked):
        if sequence[at] != draft_code.code:
            yield case.move(draft_code.code, sequence[at], "it is what the encounter concludes")
            sequence.remove(draft_code.code)
            sequence.insert(at, draft_code.code)


def _standing(case: Case, draft_code: DraftCode) -> _Standing | None:
    """Read where a code is stated; None where nothing of the record states it."""
    statements = case.statements_of(draft_code)
    alike = [each for each in statements if each.mention.assertion is draft_code.assertion] or statements
    if not alike:
        return None
    symptom = checks.is_symptom(case.edition, draft_code.code) and draft_code not in case.under(*_NO_SYMPTOMS)
    return _Standing(
        where=frozenset(each.mention.section for each in alike),
        listed=any(each.mention.heading for each in alike),
        symptom=symptom,
    )


def _concluded(standing: _Standing, listing: bool) -> tuple[Basis, str] | None:
    """Decide what stands among the diagnoses or in an assessment; None for what stands elsewhere."""
    if SectionKind.DIAGNOSES in standing.where:
        return Basis.FINAL_DIAGNOSIS, "it stands among the final diagnoses"
    if SectionKind.ASSESSMENT not in standing.where:
        return None
    if standing.listed:
        return Basis.TREATED, "the assessment lists it"
    if standing.symptom:
        return Basis.FINDING, "the assessment mentions it as a finding"
    if listing:
        return Basis.MENTIONED, "it stands in what the assessment says of a problem that it lists"
    return Basis.TREATED, "the assessment states it"


def _told(  # noqa: PLR0911  a decision a line
    case: Case, draft_code: DraftCode, standing: _Standing
) -> tuple[Basis, str]:
    """Decide what the record tells outside of diagnoses and assessment."""
    where, inpatient = standing.where, case.encounter.setting is Setting.INPATIENT
    if draft_code.code[0] in "VWXY":
        return Basis.STATUS, "an external cause is reported with the injury"
    if SectionKind.ADMISSION_DIAGNOSES in where or SectionKind.NARRATIVE in where:
        return Basis.TREATED, "the record states it"
    bearing = (*_STANDING, *_OF_A_STAY) if inpatient else _STANDING
    if draft_code in case.under(*bearing) and where & _TOLD:
        return Basis.STATUS, "a status that bears on the care of the patient"
    if draft_code in case.under(*_USE) and where & (_TOLD | {SectionKind.SOCIAL_HISTORY}):
        return Basis.STATUS, "use of a substance is recorded"
    if draft_code.code[0] == "Z":
        return Basis.MENTIONED, "the record mentions it in passing"
    if SectionKind.HOSPITAL_COURSE in where and not standing.symptom:
        return Basis.TREATED, "the course of the stay tells of it"
    lasting = not standing.symptom and draft_code.assertion is Assertion.PRESENT and chronicity(draft_code.code)
    if inpatient and lasting and where & _HISTORY:
        return Basis.CHRONIC, "a chronic disease that a stay has to reckon with"
    return Basis.MENTIONED, "the record mentions it, and neither assesses nor treats it"
