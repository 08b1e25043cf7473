"""The conventions that the code reconciler applies to a draft of ICD-10-CM codes, a module for each chapter.

A new rule goes into the module of its chapter, with its examples; nothing else has to know of it.
"""

from __future__ import annotations

from codekit.plugin import Case, Convention, Release, Rule, rules_in
from codekit_icd10cm.conventions import (
    circulatory,
    digestive,
    drugs,
    encounters,
    endocrine,
    external_causes,
    general,
    genitourinary,
    infections,
    injuries,
    mental,
    neoplasm_complications,
    neoplasms,
    nervous_eye,
    obstetrics,
    passing,
    perinatal,
    reporting,
    respiratory,
    selection,
    skin_musculoskeletal,
    symptoms,
    tabular,
)
from codekit_icd10cm.sources import guideline

# The rules for all chapters, those of each, and last what is read off the tabular list: it settles what they leave.
_MODULES = (
    *(
        reporting,
        passing,
        general,
        selection,
        infections,
        drugs,
        neoplasm_complications,
        neoplasms,
        endocrine,
        mental,
        nervous_eye,
    ),
    *(circulatory, respiratory, digestive),
    *(skin_musculoskeletal, genitourinary, obstetrics, perinatal, symptoms, injuries, external_causes),
    *(encounters, tabular),
)


def rules() -> tuple[Rule[Case], ...]:
    """Give every rule, in the order in which the modules declare them."""
    return tuple(rules_in(*_MODULES))


def conventions(release: Release) -> tuple[Convention, ...]:
    """Give the conventions of a release.

    Args:
        release: Named in every source.

    Returns:
        As they are declared; each cites the first of its sections.
    """
    return tuple(rule.convention(Case, guideline(rule.sections[0], release)) for rule in rules())
