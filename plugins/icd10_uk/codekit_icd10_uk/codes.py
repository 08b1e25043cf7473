"""The form of ICD-10's codes: filler, chapters and their ranges.

Source: WHO ICD-10 Volume 1 (2016), the ranges of its chapters; Volume 2, section 3.1.2; NHS TRUD, ICD-10 5th Edition
data files, column ALT_CODE (filler X).
"""

from __future__ import annotations

import re
from bisect import bisect_right

from codekit.formats.notation import Notation

FILLER = "X"
NOTATION = Notation(
    code=r"[A-Z]\d{2}(?:\.[0-9X]\d{0,2})?",
    filler=FILLER,
    common=r"\bwith\b.*?\bcharacter\s+\.(\d)|\bwith\s+\.(\d)",
)
"""A category, or a code with a fourth, fifth and sixth character: `T08` with a fifth character 0 is T08.X0, and a
reference may read `E10-E14 with common fourth character .4`."""

CHAPTERS = {
    "I": ("A00", "B99"),
    "II": ("C00", "D48"),
    "III": ("D50", "D89"),
    "IV": ("E00", "E90"),
    "V": ("F00", "F99"),
    "VI": ("G00", "G99"),
    "VII": ("H00", "H59"),
    "VIII": ("H60", "H95"),
    "IX": ("I00", "I99"),
    "X": ("J00", "J99"),
    "XI": ("K00", "K93"),
    "XII": ("L00", "L99"),
    "XIII": ("M00", "M99"),
    "XIV": ("N00", "N99"),
    "XV": ("O00", "O99"),
    "XVI": ("P00", "P96"),
    "XVII": ("Q00", "Q99"),
    "XVIII": ("R00", "R99"),
    "XIX": ("S00", "T98"),
    "XX": ("V01", "Y98"),
    "XXI": ("Z00", "Z99"),
    "XXII": ("U00", "U99"),
}
"""First and last category of each chapter, by its number as printed."""

_STARTS = sorted((first, number) for number, (first, _) in CHAPTERS.items())
_TYPED = re.compile(r"([A-Z]\d{2})\.?([0-9X]\d{0,2})?-?")


def chapter_of(code: str) -> str:
    """Give the chapter of a code by its range; an empty text for what is in no chapter's range."""
    category = code[: NOTATION.category]
    at = bisect_right(_STARTS, (category, "ZZZ")) - 1
    return _STARTS[at][1] if at >= 0 and category <= CHAPTERS[_STARTS[at][1]][1] else ""


def written(typed: str) -> str:
    """Write a code as printed, however it was typed.

    The filler of a category that has no fourth character is left out (`J46X`, `J46.X`, `j46` are J46); one in front of
    a fifth character stays (`T08X0` is T08.X0). A trailing dash, which data sets put in the place of the fifth
    character, is left out.

    Args:
        typed: Any text.

    Returns:
        The code; the text itself, trimmed, where it has not the form of one.
    """
    text = typed.strip().upper()
    found = _TYPED.fullmatch(text)
    if found is None:
        return text
    rest = found[2] or ""
    return found[1] if rest in ("", FILLER) else f"{found[1]}.{rest}"


def alternative(code: str) -> str:
    """Give a code as data sets carry it: without its dot, with the filler in an empty fourth place (`J46X`)."""
    return code + FILLER if len(code) == NOTATION.category else NOTATION.bare(code)
