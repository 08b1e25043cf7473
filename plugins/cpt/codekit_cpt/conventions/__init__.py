"""The conventions that the code reconciler applies to a draft of CPT and HCPCS codes."""

from __future__ import annotations

from codekit.plugin import Convention, Release, Rule
from codekit_cpt.conventions import claims, services, visits
from codekit_cpt.conventions.case import Case
from codekit_cpt.sources import dated


def rules() -> tuple[Rule[Case], ...]:
    """Give every rule, those of one subject together."""
    return (*services.RULES, *visits.RULES, *claims.rules())


def conventions(release: Release) -> tuple[Convention, ...]:
    """Give the conventions of a release.

    Args:
        release: Named in every source.

    Returns:
        In no particular order; core applies them by priority.
    """
    return tuple(rule.convention(Case, dated(rule.source, release)) for rule in rules())
