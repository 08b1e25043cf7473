"""Which edition answers where none is named, and which did before it, so that there is a way back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from codekit.errors import EditionError
from codekit.files import write_whole

_FILE = "default.json"
_SCHEMA = 1
_REMEMBERED = 20


class DefaultEdition:
    """Remembers the default edition of one code system in a file that is replaced in one step.

    Whoever opens an edition sees the old default or the new one, whenever a writer is killed.

    Args:
        folder: Folder of the system's editions.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE

    def labels(self) -> tuple[str, ...]:
        """Give the labels of the default edition and of those that were it before, the latest first.

        Returns:
            Empty where none was ever chosen.

        Raises:
            EditionError: The file cannot be read.
        """
        try:
            data = json.loads(self._path.read_bytes())
            labels = data["editions"]
            known = data["schema"] == _SCHEMA and isinstance(labels, list) and all(isinstance(x, str) for x in labels)
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._unreadable(f"{type(error).__name__}: {error}") from error
        if not known:
            raise self._unreadable(f"got schema {data['schema']!r}, expected {_SCHEMA} and labels")
        return tuple(labels)

    @property
    def label(self) -> str | None:
        """Label of the default edition; None where none was ever chosen."""
        return next(iter(self.labels()), None)

    def choose(self, label: str) -> None:
        """Make an edition the default; the one before is kept for `go_back`.

        Args:
            label: Version and hash of an edition that is built.

        Raises:
            EditionError: The file cannot be read or written.
        """
        before = self.labels()
        if before[:1] != (label,):
            self._write((label, *before)[:_REMEMBERED])

    def go_back(self) -> None:
        """Make the edition before the default one the default again.

        Raises:
            EditionError: The file cannot be read or written.
        """
        self._write(self.labels()[1:])

    def _write(self, labels: Sequence[str]) -> None:
        content = json.dumps({"schema": _SCHEMA, "editions": list(labels)}, indent=1) + "\n"
        try:
            write_whole(self._path, content)
        except OSError as error:
            raise EditionError(f"cannot write {self._path}: {error.strerror}; the default is as before") from error

    def _unreadable(self, why: str) -> EditionError:
        return EditionError(
            f"{self._path} does not say which edition is the default ({why}); "
            "remove the file, then choose one with `codekit editions use NAME`"
        )
