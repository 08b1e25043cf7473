"""How a convention of ICD-10-CM is written: a rule with its sections, and the case that it is applied to."""

from __future__ import annotations

import attrs

from codekit import plugin
from codekit.plugin import Convention, DraftCode, Release
from codekit_icd10cm.conventions.named import named_codes
from codekit_icd10cm.sources import guideline


@attrs.frozen(kw_only=True)
class Case(plugin.Case):
    """A case that tells what a code says, and what the note names as its cause."""

    def title(self, code: str) -> str:
        """Give the title of a code of the edition, in lower case."""
        return self.edition.get(code).title.lower()

    def causes(self, one: DraftCode) -> list[DraftCode]:
        """Give the codes of the draft that the note names as the cause of another."""
        cause = one.cause
        if cause is None:
            return []
        return [
            other
            for other in self.draft
            if other.code != one.code and any(cause.start <= e.start < cause.end for e in other.evidence)
        ]


def _first_section(rule: plugin.Rule[Case]) -> str:
    return rule.sections[0]


@attrs.frozen(kw_only=True)
class Rule(plugin.Rule[Case]):
    """One rule, which has a section at least.

    Args:
        source: Id of its first section, which its edits cite.
    """

    source: str = attrs.field(init=False, default=attrs.Factory(_first_section, takes_self=True))

    def for_release(self, release: Release) -> Convention:
        """Make it a convention of a release."""
        convention = self.convention(Case, guideline(self.source, release))
        return attrs.evolve(convention, names=named_codes(self.apply))
