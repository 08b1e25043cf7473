"""Chapter 18 of the guidelines: symptoms, coma and stroke scales, systemic inflammatory response."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import Assertion, Edit
from codekit_icd10cm.conventions.rule import Case, Rule

_SCALES = {"R40.2": ("S06", "S02", "R40.0-R40.1"), "R29.7": ("I60-I63",)}
_SIRS = "R65.1"
_SEDATED_SCALES = ("R40.21-R40.24",)
_NONTRAUMATIC = "R40.2A"
_INFECTIONS = ("A00-B99", "J00-J22", "N39.0", "L00-L08", "R65.2")


def scales_behind(case: Case) -> Iterator[Edit]:
    """Move the diagnoses in front of the scales that measure them."""
    for scale, diagnoses in _SCALES.items():
        for one in case.under(scale):
            for diagnosis in case.under(*diagnoses):
                yield case.move(diagnosis.code, one.code, "the scale is sequenced after the diagnosis")


def no_scale_beside(case: Case) -> Iterator[Edit]:
    """Drop the coma scale beside a coma that comes of an underlying condition."""
    for one in case.under(*_SEDATED_SCALES) if case.has(_NONTRAUMATIC) else ():
        yield case.drop(one.code, f"coma scale codes do not stand with {_NONTRAUMATIC}")


def sirs(case: Case) -> Iterator[Edit]:
    """Sequence the response behind what caused it; with an infection it is not coded."""
    for one in case.under(_SIRS):
        infection = next((other for other in case.under(*_INFECTIONS) if other.assertion is Assertion.PRESENT), None)
        if infection is not None:
            yield case.drop(one.code, f"it is for a cause that is no infection, and {infection.code} is one")
        for other in case.draft:
            if other.code[0] not in "RZVWXY":
                yield case.move(other.code, one.code, "the underlying condition is sequenced before the response to it")


RULES = (
    Rule(
        id="scale-behind-diagnosis",
        title="Coma and stroke scales follow the diagnosis.",
        sections=("I.C.18.e.1", "I.C.18.i"),
        priority=450,
        apply=scales_behind,
    ),
    Rule(
        id="nontraumatic-coma",
        title="The coma scale does not stand with a coma from an underlying condition.",
        sections=("I.C.18.e.1", "I.C.18.e"),
        priority=346,
        apply=no_scale_beside,
    ),
    Rule(
        id="sirs-behind-cause",
        title="The systemic inflammatory response follows its cause.",
        sections=("I.C.18.g",),
        priority=452,
        apply=sirs,
    ),
)
