"""Assign, by a model: it chooses among the assignable codes of a category, with the notes and guidelines that apply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import attrs

from codekit.agents.asking import Asker, Question, Refused, read_numbers
from codekit.agents.options import Options
from codekit.agents.prompts import Prompt
from codekit.agents.quoting import as_data
from codekit.agents.windows import around, first_that_fit, tokens
from codekit.conventions import DraftCode
from codekit.editions.edition import Edition
from codekit.errors import CodekitError
from codekit.pipeline.confidence import confidence_of
from codekit.pipeline.hierarchy import Refined
from codekit.pipeline.progress import NoteInProgress
from codekit.pipeline.steps import Located, TabularValidator, Tentative
from codekit.search.guidelines import find_guidelines
from codekit.system import System
from codekit.text.reader import ReadNote
from codekit.types import Candidate, Code, Dropped, Evidence, Mention, Reason, Status

STEP = "assign"
CHOSEN = 0.5
"""Confidence of a code that a model chose, at least: it is kept, and reviewed unless the rules are as sure."""

_MOST_OPTIONS = 40
_SECTIONS = 6
_LEAST_ROOM = 200
_NO_ROOM = "the model's window is too small for the options"


@attrs.frozen(kw_only=True)
class _Place:
    """One mention that a question is about: where it stands among the note's, and the codes it may lead to."""

    at: int
    mention: Mention
    best: Candidate
    options: tuple[Code, ...]


@attrs.frozen(kw_only=True)
class _Group:
    """The mentions of one note that lead to one category."""

    number: int
    case: NoteInProgress
    category: Code
    places: tuple[_Place, ...]
    options: tuple[Code, ...]


class ModelTabularValidator:
    """Lets a model choose the codes of each category that a note's mentions lead to.

    The rules go first: what they leave out (negated, without an entry) is not asked about, and what they would choose
    is always among the options.

    Args:
        asker: Asks the model.
        prompt: Its prompt.
        system: The code system, for the guidelines.
        edition: The opened edition.
        rules: Stands in for the model, category by category.

    Source: Motzfeldt et al., Code Like Humans, Findings of EMNLP 2025, section on the tabular validator; free reasoning
        before the constrained answer after its ablation.
    """

    def __init__(self, asker: Asker, prompt: Prompt, system: System, edition: Edition, rules: TabularValidator) -> None:
        self._asker = asker
        self._prompt = prompt
        self._system = system
        self._edition = edition
        self._rules = rules
        self._options = Options(edition)
        self._guidelines = lru_cache(maxsize=None)(self._load_guidelines)

    def assign(self, note: ReadNote, located: Located) -> tuple[Tentative, ...]:
        """Assign the codes of one note; see `assign_many`."""
        return self.assign_many((NoteInProgress(note=note),), (located,))[0]

    def assign_many(self, cases: Sequence[NoteInProgress], located: Sequence[Located]) -> list[tuple[Tentative, ...]]:
        """Assign the codes of several notes, with one question for each category of each note, all at once.

        Args:
            cases: The notes.
            located: For each its mentions with their candidates, best first.

        Returns:
            For each note and mention its tentative codes.
        """
        found = [list(self._rules.assign(case.note, each)) for case, each in zip(cases, located, strict=True)]
        groups = [
            group
            for number, (case, each) in enumerate(zip(cases, located, strict=True))
            for group in self._groups(number, case, each, found[number])
        ]
        asked: list[tuple[_Group, Question[tuple[int, ...]]]] = []
        for group in groups:
            question = self._question(group)
            if question is None:
                group.case.fall_back(STEP, self._prompt.label, _NO_ROOM)
            else:
                asked.append((group, question))
        answers = self._asker.ask([question for _, question in asked])
        for (group, _), answer in zip(asked, answers, strict=True):
            if not isinstance(answer, Refused):
                chosen = [group.options[number - 1] for number in answer]
                for place in group.places:
                    found[group.number][place.at] = self._tentative(found[group.number][place.at], place, chosen)
        return [tuple(each) for each in found]

    def _groups(self, number: int, case: NoteInProgress, located: Located, rules: Sequence[Tentative]) -> list[_Group]:
        by_category: dict[str, list[_Place]] = {}
        for at, ((mention, candidates), tentative) in enumerate(zip(located, rules, strict=True)):
            row = self._edition.find(tentative.row) if tentative.row else None
            if tentative.draft and row is not None:
                best = next((one for one in candidates if one.code == row.code), candidates[0])
                options = self._around(row, best, tentative)
                category = self._options.category(row)
                by_category.setdefault(category.code, []).append(
                    _Place(at=at, mention=mention, best=best, options=options)
                )
        return [
            _Group(
                number=number,
                case=case,
                category=self._edition.get(code),
                places=tuple(places),
                options=self._joined(places),
            )
            for code, places in by_category.items()
        ]

    def _around(self, row: Code, best: Candidate, tentative: Tentative) -> tuple[Code, ...]:
        """Give the codes that one mention may lead to: those of its row, its manifestations, and the rules' choice."""
        rows = [row, *filter(None, map(self._edition.find, best.manifestation))]
        own = [self._edition.get(one.code) for one in tentative.draft]
        share = max(_MOST_OPTIONS // len(rows), 1)
        return (*own, *(code for each in rows for code in self._options.below(each, share)))

    def _joined(self, places: Sequence[_Place]) -> tuple[Code, ...]:
        """Join the options of several mentions in tabular order, as many of each where there are too many."""
        share = max(_MOST_OPTIONS // len(places), 1) if len(places) > 1 else None
        codes = {code.code: code for place in places for code in place.options[:share]}
        return tuple(sorted(codes.values(), key=lambda code: self._edition.order(code.code)))

    def _question(self, group: _Group) -> Question[tuple[int, ...]] | None:
        options = [self._options.printed(code) for code in group.options]
        values: dict[str, object] = {
            "system_name": self._system.info.name,
            "guidelines": (),
            "note": "",
            "mentions": [" ".join(as_data(place.mention.text).split()) for place in group.places],
            "category": f"{group.category.code} {group.category.title}",
            "notes": (),
            "options": options,
        }
        room = self._asker.room(self._prompt, values)
        if room < _LEAST_ROOM:
            return None
        guidelines = first_that_fit(self._guidelines(group.category.code), room // 3)
        notes = first_that_fit(self._options.notes(group.category, group.options), room // 6)
        room -= sum(tokens(text) + 1 for text in (*guidelines, *notes))
        spans = [place.mention.scope for place in group.places]
        note = as_data(around(group.case.note.text, spans, room * 7 // 8))
        values |= {"guidelines": guidelines, "notes": notes, "note": note}
        request = self._asker.request(STEP, self._prompt, values, range(1, len(options) + 1))

        def read(data: Mapping[str, Any]) -> tuple[int, ...]:
            return read_numbers(data, "answer", len(options))

        return Question(case=group.case, request=request, read=read)

    def _load_guidelines(self, category: str) -> tuple[str, ...]:
        """Write the sections of the guidelines that apply to a category; none where the edition has none that do."""
        try:
            passages = find_guidelines(self._system, self._edition, category, _SECTIONS)
        except CodekitError:
            return ()
        return tuple(f"{one.section.id} {one.section.title}\n{one.section.text}" for one in passages)

    def _tentative(self, rules: Tentative, place: _Place, chosen: Sequence[Code]) -> Tentative:
        own = {code.code for code in place.options}
        drafts = [self._draft(rules, place, code) for code in chosen if code.code in own]
        if drafts:
            return attrs.evolve(rules, draft=tuple(drafts))
        left_out = tuple(
            Dropped(
                code=one.code,
                title=self._edition.get(one.code).title,
                step=STEP,
                reason="the model found no code of the category that the note supports",
                rule="model",
                evidence=one.evidence,
                confidence=one.confidence,
            )
            for one in rules.draft
        )
        return attrs.evolve(rules, draft=(), dropped=(*rules.dropped, *left_out), queries=())

    def _draft(self, rules: Tentative, place: _Place, code: Code) -> DraftCode:
        """Make the draft of a chosen code; where the rules chose it too, theirs with the model's word."""
        said = Reason(
            step=STEP,
            detail=f"{place.best.code} → {code.code} {code.title}: the model chose it among {len(place.options)} codes",
            source=f"{self._prompt.label}, {self._asker.backend.model}",
        )
        same = next((one for one in rules.draft if one.code == code.code), None)
        if same is not None:
            return attrs.evolve(same, confidence=max(same.confidence, CHOSEN), reasons=(*same.reasons, said))
        first = rules.draft[0]
        located = tuple(one for one in first.reasons if one.step != STEP)
        sure = confidence_of(place.best, Refined(codes=(code,)))
        return attrs.evolve(
            first,
            code=code.code,
            confidence=max(sure, CHOSEN),
            evidence=(Evidence(start=place.mention.start, end=place.mention.end, text=place.mention.text),),
            reasons=(*located, said),
            status=Status.READY,
        )
