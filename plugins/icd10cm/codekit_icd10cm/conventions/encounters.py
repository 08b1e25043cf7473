"""Chapter 21 of the guidelines: reasons for an encounter, states and histories (Z codes)."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import (
    CHOOSE,
    ORDER,
    SAID,
    Assertion,
    Case,
    DraftCode,
    Edit,
    Example,
    Setting,
    read_rules,
    rule,
)
from codekit_icd10cm.sequence import only_first

# Their words name what is guarded against, observed for, over or removed, not what the patient has.
_ABOUT = ("Z03-Z05", "Z08", "Z09", "Z11-Z13", "Z15", "Z20", "Z23", "Z40", "Z43", "Z47", "Z48.0", "Z48.1", "Z48.2")
_ABOUT_BESIDES = ("Z48.8", "Z52", "Z71.3", "Z76.82", "Z77", "Z88", "Z91.0", "Z92.82", "Z94", "Z95", "Z96", "Z97", "Z99")
# Aftercare and encounters that leave open what they are for.
_VAGUE = ("Z51.8", "Z71.9", "Z76.8")
_HISTORY = ("Z80-Z87", "Z91.4", "Z91.5", "Z91.81", "Z92")
_STATUS = ("Z79", "Z88", "Z89", "Z90", "Z93-Z99", "Z14-Z17", "Z66-Z68", "Z91.0", "Z91.1", "Z33.1", "Z3A")
_SOCIAL = ("Z55-Z65",)
_MALIGNANT, _FOLLOW_UP = "C00-C96", "Z08"
_OBSTETRIC = "O00-O9A"
_NONSPECIFIC = ("Z02.9", "Z04.9", "Z13.9", "Z41.9", "Z52.9", "Z86.59", "Z88.9", "Z92.0")
# A state, and the codes that say it with more: attention to it, or its complication.
_SAID_BY = {
    "Z93": ("Z43", "J95.0", "K94", "N99.5"),
    "Z94": ("T86",),
    "Z95": ("Z45.0", "T82"),
    "Z96": ("T84", "T85"),
    "Z97": ("T83",),
    "Z89": ("T87",),
}
_SIDES = frozenset(("right", "left"))
# What every title of a transplant shares, whatever was transplanted.
_TRANSPLANT = {"trans"}
_STATE_FILLER = frozenset(
    "status presence complication artificial opening attention encounter mechanical failure rejection infection of "
    "unspecified other organ tissue internal prosthetic device implant graft right left joint initial".split()
)


@rule(
    "encounter-object",
    says="What an encounter guards against, follows up or removes is not coded as present.",
    sections=["I.C.21.c.5", "I.C.21.c.1", "I.C.21.c.2", "I.C.21.c.6", "I.C.21.c.7", "I.C.21.c.8"],
    stage=SAID,
    codes=[*_ABOUT, *_ABOUT_BESIDES, *_VAGUE],
    examples=[
        Example("Here for influenza vaccine.", gives="Z23"),
        Example("Contact with hepatitis B.", gives="Z20.5", without="Z20.5 B16.9"),
        Example(
            "Aftercare following left total knee replacement for osteoarthritis.",
            gives="Z47.1 Z96.652",
            without="Z47.1 Z51.89 Z96.652 M19.90",
        ),
        Example(
            "Aftercare following kidney transplant for renal failure.",
            gives="Z48.22",
            without="Z48.22 Z51.89 T86.12",
        ),
        Example("Screening for lipid disorders; hyperlipidemia was found.", gives="Z13.220 E78.5"),
        Example("Osteoporosis. Screening for osteoporosis.", gives="M81.0 Z13.820"),
    ],
)
def objects(case: Case) -> Iterator[Edit]:
    """Drop what the note names only as the object of an encounter: the disease screened for, the joint replaced."""
    for reason in case.under(*_ABOUT, *_ABOUT_BESIDES):
        for one in case.draft:
            if (not one.code.startswith("Z") or one in case.under(*_VAGUE)) and _within(one, reason):
                yield case.drop(one.code, f"the note names it only as what {reason.code} is about")


def _within(one: DraftCode, other: DraftCode) -> bool:
    """Say whether every place that supports one code lies inside one that supports another."""
    return all(any(o.start <= e.start and e.end <= o.end and e != o for o in other.evidence) for e in one.evidence)


@rule(
    "status-repeats",
    says="A status is not coded beside a code that includes it.",
    sections=["I.C.21.c.3", "I.C.19.g.3.a"],
    stage=CHOOSE,
    codes=[*_SAID_BY, *(code for codes in _SAID_BY.values() for code in codes)],
    examples=[
        Example(codes="Z94.1 T86.21", gives="T86.21", without="T86.21 Z94.1"),
        Example(codes="Z94.4 T86.11", gives="T86.11 Z94.4"),
        Example(codes="Z94.83 T86.890", gives="T86.890", without="T86.890 Z94.83"),
        Example(codes="Z95.0 T82.110A", gives="T82.110A", without="T82.110A Z95.0"),
        Example(codes="Z95.1 T82.110A", gives="T82.110A Z95.1"),
        Example(codes="Z96.652 T84.54XA", gives="T84.54XA", without="T84.54XA Z96.652"),
        Example(codes="Z96.651 T84.54XA", gives="T84.54XA Z96.651"),
        Example(codes="Z96.641 T84.54XA", gives="T84.54XA Z96.641"),
        Example(codes="Z97.5 T83.39XA", gives="T83.39XA", without="T83.39XA Z97.5"),
        Example(codes="Z96.41 T85.614A", gives="T85.614A", without="T85.614A Z96.41"),
        Example(codes="Z95.0 Z45.018", gives="Z45.018", without="Z95.0"),
        Example(codes="Z89.512 T87.44", gives="T87.44", without="T87.44 Z89.512"),
    ],
)
def status_repeats(case: Case) -> Iterator[Edit]:
    """Drop a status that another code already says."""
    for category, others in _SAID_BY.items():
        for status in case.under(category):
            said = next((one for one in case.under(*others) if _same_thing(case, status, one)), None)
            if said is not None:
                yield case.drop(status.code, f"{said.code} says it, and a status stands only without complications")


def _same_thing(case: Case, status: DraftCode, other: DraftCode) -> bool:
    """Say whether two codes name the same organ or device, as far as their titles tell, and not on different sides."""
    titles = [set(case.edition.lexicon.term_words(case.title(one.code))) for one in (status, other)]
    sides = [words & _SIDES for words in titles]
    stems = [{word[:5] for word in words - _STATE_FILLER} for words in titles]
    shared = stems[0] & stems[1]
    same = shared - _TRANSPLANT or (shared and _TRANSPLANT in stems)
    return bool(same) and not (all(sides) and sides[0].isdisjoint(sides[1]))


ROWS = read_rules(__package__, "encounters.toml")


@rule(
    "follow-up-recurrence",
    says="A disease that has come back is coded in place of its follow-up.",
    sections=["I.C.21.c.8"],
    stage=SAID,
    codes=[_MALIGNANT, _FOLLOW_UP],
    examples=[
        Example(
            "Follow-up after treatment for breast cancer. Recurrent breast cancer.",
            gives="C50.919",
            without="Z08 C50.919",
        ),
        Example(codes="Z08 C67.9", gives="C67.9", without="Z08 C67.9"),
        Example(codes="Z08 C83.30", gives="C83.30", without="Z08 C83.30"),
        Example(codes="Z08 Z85.51", gives="Z08 Z85.51"),
        Example("Follow-up after treatment for breast cancer, no recurrence.", gives="Z08 Z85.3"),
        Example("Follow-up after treatment of bladder cancer. Possible recurrence of bladder cancer.", gives="Z08"),
    ],
)
def recurred(case: Case) -> Iterator[Edit]:
    """Drop the follow-up of a disease that the note finds to have come back."""
    current = [one.code for one in case.under(_MALIGNANT) if one.assertion is Assertion.PRESENT]
    for one in case.under(_FOLLOW_UP) if current else ():
        yield case.drop(one.code, f"{current[0]} is there again, and its code takes the place of the follow-up")


@rule(
    "nonspecific-z",
    says="Nonspecific Z codes are not for inpatients.",
    sections=["I.C.21.c.14"],
    stage=CHOOSE,
    codes=[*_NONSPECIFIC],
    setting=Setting.INPATIENT,
    examples=[
        Example(codes="I10 Z88.9", gives="I10", without="I10 Z88.9"),
        Example(codes="F20.9 Z86.59", gives="F20.9", without="F20.9 Z86.59"),
        Example(codes="J18.9 Z13.9", gives="J18.9", without="J18.9 Z13.9"),
        Example(codes="I10 Z88.0", gives="I10 Z88.0"),
        Example(codes="Z04.9", gives="Z04.9"),
    ],
)
def nonspecific(case: Case) -> Iterator[Edit]:
    """Drop the Z codes that say nothing which justifies them for an inpatient."""
    for one in case.under(*_NONSPECIFIC):
        if len(case.draft) > 1:
            yield case.drop(one.code, "it says too little to justify it for an inpatient")


@rule(
    "first-listed-only",
    says="Some Z codes may only stand first.",
    sections=["I.C.21.c.15", "I.C.21.c.9", "I.C.21.c.12", "I.C.21.c.13", "I.C.16.a.2", "I.C.17"],
    stage=ORDER,
    after=["treated-first"],
    codes=[_OBSTETRIC],
    examples=[
        Example(codes="I10 Z00.00", gives="Z00.00 I10", without="I10 Z00.00"),
        Example(codes="N18.6 Z52.4", gives="Z52.4 N18.6", without="N18.6 Z52.4"),
        Example(codes="I10 Z40.01", gives="Z40.01 I10", without="I10 Z40.01"),
        Example(
            "Hypertension. Here for a general adult medical examination.",
            gives="Z00.00 I10",
        ),
        Example(codes="P59.9 Z38.00", gives="Z38.00 P59.9", without="P59.9 Z38.00"),
        Example(codes="Q21.0 Z38.01", gives="Z38.01 Q21.0", without="Q21.0 Z38.01"),
        Example(codes="I10 Z00.6", gives="I10 Z00.6"),
        Example(codes="Z00.00 Z52.4", gives="Z00.00 Z52.4"),
        Example(codes="O99.411 J45.909 Z00.00", gives="O99.411 O99.511 J45.909 Z00.00"),
    ],
)
def reason_first(case: Case) -> Iterator[Edit]:
    """Move the codes that may only stand first to the front."""
    if case.has(_OBSTETRIC):
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
    examples=[
        Example(codes="Z85.3 J18.9", gives="J18.9 Z85.3", without="Z85.3 J18.9"),
        Example(codes="Z80.3 Z12.31", gives="Z12.31 Z80.3", without="Z80.3 Z12.31"),
        Example(codes="Z66 I63.9", gives="I63.9 Z66", without="Z66 I63.9"),
        Example(codes="Z59.00 J18.9", gives="J18.9 Z59.00", without="Z59.00 J18.9"),
        Example(codes="Z85.3 Z80.3", gives="Z85.3 Z80.3"),
        Example(codes="Z91.81 W19.XXXA J18.9", gives="J18.9 Z91.81 W19.XXXA", without="Z91.81 J18.9 W19.XXXA"),
        Example(codes="Z91.81 W19.XXXA", gives="Z91.81 W19.XXXA"),
    ],
)
def history_behind(case: Case) -> Iterator[Edit]:
    """Move the reason for the encounter in front of histories, states and circumstances."""
    behind = case.under(*_HISTORY, *_STATUS, *_SOCIAL)
    reason = next((one for one in case.draft if one not in behind and one.code[0] not in "VWXY"), None)
    if reason is not None:
        for one in behind:
            yield case.move(reason.code, one.code, f"{one.code} adds to the reason for the encounter and follows it")
