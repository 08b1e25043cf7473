"""The conventions that the code reconciler applies to a draft of ICD-10 codes; none of them is ICD-10-CM's."""

from __future__ import annotations

from codekit.plugin import Convention, Release
from codekit_icd10_uk.conventions import coded, daggers, sequence
from codekit_icd10_uk.conventions.case import Case


def conventions(release: Release) -> tuple[Convention, ...]:  # noqa: ARG001  they hold for every release
    """Give the conventions; core applies them by priority."""
    return tuple(rule.convention(Case) for rule in (*daggers.RULES, *coded.RULES, *sequence.RULES))
