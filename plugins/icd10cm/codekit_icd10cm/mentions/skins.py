"""Neoplasms of the skin, whose rows go by what they are and by regions that notes seldom name."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import Assertion, Code, Edition, HistoryCodes, LocatedMention, PhraseBook, Sentence
from codekit_icd10cm.mentions.coded import coded
from codekit_icd10cm.mentions.titles import rows_below

_OVER = (Assertion.HISTORICAL, Assertion.FAMILY)
_CATEGORY = len("C44")


def find(
    sentence: Sentence, phrases: PhraseBook, edition: Edition, histories: HistoryCodes
) -> Iterator[LocatedMention]:
    """Find those that a sentence gives with their site.

    Args:
        sentence: The sentence.
        phrases: The tables of phrases.
        edition: The opened edition.
        histories: Its codes for what is over, or was a relative's.

    Yields:
        A mention of each with the row of its kind and region, below which the side decides, or that of its history.

    Source: ICD-10-CM Official Guidelines FY2026, section I.C.2 (neoplasm table); its entry for the skin.
    """
    for match in phrases["skin.kind"].find_apart(sentence.note, sentence.start, sentence.end):
        site = phrases["skin.site"].first(sentence.note[match.start : match.end])
        row = _row(edition, match.row.code, site.row.values["titles"]) if site else None
        said = sentence.mention(match.start, match.end).assertion
        if row is not None and said in _OVER:
            row = histories.find(row.code, said)
        if row is not None:
            yield coded(sentence, (match.start, match.end), row, match.row.section)


def _row(edition: Edition, unsited: str, titles: str) -> Code | None:
    """Find the highest row of a kind that names a region: of the titles of the region the first that there is."""
    alone = edition.find(unsited)
    if alone is None:
        return None
    kind = alone.title.partition(" of skin")[0].partition(",")[0]
    rows = [row for row in rows_below(edition, unsited[:_CATEGORY]) if row.title.startswith(kind)]
    for region in titles.split(" | "):
        named = [row for row in rows if region in row.title]
        if named:
            return min(named, key=lambda row: len(row.code))
    return None
