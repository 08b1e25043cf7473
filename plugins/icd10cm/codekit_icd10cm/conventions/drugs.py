"""Section I.C.19.e of the guidelines: adverse effects, poisoning, underdosing; and long-term drug use."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import CHOOSE, ORDER, Case, DraftCode, Edit, Example, read_rules, rule

_DRUGS = "T36-T50"
_SUBSTANCES = "T36-T65"
# The character of T36 to T65 that says the intent: the 6th, or the 5th where an X stands behind it.
_POISONING, _SELF_HARM, _ADVERSE, _UNDERDOSED = "1234", "2", "5", "6"
_SIXTH, _PLACEHOLDER = 6, "X"
_BY_SELF_HARM = "X71-X83"
# What stands behind a drug's code by rules of its own, or says nothing of its effect.
_NO_EFFECT = (_DRUGS, "V00-Y99", "Z00-Z99")
# Reasons for underdosing, of a patient and of a caregiver.
_UNDERDOSING_REASONS = ("Z91.12", "Z91.13", "Z91.14", "Z91.A4")


@rule(
    "poisoning-first",
    says="A poisoning stands before its manifestations.",
    sections=["I.C.19.e.5.b", "I.C.19.e.5.d"],
    stage=ORDER,
    after=["treated-first"],
    codes=[_SUBSTANCES],
    examples=[
        Example("Bradycardia; took wife's metoprolol by mistake.", gives="T44.7X1A R00.1", without="R00.1 T44.7X1A"),
        Example("Drowsiness after an overdose of diazepam.", gives="T42.4X1A R40.0", without="R40.0 T42.4X1A"),
        Example(
            "Drowsiness after an overdose of diazepam and ibuprofen.",
            gives="T42.4X1A T39.311A R40.0",
            without="R40.0 T42.4X1A T39.311A",
        ),
        Example("Syncope due to chlorine gas exposure, accidental.", gives="T59.4X1A R55", without="R55 T59.4X1A"),
        Example(
            "Syncope due to accidental carbon monoxide poisoning from motor vehicle exhaust.",
            gives="T58.01XA R55",
            without="R55 T58.01XA",
        ),
        Example("Nausea due to codeine taken as prescribed.", gives="R11.0 T40.2X5A"),
        Example("Hypertension. Overdose of ibuprofen.", gives="I10 T39.311A"),
    ],
)
def poisoning_first(case: Case) -> Iterator[Edit]:
    """Move a poisoning in front of what it caused."""
    for poisoning in _of_kind(case, _SUBSTANCES, _POISONING):
        for other in case.draft:
            if other not in case.under(_SUBSTANCES) and _same_statement(case, poisoning, other):
                yield case.move(poisoning.code, other.code, f"a poisoning stands before its manifestation {other.code}")


@rule(
    "adverse-effect-behind",
    says="The nature of an adverse effect, and the disease underdosed, stand before the drug's code.",
    sections=["I.C.19.e.5.a", "I.C.19.e.5.c"],
    stage=ORDER,
    after=["treated-first"],
    codes=[*_NO_EFFECT],
    examples=[
        Example(codes="T40.2X5A R11.0", gives="R11.0 T40.2X5A", without="T40.2X5A R11.0"),
        Example(codes="T40.2X5A T42.4X5A R11.0", gives="R11.0 T40.2X5A T42.4X5A", without="T40.2X5A T42.4X5A R11.0"),
        Example(codes="T37.95XA R21", gives="R21 T37.95XA", without="T37.95XA R21"),
        Example(codes="I10 T42.0X6A G40.909", gives="I10 G40.909 T42.0X6A", without="I10 T42.0X6A G40.909"),
        Example(codes="T44.7X1A R00.1", gives="T44.7X1A R00.1"),
        Example(codes="T45.515A Z79.01", gives="T45.515A Z79.01"),
    ],
)
def adverse_effect_behind(case: Case) -> Iterator[Edit]:
    """Move the nature of an adverse effect, or the disease undertreated, in front of the drug's code."""
    for drug in (*_of_kind(case, _DRUGS, _ADVERSE), *_of_kind(case, _DRUGS, _UNDERDOSED)):
        what = "the nature of the adverse effect" if _intent(drug.code) == _ADVERSE else "the condition"
        for other in case.draft:
            if other not in case.under(*_NO_EFFECT):
                yield case.move(other.code, drug.code, f"{what} stands before {drug.code}")


@rule(
    "underdosing-reason-behind",
    says="The reason for underdosing stands behind the drug's code.",
    sections=["I.C.19.e.5.c"],
    stage=ORDER,
    after=["history-behind", "treated-first"],
    codes=[*_UNDERDOSING_REASONS, _DRUGS],
    examples=[
        Example(codes="E11.65 Z91.A41 T38.3X6A", gives="E11.65 T38.3X6A Z91.A41", without="E11.65 Z91.A41 T38.3X6A"),
        Example(codes="G40.909 Z91.A48 T42.0X6A", gives="G40.909 T42.0X6A Z91.A48", without="G40.909 Z91.A48 T42.0X6A"),
        Example(codes="E11.65 Z91.120 T38.3X6A", gives="E11.65 T38.3X6A Z91.120"),
        Example(codes="E11.65 Z91.110 T38.3X6A", gives="E11.65 Z91.110 T38.3X6A"),
        Example(codes="E11.65 Z91.A41 T38.3X5A", gives="E11.65 Z91.A41 T38.3X5A"),
    ],
)
def underdosing_reason_behind(case: Case) -> Iterator[Edit]:
    """Move the drug that was underdosed in front of the reason for it."""
    for reason in case.under(*_UNDERDOSING_REASONS):
        for drug in _of_kind(case, _DRUGS, _UNDERDOSED):
            yield case.move(drug.code, reason.code, f"the underdosing stands before its reason {reason.code}")


@rule(
    "intent-said",
    says="No external cause is given where the poisoning's code says cause and intent.",
    sections=["I.C.20.a.8"],
    stage=CHOOSE,
    after=["no-aftercare-of-injuries"],
    codes=[_SUBSTANCES, _BY_SELF_HARM],
    examples=[
        Example(codes="T42.4X2A X78.8XXA", gives="T42.4X2A", without="T42.4X2A X78.8XXA"),
        Example(codes="T58.92XA X83.8XXA", gives="T58.92XA", without="T58.92XA X83.8XXA"),
        Example(codes="T42.4X1A X83.8XXA", gives="T42.4X1A X83.8XXA"),
        Example(codes="S61.512A X78.1XXA", gives="S61.512A X78.1XXA"),
    ],
)
def intent_said(case: Case) -> Iterator[Edit]:
    """Drop the external cause of self-harm where the poisoning's own code says it."""
    poisonings = _of_kind(case, _SUBSTANCES, _SELF_HARM)
    for cause in case.under(_BY_SELF_HARM) if poisonings else ():
        yield case.drop(cause.code, f"{poisonings[0].code} says the cause and the intent itself")


ROWS = read_rules(__package__, "drugs.toml")


def _of_kind(case: Case, root: str, intents: str) -> list[DraftCode]:
    return [one for one in case.under(root) if _intent(one.code) in tuple(intents)]


def _intent(code: str) -> str:
    """Give the character that says the intent, or that it was an adverse effect or underdosing; empty without one."""
    sixth = code[_SIXTH : _SIXTH + 1]
    return code[_SIXTH - 1] if sixth == _PLACEHOLDER else sixth


def _same_statement(case: Case, one: DraftCode, other: DraftCode) -> bool:
    """Say whether the leading mentions of two codes stand in one sentence or paragraph."""
    scopes = [
        each.mention.scope
        for each in case.draft.statements
        if any(each.mention.start == code.position for code in (one, other))
    ]
    return any(start <= one.position < end and start <= other.position < end for start, end in scopes)
