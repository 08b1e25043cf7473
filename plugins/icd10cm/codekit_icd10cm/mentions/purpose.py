"""What an encounter is for: it has no code of its own, but it decides what stands first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codekit.plugin import LocatedMention, Sentence
from codekit_icd10cm.mentions.cues import holds_any

_COMES = (
    r"(?:re)?admi(?:tted|ssion)|here|seen|visit|encounter|session|presents?|presented|presenting|comes? in|came in|"
    r"returns?|returned|referred|scheduled|hospitalized|brought in"
)
_CUES = (
    *("admi", "here", "seen", "visit", "encounter", "session", "present", "come", "came", "return", "refer", "schedul"),
    *("hospitali", "brought"),
)
_BETWEEN = (
    r"(?:\s+(?:today|now|back|again|electively|inpatient|"
    r"to (?:the )?(?:clinic|hospital|ed|er|office|infusion center)))*"
)
_TO = r"for|to (?:have|undergo|receive|start|begin|treat|manage|get)"
PURPOSE = re.compile(rf"\b(?:{_COMES}){_BETWEEN}\s+(?:{_TO})\b[^.;\n]*", re.IGNORECASE)


def find(sentence: Sentence, located: Sequence[LocatedMention]) -> Iterator[LocatedMention]:
    """Find what a sentence says the encounter is for, up to the end of the clause.

    Args:
        sentence: The sentence.
        located: What the index gave; a mention of the same span stands, and says the purpose as well.

    Yields:
        A mention without candidates; conventions read what is mentioned within its span.

    Source: ICD-10-CM Official Guidelines FY2026, sections II and IV.G.
    """
    if not holds_any(sentence, _CUES):
        return
    for match in PURPOSE.finditer(sentence.note, sentence.start, sentence.end):
        if not any((one.mention.start, one.mention.end) == match.span() for one in located):
            yield LocatedMention(mention=sentence.mention(match.start(), match.end()))
