"""Numbers that are codes: weeks of gestation, body mass index, coma and stroke scores."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.plugin import Candidate, Code, Edition, LocatedMention, PhraseBook, Sentence
from codekit_icd10cm.checks import assignable_below

_RANGE = re.compile(r"(?P<low>\d+(?:\.\d+)?)(?:\s*(?:-|to|–)\s*(?P<high>\d+(?:\.\d+)?))?")


def find(sentence: Sentence, phrases: PhraseBook, edition: Edition) -> Iterator[LocatedMention]:
    """Find the numbers of a sentence that have codes.

    Args:
        sentence: The sentence.
        phrases: The tables of phrases.
        edition: The opened edition.

    Yields:
        A mention of each with its code as the only candidate.
    """
    for match in phrases["numbers.scale"].find(sentence.note, sentence.start, sentence.end):
        slot = next(iter(match.slots))
        code = _code_for(float(match[slot]), match.row.code, edition)
        if code is not None:
            term = f"{edition.get(match.row.code).title}: {match[slot]}"
            candidate = Candidate(code=code.code, score=1.0, term=term, source=match.row.section)
            # From the number on: what stands before it may be a condition of its own.
            mention = sentence.mention(match.slots[slot][0], match.end)
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
