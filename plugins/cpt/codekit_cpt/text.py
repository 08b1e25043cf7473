"""Reading the text, the numbers and the dates of release files."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from codekit.plugin import Problem, Source, SourceError

_GZIP = b"\x1f\x8b"
_MOST_UNPACKED = 64 * 2**20
HEAD = 16384
"""Bytes that tell what a file is; the copyright text of the AMA fills the first three thousand."""


def content(source: Source, name: str) -> bytes:
    """Read a file, unpacked where it is gzipped.

    Raises:
        SourceError: It cannot be read, or a gzipped one expands to more than 64 MB.
    """
    data = source.read(name)
    if not data.startswith(_GZIP):
        return data
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            unpacked = stream.read(_MOST_UNPACKED + 1)
    except (OSError, EOFError) as error:
        raise SourceError(f"{name}: is damaged: {error}; get the file again") from error
    if len(unpacked) > _MOST_UNPACKED:
        raise SourceError(f"{name}: expands to more than {_MOST_UNPACKED} bytes; unpack it by hand if you trust it")
    return unpacked


def decode(data: bytes) -> str:
    """Decode UTF-8, or the Windows code page in which AMA and CMS publish most of their files."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def lines(source: Source, name: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file with their 1-based numbers, without line ends.

    Only line feeds end a line: form feeds and the like, which `splitlines` splits at, stand within descriptions.
    """
    for number, line in enumerate(decode(content(source, name)).split("\n"), start=1):
        yield number, line.rstrip("\r")


def csv_rows(name: str, text: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a comma-separated text with their lines; where it is broken it ends, with a problem."""
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        problems.append(Problem(file=name, line=reader.line_num, message=f"{error}; the rest is left out"))


def fold(text: str) -> str:
    """Give a text with its white space folded."""
    return " ".join(text.split())


def compact_date(text: str) -> date | None:
    """Read `20190101`; None for anything else, such as a blank field."""
    text = text.strip()
    if len(text) != 8 or not text.isascii() or not text.isdigit():
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def ordinal_date(text: str) -> date | None:
    """Read `2026091`, a year and the day of the year; None for anything else."""
    text = text.strip()
    if len(text) != 7 or not text.isascii() or not text.isdigit() or not 1 <= int(text[4:]) <= 366:
        return None
    try:
        return date(int(text[:4]), 1, 1) + timedelta(days=int(text[4:]) - 1)
    except ValueError:
        return None


def cell(value: object) -> str:
    """Give the cell of a spreadsheet as text: dates as `20190101`, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%Y%m%d")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def cells(row: Iterable[object]) -> list[str]:
    """Give the cells of a spreadsheet's row as texts, without the empty ones at its end."""
    texts = [cell(value) for value in row]
    while texts and not texts[-1]:
        texts.pop()
    return texts
