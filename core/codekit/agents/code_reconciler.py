"""Verify, by a model: it keeps and orders the tentative codes by number; then the conventions apply as always."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from codekit.agents.asking import Asker, Question, Refused, read_numbers
from codekit.agents.prompts import Prompt
from codekit.agents.quoting import as_data
from codekit.agents.windows import around, first_that_fit, tokens
from codekit.conventions import DraftCode
from codekit.editions.edition import Edition
from codekit.pipeline.code_reconciler import RulesCodeReconciler
from codekit.pipeline.progress import NoteInProgress
from codekit.pipeline.steps import Tentative
from codekit.text.reader import ReadNote
from codekit.types import CodingResult, NoteKind, Setting

STEP = "verify"
_BETWEEN = (
    NoteKind.EXCLUDES1,
    NoteKind.EXCLUDES2,
    NoteKind.CODE_FIRST,
    NoteKind.USE_ADDITIONAL_CODE,
    NoteKind.CODE_ALSO,
)
_LEAST_ROOM = 200
_MOST_QUOTES = 3
_LONGEST_NOTE = 240
_NO_ROOM = "the model's window is too small for the tentative codes"


class ModelCodeReconciler:
    """Lets a model keep and order the tentative codes of a note, and applies the conventions to what it kept.

    Args:
        asker: Asks the model.
        prompt: Its prompt.
        system_name: Name of the code system for people.
        edition: The opened edition.
        rules: Applies the conventions; alone where the model gives no readable answer.

    Source: Motzfeldt et al., Code Like Humans, Findings of EMNLP 2025, section on the code reconciler.
    """

    def __init__(
        self, asker: Asker, prompt: Prompt, system_name: str, edition: Edition, rules: RulesCodeReconciler
    ) -> None:
        self._asker = asker
        self._prompt = prompt
        self._system_name = system_name
        self._edition = edition
        self._rules = rules

    def reconcile(self, note: ReadNote, tentative: Sequence[Tentative]) -> CodingResult:
        """Make the final code set of one note; see `reconcile_many`."""
        return self.reconcile_many((NoteInProgress(note=note),), (tentative,))[0]

    def reconcile_many(
        self, cases: Sequence[NoteInProgress], tentative: Sequence[Sequence[Tentative]]
    ) -> list[CodingResult]:
        """Make the final code sets of several notes, with one question each, all at once.

        Args:
            cases: The notes.
            tentative: For each what its mentions led to, in text order.

        Returns:
            For each its result; a note without tentative codes is not asked about.
        """
        drafts = [self._rules.draft(each)[0] for each in tentative]
        sequences: dict[int, tuple[str, ...]] = {}
        asked: list[tuple[int, Question[tuple[int, ...]]]] = []
        for at, (case, codes) in enumerate(zip(cases, drafts, strict=True)):
            question = self._question(case, codes) if codes else None
            if question is not None:
                asked.append((at, question))
            elif codes:
                case.fall_back(STEP, self._prompt.label, _NO_ROOM)
        answers = self._asker.ask([question for _, question in asked])
        for (at, _), answer in zip(asked, answers, strict=True):
            if not isinstance(answer, Refused):
                sequences[at] = tuple(drafts[at][number - 1].code for number in answer)
        return [
            self._rules.reconcile(case.note, each, sequences.get(at))
            for at, (case, each) in enumerate(zip(cases, tentative, strict=True))
        ]

    def _question(self, case: NoteInProgress, codes: Sequence[DraftCode]) -> Question[tuple[int, ...]] | None:
        values: dict[str, object] = {
            "system_name": self._system_name,
            "note": "",
            "codes": [self._printed(one) for one in codes],
            "notes": (),
            "setting": (case.note.encounter.setting or Setting.OUTPATIENT).value,
        }
        room = self._asker.room(self._prompt, values)
        if room < _LEAST_ROOM:
            return None
        notes = first_that_fit(list(dict.fromkeys(self._between([one.code for one in codes]))), room // 4)
        room -= sum(tokens(text) + 1 for text in notes)
        spans = [(one.start, one.end) for code in codes for one in code.evidence]
        note = as_data(around(case.note.text, spans, room * 7 // 8))
        values |= {"notes": notes, "note": note}
        request = self._asker.request(STEP, self._prompt, values, range(1, len(codes) + 1))

        def read(data: Mapping[str, Any]) -> tuple[int, ...]:
            return read_numbers(data, "answer", len(codes))

        return Question(case=case, request=request, read=read)

    def _printed(self, one: DraftCode) -> str:
        quotes = [" ".join(as_data(each.text).split()) for each in one.evidence[:_MOST_QUOTES]]
        passages = " ".join(f"<passage>{quote}</passage>" for quote in quotes)
        return f"{one.code} {self._edition.get(one.code).title} ({one.assertion.value}) {passages}"

    def _between(self, codes: Sequence[str]) -> Iterator[str]:
        """Write the instructional notes of each code that name another of them."""
        for code in codes:
            for inherited in self._edition.notes(code):
                note = inherited.note
                if note.kind not in _BETWEEN:
                    continue
                named = [
                    other
                    for other in codes
                    if other != code and any(self._edition.covers(one, other) for one in note.references)
                ]
                if named:
                    kind = note.kind.value.replace("_", " ")
                    text = f"{inherited.origin}, {kind}: {note.text}"[:_LONGEST_NOTE]
                    yield f"{text} (between {code} and {', '.join(named)})"
