"""Terms that the guidelines speak of themselves: those without a code, to be asked about, and those of few words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.plugin import Edition, LocatedMention, Sentence
from codekit_icd10cm.mentions.coded import coded
from codekit_icd10cm.mentions.cues import holds_any

ASKED = re.compile(r"\burosepsis\b", re.IGNORECASE)
_SEPTIC_SHOCK = re.compile(r"\bseptic shock\b", re.IGNORECASE)
_INCONCLUSIVE_HIV = re.compile(
    r"\b(?:inconclusive|indeterminate|equivocal)\b[^.;]{0,20}\bHIV\b[^.;]{0,20}\b(?:test\w*|serolog\w*|result\w*|screen\w*)|"
    r"\bHIV (?:test|serology|screen)\w*\b[^.;]{0,20}\b(?:inconclusive|indeterminate|equivocal)\b",
    re.IGNORECASE,
)
_ON_DIALYSIS = re.compile(
    r"\b(?:on|receiving|requiring) (?:\w+ )?(?:hemo|peritoneal |renal )?dialysis\b|\bdialysis[- ]dependent\b",
    re.IGNORECASE,
)
_CUES = ("urosepsis", "septic shock", "hiv", "dialysis")
_TERMS = (
    (_ON_DIALYSIS, "Z99.2", "I.C.21.c.3"),
    (_SEPTIC_SHOCK, "R65.21", "I.C.1.d.2"),
    (_INCONCLUSIVE_HIV, "R75", "I.C.1.a.2.f"),
)


def find(sentence: Sentence, edition: Edition) -> Iterator[LocatedMention]:
    """Find them in a sentence.

    Args:
        sentence: The sentence.
        edition: The opened edition.

    Yields:
        Urosepsis without candidates, for a convention to ask about; the others with the code that a section names.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.1.d.1.a.ii (urosepsis), I.C.1.d.2 (septic shock),
        I.C.1.a.2.f (inconclusive HIV serology) and I.C.21.c.3 (dependence on dialysis).
    """
    if not holds_any(sentence, _CUES):
        return
    for match in ASKED.finditer(sentence.note, sentence.start, sentence.end):
        yield LocatedMention(mention=sentence.mention(match.start(), match.end()))
    for pattern, code, section in _TERMS:
        row = edition.find(code)
        if row is None:
            continue
        for match in pattern.finditer(sentence.note, sentence.start, sentence.end):
            yield coded(sentence, match.span(), row, section, covers=pattern is not _ON_DIALYSIS)
