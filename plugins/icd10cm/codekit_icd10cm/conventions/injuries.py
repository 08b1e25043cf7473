"""Chapter 19 of the guidelines: injuries, burns, abuse, complications of care."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import CHOOSE, ORDER, SAID, Case, DraftCode, Edit, Example, read_rules, rule
from codekit_icd10cm import checks

_INJURIES = "S00-S99"
_BURNS = "T20-T25"
_DEGREES = {"1": 1, "5": 1, "2": 2, "6": 2, "3": 3, "7": 3}
_CORROSION = "4"  # the 4th characters from 4 on are those of corrosions
_EXTENT = ("T31", "T32")
_COMPLICATIONS = ("T80-T88", "I97", "J95", "K91", "N99", "D78", "E89", "G97", "H59", "H95", "L76", "M96")
_DEVICES = ("T82-T85", "T80.2")
_PAIN = ("M25.5", "M54", "M79.6", "R10", "R07", "R52")
_FULL = len("S00.00XA")
_NATURE_WORDS = frozenset(
    "abrasion contusion superficial injury injury laceration puncture wound open bite without with foreign body "
    "fracture "
    "displaced nondisplaced initial subsequent encounter unspecified other closed sprain strain dislocation "
    "blister external "
    "constriction nonvenomous insect right left part sequela penetrating damage nail".split()
)


@rule(
    "superficial-injury",
    says="A superficial injury is not coded beside a more severe one of the same site.",
    sections=["I.C.19.b.1"],
    stage=CHOOSE,
    after=["no-aftercare-of-injuries"],
    codes=[_INJURIES],
    examples=[
        Example(
            "Laceration of right elbow without foreign body; abrasion of right elbow. Initial encounter.",
            gives="S51.011A",
            without="S51.011A S50.311A",
        ),
        Example(codes="S90.01XA S93.401A", gives="S93.401A", without="S93.401A S90.01XA"),
        Example(codes="S05.11XA S05.31XA", gives="S05.31XA", without="S05.31XA S05.11XA"),
        Example(codes="S51.011A S50.312A", gives="S51.011A S50.312A"),
        Example(codes="S31.109A S20.219A", gives="S31.109A S20.219A"),
        Example(codes="S61.011A S50.311A", gives="S61.011A S50.311A"),
        Example(codes="S51.011A S50.311D", gives="S51.011A S50.311D"),
        Example(codes="S22.31XA S20.211A", gives="S22.31XA S20.211A"),
    ],
)
def superficial(case: Case) -> Iterator[Edit]:
    """Drop a superficial injury beside a more severe one of the same site."""
    injuries = case.under(_INJURIES)
    for one in injuries:
        if _is_superficial(case, one):
            worse = next(
                (other for other in injuries if not _is_superficial(case, other) and _same_site(case, one, other)), None
            )
            if worse is not None:
                yield case.drop(one.code, f"{worse.code} is a more severe injury of the same site")


def _is_superficial(case: Case, one: DraftCode) -> bool:
    return "superficial injury" in case.title(one.code[:3]) or case.title(one.code).startswith("contusion")


def _same_site(case: Case, one: DraftCode, other: DraftCode) -> bool:
    """Compare the body region, which the second character gives, the side and the words for the site."""
    if one.code[1] != other.code[1] or one.code[-1] != other.code[-1]:
        return False
    words = [set(case.edition.lexicon.term_words(case.title(each.code))) for each in (one, other)]
    sides = [each & {"right", "left"} for each in words]
    sites = [each - _NATURE_WORDS for each in words]
    return sides[0] == sides[1] and bool(sites[0] & sites[1])


@rule(
    "serious-injury-first",
    says="The most serious injury is sequenced first.",
    sections=["I.C.19.b"],
    stage=ORDER,
    codes=[_INJURIES],
    examples=[
        Example(codes="S00.81XA S06.0X0A", gives="S06.0X0A S00.81XA", without="S00.81XA S06.0X0A"),
        Example(codes="S80.01XA S36.113A", gives="S36.113A S80.01XA", without="S80.01XA S36.113A"),
        Example(codes="S50.311A S72.001A", gives="S72.001A S50.311A", without="S50.311A S72.001A"),
        Example(codes="S72.001A S52.501A", gives="S72.001A S52.501A"),
        Example(codes="S00.81XA S50.311A", gives="S00.81XA S50.311A"),
    ],
)
def severe_first(case: Case) -> Iterator[Edit]:
    """Move the deeper injuries in front of the superficial ones."""
    injuries = case.under(_INJURIES)
    for one in injuries:
        for other in injuries:
            if not _is_superficial(case, one) and _is_superficial(case, other):
                yield case.move(one.code, other.code, f"{one.code} is the more serious injury")


def _degree(one: DraftCode) -> int:
    return _DEGREES.get(one.code[4], 0)


@rule(
    "same-burn",
    says="Burns of one site are coded to the highest degree.",
    sections=["I.C.19.d.2"],
    stage=CHOOSE,
    codes=[_BURNS],
    examples=[
        Example(codes="T22.211A T22.111A", gives="T22.211A", without="T22.211A T22.111A"),
        Example(codes="T22.311A T22.211A", gives="T22.311A", without="T22.311A T22.211A"),
        Example(codes="T22.711A T22.511A", gives="T22.711A", without="T22.711A T22.511A"),
        Example(codes="T22.711A T22.611A", gives="T22.711A", without="T22.711A T22.611A"),
        Example(codes="T22.212A T22.111A", gives="T22.212A T22.111A"),
        Example(codes="T22.311A T22.111S", gives="T22.311A T22.111S"),
        Example(codes="T22.711A T22.111A", gives="T22.711A T22.111A"),
        Example(codes="T23.211A T22.111A", gives="T23.211A T22.111A"),
    ],
)
def same_burn(case: Case) -> Iterator[Edit]:
    """Keep the highest degree of the burns of one site and side."""
    burns = [one for one in case.under(_BURNS) if len(one.code) == _FULL and one.code[-1] != "S"]
    for one in burns:
        for other in burns:
            if _degree(other) > _degree(one) > 0 and _burnt_site(one) == _burnt_site(other):
                yield case.drop(one.code, f"{other.code} is the highest degree at the same site")
                break


def _burnt_site(one: DraftCode) -> tuple[str, bool, str]:
    return one.code[:3], one.code[4] > _CORROSION, one.code[5:7]


@rule(
    "highest-degree-first",
    says="The burn of the highest degree is sequenced first.",
    sections=["I.C.19.d.1"],
    stage=ORDER,
    codes=[*_EXTENT, _BURNS],
    examples=[
        Example(
            "First degree burn of chin and second degree burn of left palm, initial encounter.",
            gives="T23.252A T20.13XA",
            without="T20.13XA T23.252A",
        ),
        Example(codes="T20.23XA T24.311A", gives="T24.311A T20.23XA", without="T20.23XA T24.311A"),
        Example(codes="T20.53XA T24.711A", gives="T24.711A T20.53XA", without="T20.53XA T24.711A"),
        Example(codes="T20.53XA T24.611A", gives="T24.611A T20.53XA", without="T20.53XA T24.611A"),
        Example(codes="T31.10 T20.23XA", gives="T20.23XA T31.10", without="T31.10 T20.23XA"),
        Example(codes="T32.10 T20.63XA", gives="T20.63XA T32.10", without="T32.10 T20.63XA"),
        Example(codes="T20.23XA T23.252A", gives="T20.23XA T23.252A"),
    ],
)
def highest_degree_first(case: Case) -> Iterator[Edit]:
    """Move the burns of the highest degree in front of the others, and their extent behind."""
    burns = [one for one in case.under(_BURNS) if len(one.code) == _FULL]
    for one in burns:
        for other in burns:
            if _degree(one) > _degree(other):
                yield case.move(one.code, other.code, f"{one.code} is the burn of the highest degree")
    for extent in case.under(*_EXTENT):
        for burn in burns:
            yield case.move(burn.code, extent.code, "the extent is an additional code")


@rule(
    "burn-extent",
    says="The extent of burns is for current burns.",
    sections=["I.C.19.d.6"],
    stage=CHOOSE,
    codes=[*_EXTENT, "T20-T28 T30"],
    examples=[
        Example(codes="T22.311S T31.10", gives="T22.311S", without="T22.311S T31.10"),
        Example(codes="T26.61XS T32.10", gives="T26.61XS", without="T26.61XS T32.10"),
        Example(codes="T30.0 T31.10", gives="T31.10", without="T30.0 T31.10"),
        Example(codes="T30.4 T32.10", gives="T32.10", without="T30.4 T32.10"),
        Example(codes="T22.311A T31.10", gives="T22.311A T31.10"),
        Example(codes="T22.311S T23.251A T31.10", gives="T22.311S T23.251A T31.10"),
        Example(codes="T30.0", gives="T30.0"),
    ],
)
def extent_of_current(case: Case) -> Iterator[Edit]:
    """Drop the extent of burns that are only sequelae, and a burn without a site beside the extent."""
    burns = [one for one in case.under("T20-T28") if len(one.code) == _FULL]
    extents = case.under(*_EXTENT)
    for extent in extents:
        if burns and all(one.code[-1] == "S" for one in burns):
            yield case.drop(extent.code, "the extent is for current burns, not for their sequelae")
    for one in case.under("T30") if extents else ():
        yield case.drop(one.code, f"{extents[0].code} says more of burns whose site is not given")


ROWS = read_rules(__package__, "injuries.toml")


@rule(
    "device-complication",
    says="A complication of a device says what its parts say.",
    sections=["I.C.19.g.2"],
    stage=SAID,
    codes=[*_DEVICES, *_PAIN, "T80-T88"],
    examples=[
        Example("Pain in right hip due to hip prosthesis.", gives="T84.84XA", without="T84.84XA T84.010A"),
        Example("Pain in chest due to pacemaker.", gives="T82.847A", without="T82.847A R07.9"),
        Example("Pain in right arm due to vascular graft.", gives="T82.848A", without="T82.848A M79.601"),
        Example("Left knee prosthesis in place. Left knee pain.", gives="M25.562 Z96.652"),
        Example(codes="T82.847A R07.9", gives="T82.847A R07.9"),
    ],
)
def device_parts(case: Case) -> Iterator[Edit]:
    """Drop what the code for a device's complication already says: the pain, or another code for the same words."""
    for device in case.under(*_DEVICES):
        for one in case.draft:
            inside = one.code != device.code and all(
                any(o.start <= e.start and e.end <= o.end for o in device.evidence) for e in one.evidence
            )
            same = one in case.under("T80-T88") or ("pain" in case.title(device.code) and one in case.under(*_PAIN))
            if inside and same and _narrower(one, device):
                yield case.drop(one.code, f"{device.code} says it for the device")


def _narrower(one: DraftCode, other: DraftCode) -> bool:
    return max(e.end - e.start for e in one.evidence) < max(e.end - e.start for e in other.evidence)


@rule(
    "complication-first",
    says="A complication of care is sequenced before the code that describes it.",
    sections=["II.G", "I.C.19.g.5", "I.C.19.g.3.a"],
    stage=ORDER,
    codes=[*_COMPLICATIONS, "O00-O9A"],
    examples=[
        Example("Cystitis due to indwelling catheter.", gives="T83.511A N30.90", without="N30.90 T83.511A"),
        Example("Cellulitis due to pacemaker.", gives="T82.6XXA L03.90", without="L03.90 T82.6XXA"),
        Example(codes="N39.0 T83.511A", gives="N39.0 T83.511A"),
    ],
)
def complication_first(case: Case) -> Iterator[Edit]:
    """Move a complication of care in front of the code that describes it."""
    for complication in case.under(*_COMPLICATIONS):
        for one in case.draft:
            inside = any(o.start <= e.start and e.end <= o.end for e in one.evidence for o in complication.evidence)
            external = checks.is_external_cause(case.edition, one.code)
            if inside and not external and one not in case.under(*_COMPLICATIONS, "O00-O9A"):
                yield case.move(
                    complication.code, one.code, f"{one.code} describes the complication {complication.code}"
                )
