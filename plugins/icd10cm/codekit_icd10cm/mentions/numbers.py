"""Numbers that are codes: weeks of gestation, body mass index, coma and stroke scores."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from codekit.plugin import Candidate, Code, Edition, LocatedMention, Sentence
from codekit_icd10cm.checks import assignable_below
from codekit_icd10cm.mentions.cues import holds_any

_WEEKS = r"(?P<number>[1-4]?\d)(?:(?: ?\+ ?|w| )?\d(?:/7|d))?"
_GESTATION = "I.C.15 and the note at chapter 15"


@attrs.frozen(kw_only=True)
class Scale:
    """A number that a note states and a row of codes by ranges of it.

    Args:
        row: Row whose codes have the ranges in their titles.
        cues: Words of which every match of the patterns holds one.
        patterns: Regular expressions with a group `number`.
        source: Guideline section.
    """

    row: str
    cues: tuple[str, ...]
    patterns: tuple[str, ...]
    source: str


SCALES = (
    Scale(
        row="Z3A",
        cues=("week", "wk"),
        patterns=(
            rf"\b{_WEEKS}[ -]?(?:weeks?|wks?)(?:'|’)?(?: and \d days?)?,? (?:of )?"
            r"(?:pregnan|gestation|intrauterine|iup)\w*",
            rf"\b(?:pregnan(?:t|cy)|gestation(?:al)?(?: age)?|iup|gravida|prenatal|antepartum|abortion|miscarriage|"
            rf"pre-?eclampsia|labor|fetus|placenta|hyperemesis|delivery|breech|twins?)\b"
            rf"[^.;\d]{{0,30}}\b{_WEEKS}[ -]?(?:weeks?|wks?)",
        ),
        source=_GESTATION,
    ),
    Scale(
        row="Z3A",
        cues=tuple(f"{digit}w" for digit in range(10)),
        patterns=(r"\b(?P<number>[1-4]?\d)w\d?d?\b",),
        source=_GESTATION,
    ),
    Scale(
        row="Z68",
        cues=("bmi", "body mass"),
        patterns=(r"\b(?:bmi|body mass index)\b[^.;\d]{0,20}(?P<number>\d{2}(?:\.\d+)?)",),
        source="I.B.14",
    ),
    Scale(
        row="Y90",
        cues=("mg",),
        patterns=(
            r"\b(?:blood (?:alcohol|ethanol)|serum (?:alcohol|ethanol)|bac|bal|etoh level)\b[^.;\d]{0,25}"
            r"(?P<number>\d{1,3}) ?mg",
        ),
        source="I.C.5.b.5",
    ),
    Scale(
        row="R29.7",
        cues=("nih",),
        patterns=(r"\b(?:nihss|nih stroke scale)\b[^.;\d]{0,20}(?P<number>\d{1,2})\b",),
        source="I.C.18.i",
    ),
)
_RANGE = re.compile(r"(?P<low>\d+(?:\.\d+)?)(?:\s*(?:-|to|–)\s*(?P<high>\d+(?:\.\d+)?))?")


def find(sentence: Sentence, edition: Edition) -> Iterator[LocatedMention]:
    """Find the numbers of a sentence that have codes.

    Args:
        sentence: The sentence.
        edition: The opened edition.

    Yields:
        A mention of each with its code as the only candidate.
    """
    for scale in SCALES:
        for pattern in scale.patterns if holds_any(sentence, scale.cues) else ():
            for match in re.finditer(pattern, sentence.text, re.IGNORECASE):
                code = _code_for(float(match["number"]), scale.row, edition)
                if code is not None:
                    term = f"{edition.get(scale.row).title}: {match['number']}"
                    candidate = Candidate(code=code.code, score=1.0, term=term, source=scale.source)
                    # From the number on: what stands before it may be a condition of its own.
                    mention = sentence.mention(sentence.start + match.start("number"), sentence.start + match.end())
                    yield LocatedMention(mention=mention, candidates=(candidate,))


def _code_for(number: float, row: str, edition: Edition) -> Code | None:
    """Find the assignable code whose title names the number, or the range that it falls into."""
    if edition.find(row) is None:
        return None
    return next((code for code in assignable_below(edition, row) if _names(code.title, number)), None)


def _names(title: str, number: float) -> bool:
    found = _RANGE.search(title)
    if found is None:
        return False
    low = float(found["low"])
    if "less than" in title.lower() or "or less" in title.lower():
        return number < low or ("or less" in title.lower() and number == low)
    at_least = "or greater" in title.lower() or "or more" in title.lower()
    if "greater than" in title.lower() or at_least:
        return number > low or (at_least and number == low)
    high = float(found["high"]) if found["high"] else low
    return low <= number < high + (0.1 if "." in (found["high"] or found["low"]) else 1)
