"""The form of ICD-10's codes: filler, chapters, ranges, and the codes that a text names.

Source: WHO ICD-10 Volume 1 (2016), the ranges of its chapters; Volume 2, section 3.1.2; NHS TRUD, ICD-10 5th Edition
data files, column ALT_CODE (filler X).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from codekit.plugin import CodeReference

CODE = re.compile(r"[A-Z]\d{2}(?:\.[0-9X]\d{0,2})?")
"""A code as printed: a category, or one with a fourth, fifth and sixth character."""

FILLER = "X"
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

_CATEGORY = 3
_STARTS = sorted((first, number) for number, (first, _) in CHAPTERS.items())
_TYPED = re.compile(r"([A-Z]\d{2})\.?([0-9X]\d{0,2})?-?")
_REFERENCE = re.compile(
    r"(?<![\w.])(?P<first>[A-Z]\d{2}(?:\.[0-9X]\d{0,2})?)(?:\.-)?"
    r"(?:\s*[-–]\s*(?P<last>[A-Z]\d{2}(?:\.[0-9X]\d{0,2})?)(?:\.-)?)?[*†+]?(?!\w)"
)
_ENDING = re.compile(r"\bwith\b.*?\bcharacter\s+\.(\d)|\bwith\s+\.(\d)", re.I)


def chapter_of(code: str) -> str:
    """Give the chapter of a code by its range; an empty text for what is in no chapter's range."""
    category = code[:_CATEGORY]
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
    return code + FILLER if len(code) == _CATEGORY else code.replace(".", "")


def extended(code: str, character: str, position: int) -> str:
    """Add a character to a code at a place, 4 or 5 counted from 1, with the filler where the fourth is empty.

    Args:
        code: A category or a code with a fourth character.
        character: The character, or several, with or without the dot.
        position: Its place in the code, the dot not counted.

    Returns:
        The longer code: `E10` with `.2` at 4 is E10.2, `T08` with `0` at 5 is T08.X0.
    """
    bare = code.replace(".", "").ljust(position - 1, FILLER) + character.lstrip(".")
    return f"{bare[:_CATEGORY]}.{bare[_CATEGORY:]}"


def references(text: str) -> tuple[CodeReference, ...]:
    """Find the codes and ranges in a text, in order of appearance, each once.

    Args:
        text: Such as `(A00-A09, B95.-)`.
    """
    found: dict[CodeReference, None] = {}
    for match in _REFERENCE.finditer(text):
        first, last = match["first"], match["last"]
        if last is None or last == first:
            found[CodeReference(first=first)] = None
        else:
            found[CodeReference(first=min(first, last), last=max(first, last))] = None
    return tuple(found)


def named_codes(text: str, known: Sequence[str]) -> list[str]:
    """List the codes that a reference to a dagger or asterisk code stands for.

    Args:
        text: Such as `A18.0`, `E10-E14 with common fourth character .4` or `K50.-`.
        known: Every code of the release, sorted.

    Returns:
        Codes of the release in order; a category stands for itself, a range for its categories.
    """
    ending = _ENDING.search(text)
    character = (ending[1] or ending[2]) if ending else ""
    found: dict[str, None] = {}
    for reference in references(text):
        first, last = reference.first, reference.last or reference.first
        between = known[bisect_left(known, first) : bisect_right(known, last)]
        for code in between:
            wanted = f"{code}.{character}" if character else code
            if len(code) == len(first) and _holds(known, wanted):
                found[wanted] = None
    return list(found)


def _holds(known: Sequence[str], code: str) -> bool:
    at = bisect_left(known, code)
    return at < len(known) and known[at] == code
