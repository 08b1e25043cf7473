"""Visits whose code depends on what was found: examinations, follow-up, observation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from codekit.plugin import (
    Assertion,
    Candidate,
    Edition,
    HistoryCodes,
    LocatedMention,
    PhraseBook,
    ReadNote,
    SectionKind,
    Sentence,
)
from codekit_icd10cm.mentions.births import of_newborn
from codekit_icd10cm.mentions.cues import holds_any
from codekit_icd10cm.mentions.titles import best_row

_EXAM = re.compile(
    r"\b(?:annual|routine|yearly|general|complete|adult|school|well[- ](?:child|baby|woman|adult|male|female))\b"
    r"(?: \w+){0,3}? ?(?:physical(?: exam\w*)?|examination|exam|check-?up|visit|wellness)\b|\bwell[- ](?:child|baby)\b",
    re.IGNORECASE,
)
_EXAM_CUES = ("annual", "routine", "yearly", "general", "complete", "adult", "school", "well")
_CHILD = re.compile(r"\bwell[- ](?:child|baby)\b|\bchild\b|\bnewborn\b", re.IGNORECASE)
_GYNECOLOGICAL = re.compile(r"\b(?:gyn\w*|pelvic|well[- ]woman|pap)\b", re.IGNORECASE)
_NOT_GENERAL = re.compile(
    r"\b(?:prenatal|antenatal|post-?partum|eye|dental|hearing|vision|follow|surveillance|consult)", re.IGNORECASE
)
_NOTHING_FOUND = re.compile(
    r"\b(?:no|without|negative for)\b[^.;\n]{0,20}\b(?:abnormal\w*|findings?|concerns?|problems?)\b", re.I
)
_FOUND = re.compile(r"\b(?:found|abnormal\w*|noted|discovered|detected|newly|new|reveal\w*|elevated)\b", re.IGNORECASE)
_ADULT_AGE = 18
_LOOKED_AT, _LIKELY = 4, 0.5
_FOLLOW_UP = re.compile(r"\bfollow(?:ed)?[- ]?up\b", re.IGNORECASE)
_FOLLOW_UP_CUES = ("follow",)
_COMPLETED = re.compile(
    r"\b(?:complet\w+|finished|resolved|cured|no (?:evidence of )?(?:recurrence|disease)|treated|in remission|"
    r"fully recovered|removed|excised)\b",
    re.IGNORECASE,
)
_RECURRED = re.compile(r"(?<!no )(?<!no evidence of )(?<!without )\brecur\w+|\bpersist\w+|\bhealing\b", re.IGNORECASE)
_OBSERVED = re.compile(
    r"\b(?:observ\w+|evaluat\w+|examin\w+|seen|admitted|monitored)\b[^.;\n]{0,20}?\b(?:for|after|following)\b (?:an? )?"
    r"(?:(?:suspected|possible|alleged|reported) )?(?P<object>[^.;\n]{3,60}?),? (?:\w+ ){0,3}?"
    r"(?:ruled out|not found|unfounded)\b",
    re.IGNORECASE,
)
_OBSERVED_CUES = ("ruled out", "not found", "unfounded")
# Which system a condition of the newborn belongs to, as Z05 tells them apart, by the chapters of its code.
_SYSTEMS = (
    ("ABP35P36P37P38P39", "Z05.1"),
    ("GP52P91", "Z05.2"),
    ("JP22P23P24P25P26P27P28", "Z05.3"),
    ("IP29", "Z05.0"),
)
_PAST = (SectionKind.PAST_HISTORY, SectionKind.SURGICAL_HISTORY, SectionKind.FAMILY_HISTORY)
_CURRENT = (Assertion.PRESENT, Assertion.HISTORICAL, Assertion.NEGATED)


def find(
    note: ReadNote,
    sentence: Sentence,
    inside: Sequence[LocatedMention],
    edition: Edition,
    histories: HistoryCodes,
    phrases: PhraseBook,
) -> Iterator[LocatedMention]:
    """Find the visits of a sentence.

    Args:
        note: The whole note, for what was found.
        sentence: The sentence.
        inside: What the index gave for the sentence.
        edition: The opened edition.
        histories: Its codes for what is over.
        phrases: The tables of phrases.

    Yields:
        Mentions with their row; conditions that are over as history.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.21.c.6, c.8 and c.12.
    """
    exam = _EXAM.search(sentence.text) if holds_any(sentence, _EXAM_CUES) else None
    if exam is not None and not _NOT_GENERAL.search(sentence.text):
        yield from _mention(sentence, exam.span(), _exam_row(note, sentence), edition)
    yield from _follow_up(sentence, inside, edition, histories)
    yield from _surveillance(note, sentence, inside, edition, histories, phrases)
    yield from _observation(note, sentence, inside, edition)


def _mention(sentence: Sentence, span: tuple[int, int], row: str | None, edition: Edition) -> Iterator[LocatedMention]:
    if row is None or edition.find(row) is None:
        return
    mention = sentence.mention(sentence.start + span[0], sentence.start + span[1])
    candidate = Candidate(code=row, score=1.0, term=f"{edition.get(row).title}: {mention.text}", source="I.C.21.c")
    yield LocatedMention(mention=attrs.evolve(mention, assertion=Assertion.PRESENT), candidates=(candidate,))


def _exam_row(note: ReadNote, sentence: Sentence) -> str:
    """Choose the examination by whom it is for and whether anything abnormal was found."""
    found = _FOUND.search(_NOTHING_FOUND.sub(" ", note.text)) is not None
    age = note.encounter.age
    child = age < _ADULT_AGE if age is not None else _CHILD.search(sentence.text) is not None
    if _GYNECOLOGICAL.search(sentence.text):
        return "Z01.411" if found else "Z01.419"
    if child:
        return "Z00.121" if found else "Z00.129"
    return "Z00.01" if found else "Z00.00"


def _follow_up(
    sentence: Sentence, inside: Sequence[LocatedMention], edition: Edition, histories: HistoryCodes
) -> Iterator[LocatedMention]:
    """Follow-up of what is over: its code and that of the history."""
    text = sentence.text
    named = _FOLLOW_UP.search(text) if holds_any(sentence, _FOLLOW_UP_CUES) else None
    if named is None or not _COMPLETED.search(text) or _RECURRED.search(text):
        return
    over = [(one, code) for one in inside if one.mention.assertion in _CURRENT and (code := _disease(one)) is not None]
    tumor = any(code.startswith("C") for _, code in over)
    if not over and not re.search(r"\btreat\w+|\btherapy\b|\bcourse\b", text, re.IGNORECASE):
        return
    yield from _mention(sentence, named.span(), "Z08" if tumor else "Z09", edition)
    for one, code in over:
        yield from _past(one, code, histories)


def _surveillance(
    note: ReadNote,
    sentence: Sentence,
    inside: Sequence[LocatedMention],
    edition: Edition,
    histories: HistoryCodes,
    phrases: PhraseBook,
) -> Iterator[LocatedMention]:
    """Surveillance of a malignancy of which nothing is left, told in other sentences than the visit itself."""
    visit = phrases["visits.surveillance"].first(sentence.text)
    told = ("visits.free_of_disease", "visits.removed")
    if visit is None and not any(phrases[table].first(sentence.text) for table in told):
        return
    # What only a past history tells of is not what the visit is for.
    now = "\n".join(one.text for one in note.sentences if one.section.kind not in _PAST)
    needed = ("visits.surveillance", "visits.free_of_disease", "visits.malignancy")
    if not all(phrases[table].first(now) for table in needed) or phrases["visits.treated_now"].first(note.text):
        return
    if visit is not None:
        yield from _mention(sentence, (visit.start, visit.end), "Z08", edition)
    for one in inside:
        code = _disease(one)
        if code is not None and code.startswith("C"):
            yield from _past(one, code, histories)


def _past(one: LocatedMention, code: str, histories: HistoryCodes) -> Iterator[LocatedMention]:
    """Give a disease that is over the code of its history."""
    row = histories.find(code, Assertion.HISTORICAL)
    if row is not None:
        own = Candidate(code=row.code, score=1.0, term=row.title, source="I.C.21.c.4")
        past = attrs.evolve(one.mention, assertion=Assertion.HISTORICAL)
        yield attrs.evolve(one, mention=past, candidates=(own,))


def _disease(one: LocatedMention) -> str | None:
    """Give the disease that a mention names, be it along with the follow-up itself."""
    likely = (each.code for each in one.candidates[:_LOOKED_AT] if each.score >= _LIKELY)
    return next((code for code in likely if code[0] not in "RSTVWXYZ"), None)


def _observation(
    note: ReadNote, sentence: Sentence, inside: Sequence[LocatedMention], edition: Edition
) -> Iterator[LocatedMention]:
    """Observation for something suspected and ruled out."""
    match = _OBSERVED.search(sentence.text) if holds_any(sentence, _OBSERVED_CUES) else None
    if match is None:
        return
    if note.encounter.age == 0 or of_newborn(note.text):
        codes = [one.candidates[0].code for one in inside if one.candidates]
        row = next((row for code in codes for systems, row in _SYSTEMS if _of(code, systems)), "Z05.8")
    else:
        found = best_row(edition, ("Z03", "Z04"), sentence.lexicon.content_words(match["object"]), share=0.25)
        row = found.code if found is not None else "Z03.89"
    for one in _mention(sentence, match.span(), row, edition):
        # What was suspected is ruled out, so that nothing within counts.
        yield attrs.evolve(one, covers=True)


def _of(code: str, systems: str) -> bool:
    """Say whether a code is of one of the chapters or categories."""
    return code[:3] in systems if code[0] == "P" else code[0] in systems.partition("P")[0]
