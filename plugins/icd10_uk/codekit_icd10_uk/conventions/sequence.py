"""The order of codes: the main condition first, external causes last, R65 straight behind its sepsis code.

Source: WHO ICD-10 Volume 2 (2016), sections 4.4.2 and 4.4.3; NHS National Clinical Coding Standards ICD-10 5th Edition
(2020), general coding standards, chapters I, XVIII, XIX and XX.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.plugin import (
    CHECK,
    CHOOSE,
    COMBINE,
    ORDER,
    DraftCode,
    Edit,
    Example,
    Severity,
    read_rules,
    rule,
)
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
    codes=[*_SEPSIS, _WITH_FAILURE],
    examples=[
        Example("Severe sepsis.", gives="A41.9 R65.1", without="A41.9"),
        Example("Severe puerperal sepsis.", gives="O85 R65.1", without="O85"),
        Example("Severe E. coli sepsis.", gives="A41.5 R65.1 B96.2", without="A41.5 B96.2"),
        Example("Sepsis with organ failure.", gives="A41.9 R65.1", without="A41.9"),
        Example("Severe pneumonia. Sepsis.", gives="J18.9 A41.9"),
    ],
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
    codes=[*_SEPSIS, _SHOCK],
    examples=[
        Example("Septic shock.", gives="R57.2", reports="shock-without-sepsis"),
        Example(codes="J18.9 R57.2", gives="J18.9 R57.2", reports="shock-without-sepsis"),
        Example(codes="A41.5 R57.2", gives="A41.5 R57.2"),
        Example(codes="O85 R57.2", gives="O85 R57.2"),
    ],
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
    codes=[*_SEPSIS, _RESPONSE],
    examples=[
        Example(codes="A41.9 M10.9 R65.1", gives="A41.9 R65.1 M10.9", without="A41.9 M10.9 R65.1"),
        Example(codes="P36.9 J18.9 R65.0", gives="P36.9 R65.0 J18.9", without="P36.9 J18.9 R65.0"),
        Example(codes="M10.9 R65.0 O85", gives="M10.9 O85 R65.0", without="M10.9 R65.0 O85"),
        Example(codes="A41.9 M10.9 R65.2", gives="A41.9 M10.9 R65.2"),
        Example(codes="M10.9 R65.1", gives="M10.9 R65.1"),
    ],
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
    examples=[
        Example(
            "Past medical history: hypertension, asthma.\n\nDiagnosis: gout.",
            gives="M10.9 I10 J45.9",
            without="I10 J45.9 M10.9",
        ),
        Example(
            "Past medical history: diabetes.\n\nDiagnosis: hip pain.",
            gives="R52.9 E14.9",
            without="E14.9 R52.9",
        ),
        Example(
            "Past medical history: COPD.\n\nDiagnosis: acute appendicitis, COPD.",
            gives="J44.9 K35.8",
        ),
        Example("Diagnosis: hypertension, gout.", gives="I10 M10.9"),
    ],
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
    codes=[checks.DELIVERIES, *checks.OBSTETRIC],
    examples=[
        Example(codes="O80.0 O70.1", gives="O70.1 O80.0", without="O80.0 O70.1"),
        Example(codes="O82.0 O99.0 O34.2", gives="O99.0 O34.2 O82.0", without="O82.0 O99.0 O34.2"),
        Example(codes="O80.0 D50.9", gives="O80.0 D50.9"),
        Example(codes="O70.1 O80.0", gives="O70.1 O80.0"),
    ],
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
    codes=[one.codes for one in checks.NEVER_MAIN],
    examples=[
        Example(codes="R05 M10.9", gives="M10.9 R05", without="R05 M10.9"),
        Example(codes="B96.2 N39.0", gives="N39.0 B96.2", without="B96.2 N39.0"),
        Example(codes="U82.0 J18.9", gives="J18.9 U82.0", without="U82.0 J18.9"),
        Example(codes="Z37.0 O80.0", gives="O80.0 Z37.0", without="Z37.0 O80.0"),
        Example(codes="R65.1", gives="R65.1", reports="main-condition"),
        Example(codes="W19", gives="W19", reports="main-condition"),
        Example("Past medical history: hypertension, COPD.", gives="I10 J44.9", reports="main-condition"),
        Example(codes="R07.4 I10", gives="R07.4 I10"),
        Example(codes="R05 R07.4", gives="R05 R07.4"),
        Example(codes="R05 Z87.3", gives="R05 Z87.3"),
        Example(codes="M10.9 R05", gives="M10.9 R05"),
    ],
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


EXTERNAL_CAUSES = read_rules(__package__, "sequence.toml")


@rule(
    "external-cause-missing",
    says="An injury or poisoning has a code of its external cause besides.",
    source=checks.CAUSES,
    stage=ORDER,
    codes=["S00-T98", "V01-Y98"],
    examples=[
        Example("Open fracture of neck of femur.", gives="S72.01", reports="external-cause-missing"),
        Example(codes="T39.1 M10.9", gives="T39.1 M10.9", reports="external-cause-missing"),
        Example(codes="S52.5 W19", gives="S52.5 W19"),
        Example(codes="M10.9", gives="M10.9"),
    ],
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
    examples=[
        Example("Fracture of neck of femur.", gives="S72.00", reports="closed-unless-open"),
        Example("Fracture of rib.", gives="S22.30", reports="closed-unless-open"),
        Example("Closed fracture of neck of femur.", gives="S72.00"),
        Example("Open fracture of neck of femur.", gives="S72.01"),
    ],
)
def fifth_character(case: Case) -> Iterator[Edit]:
    """Say that a fracture was taken for closed because the note does not call it open."""
    for one in case.draft:
        text = case.edition.get(one.code).attributes.get("fifth_character", "")
        if text == "closed" and not any("closed" in each.text.lower() for each in one.evidence):
            yield case.flag(one.code, "a fracture that is not called open or closed is coded as closed (0)")
