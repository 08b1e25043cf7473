"""Chapters 12 and 13 of the guidelines: ulcers of the skin, pathological fractures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.plugin import (
    CHECK,
    CHOOSE,
    COMBINE,
    SAID,
    Assertion,
    Case,
    DraftCode,
    Edit,
    Example,
    Setting,
    read_rules,
    rule,
)
from codekit_icd10cm.conventions.combinations import may_be_linked
from codekit_icd10cm.mentions.titles import rows_below

_ULCERS = ("L89", "L97", "L98.4")
# Last characters of L89: the stages, and what says that none can be told.
_STAGES, _UNSTAGEABLE = "1234", "0"
_OSTEOPOROSIS = "M81"
# Fractures that a fall from standing may cause in osteoporosis; those of the skull, ribs and fingers are left alone.
_FRACTURES = ("S22.0", "S32", "S42", "S52", "S62", "S72", "S82", "S92", "M84.4", "M48.5")
# What breaks a healthy bone too: traffic, falls from a height, being struck or crushed.
_MAJOR_TRAUMA = ("V00-V99", "W11-W17", "W20-W40", "X92-Y09")
# Fractures of chapter 19 name the bone, those of M80 the region; where an edition lacks one, the next serves.
_REGIONS = (
    ("vertebra|vertebrae|spine", "vertebra"),
    ("hip|femur|trochanter", "femur"),
    ("humerus", "humerus"),
    ("radius|ulna|forearm", "forearm"),
    ("clavicle|scapula|shoulder", "shoulder"),
    ("tibia|fibula|malleolus|leg", "lower leg"),
    ("wrist|carpal|metacarpal|hand", "hand"),
    ("tarsal|metatarsal|calcaneus|talus|ankle|foot", "ankle and foot"),
    ("pelvis|ilium|pubis|ischium|acetabulum", "pelvis|other site"),
)
# Disorders of a disc by the first characters of their codes, as far as the character that says what they press on.
_DISCS, _DISC_OF_NOTHING = ("M50", "M51"), "2389"
_MYELOPATHY = ("G95.2", "G95.9", "G99.2")
_ROOTS = {"M50": ("M54.10", "M54.11-M54.13"), "M51": ("M54.10", "M54.14-M54.17", "M54.3", "M54.4")}
_WITHOUT_SIDES = ("other site", "unspecified site")
_FULL = len("M80.051")


@rule(
    "healed-ulcer",
    says="A healed ulcer is not coded.",
    sections=["I.C.12.a.4", "I.C.12.b.1"],
    stage=SAID,
    codes=[*_ULCERS],
    examples=[
        Example("Pressure ulcer of the coccyx, completely healed. Hypertension.", gives="I10", without="L89.159 I10"),
        Example("Hypertension. Chronic ulcer of left calf, now healed.", gives="I10", without="I10 L97.229"),
        Example("Hypertension. Healed chronic ulcer of skin of the chest.", gives="I10", without="I10 L98.449"),
        Example("Stage 3 pressure ulcer of the sacrum, healing.", gives="L89.153"),
    ],
)
def healed(case: Case) -> Iterator[Edit]:
    """Drop an ulcer that the note calls healed."""
    for one in case.under(*_ULCERS):
        if one.assertion is Assertion.HISTORICAL:
            yield case.drop(one.code, "the note says that the ulcer is healed")


@rule(
    "sited-ulcers",
    says="An unstageable pressure ulcer whose stage is found is coded by that stage; two stages of one site are both.",
    sections=["I.C.12.a.2", "I.C.12.a.6"],
    stage=CHOOSE,
    codes=["L89"],
    examples=[
        Example(codes="L89.320 L89.324", gives="L89.324", without="L89.320 L89.324"),
        Example(codes="L89.151 L89.150", gives="L89.151", without="L89.151 L89.150"),
        Example(codes="L89.622 L89.620", gives="L89.622", without="L89.622 L89.620"),
        Example(codes="L89.313 L89.310", gives="L89.313", without="L89.313 L89.310"),
        Example(codes="L89.320 L89.314", gives="L89.320 L89.314"),
        Example(codes="L89.212 L89.213", gives="L89.212 L89.213"),
    ],
)
def sited_ulcers(case: Case) -> Iterator[Edit]:
    """Drop an unstageable pressure ulcer where the note gives the stage that was found at the same site."""
    ulcers = [one.code for one in case.under("L89")]
    for code in ulcers:
        staged = next((other for other in ulcers if other[:-1] == code[:-1] and other[-1] in _STAGES), None)
        if code[-1] == _UNSTAGEABLE and staged is not None:
            yield case.drop(code, f"{staged} gives the stage that was found at the same site")


@rule(
    "osteoporotic-fracture",
    says="A fracture in known osteoporosis is pathological.",
    sections=["I.C.13.d.2", "I.C.19.c.1"],
    stage=COMBINE,
    codes=[*_FRACTURES, _OSTEOPOROSIS, *_MAJOR_TRAUMA, "M80.0 M80.8 M81.0"],
    examples=[
        Example(codes="M81.0 S72.001A", gives="M80.051A", without="M81.0 S72.001A"),
        Example(codes="M81.8 S72.002A", gives="M80.852A", without="M81.8 S72.002A"),
        Example(codes="M81.0 S22.000A", gives="M80.08XA", without="M81.0 S22.000A"),
        Example(codes="M81.0 M48.56XA", gives="M80.08XA", without="M81.0 M48.56XA"),
        Example(codes="M81.0 S32.501A", gives="M80.0B1A", without="M81.0 S32.501A"),
        Example(codes="M81.8 S32.302A", gives="M80.8B2A", without="M81.8 S32.302A"),
        Example(codes="M81.0 S42.301K", gives="M80.021K", without="M81.0 S42.301K"),
        Example(codes="M81.0 S42.001A", gives="M80.011A", without="M81.0 S42.001A"),
        Example(codes="M81.0 S52.90XA", gives="M80.039A", without="M81.0 S52.90XA"),
        Example(codes="M81.0 S82.201A", gives="M80.061A", without="M81.0 S82.201A"),
        Example(codes="M81.0 S92.011A", gives="M80.071A", without="M81.0 S92.011A"),
        Example(codes="M81.0 M84.40XA", gives="M80.00XA", without="M81.0 M84.40XA"),
        Example(codes="M81.0 S72.142B", gives="M80.052A", without="M81.0 S72.142B"),
        Example(codes="M81.0 S72.142C", gives="M80.052A", without="M81.0 S72.142C"),
        Example(codes="M81.0 S72.142F", gives="M80.052D", without="M81.0 S72.142F"),
        Example(codes="M81.0 S82.90XA S52.501A", gives="M80.069A M80.031A", without="M81.0 S82.90XA S52.501A"),
        Example(codes="M81.0 S72.142E", gives="M80.052D", without="M81.0 S72.142E"),
        Example(codes="M81.0 S72.001A W18.30XA", gives="M80.051A W18.30XA", without="M81.0 S72.001A W18.30XA"),
        Example("Osteoporosis. Left wrist fracture, initial encounter.", gives="M80.042A", without="M81.0 S62.102A"),
        Example(
            "Suspected osteoporosis. Fracture of right hip, initial encounter.",
            gives="M81.0 S72.001A",
            setting=Setting.INPATIENT,
        ),
        Example(codes="M81.0 S72.001A V43.52XA", gives="M81.0 S72.001A V43.52XA"),
        Example(codes="M81.0 S72.001A W13.0XXA", gives="M81.0 S72.001A W13.0XXA"),
        Example(codes="M81.0 S72.001A W20.8XXA", gives="M81.0 S72.001A W20.8XXA"),
        Example(codes="M81.0 S72.001A Y04.0XXA", gives="M81.0 S72.001A Y04.0XXA"),
        Example(codes="M81.0 S22.41XA", gives="M81.0 S22.41XA"),
        Example(codes="M81.0 S02.0XXA", gives="M81.0 S02.0XXA"),
        Example(codes="M81.0 S73.001A", gives="M81.0 S73.001A"),
    ],
)
def osteoporotic_fracture(case: Case) -> Iterator[Edit]:
    """Code a fracture in known osteoporosis to M80, unless it came of a trauma that breaks a healthy bone."""
    bones = [one for one in case.under(_OSTEOPOROSIS) if one.assertion is Assertion.PRESENT]
    if not bones or case.has(*_MAJOR_TRAUMA):
        return
    done = False
    for fracture in case.under(*_FRACTURES):
        code = _pathological(case, bones[0], fracture)
        if code is not None and fracture.assertion is Assertion.PRESENT:
            done = True
            yield case.replace(
                fracture.code, code, f"a fracture in known osteoporosis ({bones[0].code}) is pathological"
            )
    for one in bones if done else ():
        yield case.drop(one.code, "osteoporosis with a current pathological fracture is coded to M80")


def _pathological(case: Case, bone: DraftCode, fracture: DraftCode) -> str | None:
    """Find the code of M80 for the cause of the osteoporosis and the bone, with the side and 7th character."""
    root = "M80.0" if bone.code.startswith("M81.0") else "M80.8"
    title = case.title(fracture.code)
    regions = next((names for bones, names in _REGIONS if re.search(rf"\b(?:{bones})\b", title)), "unspecified site")
    side = next((side for side in ("right", "left") if side in title), "")
    seventh = fracture.code[-1] if len(fracture.code) > _FULL else "A"
    # An open fracture has no 7th character of its own in M80: it is a first or a later encounter like another.
    seventh = {"B": "A", "C": "A", "E": "D", "F": "D"}.get(seventh, seventh)
    for region in regions.split("|"):
        for row in rows_below(case.edition, root):
            named = row.title.lower().partition("pathological fracture")[2]
            code = f"{row.code:X<{_FULL}}{seventh}"
            sides = side in named if side else "right" not in named and "left" not in named
            if region in named and (sides or region in _WITHOUT_SIDES) and case.knows(code):
                return code
    return None


ROWS = read_rules(__package__, "skin_musculoskeletal.toml")


@rule(
    "conflicting-stages",
    says="Two stages of an ulcer at one site are asked about.",
    sections=["I.B.14", "I.A.19"],
    stage=CHECK,
    codes=["L89"],
    examples=[
        Example(codes="L89.152 L89.153", gives="L89.152 L89.153", asks="stage"),
        Example(
            "Stage 3 pressure ulcer of left heel. Stage 2 pressure ulcer of left heel.",
            gives="L89.623 L89.622",
            asks="stage",
        ),
        Example(codes="L89.622 L89.153", gives="L89.622 L89.153"),
    ],
)
def conflicting_stages(case: Case) -> Iterator[Edit]:
    """Ask which stage holds where the note gives one ulcer two."""
    ulcers = case.under("L89")
    for one in ulcers:
        rows = [other for other in ulcers if other is not one and other.code[:-1] == one.code[:-1]]
        if rows and one.position < rows[0].position:
            stages = [case.title(each.code).rpartition(", ")[2] for each in (one, *rows)]
            yield case.query(
                "conflict",
                topic="stage",
                indicators=[evidence for each in (one, *rows) for evidence in each.evidence],
                options=[f"the stage of one ulcer: {stage}" for stage in stages] + ["two ulcers, one of each stage"],
                codes=tuple(each.code for each in (one, *rows)),
                reason="the note gives two stages for an ulcer of one site",
            )


@rule(
    "disc-with-nerve",
    says="A disorder of a disc with myelopathy or radiculopathy is one code.",
    sections=["I.A.15", "I.B.9", "I.C.13"],
    stage=COMBINE,
    codes=[*_DISCS, *_MYELOPATHY, *(row for rows in _ROOTS.values() for row in rows)],
    examples=[
        Example(codes="M50.222 G95.9", gives="M50.022", without="M50.222 G95.9"),
        Example(codes="M50.221 G95.20", gives="M50.021", without="M50.221 G95.20"),
        Example(codes="M51.24 G95.9", gives="M51.04", without="M51.24 G95.9"),
        Example(codes="M50.222 M54.12", gives="M50.122", without="M50.222 M54.12"),
        Example(codes="M51.26 M54.16", gives="M51.16", without="M51.26 M54.16"),
        Example(codes="M51.27 M54.32", gives="M51.17", without="M51.27 M54.32"),
        # Of another part of the spine; with another cause; and a disc that already says it.
        Example(codes="M51.26 M54.12", gives="M51.26 M54.12"),
        Example("Lumbar disc herniation. Lumbar radiculopathy due to spinal stenosis.", gives="M51.26 M48.00"),
        Example(codes="M50.122", gives="M50.122"),
    ],
)
def disc_with_nerve(case: Case) -> Iterator[Edit]:
    """Combine a disorder of a disc with what it presses on: the cord, or else the roots of its part of the spine."""
    for category in _DISCS:
        discs = [one for one in case.under(category) if one.code[4] in _DISC_OF_NOTHING]
        for kind, rows in (("0", _MYELOPATHY), ("1", _ROOTS[category])) if discs else ():
            pressed = [one for one in case.under(*rows) if may_be_linked(case, one, discs[0])]
            codes = {one.code: _pressing(case, one.code, kind) for one in discs if pressed}
            if not any(codes.values()):
                continue
            reason = f"{pressed[0].code} is presumed to come of the disc, and one code says both"
            for one in discs:
                if code := codes[one.code]:
                    yield case.replace(one.code, code, reason)
            for one in pressed:
                yield case.drop(one.code, reason)
            break


def _pressing(case: Case, code: str, kind: str) -> str:
    """Give the code of a disc of the same place that presses on the cord (0) or on roots (1); empty where none is."""
    same = f"{code[:4]}{kind}{code[5:]}"
    return next((one for one in (same, same[:-1]) if case.knows(one)), "")
