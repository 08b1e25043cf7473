"""`codekit verify`: whether saved results can be made again here, and come out the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from codekit.cli.context import State, pass_state
from codekit.cli.notes import BadNote, NoteReader, find_files
from codekit.cli.options import format_option, setting_option
from codekit.cli.output import make_console, make_table, print_json
from codekit.types import Encounter, Setting

if TYPE_CHECKING:
    from codekit.reproduction import Verification
    from codekit.types import Note

_DIFFERS = 3
_SHOWN = 3


@click.command("verify")
@click.argument("results", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("notes", nargs=-1, type=click.Path(path_type=Path, exists=True))
@setting_option
@format_option("table", "json")
@click.pass_context
@pass_state
def command(
    state: State, ctx: click.Context, results: Path, notes: tuple[Path, ...], setting: Setting | None, form: str
) -> None:
    """Compare what saved RESULTS were made with to what is here: edition, sources, versions, prompts.

    With NOTES, as `codekit run` took them, the results are made again and compared too. It ends with status 3 where
    anything differs, and with 1 where nothing does and some results are damaged.
    """
    from codekit.reproduction import read_results, verify

    saved, damaged = read_results(results)
    given = _read(state, notes, setting) if notes else None
    with state.stages() as progress:
        found = verify(saved, state.system, state.store, given, progress)
    if form == "json":
        print_json({"schema": 1, "system": state.system.info.id, **attrs.asdict(found)})
    else:
        _print(found)
    for message in damaged:
        click.echo(f"error: {message}", err=True)
    ctx.exit(_DIFFERS if found.differences else 1 if damaged else 0)


def _read(state: State, paths: tuple[Path, ...], setting: Setting | None) -> dict[str, Note]:
    reader = NoteReader(encounter=Encounter(setting=setting), warn=state.warn)
    found: dict[str, Note] = {}
    for item in reader.read_files(find_files(paths, None)):
        if isinstance(item, BadNote):
            state.warn(str(item.error))
        else:
            found[item.id] = item
    return found


def _print(found: Verification) -> None:
    console = make_console()
    if found.differences:
        rows = [(one.what, one.was or "-", one.now or "-", _ids(one.notes)) for one in found.differences]
        console.print(make_table(("what differs", "then", "now", "notes"), rows, whole=("what differs",)))
    for reason in found.unchecked:
        console.print(f"not checked: {reason}")
    made = f", {found.compared:,} of them made again" if found.compared else ""
    verdict = "they differ" if found.differences else "nothing differs"
    console.print(f"{found.results:,} results{made}: {verdict}")


def _ids(notes: tuple[str, ...]) -> str:
    more = f" and {len(notes) - _SHOWN:,} more" if len(notes) > _SHOWN else ""
    return ", ".join(notes[:_SHOWN]) + more
