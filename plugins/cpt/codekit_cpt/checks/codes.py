"""Checks of single lines: the code itself, its dates and its coverage, and lines that stand twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from codekit.plugin import Example, Finding, Severity
from codekit_cpt import sources
from codekit_cpt.checks.claim import Check, Claim, Line
from codekit_cpt.text import compact_date

# HCPCS coverage codes that mean that Medicare does not pay.
_NOT_PAID = {
    "I": "Medicare does not pay it",
    "M": "it is not covered by Medicare",
    "S": "it is not covered by Medicare by statute",
}
# These say that the same service was given again.
_AGAIN = frozenset(("59", "76", "77", "91", "XE", "XP", "XS", "XU"))


def _assignable(check: Check, claim: Claim) -> Iterator[Finding]:
    for line in claim.lines:
        if "modifier" in line.row.attributes:
            message = f"{line.code} is a modifier; write it behind a code, as in 99213-{line.code}"
            yield check.finding(claim, Severity.ERROR, (line,), message)
        elif not line.row.assignable and not line.fact("terminated"):
            message = f"{line.code} is a section; use one of the codes in it"
            yield check.finding(claim, Severity.ERROR, (line,), message)


def _in_force(check: Check, claim: Claim) -> Iterator[Finding]:
    """Compare the dates of a code with the date of service, or with the release where that is not known."""
    day = claim.day or claim.edition.release.valid_from
    for line in claim.lines:
        ended, added = compact_date(line.fact("terminated")), compact_date(line.fact("added"))
        if ended and ended < day:
            instead = f"; {line.fact('cross_reference')} stands in its place" if line.fact("cross_reference") else ""
            message = f"{line.code} ended on {ended}{instead}"
            yield check.finding(claim, Severity.ERROR, (line,), message)
        elif claim.day and added and claim.day < added:
            yield check.finding(claim, Severity.ERROR, (line,), f"{line.code} begins on {added}")


def _in_edition(check: Check, claim: Claim) -> Iterator[Finding]:
    release, day = claim.edition.release, claim.day
    if day and not release.is_valid_on(day):
        message = (
            f"{claim.edition.label} is for dates of service from {release.valid_from} to {release.valid_to}, "
            f"not {day}; add the release of that date with `codekit editions add`"
        )
        yield check.finding(claim, Severity.ERROR, (), message)


def _coverage(check: Check, claim: Claim) -> Iterator[Finding]:
    for line in claim.lines:
        said = _NOT_PAID.get(line.fact("coverage"))
        if said:
            yield check.finding(claim, Severity.INFO, (line,), f"{said} (coverage code {line.fact('coverage')})")


def _twice(check: Check, claim: Claim) -> Iterator[Finding]:
    seen: dict[tuple[str, frozenset[str]], Line] = {}
    for line in claim.lines:
        key = line.code, frozenset(line.modifiers)
        if key in seen and not line.has(_AGAIN):
            message = "the same line stands twice; give its units instead, or the modifier that says why it is repeated"
            yield check.finding(claim, Severity.ERROR, (line, seen[key]), message)
        seen.setdefault(key, line)


CHECKS = (
    Check(
        id="cpt-not-billable",
        title="A claim carries codes, not sections or modifiers alone.",
        source=sources.HCPCS,
        apply=_assignable,
        examples=(
            Example(codes="XE", gives="XE", reports="cpt-not-billable"),
            Example(codes="G0108 XS", gives="G0108 XS", reports="cpt-not-billable"),
            Example(codes="G0108-XS", gives="G0108-XS"),
        ),
    ),
    Check(
        id="cpt-code-dates",
        title="A code is used from the day it begins to the day it ends.",
        source=sources.HCPCS,
        apply=_in_force,
    ),
    Check(
        id="cpt-edition-dates",
        title="The edition of the date of service is used.",
        source=sources.HCPCS,
        apply=_in_edition,
        examples=(
            Example(codes="G0108", gives="G0108", day=date(1990, 1, 1), reports="cpt-edition-dates"),
            Example(codes="G0108 A9270", gives="G0108 A9270", day=date(2099, 1, 1), reports="cpt-edition-dates"),
            Example(codes="G0108", gives="G0108"),
        ),
    ),
    Check(
        id="cpt-coverage",
        title="The coverage code says whether Medicare pays.",
        source="CMS HCPCS record layout, coverage code",
        apply=_coverage,
        examples=(
            Example(codes="A9270", gives="A9270", reports="cpt-coverage"),
            Example(codes="G0108", gives="G0108"),
        ),
    ),
    Check(
        id="cpt-repeated-line",
        title="A line that repeats another says why.",
        source=sources.CPT_MODIFIERS,
        apply=_twice,
        typed=True,
    ),
)
