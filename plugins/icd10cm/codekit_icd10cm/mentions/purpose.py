"""What an encounter is for, and what brings the patient: no code of their own, but they decide what stands first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from codekit.plugin import LocatedMention, Mention, PhraseBook, Sentence, Statement
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

_STOP = re.compile(r"[.;\n]")


@attrs.frozen(kw_only=True)
class Reason:
    """Where a note gives the reason for an encounter.

    Args:
        start: First code point of the note.
        end: One past the last.
        is_for: Whether the encounter is said to be for it; else it is what the patient came with.
    """

    start: int
    end: int
    is_for: bool


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
        span = phrase.start, _clause_end(sentence, phrase.end, phrases)
        if span not in spans and phrase.end < span[1]:
            spans.add(span)
            yield LocatedMention(mention=sentence.mention(*span))


def _clause_end(sentence: Sentence, start: int, phrases: PhraseBook) -> int:
    """Say where a clause ends: at a stop, or where other words begin, less what stands between them."""
    stop = _STOP.search(sentence.note, start, sentence.end)
    end = stop.start() if stop else sentence.end
    end = min((one.start for one in phrases["purposes.clause_end"].find(sentence.note, start, end)), default=end)
    return start + len(sentence.note[start:end].rstrip(" ,"))


def purposes(statements: Sequence[Statement]) -> Iterator[Mention]:
    """Give the mentions that say what the encounter is for, in text order."""
    return (each.mention for each in statements if PURPOSE.match(each.mention.text))


def reasons(statements: Sequence[Statement], phrases: PhraseBook) -> list[Reason]:
    """Give where a note says what the encounter is for, or what brings the patient, in text order."""
    found: list[Reason] = []
    for mention in (each.mention for each in statements if each.code is None):
        opening = next((one for one in phrases["purposes.reason"].find(mention.text) if one.start == 0), None)
        purpose = PURPOSE.match(mention.text) is not None
        if purpose or opening is not None:
            is_for = purpose or (opening is not None and "for" in opening.row.values)
            found.append(Reason(start=mention.start, end=mention.end, is_for=is_for))
    return found
