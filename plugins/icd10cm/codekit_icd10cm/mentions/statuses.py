"""States that outlast an illness, told as what was done to the patient or what the patient lives with."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import attrs

from codekit.plugin import Assertion, Edition, LocatedMention, PhraseBook, PhraseMatch, ReadNote, SectionKind, Sentence
from codekit_icd10cm.mentions.births import Record
from codekit_icd10cm.mentions.coded import coded

# Where a note lists what was done before.
_LISTS = frozenset((SectionKind.PAST_HISTORY, SectionKind.SURGICAL_HISTORY))
# Where it tells what is done now, or shall be.
_NOW = frozenset((SectionKind.PROCEDURE, SectionKind.PLAN, SectionKind.INSTRUCTIONS))
_SOMEBODY_ELSE = (Assertion.NEGATED, Assertion.FAMILY)
# Code points between a state and what is said of it.
_NEAR, _CLOSE = 60, 25
# What ends a clause.
_ENDS = ".;:"


def find(sentence: Sentence, phrases: PhraseBook, edition: Edition, record: Record) -> Iterator[LocatedMention]:
    """Find the states that a sentence tells.

    An operation or a device is a state where the note gives it as past or as there: in a list of what was done
    before, behind "status post", in front of "in place". What is done now, planned, failing or taken out is none.

    Args:
        sentence: The sentence.
        phrases: The tables of phrases.
        edition: The opened edition.
        record: Whose record the note is; that of a mother has codes of its own for her scars.

    Yields:
        Mentions with the row of their state as the only candidate, present even where the note gives the operation
        as history.

    Source: ICD-10-CM Official Guidelines FY2026, section I.C.21.c.3 (status).
    """
    for match in phrases["statuses.status"].find_in(sentence):
        if match.row.values.get("record", record) == record and _holds(sentence, match, phrases):
            yield from _told(sentence, match, phrases, _mentions(sentence, match, edition))
    for match in phrases["statuses.state"].find_in(sentence):
        if sentence.section.kind not in _NOW:
            yield from _mentions(sentence, match, edition)
    for match in phrases["statuses.done"].find_in(sentence):
        if sentence.mention(match.end - 1, match.end).assertion is Assertion.PRESENT:
            yield from _mentions(sentence, match, edition)


def find_together(note: ReadNote, phrases: PhraseBook, edition: Edition) -> Iterator[LocatedMention]:
    """Find what one statement of a note says only together with another.

    Args:
        note: The note.
        phrases: The tables of phrases.
        edition: The opened edition.

    Yields:
        Mentions with their row as the only candidate; what else their words say stands.

    Source: ICD-10-CM Official Guidelines FY2026, section I.C.21.c.3 (status).
    """
    found = list(phrases["statuses.together"].find(note.text))
    if not found:
        return
    stated = {
        one.row.id
        for sentence in note.sentences
        for one in phrases["statuses.context"].find(note.text, sentence.start, sentence.end)
        if sentence.mention(one.end - 1, one.end).assertion not in _SOMEBODY_ELSE
    }
    for match in found:
        if match.row.values["needs"] in stated:
            for sentence in note.sentences:
                if sentence.start <= match.start and match.end <= sentence.end:
                    yield from _mentions(sentence, match, edition, covers=False)


def _told(
    sentence: Sentence, match: PhraseMatch, phrases: PhraseBook, found: Iterator[LocatedMention]
) -> Iterator[LocatedMention]:
    """Keep what is absent in front of "status post" from what was done: "no recurrence status post resection"."""
    front = max(sentence.start, match.start - _CLOSE)
    told = phrases["statuses.told_before"].find(sentence.note, front, match.start)
    done = any("done" in each.row.values for each in told)
    for one in found:
        there = done and one.mention.assertion is Assertion.NEGATED
        yield attrs.evolve(one, mention=attrs.evolve(one.mention, assertion=Assertion.PRESENT)) if there else one


def _mentions(
    sentence: Sentence, match: PhraseMatch, edition: Edition, *, covers: bool = True
) -> Iterator[LocatedMention]:
    row, values = edition.find(match.row.code) if match.row.code else None, match.row.values
    if row is None:
        return
    found = coded(sentence, (match.start, match.end), row, match.row.section, covers=covers and "beside" not in values)
    # What is said of its last word: it may begin with "history of", which is part of "no history of".
    said = sentence.mention(match.end - 1, match.end).assertion
    assertion = said if said in _SOMEBODY_ELSE else Assertion.PRESENT
    words = (*found.mention.normalized, *values.get("said", "").split())
    yield attrs.evolve(found, mention=attrs.evolve(found.mention, assertion=assertion, normalized=words))


def _holds(sentence: Sentence, match: PhraseMatch, phrases: PhraseBook) -> bool:
    """Say whether what was done is a state by now."""
    told = functools.partial(_stands, sentence, match, phrases)
    if told("not_before", before=_NEAR) or told("not_behind", behind=_NEAR) or sentence.section.kind in _NOW:
        return False
    if sentence.section.kind in _LISTS:
        return True
    return told("told_before", before=_NEAR) or told("told_close", before=_CLOSE) or told("told_behind", behind=_NEAR)


def _stands(
    sentence: Sentence, match: PhraseMatch, phrases: PhraseBook, table: str, *, before: int = 0, behind: int = 0
) -> bool:
    """Say whether a phrase stands near a match, in the same clause."""
    text, start, end = sentence.note, match.start, match.end
    first, last = max(sentence.start, start - before), min(sentence.end, end + behind)
    span = (first, start) if before else (end, last)
    for one in phrases[f"statuses.{table}"].find(text, *span):
        between = text[one.end : start] if before else text[end : one.start]
        if not any(sign in between for sign in _ENDS):
            return True
    return False
