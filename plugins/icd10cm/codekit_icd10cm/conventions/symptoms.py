"""Chapter 18 of the guidelines: symptoms, coma and stroke scales, systemic inflammatory response."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import CHOOSE, ORDER, SAID, Assertion, Case, Edit, Example, Setting, read_rules, rule

ROWS = read_rules(__package__, "symptoms.toml")
_OF_CHILD, _OF_ADULT, _ADULT_AGE = "R62.51", "R62.7", 18
_SIRS = "R65.1"
_STROKE_SCALE = "R29.7"
_STROKES = "I60-I63"
_INFECTIONS = ("A00-B99", "J00-J22", "N39.0", "L00-L08")


@rule(
    "failure-to-thrive-of-adult",
    says="An adult's failure to thrive has a code of its own.",
    sections=["I.B.2"],
    stage=SAID,
    codes=[_OF_CHILD, _OF_ADULT],
    examples=[
        Example("Assessment: failure to thrive.", gives="R62.7", without="R62.51", age=84),
        Example("Assessment: failure to thrive.", gives="R62.51", age=2),
        Example("Assessment: failure to thrive.", gives="R62.51"),
    ],
)
def failure_to_thrive(case: Case) -> Iterator[Edit]:
    """Take the code of an adult for one."""
    age = case.encounter.age
    for one in case.under(_OF_CHILD) if age is not None and age >= _ADULT_AGE else ():
        if case.knows(_OF_ADULT):
            yield case.replace(one.code, _OF_ADULT, "the patient is an adult")


@rule(
    "sirs-behind-cause",
    says="The systemic inflammatory response follows its cause.",
    sections=["I.C.18.g"],
    stage=ORDER,
    codes=[_SIRS, *_INFECTIONS],
    examples=[
        Example(codes="R65.10 K85.90", gives="K85.90 R65.10", without="R65.10 K85.90"),
        Example(codes="R65.11 K85.90 N17.9", gives="K85.90 N17.9 R65.11", without="R65.11 K85.90 N17.9"),
        Example(codes="R65.10 A41.9", gives="A41.9", without="A41.9 R65.10"),
        Example(codes="R65.10 J18.9", gives="J18.9", without="R65.10 J18.9"),
        Example(codes="R65.10 N39.0", gives="N39.0", without="R65.10 N39.0"),
        Example(codes="R65.10 L03.115", gives="L03.115", without="R65.10 L03.115"),
        # An infection that is not certain.
        Example(
            "SIRS. Possible pneumonia. Acute pancreatitis.",
            gives="J18.9 K85.90 R65.10",
            without="R65.10 J18.9 K85.90",
            setting=Setting.INPATIENT,
        ),
        # Symptoms, statuses and external causes bring no response.
        Example(codes="R65.10 R50.9 Z79.4", gives="R65.10 R50.9 Z79.4"),
    ],
)
def sirs(case: Case) -> Iterator[Edit]:
    """Sequence the response behind what caused it; with an infection it is not coded."""
    for response in case.under(_SIRS):
        infection = next((other for other in case.under(*_INFECTIONS) if other.assertion is Assertion.PRESENT), None)
        if infection is not None:
            yield case.drop(response.code, f"it is for a cause that is no infection, and {infection.code} is one")
        for other in case.draft:
            if other.code[0] not in "RZVWXY":
                yield case.move(
                    other.code, response.code, "the underlying condition is sequenced before the response to it"
                )


@rule(
    "stroke-scale-of-stroke",
    says="A stroke scale is coded only with the stroke that it measures.",
    sections=["I.C.18.i"],
    stage=CHOOSE,
    codes=[_STROKE_SCALE, _STROKES],
    examples=[
        Example("Hypertension. NIHSS 0.", gives="I10", without="I10 R29.700"),
        Example(codes="R29.704 I10", gives="I10", without="R29.704 I10"),
        Example(codes="I63.9 R29.704", gives="I63.9 R29.704"),
    ],
)
def stroke_scale(case: Case) -> Iterator[Edit]:
    """Leave the score of a stroke scale out where no stroke is coded: it tells how severe that is."""
    if not any(case.under(_STROKES)):
        for scale in case.under(_STROKE_SCALE):
            yield case.drop(scale.code, "it says how severe a stroke is, and none is coded")
