"""Extract, retrieve, rerank: what a model itself thinks of joins what the index retrieves, and all of it is ranked.

The model describes codes in words, and the words are looked up: so its own proposals are codes of the edition as well.

Source: Baksi et al., MedCodER, NAACL 2025 (industry track).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from codekit.agents.asking import Asker, Question, Refused, UnreadableAnswerError, read_numbers
from codekit.agents.index_navigator import PICKED, STEP, ModelIndexNavigator, Nearest, as_picked, passage_values
from codekit.agents.prompts import Prompt
from codekit.editions.edition import Edition
from codekit.pipeline.coder import Coder
from codekit.pipeline.progress import NoteInProgress
from codekit.search.searcher import Searcher
from codekit.types import Candidate, Mention
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


class RerankNavigator(ModelIndexNavigator):
    """Lets a model describe each mention's code, looks that up besides the mention, and lets the model rank it all.

    It asks one batch of questions for descriptions and one for ranks, and gives the candidates that fit, best first.

    Args:
        asker: Asks the model.
        describer: Prompt for the descriptions.
        reranker: Prompt for the ranks.
        system_name: Name of the code system for people.
        nearest: Retrieves the entries nearest to a mention.
        searcher: Looks the descriptions up.
        edition: The opened edition.
    """

    _least = 1

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
        super().__init__(asker, reranker, system_name, nearest)
        self._describer = describer
        self._searcher = searcher
        self._edition = edition

    def _retrieve(self, asked: Sequence[tuple[NoteInProgress, Mention]]) -> list[tuple[Candidate, ...]]:
        described = self._asker.ask([self._describe(case, mention) for case, mention in asked])
        return [
            self._joined(mention, () if isinstance(words, Refused) else words)
            for (_, mention), words in zip(asked, described, strict=True)
        ]

    def _read(self, data: Mapping[str, Any], most: int) -> tuple[int, ...]:
        return read_numbers(data, "answer", most)

    def _chosen(self, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """Give candidates scores that keep the model's order."""
        best = as_picked(candidates[0]).score if candidates else PICKED
        return tuple(
            attrs.evolve(one, score=round(max(best - _FALL * rank, 0.0), 4)) for rank, one in enumerate(candidates)
        )

    def _describe(self, case: NoteInProgress, mention: Mention) -> Question[tuple[str, ...]]:
        values = {**passage_values(case, mention), "system_name": self._system_name}
        return Question(case=case, request=self._asker.request(STEP, self._describer, values), read=_read_descriptions)

    def _joined(self, mention: Mention, descriptions: Sequence[str]) -> tuple[Candidate, ...]:
        by_code = {one.code: one for one in self._nearest.of(mention)}
        for words in descriptions:
            for one in self._searcher.search(words, _PER_DESCRIPTION):
                if self._edition.find(one.code) is not None:
                    by_code.setdefault(one.code, one)
        return tuple(by_code.values())


def _read_descriptions(data: Mapping[str, Any]) -> tuple[str, ...]:
    words = data.get("descriptions")
    if not isinstance(words, list) or not all(isinstance(one, str) for one in words):
        raise UnreadableAnswerError("'descriptions' is no list of strings")
    return tuple(one[:_LONGEST] for one in words[:_DESCRIPTIONS] if one.strip())
