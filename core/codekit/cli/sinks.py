"""Where the results of `codekit run` go: a table, one JSON document, or JSON Lines that can be resumed."""

from __future__ import annotations

import json
import sys
from collections import Counter
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from codekit.cli.output import make_console, to_json, to_json_line
from codekit.cli.render import print_result
from codekit.errors import UsageError
from codekit.serialize import SCHEMA, error_to_dict, result_to_dict

if TYPE_CHECKING:
    from codekit.types import CodingResult


class Sink(Protocol):
    """Takes results in input order."""

    def result(self, result: CodingResult) -> None:
        """Take the result of a note."""

    def error(self, note_id: str, error: Exception) -> None:
        """Take the failure of a note."""

    def end(self) -> None:
        """Write what is still to be written."""


class TableSink:
    """Prints each note as tables."""

    def __init__(self, stream: IO[str], system_name: str, *, explain: bool) -> None:
        self._console = make_console(stream)
        self._system_name = system_name
        self._explain = explain

    def result(self, result: CodingResult) -> None:
        """Print the result."""
        print_result(self._console, result, self._system_name, explain=self._explain)

    def error(self, note_id: str, error: Exception) -> None:
        """Print nothing: the failure is reported on standard error."""

    def end(self) -> None:
        """Print nothing more."""


class LinesSink:
    """Writes one line per note, at once."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def result(self, result: CodingResult) -> None:
        """Write the result's line."""
        self._write(result_to_dict(result))

    def error(self, note_id: str, error: Exception) -> None:
        """Write the failure's line."""
        self._write(error_to_dict(note_id, error))

    def end(self) -> None:
        """Write nothing more."""

    def _write(self, data: dict[str, Any]) -> None:
        self._stream.write(to_json_line(data))
        self._stream.flush()


class DocumentSink:
    """Writes one JSON object at the end: the only note's, or one that holds all of them in `results`."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._results: list[dict[str, Any]] = []

    def result(self, result: CodingResult) -> None:
        """Keep the result."""
        self._results.append(result_to_dict(result))

    def error(self, note_id: str, error: Exception) -> None:
        """Keep the failure."""
        self._results.append(error_to_dict(note_id, error))

    def end(self) -> None:
        """Write everything."""
        several = {"schema": SCHEMA, "results": self._results}
        self._stream.write(to_json(self._results[0] if len(self._results) == 1 else several))


def open_stream(path: Path | None, *, append: bool) -> IO[str]:
    """Open the file for results in UTF-8, or standard output, with line ends as they are written.

    Raises:
        UsageError: The file cannot be written.
    """
    if path is None:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="\n")
        return sys.stdout
    try:
        return path.open("a" if append else "w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error


def cut_to_done(path: Path) -> tuple[Counter[str], int]:
    """Find which notes an interrupted run has done, and cut off a last line that it did not finish.

    Args:
        path: What the run wrote; it need not exist.

    Returns:
        How often each note id is done, and how many of them failed.

    Raises:
        UsageError: The file holds something else than results.
    """
    done: Counter[str] = Counter()
    failed = 0
    if not path.exists():
        return done, failed
    content = path.read_bytes()
    end = content.rfind(b"\n") + 1
    for number, line in enumerate(content[:end].splitlines(), start=1):
        try:
            data = json.loads(line)
            done[data["note_id"]] += 1
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"{path}:{number}: not a result of `codekit run --format jsonl`, so the run cannot be resumed; "
                "name another file, or leave out --resume to overwrite it"
            ) from error
        failed += "error" in data
    if end < len(content):
        with path.open("r+b") as stream:
            stream.truncate(end)
    return done, failed
