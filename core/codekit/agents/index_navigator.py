"""Locate, by a model: it picks one of the nearest entries of the alphabetic index, by its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from codekit.agents.asking import Asker, Question, Refused, read_number
from codekit.agents.prompts import Prompt
from codekit.agents.quoting import as_data
from codekit.editions.edition import Edition
from codekit.pipeline.progress import NoteInProgress
from codekit.pipeline.steps import IndexNavigator
from codekit.search.searcher import Searcher
from codekit.text.reader import read_note
from codekit.types import Candidate, Mention, Note

STEP = "locate"
NEAREST = 10
"""How many entries of the index a model is shown."""

PICKED = 0.9
"""How well an entry that a model picked counts as agreeing, at least: it judged the meaning, not the words alone."""

_BESIDE = 240
_REMEMBERED = 4096


class Nearest:
    """Retrieves the entries of the index that a mention may mean.

    Args:
        searcher: The search of the edition.
        rules: The rules' navigator, which knows how history and causes are looked up.
        edition: The opened edition.
    """

    def __init__(self, searcher: Searcher, rules: IndexNavigator, edition: Edition) -> None:
        self.lexicon = searcher.lexicon
        self._searcher = searcher
        self._rules = rules
        self._edition = edition
        # The same words recur between notes; the bound keeps a long batch's words from piling up.
        self._searched = searcher.losses.remember(self._search, _REMEMBERED)

    def rules(self, mention: Mention) -> tuple[Candidate, ...]:
        """Give what the rules find for a mention, best first."""
        return tuple(self._rules.locate(mention))

    def of(self, mention: Mention) -> tuple[Candidate, ...]:
        """Give the ten nearest entries: those of the rules, then those with the most of its words.

        Args:
            mention: The mention.

        Returns:
            At most `NEAREST` candidates whose rows the edition holds, one per code.
        """
        by_code: dict[str, Candidate] = {}
        for one in (*self.rules(mention), *self._searched(mention.normalized, mention.text)):
            if self._edition.find(one.code) is not None:
                by_code.setdefault(one.code, one)
        return tuple(by_code.values())[:NEAREST]

    def described(self, candidate: Candidate) -> str:
        """Describe a candidate without its code, so that only a number can be answered."""
        title = self._edition.get(candidate.code).title
        return candidate.term if title.casefold() in candidate.term.casefold() else f"{candidate.term} ({title})"

    def _search(self, words: tuple[str, ...], text: str) -> tuple[Candidate, ...]:
        return self._searcher.candidates(words, NEAREST, text=text, accept=lambda entry: entry.for_mentions)


class ModelIndexNavigator:
    """Lets a model pick among the nearest index entries of each mention.

    Args:
        asker: Asks the model.
        prompt: Its prompt.
        system_name: Name of the code system for people.
        nearest: Retrieves the entries.

    Source: Motzfeldt et al., Code Like Humans, Findings of EMNLP 2025, section on the index navigator.
    """

    _least = 0
    """The least number that may be answered; 0 is for none of the entries."""

    def __init__(self, asker: Asker, prompt: Prompt, system_name: str, nearest: Nearest) -> None:
        self._asker = asker
        self._prompt = prompt
        self._system_name = system_name
        self._nearest = nearest

    def locate(self, mention: Mention) -> tuple[Candidate, ...]:
        """Look one mention up by its own words, without the note around it."""
        alone = attrs.evolve(mention, start=0, end=len(mention.text), scope=(0, len(mention.text)))
        note = read_note(Note(id="", text=mention.text), self._nearest.lexicon)
        return self.locate_many(((NoteInProgress(note=note), alone),))[0]

    def locate_many(self, asked: Sequence[tuple[NoteInProgress, Mention]]) -> list[tuple[Candidate, ...]]:
        """Look the mentions of several notes up, with one question each, all at once.

        Args:
            asked: Notes with mentions.

        Returns:
            For each mention the one candidate that was picked; none where none of them names it. Where the model's
            answer cannot be used, what the rules find.
        """
        offered = self._retrieve(asked)
        questions = [
            self._question(case, mention, candidates)
            for (case, mention), candidates in zip(asked, offered, strict=True)
            if candidates
        ]
        answered = self._asker.ask(questions)
        answers = iter(answered)
        found: list[tuple[Candidate, ...]] = []
        for (_, mention), candidates in zip(asked, offered, strict=True):
            numbers = next(answers) if candidates else ()
            if isinstance(numbers, Refused):
                found.append(self._nearest.rules(mention))
            else:
                found.append(self._chosen([candidates[number - 1] for number in numbers]))
        return found

    def _retrieve(self, asked: Sequence[tuple[NoteInProgress, Mention]]) -> list[tuple[Candidate, ...]]:
        """Give what the model is offered for each mention."""
        return [self._nearest.of(mention) for _, mention in asked]

    def _read(self, data: Mapping[str, Any], most: int) -> tuple[int, ...]:
        """Read the numbers of the candidates that the model chose; none for 0."""
        number = read_number(data, "answer", most)
        return (number,) if number else ()

    def _chosen(self, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """Make of the candidates that the model chose what they count as."""
        return tuple(map(as_picked, candidates))

    def _question(
        self, case: NoteInProgress, mention: Mention, candidates: Sequence[Candidate]
    ) -> Question[tuple[int, ...]]:
        most = len(candidates)
        values = {
            **passage_values(case, mention),
            "terms": [self._nearest.described(one) for one in candidates],
            "system_name": self._system_name,
        }
        request = self._asker.request(STEP, self._prompt, values, range(self._least, most + 1))
        return Question(case=case, request=request, read=lambda data: self._read(data, most))


def as_picked(candidate: Candidate) -> Candidate:
    """Raise the score of a candidate that a model picked to `PICKED`, where it is lower."""
    return attrs.evolve(candidate, score=max(candidate.score, PICKED))


def passage_values(case: NoteInProgress, mention: Mention) -> dict[str, object]:
    """Give the parameters of a prompt that say what a mention is: itself, the words around it, and its assertion."""
    low, high = max(mention.start - _BESIDE, 0), mention.end + _BESIDE
    scope = max(mention.scope[0], low), min(max(mention.scope[1], mention.end), high)
    return {
        "context": as_data(case.note.text[slice(*scope)]).strip(),
        "mention": " ".join(as_data(mention.text).split()),
        "assertion": mention.assertion.value,
    }
