"""Chapters 6 and 7 of the guidelines: pain, also that related to psychological factors, sight and glaucoma."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.plugin import CHOOSE, COMBINE, ORDER, Case, DraftCode, Edit, Example, read_rules, rule
from codekit_icd10cm import checks
from codekit_icd10cm.conventions.words import said_of
from codekit_icd10cm.mentions.purpose import purposes

_PAIN = "G89"
# Acute and chronic pain, which the guidelines want coded whatever its cause where it is postprocedural.
_ACUTE_OR_CHRONIC = ("G89.1", "G89.2")
_PROCEDURAL = ("G89.12", "G89.18", "G89.22", "G89.28")
_OF_TRAUMA, _CHRONIC = "G89.11", "G89.29"
_SITE_PAIN = ("M25.5", "M54", "M79.6", "R07.8", "R07.9", "R10", "R51", "R52")
_PSYCHOLOGICAL, _RELATED_PSYCHOLOGICAL = "F45.41", "F45.42"
_CONTROL = re.compile(r"\bpain (?:control|management|relief)\b|\b(?:for|treat\w*|manage\w*)\b[^.;]{0,30}\bpain\b", re.I)
_GLAUCOMA = "H40"
# The 6th character of the codes of glaucoma that name the eye.
_EYE, _BOTH_EYES = 6, "3"

ROWS = read_rules(__package__, "nervous_eye.toml")


@rule(
    "pain-of-known-cause",
    says="Pain whose cause is known is not coded, unless the encounter is for the pain.",
    sections=["I.C.6.b.1", "I.C.6.b.1.a"],
    stage=COMBINE,
    after=["vaping", "disc-with-nerve"],
    codes=[_PAIN, *_ACUTE_OR_CHRONIC, *_PROCEDURAL, *_SITE_PAIN],
    examples=[
        Example("Chronic pain due to osteoarthritis of the right hip.", gives="M16.11", without="G89.29 M16.11"),
        Example("Left hip pain due to trochanteric bursitis.", gives="M70.62", without="M25.552 M70.62"),
        Example(
            "Primary osteoarthritis of the left knee with left knee pain.", gives="M17.12", without="M17.12 M25.562"
        ),
        Example(
            "Visit for pain management: chronic pain due to primary osteoarthritis of the right hip.",
            gives="G89.29 M16.11",
        ),
        Example("Chest wall pain due to costochondritis.", gives="M94.0", without="R07.89 M94.0"),
        Example(
            "Here for physical therapy. Chronic pain due to osteoarthritis of the right hip.",
            gives="M16.11",
            without="G89.29 M16.11",
        ),
        Example("Seen for management of chronic pain due to osteoarthritis of the right hip.", gives="G89.29 M16.11"),
        Example("Neck pain due to fever.", gives="M54.2 R50.9"),
        Example("Acute postoperative pain due to adhesions.", gives="G89.18 K66.0"),
        Example("Low back pain due to chronic pain syndrome.", gives="M54.50 G89.4"),
        Example("Type 2 diabetes with right knee pain.", gives="E11.9 M25.561"),
        Example("Gout. Knee pain.", gives="M10.9 M25.569"),
    ],
)
def pain_of_known_cause(case: Case) -> Iterator[Edit]:
    """Drop pain whose cause is coded, unless the encounter is for the pain itself."""
    if _is_for_pain(case):
        return
    known = [one for one in case.under(*_ACUTE_OR_CHRONIC) if one not in case.under(*_PROCEDURAL)]
    for one in (*known, *case.under(*_SITE_PAIN)):
        causes = [cause for cause in _explaining(case, one) if not _is_pain(case, cause)]
        if causes:
            yield case.drop(one.code, f"{causes[0].code} is its known cause, and the encounter is not for the pain")


def _explaining(case: Case, one: DraftCode) -> list[DraftCode]:
    """Give the diagnoses that the note names as the cause of a pain, or with which it states it."""
    causes = [cause for cause in case.causes(one) if cause.code[0] not in "RVWXYZ"]
    if one.accompanies and not causes:
        causes = [
            other
            for other in case.draft
            if other.position < one.position and other.code[0] in "MNKSI" and not other.accompanies
        ]
    return causes


def _is_pain(case: Case, one: DraftCode) -> bool:
    return one in case.under(_PAIN, *_SITE_PAIN)


def _is_for_pain(case: Case) -> bool:
    said = purposes(case.draft.statements)
    return not case.draft.statements or any(_CONTROL.search(mention.text) for mention in said)


@rule(
    "psychological-pain",
    says="Wholly psychological pain takes no other pain code; partly psychological pain takes one.",
    sections=["I.C.5.a"],
    stage=COMBINE,
    after=["pain-of-known-cause"],
    codes=[_PSYCHOLOGICAL, _RELATED_PSYCHOLOGICAL, _PAIN, _OF_TRAUMA, _CHRONIC],
    examples=[
        Example("Chronic pain disorder with related psychological factors.", gives="G89.29 F45.42", without="F45.42"),
        Example("Pain with psychological factors after acute trauma.", gives="G89.11 F45.42", without="F45.42"),
        Example("Pain disorder with psychological factors after trauma.", gives="F45.42"),
        Example("Acute pain disorder with related psychological factors.", gives="F45.42"),
        Example(
            "Chronic pain syndrome. Chronic pain disorder with related psychological factors.", gives="G89.4 F45.42"
        ),
        Example("Pain disorder with related psychological factors, acute pain due to trauma.", gives="F45.42 G89.11"),
        Example("Pain exclusively related to psychological factors.", gives="F45.41"),
    ],
)
def psychological_pain(case: Case) -> Iterator[Edit]:
    """Drop other pain codes beside wholly psychological pain; code the pain beside a partly psychological one."""
    for one in case.under(_PAIN) if case.has(_PSYCHOLOGICAL) else ():
        yield case.drop(one.code, f"it does not stand with {_PSYCHOLOGICAL}")
    for one in case.under(_RELATED_PSYCHOLOGICAL):
        said = said_of(case, one)
        code = _CHRONIC if "chronic" in said else _OF_TRAUMA if {"acute", "trauma"} <= said else None
        if code and not case.has(_PAIN) and case.knows(code):
            yield case.add(code, f"{one.code} is used with the code of the pain", before=one.code)


@rule(
    "pain-sequence",
    says="Pain stands first where the encounter is for its control.",
    sections=["I.C.6.b.1.a", "I.C.6.b.1.b.ii", "I.C.6.b.5"],
    stage=ORDER,
    codes=[_PAIN, *_SITE_PAIN],
    examples=[
        Example("Here for pain management. Neck pain. Chronic pain.", gives="G89.29 M54.2", without="M54.2 G89.29"),
        Example(
            "Neck pain. Acute pain due to trauma. Encounter for pain management.",
            gives="G89.11 M54.2",
            without="M54.2 G89.11",
        ),
        Example(
            "Primary osteoarthritis of the right hip. Chronic pain. Here for pain control.",
            gives="G89.29 M16.11",
            without="M16.11 G89.29",
        ),
        Example("Chronic pain. Neck pain.", gives="M54.2 G89.29", without="G89.29 M54.2"),
        Example("Chronic pain syndrome. Low back pain.", gives="M54.50 G89.4", without="G89.4 M54.50"),
        Example("Neck pain. Chronic pain.", gives="M54.2 G89.29"),
        Example("Neoplasm related pain. Here for management of the pancreatic cancer.", gives="C25.9 G89.3"),
    ],
)
def pain_first(case: Case) -> Iterator[Edit]:
    """Sequence pain: first where the encounter is for pain control, else behind the pain of a site."""
    pains = case.under(_PAIN)
    if not pains or not case.draft.statements:
        return
    if _is_for_pain(case):
        yield case.move(pains[0].code, case.draft.codes[0].code, "the encounter is for the control of the pain")
        return
    for pain in pains:
        for site in case.under(*_SITE_PAIN):
            yield case.move(
                site.code, pain.code, "the site of the pain stands first where the encounter is not for pain control"
            )


@rule(
    "glaucoma-eyes",
    says="Glaucoma is coded for each eye, not for an unspecified one beside it.",
    sections=["I.C.7.a.1", "I.C.7.a.3"],
    stage=CHOOSE,
    codes=[_GLAUCOMA],
    examples=[
        Example("Primary open-angle glaucoma, both eyes, moderate stage.", gives="H40.1132", without="H40.1192"),
        Example("Chronic angle-closure glaucoma, both eyes, severe stage.", gives="H40.2233", without="H40.2293"),
        Example("Primary open-angle glaucoma, right eye.", gives="H40.1110"),
        Example("Primary open-angle glaucoma.", gives="H40.1190"),
        Example(codes="H40.009 H40.001", gives="H40.001", without="H40.009 H40.001"),
        Example(codes="H40.009 H40.002", gives="H40.002", without="H40.009 H40.002"),
    ],
)
def glaucoma_eyes(case: Case) -> Iterator[Edit]:
    """Code a glaucoma of both eyes as such, and drop that of an unspecified eye beside that of a named one."""
    for draft_code in case.under(_GLAUCOMA):
        code = draft_code.code[:_EYE] + _BOTH_EYES + draft_code.code[_EYE + 1 :]
        if (
            "bilateral" in said_of(case, draft_code)
            and "unspecified eye" in case.title(draft_code.code)
            and case.knows(code)
        ):
            yield case.replace(draft_code.code, code, "the note names the eye")
            return
    named = [one for one in case.under(_GLAUCOMA) if re.search(r"\b(?:right|left|bilateral)\b", case.title(one.code))]
    for one in case.under(_GLAUCOMA):
        same = next((other for other in named if other.code[:6] == one.code[:6]), None)
        if same is not None and one not in named and checks.leaves_open(case.edition.get(one.code)):
            yield case.drop(one.code, f"{same.code} names the eye")
