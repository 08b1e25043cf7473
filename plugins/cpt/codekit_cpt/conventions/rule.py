"""How a convention of CPT is written: a rule with its source, and the case that it is applied to."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from codekit.conventions import Convention, Draft, DraftCode, Origin
from codekit.editions.edition import Edition
from codekit.types import Action, Code, Edit, Encounter, Release
from codekit_cpt.checks.claim import Claim, Line
from codekit_cpt.sources import dated


@attrs.frozen(kw_only=True)
class Rule:
    """One rule.

    Args:
        id: Unique within the plugin.
        title: What it says, in a sentence.
        source: Where it is printed.
        priority: Rules run in ascending order: 100s decide what counts as coded, 200s set units and modifiers, 300s
            choose between codes, 400s sequence, 500s report.
        apply: Reads a case and yields edits in order.
        origin: Whether it is read off tables of the edition or written.
    """

    id: str
    title: str
    source: str
    priority: int
    apply: Callable[[Case], Iterable[Edit]] = attrs.field(repr=False)
    origin: Origin = Origin.WRITTEN

    def convention(self, release: Release) -> Convention:
        """Make it a convention of a release."""

        def apply(draft: Draft, edition: Edition, encounter: Encounter) -> Iterable[Edit]:
            return self.apply(Case(rule=self, draft=draft, edition=edition, encounter=encounter))

        return Convention(
            id=self.id,
            title=self.title,
            source=dated(self.source, release),
            priority=self.priority,
            apply=apply,
            origin=self.origin,
        )


@attrs.frozen(kw_only=True)
class Case:
    """What a rule reads, and how it writes its edits: each cites the rule and its source.

    Args:
        rule: The rule being applied.
        draft: The tentative codes, with what the note says besides.
        edition: The opened edition.
        encounter: Date of service, as far as known.
    """

    rule: Rule
    draft: Draft
    edition: Edition
    encounter: Encounter

    def row(self, one: DraftCode) -> Code:
        """Give the row of a code of the draft."""
        return self.edition.get(one.code)

    def claim(self) -> Claim:
        """Give the draft the form of a claim, whose lines are named by their codes."""
        lines = (Line(name=one.code, row=self.row(one), modifiers=one.modifiers, units=one.units) for one in self.draft)
        return Claim(lines=tuple(lines), edition=self.edition, day=self.encounter.date_of_service)

    def edit(self, action: Action, code: str, reason: str) -> Edit:
        """Begin an edit; what its action needs besides is set by `attrs.evolve`."""
        source = dated(self.rule.source, self.edition.release)
        return Edit(rule=self.rule.id, action=action, code=code, source=source, reason=reason)
