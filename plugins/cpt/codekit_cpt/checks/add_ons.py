"""Add-on codes need their primary code."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import Finding, Severity
from codekit_cpt import sources
from codekit_cpt.checks.claim import Check, Claim, Line
from codekit_cpt.ncci import ADD_ON

_CONTRACTORS = "2"
_OPEN = "3"


def primaries(claim: Claim, line: Line) -> tuple[str, ...]:
    """Give the primary codes that are published for an add-on code and hold on the day, in order."""
    pairs = claim.edition.pairs(ADD_ON, line.code)
    return tuple(dict.fromkeys(pair.second for pair in pairs if pair.first == line.code and claim.holds(pair)))


def primary_of(claim: Claim, line: Line) -> Line | None:
    """Find the line that an add-on code goes with: one that is published for it, else any that is no add-on."""
    published = primaries(claim, line)
    others = [one for one in claim.lines if one is not line and one.row.assignable]
    listed = next((one for one in others if one.code in published), None)
    if published and line.fact("add_on_type") not in (_CONTRACTORS, _OPEN):
        return listed
    # An add-on may be the next in a chain that some primary code opens.
    return listed or next((one for one in others if not one.is_add_on), None)


def _missing(check: Check, claim: Claim) -> Iterator[Finding]:
    for line in claim.lines:
        if not line.is_add_on or not line.row.assignable:
            continue
        published = primaries(claim, line)
        primary = primary_of(claim, line)
        if primary is None:
            wanted = f"one of {', '.join(published[:8])}" if published else "the code of its primary procedure"
            more = f" and {len(published) - 8} more" if len(published) > 8 else ""
            message = f"{line.code} is an add-on code and is never reported alone; report {wanted}{more} with it"
            yield check.finding(claim, Severity.ERROR, (line,), message)
        elif published and primary.code not in published:
            message = (
                f"{primary.code} is not among the primary codes that CMS lists for {line.code}; "
                "the payer may accept others, so check its list"
            )
            yield check.finding(claim, Severity.WARNING, (line, primary), message)
        elif claim.lines.index(primary) > claim.lines.index(line):
            message = f"the primary code {primary.code} stands in front of its add-on {line.code}"
            yield check.finding(claim, Severity.WARNING, (line, primary), message, sources.CPT_ADD_ONS)


CHECKS = (
    Check(
        id="cpt-add-on-primary",
        title="An add-on code is reported with, and behind, its primary code.",
        source=sources.ADD_ONS,
        apply=_missing,
    ),
)
