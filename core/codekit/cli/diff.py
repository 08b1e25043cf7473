"""`codekit editions diff`: what changed between two editions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codekit.cli.context import State, pass_state
from codekit.cli.options import format_option
from codekit.cli.output import make_console, make_table, to_json
from codekit.cli.sinks import open_stream
from codekit.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from codekit.editions.diff.changes import EditionDiff, Successor

_SHOWN = 20
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--html", type=_FILE, help="Write a report to this file, with everything that changed.")
@click.option("-o", "--output", type=_FILE, help="Write the output to this file.")
@format_option("table", "json")
@pass_state
def command(state: State, old: str, new: str, html: Path | None, output: Path | None, form: str) -> None:
    """Say what changed from edition OLD to edition NEW, each named as --edition takes it.

    Codes, notes, index entries and sections of the guidelines; and for every code that a claim can no longer carry the
    codes that may take its place, with how each was found.
    """
    from codekit.editions.diff import diff, diff_to_dict, diff_to_html

    for path in filter(None, (html, output)):
        if not path.parent.is_dir():
            raise UsageError(f"{path}: cannot be written: there is no folder {path.parent}")
    with state.open_edition(old, None) as first, state.open_edition(new, None) as second, state.stages() as progress:
        found = diff(first, second, progress)
    if html:
        with open_stream(html, append=False) as report:
            report.write(diff_to_html(found))
    stream = open_stream(output, append=False)
    try:
        if form == "json":
            stream.write(to_json(diff_to_dict(found)))
        else:
            print_diff(make_console(stream), found)
    finally:
        if output is not None:
            stream.close()


def print_diff(console: Console, found: EditionDiff) -> None:
    """Print counts, and then the beginning of each list."""
    print_head(console, found)
    if found.is_empty:
        console.print("nothing changed")
        return
    console.print(make_table(("", "", "number"), _counts(found), whole=("number",)))
    _list(console, "No longer assignable", ("code", "title", "likely successors"), _retired(found))
    for title, rows in (("Added", found.added), ("Deleted", found.deleted)):
        shown = [(row.code, row.title, "yes" if row.assignable else "no") for row in rows]
        _list(console, title, ("code", "title", "assignable"), shown)
    changes = [
        (one.code, change.field.value, change.before, change.after) for one in found.revised for change in one.changes
    ]
    _list(console, "Revised", ("code", "field", "before", "after"), changes)
    notes = [(note.code, note.kind.value, note.before or "-", note.after or "-") for note in found.notes]
    _list(console, "Notes", ("at", "kind", "before", "after"), notes)
    entries = [
        (one.words, " / ".join(map(str, one.before)) or "-", " / ".join(map(str, one.after)) or "-")
        for one in found.index
    ]
    _list(console, "Index", ("entry", "led to", "leads to"), entries)
    _list(console, "Guidelines", ("section", "title and sentences", "change"), _sections(found))


def print_head(console: Console, found: EditionDiff) -> None:
    """Print which editions were compared, and what of them could not be."""
    console.print(f"{found.old} → {found.new}", style="bold")
    for one in found.omitted:
        console.print(f"not compared: {one.part}: {one.reason}")


def successors_text(found: Iterable[Successor]) -> str:
    """Write likely successors for a cell, with how they were found."""
    by_how: dict[str, list[str]] = {}
    for one in found:
        by_how.setdefault(one.how.value, []).append(one.code)
    return "\n".join(f"{' '.join(codes)} ({how})" for how, codes in by_how.items()) or "-"


def _counts(found: EditionDiff) -> list[tuple[str, str, str]]:
    rows = []
    for part, numbers in found.counts().items():
        for at, (name, number) in enumerate(numbers.items()):
            rows.append((part if at == 0 else "", name.replace("_", " "), f"{number:,}"))
    return rows


def _retired(found: EditionDiff) -> list[tuple[str, str, str]]:
    return [(one.code, one.title, successors_text(one.successors)) for one in found.retired]


def _sections(found: EditionDiff) -> list[tuple[str, str, str]]:
    from codekit.editions.diff.texts import unified

    rows = []
    for at, one in enumerate(found.guidelines):
        sentences = unified(one.before, one.after) if at < _SHOWN else ()
        moved = f"{one.change.value}, was {one.former_id}" if one.former_id else one.change.value
        rows.append((one.id, "\n".join((one.title, *sentences)), moved))
    return rows


def _list(console: Console, title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    if not rows:
        return
    console.print()
    console.print(f"{title} ({len(rows):,})", style="bold")
    console.print(make_table(columns, rows[:_SHOWN], whole=columns[:1] if columns[0] != "entry" else ()))
    if len(rows) > _SHOWN:
        console.print(f"and {len(rows) - _SHOWN:,} more; --format json or --html shows all")
