"""What the commands share: the chosen system, its editions, and how to talk on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import attrs
import click

from codekit.errors import PluginError

if TYPE_CHECKING:
    from codekit.editions.edition import Edition
    from codekit.editions.progress import Progress
    from codekit.editions.store import EditionStore
    from codekit.plugins.registry import Plugins
    from codekit.system import System


@attrs.define(kw_only=True, slots=False)
class State:
    """The global options and what follows from them, found when first asked for.

    Args:
        system_id: As given by `--system`; None takes the only one that is ready.
        quiet: Whether progress and notices are left out.
        debug: Whether tracebacks are wanted.
    """

    system_id: str | None
    quiet: bool
    debug: bool

    @cached_property
    def plugins(self) -> Plugins:
        """The installed plugins."""
        from codekit.plugins.registry import load_plugins

        # what a plugin prints must not get into the results
        plugins = load_plugins(around=lambda: redirect_stdout(sys.stderr))
        for message in plugins.warnings:
            self.warn(message)
        return plugins

    @cached_property
    def system(self) -> System:
        """The chosen system."""
        from codekit.system import System

        return System.open(self.system_id or self._only_system(), self.plugins)

    @cached_property
    def store(self) -> EditionStore:
        """The editions of the chosen system."""
        from codekit.editions.store import EditionStore

        return EditionStore(self.system)

    def open_edition(self, name: str | None, day: date | None) -> Edition:
        """Open an edition, with progress where it has to be built first."""
        with self.progress() as progress:
            return self.store.open(name, date=day, progress=progress)

    @contextmanager
    def progress(self, work: str = "building an edition") -> Iterator[Progress]:
        """Show the stages of long work on standard error: a bar on a terminal, else one line that names the work."""
        if not self.quiet and not sys.stderr.isatty():
            yield _line(self, work)
            return
        with self.stages() as bar:
            yield bar

    @contextmanager
    def stages(self) -> Iterator[Progress]:
        """Show the stages of work that takes some seconds, where standard error is a terminal."""
        if self.quiet or not sys.stderr.isatty():
            from codekit.editions.progress import silent

            yield silent
            return
        from codekit.cli.bars import stage_bar

        with stage_bar() as bar:
            yield bar

    @contextmanager
    def counting(self, total: int | None) -> Iterator[Callable[[], None]]:
        """Count notes in a bar, where standard error is a terminal; None is for an unknown number of them."""
        if self.quiet or not sys.stderr.isatty():
            yield lambda: None
            return
        from codekit.cli.bars import note_bar

        with note_bar(total) as bars:
            yield lambda: bars.advance(bars.task_ids[0])

    def notice(self, message: str) -> None:
        """Say something on standard error that is good to know."""
        if not self.quiet:
            click.echo(message, err=True)

    def warn(self, message: str) -> None:
        """Say something on standard error that may be wrong."""
        click.echo(f"warning: {message}", err=True)

    def warn_of_extensions(self) -> None:
        """Pass on what was wrong with extensions of the system."""
        for message in self.system.warnings:
            self.warn(message)

    def _only_system(self) -> str:
        ids = self.plugins.system_ids()
        if len(ids) != 1:
            ready = [name for name in ids if self._is_ready(name)]
            if len(ready) != 1:
                raise click.UsageError(
                    f"several code systems are installed ({', '.join(ids)}): choose one with --system"
                    if ids
                    else "no code system is installed; `codekit plugins` tells why a plugin did not load"
                )
            return ready[0]
        return ids[0]

    def _is_ready(self, system_id: str) -> bool:
        """Tell whether a system has an edition, embedded or added."""
        from codekit.editions.store import EditionStore
        from codekit.system import System

        system = System.open(system_id, self.plugins)
        try:
            return system.default_source() is not None or bool(EditionStore(system).list())
        except PluginError:
            return False  # a broken plugin does not keep the others from use


def _line(state: State, work: str) -> Progress:
    told: list[str] = []

    def progress(stage: str, done: int, total: int) -> None:  # noqa: ARG001
        if not told:
            told.append(stage)
            state.notice(f"{work} of {state.system.info.name}; this is done once ...")

    return progress


pass_state = click.make_pass_decorator(State)
