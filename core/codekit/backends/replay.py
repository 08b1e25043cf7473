"""Recorded answers instead of a model: written by `Recorder`, read by `Replay`, one JSON object a line."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from codekit.backends.base import Answer, Backend, Failure, Request
from codekit.backends.records import Record
from codekit.backends.settings import Settings
from codekit.errors import BackendError, UsageError

FILE = "answers.jsonl"
"""Name of the file in the folder of a recording."""


class Recorder:
    """Writes down what another backend answers.

    Lines are appended in one write each batch, so that several processes may record into one folder. The file holds
    what models quote from notes: it is for its owner alone, and to be kept as the notes are.

    Args:
        backend: Whom to ask.
        folder: Where to write; made if it is not there.

    Raises:
        BackendError: The folder cannot be written to.
    """

    def __init__(self, backend: Backend, folder: Path) -> None:
        self.model: str = backend.model
        self.window: int = backend.window
        self.shared: bool = backend.shared
        self._backend = backend
        self._path = folder / FILE
        self._append(b"")

    def answer(self, requests: Sequence[Request]) -> Sequence[Answer | Failure]:
        """Ask, write down every answer, and give them back; a failure is not written.

        Args:
            requests: In any number.

        Returns:
            One for each, in their order.

        Raises:
            BackendError: The answers cannot be written.
        """
        outcomes = self._backend.answer(requests)
        lines = [
            Record.of(request.key(self.model), request, outcome, self.model, self.window).to_json() + "\n"
            for request, outcome in zip(requests, outcomes, strict=True)
            if isinstance(outcome, Answer)
        ]
        self._append("".join(lines).encode("ascii"))
        return outcomes

    def close(self) -> None:
        """Close the other backend."""
        self._backend.close()

    def _append(self, lines: bytes) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with open(self._path, "ab", buffering=0, opener=_open_private) as file:
                if lines and _is_cut_off(self._path):
                    lines = b"\n" + lines
                written = file.write(lines)
        except OSError as error:
            raise BackendError(
                f"cannot record answers in {self._path}: {error.strerror}; name another folder"
            ) from None
        if written != len(lines):
            raise BackendError(f"cannot record answers in {self._path}: the disk is full")


class Replay:
    """Gives recorded answers; it asks nobody.

    Args:
        settings: `folder` is needed, and `model` where the folder holds the answers of several.

    Raises:
        UsageError: There is no recording, or it has no answers of that model.
    """

    def __init__(self, settings: Settings) -> None:
        if settings.folder is None:
            raise UsageError("the backend 'replay' needs a folder with recorded answers: record some with --record")
        self._folder = settings.folder
        recorded: dict[str, dict[str, Answer]] = {}
        windows: dict[str, int] = {}
        for record in _read_records(settings.folder / FILE):
            recorded.setdefault(record.model, {})[record.key] = record.answer()
            windows[record.model] = record.window
        self.model: str = _choose(settings, sorted(recorded))
        self.window: int = settings.window or windows[self.model]
        self.shared: bool = False
        self._answers = recorded[self.model]

    def answer(self, requests: Sequence[Request]) -> Sequence[Answer | Failure]:
        """Look the answers up.

        Args:
            requests: In any number.

        Returns:
            One for each, in their order; a failure for one that was not recorded.
        """
        return [self._answers.get(one.key(self.model)) or self._missing(one) for one in requests]

    def close(self) -> None:
        """Do nothing: nothing is open."""

    def _missing(self, request: Request) -> Failure:
        return Failure(
            reason=f"{self._folder} has no answer of {self.model} to this question of step {request.step!r}, prompt "
            f"{request.prompt!r}: note, prompt, parameters or edition differ; record it with --record and a model"
        )


def _choose(settings: Settings, models: Sequence[str]) -> str:
    known = ", ".join(models) or "none"
    if settings.model is None and len(models) == 1:
        return models[0]
    if settings.model is None:
        raise UsageError(f"{settings.folder} holds answers of several models or none: name one of them ({known})")
    if settings.model not in models:
        raise UsageError(f"{settings.folder} holds no answers of {settings.model!r}, only of: {known}")
    return settings.model


def _read_records(path: Path) -> Iterator[Record]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"no recorded answers in {path}: {error.strerror}; record some with --record") from None
    for line in filter(None, content.split(b"\n")):
        # where recording was interrupted there is half a line, whose answer was never used
        with contextlib.suppress(ValueError):
            yield Record.from_json(line)


def _is_cut_off(path: Path) -> bool:
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
