"""Chapter 5 of the guidelines: substances and dementia, with the severity that a stay reaches (also of glaucoma)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.plugin import CHOOSE, COMBINE, SAID, Case, DraftCode, Edit, Example, Setting, rule
from codekit_icd10cm.conventions.words import said_of
from codekit_icd10cm.mentions.titles import rows_below

_SUBSTANCES = ("F10", "F11", "F12", "F13", "F14", "F15", "F16", "F18", "F19")
# The 4th character of F10-F19, the pattern that is coded where several are documented first.
_PATTERNS = "219"
_PATTERN, _DETAIL = 4, 5
_UNCOMPLICATED = "0"
# Uncomplicated, in remission, and with a disorder that is not specified: nothing to take along.
_NO_DETAIL = (_UNCOMPLICATED, "1", "9", "")
_USE = "9"
_DEMENTIA, _NAME = ("F01-F03",), "dementia"
# The character of F01-F03 that says the severity.
_SEVERITY = 4
_DEMENTIA_LETTERS = {"mild": "A", "moderate": "B", "severe": "C"}
# What stands for an unspecified severity, by category.
_ANY_SEVERITY = {"F01": "5", "F02": "8", "F03": "9"}
# What follows the severity in F01-F03.
_DISTURBANCES = {"agitation": "11", "agitated": "11", "behavioral": "18", "psychotic": "2", "mood": "3"}
_ALCOHOLIC = re.compile(r"^alcohol|\balcoholic\b|\balcohol[- ]induced\b", re.IGNORECASE)
_GLAUCOMA, _GLAUCOMA_STAGES = "H40", {"mild": "1", "moderate": "2", "severe": "3"}


@rule(
    "one-pattern-of-use",
    says="Of use, abuse and dependence of one substance only the highest is coded.",
    sections=["I.C.5.b.2"],
    stage=CHOOSE,
    codes=[*_SUBSTANCES],
    examples=[
        Example(codes="F14.10 F14.20", gives="F14.20", without="F14.10"),
        Example(codes="F11.90 F11.10 F11.20", gives="F11.20", without="F11.10"),
        Example(codes="F10.120 F10.20", gives="F10.220", without="F10.120"),
        Example(codes="F14.14 F14.20", gives="F14.24", without="F14.14"),
        Example(codes="F10.129 F10.239", gives="F10.239", without="F10.129"),
        Example(codes="F10.20 F10.11", gives="F10.20", without="F10.11"),
        Example(codes="F10.10 F12.20", gives="F10.10 F12.20"),
        Example(codes="F12.90 F12.10", gives="F12.10"),
    ],
)
def one_pattern(case: Case) -> Iterator[Edit]:
    """Keep one pattern of use of a substance: dependence before abuse, abuse before use."""
    for category in _SUBSTANCES:
        found = sorted(case.under(category), key=lambda one: _PATTERNS.find(one.code[_PATTERN]))
        if not found:
            continue
        kept = found[0]
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
    examples=[
        Example("Cocaine use.", gives="", without="F14.90"),
        Example("Alcohol use. Hypertension.", gives="I10", without="F10.90 I10"),
        Example(codes="F12.90 J18.9", gives="J18.9", without="F12.90 J18.9"),
        Example(codes="F19.90 J18.9", gives="J18.9", without="F19.90 J18.9"),
        Example(codes="F15.959", gives="F15.959"),
        Example(codes="F12.10", gives="F12.10"),
    ],
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
    codes=[*_DEMENTIA, _GLAUCOMA],
    setting=Setting.INPATIENT,
    examples=[
        Example("Dementia, mild on admission, moderate by discharge.", gives="F03.B0", without="F03.A0"),
        Example("Vascular dementia, moderate on admission, severe at discharge.", gives="F01.C0", without="F01.B0"),
        Example(
            "Low-tension glaucoma, left eye, mild to severe stage in the course.", gives="H40.1223", without="H40.1221"
        ),
        Example(
            "Low-tension glaucoma, left eye, mild to moderate stage in the course.",
            gives="H40.1222",
            without="H40.1221",
        ),
        Example("Moderate dementia.", gives="F03.B0"),
        Example("Primary open-angle glaucoma of the right eye, mild stage.", gives="H40.1111"),
    ],
)
def highest_severity(case: Case) -> Iterator[Edit]:
    """Code the highest severity of dementia, or stage of glaucoma, that an inpatient's stay reached."""
    for draft_code in case.under(*_DEMENTIA):
        letter = _highest(case, draft_code, _DEMENTIA_LETTERS)
        code = draft_code.code[:_SEVERITY] + letter + draft_code.code[_SEVERITY + 1 :] if letter else draft_code.code
        if code != draft_code.code and case.knows(code):
            yield case.replace(draft_code.code, code, "the severity rose, and the highest of the stay is coded")
    for draft_code in case.under(_GLAUCOMA):
        stage = _highest(case, draft_code, _GLAUCOMA_STAGES)
        staged = len(draft_code.code) == len("H40.1131")
        code = draft_code.code[:-1] + stage if stage and staged else draft_code.code
        if code != draft_code.code and case.knows(code):
            yield case.replace(draft_code.code, code, "the stage advanced, and the highest of the stay is coded")


def _highest(case: Case, draft_code: DraftCode, values: dict[str, str]) -> str | None:
    """Give the value of the highest of several degrees that the note names, of a table in rising order."""
    said = [value for value in values if value in said_of(case, draft_code)]
    return values[said[-1]] if len(said) > 1 else None


@rule(
    "dementia-severity-unstated",
    says="A dementia whose severity the note does not say is of unspecified severity.",
    sections=["I.C.5.d"],
    stage=SAID,
    codes=[*_DEMENTIA],
    examples=[
        Example("Dementia with agitation.", gives="F03.911", without="F03.A11"),
        Example("Vascular dementia with agitation.", gives="F01.511", without="F01.A11"),
        Example("Alzheimer's dementia with anxiety.", gives="G30.9 F02.84", without="G30.9 F02.A4"),
        Example("Mild dementia with agitation.", gives="F03.A11"),
        Example("Severe dementia with mood disturbance.", gives="F03.C3"),
        Example(codes="F03.A11", gives="F03.A11"),
    ],
)
def severity_unstated(case: Case) -> Iterator[Edit]:
    """Leave the severity of a dementia open where the words that it rests on do not say it."""
    for draft_code in case.under(*_DEMENTIA):
        letter = draft_code.code[_SEVERITY : _SEVERITY + 1]
        word = next((word for word, each in _DEMENTIA_LETTERS.items() if each == letter), None)
        said = said_of(case, draft_code)
        if word is None or _NAME not in said or said.intersection(_DEMENTIA_LETTERS):
            continue
        code = draft_code.code[:_SEVERITY] + _ANY_SEVERITY[draft_code.code[:3]] + draft_code.code[_SEVERITY + 1 :]
        if case.knows(code):
            yield case.replace(draft_code.code, code, "the note does not say the severity")


@rule(
    "dementia-with",
    says="The disturbance that a note gives to a dementia is part of its code.",
    sections=["I.C.5.d"],
    stage=COMBINE,
    codes=[*_DEMENTIA],
    examples=[
        Example("Agitated dementia.", gives="F03.911", without="F03.90"),
        Example("Senile dementia, agitation.", gives="F03.911", without="F03.90"),
        Example("Mild dementia, agitated.", gives="F03.A11", without="F03.A0"),
        Example("Vascular dementia accompanied by behavioral symptoms.", gives="F01.518", without="F01.50"),
        Example("Severe vascular dementia, psychotic features.", gives="F01.C2", without="F01.C0"),
        Example("Lewy body dementia, mood changes.", gives="G31.83 F02.83", without="G31.83 F02.80"),
        Example("Dementia, not agitated.", gives="F03.90"),
        Example("1. Vascular dementia. 2. Anxiety.", gives="F01.50 F41.9"),
    ],
)
def dementia_with(case: Case) -> Iterator[Edit]:
    """Say the disturbance that the note gives to a dementia."""
    for draft_code in case.under(*_DEMENTIA):
        said = said_of(case, draft_code)
        digits = next((digits for word, digits in _DISTURBANCES.items() if word in said), None)
        code = draft_code.code[:-1] + digits if digits and draft_code.code.endswith("0") else draft_code.code
        if code != draft_code.code and case.knows(code):
            yield case.replace(draft_code.code, code, "the note names the disturbance")


@rule(
    "condition-of-alcohol",
    says="A medical condition due to alcohol takes the code that says so, beside the pattern of use.",
    sections=["I.C.5.b.4"],
    stage=SAID,
    examples=[
        Example("Acute pancreatitis due to alcohol.", gives="K85.20", without="K85.90"),
        Example("Acute pancreatitis with uninfected necrosis due to alcohol.", gives="K85.21", without="K85.91"),
        Example("Chronic pancreatitis due to alcohol abuse.", gives="K86.0 F10.10", without="K86.1 F10.10"),
        Example("Dilated cardiomyopathy due to alcohol.", gives="I42.6", without="I42.0"),
        Example("Polyneuropathy due to alcohol dependence.", gives="G62.1 F10.20", without="G62.9 F10.20"),
        Example("Hypertension due to alcohol.", gives="I10"),
        Example("Cirrhosis due to alcohol.", gives="K70.30"),
        Example("1. Acute pancreatitis. 2. Alcohol dependence.", gives="K85.90 F10.20"),
    ],
)
def of_alcohol(case: Case) -> Iterator[Edit]:
    """Code a medical condition due to alcohol by the code of its category that says so."""
    for draft_code in case.draft:
        said = said_of(case, draft_code) | set(draft_code.cause.words if draft_code.cause else ())
        if "alcohol" not in said or "alcohol" in case.title(draft_code.code):
            continue
        rows = (row for row in rows_below(case.edition, draft_code.code[:3]) if _ALCOHOLIC.search(row.title))
        codes = (row.code + draft_code.code[len(row.code) :] for row in rows)
        code = next((each for each in codes if case.knows(each)), None)
        if code is not None:
            yield case.replace(draft_code.code, code, "the note gives alcohol as its cause")
