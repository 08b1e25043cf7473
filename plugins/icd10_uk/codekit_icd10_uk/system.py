"""Which function of this plugin answers which hook."""

from __future__ import annotations

from codekit.plugin import Hooks
from codekit_icd10_uk.conventions import conventions
from codekit_icd10_uk.mentions import read_mentions
from codekit_icd10_uk.parse import parse_release
from codekit_icd10_uk.releases import default_source, identify_release, known_releases
from codekit_icd10_uk.rules import specificity
from codekit_icd10_uk.validate import validate


def hooks() -> Hooks:
    """Give the hooks of ICD-10 as the NHS codes with it."""
    return Hooks(
        codekit_releases=known_releases,
        codekit_default_source=default_source,
        codekit_identify_release=identify_release,
        codekit_parse_release=parse_release,
        codekit_specificity=specificity,
        codekit_locate_mentions=read_mentions,
        codekit_conventions=conventions,
        codekit_validate_codes=validate,
    )
