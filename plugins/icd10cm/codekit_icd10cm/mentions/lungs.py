"""Influenza by its virus, pneumonia of the ventilator, and the lung injury of vaping."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import Edition, LocatedMention, PhraseBook, PhraseMatch, Sentence
from codekit_icd10cm.mentions.coded import coded

_PNEUMONIA = "lungs.pneumonia"


def find(sentence: Sentence, phrases: PhraseBook, edition: Edition) -> Iterator[LocatedMention]:
    """Find them in a sentence.

    Args:
        sentence: The sentence.
        phrases: The tables of phrases.
        edition: The opened edition.

    Yields:
        An influenza whose virus is named, with the pneumonia that the same words give it; a pneumonia of the
        ventilator; a lung injury due to vaping.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.10.c, I.C.10.d and I.C.10.e.
    """
    where = sentence.note, sentence.start, sentence.end
    for match in phrases["lungs.influenza"].find_apart(*where):
        yield from _mention(sentence, match, edition)
    for match in phrases[_PNEUMONIA].find(*where):
        # The organism may stand in the same words as the pneumonia, so that the index's mention stays.
        yield from _mention(sentence, match, edition, covers=False)
    for match in phrases["lungs.injury"].find(*where):
        yield from _mention(sentence, match, edition)


def _mention(
    sentence: Sentence, match: PhraseMatch, edition: Edition, *, covers: bool = True
) -> Iterator[LocatedMention]:
    row = edition.find(match.row.code)
    if row is not None:
        yield coded(sentence, (match.start, match.end), row, "I.C.10", covers=covers)
