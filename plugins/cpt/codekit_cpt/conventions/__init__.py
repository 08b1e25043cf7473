"""The conventions that the code reconciler applies to a draft of CPT and HCPCS codes."""

from __future__ import annotations

from codekit.plugin import Convention, Release, Rule, rules_in
from codekit_cpt.conventions import claims, services, visits
from codekit_cpt.conventions.case import Case
from codekit_cpt.sources import dated


def rules() -> tuple[Rule[Case], ...]:
    """Give every rule, those of one subject together."""
    return (*rules_in(services, visits), *claims.rules())


def conventions(release: Release) -> tuple[Convention, ...]:
    """Give the conventions of a release.

    Args:
        release: Named in every source.

    Returns:
        As they are declared.
    """
    return tuple(rule.convention(Case, dated(rule.source, release)) for rule in rules())
