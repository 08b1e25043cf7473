"""The order of codes: the main condition first, external causes last, R65 straight behind its sepsis code.

Source: WHO ICD-10 Volume 2 (2016), sections 4.4.2 and 4.4.3; NHS National Clinical Coding Standards ICD-10 5th Edition
(2020), general coding standards, chapters I, XVIII, XIX and XX.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.plugin import CHECK, CHOOSE, COMBINE, ORDER, DraftCode, Edit, Severity, rule
from codekit_icd10_uk import checks
from codekit_icd10_uk.codes import chapter_of
from codekit_icd10_uk.conventions.case import Case, Sequence
from codekit_icd10_uk.sources import standards, tabular_note, volume_2

_SEPSIS = (
    *("A40-A41", "A02.1", "A20.7", "A21.7", "A22.7", "A24.1", "A26.7", "A28.2", "A32.7", "A39.2-A39.4", "A42.7"),
    *("A54.8", "B37.7", "O85", "P36"),
)
_RESPONSE, _WITH_FAILURE, _SHOCK = "R65.0-R65.1", "R65.1", "R57.2"
_SEVERE = re.compile(r"\bsevere\b.*\bsep(?:sis|tic)\b|\bsep(?:sis|tic)\b.*\borgan (?:failure|dysfunction)", re.I)


@rule(
    "sepsis-organ-failure",
    says="Severe sepsis takes R65.1 besides the code of the sepsis.",
    source=standards("chapter I, sepsis"),
    stage=COMBINE,
)
def severe_sepsis(case: Case) -> Iterator[Edit]:
    """Add the code for organ failure behind a sepsis that the note calls severe."""
    for one in case.under(*_SEPSIS):
        # The words of a mention have those in front that qualify it.
        said = ("severe sepsis" if "severe" in one.words else "", *(each.text for each in one.evidence))
        if any(map(_SEVERE.search, said)) and case.knows(_WITH_FAILURE):
            yield case.add(_WITH_FAILURE, "severe sepsis is sepsis with organ failure", after=one.code)


@rule(
    "shock-without-sepsis",
    says="Septic shock is coded with its sepsis.",
    source=standards("chapter I, sepsis"),
    stage=CHOOSE,
    after=["exclusion-note"],
)
def shock_without_sepsis(case: Case) -> Iterator[Edit]:
    """Say that septic shock stands behind the code of a sepsis, where the note gives none."""
    for one in () if case.under(*_SEPSIS) else case.under(_SHOCK):
        message = "septic shock stands behind the code of its sepsis, and none was found; code the sepsis"
        yield case.flag(one.code, message, severity=Severity.WARNING)


@rule(
    "sepsis-response",
    says="R65.0 and R65.1 stand straight behind their sepsis code.",
    source=standards("chapter I, sepsis; chapter XVIII, R65"),
    stage=ORDER,
    after=["dagger-first"],
)
def response_behind_sepsis(case: Case) -> Iterator[Edit]:
    """Put R65.0 and R65.1 straight behind the sepsis code."""
    order = Sequence(case, [one.code for one in case.draft])
    sepsis = case.under(*_SEPSIS)
    for one in case.under(_RESPONSE) if sepsis else ():
        yield from order.behind(one.code, sepsis[0].code, f"{one.code} stands straight behind its sepsis code")


@rule(
    "comorbidities-behind",
    says="The conditions of the episode stand in front of comorbidities.",
    source=volume_2("4.4.2"),
    stage=ORDER,
)
def comorbidities_behind(case: Case) -> Iterator[Edit]:
    """Put the conditions of the episode in front of those that the note only lists as history."""
    order = Sequence(case, [one.code for one in case.draft])
    listed = [one.code for one in case.draft if case.only_history(one)]
    for other in [code for code in order.codes if listed and code not in listed]:
        yield from order.move(other, listed[0], "comorbidities stand behind the conditions of the episode")


@rule(
    "delivery-behind",
    says="A delivery is the main condition only where nothing else of pregnancy and childbirth is recorded.",
    source=checks.ONLY_DELIVERY,
    stage=ORDER,
)
def delivery_behind(case: Case) -> Iterator[Edit]:
    """Put what else a note says of pregnancy and childbirth in front of the delivery."""
    order = Sequence(case, [one.code for one in case.draft])
    for delivery in case.under(checks.DELIVERIES):
        for other in case.under(*checks.OBSTETRIC):
            yield from order.move(other.code, delivery.code, f"{delivery.code} only says that there was a delivery")


@rule(
    "main-condition",
    says="A symptom, external cause or additional code is not the main condition where there is a diagnosis.",
    source=volume_2("4.4.3, rules MB1 and MB3"),
    stage=ORDER,
)
def main_condition(case: Case) -> Iterator[Edit]:
    """Put a diagnosis in front of symptoms and of what is never the main condition."""
    first = next(iter(case.draft), None)
    if first is None:
        return
    able = [one for one in case.draft if _is_able(case, one.code)]
    rule = checks.never_main(case.edition, first.code)
    if able and (main := _main(case, able)) is not first:
        order = Sequence(case, [one.code for one in case.draft])
        yield from order.move(main.code, first.code, f"{first.code} is not the main condition")
    elif not able and rule is not None:
        message = "it is never the main condition, and the note gives no other"
        yield case.flag(first.code, message, severity=Severity.WARNING, source=rule.source)
    if all(map(case.only_history, case.draft)):
        message = "only conditions of the history were found; put the condition that was treated in front of them"
        yield case.flag(first.code, message, severity=Severity.WARNING)


def _is_able(case: Case, code: str) -> bool:
    return not checks.never_main(case.edition, code) and not checks.is_asterisk(case.edition, code)


def _main(case: Case, able: list[DraftCode]) -> DraftCode:
    """Choose the first; of a symptom and diagnoses the first diagnosis, for what a symptom is part of is coded."""
    first = able[0]
    return next((one for one in able if _displaces(case, one)), first) if checks.is_symptom(first.code) else first


def _displaces(case: Case, one: DraftCode) -> bool:
    """Say whether a diagnosis goes before a symptom: not one of the history, nor one coded on every episode."""
    if chapter_of(one.code) in (checks.SYMPTOMS, checks.EXTERNAL_CAUSES, checks.CIRCUMSTANCES):
        return False
    return not case.only_history(one) and not checks.comorbidity(case.edition, one.code)


@rule(
    "external-causes-behind",
    says="External causes stand behind the conditions.",
    source=checks.CAUSES,
    stage=ORDER,
)
def external_causes_last(case: Case) -> Iterator[Edit]:
    """Put external causes behind every diagnosis."""
    order = Sequence(case, [one.code for one in case.draft])
    causes = [code for code in order.codes if chapter_of(code) == checks.EXTERNAL_CAUSES]
    for cause in causes:
        for other in [code for code in order.codes if code not in causes]:
            yield from order.move(other, cause, "external causes stand behind the conditions")


@rule(
    "external-cause-missing",
    says="An injury or poisoning has a code of its external cause besides.",
    source=checks.CAUSES,
    stage=ORDER,
)
def external_cause_missing(case: Case) -> Iterator[Edit]:
    """Say that an injury has no external cause: notes say in many words how it came about."""
    injury = checks.without_cause([one.code for one in case.draft])
    if injury is not None:
        yield case.flag(injury, checks.NO_CAUSE)


@rule(
    "exclusion-note",
    says="An exclusion note asks whether both codes are meant; it forbids nothing.",
    source=volume_2("3.1.4"),
    stage=CHOOSE,
)
def exclusion_notes(case: Case) -> Iterator[Edit]:
    """Report two codes of which an exclusion note at one names the other; both stay."""
    for found in checks.exclusions(case.edition, [one.code for one in case.draft]):
        yield case.flag(
            found.code,
            f"a note sends to {found.excluded} for what {found.code} is not; are both meant?",
            others=(found.excluded,),
            source=tabular_note(found.note.origin, found.note.note.text, case.edition.release),
        )


@rule(
    "closed-unless-open",
    says="A fracture that is not called open or closed is closed: fifth character 0.",
    source=standards("chapter XIX, fractures (fifth character)"),
    stage=CHECK,
)
def fifth_character(case: Case) -> Iterator[Edit]:
    """Say that a fracture was taken for closed because the note does not call it open."""
    for one in case.draft:
        text = case.edition.get(one.code).attributes.get("fifth_character", "")
        if text == "closed" and not any("closed" in each.text.lower() for each in one.evidence):
            yield case.flag(one.code, "a fracture that is not called open or closed is coded as closed (0)")
