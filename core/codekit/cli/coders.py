"""Coders by date of service, so that one batch may span several editions."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from codekit.cli.context import State
from codekit.cli.notes import BadNote, Item
from codekit.errors import UnknownEditionError

if TYPE_CHECKING:
    from codekit.editions.edition import Edition
    from codekit.pipeline.coder import Coder
    from codekit.types import CodingResult, Note

MOST_OPEN = 4
"""How many editions are open at once: one takes some hundred megabytes, and a batch may span many years."""


class Coders:
    """Codes each note with the edition that the options choose, or else the note's own date of service.

    A date for which there is no edition takes the default one, with a warning; it is given once per date. Notes of one
    edition share its coder; the one that was not used for longest is closed when there are too many.

    Args:
        state: The system, its editions, and where warnings go.
        edition: As given by `--edition`.
        day: As given by `--date`.
        make: Makes the coder of an edition.
    """

    def __init__(self, state: State, edition: str | None, day: date | None, make: Callable[[Edition], Coder]) -> None:
        self._state = state
        self._edition = edition
        self._day = day
        self._make = make
        self._labels: dict[date | None, str] = {}
        # The one used last stands last.
        self._open: dict[str, Coder] = {}
        self._in_use = Counter[str]()
        self._lock = threading.RLock()

    def code_many(self, items: Sequence[Item]) -> list[CodingResult | Exception]:
        """Code a group of notes, those of one edition together; several threads may each bring a group.

        Args:
            items: In any number; some may be notes that could not be read.

        Returns:
            For each in turn its result, or why it failed.
        """
        outcomes: dict[int, CodingResult | Exception] = {}
        groups: dict[date | None, dict[int, Note]] = {}
        for at, item in enumerate(items):
            if isinstance(item, BadNote):
                outcomes[at] = item.error
            else:
                groups.setdefault(self._service_of(item), {})[at] = item
        for label, notes in self._by_edition(groups, outcomes).items():
            with self._coder(label) as coder:
                outcomes.update(zip(notes, coder.code_many([*notes.values()]), strict=True))
        return [outcomes[at] for at in range(len(items))]

    def check(self) -> None:
        """Open the edition that the options choose, or the default, so that one that is not there is told at once."""
        with self._coder(self._label(None)):
            pass

    def _by_edition(
        self, groups: dict[date | None, dict[int, Note]], outcomes: dict[int, CodingResult | Exception]
    ) -> dict[str, dict[int, Note]]:
        found: dict[str, dict[int, Note]] = {}
        for service, notes in groups.items():
            try:
                found.setdefault(self._label(service), {}).update(notes)
            except Exception as error:
                outcomes.update(dict.fromkeys(notes, error))
        return found

    def _service_of(self, note: Note) -> date | None:
        """Give the date that picks a note's edition; None for what the options choose, or the default."""
        chosen = self._edition is not None or self._day is not None
        return None if chosen else note.encounter.date_of_service

    def _label(self, service: date | None) -> str:
        with self._lock:
            if service not in self._labels:
                self._labels[service] = self._find(service)
            return self._labels[service]

    def _find(self, service: date | None) -> str:
        try:
            edition = self._state.open_edition(self._edition, service or self._day)
        except UnknownEditionError:
            if service is None:
                raise
            default = self._label(None)
            self._state.warn(f"no edition for date of service {service}; coded with {default}")
            return default
        self._keep(edition)
        return edition.label

    @contextmanager
    def _coder(self, label: str) -> Iterator[Coder]:
        """Lend the coder of an edition, which stays open meanwhile."""
        with self._lock:
            if label not in self._open:
                self._keep(self._state.open_edition(label, None))
            coder = self._open[label] = self._open.pop(label)
            self._in_use[label] += 1
        try:
            yield coder
        finally:
            with self._lock:
                self._in_use[label] -= 1

    def _keep(self, edition: Edition) -> None:
        if edition.label in self._open:
            edition.close()
            return
        self._open[edition.label] = self._make(edition)
        idle = [label for label in self._open if not self._in_use[label] and label != edition.label]
        for label in idle[: max(len(self._open) - MOST_OPEN, 0)]:
            self._open.pop(label).close()
