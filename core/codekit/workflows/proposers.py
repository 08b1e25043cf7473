"""Who proposes codes for a whole note: a plugin's classifier, a file of predictions, or another workflow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from codekit.editions.edition import Edition
from codekit.pipeline.coder import Coder
from codekit.pipeline.progress import NoteInProgress
from codekit.system import System
from codekit.types import ProposedCode
from codekit.workflows.predictions import read_predictions

_UNSURE = 0.5


class Proposer(Protocol):
    """Proposes codes."""

    def propose_many(self, cases: Sequence[NoteInProgress]) -> Sequence[Sequence[ProposedCode]]:
        """Return, for each note in turn, proposals in any order."""
        ...


class PluginProposer:
    """Asks the plugins' hook `codekit_propose_codes`.

    Args:
        system: The code system.
        edition: The opened edition.
    """

    def __init__(self, system: System, edition: Edition) -> None:
        self._system = system
        self._edition = edition

    def propose_many(self, cases: Sequence[NoteInProgress]) -> list[tuple[ProposedCode, ...]]:
        """Ask for one note after another."""
        return [self._system.propose(case.note, self._edition) for case in cases]


class FileProposer:
    """Reads proposals by the ids of notes.

    Args:
        path: A file of predictions, as `codekit eval --predictions` reads it.

    Raises:
        UsageError: It cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._predictions = read_predictions(path)

    def propose_many(self, cases: Sequence[NoteInProgress]) -> list[list[ProposedCode]]:
        """Look the notes up; a note that is not in the file has no proposals."""
        return [
            [
                ProposedCode(
                    code=one.code,
                    score=_UNSURE if one.confidence is None else one.confidence,
                    spans=tuple((each.start, each.end) for each in one.evidence),
                )
                for one in (self._predictions[case.note.id].proposals if case.note.id in self._predictions else ())
                if one.kept
            ]
            for case in cases
        ]


class WorkflowProposer:
    """Takes what another workflow makes of a note.

    Args:
        coder: The coder of that workflow.
    """

    def __init__(self, coder: Coder) -> None:
        self._coder = coder

    def propose_many(self, cases: Sequence[NoteInProgress]) -> list[list[ProposedCode]]:
        """Code the notes; what was asked of a model is booked to the same cases."""
        return [
            [
                ProposedCode(
                    code=one.code,
                    score=one.confidence,
                    spans=tuple((each.start, each.end) for each in one.evidence),
                )
                for one in trace.result.assignments
            ]
            for trace in self._coder.trace_cases(cases)
        ]
