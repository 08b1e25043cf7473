"""Chapter 21 of the guidelines: reasons for an encounter, states and histories (Z codes)."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import CHOOSE, ORDER, SAID, Assertion, Case, DraftCode, Edit, Setting, rule
from codekit_icd10cm.sequence import only_first

# Their words name what is guarded against, observed for, over or removed, not what the patient has.
_ABOUT = ("Z03-Z05", "Z08", "Z09", "Z11-Z13", "Z15", "Z20", "Z23", "Z40", "Z43", "Z47", "Z48.0", "Z48.1", "Z48.2")
_ABOUT_BESIDES = ("Z48.8", "Z52", "Z71.3", "Z76.82", "Z77", "Z88", "Z91.0", "Z92.82", "Z94", "Z95", "Z96", "Z97", "Z99")
# Aftercare and encounters that leave open what they are for.
_VAGUE = ("Z51.8", "Z71.9", "Z76.8")
_HISTORY = ("Z80-Z87", "Z91.4", "Z91.5", "Z91.81", "Z92")
_STATUS = ("Z79", "Z88", "Z89", "Z90", "Z93-Z99", "Z14-Z17", "Z66-Z68", "Z91.0", "Z91.1", "Z33.1", "Z3A")
_SOCIAL = ("Z55-Z65",)
_INJURIES = ("S00-T34", "T36-T79")
_ORTHOPEDIC_AND_SURGICAL = ("Z47", "Z48")
_FOLLOW_UP = ("Z08", "Z09")
_NONSPECIFIC = ("Z02.9", "Z04.9", "Z13.9", "Z41.9", "Z52.9", "Z86.59", "Z88.9", "Z92.0")
# A state, and the codes that say it with more: attention to it, or its complication.
_SAID_BY = {
    "Z93": ("Z43", "J95.0", "K94", "N99.5"),
    "Z94": ("T86",),
    "Z95": ("Z45.0", "T82"),
    "Z96": ("T83", "T84", "T85"),
    "Z97": ("T83", "T84", "T85"),
    "Z89": ("T87",),
}
_STATE_FILLER = frozenset(
    "status presence complication artificial opening attention encounter mechanical failure rejection infection of "
    "unspecified other organ tissue internal prosthetic device implant graft right left joint initial".split()
)


@rule(
    "encounter-object",
    says="What an encounter guards against, follows up or removes is not coded as present.",
    sections=["I.C.21.c.5", "I.C.21.c.1", "I.C.21.c.2", "I.C.21.c.6", "I.C.21.c.7", "I.C.21.c.8"],
    stage=SAID,
    codes=[*_ABOUT, *_ABOUT_BESIDES, *_VAGUE, "Z90"],
)
def objects(case: Case) -> Iterator[Edit]:
    """Drop what the note names only as the object of an encounter: the disease screened for, the joint replaced."""
    for reason in case.under(*_ABOUT, *_ABOUT_BESIDES):
        for one in case.draft:
            if (not one.code.startswith("Z") or one in case.under(*_VAGUE)) and _within(one, reason):
                yield case.drop(one.code, f"the note names it only as what {reason.code} is about")
    for prophylactic in case.under("Z40"):
        for one in case.under("Z90"):
            if _within(one, prophylactic):
                yield case.drop(one.code, f"the organ is there until the surgery of {prophylactic.code}")


def _within(one: DraftCode, other: DraftCode) -> bool:
    """Say whether every place that supports one code lies inside one that supports another."""
    return all(any(o.start <= e.start and e.end <= o.end and e != o for o in other.evidence) for e in one.evidence)


@rule(
    "status-repeats",
    says="A status is not coded beside a code that includes it.",
    sections=["I.C.21.c.3", "I.C.19.g.3.a"],
    stage=CHOOSE,
    codes=["J95.0 K94 N99.5 T82 T83 T84 T85 T86 T87 Z43 Z45.0 Z89 Z93 Z94 Z95 Z96 Z97"],
)
def status_repeats(case: Case) -> Iterator[Edit]:
    """Drop a status that another code already says."""
    for category, others in _SAID_BY.items():
        for status in case.under(category):
            said = next((one for one in case.under(*others) if _same_thing(case, status, one)), None)
            if said is not None:
                yield case.drop(status.code, f"{said.code} says it, and a status stands only without complications")


def _same_thing(case: Case, status: DraftCode, other: DraftCode) -> bool:
    words = [
        {word[:5] for word in case.edition.lexicon.term_words(case.title(one.code)) if word not in _STATE_FILLER}
        for one in (status, other)
    ]
    return not words[0].isdisjoint(words[1])


@rule(
    "no-aftercare-of-injuries",
    says="The aftercare of an injury is its code with the 7th character for subsequent care.",
    sections=["I.C.21.c.7", "I.C.19.a", "I.C.19.c.1"],
    stage=CHOOSE,
    codes=[*_ORTHOPEDIC_AND_SURGICAL, *_INJURIES, "S00.00XD"],
)
def no_aftercare_of_injuries(case: Case) -> Iterator[Edit]:
    """Drop aftercare beside an injury, whose 7th character says it."""
    injuries = [one.code for one in case.under(*_INJURIES) if len(one.code) == len("S00.00XD")]
    for aftercare in case.under(*_ORTHOPEDIC_AND_SURGICAL) if injuries else ():
        yield case.drop(aftercare.code, f"the 7th character of {injuries[0]} says the aftercare of an injury")


@rule(
    "follow-up-recurrence",
    says="A disease that has come back is coded in place of its follow-up.",
    sections=["I.C.21.c.8"],
    stage=SAID,
    codes=["C00-C96 Z08"],
)
def recurred(case: Case) -> Iterator[Edit]:
    """Drop the follow-up of a disease that the note finds to have come back."""
    current = [one.code for one in case.under("C00-C96") if one.assertion is Assertion.PRESENT]
    for one in case.under("Z08") if current else ():
        yield case.drop(one.code, f"{current[0]} is there again, and its code takes the place of the follow-up")


@rule(
    "nonspecific-z",
    says="Nonspecific Z codes are not for inpatients.",
    sections=["I.C.21.c.14"],
    stage=CHOOSE,
    codes=[*_NONSPECIFIC],
    setting=Setting.INPATIENT,
)
def nonspecific(case: Case) -> Iterator[Edit]:
    """Drop the Z codes that say nothing which justifies them for an inpatient."""
    for one in case.under(*_NONSPECIFIC):
        if len(case.draft) > 1:
            yield case.drop(one.code, "it says too little to justify it for an inpatient")


@rule(
    "first-listed-only",
    says="Some Z codes may only stand first.",
    sections=["I.C.21.c.15", "I.C.21.c.9", "I.C.21.c.12", "I.C.21.c.13"],
    stage=ORDER,
    after=["treated-first"],
    codes=["O00-O9A"],
)
def reason_first(case: Case) -> Iterator[Edit]:
    """Move the codes that may only stand first to the front."""
    if case.has("O00-O9A"):
        return
    named = [one for one in case.draft if only_first(case.edition, one.code)]
    for one in case.draft.codes[:1] if named and case.draft.codes[0] not in named else ():
        yield case.move(named[0].code, one.code, f"{named[0].code} is only for the first place")


@rule(
    "history-behind",
    says="Histories, states and social circumstances follow the reason for the encounter.",
    sections=["I.C.21.c.4", "I.C.21.c.3", "I.C.21.c.17"],
    stage=ORDER,
    codes=[*_HISTORY, *_STATUS, *_SOCIAL],
)
def history_behind(case: Case) -> Iterator[Edit]:
    """Move the reason for the encounter in front of histories, states and circumstances."""
    behind = case.under(*_HISTORY, *_STATUS, *_SOCIAL)
    reason = next((one for one in case.draft if one not in behind and one.code[0] not in "VWXY"), None)
    if reason is not None:
        for one in behind:
            yield case.move(reason.code, one.code, f"{one.code} adds to the reason for the encounter and follows it")
