"""Eyes: blindness without a category of impairment, and glaucoma whose stage differs between the eyes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codekit.plugin import Code, Edition, LocatedMention, Sentence
from codekit_icd10cm.mentions.coded import coded
from codekit_icd10cm.mentions.cues import holds_any

_BLIND = re.compile(
    r"(?<!color )(?<!colour )(?<!night )(?<!snow )(?<!day )(?<!legal )(?<!transient )(?<!sudden )(?<!river )"
    r"\b(?:blindness|blind|low vision|(?:visual|vision) loss)\b(?P<where>,? (?:in |of |affecting )?(?:the |his |her )?"
    r"(?P<eye>right|left|both|one)(?: eyes?)?)?|"
    r"\bblind in (?:the |his |her )?(?P<other>right|left|both|one)(?: eyes?)?",
    re.IGNORECASE,
)
_SIDE_IN_FRONT = re.compile(r"\b(right|left|both|bilateral)(?: eyes?)?\s+(?:\w+ )?$", re.IGNORECASE)
_BLIND_CUES = ("blind", "vision", "visual")
_CATEGORY = re.compile(r"\bcategory [1-9]|\b20/\d+|\blegal(?:ly)?\b", re.IGNORECASE)
_BY_EYE = {"right": "H54.61", "left": "H54.62", "one": "H54.60", "both": "H54.3", "bilateral": "H54.3", "": "H54.7"}
_STAGES = {"mild": "1", "moderate": "2", "severe": "3", "indeterminate": "4"}
_GLAUCOMA = "H40"
_STAGE = "|".join(_STAGES)
_OF_EYE = re.compile(
    rf"\b(?P<stage>{_STAGE})(?: stage)?,?(?: in| of| for)?(?: the)? (?P<eye>right|left)(?: eye)?|"
    rf"\b(?P<eye_first>right|left)(?: eye)?,?:? (?:is |at )?(?P<stage_behind>{_STAGE})(?: stage)?",
    re.IGNORECASE,
)


def find(sentence: Sentence, located: Sequence[LocatedMention], edition: Edition) -> Iterator[LocatedMention]:
    """Find what a sentence says of the eyes.

    Args:
        sentence: The sentence.
        located: What the index gave for the sentence.
        edition: The opened edition.

    Yields:
        Blindness by the eyes affected, and the glaucoma of each eye where each has a stage of its own.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.7.a.3 and I.C.7.b.
    """
    if holds_any(sentence, _BLIND_CUES) and not _CATEGORY.search(sentence.text):
        for match in _BLIND.finditer(sentence.note, sentence.start, sentence.end):
            before = _SIDE_IN_FRONT.search(sentence.note, sentence.start, match.start())
            eye = (match["eye"] or match["other"] or (before[1] if before else "")).lower()
            start = before.start() if before and not (match["eye"] or match["other"]) else match.start()
            yield from _mention(sentence, start, match.end(), edition.find(_BY_EYE[eye]))
    if not holds_any(sentence, _STAGES):
        return
    found = _OF_EYE.finditer(sentence.note, sentence.start, sentence.end)
    eyes = {(one["eye"] or one["eye_first"]).lower(): one for one in found}
    if len(eyes) < len(("right", "left")):
        return
    stem = next((code for one in located if (code := _stem(one, sentence, edition))), None)
    if stem is not None:
        for eye, match in eyes.items():
            stage = _STAGES[(match["stage"] or match["stage_behind"]).lower()]
            yield from _mention(sentence, match.start(), match.end(), _of_eye(edition, stem, eye, stage))


def _stem(one: LocatedMention, sentence: Sentence, edition: Edition) -> str | None:
    """Give the row of a glaucoma whose children name the eyes."""
    if not one.candidates or not sentence.start <= one.mention.start < sentence.end:
        return None
    row = edition.find(one.candidates[0].code)
    if row is None or not row.code.startswith(_GLAUCOMA):
        return None
    rows = (row, *edition.ancestors(row.code))
    return next((each.code for each in rows if _eye_rows(edition, each.code).keys() >= {"right", "left"}), None)


def _eye_rows(edition: Edition, code: str) -> dict[str, Code]:
    return {child.title.lower().split(" eye")[0].split()[-1]: child for child in edition.children(code)}


def _of_eye(edition: Edition, stem: str, eye: str, stage: str) -> Code | None:
    row = _eye_rows(edition, stem)[eye]
    return edition.find(row.code + stage)


def _mention(sentence: Sentence, start: int, end: int, row: Code | None) -> Iterator[LocatedMention]:
    if row is not None:
        yield coded(sentence, (start, end), row, "I.C.7")
