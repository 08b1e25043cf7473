"""Substances that are no drugs, by what notes say was swallowed, inhaled or touched."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import Edition, LocatedMention, PhraseBook, Sentence
from codekit_icd10cm.mentions.coded import coded
from codekit_icd10cm.mentions.drugs import intent_of

# A row in whose words another substance may stand.
_SHARES = "shares"


def find(sentence: Sentence, phrases: PhraseBook, edition: Edition) -> Iterator[LocatedMention]:
    """Find them in a sentence.

    Args:
        sentence: The sentence.
        phrases: The tables of phrases.
        edition: The opened edition.

    Yields:
        A mention of each toxic effect with its row by the intent that the sentence gives.

    Source: ICD-10-CM Official Guidelines FY2026, section I.C.19.e.5.b and e.5.d.
    """
    for match in phrases["poisonings.substance"].find_in(sentence):
        row = edition.find(match.row.code + intent_of(sentence.text))
        if row is not None:
            covers = _SHARES not in match.row.values
            yield coded(sentence, (match.start, match.end), row, match.row.section, covers=covers)
