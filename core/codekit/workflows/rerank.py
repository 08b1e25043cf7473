"""Extract, retrieve, rerank: what a model itself thinks of joins what the index retrieves, and all of it is ranked.

The model describes codes in words, and the words are looked up: so its own proposals are codes of the edition as well.

Source: Baksi et al., MedCodER, NAACL 2025 (industry track).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from codekit.agents.asking import Asker, Question, Refused, UnreadableAnswerError, read_numbers
from codekit.agents.index_navigator import PICKED, STEP, Nearest, as_picked, passage_values
from codekit.agents.prompts import Prompt
from codekit.editions.edition import Edition
from codekit.pipeline.cases import Case
from codekit.pipeline.coder import Coder
from codekit.search.searcher import Searcher
from codekit.types import Candidate, Mention, Note
from codekit.workflows.kit import Kind, Kit, Part

_DESCRIPTIONS = 3
_PER_DESCRIPTION = 3
_LONGEST = 300
# Behind the first the ranks fall off, so that the order is the model's.
_FALL = 0.01


def build(kit: Kit) -> Coder:
    """Wire a model's extractor and this navigator; the other steps are done by rules unless the user says so."""
    navigator = None if kit.kind(Part.NAVIGATOR, Kind.MODEL) is Kind.RULES else _navigator(kit)
    return kit.coder(extractor=kit.extractor(Kind.MODEL), navigator=navigator, default=Kind.RULES)


def _navigator(kit: Kit) -> RerankNavigator:
    return RerankNavigator(
        kit.model,
        kit.prompt("describer", "rerank"),
        kit.prompt("reranker", "rerank"),
        kit.name,
        kit.nearest(),
        kit.searcher,
        kit.edition,
    )


class RerankNavigator:
    """Lets a model describe each mention's code, looks that up besides the mention, and lets the model rank it all.

    Args:
        asker: Asks the model.
        describer: Prompt for the descriptions.
        reranker: Prompt for the ranks.
        system_name: Name of the code system for people.
        nearest: Retrieves the entries nearest to a mention.
        searcher: Looks the descriptions up.
        edition: The opened edition.
    """

    def __init__(
        self,
        asker: Asker,
        describer: Prompt,
        reranker: Prompt,
        system_name: str,
        nearest: Nearest,
        searcher: Searcher,
        edition: Edition,
    ) -> None:
        self._asker = asker
        self._describer = describer
        self._reranker = reranker
        self._system_name = system_name
        self._nearest = nearest
        self._searcher = searcher
        self._edition = edition

    def locate(self, mention: Mention) -> tuple[Candidate, ...]:
        """Look one mention up by its own words, without the note around it."""
        alone = attrs.evolve(mention, start=0, end=len(mention.text), scope=(0, len(mention.text)))
        return self.locate_many(((Case(note=Note(id="", text=mention.text)), alone),))[0]

    def locate_many(self, asked: Sequence[tuple[Case, Mention]]) -> list[tuple[Candidate, ...]]:
        """Look the mentions of several notes up: one batch of questions for descriptions, one for ranks.

        Args:
            asked: Notes with mentions.

        Returns:
            For each mention the candidates that fit, best first. Where the model's answer cannot be used, what the
            rules find.
        """
        described = self._asker.ask([self._describe(case, mention) for case, mention in asked])
        joined = [
            self._joined(mention, () if isinstance(words, Refused) else words)
            for (_, mention), words in zip(asked, described, strict=True)
        ]
        questions = [
            self._rank(case, mention, candidates)
            for (case, mention), candidates in zip(asked, joined, strict=True)
            if candidates
        ]
        answered = self._asker.ask(questions)
        ranks = iter(answered)
        found: list[tuple[Candidate, ...]] = []
        for (_, mention), candidates in zip(asked, joined, strict=True):
            numbers = next(ranks) if candidates else ()
            if isinstance(numbers, Refused):
                found.append(self._nearest.rules(mention))
            else:
                found.append(_ranked([candidates[number - 1] for number in numbers]))
        return found

    def _describe(self, case: Case, mention: Mention) -> Question[tuple[str, ...]]:
        values = {**passage_values(case, mention), "system_name": self._system_name}
        return Question(case=case, request=self._asker.request(STEP, self._describer, values), read=_read_descriptions)

    def _joined(self, mention: Mention, descriptions: Sequence[str]) -> tuple[Candidate, ...]:
        by_code = {one.code: one for one in self._nearest.of(mention)}
        for words in descriptions:
            for one in self._searcher.search(words, _PER_DESCRIPTION):
                if self._edition.find(one.code) is not None:
                    by_code.setdefault(one.code, one)
        return tuple(by_code.values())

    def _rank(self, case: Case, mention: Mention, candidates: Sequence[Candidate]) -> Question[tuple[int, ...]]:
        values = {
            **passage_values(case, mention),
            "terms": [self._nearest.described(one) for one in candidates],
            "system_name": self._system_name,
        }
        request = self._asker.request(STEP, self._reranker, values, range(1, len(candidates) + 1))

        def read(data: Mapping[str, Any]) -> tuple[int, ...]:
            return read_numbers(data, "answer", len(candidates))

        return Question(case=case, request=request, read=read)


def _ranked(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Give candidates scores that keep the model's order."""
    best = as_picked(candidates[0]).score if candidates else PICKED
    return tuple(
        attrs.evolve(one, score=round(max(best - _FALL * rank, 0.0), 4)) for rank, one in enumerate(candidates)
    )


def _read_descriptions(data: Mapping[str, Any]) -> tuple[str, ...]:
    words = data.get("descriptions")
    if not isinstance(words, list) or not all(isinstance(one, str) for one in words):
        raise UnreadableAnswerError("'descriptions' is no list of strings")
    return tuple(one[:_LONGEST] for one in words[:_DESCRIPTIONS] if one.strip())
