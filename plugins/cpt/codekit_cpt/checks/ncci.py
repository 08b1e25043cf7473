"""The edits of the National Correct Coding Initiative: pairs of codes, and units."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from codekit.plugin import CodePair, Edition, Finding, Severity
from codekit_cpt import sources
from codekit_cpt.checks.claim import Check, Claim, Line
from codekit_cpt.checks.modifiers import DISTINCT
from codekit_cpt.ncci import HOSPITAL, PRACTITIONER, PTP, SUPPLIER

NOT_ALLOWED, ALLOWED = "0", "1"
"""Modifier indicators: the pair is never paid together; or only with a modifier that says why. 9 means no edit."""

_ANATOMIC = frozenset(
    "E1 E2 E3 E4 FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 T3 T4 T5 T6 T7 T8 T9 LT RT LC LD RC LM RI".split()
)
_ASSOCIATED = _ANATOMIC | {"24", "25", "57", "58", "78", "79", "27", "59", "91", *DISTINCT}
_PER_LINE, _ABSOLUTE = "1", "2"
_TABLES = (PRACTITIONER, HOSPITAL, SUPPLIER)


def forbidden(claim: Claim) -> Iterator[tuple[Line, Line, CodePair]]:
    """Find the lines that an edit in force sets against each other.

    The practitioner's table stands where the edition has it, else the hospital's.

    Yields:
        The line in column 1, that in column 2, and the edit; also where a modifier lifts it.
    """
    kind = next((kind for kind in PTP.values() if _has(claim.edition, kind)), None)
    if kind is None:
        return
    for one, other in combinations(claim.lines, 2):
        for pair in claim.edition.pairs(kind, one.code, other.code):
            if claim.holds(pair):
                yield (one, other, pair) if pair.first == one.code else (other, one, pair)


def _has(edition: Edition, kind: str) -> bool:
    return bool(edition.query("SELECT 1 FROM pair WHERE kind = ? LIMIT 1", (kind,)))


def is_lifted(first: Line, second: Line) -> bool:
    """Say whether a modifier says that two services were separate.

    An anatomic modifier says so unless both lines carry the same one.
    """
    shared = _ANATOMIC.intersection(first.modifiers, second.modifiers)
    return any(line.has(_ASSOCIATED - shared) for line in (first, second))


def _pairs(check: Check, claim: Claim) -> Iterator[Finding]:
    for first, second, pair in forbidden(claim):
        indicator = pair.attributes.get("indicator", "")
        rationale = pair.attributes.get("rationale", "")
        why = f" ({rationale[:1].lower()}{rationale[1:]})" if rationale else ""
        if indicator == NOT_ALLOWED:
            message = f"{second.code} is not paid with {first.code}{why}, and no modifier changes that; leave it out"
            yield check.finding(claim, Severity.ERROR, (second, first), message)
        elif indicator == ALLOWED and not is_lifted(first, second):
            message = (
                f"{second.code} is not paid with {first.code}{why}; only where the record shows that they were "
                f"separate, report {_modifiers_for(first, second)}"
            )
            yield check.finding(claim, Severity.ERROR, (second, first), message)


def _modifiers_for(first: Line, second: Line) -> str:
    """Name the modifiers that would say so: those of a visit, or those of a procedure."""
    visit = next((line for line in (second, first) if line.is_evaluation), None)
    if visit is not None:
        return f"{visit.code} with modifier 25, or 57 where it decided on major surgery"
    return f"{second.code} with XE, XS, XP or XU, with 59 where none of these fits, or with the modifiers of the sites"


def _units(check: Check, claim: Claim) -> Iterator[Finding]:
    for code in dict.fromkeys(line.code for line in claim.lines):
        lines = [line for line in claim.lines if line.code == code]
        table = next((table for table in _TABLES if lines[0].fact(f"mue_{table}")), None)
        if table is None:
            continue
        most, kind = int(lines[0].fact(f"mue_{table}")), lines[0].fact(f"mai_{table}")
        if kind == _PER_LINE:
            for line in lines:
                if line.units > most:
                    message = (
                        f"{line.units} units on one line, and at most {most} are likely (adjudication indicator 1); "
                        "divide them among lines with modifiers that say why, if the record supports them"
                    )
                    yield check.finding(claim, Severity.ERROR, (line,), message)
            continue
        total = sum(line.units for line in lines)
        if total <= most:
            continue
        if kind == _ABSOLUTE:
            message = f"{total} units on one day, and policy allows {most} (adjudication indicator 2)"
            yield check.finding(claim, Severity.ERROR, lines, message)
        else:
            message = (
                f"{total} units on one day, and more than {most} are unlikely (adjudication indicator 3); they are "
                "denied unless an appeal shows that they were necessary"
            )
            yield check.finding(claim, Severity.WARNING, lines, message)


CHECKS = (
    Check(
        id="cpt-ncci-pair",
        title="Codes that an NCCI edit sets against each other are not reported together, save with its modifiers.",
        source=sources.PTP,
        apply=_pairs,
        codes=tuple(sorted(_ASSOCIATED)),
    ),
    Check(
        id="cpt-ncci-units",
        title="Units stay within the medically unlikely edits.",
        source=sources.MUE,
        apply=_units,
    ),
)
