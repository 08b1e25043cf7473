"""`codekit show`: everything that the classification says of one code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

import click

from codekit.cli.context import State, pass_state
from codekit.cli.options import edition_options, format_option
from codekit.cli.output import make_console, make_grid, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from codekit.editions.edition import Edition
    from codekit.types import Code, InheritedNote


@click.command("show")
@click.argument("code")
@edition_options
@format_option("table", "json")
@pass_state
def command(state: State, code: str, edition: str | None, day: date | None, form: str) -> None:
    """Show CODE: title, path, own and inherited notes, 7th characters, index terms that lead to it."""
    opened = state.open_edition(edition, day)
    row = opened.get(code)
    if form == "json":
        print_json(_to_dict(row, opened))
        return
    console = make_console()
    console.print(f"{state.system.info.name} {opened.label}", style="dim")
    console.print(f"{row.code}  {row.title}", style="bold")
    console.print(f"{row.kind.value}, {'assignable' if row.assignable else 'not assignable'}")
    for part in (_path, _notes, _seventh_characters, _terms, _children):
        part(console, row, opened)


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(text, style="bold")


def _path(console: Console, row: Code, edition: Edition) -> None:
    above = edition.ancestors(row.code)[::-1]
    if above:
        _heading(console, "Path")
        console.print(make_grid(((item.code, item.title) for item in above), whole=1))


def _notes(console: Console, row: Code, edition: Edition) -> None:
    notes = edition.notes(row.code)
    if not notes:
        return
    _heading(console, "Notes, with the row under which each is printed")
    console.print(make_grid(_note_rows(notes), whole=2))


def _note_rows(notes: tuple[InheritedNote, ...]) -> Iterator[tuple[str, str, str]]:
    """Name origin and kind once per run of notes of one kind."""
    for (origin, kind), group in groupby(notes, key=lambda item: (item.origin, item.note.kind)):
        for number, item in enumerate(group):
            first = number == 0
            yield origin if first else "", kind.value.replace("_", " ") if first else "", item.note.text


def _seventh_characters(console: Console, row: Code, edition: Edition) -> None:
    characters = edition.seventh_characters(row.code)
    if characters:
        _heading(console, "7th character")
        console.print(make_grid((item.character, item.meaning) for item in characters))


def _terms(console: Console, row: Code, edition: Edition) -> None:
    terms = edition.terms_for(row.code)
    if not terms:
        return
    _heading(console, "Index terms" + (" (derived from titles)" if edition.derived_index else ""))
    rows = []
    for term in terms:
        modifiers = f" ({', '.join(term.nonessential_modifiers)})" if term.nonessential_modifiers else ""
        table = term.table.value.replace("_", " ") + (f", {term.column}" if term.column else "")
        rows.append((", ".join(term.path) + modifiers, table))
    console.print(make_grid(rows))


def _children(console: Console, row: Code, edition: Edition) -> None:
    children = edition.children(row.code)
    if children:
        _heading(console, "Below it")
        console.print(make_grid(((item.code, item.title) for item in children), whole=1))


def _to_dict(row: Code, edition: Edition) -> dict[str, object]:
    return {
        "schema": 1,
        "system": edition.system,
        "edition": edition.label,
        "code": row.code,
        "title": row.title,
        "kind": row.kind.value,
        "assignable": row.assignable,
        "attributes": dict(sorted(row.attributes.items())),
        "path": [{"code": item.code, "title": item.title} for item in edition.ancestors(row.code)[::-1]],
        "notes": [_note_to_dict(item) for item in edition.notes(row.code)],
        "seventh_characters": [
            {"character": item.character, "meaning": item.meaning} for item in edition.seventh_characters(row.code)
        ],
        "terms": [
            {
                "id": term.id,
                "path": list(term.path),
                "nonessential_modifiers": list(term.nonessential_modifiers),
                "codes": list(term.codes),
                "manifestation": list(term.manifestation),
                "table": term.table.value,
                "column": term.column,
            }
            for term in edition.terms_for(row.code)
        ],
        "children": [
            {"code": item.code, "title": item.title, "assignable": item.assignable}
            for item in edition.children(row.code)
        ],
    }


def _note_to_dict(item: InheritedNote) -> dict[str, object]:
    return {
        "kind": item.note.kind.value,
        "text": item.note.text,
        "origin": item.origin,
        "references": [{"first": r.first, "last": r.last} for r in item.note.references],
    }
