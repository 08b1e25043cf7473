"""How an injury happened: its external cause, the place, the activity and the status of the patient."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources

import attrs

from codekit.plugin import (
    STATING,
    Assertion,
    Candidate,
    Edition,
    LocatedMention,
    Mention,
    PhraseBook,
    SectionKind,
    Sentence,
)
from codekit_icd10cm.mentions import transport
from codekit_icd10cm.mentions.circumstances import Circumstances
from codekit_icd10cm.mentions.told import Told, happened, tell

_LEAST_MATCH = 0.45
# Sections in which a note tells what happened; elsewhere it tells the past, the habits or the advice.
_TOLD_IN = STATING | {SectionKind.NARRATIVE, "chief_complaint", "history_present", "hospital_course"}
_INJURIES = (("S00", "T34"), ("T66", "T71"), ("T75", "T75"))
_OVERUSE = (("M20", "M25"), ("M53", "M54"), ("M60", "M79"), ("M84", "M84"))
# Measured on notes by sections: of the events told apart from their injury, coders gave three in ten just that code.
_ELSEWHERE = 0.5
_EXERTION, _TRANSPORT, _ANIMAL = "exertion", "transport", "animal"
_BEFORE, _BEHIND = 60, 100

# "Pain with lifting" says what hurts, not what happened.
_AGGRAVATED = re.compile(
    r"\b(?:pain\w*|difficulty|trouble|wors\w+|aggravat\w*|exacerbat\w*|hurts?|unable|limit\w*|restrict\w*|avoid\w*|cannot|can't|can’t|"
    r"better|relieved)\b(?![^.;]*\b(?:after|from|since|following|due to)\b)[^.;]{0,40}$",
    re.IGNORECASE,
)
_RELATIONS = {
    "off": r"(?:off|from|out of|down)(?: of)?",
    "on": r"(?:on|onto|off|from|out of|down|up|over|into|in|through|along)(?: of)?",
    "with": r"(?:with|by|on|from|against|into|in|between|under|of|using|to|a|the|his|her)",
}


@attrs.frozen(kw_only=True)
class _Row:
    code: str
    words: re.Pattern[str] | None


@attrs.frozen(kw_only=True)
class _Frame:
    """A kind of event with the rows that its objects lead to, in order."""

    name: str
    event: re.Pattern[str]
    rows: tuple[_Row, ...]


@attrs.frozen(kw_only=True)
class _Taken:
    """The spans of what else was found, and those of them that nothing may overlap."""

    spans: frozenset[tuple[int, int]]
    covering: Sequence[tuple[int, int]]

    def apart(self, told: Told) -> tuple[int, int]:
        """Give the words of an event, or those that lead to its row, without what another mention takes in."""
        if (told.start, told.end) not in self.spans and not self._touched(told.start, told.end):
            return told.start, told.end
        start, end = told.words
        within = max((last for first, last in self.covering if first <= start < last < end), default=start)
        return within, end

    def _touched(self, start: int, end: int) -> bool:
        return any(first < end and start < last for first, last in self.covering)


class ExternalCauses:
    """The rows of an edition for external causes, and the words by which notes tell them.

    Args:
        edition: The opened edition.
        phrases: The tables of phrases.

    Source: ICD-10-CM Official Guidelines FY2026, section I.C.20, and I.B.19 (documentation of natural disasters).
    """

    def __init__(self, edition: Edition, phrases: PhraseBook) -> None:
        self._edition = edition
        self._phrases = phrases
        self._frames = tuple(_read_frames())
        self._circumstances = Circumstances(edition)

    def find(self, read: Sequence[Sentence], located: Sequence[LocatedMention]) -> Iterator[LocatedMention]:
        """Find how the injuries of a note happened.

        Args:
            read: The note's sentences.
            located: What the index gave, in text order.

        Yields:
            The injuries whose words tell an event besides, by the other words alone; then the one event that says most
            of the cause, and the first place, activity and status told beside an injury.
        """
        injured = any(_within(one, _INJURIES) for one in located)
        if not injured and not any(_within(one, _OVERUSE) for one in located):
            return
        # Nothing but exertion is the cause of overuse.
        frames = [one for one in self._frames if injured or one.name == _EXERTION]
        sentences = [one for one in read if one.section.kind in _TOLD_IN]
        events = [event for one in sentences for event in self._events(one, frames)]
        freed = [_without_name(one) if _is_verb(one, located, events) else _freed(one, events) for one in located]
        yield from (one for one in freed if one not in located)
        injuries = [one.mention for one in freed if _is_current(one, _INJURIES)]
        strained = injuries or [one.mention for one in freed if _is_current(one, _OVERUSE)]
        if not strained:
            return
        told = [one for one in events if injuries or (one.frame == _EXERTION and _holds(one.sentence, strained))]
        cause = min(told, key=lambda one: (one.rank, one.start), default=None)
        taken = _Taken(
            spans=frozenset((one.mention.start, one.mention.end) for one in located),
            covering=tuple((one.mention.start, one.mention.end) for one in located if one.covers and one.candidates),
        )
        if cause is not None:
            yield _located(cause, _standing(strained, cause.sentence), taken)
        telling = [one for one in sentences if cause is not None and one == cause.sentence]
        beside = [*telling, *(one for one in sentences if injuries and _holds(one, injuries) and one not in telling)]
        for circumstance in self._circumstances.find(telling, beside, sentences):
            yield _located(circumstance, _standing(strained, circumstance.sentence), taken)

    def _events(self, sentence: Sentence, frames: Sequence[_Frame]) -> Iterator[Told]:
        text = sentence.text
        for rank, frame in enumerate(frames):
            for event in frame.event.finditer(text):
                strain = frame.name == _EXERTION and _AGGRAVATED.search(text[: event.start()])
                if strain or not happened(sentence, event):
                    continue
                for place, row in enumerate(frame.rows):
                    words = _near(text, event, row)
                    code = transport.row_for(text, self._phrases) if frame.name == _TRANSPORT else row.code
                    found = self._edition.find(code) if words else None
                    if words and found is not None:
                        yield tell(sentence, words, found, event, (rank, place), frame.name)
                        break


def _read_frames() -> Iterator[_Frame]:
    text = resources.files("codekit_icd10cm").joinpath("data", "external_causes.tsv").read_text(encoding="utf-8")
    events: dict[str, re.Pattern[str]] = {}
    rows: dict[str, list[_Row]] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, code, relation, words = line.split("\t")
        if code == "*":
            events[name] = re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
        else:
            rows.setdefault(name, []).append(_Row(code=code, words=_pattern(relation, words)))
    for name, event in events.items():
        yield _Frame(name=name, event=event, rows=tuple(rows[name]))


def _pattern(relation: str, words: str) -> re.Pattern[str] | None:
    if relation == "-":
        return None
    before = rf"{_RELATIONS[relation]} (?:[\w'’-]+ ){{0,3}}?" if relation in _RELATIONS else ""
    return re.compile(rf"\b{before}(?:{words})(?:s|es)?\b", re.IGNORECASE)


def _near(text: str, event: re.Match[str], row: _Row) -> re.Match[str] | None:
    """Find the words of a row near an event; the event itself for a row without words."""
    if row.words is None:
        return event
    return row.words.search(text, max(event.start() - _BEFORE, 0), event.end() + _BEHIND)


def _within(one: LocatedMention, ranges: Iterable[tuple[str, str]]) -> bool:
    return bool(one.candidates) and any(first <= one.candidates[0].code[:3] <= last for first, last in ranges)


def _is_current(one: LocatedMention, ranges: Iterable[tuple[str, str]]) -> bool:
    """Say whether a mention is a condition of some categories that the note will be coded for."""
    stated = one.mention.heading or one.mention.section == SectionKind.NARRATIVE
    now = one.mention.assertion in (Assertion.PRESENT, Assertion.POSSIBLE)
    return _within(one, ranges) and one.candidates[0].score >= _LEAST_MATCH and stated and now


def _is_verb(one: LocatedMention, located: Iterable[LocatedMention], events: Iterable[Told]) -> bool:
    """Say whether a mention only tells again, by the word of its event, an injury that the same statement names."""
    mention = one.mention
    return (
        len(mention.normalized) == 1
        and _within(one, _INJURIES)
        and any(event.start <= mention.start < event.end for event in events)
        and any(
            other.mention.scope == mention.scope and len(other.mention.normalized) > 1 and _within(other, _INJURIES)
            for other in located
        )
    )


def _without_name(one: LocatedMention) -> LocatedMention:
    return attrs.evolve(one, candidates=())


def _freed(one: LocatedMention, events: Iterable[Told]) -> LocatedMention:
    """Leave the words that tell an event out of an injury's own: no entry for the injury can hold them.

    Those of a bite may stay, for an insect bite is an injury of its own.
    """
    mention = one.mention
    inside = [
        event for event in events if mention.start < event.end and event.start < mention.end and event.frame != _ANIMAL
    ]
    if not inside or not _within(one, _INJURIES):
        return one
    words_of = inside[0].sentence.lexicon.content_words
    said = {word for event in inside for word in words_of(event.text)} - {*words_of(one.candidates[0].term)}
    words = tuple(word for word in mention.normalized if word not in said)
    if not words or len(words) == len(mention.normalized):
        return one
    # The match is the share of the words that agree, so what does not belong to them makes it smaller.
    scale = len(mention.normalized) / len(words)
    found = tuple(attrs.evolve(each, score=min(1.0, each.score * scale)) for each in one.candidates)
    return attrs.evolve(one, mention=attrs.evolve(mention, normalized=words), candidates=found)


def _holds(sentence: Sentence, mentions: Iterable[Mention]) -> bool:
    return any(sentence.start <= one.start < sentence.end for one in mentions)


def _standing(injuries: Sequence[Mention], sentence: Sentence) -> Mention:
    """Give the injury whose cause an event is: that of its sentence, else one set as a problem, else the first."""
    return min(injuries, key=lambda one: (not _holds(sentence, (one,)) and not one.heading, not one.heading, one.start))


def _located(told: Told, injury: Mention, taken: _Taken) -> LocatedMention:
    """Make a mention of an event, which must not take the place of an injury with its span, or be covered by one."""
    start, end = taken.apart(told)
    mention = attrs.evolve(
        told.sentence.mention(start, end),
        assertion=Assertion.PRESENT,
        heading=injury.heading,
        section=injury.section,
    )
    outright = told.sentence.section.kind is SectionKind.NARRATIVE or _holds(told.sentence, (injury,))
    score = 1.0 if outright else _ELSEWHERE
    candidate = Candidate(code=told.row.code, score=score, term=f"{told.row.title}: {mention.text}", source="I.C.20")
    return LocatedMention(mention=mention, candidates=(candidate,))
