"""The details that choose between sibling codes in ICD-10-CM, and what stands where a note is silent."""

from __future__ import annotations

from codekit.plugin import Facet, FacetValue, Specificity
from codekit_icd10cm import facets


def specificity() -> Specificity:
    """Give the facets of ICD-10-CM.

    Returns:
        The facets, narrow ones first.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.B.13 (laterality), I.C.19.a (7th characters of
    injuries), I.C.19.c (fractures: closed and displaced unless stated), I.A.9 (other and unspecified).
    """
    side = _laterality()
    return Specificity(
        facets=(
            *(_sides(), side, _encounter(), _displacement(), _openness(), _healing(), _foreign_body()),
            *(facets.handedness(), facets.dominance(), facets.sex(), facets.trimester()),
        ),
        asked=(side, facets.stage(), facets.acuity(), facets.trimester(), facets.heart_failure_type()),
        unspecified=("unspecified", "not specified", "uncomplicated"),
        other=("other", "elsewhere classified"),
        absent=("without", "not", "no"),
        filler=("encounter", "affecting", "side", "unspecified", "specified", "nos", "nec", "classified", "elsewhere"),
        defaults={
            "E11": ("E11.9", "I.C.4.a"),
            "I50": ("I50.9", "index: Failure, heart"),
            "K40": ("K40.9", "index: Hernia, inguinal"),
        },
    )


def _laterality() -> Facet:
    return Facet(
        name="laterality",
        values=(
            FacetValue(
                name="bilateral",
                in_titles=("bilateral", "both"),
                in_notes=_BOTH_SIDES,
                patterns=(
                    r"right (?:\w+ ){1,2}and (?:the |her |his )?left",
                    r"left (?:\w+ ){1,2}and (?:the |her |his )?right",
                ),
                near=True,
                parts=("right", "left"),
            ),
            FacetValue(
                name="unspecified",
                in_titles=(
                    "unspecified side",
                    "unspecified laterality",
                    *(f"unspecified {site}" for site in _PAIRED_SITES),
                ),
                in_notes=(),
            ),
            FacetValue(name="right", in_titles=("right",), in_notes=("right", "right-sided", "rt")),
            FacetValue(name="left", in_titles=("left",), in_notes=("left", "left-sided", "lt")),
        ),
        reach="site",
        source="I.B.13",
    )


_BOTH_SIDES = ("bilateral", "bilaterally", "both", "right and left", "left and right")
_PAIRED_SITES = (
    *"eye eyelid ear hand wrist forearm elbow arm shoulder knee hip ankle foot toe toes finger thumb leg thigh".split(),
    *"limb breast ovary kidney lung testis humerus femur tibia fibula radius ulna clavicle scapula patella".split(),
    *("lower leg", "upper arm", "lower limb", "upper limb", "female breast", "male breast", "great toe"),
)


def _sides() -> Facet:
    return Facet(
        name="one side or both",
        values=(
            FacetValue(name="both", in_titles=("bilateral",), in_notes=_BOTH_SIDES, near=True),
            FacetValue(name="one", in_titles=("unilateral",), in_notes=("unilateral", "right", "left")),
        ),
        reach="site",
        source="I.B.13",
    )


def _encounter() -> Facet:
    return Facet(
        name="encounter",
        values=(
            FacetValue(
                name="sequela",
                in_titles=("sequela",),
                in_notes=(
                    "sequela",
                    "sequelae",
                    "late effect",
                    "late effects",
                    "residual of",
                    "due to old",
                    "due to previous",
                    "from old",
                    "from previous",
                    "from a previous",
                ),
                patterns=(
                    r"(?:from|due to|after|following|of) (?:an? |the )?old",
                    r"(?:from|due to|after) (?:an? |the )?prior",
                ),
            ),
            FacetValue(
                name="subsequent",
                in_titles=("subsequent encounter", "subsequent"),
                in_notes=(
                    "subsequent encounter",
                    "subsequent visit",
                    "subsequent care",
                    "healing well",
                    "routine healing",
                    "delayed healing",
                    "follow-up visit",
                    "followup visit",
                    "follow-up of fracture",
                    "cast change",
                    "cast removal",
                    "postoperative visit",
                    "aftercare",
                    "follow-up of",
                    "suture removal",
                    "removal of sutures",
                    "physical therapy for",
                    "healing phase",
                    "nonunion",
                    "malunion",
                ),
            ),
            FacetValue(
                name="initial",
                in_titles=("initial encounter", "initial"),
                in_notes=("initial encounter", "initial visit", "first visit", "active treatment"),
            ),
        ),
        default="initial",
        reach="note",
        source="I.C.19.a",
    )


def _displacement() -> Facet:
    return Facet(
        name="displacement",
        values=(
            FacetValue(
                name="nondisplaced",
                in_titles=("nondisplaced",),
                in_notes=("nondisplaced", "non-displaced", "undisplaced", "without displacement", "hairline"),
            ),
            FacetValue(name="displaced", in_titles=("displaced",), in_notes=("displaced",)),
        ),
        default="displaced",
        reach="scope",
        source="I.C.19.c",
    )


def _foreign_body() -> Facet:
    return Facet(
        name="foreign body",
        values=(
            FacetValue(
                name="without",
                in_titles=("without foreign body",),
                in_notes=("without foreign body", "no foreign body", "or foreign body"),
            ),
            FacetValue(
                name="with",
                in_titles=("with foreign body",),
                in_notes=("with foreign body", "with a foreign body", "foreign body present", "retained foreign body"),
            ),
        ),
        default="without",
        source="index: Laceration, Puncture",
    )


def _openness() -> Facet:
    return Facet(
        name="open or closed",
        values=(
            FacetValue(
                name="open",
                in_titles=("open fracture", "open"),
                in_notes=("open fracture", "compound fracture", "open wound"),
                patterns=(r"open (?!reduction)(?:\w+ ){1,3}fracture",),
            ),
            FacetValue(name="closed", in_titles=("closed fracture", "closed"), in_notes=("closed",)),
        ),
        default="closed",
        reach="scope",
        source="I.C.19.c",
    )


def _healing() -> Facet:
    return Facet(
        name="healing",
        values=(
            FacetValue(name="delayed", in_titles=("delayed healing",), in_notes=("delayed healing", "slow healing")),
            FacetValue(name="nonunion", in_titles=("nonunion",), in_notes=("nonunion", "non-union")),
            FacetValue(name="malunion", in_titles=("malunion",), in_notes=("malunion", "mal-union")),
            FacetValue(name="routine", in_titles=("routine healing",), in_notes=("routine healing", "healing well")),
        ),
        default="routine",
        reach="note",
        source="I.C.19.c.1",
    )
