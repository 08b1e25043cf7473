"""Analyze, by a model: it reads the note alone and quotes it; what it quotes must be in the note."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from codekit.agents.asking import Asker, Question, Refused, UnreadableAnswerError
from codekit.agents.places import read_place
from codekit.agents.prompts import Prompt
from codekit.agents.quoting import Quotations, as_data
from codekit.agents.windows import Span, split
from codekit.backends.base import Request
from codekit.pipeline.progress import NoteInProgress
from codekit.pipeline.steps import EvidenceExtractor
from codekit.text.reader import ReadNote
from codekit.types import Assertion, Mention

STEP = "analyze"
_LEAST_ROOM = 64
_MOST = 400
_NO_ROOM = "the model's window is too small for the prompt"


@attrs.frozen
class _Quoted:
    text: str
    assertion: Assertion | None


class ModelEvidenceExtractor:
    """Lets a model quote the passages that codes may rest on.

    A note longer than the model's window is read piece by piece. What is quoted is found in the note with any case and
    white space, else dropped and counted. Where the rules read the same place, what they say of its structure
    (heading, paragraph, cause) is kept, for the conventions need it.

    Args:
        asker: Asks the model.
        prompt: Its prompt.
        system_name: Name of the code system for people.
        rules: Stands in for the model, piece by piece.

    Source: Motzfeldt et al., Code Like Humans, Findings of EMNLP 2025, section on the evidence extractor.
    """

    def __init__(self, asker: Asker, prompt: Prompt, system_name: str, rules: EvidenceExtractor) -> None:
        self._asker = asker
        self._prompt = prompt
        self._system_name = system_name
        self._rules = rules

    def extract(self, note: ReadNote) -> tuple[Mention, ...]:
        """Find the mentions of one note; see `extract_many`."""
        return self.extract_many((NoteInProgress(note=note),))[0]

    def extract_many(self, cases: Sequence[NoteInProgress]) -> list[tuple[Mention, ...]]:
        """Find the mentions of several notes, all pieces of which are asked about at once.

        Args:
            cases: The notes.

        Returns:
            For each its mentions in text order, each place once.
        """
        room = self._asker.room(self._prompt, self._values(""))
        if room < _LEAST_ROOM:
            for case in cases:
                case.fall_back(STEP, self._prompt.label, _NO_ROOM)
            return [self._rules.extract(case.note) for case in cases]
        # as_data may make a note a little longer than its pieces were measured.
        pieces = [
            [piece for piece in _pieces(case.note, room * 7 // 8) if case.note.text[slice(*piece)].strip()]
            for case in cases
        ]
        questions = [
            Question(case=case, request=self._request(case.note, piece), read=_read)
            for case, each in zip(cases, pieces, strict=True)
            for piece in each
        ]
        answered = self._asker.ask(questions)
        answers = iter(answered)
        return [
            self._mentions(case, [(piece, next(answers)) for piece in each])
            for case, each in zip(cases, pieces, strict=True)
        ]

    def _values(self, text: str) -> dict[str, object]:
        return {"note": as_data(text), "system_name": self._system_name}

    def _request(self, note: ReadNote, piece: Span) -> Request:
        return self._asker.request(STEP, self._prompt, self._values(note.text[slice(*piece)]))

    def _mentions(
        self, case: NoteInProgress, answered: Sequence[tuple[Span, list[_Quoted] | Refused]]
    ) -> tuple[Mention, ...]:
        own = self._rules.extract(case.note)
        pieces: list[list[Mention]] = []
        unfound = 0
        for piece, answer in answered:
            if isinstance(answer, Refused):
                pieces.append([one for one in own if piece[0] <= one.start and one.end <= piece[1]])
                continue
            places = Quotations(case.note.text, *piece)
            mentions: list[Mention] = []
            for quoted in answer:
                span = places.find(quoted.text)
                unfound += span is None
                if span is not None:
                    mentions.append(_mention(case.note, span, quoted.assertion, own))
            pieces.append(mentions)
        if unfound:
            case.book(STEP, self._prompt.label, unfound=unfound)
        return tuple(_merged(pieces))


def _pieces(note: ReadNote, most: int) -> list[Span]:
    return split(note.text, most, [section.start for section in note.lexicon.split_sections(note.text)])


def _read(data: Mapping[str, Any]) -> list[_Quoted]:
    items = data.get("mentions")
    if not isinstance(items, list) or len(items) > _MOST:
        raise UnreadableAnswerError(f"'mentions' is no list of at most {_MOST} passages")
    return [_read_one(item) for item in items]


def _read_one(item: object) -> _Quoted:
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        raise UnreadableAnswerError("'mentions' holds something else than objects with 'text' and 'assertion'")
    known = {one.value: one for one in Assertion}
    assertion = item.get("assertion")
    return _Quoted(item["text"], known.get(assertion) if isinstance(assertion, str) else None)


def _mention(note: ReadNote, span: Span, assertion: Assertion | None, own: Sequence[Mention]) -> Mention:
    """Make a mention of a place that the model quoted; what it does not say of it the rules do."""
    mention = read_place(note, span)
    near = max((one for one in own if _shared(one, span)), key=lambda one: _shared(one, span), default=None)
    if near is not None:
        mention = attrs.evolve(
            mention, heading=near.heading, scope=near.scope, cause=near.cause, accompanies=near.accompanies
        )
        if near.cause is not None and near.cause.start < span[1] and span[0] < near.cause.end:
            # The model quoted the cause as part of the name.
            mention = attrs.evolve(mention, cause=None)
        if (near.start, near.end) == span:
            mention = attrs.evolve(mention, normalized=near.normalized, parts=near.parts)
    return mention if assertion is None else attrs.evolve(mention, assertion=assertion)


def _shared(one: Mention, span: Span) -> int:
    return max(min(one.end, span[1]) - max(one.start, span[0]), 0)


def _merged(pieces: Sequence[Sequence[Mention]]) -> Iterator[Mention]:
    """Join the mentions of pieces that overlap: of two readings of one place the longer stands."""
    kept: dict[Span, tuple[int, Mention]] = {}
    for number, mentions in enumerate(pieces):
        for one in mentions:
            rivals = [
                (span, other)
                for span, (piece, other) in kept.items()
                if piece != number and one.start < other.end and other.start < one.end
            ]
            if any(other.end - other.start >= one.end - one.start for _, other in rivals):
                continue
            for span, _ in rivals:
                del kept[span]
            kept.setdefault((one.start, one.end), (number, one))
    for span in sorted(kept):
        yield kept[span][1]
