"""Chapter 1 of the guidelines: infections and sepsis."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import COMBINE, ORDER, SAID, Assertion, Case, DraftCode, Edit, Evidence, NoteKind, rule
from codekit_icd10cm import checks
from codekit_icd10cm.mentions.terms import ASKED

_SYSTEMIC = ("A02.1", "A20.7", "A21.7", "A22.7", "A24.1", "A26.7", "A28.2", "A32.7", "A40-A41", "A42.7", "A54.86")
_SYSTEMIC_BESIDES = ("B37.7", "B38.7", "B39.3", "B40.7", "B41.7", "B42.7", "B44.7", "B45.7", "B46.4", "O85", "P36")
_SYSTEMIC_VIRAL = ("A94-A99", "B34.9", "U07.1", "A77.0", "B00.7", "T81.44", "O86.04", "O03.37", "O08.82")
_ALL_SYSTEMIC = _SYSTEMIC + _SYSTEMIC_BESIDES + _SYSTEMIC_VIRAL
_UNSPECIFIED_SEPSIS = "A41.9"
# Infections, and the malignancies and wasting that go with HIV disease.
_HIV_RELATED = ("A00-B19", "B21-B99", "C46", "C81-C88", "J18", "R64", "G93.4")
_ORGANISMS = "B95-B97"
_POSTPROCEDURAL_SEPSIS = "T81.44X"
_AFTER_COVID = "U09.9"
_SEVERE = ("R65.20", "R65.21")


@rule(
    "urosepsis",
    says="Urosepsis is nonspecific: the clinician is asked.",
    sections=["I.C.1.d.1.a.ii"],
    stage=SAID,
)
def urosepsis(case: Case) -> Iterator[Edit]:
    """Ask what is meant where the note says urosepsis."""
    for statement in case.draft.statements:
        mention = statement.mention
        if statement.code is None and ASKED.fullmatch(mention.text):
            yield case.query(
                "term",
                topic="urosepsis",
                indicators=[Evidence(start=mention.start, end=mention.end, text=mention.text)],
                options=("sepsis", "urinary tract infection without sepsis"),
                reason="urosepsis is nonspecific, has no default code, and must not be taken for sepsis",
            )


@rule(
    "hiv-first",
    says="HIV disease stands before the conditions related to it.",
    sections=["I.C.1.a.2.b"],
    stage=ORDER,
    codes=[*_HIV_RELATED, "B20"],
)
def hiv_first(case: Case) -> Iterator[Edit]:
    """Move HIV disease in front of the conditions that it brings."""
    for hiv in case.under("B20"):
        for related in case.under(*_HIV_RELATED):
            if related is not hiv:
                yield case.move(hiv.code, related.code, f"HIV disease stands before the related {related.code}")


@rule(
    "severe-sepsis",
    says="Severe sepsis takes the code of the systemic infection, A41.9 where none is named.",
    sections=["I.C.1.d.1.b", "I.C.1.d.1.a", "I.C.1.d.2"],
    stage=COMBINE,
    codes=[*_SEVERE, _UNSPECIFIED_SEPSIS, *_ALL_SYSTEMIC],
)
def severe_sepsis(case: Case) -> Iterator[Edit]:
    """Put the systemic infection in front of severe sepsis; sepsis unspecified where none is named."""
    for severe in case.under(*_SEVERE):
        if not case.has(*_ALL_SYSTEMIC) and case.knows(_UNSPECIFIED_SEPSIS):
            reason = f"{severe.code} needs the code of the systemic infection in front of it"
            yield case.add(_UNSPECIFIED_SEPSIS, reason, before=severe.code)


@rule(
    "sepsis-first",
    says="A systemic infection stands before the localized infection.",
    sections=["I.C.1.d.4", "I.C.1.d.3"],
    stage=ORDER,
    after=["covid-first"],
    codes=[*_SYSTEMIC, *_SYSTEMIC_BESIDES, "J00-J22 J96 K35 K65 L00-L08 N10-N12 N17 N30 N39.0 R00-R99"],
)
def sepsis_first(case: Case) -> Iterator[Edit]:
    """Move the systemic infection in front of the localized infection and what else came with it."""
    for systemic in case.under(*_SYSTEMIC, *_SYSTEMIC_BESIDES):
        for other in case.draft:
            if _follows(case, other):
                yield case.move(systemic.code, other.code, f"the systemic infection stands before {other.code}")


@rule(
    "organism-asked-for",
    says="An organism is coded behind the disease that it causes, where that code does not name it.",
    sections=["I.C.1.b", "I.B.7", "I.C.1.e.1.a", "I.C.1.e.1.b"],
    stage=COMBINE,
    after=["ventilator-pneumonia"],
    codes=[_ORGANISMS],
)
def organism_asked_for(case: Case) -> Iterator[Edit]:
    """Keep an organism's code only where the disease that it causes asks for one, and put it behind."""
    for organism in case.under(_ORGANISMS):
        caused = [other for other in case.draft if organism in case.causes(other)]
        if caused and not any(_asks(case, other.code, organism.code) for other in caused):
            if all(_named_in(case, organism.code, other.code) for other in caused):
                yield case.drop(organism.code, f"{caused[0].code} names the organism itself")
        elif caused:
            yield case.move(caused[0].code, organism.code, f"the infection stands before its organism {organism.code}")


def _asks(case: Case, code: str, organism: str) -> bool:
    kinds = (NoteKind.USE_ADDITIONAL_CODE, NoteKind.CODE_ALSO)
    return any(
        checks.names(case.edition, one.note, organism) for one in case.edition.notes(code) if one.note.kind in kinds
    )


def _named_in(case: Case, organism: str, code: str) -> bool:
    named = set(case.edition.lexicon.term_words(case.edition.get(organism).title.split(" as the cause")[0])) - {
        "infection",
        "disease",
    }
    return not named.isdisjoint(case.edition.lexicon.term_words(case.edition.get(code).title))


@rule(
    "postprocedural-sepsis",
    says="Sepsis after a procedure takes the infection, T81.44 and the systemic infection, in that order.",
    sections=["I.C.1.d.5.b"],
    stage=COMBINE,
    codes=[_POSTPROCEDURAL_SEPSIS, "A40-A41 T81.40-T81.43 T81.49"],
)
def postprocedural_sepsis(case: Case) -> Iterator[Edit]:
    """Add the code for sepsis after a procedure, between the wound's infection and the sepsis."""
    for sepsis in case.under("A40-A41"):
        for infection in case.causes(sepsis):
            code = _POSTPROCEDURAL_SEPSIS + infection.code[7:8]
            if infection in case.under("T81.40-T81.43", "T81.49") and case.knows(code):
                reason = f"the sepsis {sepsis.code} came of {infection.code}"
                yield case.add(code, reason, after=infection.code, triggers=(sepsis.code, infection.code))
                yield case.move(infection.code, sepsis.code, "the infection after a procedure stands before the sepsis")
                yield case.move(code, sepsis.code, "the postprocedural sepsis stands before the systemic infection")


@rule(
    "covid-first",
    says="COVID-19 stands before its manifestations.",
    sections=["I.C.1.g.1.b", "I.C.1.g.1.c", "I.C.1.g.1.d"],
    stage=ORDER,
    codes=["J00-J99 K52 M35.81 N17 R00-R99 U07.1"],
)
def covid_first(case: Case) -> Iterator[Edit]:
    """Move COVID-19 in front of its manifestations; sepsis and pregnancy keep their place."""
    for covid in case.under("U07.1"):
        for other in case.under("J00-J99", "R00-R99", "M35.81", "K52", "N17"):
            yield case.move(covid.code, other.code, f"COVID-19 stands before its manifestation {other.code}")


@rule(
    "after-covid",
    says="What a past COVID-19 left behind takes U09.9 behind it.",
    sections=["I.C.1.g.1.m"],
    stage=COMBINE,
    after=["vaping"],
    codes=[_AFTER_COVID, "U07.1 Z86.16"],
)
def after_covid(case: Case) -> Iterator[Edit]:
    """Code what COVID-19 left behind as a post COVID-19 condition, behind the condition itself."""
    for covid in case.under("U07.1", "Z86.16"):
        left = [other for other in case.draft if covid in case.causes(other)]
        if left and case.knows(_AFTER_COVID) and (covid.code != "U07.1" or covid.assertion is Assertion.HISTORICAL):
            yield case.replace(covid.code, _AFTER_COVID, f"{left[0].code} is what a past COVID-19 left behind")


def _follows(case: Case, other: DraftCode) -> bool:
    """Say whether a code stands behind the systemic infection: a localized infection, an organ's failure, a symptom."""
    return other in case.under("R00-R99", "J00-J22", "L00-L08", "N10-N12", "N17", "N30", "N39.0", "K65", "K35", "J96")


@rule(
    "severe-sepsis-behind",
    says="Severe sepsis is never first: it stands behind the infections.",
    sections=["I.C.1.d.3", "I.C.1.d.1.b"],
    stage=ORDER,
    after=["vaping-first"],
    codes=[*_SEVERE, "A00-B99 J00-J22 K35 K65 L00-L08 N10-N12 N30 N39.0 O85"],
)
def severe_sepsis_behind(case: Case) -> Iterator[Edit]:
    """Move severe sepsis, which never stands first, behind the infections and before the organ failures."""
    for severe in case.under(*_SEVERE):
        for other in case.draft:
            if other in case.under("A00-B99", "J00-J22", "L00-L08", "N10-N12", "N30", "N39.0", "K65", "K35", "O85"):
                yield case.move(other.code, severe.code, f"{severe.code} stands behind the infection that led to it")
