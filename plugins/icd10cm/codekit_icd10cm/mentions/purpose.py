"""What an encounter is for, and what brings the patient: no code of their own, but they decide what stands first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codekit.plugin import LocatedMention, PhraseBook, Sentence, Statement
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


# A clause ends at a stop, at a "but", or where what is denied begins.
_CLAUSE_END = re.compile(
    r"[.;\n]|,? (?:but|without|who|which|however|denies|denying|and (?:is|was|has|had|he|she))\b", re.I
)


def find(sentence: Sentence, located: Sequence[LocatedMention], phrases: PhraseBook) -> Iterator[LocatedMention]:
    """Find what a sentence says the encounter is for, and what brings the patient, up to the end of the clause.

    Args:
        sentence: The sentence.
        located: What the index gave; a mention of the same span stands, and says the purpose as well.
        phrases: The tables of phrases.

    Yields:
        Mentions without candidates; conventions read what is mentioned within their spans.

    Source: ICD-10-CM Official Guidelines FY2026, sections II and IV.G.
    """
    spans = {(one.mention.start, one.mention.end) for one in located}
    if holds_any(sentence, _CUES):
        for match in PURPOSE.finditer(sentence.note, sentence.start, sentence.end):
            if match.span() not in spans:
                spans.add(match.span())
                yield LocatedMention(mention=sentence.mention(*match.span()))
    for phrase in phrases["purposes.reason"].find_in(sentence):
        end = _CLAUSE_END.search(sentence.note, phrase.end, sentence.end)
        span = phrase.start, end.start() if end else sentence.end
        if span not in spans and phrase.end < span[1]:
            spans.add(span)
            yield LocatedMention(mention=sentence.mention(*span))


def reasons(statements: Sequence[Statement], phrases: PhraseBook) -> list[tuple[int, int]]:
    """Give the spans in which a note says what the encounter is for, or what brings the patient, in text order."""
    return [
        (mention.start, mention.end)
        for mention in (each.mention for each in statements if each.code is None)
        if PURPOSE.match(mention.text) or _opens(mention.text, phrases)
    ]


def _opens(text: str, phrases: PhraseBook) -> bool:
    return any(found.start == 0 for found in phrases["purposes.reason"].find(text))
