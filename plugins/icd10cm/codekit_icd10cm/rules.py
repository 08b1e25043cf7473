"""The details that choose between sibling codes in ICD-10-CM, and what stands where a note is silent."""

from __future__ import annotations

from importlib import resources

from codekit.plugin import Facet, FacetValue, Specificity, read_facets

_FIRST, _SECOND, _THIRD = range(1, 14), range(14, 28), range(28, 43)
_INJURIES = ("encounter", "displacement", "open or closed", "consciousness", "intent", "healing", "foreign body")
# The kinds of intracranial injury that are divided by loss of consciousness, as the fourth character of their codes.
_HEAD = "012345689"
_PATIENT = ("handedness", "dominance", "sex")


def specificity() -> Specificity:
    """Give the facets of ICD-10-CM, from `data/facets.toml` and computed, with the words of its titles.

    Returns:
        The facets, narrow ones first.

    Source: ICD-10-CM Official Guidelines FY2026, section I.A.9 (other and unspecified).
    """
    table = resources.files("codekit_icd10cm").joinpath("data", "facets.toml")
    facets = read_facets(table.read_text(encoding="utf-8"))
    side, trimester = _laterality(), _trimesters()
    return Specificity(
        facets=(
            facets["one side or both"],
            side,
            *(facets[name] for name in (*_INJURIES, *_PATIENT)),
            trimester,
        ),
        asked=(side, facets["stage"], facets["acuity"], trimester, facets["type"]),
        unspecified=("unspecified", "not specified", "uncomplicated"),
        other=("other", "elsewhere classified"),
        absent=("without", "not", "no"),
        filler=("encounter", "affecting", "side", "unspecified", "specified", "nos", "nec", "classified", "elsewhere"),
        defaults={
            "E11": ("E11.9", "I.C.4.a"),
            "I50": ("I50.9", "index: Failure, heart"),
            "K40": ("K40.9", "index: Hernia, inguinal"),
            "K41": ("K41.9", "index: Hernia, femoral"),
            **{f"N0{kind}": (f"N0{kind}.9", "index: Glomerulonephritis; Nephritis") for kind in range(8)},
            **{f"S06.{kind}X": (f"S06.{kind}XA", "tabular: loss of consciousness status unknown") for kind in _HEAD},
            "S90.1": ("S90.12", "index: Contusion, toe (lesser)"),
            "S91.11": ("S91.119", "index: Laceration, toe"),
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
                cues=("left",),
                near=True,
                parts=("right", "left"),
            ),
            FacetValue(name="right", in_titles=("right",), in_notes=("right", "right-sided", "rt")),
            FacetValue(name="left", in_titles=("left",), in_notes=("left", "left-sided", "lt")),
            # A title may name the eye and leave the eyelid open.
            FacetValue(
                name="unspecified",
                in_titles=(
                    "unspecified side",
                    "unspecified laterality",
                    *(f"unspecified {site}" for site in _PAIRED_SITES),
                ),
                in_notes=(),
            ),
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


def _trimesters() -> Facet:
    """Ask for the trimester, which the weeks of gestation give as well.

    Source: ICD-10-CM tabular list, chapter 15: the first trimester is less than 14 weeks 0 days, the second 14 weeks
    0 days to less than 28 weeks 0 days, the third 28 weeks 0 days until delivery.
    """
    return Facet(
        name="trimester",
        values=(
            FacetValue(name="unspecified", in_titles=("unspecified trimester",)),
            _trimester("first", _FIRST),
            _trimester("second", _SECOND),
            _trimester("third", _THIRD),
        ),
        reach="note",
        source="I.C.15.a.3",
    )


def _trimester(name: str, weeks: range) -> FacetValue:
    number = "|".join(map(str, weeks))
    return FacetValue(
        name=name,
        in_titles=(f"{name} trimester",),
        in_notes=(f"{name} trimester",),
        patterns=(
            rf"(?:{number})(?: ?(?:\+|w|,? \d/7)\S*)?[ -]weeks?(?:'|’)?(?: and \d days?)?(?:,? of)? "
            r"(?:pregnan|gestation|intrauterine|iup|along)\w*",
            rf"pregnan(?:t|cy)(?: \w+){{0,2}}?,? (?:at )?(?:{number})(?: ?\d/7)?[ -]?w(?:ee)?ks?",
            rf"gestation(?:al age)?(?: \w+)?:? (?:at |of |is )?(?:{number})(?: ?\d/7)?[ -]?w(?:ee)?ks?",
            rf"(?:{number})w\d?d?",
            rf"iup at (?:{number})",
            rf"(?:{number})(?: \d/7|\+\d)?[ -]w(?:ee)?ks?(?! (?:ago|post|after|later|old|history|since|from))",
        ),
        cues=("week", "wk", "iup", *(f"{digit}w" for digit in range(10))),
    )
