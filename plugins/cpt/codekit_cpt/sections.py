"""Where a code stands: the sections of HCPCS by their letters, those of CPT by their numbers.

Source: CMS, HCPCS Level II coding procedures (sections A to V); CMS, NCCI Policy Manual for Medicare Services 2025,
chapters II to XIII, whose titles name the ranges of CPT numbers.
"""

from __future__ import annotations

from bisect import bisect_right

import attrs

MODIFIERS = "Modifiers"
EVALUATION = "CPT 99202-99499"


@attrs.frozen
class Section:
    """A row above codes.

    Args:
        code: Its name in the tabular list.
        title: What it holds.
        parent: The section that it is part of; None for a chapter.
    """

    code: str
    title: str
    parent: str | None = None


_LETTERS = {
    "A": "Transportation services including ambulance, medical and surgical supplies",
    "B": "Enteral and parenteral therapy",
    "C": "Temporary codes for the hospital outpatient prospective payment system",
    "D": "Dental procedures",
    "E": "Durable medical equipment",
    "G": "Temporary procedures and professional services",
    "H": "Alcohol and drug abuse treatment services",
    "J": "Drugs administered other than by oral method, chemotherapy drugs",
    "K": "Temporary codes for durable medical equipment",
    "L": "Orthotic and prosthetic procedures and devices",
    "M": "Medical services and quality measures",
    "P": "Pathology and laboratory services",
    "Q": "Temporary codes",
    "R": "Diagnostic radiology services",
    "S": "Temporary national codes not for Medicare",
    "T": "National codes for state Medicaid agencies",
    "U": "Clinical laboratory tests for coronavirus",
    "V": "Vision, hearing and speech-language pathology services",
}
_OTHER_LETTER = "Other codes"
# First code of each part of a section that has parts; a part reaches to the next one's first code.
_PARTS = (
    ("A0000", "Transport services including ambulance"),
    ("A4000", "Medical and surgical supplies"),
    ("A9000", "Administrative, miscellaneous and investigational"),
    ("J0000", "Drugs administered other than by oral method"),
    ("J8500", "Oral drugs"),
    ("J9000", "Chemotherapy drugs"),
    ("L0000", "Orthotic procedures and devices"),
    ("L5000", "Prosthetic procedures"),
    ("V0000", "Vision services"),
    ("V5000", "Hearing and speech-language pathology services"),
)
_NUMBERS = (
    (0, "CPT 00100-01999", "Anesthesia"),
    (2000, "CPT 10004-69990", "Surgery"),
    (70000, "CPT 70010-79999", "Radiology"),
    (80000, "CPT 80047-89398", "Pathology and laboratory"),
    (90000, "CPT 90281-99607", "Medicine"),
    (99202, EVALUATION, "Evaluation and management"),
    (99500, "CPT 90281-99607", "Medicine"),
)
_SURGERY = (
    (0, "CPT 10000-19999", "Integumentary system"),
    (20000, "CPT 20000-29999", "Musculoskeletal system"),
    (30000, "CPT 30000-39999", "Respiratory, cardiovascular, hemic and lymphatic systems"),
    (40000, "CPT 40000-49999", "Digestive system"),
    (50000, "CPT 50000-59999", "Urinary, male genital, female genital, maternity care and delivery systems"),
    (60000, "CPT 60000-69999", "Endocrine, nervous, eye and ocular adnexa, auditory systems"),
)
_SUPPLIES = frozenset("BEKL")
_SUFFIXES = {
    "F": ("CPT Category II", "Performance measurement"),
    "T": ("CPT Category III", "Emerging technology"),
    "U": ("CPT PLA", "Proprietary laboratory analyses"),
    "M": ("CPT MAAA", "Multianalyte assays with algorithmic analyses"),
    "A": ("CPT Immunization", "Immunization administration and products"),
}


def is_hcpcs(code: str) -> bool:
    """Say whether a code is one of HCPCS Level II: a letter and four digits."""
    return code[:1].isalpha()


def is_evaluation(code: str) -> bool:
    """Say whether a code is one of evaluation and management.

    Source: NCCI Policy Manual, chapter XI, section M and chapter I, section D: the CPT section, and the eye visits.
    """
    return code.isdigit() and ("99202" <= code <= "99499" or code in ("92002", "92004", "92012", "92014"))


def is_surgery(code: str) -> bool:
    """Say whether a code is of CPT's section of surgery."""
    return code.isdigit() and "10004" <= code <= "69990"


def is_supply(code: str) -> bool:
    """Say whether a code is of equipment or supplies: sections B, E, K and L, the supplies of A, and lenses."""
    return code[:1] in _SUPPLIES or "A4000" <= code < "A9000" or "V2000" <= code < "V3000"


def is_measure(code: str, pricing: str) -> bool:
    """Say whether a code reports what was found for a measure of quality; the words of a note do not call for it.

    Source: CMS, HCPCS record layout, pricing indicator 00 (not separately priced); CPT, Category II codes.

    Args:
        code: Five characters.
        pricing: Its pricing indicator; empty where the file gives none.
    """
    if code.endswith("F"):
        return True
    return code[:1] in ("G", "M") and (pricing == "00" or (not pricing and ("G8" <= code < "H" or code >= "M1")))


def sections_of(code: str) -> tuple[Section, ...]:
    """Give the sections above a code, outermost first; the first is a chapter.

    Args:
        code: Five characters.
    """
    if is_hcpcs(code):
        chapter = Section(f"HCPCS {code[0]}", _LETTERS.get(code[0], _OTHER_LETTER))
        firsts = [first for first, _ in _PARTS]
        at = bisect_right(firsts, code) - 1
        if at < 0 or _PARTS[at][0][0] != code[0]:
            return (chapter,)
        return chapter, Section(f"HCPCS from {_PARTS[at][0]}", _PARTS[at][1], chapter.code)
    if code[-1] in _SUFFIXES:
        return (Section(*_SUFFIXES[code[-1]]),)
    chapter = Section(*_in_range(_NUMBERS, code))
    if chapter.title != "Surgery":
        return (chapter,)
    return chapter, Section(*_in_range(_SURGERY, code), chapter.code)


def _in_range(ranges: tuple[tuple[int, str, str], ...], code: str) -> tuple[str, str]:
    number = int(code) if code.isdigit() else 0
    at = bisect_right([first for first, _, _ in ranges], number) - 1
    return ranges[at][1], ranges[at][2]
