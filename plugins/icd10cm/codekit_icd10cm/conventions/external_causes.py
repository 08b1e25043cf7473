"""Chapter 20 of the guidelines: external causes, the place, the activity and the status of the patient."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import CHOOSE, ORDER, Case, Edit, Example, rule

_PLACE, _ACTIVITY, _STATUS = "Y92", "Y93", "Y99"
_CIRCUMSTANCES = (_PLACE, _ACTIVITY, _STATUS)
_UNSTATED = ("Y92.9", "Y93.9", "Y99.9")
_CAUSES, _ALL = "V00-Y91", "V00-Y99"
# In the order in which they take priority (section I.C.20.f); all others follow.
_ORDER = (("X92-Y09",), ("Y38",), ("X30-X39",), ("V00-V99",))
_ENDED = ("D", "G", "K", "P", "S")
_INJURIES, _BY_DRUGS = "S00-T88", "T36-T50"
_WITH_PHASE = "S00-T34"
_FULL = len("S00.00XA")


@rule(
    "circumstances-once",
    says="Place, activity and status are assigned once, at the initial encounter.",
    sections=["I.C.20.b", "I.C.20.c", "I.C.20.d", "I.C.20.k"],
    stage=CHOOSE,
    after=["no-aftercare-of-injuries"],
    codes=[_CAUSES, *_CIRCUMSTANCES, *_UNSTATED, _INJURIES, _BY_DRUGS],
    examples=[
        Example(
            codes="S93.401A W10.9XXA Y92.018 Y92.480",
            gives="S93.401A W10.9XXA Y92.018",
            without="S93.401A W10.9XXA Y92.018 Y92.480",
        ),
        Example(
            codes="S93.401A W10.9XXA Y93.01 Y93.02",
            gives="S93.401A W10.9XXA Y93.01",
            without="S93.401A W10.9XXA Y93.01 Y93.02",
        ),
        Example(
            codes="S93.401D W10.9XXD Y92.018 Y93.01 Y99.8",
            gives="S93.401D W10.9XXD",
            without="S93.401D W10.9XXD Y92.018 Y93.01 Y99.8",
        ),
        Example(codes="S72.001K W19.XXXD Y92.010", gives="S72.001K W19.XXXD", without="S72.001K W19.XXXD Y92.010"),
        Example(codes="S93.401S W10.9XXS Y99.8", gives="S93.401S W10.9XXS", without="S93.401S W10.9XXS Y99.8"),
        Example(
            codes="T39.1X1A Y92.010 Y93.01 Y99.8",
            gives="T39.1X1A Y92.010",
            without="T39.1X1A Y92.010 Y93.01 Y99.8",
        ),
        Example(codes="I10 Y92.010", gives="I10", without="I10 Y92.010"),
        Example("Assessment: Activity, frisbee.", gives="Y93.74"),
        Example(
            codes="S93.401A W10.9XXA Y92.9 Y93.9 Y99.9",
            gives="S93.401A W10.9XXA",
            without="S93.401A W10.9XXA Y92.9 Y93.9 Y99.9",
        ),
        Example(codes="S93.401A Y92.010 Y99.8", gives="S93.401A Y92.010", without="S93.401A Y92.010 Y99.8"),
        Example(codes="I21.9 X50.0XXA Y92.018 Y93.01", gives="I21.9 X50.0XXA Y92.018 Y93.01"),
        Example(codes="S93.401A Y93.01 Y99.8", gives="S93.401A Y93.01 Y99.8"),
        Example(codes="S93.401A W10.9XXA Y92.018 Y93.01 Y99.8", gives="S93.401A W10.9XXA Y92.018 Y93.01 Y99.8"),
    ],
)
def circumstances(case: Case) -> Iterator[Edit]:
    """Drop place, activity and status where they do not belong.

    That is at later encounters, for poisonings, where nothing is stated, and beside another of the same kind.
    """
    injuries = [one for one in case.under(_INJURIES) if len(one.code) == _FULL]
    later = bool(injuries) and all(one.code[-1] in _ENDED for one in injuries)
    drugs = bool(injuries) and all(one in case.under(_BY_DRUGS) for one in injuries)
    for category in _CIRCUMSTANCES:
        kept = False
        for one in case.under(category):
            if one.stated and len(case.draft) == 1:
                kept = True  # what the author states in its very words, and nothing else, is asked about
            elif not injuries and not case.has(_CAUSES):
                yield case.drop(one.code, "the note gives no injury nor an external cause that it belongs to")
            elif one.code in _UNSTATED:
                yield case.drop(one.code, "it is not assigned where nothing is stated")
            elif later:
                yield case.drop(one.code, "it is assigned only at the initial encounter")
            elif drugs and category != _PLACE:
                yield case.drop(one.code, "it does not apply to poisonings and adverse effects")
            elif kept:
                yield case.drop(one.code, f"only one code of {category} is assigned to an encounter")
            else:
                kept = True
    if not case.has(_CAUSES, _ACTIVITY):
        for one in case.under(_STATUS):
            if one.stated and len(case.draft) == 1:
                continue
            yield case.drop(one.code, "no other external cause applies")


@rule(
    "cause-phase",
    says="The 7th character of an external cause matches that of the injury.",
    sections=["I.C.20.a.2", "I.C.20.i.2"],
    stage=CHOOSE,
    after=["no-aftercare-of-injuries"],
    codes=[_CAUSES, _WITH_PHASE],
    examples=[
        Example(codes="S93.401D W10.9XXA", gives="S93.401D W10.9XXD", without="S93.401D W10.9XXA"),
        Example(codes="S93.401S W10.9XXA", gives="S93.401S W10.9XXS", without="S93.401S W10.9XXA"),
        Example(codes="S72.001B W10.9XXD", gives="S72.001B W10.9XXA", without="S72.001B W10.9XXD"),
        Example(codes="S72.001K W10.9XXA", gives="S72.001K W10.9XXD", without="S72.001K W10.9XXA"),
        Example(codes="T24.311D X10.0XXA", gives="T24.311D X10.0XXD", without="T24.311D X10.0XXA"),
        Example(codes="S93.401A S61.411D W10.9XXA", gives="S93.401A S61.411D W10.9XXA"),
        Example(codes="T31.10 X10.0XXA", gives="T31.10 X10.0XXA"),
        Example(codes="M54.50 W10.9XXA", gives="M54.50 W10.9XXA"),
    ],
)
def same_phase(case: Case) -> Iterator[Edit]:
    """Give an external cause the 7th character of the injury."""
    injuries = [one for one in case.under(_WITH_PHASE) if len(one.code) == _FULL]
    phases = {"A" if one.code[-1] in "ABC" else "S" if one.code[-1] == "S" else "D" for one in injuries}
    for cause in case.under(_CAUSES) if len(phases) == 1 else ():
        wanted = cause.code[:-1] + next(iter(phases))
        if len(cause.code) == _FULL and cause.code != wanted and case.knows(wanted):
            yield case.replace(cause.code, wanted, "the 7th character of the cause matches that of the injury")


@rule(
    "cause-order",
    says="External causes have an order of priority.",
    sections=["I.C.20.f", "I.C.20.d", "I.C.20.g"],
    stage=ORDER,
    codes=[_ALL, _CAUSES, *_CIRCUMSTANCES, *(code for codes in _ORDER for code in codes)],
    examples=[
        Example(
            codes="S72.001A W19.XXXA V43.52XA",
            gives="S72.001A V43.52XA W19.XXXA",
            without="S72.001A W19.XXXA V43.52XA",
        ),
        Example(
            codes="S72.001A V43.52XA X37.1XXA",
            gives="S72.001A X37.1XXA V43.52XA",
            without="S72.001A V43.52XA X37.1XXA",
        ),
        Example(
            codes="S72.001A X37.1XXA Y38.2X1A",
            gives="S72.001A Y38.2X1A X37.1XXA",
            without="S72.001A X37.1XXA Y38.2X1A",
        ),
        Example(
            codes="S72.001A Y38.2X1A Y04.0XXA",
            gives="S72.001A Y04.0XXA Y38.2X1A",
            without="S72.001A Y38.2X1A Y04.0XXA",
        ),
        Example(
            codes="S72.001A Y99.8 Y93.01 Y92.010 W10.9XXA",
            gives="S72.001A W10.9XXA Y92.010 Y93.01 Y99.8",
            without="S72.001A Y99.8 Y93.01 Y92.010 W10.9XXA",
        ),
        Example(codes="S72.001A W19.XXXA X78.1XXA", gives="S72.001A W19.XXXA X78.1XXA"),
    ],
)
def cause_order(case: Case) -> Iterator[Edit]:
    """Order the external causes: abuse, terrorism, cataclysms, transport, others; then place, activity and status."""
    ranks = {one.code: _rank(case, one.code) for one in case.under(_ALL)}
    for one, rank in ranks.items():
        for other, behind in ranks.items():
            if rank < behind:
                yield case.move(one, other, f"{one} takes priority over {other} among the external causes")


def _rank(case: Case, code: str) -> int:
    orders = (*_ORDER, (_CAUSES,), *((each,) for each in _CIRCUMSTANCES))
    return next(
        (at for at, roots in enumerate(orders) if any(one.code == code for one in case.under(*roots))), len(orders)
    )
