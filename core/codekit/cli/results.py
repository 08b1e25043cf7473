"""Saved results, one at a time and without losing the broken ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import attrs


@attrs.frozen
class SavedResult:
    """What is asked of one result: whose it is, with which edition, and its codes in sequence."""

    note_id: str
    edition: str
    codes: tuple[str, ...]


@attrs.frozen
class BadLine:
    """A line that holds no result: file and 1-based line, and what is wrong with it."""

    where: str
    message: str


def read_results(path: Path) -> Iterator[SavedResult | BadLine]:
    """Yield the results in a file that `codekit run --format jsonl` wrote.

    Args:
        path: The file; blank lines, and notes that failed, are left out.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                data = json.loads(line)
                if "error" not in data:
                    codes = tuple(str(one["code"]) for one in data["assignments"])
                    yield SavedResult(str(data["note_id"]), str(data["edition"]), codes)
            except (ValueError, KeyError, TypeError, RecursionError):
                yield BadLine(f"{path}:{number}", "not a result of `codekit run --format jsonl`; left out")
