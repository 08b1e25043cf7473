"""Chapter 18 of the guidelines: symptoms, coma and stroke scales, systemic inflammatory response."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import CHOOSE, ORDER, Assertion, Case, Edit, rule

_SCALES = {"R40.2": ("S06", "S02", "R40.0-R40.1"), "R29.7": ("I60-I63",)}
_SIRS = "R65.1"
_SEDATED_SCALES = ("R40.21-R40.24",)
_NONTRAUMATIC = "R40.2A"
_INFECTIONS = ("A00-B99", "J00-J22", "N39.0", "L00-L08", "R65.2")


@rule(
    "scale-behind-diagnosis",
    says="Coma and stroke scales follow the diagnosis.",
    sections=["I.C.18.e.1", "I.C.18.i"],
    stage=ORDER,
    codes=["I60-I63 R29.7 R40.0-R40.1 R40.2 S02 S06"],
)
def scales_behind(case: Case) -> Iterator[Edit]:
    """Move the diagnoses in front of the scales that measure them."""
    for scale, diagnoses in _SCALES.items():
        for one in case.under(scale):
            for diagnosis in case.under(*diagnoses):
                yield case.move(diagnosis.code, one.code, "the scale is sequenced after the diagnosis")


@rule(
    "nontraumatic-coma",
    says="The coma scale does not stand with a coma from an underlying condition.",
    sections=["I.C.18.e.1", "I.C.18.e"],
    stage=CHOOSE,
    codes=[_NONTRAUMATIC, *_SEDATED_SCALES],
)
def no_scale_beside(case: Case) -> Iterator[Edit]:
    """Drop the coma scale beside a coma that comes of an underlying condition."""
    for one in case.under(*_SEDATED_SCALES) if case.has(_NONTRAUMATIC) else ():
        yield case.drop(one.code, f"coma scale codes do not stand with {_NONTRAUMATIC}")


@rule(
    "sirs-behind-cause",
    says="The systemic inflammatory response follows its cause.",
    sections=["I.C.18.g"],
    stage=ORDER,
    codes=[_SIRS, *_INFECTIONS],
)
def sirs(case: Case) -> Iterator[Edit]:
    """Sequence the response behind what caused it; with an infection it is not coded."""
    for one in case.under(_SIRS):
        infection = next((other for other in case.under(*_INFECTIONS) if other.assertion is Assertion.PRESENT), None)
        if infection is not None:
            yield case.drop(one.code, f"it is for a cause that is no infection, and {infection.code} is one")
        for other in case.draft:
            if other.code[0] not in "RZVWXY":
                yield case.move(other.code, one.code, "the underlying condition is sequenced before the response to it")
