"""The details that choose between sibling codes in ICD-10, and what stands where a note is silent."""

from __future__ import annotations

from codekit.plugin import Facet, FacetValue, Specificity
from codekit_icd10_uk.sources import standards, volume_2

_TABULAR = volume_2("3.1.4")


def specificity() -> Specificity:
    """Give the facets of ICD-10 as it is used in the UK.

    There are no sides and no encounters: ICD-10 has characters for neither.

    Returns:
        The facets, narrow ones first.

    Source: WHO ICD-10 Volume 1 (2016), chapter XIX: a fracture not indicated as closed or open is closed; Volume 2,
    section 3.1.4 (NOS and NEC).
    """
    return Specificity(
        facets=(_openness(), _both_sides()),
        asked=(_openness(),),
        unspecified=("unspecified", "not specified", "without complications", "without mention of complication"),
        other=("other", "elsewhere classified"),
        absent=("without", "not", "no"),
        filler=("unspecified", "specified", "nos", "nec", "classified", "elsewhere", "mention"),
        defaults={
            **{category: (f"{category}.9", _TABULAR) for category in ("E10", "E11", "E12", "E13", "E14", "I50", "I64")},
            "K40": ("K40.9", _TABULAR),
        },
    )


def _openness() -> Facet:
    return Facet(
        name="open or closed",
        values=(
            FacetValue(
                name="open",
                in_titles=("open",),
                in_notes=("open fracture", "compound fracture", "open fractures"),
                patterns=(r"open (?!reduction)(?:\w+ ){1,3}fracture", r"gustilo"),
            ),
            FacetValue(name="closed", in_titles=("closed",), in_notes=("closed",)),
        ),
        default="closed",
        source=standards("chapter XIX, fractures (fifth character)"),
    )


def _both_sides() -> Facet:
    return Facet(
        name="one side or both",
        values=(
            FacetValue(name="both", in_titles=("bilateral",), in_notes=("bilateral", "bilaterally", "both"), near=True),
            FacetValue(name="one", in_titles=("unilateral",), in_notes=("unilateral", "right", "left")),
        ),
        reach="site",
        source=_TABULAR,
    )
