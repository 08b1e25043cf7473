"""Files of JSON Lines, plain or gzipped, with one record of a note on each line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any, cast

from codekit.errors import NoteError, UsageError


def read_records(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Read the objects of a JSON Lines file, plain or gzipped.

    Args:
        path: The file.

    Yields:
        The 1-based number of each line that is not blank, and its object.

    Raises:
        UsageError: The file cannot be read, or a line is no object.
    """
    try:
        with open_text(path) as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    record = json.loads(line)
                    if not isinstance(record, Mapping):
                        raise UsageError(f"{path}:{number}: expected a JSON object on one line")
                    yield number, record
    except (OSError, EOFError) as error:
        raise UsageError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: not JSON Lines in UTF-8; expected one JSON object a line") from error


def open_text(path: Path) -> IO[str]:
    """Open a file in UTF-8, unpacked where its name ends in `.gz`."""
    if path.suffix == ".gz":
        return TextIOWrapper(cast("IO[bytes]", gzip.open(path, "rb")), encoding="utf-8-sig")
    return path.open(encoding="utf-8-sig")


def code_list(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Read the codes of a record.

    Args:
        record: An object with `codes`.

    Returns:
        Its codes, in their order and each once.

    Raises:
        NoteError: They are not a list of strings.
    """
    codes = record.get("codes")
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise NoteError("$.codes: expected a list of strings")
    return tuple(dict.fromkeys(codes))
