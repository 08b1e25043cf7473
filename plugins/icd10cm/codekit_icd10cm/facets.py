"""Facets of ICD-10-CM that ask about the patient, the pregnancy or the course of a disease."""

from __future__ import annotations

from codekit.plugin import Facet, FacetValue, Implied

_GLAUCOMA = ("mild stage", "moderate stage", "severe stage", "indeterminate stage")
_FIRST, _SECOND, _THIRD = range(1, 14), range(14, 28), range(28, 43)


def handedness() -> Facet:
    """Ask which hand the patient prefers; no code says it, but it decides the dominant side."""
    return Facet(
        name="handedness",
        values=(
            FacetValue(name="ambidextrous", in_titles=(), in_notes=("ambidextrous",)),
            FacetValue(
                name="right-handed",
                in_titles=(),
                in_notes=("right-handed", "right handed", "right hand dominant", "right-hand dominant", "rhd"),
            ),
            FacetValue(
                name="left-handed",
                in_titles=(),
                in_notes=("left-handed", "left handed", "left hand dominant", "left-hand dominant", "lhd"),
            ),
        ),
        reach="note",
        source="I.C.6.a",
    )


def dominance() -> Facet:
    """Ask whether the affected side is the dominant one.

    Source: ICD-10-CM Official Guidelines FY2026, section I.C.6.a: for ambidextrous patients the side is dominant; where
    nothing is documented the left side is non-dominant and the right side dominant.
    """
    return Facet(
        name="dominance",
        values=(
            FacetValue(
                name="non-dominant",
                in_titles=("nondominant side", "non-dominant side"),
                in_notes=("nondominant", "non-dominant"),
            ),
            FacetValue(name="dominant", in_titles=("dominant side",), in_notes=("dominant side", "dominant")),
        ),
        implied=(
            Implied(given=(("handedness", "ambidextrous"),), value="dominant"),
            Implied(given=(("handedness", "right-handed"), ("laterality", "left")), value="non-dominant"),
            Implied(given=(("handedness", "left-handed"), ("laterality", "right")), value="non-dominant"),
            Implied(given=(("handedness", "left-handed"), ("laterality", "left")), value="dominant"),
            Implied(given=(("laterality", "right"),), value="dominant"),
            Implied(given=(("laterality", "left"),), value="non-dominant"),
        ),
        source="I.C.6.a",
    )


def sex() -> Facet:
    """Ask for the sex of the patient where titles name it; what the encounter records stands above the note."""
    return Facet(
        name="sex",
        values=(
            FacetValue(
                name="female", in_titles=("female", "in female"), in_notes=("female", "woman", "she", "her", "lady")
            ),
            FacetValue(name="male", in_titles=("male", "in male"), in_notes=("male", "man", "he", "his", "gentleman")),
        ),
        reach="note",
        encounter="sex",
        source="tabular list",
    )


def trimester() -> Facet:
    """Ask for the trimester, which the weeks of gestation give as well.

    Source: ICD-10-CM tabular list, chapter 15: the first trimester is less than 14 weeks 0 days, the second 14 weeks
    0 days to less than 28 weeks 0 days, the third 28 weeks 0 days until delivery.
    """
    return Facet(
        name="trimester",
        values=(
            FacetValue(name="unspecified", in_titles=("unspecified trimester",)),
            _trimester("first", _FIRST),
            _trimester("second", _SECOND),
            _trimester("third", _THIRD),
        ),
        reach="note",
        source="I.C.15.a.3",
    )


def _trimester(name: str, weeks: range) -> FacetValue:
    number = "|".join(map(str, weeks))
    return FacetValue(
        name=name,
        in_titles=(f"{name} trimester",),
        in_notes=(f"{name} trimester",),
        patterns=(
            rf"(?:{number})(?: ?(?:\+|w|,? \d/7)\S*)?[ -]weeks?(?:'|’)?(?: and \d days?)?(?:,? of)? "
            r"(?:pregnan|gestation|intrauterine|iup|along)\w*",
            rf"pregnan(?:t|cy)(?: \w+){{0,2}}?,? (?:at )?(?:{number})(?: ?\d/7)?[ -]?w(?:ee)?ks?",
            rf"gestation(?:al age)?(?: \w+)?:? (?:at |of |is )?(?:{number})(?: ?\d/7)?[ -]?w(?:ee)?ks?",
            rf"(?:{number})w\d?d?",
            rf"iup at (?:{number})",
            rf"(?:{number})(?: \d/7|\+\d)?[ -]w(?:ee)?ks?(?! (?:ago|post|after|later|old|history|since|from))",
        ),
    )


def stage() -> Facet:
    """Ask for the stage of a kidney disease, a pressure ulcer or a glaucoma."""
    numbered = ("1", "2", "3a", "3b", "3", "4", "5")
    return Facet(
        name="stage",
        values=(
            FacetValue(name="unspecified", in_titles=("unspecified stage", "stage unspecified", "stage 3 unspecified")),
            *(FacetValue(name=f"stage {one}", in_titles=(f"stage {one}",)) for one in numbered),
            FacetValue(name="end stage", in_titles=("end stage",)),
            *(FacetValue(name=one, in_titles=(one,)) for one in _GLAUCOMA),
            FacetValue(name="unstageable", in_titles=("unstageable",)),
            FacetValue(name="pressure-induced deep tissue damage", in_titles=("pressure-induced deep tissue damage",)),
        ),
        source="I.C.7.a, I.C.12.a and I.C.14.a.1",
    )


def acuity() -> Facet:
    """Ask whether a disease is acute, chronic or both."""
    return Facet(
        name="acuity",
        values=(
            FacetValue(name="acute on chronic", in_titles=("acute on chronic", "acute and chronic")),
            FacetValue(name="unspecified", in_titles=("unspecified whether acute or chronic",)),
            FacetValue(name="subacute", in_titles=("subacute",)),
            FacetValue(name="acute", in_titles=("acute",)),
            FacetValue(name="chronic", in_titles=("chronic",)),
        ),
        source="I.B.8",
    )


def heart_failure_type() -> Facet:
    """Ask for the type of a heart failure."""
    return Facet(
        name="type",
        values=(
            FacetValue(
                name="combined systolic and diastolic", in_titles=("combined systolic (congestive) and diastolic",)
            ),
            FacetValue(name="systolic", in_titles=("systolic",)),
            FacetValue(name="diastolic", in_titles=("diastolic",)),
        ),
        source="I.C.9.a.1",
    )
