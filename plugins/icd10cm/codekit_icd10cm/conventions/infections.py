"""Chapter 1 of the guidelines: infections and sepsis."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import (
    COMBINE,
    ORDER,
    SAID,
    Assertion,
    Case,
    Edit,
    Evidence,
    Example,
    NoteKind,
    Setting,
    read_rules,
    rule,
)
from codekit_icd10cm import checks
from codekit_icd10cm.mentions.terms import ASKED

ROWS = read_rules(__package__, "infections.toml")
_BACTERIAL = ("A02.1", "A20.7", "A21.7", "A22.7", "A24.1", "A26.7", "A28.2", "A32.7", "A39.2-A39.4", "A40-A41", "A42.7")
_FUNGAL = ("B37.7", "B38.7", "B39.3", "B40.7", "B41.7", "B42.7", "B44.7", "B45.7", "B46.4")
_SYSTEMIC = (*_BACTERIAL, "A54.86", *_FUNGAL, "O85", "P36")
# Viral and rickettsial diseases, and sepsis that another code names.
_SYSTEMIC_BESIDES = ("A77.0", "A94-A99", "B00.7", "B34.9", "U07.1", "T81.44")
_SYSTEMIC_OBSTETRIC = ("O03.37", "O03.87", "O04.87", "O07.37", "O08.82", "O75.3", "O86.04")
_ANY_SYSTEMIC = (*_SYSTEMIC, *_SYSTEMIC_BESIDES, *_SYSTEMIC_OBSTETRIC)
_INFECTIOUS = "A00-B99"
_LOCALIZED = ("J00-J22", "L00-L08", "N10-N12", "N30", "N39.0", "K65", "K35")
_SYMPTOMS, _FAILURES = "R00-R99", ("N17", "J96")
_UNSPECIFIED_SEPSIS = "A41.9"
_ORGANISMS = "B95-B97"
_WOUND = ("T81.40-T81.43", "T81.49")
_SEPSIS = "A40-A41"
_POSTPROCEDURAL_SEPSIS = "T81.44X"
_PAST_COVID, _AFTER_COVID = "Z86.16", "U09.9"
_SEVERE = ("R65.20", "R65.21")
# Source: ICD-10-CM tabular list, R65.2, use additional code to identify specific acute organ dysfunction.
_ACUTE_FAILURES = ("N17", "J96.0", "J96.2", "K72.0", "D65", "G93.41", "G62.81", "G72.81")


@rule(
    "urosepsis",
    says="Urosepsis is nonspecific: the clinician is asked.",
    sections=["I.C.1.d.1.a.ii"],
    stage=SAID,
    examples=[
        Example("Urosepsis. Hypertension.", gives="I10", asks="urosepsis"),
        Example("Possible urosepsis.", gives="", asks="urosepsis", setting=Setting.INPATIENT),
        Example("No evidence of urosepsis. Hypertension.", gives="I10"),
        Example("History of urosepsis. Hypertension.", gives="I10"),
        Example("Urinary tract infection with sepsis.", gives="A41.9 N39.0"),
    ],
)
def urosepsis(case: Case) -> Iterator[Edit]:
    """Ask what is meant where the note says urosepsis."""
    for statement in case.draft.statements:
        mention = statement.mention
        said = mention.assertion in (Assertion.PRESENT, Assertion.POSSIBLE)
        if said and ASKED.fullmatch(mention.text):
            yield case.query(
                "term",
                topic="urosepsis",
                indicators=[Evidence(start=mention.start, end=mention.end, text=mention.text)],
                options=("sepsis", "urinary tract infection without sepsis"),
                reason="urosepsis is nonspecific, has no default code, and must not be taken for sepsis",
            )


@rule(
    "sepsis-with-failure",
    says="An acute failure of an organ that is due to sepsis makes the sepsis severe.",
    sections=["I.C.1.d.1.a.iii", "I.C.1.d.1.b"],
    stage=COMBINE,
    codes=[_SEPSIS, *_SEVERE, *_ACUTE_FAILURES],
    examples=[
        Example("Acute respiratory failure due to sepsis.", gives="A41.9 R65.20 J96.00", without="A41.9 J96.00"),
        Example("Acute kidney injury due to sepsis.", gives="A41.9 R65.20 N17.9", without="A41.9 N17.9"),
        Example("Acute kidney injury due to septic shock.", gives="A41.9 N17.9 R65.21"),
        Example("Acute kidney injury due to dehydration. Sepsis.", gives="A41.9 N17.9 E86.0"),
        Example("Sepsis and acute kidney injury.", gives="A41.9 N17.9"),
    ],
)
def sepsis_with_failure(case: Case) -> Iterator[Edit]:
    """Add severe sepsis where the note gives sepsis as the cause of an acute failure of an organ."""
    if case.has(*_SEVERE) or not case.knows(_SEVERE[0]):
        return
    for failure in case.under(*_ACUTE_FAILURES):
        sepsis = next((cause for cause in case.causes(failure) if cause in case.under(_SEPSIS)), None)
        if sepsis is not None:
            yield case.add(_SEVERE[0], f"{failure.code} is due to the sepsis", before=failure.code)
            return


@rule(
    "severe-sepsis",
    says="Severe sepsis takes the code of the systemic infection, A41.9 where none is named.",
    sections=["I.C.1.d.1.b", "I.C.1.d.1.a", "I.C.1.d.2"],
    stage=COMBINE,
    codes=[*_SEVERE, _UNSPECIFIED_SEPSIS, *_ANY_SYSTEMIC],
    examples=[
        Example(codes="R65.20", gives="A41.9 R65.20", without=""),
        Example(codes="R65.21 J18.9", gives="A41.9 J18.9 R65.21", without="J18.9 R65.21"),
        Example("Severe sepsis. Urinary tract infection.", gives="A41.9 N39.0 R65.20", without="N39.0 R65.20"),
        Example(codes="A40.3 R65.20", gives="A40.3 R65.20"),
        Example(codes="A39.4 R65.21", gives="A39.4 R65.21"),
        Example(codes="P36.9 R65.20", gives="P36.9 R65.20"),
        Example(codes="U07.1 R65.20", gives="U07.1 R65.20"),
        Example(codes="A99 R65.20", gives="A99 R65.20"),
        Example(codes="T81.44XA R65.20", gives="T81.44XA R65.20"),
        Example(codes="O75.3 R65.20", gives="O75.3 R65.20"),
        Example(codes="R65.10", gives="R65.10"),
    ],
)
def severe_sepsis(case: Case) -> Iterator[Edit]:
    """Put the systemic infection in front of severe sepsis; sepsis unspecified where none is named."""
    for severe in case.under(*_SEVERE):
        if not case.has(*_ANY_SYSTEMIC) and case.knows(_UNSPECIFIED_SEPSIS):
            reason = f"{severe.code} needs the code of the systemic infection in front of it"
            yield case.add(_UNSPECIFIED_SEPSIS, reason, before=severe.code)


@rule(
    "sepsis-first",
    says="A systemic infection stands before the localized infection.",
    sections=["I.C.1.d.4", "I.C.1.d.3"],
    stage=ORDER,
    after=["covid-first"],
    codes=[*_SYSTEMIC, *_LOCALIZED, *_FAILURES, _SYMPTOMS],
    examples=[
        Example(codes="J18.9 A41.9", gives="A41.9 J18.9", without="J18.9 A41.9"),
        Example(codes="N39.0 A41.51", gives="A41.51 N39.0", without="N39.0 A41.51"),
        Example(codes="L03.115 A40.0", gives="A40.0 L03.115", without="L03.115 A40.0"),
        Example(codes="N10 A02.1", gives="A02.1 N10", without="N10 A02.1"),
        Example(codes="N30.00 A41.9", gives="A41.9 N30.00", without="N30.00 A41.9"),
        Example(codes="K65.0 A41.9", gives="A41.9 K65.0", without="K65.0 A41.9"),
        Example(codes="K35.80 A41.9", gives="A41.9 K35.80", without="K35.80 A41.9"),
        Example(codes="N17.9 P36.9", gives="P36.9 N17.9", without="N17.9 P36.9"),
        Example(codes="J96.01 A39.4", gives="A39.4 J96.01", without="J96.01 A39.4"),
        Example(codes="R10.9 B37.7", gives="B37.7 R10.9", without="R10.9 B37.7"),
        Example(codes="I10 A41.9", gives="I10 A41.9"),
        Example(codes="S72.001A A41.9", gives="S72.001A A41.9"),
    ],
)
def sepsis_first(case: Case) -> Iterator[Edit]:
    """Move the systemic infection in front of the localized infection and what else came with it."""
    for systemic in case.under(*_SYSTEMIC):
        for other in case.under(*_LOCALIZED, *_FAILURES, _SYMPTOMS):
            yield case.move(systemic.code, other.code, f"the systemic infection stands before {other.code}")


@rule(
    "organism-asked-for",
    says="An organism is coded behind the disease that it causes, where that code does not name it.",
    sections=["I.C.1.b", "I.B.7", "I.C.1.e.1.a", "I.C.1.e.1.b"],
    stage=COMBINE,
    after=["ventilator-pneumonia"],
    codes=[_ORGANISMS],
    examples=[
        Example("E. coli urinary tract infection.", gives="N39.0 B96.20", without="B96.20 N39.0"),
        Example("MRSA cellulitis of left lower leg.", gives="L03.116 B95.62", without="B95.62 L03.116"),
        Example("He has pneumonia due to Pseudomonas.", gives="J15.1", without="J15.1 B96.5"),
        Example("Tonsillitis due to streptococcus.", gives="J03.00", without="J03.00 B95.5"),
        # The disease neither asks for its organism nor names it.
        Example("Mastitis due to MRSA.", gives="N61.0 B95.62"),
        Example("Acute appendicitis due to E. coli.", gives="K35.80 B96.20"),
        Example("Urinary tract infection due to E. coli.", gives="N39.0 B96.20"),
        Example(codes="B96.20 N39.0", gives="B96.20 N39.0"),
    ],
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
    notes = checks.notes_of(case.edition, code, NoteKind.USE_ADDITIONAL_CODE)
    return any(checks.names(case.edition, one.note, organism) for one in notes)


def _named_in(case: Case, organism: str, code: str) -> bool:
    words = case.edition.lexicon
    named = set(words.term_words(case.edition.get(organism).title.split(" as the cause")[0])) - words.vocabulary.weak
    return not named.isdisjoint(words.term_words(case.edition.get(code).title))


@rule(
    "postprocedural-sepsis",
    says="Sepsis after a procedure takes the infection, T81.44 and the systemic infection, in that order.",
    sections=["I.C.1.d.5.b"],
    stage=COMBINE,
    codes=[_POSTPROCEDURAL_SEPSIS, _SEPSIS, *_WOUND],
    examples=[
        Example(
            "Sepsis due to intra-abdominal abscess following a procedure.",
            gives="T81.43XA T81.44XA A41.9",
            without="A41.9 T81.43XA",
        ),
        # Its 7th character is that of the infection.
        Example(
            "Streptococcal sepsis due to intra-abdominal abscess following a procedure, subsequent encounter.",
            gives="T81.43XD T81.44XD A40.9",
            without="A40.9 T81.43XD",
        ),
        Example("Sepsis due to pneumonia.", gives="A41.9 J18.9"),
        Example("Sepsis. Intra-abdominal abscess following a procedure.", gives="A41.9 T81.43XA"),
    ],
)
def postprocedural_sepsis(case: Case) -> Iterator[Edit]:
    """Add the code for sepsis after a procedure, between the wound's infection and the sepsis."""
    for sepsis in case.under(_SEPSIS):
        for infection in case.causes(sepsis):
            code = _POSTPROCEDURAL_SEPSIS + infection.code[7:8]
            if infection in case.under(*_WOUND) and case.knows(code):
                reason = f"the sepsis {sepsis.code} came of {infection.code}"
                yield case.add(code, reason, after=infection.code, triggers=(sepsis.code, infection.code))
                yield case.move(infection.code, sepsis.code, "the infection after a procedure stands before the sepsis")


@rule(
    "after-covid",
    says="What a past COVID-19 left behind takes U09.9 behind it.",
    sections=["I.C.1.g.1.m"],
    stage=COMBINE,
    after=["vaping"],
    codes=[_PAST_COVID, _AFTER_COVID],
    examples=[
        Example("Chronic fatigue due to previous COVID-19 infection.", gives="R53.82 U09.9", without="R53.82 Z86.16"),
        Example("Pulmonary fibrosis due to prior COVID-19.", gives="J84.10 U09.9", without="J84.10 Z86.16"),
        Example("Pneumonia due to COVID-19.", gives="U07.1 J12.82"),
        Example("Fatigue. History of COVID-19.", gives="R53.83 Z86.16"),
    ],
)
def after_covid(case: Case) -> Iterator[Edit]:
    """Code what COVID-19 left behind as a post COVID-19 condition, behind the condition itself."""
    for covid in case.under(_PAST_COVID):
        left = [other for other in case.draft if covid in case.causes(other)]
        if left and case.knows(_AFTER_COVID):
            yield case.replace(covid.code, _AFTER_COVID, f"{left[0].code} is what a past COVID-19 left behind")


@rule(
    "severe-sepsis-behind",
    says="Severe sepsis is never first: it stands behind the infections.",
    sections=["I.C.1.d.3", "I.C.1.d.1.b"],
    stage=ORDER,
    after=["vaping-first"],
    codes=[*_SEVERE, _INFECTIOUS, *_LOCALIZED],
    examples=[
        Example(codes="A41.9 R65.20 J18.9", gives="A41.9 J18.9 R65.20", without="A41.9 R65.20 J18.9"),
        Example(codes="A41.9 R65.20 L03.115", gives="A41.9 L03.115 R65.20", without="A41.9 R65.20 L03.115"),
        Example(codes="A41.9 R65.21 N39.0", gives="A41.9 N39.0 R65.21", without="A41.9 R65.21 N39.0"),
        Example(codes="A41.9 R65.20 A04.72", gives="A41.9 A04.72 R65.20", without="A41.9 R65.20 A04.72"),
        Example(codes="A41.9 R65.20 N17.9", gives="A41.9 R65.20 N17.9"),
    ],
)
def severe_sepsis_behind(case: Case) -> Iterator[Edit]:
    """Move severe sepsis, which never stands first, behind the infections and before the organ failures."""
    for severe in case.under(*_SEVERE):
        for other in case.under(_INFECTIOUS, *_LOCALIZED):
            yield case.move(other.code, severe.code, f"{severe.code} stands behind the infection that led to it")
