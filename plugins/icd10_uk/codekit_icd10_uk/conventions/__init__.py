"""The conventions that the code reconciler applies to a draft of ICD-10 codes; none of them is ICD-10-CM's."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import Convention, Release, Rule, rules_in
from codekit_icd10_uk.conventions import coded, daggers, sequence
from codekit_icd10_uk.conventions.case import Case


def conventions(release: Release) -> tuple[Convention, ...]:  # noqa: ARG001  they hold for every release
    """Give the conventions as they are declared."""
    rules: Iterator[Rule[Case]] = rules_in(coded, sequence, daggers)
    return tuple(rule.convention(Case) for rule in rules)
