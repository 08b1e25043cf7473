"""Influenza by its virus, and pneumonia of the ventilator by its abbreviation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.plugin import Edition, LocatedMention, Sentence
from codekit_icd10cm.mentions.coded import coded
from codekit_icd10cm.mentions.cues import holds_any

_IDENTIFIED = r"H1N1|H3N2|(?:type )?(?-i:[AB])\b"
_NOVEL = r"avian|bird|swine|novel|variant|H5N\d|H7N\d|H9N\d"
_INFLUENZA = re.compile(
    rf"\b(?:(?P<before>(?:(?:{_NOVEL}|{_IDENTIFIED})\s+)+)(?:influenza|flu)|(?:influenza|flu))\b"
    rf"(?P<behind>(?: due to| virus| \(|,)?(?: virus| the)?(?:\s*\(?\b(?:{_NOVEL}|{_IDENTIFIED})\)?)+)?"
    r"(?P<pneumonia>(?: virus)?,? with (?:\w+ )?pneumonia)?",
    re.IGNORECASE,
)
_PARTS = {"J09.X": ("J09.X1", "J09.X2"), "J10": ("J10.00", "J10.1")}
_VENTILATOR, _VAP = "J95.851", re.compile(r"(?-i:\bVAP\b)|\bventilator[- ]associated pneumonia\b", re.IGNORECASE)
_VAPING, _LUNG_INJURY = (
    "U07.0",
    re.compile(
        r"(?-i:\bEVALI\b)|\b(?:vaping|e-?cigarette)[\w /-]{0,30}lung (?:injury|damage|disease)\b|"
        r"\blung (?:injury|damage|disease)[\w ,]{0,15}\b(?:due to|from|related to|associated with|caused by) "
        r"(?:vaping|e-?cigarette\w*)\b",
        re.IGNORECASE,
    ),
)
_CUES = ("flu", "vap", "ventilator", "evali", "lung")


def find(sentence: Sentence, edition: Edition) -> Iterator[LocatedMention]:
    """Find them in a sentence.

    Args:
        sentence: The sentence.
        edition: The opened edition.

    Yields:
        An influenza whose virus is named, with the pneumonia that the same words give it; a pneumonia of the
        ventilator; a lung injury due to vaping.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.10.c, I.C.10.d and I.C.10.e.
    """
    if not holds_any(sentence, _CUES):
        return
    for match in _INFLUENZA.finditer(sentence.note, sentence.start, sentence.end):
        named = (match["before"] or "") + (match["behind"] or "")
        if named:
            group = "J09.X" if re.search(_NOVEL, named, re.IGNORECASE) else "J10"
            yield from _mention(sentence, match, edition, _PARTS[group][0 if match["pneumonia"] else 1])
    for match in _VAP.finditer(sentence.note, sentence.start, sentence.end):
        # The organism may stand in the same words as the pneumonia, so that the index's mention stays.
        yield from _mention(sentence, match, edition, _VENTILATOR, covers=False)
    for match in _LUNG_INJURY.finditer(sentence.note, sentence.start, sentence.end):
        yield from _mention(sentence, match, edition, _VAPING)


def _mention(
    sentence: Sentence, match: re.Match[str], edition: Edition, code: str, *, covers: bool = True
) -> Iterator[LocatedMention]:
    row = edition.find(code)
    if row is not None:
        yield coded(sentence, match.span(), row, "I.C.10", covers=covers)
