"""Checks of modifiers: that they exist, that they fit the code, and that they fit each other."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import Example, Finding, Severity
from codekit_cpt import sources
from codekit_cpt.checks.claim import Check, Claim, Line
from codekit_cpt.sections import is_hcpcs, is_surgery

DISTINCT = ("XE", "XP", "XS", "XU")
"""The subsets of 59: separate encounter, practitioner, structure, and unusual non-overlapping service."""

# Of each of these a line carries one: the professional or the technical part, and one reason within a global period.
_EXCLUSIVE = (DISTINCT, ("26", "TC"), ("58", "78", "79"))
EVALUATION_ONLY = frozenset(("24", "25", "57"))
_NEVER_EVALUATION = frozenset(("50", "51", "58", "59", "78", "79", *DISTINCT))
_SIDES = frozenset(("LT", "RT"))
# The numbers of CPT's modifiers are facts; their texts are the AMA's.
_CPT = frozenset(
    "22 23 24 25 26 27 29 32 33 47 50 51 52 53 54 55 56 57 58 59 62 63 66 73 74 76 77 78 79 80 81 82 90 91 92 93 95 96 "
    "97 99 1P 2P 3P 8P P1 P2 P3 P4 P5 P6".split()
)
_QUALITY = frozenset(("1P", "2P", "3P", "8P"))
_PHYSICAL_STATUS = frozenset(("P1", "P2", "P3", "P4", "P5", "P6"))
# Sections of HCPCS that hold things, which are never visits.
_THINGS = frozenset("ABEJKLRV")
_ONE_SIDE_ONLY = {
    "0": "by its anatomy or its descriptor it cannot be done on both sides",
    "2": "its descriptor and its payment are for both sides already",
    "9": "the concept of two sides does not apply to it",
}


def _known(check: Check, claim: Claim) -> Iterator[Finding]:
    lists_hcpcs = claim.edition.find("LT") is not None
    for line in claim.lines:
        for modifier in dict.fromkeys(line.modifiers):
            row = claim.edition.find(modifier)
            listed = row is not None and "modifier" in row.attributes
            if not listed and modifier not in _CPT and (lists_hcpcs or modifier[0].isdigit()):
                message = f"{modifier} is no modifier of {claim.edition.label}"
                yield check.finding(claim, Severity.ERROR, (line,), message)
            if line.modifiers.count(modifier) > 1:
                yield check.finding(claim, Severity.ERROR, (line,), f"modifier {modifier} stands twice; give it once")


def _fits(check: Check, claim: Claim) -> Iterator[Finding]:
    for line in claim.lines:
        for modifier in dict.fromkeys(line.modifiers):
            why = _misfit(line, modifier)
            if why:
                message = f"modifier {modifier} does not belong on {line.code}: {why}"
                yield check.finding(claim, Severity.ERROR, (line,), message)


def _misfit(line: Line, modifier: str) -> str:
    """Say why a modifier does not fit a code; an empty text where it may."""
    code = line.code
    if modifier in EVALUATION_ONLY and not line.is_evaluation and (not is_hcpcs(code) or code[0] in _THINGS):
        return "it goes with evaluation and management services only"
    if modifier in _NEVER_EVALUATION and line.is_evaluation:
        return "it goes with procedures, and this is an evaluation and management service"
    if modifier in _QUALITY and not code.endswith("F"):
        return "it goes with Category II codes only"
    if modifier in _PHYSICAL_STATUS and not (code.isdigit() and code < "02000"):
        return "it goes with anesthesia services only"
    if modifier == "51" and line.is_add_on:
        return "add-on codes are exempt from it"
    return ""


def _sides(check: Check, claim: Claim) -> Iterator[Finding]:
    for line in claim.lines:
        for why in _wrong_sides(line):
            yield check.finding(claim, Severity.ERROR, (line,), why)
    for line in claim.lines:
        other = next((one for one in claim.lines if one.code == line.code and one.has(("RT",))), None)
        if other is not None and line.has(("LT",)) and line is not other and _is_bilateral(line):
            message = "both sides of one procedure are one line with modifier 50 and one unit for most payers"
            yield check.finding(claim, Severity.INFO, (line, other), message)


def _wrong_sides(line: Line) -> Iterator[str]:
    sides = _SIDES.intersection(line.modifiers)
    if len(sides) == 2:
        yield "LT and RT stand on one line; report two lines, or modifier 50 where the procedure has two sides"
    if "50" not in line.modifiers:
        return
    if sides:
        yield f"modifier 50 is for both sides, {min(sides)} for one; keep the one that the record supports"
    if line.units > 1:
        yield "with modifier 50 both sides are one unit"
    if line.fact("bilateral") in _ONE_SIDE_ONLY:
        indicator = line.fact("bilateral")
        why = f"{_ONE_SIDE_ONLY[indicator]} (bilateral indicator {indicator})"
        yield f"modifier 50 does not belong on {line.code}: {why}"
    elif "bilateral" in line.row.title.lower().replace("unilateral or bilateral", ""):
        yield f"modifier 50 does not belong on {line.code}: its descriptor says bilateral"


def _is_bilateral(line: Line) -> bool:
    indicator = line.fact("bilateral")
    return indicator == "1" if indicator else is_surgery(line.code)


def _distinct(check: Check, claim: Claim) -> Iterator[Finding]:
    for line in claim.lines:
        chosen = [modifier for modifier in line.modifiers if modifier in DISTINCT]
        if chosen and "59" in line.modifiers:
            message = f"{chosen[0]} says more closely what 59 says; report one of them, not both"
            yield check.finding(claim, Severity.ERROR, (line,), message)
        for group in _EXCLUSIVE:
            named = [modifier for modifier in dict.fromkeys(line.modifiers) if modifier in group]
            if len(named) > 1:
                message = (
                    f"{' and '.join(named)} exclude each other on one line; choose the one that the record supports"
                )
                yield check.finding(claim, Severity.ERROR, (line,), message)


CHECKS = (
    Check(
        id="cpt-modifier-known",
        title="A modifier exists and stands once.",
        source=sources.CPT_MODIFIERS,
        apply=_known,
        codes=tuple(sorted(_CPT)),
        examples=(
            Example(codes="G0108-ZZ", gives="G0108-ZZ", reports="cpt-modifier-known"),
            Example(codes="G0108-59-59", gives="G0108-59-59", reports="cpt-modifier-known"),
            Example(codes="G0108-22", gives="G0108-22"),
            Example(codes="G0108-XS", gives="G0108-XS"),
        ),
    ),
    Check(
        id="cpt-modifier-fits",
        title="24, 25 and 57 go with visits, 50, 58, 59, X{EPSU}, 78 and 79 with procedures.",
        source=sources.MODIFIERS,
        apply=_fits,
        codes=tuple(sorted(EVALUATION_ONLY | _NEVER_EVALUATION | _QUALITY | _PHYSICAL_STATUS)),
        examples=(
            Example(codes="A9270-25", gives="A9270-25", reports="cpt-modifier-fits"),
            Example(codes="G0108-1P", gives="G0108-1P", reports="cpt-modifier-fits"),
            Example(codes="G0108-P1", gives="G0108-P1", reports="cpt-modifier-fits"),
            Example(codes="G0108-25", gives="G0108-25"),
            Example(codes="G0108-59", gives="G0108-59"),
        ),
    ),
    Check(
        id="cpt-modifier-sides",
        title="50, LT and RT do not contradict each other, nor the code.",
        source=sources.claims("40.7 (bilateral procedures)"),
        apply=_sides,
        codes=("50", *sorted(_SIDES)),
        examples=(
            Example(codes="G0108-LT-RT", gives="G0108-LT-RT", reports="cpt-modifier-sides"),
            Example(codes="G0108-50-LT", gives="G0108-50-LT", reports="cpt-modifier-sides"),
            Example(codes="G0108-LT", gives="G0108-LT"),
            Example(codes="G0108-50", gives="G0108-50"),
        ),
    ),
    Check(
        id="cpt-modifier-distinct",
        title="59 does not stand beside a modifier of X{EPSU}, nor 26 beside TC, nor two of 58, 78 and 79.",
        source=sources.MODIFIERS,
        apply=_distinct,
        codes=("59", *(modifier for group in _EXCLUSIVE for modifier in group)),
        examples=(
            Example(codes="G0108-59-XS", gives="G0108-59-XS", reports="cpt-modifier-distinct"),
            Example(codes="G0108-XE-XS", gives="G0108-XE-XS", reports="cpt-modifier-distinct"),
            Example(codes="G0108-26-TC", gives="G0108-26-TC", reports="cpt-modifier-distinct"),
            Example(codes="G0108-58-79", gives="G0108-58-79", reports="cpt-modifier-distinct"),
            Example(codes="G0108-59", gives="G0108-59"),
        ),
    ),
)
