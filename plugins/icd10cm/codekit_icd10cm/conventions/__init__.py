"""The conventions that the code reconciler applies to a draft of ICD-10-CM codes, in order of the guidelines."""

from __future__ import annotations

from codekit.plugin import Convention, Release
from codekit_icd10cm.conventions import (
    circulatory,
    drugs,
    encounters,
    endocrine,
    external_causes,
    general,
    genitourinary_obstetrics,
    infections,
    injuries,
    mental_nervous,
    neoplasms,
    perinatal_congenital,
    respiratory,
    selection,
    skin_musculoskeletal,
    symptoms,
    tabular,
)
from codekit_icd10cm.conventions.rule import Rule


def rules() -> tuple[Rule, ...]:
    """Give every rule, those of one part of the guidelines together."""
    return (
        *tabular.RULES,
        *general.RULES,
        *infections.RULES,
        *drugs.RULES,
        *neoplasms.RULES,
        *endocrine.RULES,
        *mental_nervous.RULES,
        *circulatory.RULES,
        *respiratory.RULES,
        *skin_musculoskeletal.RULES,
        *genitourinary_obstetrics.RULES,
        *perinatal_congenital.RULES,
        *symptoms.RULES,
        *injuries.RULES,
        *external_causes.RULES,
        *encounters.RULES,
        *selection.RULES,
    )


def conventions(release: Release) -> tuple[Convention, ...]:
    """Give the conventions of a release.

    Args:
        release: Named in every source.

    Returns:
        In no particular order; core applies them by priority.
    """
    return tuple(rule.for_release(release) for rule in rules())
