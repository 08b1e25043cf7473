"""Chapter 1 of the guidelines: infections and sepsis."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.conventions import DraftCode
from codekit.types import Edit, Evidence
from codekit_icd10cm.conventions.rule import Case, Rule
from codekit_icd10cm.mentions.terms import ASKED

_SYSTEMIC = ("A02.1", "A20.7", "A21.7", "A22.7", "A24.1", "A26.7", "A28.2", "A32.7", "A40-A41", "A42.7", "A54.86")
_SYSTEMIC_BESIDES = ("B37.7", "B38.7", "B39.3", "B40.7", "B41.7", "B42.7", "B44.7", "B45.7", "B46.4", "O85", "P36")
_SYSTEMIC_VIRAL = ("A94-A99", "B34.9", "U07.1", "A77.0", "B00.7", "T81.44", "O86.04", "O03.37", "O08.82")
_ALL_SYSTEMIC = _SYSTEMIC + _SYSTEMIC_BESIDES + _SYSTEMIC_VIRAL
_UNSPECIFIED_SEPSIS = "A41.9"
_SEVERE = ("R65.20", "R65.21")


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


def severe_sepsis(case: Case) -> Iterator[Edit]:
    """Put the systemic infection in front of severe sepsis; sepsis unspecified where none is named."""
    for severe in case.under(*_SEVERE):
        if not case.has(*_ALL_SYSTEMIC) and case.knows(_UNSPECIFIED_SEPSIS):
            reason = f"{severe.code} needs the code of the systemic infection in front of it"
            yield case.add(_UNSPECIFIED_SEPSIS, reason, before=severe.code)


def sepsis_first(case: Case) -> Iterator[Edit]:
    """Move the systemic infection in front of the localized infection and what else came with it."""
    for systemic in case.under(*_SYSTEMIC, *_SYSTEMIC_BESIDES):
        for other in case.draft:
            if _follows(case, other):
                yield case.move(systemic.code, other.code, f"the systemic infection stands before {other.code}")


def _follows(case: Case, other: DraftCode) -> bool:
    """Say whether a code stands behind the systemic infection: a localized infection, an organ's failure, a symptom."""
    return other in case.under("R00-R99", "J00-J22", "L00-L08", "N10-N12", "N17", "N30", "N39.0", "K65", "K35", "J96")


def severe_sepsis_behind(case: Case) -> Iterator[Edit]:
    """Move severe sepsis, which never stands first, behind the infections and before the organ failures."""
    for severe in case.under(*_SEVERE):
        for other in case.draft:
            if other in case.under("A00-B99", "J00-J22", "L00-L08", "N10-N12", "N30", "N39.0", "K65", "K35", "O85"):
                yield case.move(other.code, severe.code, f"{severe.code} stands behind the infection that led to it")


RULES = (
    Rule(
        id="urosepsis",
        title="Urosepsis is nonspecific: the clinician is asked.",
        sections=("I.C.1.d.1.a.ii",),
        priority=110,
        apply=urosepsis,
    ),
    Rule(
        id="severe-sepsis",
        title="Severe sepsis takes the code of the systemic infection, A41.9 where none is named.",
        sections=("I.C.1.d.1.b", "I.C.1.d.1.a", "I.C.1.d.2"),
        priority=220,
        apply=severe_sepsis,
    ),
    Rule(
        id="sepsis-first",
        title="A systemic infection stands before the localized infection.",
        sections=("I.C.1.d.4", "I.C.1.d.3"),
        priority=430,
        apply=sepsis_first,
    ),
    Rule(
        id="severe-sepsis-behind",
        title="Severe sepsis is never first: it stands behind the infections.",
        sections=("I.C.1.d.3", "I.C.1.d.1.b"),
        priority=435,
        apply=severe_sepsis_behind,
    ),
)
