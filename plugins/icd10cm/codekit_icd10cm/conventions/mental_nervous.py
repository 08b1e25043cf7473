"""Chapters 5 to 7 of the guidelines: substances, dementia, pain and glaucoma."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.plugin import CHOOSE, COMBINE, ORDER, SAID, Case, DraftCode, Edit, Setting, rule
from codekit_icd10cm import checks
from codekit_icd10cm.conventions.words import said_of
from codekit_icd10cm.mentions.purpose import PURPOSE
from codekit_icd10cm.mentions.titles import rows_below

_SUBSTANCES = ("F10", "F11", "F12", "F13", "F14", "F15", "F16", "F18", "F19")
# The 4th character of F10-F19, the pattern that is coded where several are documented first.
_PATTERNS = "219"
_PATTERN, _DETAIL = 4, 5
_UNCOMPLICATED = "0"
# Uncomplicated, in remission, and with a disorder that is not specified: nothing to take along.
_NO_DETAIL = (_UNCOMPLICATED, "1", "9", "")
_USE = "9"
_PAIN = "G89"
# Named conditions, and what the guidelines want coded whatever its cause: neoplasm related, postprocedural.
_PAIN_OF_KNOWN_CAUSE = ("G89.1", "G89.2")
_NEOPLASM_PAIN = "G89.3"
_MALIGNANT = ("C00-C96", "D37-D49")
_PROCEDURAL = ("G89.12", "G89.18", "G89.22", "G89.28")
_SITE_PAIN = ("M25.5", "M54", "M79.6", "R07.8", "R07.9", "R10", "R51", "R52")
_PSYCHOLOGICAL, _RELATED_PSYCHOLOGICAL = "F45.41", "F45.42"
_CONTROL = re.compile(r"\bpain (?:control|management|relief)\b|\b(?:for|treat\w*|manage\w*)\b[^.;]{0,30}\bpain\b", re.I)
_DEMENTIA = ("F01-F03",)
_DEMENTIA_LETTERS = {"mild": "A", "moderate": "B", "severe": "C"}
# What follows the severity in F01-F03.
_DISTURBANCES = {"agitation": "11", "agitated": "11", "behavioral": "18", "psychotic": "2", "mood": "3", "anxiety": "4"}
_ALCOHOLIC = re.compile(r"^alcohol|\balcoholic\b|\balcohol[- ]induced\b", re.IGNORECASE)
_EYES = {"bilateral": "3", "right": "1", "left": "2"}
_GLAUCOMA, _GLAUCOMA_STAGES = "H40", {"mild": "1", "moderate": "2", "severe": "3"}


@rule(
    "one-pattern-of-use",
    says="Of use, abuse and dependence of one substance only the highest is coded.",
    sections=["I.C.5.b.2"],
    stage=CHOOSE,
    codes=[*_SUBSTANCES],
)
def one_pattern(case: Case) -> Iterator[Edit]:
    """Keep one pattern of use of a substance: dependence before abuse, abuse before use."""
    for category in _SUBSTANCES:
        found = sorted(case.under(category), key=lambda one: _PATTERNS.find(one.code[_PATTERN]))
        kept = next((one for one in found if one.code[_PATTERN] in _PATTERNS), None)
        if kept is None:
            continue
        lower = [one for one in found if one.code[_PATTERN] != kept.code[_PATTERN]]
        code = _with_detail(case, kept, lower)
        if code != kept.code:
            yield case.replace(kept.code, code, "the detail stands with the pattern of use that is coded")
        for one in lower:
            yield case.drop(one.code, f"of use, abuse and dependence of one substance only {code} is coded")


def _with_detail(case: Case, kept: DraftCode, lower: list[DraftCode]) -> str:
    """Take the detail of a dropped pattern, such as an intoxication, to the pattern that is kept."""
    if kept.code[_DETAIL:] != _UNCOMPLICATED:
        return kept.code
    details = [one.code[_DETAIL:] for one in lower if one.code[_DETAIL:] not in _NO_DETAIL]
    return next((code for each in details if case.knows(code := kept.code[:_DETAIL] + each)), kept.code)


@rule(
    "unspecified-use",
    says="Use of a substance is coded only with a disorder linked to it.",
    sections=["I.C.5.b.3"],
    stage=CHOOSE,
    codes=[*_SUBSTANCES],
)
def unspecified_use(case: Case) -> Iterator[Edit]:
    """Drop a mere use of a substance to which the note links no disorder."""
    for one in case.under(*_SUBSTANCES):
        if one.code[_PATTERN:] in (_USE + _UNCOMPLICATED, _USE):
            yield case.drop(one.code, "use is coded only with a disorder that the provider links to it")


@rule(
    "highest-severity",
    says="The highest severity of dementia and stage of glaucoma that a stay reached is coded.",
    sections=["I.C.5.d", "I.C.7.a.4"],
    stage=CHOOSE,
    codes=[_GLAUCOMA, *_DEMENTIA, "F03.9 H40.1131"],
    setting=Setting.INPATIENT,
)
def highest_severity(case: Case) -> Iterator[Edit]:
    """Code the highest severity of dementia, or stage of glaucoma, that an inpatient's stay reached."""
    for one in case.under(*_DEMENTIA):
        letter = _highest(case, one, _DEMENTIA_LETTERS)
        code = one.code[:4] + letter + one.code[5:] if letter and len(one.code) > len("F03.9") else one.code
        if code != one.code and case.knows(code):
            yield case.replace(one.code, code, "the severity rose, and the highest of the stay is coded")
    for one in case.under(_GLAUCOMA):
        stage = _highest(case, one, _GLAUCOMA_STAGES)
        code = one.code[:-1] + stage if stage and len(one.code) == len("H40.1131") else one.code
        if code != one.code and case.knows(code):
            yield case.replace(one.code, code, "the stage advanced, and the highest of the stay is coded")


def _highest(case: Case, one: DraftCode, values: dict[str, str]) -> str | None:
    said = [value for value in values if value in said_of(case, one)]
    return values[said[-1]] if len(said) > 1 else None


@rule(
    "dementia-with",
    says="The disturbance that a note gives to a dementia is part of its code.",
    sections=["I.C.5.d"],
    stage=COMBINE,
    codes=[*_DEMENTIA],
)
def dementia_with(case: Case) -> Iterator[Edit]:
    """Say the disturbance that the note gives to a dementia."""
    for one in case.under(*_DEMENTIA):
        said = said_of(case, one)
        digits = next((digits for word, digits in _DISTURBANCES.items() if word in said), None)
        code = one.code[:-1] + digits if digits and one.code.endswith("0") else one.code
        if code != one.code and case.knows(code):
            yield case.replace(one.code, code, "the note names the disturbance")


@rule(
    "condition-of-alcohol",
    says="A medical condition due to alcohol takes the code that says so, beside the pattern of use.",
    sections=["I.C.5.b.4"],
    stage=SAID,
)
def of_alcohol(case: Case) -> Iterator[Edit]:
    """Code a medical condition due to alcohol by the code of its category that says so."""
    for one in case.draft:
        said = said_of(case, one) | set(one.cause.words if one.cause else ())
        if (
            "alcohol" not in said
            or not "D" < one.code[0] < "P"
            or one.code[0] == "F"
            or "alcohol" in case.title(one.code)
        ):
            continue
        rows = [row for row in rows_below(case.edition, one.code[:3]) if _ALCOHOLIC.search(row.title)]
        codes = (row.code + one.code[len(row.code) :] for row in rows if row.code != one.code)
        code = next((each for each in codes if case.knows(each)), None) or next(
            (row.code for row in rows if row.assignable), None
        )
        if code is not None:
            yield case.replace(one.code, code, "the note gives alcohol as its cause")


@rule(
    "neoplasm-pain",
    says="Pain due to a neoplasm is coded as such, acute or chronic.",
    sections=["I.C.6.b.5"],
    stage=COMBINE,
    codes=[*_PAIN_OF_KNOWN_CAUSE, _NEOPLASM_PAIN, *_MALIGNANT, "R52"],
)
def neoplasm_pain(case: Case) -> Iterator[Edit]:
    """Code pain that the note gives to a neoplasm as such, acute or chronic."""
    for one in case.under(*_PAIN_OF_KNOWN_CAUSE, "R52"):
        neoplasm = next((cause for cause in case.causes(one) if cause in case.under(*_MALIGNANT)), None)
        if neoplasm is not None and case.knows(_NEOPLASM_PAIN):
            yield case.replace(one.code, _NEOPLASM_PAIN, f"the note gives {neoplasm.code} as its cause")


@rule(
    "pain-of-known-cause",
    says="Pain whose cause is known is not coded, unless the encounter is for the pain.",
    sections=["I.C.6.b.1", "I.C.6.b.1.a"],
    stage=COMBINE,
    after=["vaping"],
    codes=[*_PAIN_OF_KNOWN_CAUSE, *_SITE_PAIN, *_PROCEDURAL, _PAIN],
)
def pain_of_known_cause(case: Case) -> Iterator[Edit]:
    """Drop pain whose cause is coded, unless the encounter is for the pain itself."""
    if _is_for_pain(case):
        return
    known = [one for one in case.under(*_PAIN_OF_KNOWN_CAUSE) if one not in case.under(*_PROCEDURAL)]
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
    texts = (statement.mention.text for statement in case.draft.statements)
    return not case.draft.statements or any(PURPOSE.match(text) and _CONTROL.search(text) for text in texts)


@rule(
    "psychological-pain",
    says="Wholly psychological pain takes no other pain code; partly psychological pain takes one.",
    sections=["I.C.5.a"],
    stage=COMBINE,
    after=["pain-of-known-cause"],
    codes=[_RELATED_PSYCHOLOGICAL, _PSYCHOLOGICAL, _PAIN, "G89.11 G89.29"],
)
def psychological_pain(case: Case) -> Iterator[Edit]:
    """Drop other pain codes beside wholly psychological pain; code the pain beside a partly psychological one."""
    for one in case.under(_PAIN) if case.has(_PSYCHOLOGICAL) else ():
        yield case.drop(one.code, f"it does not stand with {_PSYCHOLOGICAL}")
    for one in case.under(_RELATED_PSYCHOLOGICAL):
        said = said_of(case, one)
        code = "G89.29" if "chronic" in said else "G89.11" if {"acute", "trauma"} <= said else None
        if code and not case.has(_PAIN) and case.knows(code):
            yield case.add(code, f"{one.code} is used with the code of the pain", before=one.code)


@rule(
    "pain-sequence",
    says="Pain stands first where the encounter is for its control.",
    sections=["I.C.6.b.1.a", "I.C.6.b.1.b.ii", "I.C.6.b.5"],
    stage=ORDER,
    codes=[_PAIN, *_SITE_PAIN],
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
    "blind-eye",
    says="Loss of vision of one eye is coded for that eye.",
    sections=["I.C.7.b", "I.B.13"],
    stage=CHOOSE,
    codes=["H54.60 H54.61 H54.62"],
)
def blind_eye(case: Case) -> Iterator[Edit]:
    """Say which eye is affected by an unqualified loss of vision."""
    for one in case.under("H54.60"):
        eyes = {"right", "left"} & said_of(case, one)
        code = "H54.61" if eyes == {"right"} else "H54.62" if eyes == {"left"} else one.code
        if code != one.code and case.knows(code):
            yield case.replace(one.code, code, "the note names the eye")


@rule(
    "glaucoma-eyes",
    says="Glaucoma is coded for each eye, not for an unspecified one beside it.",
    sections=["I.C.7.a.1", "I.C.7.a.3"],
    stage=CHOOSE,
    codes=[_GLAUCOMA],
)
def glaucoma_eyes(case: Case) -> Iterator[Edit]:
    """Name the eye of a glaucoma, and drop that of an unspecified eye beside that of a named one."""
    for one in case.under(_GLAUCOMA):
        eyes = [digit for word, digit in _EYES.items() if word in said_of(case, one)]
        code = one.code[:5] + eyes[0] + one.code[6:] if eyes and one.code[5:6] == "9" else one.code
        code = one.code[:6] + eyes[0] + one.code[7:] if eyes and one.code[6:7] == "9" else code
        if len(eyes) == 1 and code != one.code and case.knows(code) and "unspecified eye" in case.title(one.code):
            yield case.replace(one.code, code, "the note names the eye")
            return
    named = [one for one in case.under(_GLAUCOMA) if re.search(r"\b(?:right|left|bilateral)\b", case.title(one.code))]
    for one in case.under(_GLAUCOMA):
        same = next((other for other in named if other.code[:6] == one.code[:6]), None)
        if same is not None and one not in named and checks.leaves_open(case.edition.get(one.code)):
            yield case.drop(one.code, f"{same.code} names the eye")
