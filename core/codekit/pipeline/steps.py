"""The protocols of the four steps: whoever implements one can stand in for the rules.

A step that does better with many notes at once, as one that asks a language model, has the batch form besides; the
coder then calls that one alone, with a group of notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import attrs

from codekit.conventions import DraftCode
from codekit.pipeline.progress import NoteInProgress
from codekit.text.reader import ReadNote
from codekit.types import Candidate, CodingResult, Dropped, Mention, Query


@attrs.frozen(kw_only=True)
class Tentative:
    """What assigning one mention gave.

    Args:
        mention: The mention.
        row: The row of the tabular list that the index led to, whatever became of it; None where it led to none.
        draft: Its tentative codes, an etiology before its manifestation; empty if it led to none.
        dropped: What was considered and left out.
        queries: Questions that the note leaves open.
        document: Id of the mention's document; empty for a single note.
    """

    mention: Mention
    row: str | None = None
    draft: tuple[DraftCode, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    queries: tuple[Query, ...] = ()
    document: str = ""


class EvidenceExtractor(Protocol):
    """Analyze: finds the mentions of a note."""

    def extract(self, note: ReadNote) -> tuple[Mention, ...]:
        """Return the mentions in text order, each with its exact span and assertion."""
        ...


class IndexNavigator(Protocol):
    """Locate: looks a mention up in the alphabetic index."""

    def locate(self, mention: Mention) -> tuple[Candidate, ...]:
        """Return candidate codes, best first; empty where the index has nothing for the mention."""
        ...


class TabularValidator(Protocol):
    """Assign: verifies a candidate in the tabular list and takes it to an assignable code."""

    def assign(self, note: ReadNote, located: Sequence[tuple[Mention, Sequence[Candidate]]]) -> tuple[Tentative, ...]:
        """Return, for each mention in turn, its tentative codes with their path."""
        ...


class CodeReconciler(Protocol):
    """Verify: makes one ordered code set of the tentative codes, through the conventions."""

    def reconcile(self, note: ReadNote, tentative: Sequence[Tentative]) -> CodingResult:
        """Return the final result; everything left out is in its `dropped`."""
        ...


Located = Sequence[tuple[Mention, Sequence[Candidate]]]
"""The mentions of one note with their candidates, best first."""


@runtime_checkable
class BatchExtractor(Protocol):
    """Analyze, for several notes at once."""

    def extract_many(self, cases: Sequence[NoteInProgress]) -> Sequence[tuple[Mention, ...]]:
        """Return, for each case in turn, what `EvidenceExtractor.extract` returns."""
        ...


@runtime_checkable
class BatchNavigator(Protocol):
    """Locate, for the mentions of several notes at once."""

    def locate_many(self, asked: Sequence[tuple[NoteInProgress, Mention]]) -> Sequence[tuple[Candidate, ...]]:
        """Return, for each mention in turn, what `IndexNavigator.locate` returns."""
        ...


@runtime_checkable
class BatchValidator(Protocol):
    """Assign, for several notes at once."""

    def assign_many(
        self, cases: Sequence[NoteInProgress], located: Sequence[Located]
    ) -> Sequence[tuple[Tentative, ...]]:
        """Return, for each case in turn, what `TabularValidator.assign` returns."""
        ...


@runtime_checkable
class BatchReconciler(Protocol):
    """Verify, for several notes at once."""

    def reconcile_many(
        self, cases: Sequence[NoteInProgress], tentative: Sequence[Sequence[Tentative]]
    ) -> Sequence[CodingResult]:
        """Return, for each case in turn, what `CodeReconciler.reconcile` returns."""
        ...
