"""Notes on their way through the steps, with what was asked of a language model for each."""

from __future__ import annotations

from collections import Counter

import attrs

from codekit.backends.usage import StepUsage
from codekit.text.reader import ReadNote
from codekit.types import CodingResult, Finding, Severity, StepAccount, Thought

FALLBACK = "model-fallback"
"""Id of the rule whose finding says that the rules stood in for a model."""

LAYER_LOST = "search-layer-lost"
"""Id of the rule whose finding says that a layer of search did not answer, so that the note should be coded again."""

NOTHING = StepUsage()
"""What a step took that asked nothing."""


@attrs.define(kw_only=True)
class NoteInProgress:
    """One note of a group that is coded together.

    Args:
        note: The note.
    """

    note: ReadNote
    _accounts: dict[tuple[str, str], StepAccount] = attrs.field(factory=dict, init=False)
    _findings: list[Finding] = attrs.field(factory=list, init=False)
    _fallbacks: Counter[tuple[str, str]] = attrs.field(factory=Counter, init=False)
    _thoughts: list[Thought] = attrs.field(factory=list, init=False)
    _searched_whole: bool = attrs.field(default=True, init=False)

    def book(self, step: str, prompt: str, took: StepUsage = NOTHING, *, repaired: int = 0, unfound: int = 0) -> None:
        """Add to what a step has used.

        Args:
            step: The step.
            prompt: Name and version of its prompt.
            took: Calls, tokens, seconds and cost.
            repaired: Questions asked a second time.
            unfound: Quoted passages that are not in the note.
        """
        known = self._account(step, prompt)
        self._accounts[(step, prompt)] = attrs.evolve(
            known, took=known.took + took, repaired=known.repaired + repaired, unfound=known.unfound + unfound
        )

    def fall_back(self, step: str, prompt: str, reason: str) -> None:
        """Note that the rules stand in for the model on one item.

        Args:
            step: The step.
            prompt: Name and version of its prompt.
            reason: Why, in a few words; none of the note's.
        """
        known = self._account(step, prompt)
        self._accounts[(step, prompt)] = attrs.evolve(known, fallbacks=known.fallbacks + 1)
        self._fallbacks[(step, reason)] += 1

    def report(self, finding: Finding) -> None:
        """Keep a finding that belongs to no convention."""
        self._findings.append(finding)

    def lose_layer(self) -> None:
        """Note that something may have been looked up without a layer of search."""
        self._searched_whole = False

    def take_over(self, other: NoteInProgress) -> None:
        """Add what was asked, reported and thought for a document to the case of its chart."""
        for (step, prompt), one in other._accounts.items():
            known = self._account(step, prompt)
            self._accounts[(step, prompt)] = attrs.evolve(
                known,
                took=known.took + one.took,
                repaired=known.repaired + one.repaired,
                fallbacks=known.fallbacks + one.fallbacks,
                unfound=known.unfound + one.unfound,
            )
        self._findings.extend(other._findings)
        self._fallbacks.update(other._fallbacks)
        self._thoughts.extend(other._thoughts)
        self._searched_whole = self._searched_whole and other._searched_whole

    def think(self, step: str, text: str) -> None:
        """Keep what a model said before an answer."""
        self._thoughts.append(Thought(step=step, text=text))

    def close(self, result: CodingResult) -> CodingResult:
        """Add to the result of the note what was asked of a model for it.

        Args:
            result: What the steps made of the note.

        Returns:
            The result with usage, thoughts, and a finding for each reason for which the rules stood in, or for which
            search found less than it might.
        """
        findings = tuple(
            Finding(
                rule=FALLBACK,
                severity=Severity.INFO,
                codes=(),
                message=f"{step}: the rules stood in for the model {times} time{'s' * (times != 1)}: {reason}",
                source="language model",
            )
            for (step, reason), times in self._fallbacks.items()
        )
        return attrs.evolve(
            result,
            findings=(*result.findings, *self._findings, *findings, *self._losses()),
            usage=tuple(self._accounts.values()),
            thoughts=tuple(self._thoughts),
        )

    def _losses(self) -> tuple[Finding, ...]:
        if self._searched_whole:
            return ()
        told = "a layer of search did not answer while this note was coded, so codes may be missing; code it again"
        return (Finding(rule=LAYER_LOST, severity=Severity.WARNING, codes=(), message=told, source="search"),)

    def _account(self, step: str, prompt: str) -> StepAccount:
        return self._accounts.get((step, prompt)) or StepAccount(step=step, prompt=prompt, took=NOTHING)
