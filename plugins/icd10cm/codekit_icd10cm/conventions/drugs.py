"""Section I.C.19.e of the guidelines: adverse effects, poisoning, underdosing; and long-term drug use."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import CHOOSE, ORDER, Case, DraftCode, Edit, rule

_DRUGS = "T36-T50"
_SUBSTANCES = "T36-T65"
# The 6th character of T36 to T50.
_POISONING, _ADVERSE, _UNDERDOSED = "1234", "5", "6"
_SIXTH = 6
_NONCOMPLIANCE = "Z91.1"


@rule(
    "poisoning-first",
    says="A poisoning stands before its manifestations.",
    sections=["I.C.19.e.5.b", "I.C.19.e.5.d"],
    stage=ORDER,
    after=["treated-first"],
    codes=[_SUBSTANCES, "R65"],
)
def poisoning_first(case: Case) -> Iterator[Edit]:
    """Move a poisoning in front of what it caused."""
    for poisoning in _of_kind(case, _SUBSTANCES, _POISONING):
        for other in case.draft:
            if other not in case.under(_SUBSTANCES, "R65") and _same_statement(case, poisoning, other):
                yield case.move(poisoning.code, other.code, f"a poisoning stands before its manifestation {other.code}")


@rule(
    "adverse-effect-behind",
    says="The nature of an adverse effect, and the disease underdosed, stand before the drug's code.",
    sections=["I.C.19.e.5.a", "I.C.19.e.5.c"],
    stage=ORDER,
    after=["treated-first"],
    codes=[_DRUGS, "V00-Y99 Z00-Z99"],
)
def adverse_effect_behind(case: Case) -> Iterator[Edit]:
    """Move the nature of an adverse effect, or the disease undertreated, in front of the drug's code."""
    for drug in (*_of_kind(case, _DRUGS, _ADVERSE), *_of_kind(case, _DRUGS, _UNDERDOSED)):
        what = "the nature of the adverse effect" if drug.code[_SIXTH] == _ADVERSE else "the condition"
        for other in case.draft:
            if other not in case.under(_DRUGS, "V00-Y99", "Z00-Z99"):
                yield case.move(other.code, drug.code, f"{what} stands before {drug.code}")


@rule(
    "underdosing-reason-behind",
    says="The reason for underdosing stands behind the drug's code.",
    sections=["I.C.19.e.5.c"],
    stage=ORDER,
    after=["history-behind", "treated-first"],
    codes=[_NONCOMPLIANCE, _DRUGS],
)
def underdosing_reason_behind(case: Case) -> Iterator[Edit]:
    """Move the drug that was underdosed in front of the reason for it."""
    for reason in case.under(_NONCOMPLIANCE):
        for drug in _of_kind(case, _DRUGS, _UNDERDOSED):
            yield case.move(drug.code, reason.code, f"the underdosing stands before its reason {reason.code}")


@rule(
    "long-term-behind",
    says="Long-term drug use stands behind what the drug is taken for.",
    sections=["I.C.21.c.3", "I.C.4.a.3"],
    stage=ORDER,
    after=["history-behind", "treated-first"],
    codes=["V00-Y99 Z79"],
)
def long_term_behind(case: Case) -> Iterator[Edit]:
    """Move what a drug is taken for in front of its long-term use."""
    for use in case.under("Z79"):
        for other in case.draft:
            if other not in case.under("Z79", "V00-Y99"):
                yield case.move(other.code, use.code, f"the long-term drug use {use.code} is an additional code")


@rule(
    "intent-said",
    says="No external cause is given where the poisoning's code says cause and intent.",
    sections=["I.C.20.a.8"],
    stage=CHOOSE,
    after=["no-aftercare-of-injuries"],
    codes=[_SUBSTANCES, "X71-X83"],
)
def intent_said(case: Case) -> Iterator[Edit]:
    """Drop the external cause of self-harm where the poisoning's own code says it."""
    poisonings = _of_kind(case, _SUBSTANCES, "2")
    for cause in case.under("X71-X83") if poisonings else ():
        yield case.drop(cause.code, f"{poisonings[0].code} says the cause and the intent itself")


@rule(
    "no-addiction-treatment",
    says="Long-term drug use is not coded for the treatment of an addiction.",
    sections=["I.C.21.c.3"],
    stage=CHOOSE,
    after=["one-pattern-of-use", "unspecified-use"],
    codes=["F11.2 Z79.891"],
)
def no_addiction_treatment(case: Case) -> Iterator[Edit]:
    """Drop the long-term use of opiates where they treat a dependence on them."""
    dependence = case.under("F11.2")
    for use in case.under("Z79.891") if dependence else ():
        yield case.drop(
            use.code, f"long-term use is not coded for the treatment of an addiction, which {dependence[0].code} is"
        )


def _of_kind(case: Case, root: str, sixth: str) -> list[DraftCode]:
    return [one for one in case.under(root) if one.code[_SIXTH : _SIXTH + 1] in tuple(sixth)]


def _same_statement(case: Case, one: DraftCode, other: DraftCode) -> bool:
    """Say whether the leading mentions of two codes stand in one sentence or paragraph."""
    scopes = [
        each.mention.scope
        for each in case.draft.statements
        if any(each.mention.start == code.position for code in (one, other))
    ]
    return any(start <= one.position < end and start <= other.position < end for start, end in scopes)
