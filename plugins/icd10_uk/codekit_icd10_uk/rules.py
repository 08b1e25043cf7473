"""The details that choose between sibling codes in ICD-10, and what stands where a note is silent."""

from __future__ import annotations

from importlib import resources

from codekit.plugin import Specificity, read_facets
from codekit_icd10_uk.sources import volume_2

_TABULAR = volume_2("3.1.4")


def specificity() -> Specificity:
    """Give the facets of ICD-10 as it is used in the UK, from `data/facets.toml`, with the words of its titles.

    Source: WHO ICD-10 Volume 2 (2016), section 3.1.4 (NOS and NEC).
    """
    table = resources.files("codekit_icd10_uk").joinpath("data", "facets.toml")
    facets = read_facets(table.read_text(encoding="utf-8"))
    return Specificity(
        facets=tuple(facets.values()),
        asked=(facets["open or closed"],),
        unspecified=("unspecified", "not specified", "without complications", "without mention of complication"),
        other=("other", "elsewhere classified"),
        absent=("without", "not", "no"),
        filler=("unspecified", "specified", "nos", "nec", "classified", "elsewhere", "mention"),
        defaults={
            **{category: (f"{category}.9", _TABULAR) for category in ("E10", "E11", "E12", "E13", "E14", "I50", "I64")},
            "K40": ("K40.9", _TABULAR),
        },
    )
