"""Conditions under names that notes give them and that no title or index entry has: rows of tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from codekit.plugin import Assertion, Edition, LocatedMention, PhraseBook, PhraseMatch, Sentence
from codekit_icd10cm.mentions.births import Record
from codekit_icd10cm.mentions.coded import coded
from codekit_icd10cm.mentions.cues import holds_any

_FILES = ("masses", "neoplasms", "blood", "metabolism", "births", "sequelae", "regions", "bites", "names", "terms")
_TABLES, _OF_NEWBORN = tuple(f"{file}.named" for file in _FILES), ("births.newborn",)
# On whose records a row holds; a row that says nothing of it holds on every one.
_RECORD = "record"
# Codes that the same words state behind the row's.
_BESIDES = "besides"
# Parts of words of which the sentence must hold one.
_NEEDS = "needs"
# A row that holds though the index reads it within a longer name, which says something else.
_OVER = "over"
# A row whose words say something else as well, such as how an injury came about.
_SHARES = "shares"
# A row whose words speak of the past, and of what it left behind now.
_ASSERTION = "assertion"
# An entry of the index that says so much of the words around a phrase says the phrase as well.
_SURE = 0.6


def find(
    record: Record, sentence: Sentence, inside: Sequence[LocatedMention], phrases: PhraseBook, edition: Edition
) -> Iterator[LocatedMention]:
    """Find them in a sentence.

    Args:
        record: Whose record the note is.
        sentence: The sentence.
        inside: What the index gave for the sentence.
        phrases: The tables of phrases.
        edition: The opened edition.

    Yields:
        A mention of each with its row, below which the words around it decide; of rows that overlap the upper one.
    """
    for name in (*_TABLES, *(_OF_NEWBORN if record is Record.NEWBORN else ())):
        for match in phrases[name].find_in(sentence):
            row = edition.find(match.row.code)
            values = match.row.values
            needs = values.get(_NEEDS, "").split()
            told = record in values.get(_RECORD, record).split() and (not needs or holds_any(sentence, needs))
            if row is not None and told and (needs or _OVER in values or not _is_part(match, inside)):
                besides = tuple(values.get(_BESIDES, "").split())
                span, covers = (match.start, match.end), _SHARES not in values
                found = coded(sentence, span, row, match.row.section, covers=covers, besides=besides)
                yield _as_present(found) if _ASSERTION in values else found


def _as_present(found: LocatedMention) -> LocatedMention:
    past = found.mention.assertion is Assertion.HISTORICAL
    return attrs.evolve(found, mention=attrs.evolve(found.mention, assertion=Assertion.PRESENT)) if past else found


def _is_part(match: PhraseMatch, inside: Sequence[LocatedMention]) -> bool:
    """Say whether a phrase is part of a longer name that the index knows: hypoxia of a respiratory failure."""
    return any(
        one.mention.start <= match.start
        and match.end <= one.mention.end
        and one.mention.end - one.mention.start > match.end - match.start
        and one.candidates[0].score >= _SURE
        for one in inside
        if one.candidates
    )
