"""Limbs: monoplegia by the limb, and atherosclerosis of their arteries by what it brings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.plugin import Edition, LocatedMention, Sentence
from codekit_icd10cm.mentions.coded import coded
from codekit_icd10cm.mentions.cues import holds_any

_LOWER, _UPPER = r"leg|lower (?:limb|extremity)|foot", r"arm|upper (?:limb|extremity)|hand"
_MONOPLEGIA = re.compile(
    r"\bmono(?:plegia|paresis)\b(?: (?:of|affecting|in))?(?: (?:the|his|her))?"
    rf"(?: (?:right|left|dominant|nondominant))* (?P<behind>{_LOWER}|{_UPPER})\b|"
    rf"\b(?:(?:right|left) )?(?P<before>{_LOWER}|{_UPPER}) mono(?:plegia|paresis)\b",
    re.IGNORECASE,
)
_ATHEROSCLEROSIS = re.compile(
    r"\b(?:atherosclerosis|atherosclerotic (?:disease|narrowing)|arteriosclerosis)\b[^.;\n]{0,60}?"
    r"\b(?:legs?|extremit(?:y|ies)|limbs?|foot|feet|calf|thigh|native arter(?:y|ies)|bypass grafts?)\b[^.;\n]*",
    re.IGNORECASE,
)
_CUES = ("mono", "sclero")
_HEART = re.compile(r"\b(?:coronary|angina|heart|aorta|renal|carotid)\b", re.IGNORECASE)
# Source: ICD-10-CM tabular list, titles of I70.2-I70.7: the vessel, then what it brings.
_VESSELS = (
    (r"nonautologous|non-autologous", "I70.5"),
    (r"autologous", "I70.4"),
    (r"nonbiological|synthetic|prosthetic|dacron|ptfe", "I70.6"),
    (r"bypass|graft", "I70.3"),
    (r"", "I70.2"),
)
_BRINGS = ((r"gangrene", "6"), (r"rest pain|pain at rest", "2"), (r"claudication", "1"))
_ULCER = re.compile(r"\bulcer", re.IGNORECASE)


def find(sentence: Sentence, edition: Edition) -> Iterator[LocatedMention]:
    """Find them in a sentence.

    Args:
        sentence: The sentence.
        edition: The opened edition.

    Yields:
        A mention of each with its row, below which the side decides; an ulcer on the limb is left to the index.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.6.a and I.C.9; tabular list at G83.1, G83.2 and I70.
    """
    if not holds_any(sentence, _CUES):
        return
    for match in _MONOPLEGIA.finditer(sentence.note, sentence.start, sentence.end):
        lower = re.fullmatch(_LOWER, match["behind"] or match["before"], re.IGNORECASE)
        yield from _mention(sentence, match, edition, "G83.1" if lower else "G83.2", "I.C.6.a")
    for match in _ATHEROSCLEROSIS.finditer(sentence.note, sentence.start, sentence.end):
        said = match.group()
        brings = next((digit for pattern, digit in _BRINGS if re.search(pattern, said, re.IGNORECASE)), None)
        if brings is not None and not _HEART.search(said) and not _ULCER.search(said):
            vessel = next(stem for pattern, stem in _VESSELS if re.search(pattern, said, re.IGNORECASE))
            yield from _mention(sentence, match, edition, vessel + brings, "I.C.9")


def _mention(
    sentence: Sentence, match: re.Match[str], edition: Edition, code: str, source: str
) -> Iterator[LocatedMention]:
    row = edition.find(code)
    if row is not None:
        yield coded(sentence, match.span(), row, source)
