"""Codes that the author wrote: evidence where the edition holds them and the words beside them do not say otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from codekit.plugin import Candidate, Code, Edition, LocatedMention, SectionKind, Sentence
from codekit_icd10cm.mentions.coded import coded

_CODE = re.compile(r"(?<![\w.-])[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?(?![\w.]*\w)")
_LABEL = re.compile(r"\b(?:dx|icd(?:-?10)?(?:-?cm)?|diagnos[ei]s|codes?)\b", re.IGNORECASE)
# What ends the item of a code; in front of one in brackets a comma does not.
_ENDS, _ENDS_CLOSED = ",;\n", ";\n]"
_CATEGORY = 3
_LIKELY = 0.45
# Letters and digits there are measures, vertebrae, drugs and addresses.
_ELSEWHERE = frozenset((SectionKind.EXAM, SectionKind.RESULTS, SectionKind.VITALS, SectionKind.MEDICATIONS))
_SOURCE = "note"


@attrs.frozen
class _Written:
    """A code that the edition holds, and the item of a list that it stands in; half-open offsets of the note."""

    row: Code
    start: int
    end: int
    item: tuple[int, int]
    closed: bool
    codes: int


def find(sentence: Sentence, inside: Sequence[LocatedMention], edition: Edition) -> Iterator[LocatedMention]:
    """Find the codes of a sentence.

    Args:
        sentence: The sentence.
        inside: What the index gave in it.
        edition: The opened edition.

    Yields:
        A code with the words beside it, for which it stands; or, where those speak of something else, the words
        again, with the code as what gave way to them.
    """
    if sentence.section.kind in _ELSEWHERE:
        return
    for one in _written(sentence, edition):
        beside = [each for each in inside if _named(each) and _overlaps(each, one)]
        meant = [each for each in beside if _agrees(each, one.row, edition)]
        clashing = [each for each in beside if _within(each, one.item)]
        if meant:
            start = min(one.start, *(each.mention.start for each in meant))
            end = max(one.end, *(each.mention.end for each in meant))
            yield coded(sentence, (start, end), one.row, _SOURCE)
        elif clashing:
            best = Candidate(code=one.row.code, score=1.0, term=one.row.title, source=_SOURCE)
            lost = LocatedMention(mention=sentence.mention(one.start, one.end), candidates=(best,))
            yield attrs.evolve(clashing[0], instead_of=(*clashing[0].instead_of, lost))
        elif one.closed or (_alone(sentence.note, one) and _told(sentence, one)):
            yield coded(sentence, (one.start, one.end), one.row, _SOURCE)


def _written(sentence: Sentence, edition: Edition) -> Iterator[_Written]:
    note = sentence.note
    matches = list(_CODE.finditer(note, sentence.start, sentence.end))
    for match in matches:
        row = edition.find(match.group())
        if row is None or not row.assignable:
            continue
        start, end = match.span()
        closed = note[start - 1 : start] in ("[", "(") and note[end : end + 1] in ("]", ")")
        front = max(note.rfind(mark, sentence.start, start) for mark in (_ENDS_CLOSED if closed else _ENDS))
        behind = min((at for mark in _ENDS if (at := note.find(mark, end, sentence.end)) >= 0), default=sentence.end)
        item = (max(front + 1, sentence.start), end + 1 if closed else behind)
        yield _Written(row, start, end, item, closed, len(matches))


def _named(one: LocatedMention) -> bool:
    return bool(one.candidates) and one.candidates[0].score >= _LIKELY


def _overlaps(one: LocatedMention, written: _Written) -> bool:
    """Say whether words stand in the item of a code, and not in the code alone."""
    start, end = one.mention.start, one.mention.end
    return start < written.item[1] and end > written.item[0] and not _within(one, (written.start, written.end))


def _within(one: LocatedMention, span: tuple[int, int]) -> bool:
    return span[0] <= one.mention.start and one.mention.end <= span[1]


def _agrees(one: LocatedMention, row: Code, edition: Edition) -> bool:
    """Say whether words speak of what a code stands for: its category, or a telling word of its title."""
    if any(candidate.code[:_CATEGORY] == row.code[:_CATEGORY] for candidate in one.candidates):
        return True
    told = set(edition.lexicon.term_words(row.title)) - edition.lexicon.vocabulary.weak
    return not told.isdisjoint(one.mention.normalized)


def _alone(note: str, one: _Written) -> bool:
    """Say whether nothing but a label and codes stands in the item of a code."""
    rest = _LABEL.sub("", _CODE.sub("", note[slice(*one.item)]))
    return not any(letter.isalnum() for letter in rest)


def _told(sentence: Sentence, one: _Written) -> bool:
    """Say whether a label or another code stands in its line: three characters by themselves may be anything."""
    line = sentence.note.rfind("\n", 0, sentence.start) + 1
    return "." in one.row.code or one.codes > 1 or _LABEL.search(sentence.note, line, sentence.end) is not None
