"""How long work tells whoever started it how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called from time to time during long work."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note of progress.

        Args:
            stage: What is being done, such as `parse`; stages follow one another.
            done: Units done in this stage, from 0 up to `total`.
            total: Units of this stage.
        """


def silent(stage: str, done: int, total: int) -> None:
    """Take no note."""
