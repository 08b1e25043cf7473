"""What the checks of a claim mean for the codes of a note."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import attrs

from codekit.plugin import CHECK, CHOOSE, ORDER, Action, Edit, Origin, Rule
from codekit_cpt import sources
from codekit_cpt.checks import checks
from codekit_cpt.checks.add_ons import primary_of
from codekit_cpt.checks.claim import Check
from codekit_cpt.checks.ncci import NOT_ALLOWED, forbidden
from codekit_cpt.conventions.case import Case

_TABLES = frozenset(("cpt-ncci-pair", "cpt-ncci-units", "cpt-add-on-primary", "cpt-coverage", "cpt-code-dates"))


def _never_together(case: Case) -> Iterator[Edit]:
    gone: set[str] = set()
    for first, second, pair in forbidden(case.claim()):
        if pair.attributes.get("indicator") == NOT_ALLOWED and first.code not in gone and second.code not in gone:
            gone.add(second.code)
            reason = f"an NCCI edit includes it in {first.code}, and no modifier changes that"
            yield case.drop(second.code, reason)


def _behind_primary(case: Case) -> Iterator[Edit]:
    claim = case.claim()
    for line in claim.lines:
        primary = primary_of(claim, line) if line.is_add_on else None
        if primary is not None and claim.lines.index(primary) > claim.lines.index(line):
            reason = f"the primary code stands in front of its add-on {line.code}"
            yield case.move(primary.code, line.code, reason)


def _report(check: Check) -> Callable[[Case], Iterable[Edit]]:
    def apply(case: Case) -> Iterator[Edit]:
        for finding in check.run(case.claim()) if len(case.draft) else ():
            # What is wrong with the whole claim is said at its first code.
            code = finding.codes[0] if finding.codes else case.draft[0].code
            edit = case.edit(Action.FLAG, code, finding.message)
            yield attrs.evolve(edit, source=finding.source, finding=finding)

    return apply


def _rule(check: Check) -> Rule[Case]:
    origin = Origin.TABULAR if check.id in _TABLES else Origin.WRITTEN
    return Rule(
        id=check.id,
        says=check.title,
        source=check.source,
        stage=CHECK,
        apply=_report(check),
        codes=check.codes,
        origin=origin,
        examples=check.examples,
    )


def rules() -> tuple[Rule[Case], ...]:
    """Give the rules that settle what tables decide, and one that reports for each check of what a note can give."""
    return (
        Rule(
            id="cpt-ncci-included",
            says="A code that an NCCI edit includes in another, whatever the modifier, is left out.",
            source=sources.PTP,
            stage=CHOOSE,
            apply=_never_together,
            origin=Origin.TABULAR,
        ),
        Rule(
            id="cpt-add-on-sequence",
            says="The primary code stands in front of its add-on.",
            source=sources.CPT_ADD_ONS,
            stage=ORDER,
            apply=_behind_primary,
        ),
        *(_rule(check) for check in checks() if not check.typed),
    )
