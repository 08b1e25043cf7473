"""The order of codes: the main condition first, external causes last, R65 straight behind its sepsis code.

Source: WHO ICD-10 Volume 2 (2016), sections 4.4.2 and 4.4.3; NHS National Clinical Coding Standards ICD-10 5th Edition
(2020), general coding standards, chapters I, XVIII, XIX and XX.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.types import Edit, Severity
from codekit_icd10_uk import checks
from codekit_icd10_uk.codes import chapter_of
from codekit_icd10_uk.conventions.rule import Case, Rule, Sequence
from codekit_icd10_uk.sources import standards, tabular_note, volume_2

_SEPSIS = (
    *("A40-A41", "A02.1", "A20.7", "A21.7", "A22.7", "A24.1", "A26.7", "A28.2", "A32.7", "A39.2-A39.4", "A42.7"),
    *("A54.8", "B37.7", "O85", "P36"),
)
_RESPONSE, _WITH_FAILURE = "R65.0-R65.1", "R65.1"
_SEVERE = re.compile(r"\bsevere\b.*\bsep(?:sis|tic)\b|\bsep(?:sis|tic)\b.*\borgan (?:failure|dysfunction)", re.I)


def severe_sepsis(case: Case) -> Iterator[Edit]:
    """Add the code for organ failure behind a sepsis that the note calls severe."""
    for one in case.under(*_SEPSIS):
        # The words of a mention have those in front that qualify it.
        said = ("severe sepsis" if "severe" in one.words else "", *(each.text for each in one.evidence))
        if any(map(_SEVERE.search, said)) and case.knows(_WITH_FAILURE):
            yield case.add(_WITH_FAILURE, "severe sepsis is sepsis with organ failure", after=one.code)


def response_behind_sepsis(case: Case) -> Iterator[Edit]:
    """Put R65.0 and R65.1 straight behind the sepsis code."""
    order = Sequence(case, [one.code for one in case.draft])
    sepsis = case.under(*_SEPSIS)
    for one in case.under(_RESPONSE) if sepsis else ():
        yield from order.behind(one.code, sepsis[0].code, f"{one.code} stands straight behind its sepsis code")


def comorbidities_behind(case: Case) -> Iterator[Edit]:
    """Put the conditions of the episode in front of those that the note only lists as history."""
    order = Sequence(case, [one.code for one in case.draft])
    listed = [one.code for one in case.draft if case.only_history(one)]
    for other in [code for code in order.codes if listed and code not in listed]:
        yield from order.move(other, listed[0], "comorbidities stand behind the conditions of the episode")


def main_condition(case: Case) -> Iterator[Edit]:
    """Put a diagnosis in front of symptoms and of what is never the main condition."""
    order = Sequence(case, [one.code for one in case.draft])
    conditions = [one.code for one in case.draft if _may_lead(case, one.code)]
    if conditions and order.codes[0] not in conditions:
        yield from order.move(conditions[0], order.codes[0], f"{order.codes[0]} is not the main condition")
    elif not conditions and len(order.codes):
        rule = checks.never_main(case.edition, order.codes[0])
        if rule is not None:
            message = "it is never the main condition, and the note gives no other"
            yield case.flag(order.codes[0], message, severity=Severity.WARNING, source=rule.source)


def _may_lead(case: Case, code: str) -> bool:
    """Say whether a code may be the main condition: a disease or injury, or whatever stands first among others."""
    if checks.never_main(case.edition, code) or checks.is_asterisk(case.edition, code):
        return False
    diagnoses = [one.code for one in case.draft if chapter_of(one.code) not in (checks.SYMPTOMS, "XX", "XXI")]
    return code in diagnoses or (case.draft[0].code == code and not (checks.is_symptom(code) and diagnoses))


def external_causes_last(case: Case) -> Iterator[Edit]:
    """Put external causes behind every diagnosis."""
    order = Sequence(case, [one.code for one in case.draft])
    causes = [code for code in order.codes if chapter_of(code) == checks.EXTERNAL_CAUSES]
    for cause in causes:
        for other in [code for code in order.codes if code not in causes]:
            yield from order.move(other, cause, "external causes stand behind the conditions")


def exclusion_notes(case: Case) -> Iterator[Edit]:
    """Report two codes of which an exclusion note at one names the other; both stay."""
    for found in checks.exclusions(case.edition, [one.code for one in case.draft]):
        yield case.flag(
            found.code,
            f"a note sends to {found.excluded} for what {found.code} is not; are both meant?",
            others=(found.excluded,),
            source=tabular_note(found.note.origin, found.note.note.text, case.edition.release),
        )


def fifth_character(case: Case) -> Iterator[Edit]:
    """Say that a fracture was taken for closed because the note does not call it open."""
    for one in case.draft:
        text = case.edition.get(one.code).attributes.get("fifth_character", "")
        if text == "closed" and not any("closed" in each.text.lower() for each in one.evidence):
            yield case.flag(one.code, "a fracture that is not called open or closed is coded as closed (0)")


RULES = (
    Rule(
        id="sepsis-organ-failure",
        title="Severe sepsis takes R65.1 besides the code of the sepsis.",
        source=standards("chapter I, sepsis"),
        priority=240,
        apply=severe_sepsis,
    ),
    Rule(
        id="exclusion-note",
        title="An exclusion note asks whether both codes are meant; it forbids nothing.",
        source=volume_2("3.1.4"),
        priority=320,
        apply=exclusion_notes,
    ),
    Rule(
        id="comorbidities-behind",
        title="The conditions of the episode stand in front of comorbidities.",
        source=volume_2("4.4.2"),
        priority=400,
        apply=comorbidities_behind,
    ),
    Rule(
        id="main-condition",
        title="A symptom, external cause or additional code is not the main condition where there is a diagnosis.",
        source=volume_2("4.4.3, rules MB1 and MB3"),
        priority=405,
        apply=main_condition,
    ),
    Rule(
        id="external-causes-behind",
        title="External causes stand behind the conditions.",
        source=volume_2("4.4.2, external causes"),
        priority=470,
        apply=external_causes_last,
    ),
    Rule(
        id="sepsis-response",
        title="R65.0 and R65.1 stand straight behind their sepsis code.",
        source=standards("chapter I, sepsis; chapter XVIII, R65"),
        priority=482,
        apply=response_behind_sepsis,
    ),
    Rule(
        id="closed-unless-open",
        title="A fracture that is not called open or closed is closed: fifth character 0.",
        source=standards("chapter XIX, fractures (fifth character)"),
        priority=500,
        apply=fifth_character,
    ),
)
