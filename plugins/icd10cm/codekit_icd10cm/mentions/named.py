"""Conditions under names that notes give them and that no title or index entry has: rows of tables."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import Edition, LocatedMention, PhraseBook, Sentence
from codekit_icd10cm.mentions.births import Record
from codekit_icd10cm.mentions.coded import coded
from codekit_icd10cm.mentions.cues import holds_any

_TABLES = ("masses.named", "neoplasms.named", "blood.named", "metabolism.named")
# On whose record a row holds; a row that says nothing of it holds on every one.
_RECORD = "record"
# Codes that the same words state behind the row's.
_BESIDES = "besides"
# Parts of words of which the sentence must hold one.
_NEEDS = "needs"


def find(record: Record, sentence: Sentence, phrases: PhraseBook, edition: Edition) -> Iterator[LocatedMention]:
    """Find them in a sentence.

    Args:
        record: Whose record the note is.
        sentence: The sentence.
        phrases: The tables of phrases.
        edition: The opened edition.

    Yields:
        A mention of each with its row, below which the words around it decide; of rows that overlap the upper one.
    """
    for name in _TABLES:
        for match in phrases[name].find_apart(sentence.note, sentence.start, sentence.end):
            row = edition.find(match.row.code)
            values = match.row.values
            needs = values.get(_NEEDS, "").split()
            told = values.get(_RECORD, record) == record and (not needs or holds_any(sentence, needs))
            if row is not None and told:
                besides = tuple(values.get(_BESIDES, "").split())
                yield coded(sentence, (match.start, match.end), row, match.row.section, besides=besides)
