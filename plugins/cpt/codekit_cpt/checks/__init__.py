"""The checks of a claim, which `validate` makes of typed lines and the reconciler of the codes of a note."""

from __future__ import annotations

from codekit_cpt.checks import add_ons, codes, modifiers, ncci, visits
from codekit_cpt.checks.claim import Check


def checks() -> tuple[Check, ...]:
    """Give every check, those of one subject together."""
    return (*codes.CHECKS, *modifiers.CHECKS, *add_ons.CHECKS, *ncci.CHECKS, *visits.CHECKS)
