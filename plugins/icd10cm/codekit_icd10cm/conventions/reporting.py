"""Sections II, III and IV of the guidelines: which documented conditions are reported for an encounter, and why.

Each code of the draft is kept or left by what its statements say and where they stand. What stands among the final
diagnoses or is listed in an assessment is what the encounter concludes; what a hospital course tells of was treated; a
chronic disease in a history is one that a stay has to reckon with; what only stands in an examination, in a review of
systems or among results is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

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
    Statement,
    rule,
)
from codekit_icd10cm import checks
from codekit_icd10cm.chronic import chronicity
from codekit_icd10cm.mentions import PHRASES
from codekit_icd10cm.mentions.purpose import reasons

_HISTORY = frozenset(
    (SectionKind.PAST_HISTORY, SectionKind.HISTORY_PRESENT, SectionKind.CHIEF_COMPLAINT, SectionKind.SURGICAL_HISTORY)
)
_TOLD = _HISTORY | {SectionKind.NARRATIVE, SectionKind.HOSPITAL_COURSE}
# A status that bears on any care of the patient, with the outcome of a delivery (I.C.15.b.5), and those that a stay has
# to reckon with besides (I.C.21.c.3).
_STANDING, _OF_A_STAY = ("Z37", "Z79.4", "Z79.84", "Z94", "Z99"), ("Z89", "Z93", "Z95")
# Encounters for other reasons than a disease, where the record begins with them (I.C.21.c.7 to c.10).
_VISITS = ("Z08", "Z09", "Z40", "Z43", "Z47", "Z48", "Z51", "Z71.3")
# Attention to an opening is what an operation does that closes it.
_DONE = ("Z43",)
_OVER = ("Z86", "Z87")
_WEEKS = "Z3A"
_USE = ("F10-F19", "Z72.0", "Z87.891")
_FINDINGS = frozenset((SectionKind.RESULTS, SectionKind.PROCEDURE, SectionKind.EXAM, SectionKind.OTHER))
# The severity of a sepsis and the depth of a coma stand in chapter 18, and are no symptoms.
_NO_SYMPTOMS = ("R40.2", "R65")


@attrs.frozen(kw_only=True)
class _Standing:
    """Where and how the statements of a code stand.

    Args:
        first: The kinds of sections in which it is stated, each with the offset of the first place.
        listed: Whether one is a problem of its own, and not said in passing.
        symptom: Whether the code is a symptom or a finding.
        reason: Whether the record names it as what the encounter is for, or what brings the patient.
        is_for: Whether the assessment says that the encounter is for it.
        among: Whether the assessment lists problems, this one or others.
        definite: Whether what the encounter concludes holds a condition that is no symptom.
    """

    first: Mapping[str, int]
    listed: bool
    symptom: bool
    reason: bool
    is_for: bool
    among: bool
    definite: bool

    @property
    def where(self) -> Set[str]:
        """The kinds of sections in which it is stated."""
        return self.first.keys()


@rule(
    "reported-diagnoses",
    says="What the encounter concludes, treats or has to reckon with is reported; what is only mentioned is not.",
    sections=["III", "III.A", "III.B", "IV.F", "IV.G", "IV.J"],
    stage=REPORT,
    codes=[*_VISITS, *_STANDING, *_OF_A_STAY, *_USE, *_NO_SYMPTOMS],
    examples=[
        Example(
            "PHYSICAL EXAMINATION: Lower extremities with edema.\n\nASSESSMENT:\n1. Hypertension.",
            gives="I10",
            without="R60.9 I10",
        ),
        Example(
            "PAST MEDICAL HISTORY: Asthma, appendicitis.\n\nDISCHARGE DIAGNOSES:\n1. Pneumonia.",
            gives="J18.9 J45.909",
            without="J18.9 J45.909 K37",
            setting=Setting.INPATIENT,
        ),
        Example(
            "PAST MEDICAL HISTORY: Asthma.\n\nASSESSMENT:\n1. Sprain of right ankle.",
            gives="S93.401A",
            without="J45.909 S93.401A",
        ),
        # What brought the patient into the hospital, and an admission diagnosis.
        Example(
            "HISTORY OF PRESENT ILLNESS: Gout. Admitted with cellulitis of the left leg.\n\nASSESSMENT:\n1. Obesity.",
            gives="L03.116 E66.9 M10.9",
            without="M10.9 L03.116 E66.9",
            setting=Setting.INPATIENT,
        ),
        # A status and the use of a substance bear on any care; others only on a stay.
        Example(
            "PAST MEDICAL HISTORY: Kidney transplant, pacemaker.\nSOCIAL HISTORY: Smokes cigarettes.\n\n"
            "ASSESSMENT:\n1. Gout.",
            gives="M10.9 Z94.0 F17.210",
            without="F17.210 Z94.0 Z95.0 M10.9",
        ),
        # The course of a stay, but for a symptom; and an external cause.
        Example(
            "HOSPITAL COURSE: She had hypokalemia and a cough.\n\nDISCHARGE DIAGNOSES:\n1. Gout.",
            gives="M10.9 E87.6",
            without="M10.9 E87.6 R05.9",
            setting=Setting.INPATIENT,
        ),
        # What the assessment says of a problem that it lists, and what it only finds.
        Example(
            "ASSESSMENT:\n1. Gout.\nHe is on a diet because hypertension was seen once.",
            gives="M10.9",
            without="M10.9 I10",
        ),
        Example("ASSESSMENT: The cough is better and gout is treated.", gives="M10.9", without="R05.9 M10.9"),
        Example("HPI: She has asthma.\n\nASSESSMENT: Report of vomiting.", gives="R11.10", without="J45.909 R11.10"),
        # What is said elsewhere of a condition that is reported.
        Example(
            "RESULTS: CT shows an abdominal aortic aneurysm.\n\nASSESSMENT:\n1. Aortic aneurysm.",
            gives="I71.40",
        ),
        Example("ASSESSMENT:\n1. Hypertension.\n2. Asthma.", gives="I10 J45.909"),
    ],
)
def reported_diagnoses(case: Case) -> Iterator[Edit]:
    """Keep or leave each code by where and how its statements stand."""
    for draft_code, standing in _standings(case):
        basis, reason = _concluded(case, standing) or _told(case, draft_code, standing)
        if not basis.reported:
            yield case.leave(draft_code.code, basis, reason)
            continue
        concluded = basis in (Basis.FINAL_DIAGNOSIS, Basis.TREATED)
        # What is over is seldom a problem of its own: "aortic stenosis with history of heart failure".
        over = case.edition.is_under(draft_code.code, _OVER)
        plain = standing.listed and concluded and not standing.symptom and not over
        doubt = "" if plain else f"{reason}, but not as a problem of its own"
        yield case.keep(draft_code.code, basis, reason, doubt=doubt)


@rule(
    "asked-for",
    says="A status or history for which a reported code asks is reported with it.",
    sections=["I.A.17", "I.C.21.c.3", "I.C.21.c.4"],
    stage=REPORT,
    after=["reported-diagnoses"],
    examples=[
        Example(
            "MEDICATIONS: Metformin.\n\nASSESSMENT:\n1. Type 2 diabetes.",
            gives="E11.9 Z79.84",
            without="E11.9",
        ),
        Example(
            "HPI: Her sister has breast cancer.\n\nASSESSMENT:\n1. Screening mammogram.",
            gives="Z12.31 Z80.3",
            without="Z12.31",
        ),
        Example("MEDICATIONS: Metformin.\n\nASSESSMENT:\n1. Gout.", gives="M10.9"),
    ],
)
def asked_for(case: Case) -> Iterator[Edit]:
    """Keep statuses and histories that a note of a reported code asks for."""
    reported = [draft_code for draft_code in case.draft if draft_code.reported]
    weeks = case.under(_WEEKS)
    # Of several weeks that measurements stand for none is the age of the pregnancy.
    passed = weeks if len(weeks) > 1 else []
    for draft_code in case.draft:
        status = draft_code.code[0] == "Z" and not draft_code.reported and draft_code not in passed
        if status and checks.asked_for(case.edition, draft_code.code, reported):
            reason = "a code that is reported asks for it"
            yield case.keep(draft_code.code, Basis.STATUS, reason, doubt=reason)


@rule(
    "reason-for-encounter",
    says="Where a record concludes nothing, what brings the patient is reported, or what was found.",
    sections=["II.A", "IV.D", "IV.G", "IV.K"],
    stage=REPORT,
    after=["reported-diagnoses"],
    examples=[
        Example("CHIEF COMPLAINT: Dizziness.\n\nPHYSICAL EXAMINATION: Unremarkable.", gives="R42", without=""),
        Example("FINDINGS: Diverticular disease of the colon.", gives="K57.30", without=""),
        Example("CHIEF COMPLAINT: Cough.\n\nASSESSMENT:\n1. Pneumonia.", gives="J18.9"),
    ],
)
def reason_for_encounter(case: Case) -> Iterator[Edit]:
    """Keep what the first place names in which a record without a conclusion tells the reason for the encounter."""
    if any(draft_code.reported and _is_condition(draft_code) for draft_code in case.draft):
        return
    standings = [
        (draft_code, standing)
        for draft_code, standing in _standings(case)
        if draft_code.assertion is Assertion.PRESENT and _is_condition(draft_code)
    ]
    for tells in (_brings, _found):
        there = [each for each in standings if tells(each[1])]
        for draft_code, _ in [each for each in there if not each[1].symptom] or there[:1]:
            reason = "the record concludes nothing, and it is what the encounter is about"
            yield case.keep(draft_code.code, Basis.TREATED, reason, doubt=reason)
        if there:
            return


def _is_condition(draft_code: DraftCode) -> bool:
    return draft_code.code[0] not in "VWXYZ"


def _brings(standing: _Standing) -> bool:
    return standing.reason or bool(standing.where & {SectionKind.CHIEF_COMPLAINT, SectionKind.HISTORY_PRESENT})


def _found(standing: _Standing) -> bool:
    return bool(standing.where & _FINDINGS)


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
        # What the encounter is for; and of two that the assessment lists the first, wherever they are told before.
        Example("Hypertension. Seen for gout.", gives="M10.9 I10", without="I10 M10.9"),
        Example(
            "HISTORY OF PRESENT ILLNESS: Asthma.\n\nASSESSMENT:\n1. Hypertension.\n2. Asthma.",
            gives="I10 J45.909",
            without="J45.909 I10",
        ),
        Example("ASSESSMENT:\n1. Hypertension.\n2. Asthma.", gives="I10 J45.909"),
    ],
)
def concluded_first(case: Case) -> Iterator[Edit]:
    """Put final diagnoses first, then what a stay is for, then what the assessment lists, and the rest behind."""
    places = {draft_code.code: _place(draft_code, standing) for draft_code, standing in _standings(case)}
    sequence: list[_Place] = []
    for draft_code in case.draft:
        place = places.get(draft_code.code, _Place(code=draft_code.code))
        at = len(sequence)
        while at and place.precedes(sequence[at - 1]):
            at -= 1
        if at < len(sequence):
            yield case.move(place.code, sequence[at].code, "it is what the encounter concludes")
        sequence.insert(at, place)


@attrs.frozen(kw_only=True)
class _Place:
    """Where in the sequence a code belongs by what the encounter concludes.

    Args:
        code: The code.
        tier: How much it is what the encounter concludes, lowest first.
        offset: Where that is said.
        elsewhere: Whether its surest statement stands elsewhere, so that its place in the draft tells nothing.
    """

    code: str
    tier: int = 5
    offset: int = 0
    elsewhere: bool = False

    def precedes(self, other: _Place) -> bool:
        """Say whether it goes in front of a code that stands before it."""
        if self.tier != other.tier:
            return self.tier < other.tier
        return (self.elsewhere or other.elsewhere) and self.offset < other.offset


def _first(statements: Sequence[Statement]) -> dict[str, int]:
    """Say where each kind of section states something first."""
    first: dict[str, int] = {}
    for mention in (each.mention for each in statements):
        first[mention.section] = min(mention.start, first.get(mention.section, mention.start))
    return first


def _place(draft_code: DraftCode, standing: _Standing) -> _Place:
    """Say where a code belongs by where its condition is stated."""
    first = standing.first
    if SectionKind.DIAGNOSES in first:
        tier, offset = 0, first[SectionKind.DIAGNOSES]
    elif draft_code.decision is None or draft_code.decision.basis is not Basis.TREATED:
        return _Place(code=draft_code.code)
    elif standing.reason and not standing.symptom:
        tier, offset = 1, min(first.values())
    elif SectionKind.ASSESSMENT in first:
        tier, offset = (2 if standing.listed else 3), first[SectionKind.ASSESSMENT]
    else:
        tier, offset = 4, min(first.values())
    return _Place(code=draft_code.code, tier=tier, offset=offset, elsewhere=draft_code.position != offset)


def _standings(case: Case) -> Iterator[tuple[DraftCode, _Standing]]:
    """Read where each code is stated; one that nothing of the record states is left out."""
    spans = reasons(case.draft.statements, PHRASES)
    among = any(
        each.mention.heading
        and each.mention.assertion is Assertion.PRESENT
        and each.code is not None
        and each.mention.section == SectionKind.ASSESSMENT
        for each in case.draft.statements
    )
    definite = any(
        each.mention.section in (SectionKind.ASSESSMENT, SectionKind.DIAGNOSES)
        and each.mention.assertion is Assertion.PRESENT
        and each.code is not None
        and each.code[0] not in "RVWXYZ"
        for each in case.draft.statements
    )
    conditions = {each.id: each.statements for each in case.draft.conditions}
    for draft_code in case.draft:
        own = case.statements_of(draft_code)
        statements = [*own, *(each for one in draft_code.conditions for each in conditions[one])]
        alike = [each for each in statements if each.mention.assertion is draft_code.assertion] or own
        if alike:
            named = [
                (each.mention.section, one)
                for each in alike
                for one in spans
                if one.start <= each.mention.start < one.end
            ]
            standing = _Standing(
                first=_first(alike),
                listed=any(each.mention.heading for each in alike),
                symptom=_is_symptom(case, draft_code),
                reason=bool(named),
                is_for=any(one.is_for and kind == SectionKind.ASSESSMENT for kind, one in named),
                among=among,
                definite=definite,
            )
            yield draft_code, standing


def _is_symptom(case: Case, draft_code: DraftCode) -> bool:
    symptom = checks.is_symptom(case.edition, draft_code.code)
    return symptom and not case.edition.is_under(draft_code.code, _NO_SYMPTOMS)


def _concluded(  # noqa: PLR0911  a decision a line
    case: Case, standing: _Standing
) -> tuple[Basis, str] | None:
    """Decide what stands among the diagnoses or in an assessment; None for what stands elsewhere."""
    if SectionKind.DIAGNOSES in standing.where:
        return Basis.FINAL_DIAGNOSIS, "it stands among the final diagnoses"
    stay = case.encounter.setting is Setting.INPATIENT
    if standing.reason and not standing.symptom and (stay or not standing.among):
        return Basis.TREATED, "the encounter is for it"
    if SectionKind.ASSESSMENT not in standing.where:
        return None
    if standing.listed:
        return Basis.TREATED, "the assessment lists it"
    if standing.symptom and standing.definite:
        return Basis.FINDING, "the assessment mentions it as a finding"
    if standing.among and not standing.is_for:
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
    if case.edition.is_under(draft_code.code, bearing) and where & _TOLD:
        return Basis.STATUS, "a status that bears on the care of the patient"
    if case.edition.is_under(draft_code.code, _USE) and where & (_TOLD | {SectionKind.SOCIAL_HISTORY}):
        return Basis.STATUS, "use of a substance is recorded"
    if draft_code.code[0] == "Z":
        opens = bool(where & {SectionKind.CHIEF_COMPLAINT, SectionKind.HISTORY_PRESENT})
        done = SectionKind.PROCEDURE in where and case.edition.is_under(draft_code.code, _DONE)
        if standing.reason or done or (opens and case.edition.is_under(draft_code.code, _VISITS)):
            return Basis.TREATED, "the encounter is for it"
        return Basis.MENTIONED, "the record mentions it in passing"
    if SectionKind.HOSPITAL_COURSE in where and not standing.symptom:
        return Basis.TREATED, "the course of the stay tells of it"
    lasting = not standing.symptom and draft_code.assertion is Assertion.PRESENT and chronicity(draft_code.code)
    if inpatient and lasting and where & _HISTORY:
        return Basis.CHRONIC, "a chronic disease that a stay has to reckon with"
    return Basis.MENTIONED, "the record mentions it, and neither assesses nor treats it"
