"""Tobacco: smoked, chewed, given up, or breathed in beside others."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from codekit.plugin import Assertion, Edition, LocatedMention, PhraseBook, PhraseMatch, Sentence
from codekit_icd10cm.mentions.coded import coded

_FORMER, _CURRENT = "Z87.891", ("F17", "Z72.0")
_SOMEBODY_ELSE = (Assertion.NEGATED, Assertion.FAMILY, Assertion.HYPOTHETICAL)


def find(sentence: Sentence, phrases: PhraseBook, edition: Edition) -> Iterator[LocatedMention]:
    """Find what a sentence says of tobacco.

    Args:
        sentence: The sentence.
        phrases: The tables of phrases.
        edition: The opened edition.

    Yields:
        A mention of each with its code as the only candidate. What was smoked is past where the same sentence says
        that it was given up, unless it says that it goes on; the first word of a row without a code names nothing.

    Source: ICD-10-CM Official Guidelines FY2026, section I.C.5.b.3; ICD-10-CM index, Dependence, drug, nicotine.
    """
    found = phrases["tobacco.use"].find_in(sentence)
    goes_on = any("goes_on" in one.row.values for one in found)
    given_up = any(one.row.code == _FORMER for one in found)
    dated = any("dates" in one.row.values for one in found)
    for match in found:
        code = match.row.code
        if not code and "dates" not in match.row.values:
            first = sentence.note.find(" ", match.start, match.end)
            mention = sentence.mention(match.start, first if first > 0 else match.end)
            yield LocatedMention(mention=mention, covers=True)
        elif (code == _FORMER and goes_on) or (code.startswith(_CURRENT) and given_up and not goes_on):
            continue
        elif code:
            yield from _mention(sentence, match, edition, past=dated and not goes_on)


def _mention(sentence: Sentence, match: PhraseMatch, edition: Edition, *, past: bool) -> Iterator[LocatedMention]:
    # Said of the last word: "history of" is part of what a row names, and of "no history of".
    said = sentence.mention(match.end - 1, match.end).assertion
    before = past or (said is Assertion.HISTORICAL and "goes_on" not in match.row.values)
    row = edition.find(_FORMER if before and match.row.code.startswith(_CURRENT) else match.row.code)
    if row is not None:
        one = coded(sentence, (match.start, match.end), row, match.row.section)
        assertion = said if said in _SOMEBODY_ELSE else Assertion.PRESENT
        yield attrs.evolve(one, mention=attrs.evolve(one.mention, assertion=assertion))
