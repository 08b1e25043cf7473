"""Visits: on the day of a procedure, within its global period, and beside other visits."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import Finding, Severity
from codekit_cpt import sources
from codekit_cpt.checks.claim import Check, Claim, Line
from codekit_cpt.sections import is_surgery

_MINOR, _MAJOR = frozenset(("000", "010")), "090"
_SEPARATE = frozenset(("24", "25", "57"))
_OFFICE = range(99202, 99216)


def _with_procedure(check: Check, claim: Claim) -> Iterator[Finding]:
    """Ask for the modifier of a visit on the day of a procedure, by the procedure's global days."""
    for visit in (line for line in claim.lines if line.is_evaluation):
        for procedure in claim.lines:
            finding = None if procedure is visit else _beside(check, claim, visit, procedure)
            if finding is not None:
                yield finding
                break


def _beside(check: Check, claim: Claim, visit: Line, procedure: Line) -> Finding | None:
    days = procedure.fact("global_days")
    if days == _MAJOR and not visit.has(("24", "57")):
        message = (
            f"{procedure.code} has 90 global days, which hold the visit of its day and of the day before; report "
            f"{visit.code} with modifier 57 if it was the visit that decided on the surgery, else leave it out"
        )
        return check.finding(claim, Severity.WARNING, (visit, procedure), message)
    if days in _MINOR and not visit.has(("24", "25")):
        message = (
            f"{procedure.code} has {int(days)} global days, which hold the visit of its day; report {visit.code} with "
            "modifier 25 if it was significant and separately identifiable, else leave it out"
        )
        return check.finding(claim, Severity.WARNING, (visit, procedure), message)
    if not days and is_surgery(procedure.code) and not visit.has(_SEPARATE):
        message = (
            f"{visit.code} stands beside surgery whose global days this edition does not hold; modifier 25 (minor) or "
            "57 (major) says that the visit is separate, if the record does"
        )
        return check.finding(claim, Severity.INFO, (visit, procedure), message)
    return None


def _office_visits(check: Check, claim: Claim) -> Iterator[Finding]:
    visits = [line for line in claim.lines if line.code.isdigit() and int(line.code) in _OFFICE]
    if len(visits) > 1:
        names = ", ".join(line.code for line in visits)
        message = (
            f"{names} are office visits of one day; one practitioner reports one, at the level of all the work, unless "
            "the record shows visits for unrelated problems that could not be one"
        )
        yield check.finding(claim, Severity.WARNING, visits[1:] + visits[:1], message)


CHECKS = (
    Check(
        id="cpt-global-days",
        title="A visit within a global period is reported only with the modifier that says why.",
        source=sources.claims("40.1 to 40.2 (global surgical package) and 30.6.6"),
        apply=_with_procedure,
        codes=tuple(sorted(_SEPARATE)),
    ),
    Check(
        id="cpt-one-visit",
        title="One office visit a day is reported.",
        source=sources.claims("30.6.5 and 30.6.7.B (office visits of one day)"),
        apply=_office_visits,
        codes=(f"{_OFFICE[0]}-{_OFFICE[-1]}",),
    ),
)
