"""Results on standard output, as JSON or as tables."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, cast

import click

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

_WIDE = 180
"""Columns where the output is no terminal, so that a file or a pipe gets whole lines."""


def print_json(data: Mapping[str, Any]) -> None:
    """Print one JSON object in UTF-8, indented, with a newline at its end."""
    click.echo(to_json(data).encode(), nl=False)


def to_json(data: Mapping[str, Any]) -> str:
    """Give an object its printed form."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def to_json_line(data: Mapping[str, Any]) -> str:
    """Give an object the form of one line."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


def make_console(file: IO[str] | None = None) -> Console:
    """Make the console for results; nothing in them is taken for markup.

    Args:
        file: Where to; None is standard output.

    Returns:
        A console as wide as the terminal, or wide enough for whole lines where there is none.
    """
    from rich.console import Console

    stream = file or sys.stdout
    terminal = stream.isatty()
    return Console(
        file=stream if terminal else cast("IO[str]", _Trimmed(stream)),
        width=None if terminal or "COLUMNS" in os.environ else _WIDE,
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=False,
    )


class _Trimmed:
    """Passes text on without the spaces with which rich fills its lines up."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str, /) -> int:
        self._stream.write(re.sub(" +(?=\n)", "", text))
        return len(text)

    def flush(self) -> None:
        self._stream.flush()


def make_table(columns: Sequence[str], rows: Iterable[Sequence[RenderableType]], whole: Iterable[str] = ()) -> Table:
    """Lay rows out.

    Args:
        columns: Headings.
        rows: Cells, one per column.
        whole: Headings of columns that never wrap, such as codes.

    Returns:
        The table, without a frame.
    """
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in columns:
        table.add_column(name, no_wrap=name in set(whole), overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def make_grid(rows: Iterable[Sequence[RenderableType]], whole: int = 0) -> Table:
    """Lay rows of equal length out without a heading; the first `whole` columns never wrap."""
    from rich.table import Table

    rows = list(rows)
    table = Table.grid(padding=(0, 2, 0, 0))
    for number in range(len(rows[0])):
        table.add_column(no_wrap=number < whole, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table
