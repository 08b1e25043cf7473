"""What a convention of CPT reads besides what every system's does."""

from __future__ import annotations

import attrs

from codekit import plugin
from codekit.plugin import Code, DraftCode
from codekit_cpt.checks.claim import Claim, Line


@attrs.frozen(kw_only=True)
class Case(plugin.Case):
    """A case that has the form of a claim."""

    def row(self, one: DraftCode) -> Code:
        """Give the row of a code of the draft."""
        return self.edition.get(one.code)

    def claim(self) -> Claim:
        """Give the draft the form of a claim, whose lines are named by their codes."""
        lines = (Line(name=one.code, row=self.row(one), modifiers=one.modifiers, units=one.units) for one in self.draft)
        return Claim(lines=tuple(lines), edition=self.edition, day=self.encounter.date_of_service)
