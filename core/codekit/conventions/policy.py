"""The site's own reporting policy as conventions: what it reports and leaves, whatever the guidelines' rules said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from codekit.conventions.case import Case
from codekit.conventions.model import Convention, DraftCode
from codekit.conventions.rule import rule
from codekit.conventions.stages import ADD, CHOOSE, REPORT
from codekit.editions.edition import Edition
from codekit.text.policy import PolicyRow
from codekit.types import Assertion, Basis, Edit

# Stages at whose end a code may be new to the policy.
_STAGES = (REPORT, ADD, CHOOSE)
# The patient does not have what is left on one of these, or of what one of those is said.
_NOT_THERE = frozenset((Basis.RULED_OUT, Basis.RELATIVE, Basis.HYPOTHETICAL, Basis.RESOLVED))
_NOT_SAID = frozenset((Assertion.NEGATED, Assertion.SOMEONE_ELSE, Assertion.HYPOTHETICAL))


@rule(
    "site-policy",
    says="What the site's own policy reports is reported, and what it leaves is left.",
    source="site policy",
    stage=REPORT,
)
def site_policy(case: Case) -> Iterator[Edit]:
    """Decide each documented code by the last row of the policy that holds for it; others stay as they are."""
    for draft_code in case.draft if case.draft.lexicon.policy else ():
        row = _deciding(case, draft_code)
        if row is None or row.report is draft_code.reported:
            continue
        source = f"{case.source}, {row.source}"
        if not row.report:
            yield case.leave(draft_code.code, Basis.LEFT_BY_SITE, row.reason, source)
        elif _is_there(draft_code):
            yield case.keep(draft_code.code, Basis.REPORTED_BY_SITE, row.reason, source=source)


def with_policy(conventions: Iterable[Convention]) -> tuple[Convention, ...]:
    """Put the site's policy behind the conventions that decide what is reported, and that bring further codes.

    Args:
        conventions: In the order in which they apply.

    Returns:
        All of them, by stage.
    """
    own = site_policy.convention(Case)
    placed = [*conventions, *(attrs.evolve(own, stage=stage) for stage in _STAGES)]
    return tuple(sorted(placed, key=lambda one: one.stage))


def idle_codes(policy: Iterable[PolicyRow], edition: Edition) -> Iterator[str]:
    """Name each code and range of a policy that is nothing of an edition, in a sentence for who keeps the policy."""
    for row in policy:
        for code in row.codes:
            ends = [end for end in map(edition.find, code.split("-")) if end is not None]
            if not ends or edition.order(ends[0].code) > edition.order(ends[-1].code):
                yield f"{site_policy.source}, {row.source}: {code} names nothing in {edition.label}; mend the row"


def _deciding(case: Case, draft_code: DraftCode) -> PolicyRow | None:
    stated = {each.mention.section for each in case.statements_of(draft_code)}
    return next(
        (
            row
            for row in reversed(case.draft.lexicon.policy)
            if row.holds(case.encounter.setting, stated) and case.edition.is_under(draft_code.code, row.codes)
        ),
        None,
    )


def _is_there(draft_code: DraftCode) -> bool:
    """Say whether the record gives the condition to the patient at all, which no policy can."""
    left = draft_code.decision.basis if draft_code.decision else None
    return left not in _NOT_THERE and draft_code.assertion not in _NOT_SAID
