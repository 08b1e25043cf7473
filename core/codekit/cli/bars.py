"""Progress bars on standard error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

if TYPE_CHECKING:
    from codekit.editions.progress import Progress as ProgressCallback


def _bars(*columns: str | ProgressColumn) -> Progress:
    return Progress(*columns, console=Console(stderr=True), transient=True)


@contextmanager
def stage_bar() -> Iterator[ProgressCallback]:
    """Show one bar that starts anew with each stage, and goes away at the end."""
    with _bars(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()) as bars:
        task = bars.add_task("start", total=None)

        def progress(stage: str, done: int, total: int) -> None:
            bars.update(task, description=stage, completed=done, total=total or None)

        yield progress


@contextmanager
def byte_bar() -> Iterator[ProgressCallback]:
    """Show one bar of bytes that starts anew with each file, and goes away at the end."""
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with _bars(TextColumn("{task.description}", markup=False), *columns) as bars:
        task = bars.add_task("looking for the release", total=None)
        shown = ""

        def progress(stage: str, done: int, total: int) -> None:
            nonlocal shown
            if stage != shown:
                bars.reset(task)
                shown = stage
            bars.update(task, description=stage, completed=done, total=total or None)

        yield progress


@contextmanager
def note_bar(total: int | None) -> Iterator[Progress]:
    """Show how many notes are done; advance its only task, 0.

    Args:
        total: Number of notes; None where it is not known.
    """
    with _bars(TextColumn("notes"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()) as bars:
        bars.add_task("notes", total=total)
        yield bars
