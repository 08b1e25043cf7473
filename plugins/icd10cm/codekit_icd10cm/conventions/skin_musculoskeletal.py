"""Chapters 12 and 13 of the guidelines: ulcers of the skin, pathological fractures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.plugin import CHECK, CHOOSE, COMBINE, ORDER, SAID, Assertion, Case, DraftCode, Edit, rule
from codekit_icd10cm.mentions.titles import rows_below

_ULCERS = ("L89", "L97", "L98.4")
_ANY_SITE = ("L89.9",)
# Last characters of L89: stages that were found, and those that say that none was.
_STAGED, _UNSTAGED = "1234", "09"
_OSTEOPOROSIS = "M81"
# Fractures that a fall from standing may cause in osteoporosis; those of the skull, ribs and fingers are left alone.
_FRACTURES = ("S22.0", "S22.4", "S32", "S42", "S52", "S62", "S72", "S82", "S92", "M84.4", "M48.5")
# What breaks a healthy bone too: traffic, falls from a height, being struck or crushed.
_MAJOR_TRAUMA = ("V00-V99", "W11-W17", "W20-W40", "X92-Y09")
_FRAGILE = re.compile(r"osteopor|fragility", re.IGNORECASE)
_HISTORY = "Z87.310"
_OTHER_HISTORY = ("Z87.311", "Z87.81", "Z87.31")
# Fractures of chapter 19 name the bone, those of M80 the region.
_REGIONS = (
    ("vertebra|vertebrae|spine", "vertebra"),
    ("hip|femur|trochanter", "femur"),
    ("humerus", "humerus"),
    ("radius|ulna|forearm", "forearm"),
    ("clavicle|scapula|shoulder", "shoulder"),
    ("tibia|fibula|malleolus|leg", "lower leg"),
    ("wrist|carpal|metacarpal|hand", "hand"),
    ("tarsal|metatarsal|calcaneus|talus|ankle|foot", "ankle and foot"),
    ("pelvis|ilium|pubis|ischium|acetabulum", "other"),
)
_FULL = len("M80.051")


@rule(
    "healed-ulcer",
    says="A healed ulcer is not coded.",
    sections=["I.C.12.a.4", "I.C.12.b.1"],
    stage=SAID,
    codes=[*_ULCERS],
)
def healed(case: Case) -> Iterator[Edit]:
    """Drop an ulcer that the note calls healed."""
    for one in case.under(*_ULCERS):
        if one.assertion is Assertion.HISTORICAL:
            yield case.drop(one.code, "the note says that the ulcer is healed")


@rule(
    "sited-ulcers",
    says="A pressure ulcer is coded by its site and stage.",
    sections=["I.C.12.a.1", "I.C.12.a.2", "I.C.12.a.6", "I.C.12.a.7"],
    stage=CHOOSE,
    codes=[*_ANY_SITE, "L89"],
)
def sited_ulcers(case: Case) -> Iterator[Edit]:
    """Drop a pressure ulcer without a site where the note gives the sites."""
    sited = [one.code for one in case.under("L89") if one not in case.under(*_ANY_SITE)]
    for one in case.under(*_ANY_SITE) if sited else ():
        yield case.drop(one.code, f"the note gives the site: {sited[0]}")
    for code in sited:
        staged = next((other for other in sited if other[:-1] == code[:-1] and other[-1] in _STAGED), None)
        if code[-1] in _UNSTAGED and staged is not None:
            yield case.drop(code, f"{staged} gives the stage that was found at the same site")


@rule(
    "osteoporotic-fracture",
    says="A fracture in known osteoporosis is pathological.",
    sections=["I.C.13.d.2", "I.C.19.c.1"],
    stage=COMBINE,
    codes=[*_FRACTURES, _OSTEOPOROSIS, *_MAJOR_TRAUMA, "M80.0 M80.8 M81.0"],
)
def osteoporotic_fracture(case: Case) -> Iterator[Edit]:
    """Code a fracture in known osteoporosis to M80, unless it came of a trauma that breaks a healthy bone."""
    bones = [one for one in case.under(_OSTEOPOROSIS) if one.assertion is Assertion.PRESENT]
    if not bones or case.has(*_MAJOR_TRAUMA):
        return
    done = False
    for fracture in case.under(*_FRACTURES):
        code = _pathological(case, bones[0], fracture)
        if code is not None and "fracture" in case.title(fracture.code) and fracture.assertion is Assertion.PRESENT:
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
    region = next((name for bones, name in _REGIONS if re.search(rf"\b(?:{bones})\b", title)), "unspecified site")
    side = next((side for side in ("right", "left") if side in title), "")
    seventh = fracture.code[-1] if len(fracture.code) > _FULL else "A"
    # An open fracture has no 7th character of its own in M80: it is a first or a later encounter like another.
    seventh = {"B": "A", "C": "A", "E": "D", "F": "D"}.get(seventh, seventh)
    for row in rows_below(case.edition, root):
        named = row.title.lower().partition("pathological fracture")[2]
        code = f"{row.code:X<{_FULL}}{seventh}"
        sides = side in named if side else "right" not in named and "left" not in named
        if region in named and (sides or region in ("vertebra", "other")) and case.knows(code):
            return code
    fallback = f"{root}0X{seventh}"
    return fallback if case.knows(fallback) else None


@rule(
    "osteoporotic-fracture-history",
    says="A healed fracture of osteoporosis has a history code of its own.",
    sections=["I.C.13.d.1"],
    stage=COMBINE,
    codes=[*_OTHER_HISTORY, _HISTORY],
)
def osteoporotic_history(case: Case) -> Iterator[Edit]:
    """Code a healed fracture of osteoporosis as such, behind the osteoporosis."""
    for one in case.under(*_OTHER_HISTORY):
        if any(_FRAGILE.search(e.text) for e in one.evidence) and case.knows(_HISTORY):
            yield case.replace(one.code, _HISTORY, "the note calls the healed fracture one of osteoporosis")


@rule(
    "osteoporosis-first",
    says="Osteoporosis stands before the history of its fractures.",
    sections=["I.C.13.d.1"],
    stage=ORDER,
    codes=[_HISTORY, _OSTEOPOROSIS],
)
def osteoporosis_first(case: Case) -> Iterator[Edit]:
    """Move osteoporosis in front of the history of its fractures."""
    for history in case.under(_HISTORY):
        for one in case.under(_OSTEOPOROSIS):
            yield case.move(one.code, history.code, "the history of its fractures follows osteoporosis")


@rule(
    "conflicting-stages",
    says="Two stages of an ulcer at one site are asked about.",
    sections=["I.B.14", "I.A.19"],
    stage=CHECK,
    codes=["L89"],
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
