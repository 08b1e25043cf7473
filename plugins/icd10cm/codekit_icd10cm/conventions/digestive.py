"""Chapter 11: stones of the bile ways with what they inflame."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import SAID, Case, Edit, Example, rule

_CHOLECYSTITIS = "K81"
# By the code of the stones alone (in the gallbladder, in the bile duct, in both) the last two characters of their codes
# with cholecystitis, by its course: acute, chronic, both, not told. These are without obstruction; 1 more is with it.
# Source: ICD-10-CM alphabetic index, Calculus, gallbladder and bile duct, with cholecystitis; titles of K80.
_WITH = {"K80.2": ("00", "10", "12", "10"), "K80.5": ("42", "44", "46", "40"), "K80.7": ("62", "64", "66", "60")}
_COURSES = {"K81.0": 0, "K81.1": 1, "K81.2": 2}


@rule(
    "stones-with-cholecystitis",
    says="Stones of the gallbladder or the bile duct with cholecystitis are one code.",
    sections=["I.B.9", "I.A.15"],
    stage=SAID,
    codes=[*_WITH, _CHOLECYSTITIS],
    examples=[
        Example("Acute cholecystitis. Gallstones.", gives="K80.00", without="K80.20"),
        Example(codes="K80.20 K81.1", gives="K80.10", without="K80.20"),
        Example(codes="K81.9 K80.50", gives="K80.40", without="K80.50"),
        Example(codes="K80.71 K81.2", gives="K80.67", without="K80.71"),
        Example(codes="K80.20 K85.90", gives="K80.20 K85.90"),
        Example(codes="K81.0", gives="K81.0"),
    ],
)
def stones_with_cholecystitis(case: Case) -> Iterator[Edit]:
    """Combine stones with the cholecystitis that stands beside them."""
    inflamed = case.under(_CHOLECYSTITIS)
    stones = [one for one in case.under(*_WITH) if inflamed]
    for one in stones:
        course = _COURSES.get(inflamed[0].code, 3)
        with_it = _WITH[one.code[:5]][course]
        code = f"K80.{with_it[0]}{int(with_it[1]) + int(one.code[5])}"
        if case.knows(code):
            yield case.replace(one.code, code, f"{inflamed[0].code} stands beside the stones, and one code says both")
    for one in inflamed if stones else ():
        yield case.drop(one.code, "the code of the stones says it")
