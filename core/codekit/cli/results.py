"""Saved results, one at a time and without losing the broken ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import attrs

T = TypeVar("T")


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
    return read_lines(path, _saved)


def read_lines(path: Path, read: Callable[[Mapping[str, Any]], T | None]) -> Iterator[T | BadLine]:
    """Yield what is asked of each line of a file that `codekit run --format jsonl` wrote.

    Args:
        path: The file; blank lines are left out.
        read: Takes what is asked out of a line's object, or None to leave it out; what it raises for want of a key or
            for a wrong value makes the line a bad one.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                found = read(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                yield BadLine(f"{path}:{number}", "not a result of `codekit run --format jsonl`; left out")
            else:
                if found is not None:
                    yield found


def _saved(data: Mapping[str, Any]) -> SavedResult | None:
    if "error" in data:
        return None
    codes = tuple(str(one["code"]) for one in data["assignments"])
    return SavedResult(str(data["note_id"]), str(data["edition"]), codes)
