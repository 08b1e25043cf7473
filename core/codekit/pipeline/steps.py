"""The protocols of the four steps: whoever implements one can stand in for the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import attrs

from codekit.conventions import DraftCode
from codekit.types import Candidate, CodingResult, Dropped, Mention, Note, Query


@attrs.frozen(kw_only=True)
class Tentative:
    """What assigning one mention gave.

    Args:
        mention: The mention.
        row: The row of the tabular list that the index led to, whatever became of it; None where it led to none.
        draft: Its tentative codes, an etiology before its manifestation; empty if it led to none.
        dropped: What was considered and left out.
        queries: Questions that the note leaves open.
    """

    mention: Mention
    row: str | None = None
    draft: tuple[DraftCode, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    queries: tuple[Query, ...] = ()


class EvidenceExtractor(Protocol):
    """Analyze: finds the mentions of a note."""

    def extract(self, note: Note) -> tuple[Mention, ...]:
        """Return the mentions in text order, each with its exact span and assertion."""
        ...


class IndexNavigator(Protocol):
    """Locate: looks a mention up in the alphabetic index."""

    def locate(self, mention: Mention) -> tuple[Candidate, ...]:
        """Return candidate codes, best first; empty where the index has nothing for the mention."""
        ...


class TabularValidator(Protocol):
    """Assign: verifies a candidate in the tabular list and takes it to an assignable code."""

    def assign(self, note: Note, located: Sequence[tuple[Mention, Sequence[Candidate]]]) -> tuple[Tentative, ...]:
        """Return, for each mention in turn, its tentative codes with their path."""
        ...


class CodeReconciler(Protocol):
    """Verify: makes one ordered code set of the tentative codes, through the conventions."""

    def reconcile(self, note: Note, tentative: Sequence[Tentative]) -> CodingResult:
        """Return the final result; everything left out is in its `dropped`."""
        ...
