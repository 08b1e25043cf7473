"""Coders by date of service, so that one batch may span several editions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from codekit.cli.context import State
from codekit.cli.notes import BadNote, Item
from codekit.errors import UnknownEditionError

if TYPE_CHECKING:
    from codekit.editions.edition import Edition
    from codekit.pipeline.coder import Coder
    from codekit.types import CodingResult, Note


class Coders:
    """Codes each note with the edition that the options choose, or else the note's own date of service.

    A date for which there is no edition takes the default one, with a warning; it is given once per date.

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
        self._by_day: dict[date | None, Coder] = {}
        self._by_label: dict[str, Coder] = {}
        self._opening = threading.RLock()

    def code_many(self, items: Sequence[Item]) -> list[CodingResult | Exception]:
        """Code a group of notes, those of one edition together; several threads may each bring a group.

        Args:
            items: In any number; some may be notes that could not be read.

        Returns:
            For each in turn its result, or why it failed.
        """
        outcomes: dict[int, CodingResult | Exception] = {}
        groups: dict[int, tuple[Coder, dict[int, Note]]] = {}
        for at, item in enumerate(items):
            if isinstance(item, BadNote):
                outcomes[at] = item.error
                continue
            try:
                coder = self._for(item)
            except Exception as error:
                outcomes[at] = error
            else:
                groups.setdefault(id(coder), (coder, {}))[1][at] = item
        for coder, notes in groups.values():
            outcomes.update(zip(notes, coder.code_many([*notes.values()]), strict=True))
        return [outcomes[at] for at in range(len(items))]

    def _for(self, note: Note) -> Coder:
        chosen = self._edition is not None or self._day is not None
        return self.on(None if chosen else note.encounter.date_of_service)

    def on(self, service: date | None) -> Coder:
        """Give the coder for a date of service; None is for what the options choose, or the default."""
        with self._opening:
            if service not in self._by_day:
                self._by_day[service] = self._open(service)
            return self._by_day[service]

    def _open(self, service: date | None) -> Coder:
        try:
            edition = self._state.open_edition(self._edition, service or self._day)
        except UnknownEditionError:
            if service is None:
                raise
            default = self.on(None)
            self._state.warn(f"no edition for date of service {service}; coded with {default.edition.label}")
            return default
        if edition.label in self._by_label:
            edition.close()
        else:
            self._by_label[edition.label] = self._make(edition)
        return self._by_label[edition.label]
