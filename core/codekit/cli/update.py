"""`codekit update`: the newest release, built, checked, and made the default."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codekit.cli.context import State, pass_state
from codekit.cli.fetch import warn_of_gaps
from codekit.cli.notes import BadNote, NoteReader, find_files
from codekit.cli.options import format_option, model_option, server_option
from codekit.cli.output import make_console, make_table, print_json
from codekit.errors import UsageError
from codekit.types import Encounter

if TYPE_CHECKING:
    from codekit.editions.progress import Progress
    from codekit.fetch import Fetched
    from codekit.types import Note
    from codekit.update.report import UpdateReport

_NEXT = {
    "current": "nothing is newer than the default edition",
    "switched": "it is the default now; `codekit --system {system} editions rollback` goes back",
    "early": "it answers for its dates of service, and will be the default with the first update from its first day on",
    "waiting": "it waits for approval: `codekit --system {system} editions use {edition}` makes it the default",
    "refused": "it failed a check and was not made the default; mend what is wrong and run the update again",
}


@click.command("update")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--mirror", metavar="URL-OR-FOLDER", help="Where to look in place of the publishers.")
@click.option(
    "--cases",
    type=click.Path(path_type=Path, exists=True),
    help="Saved notes, as `codekit run` takes them, which the new edition must be able to code.",
)
@click.option("--approve", is_flag=True, help="Wait for a person to approve the new edition before it is the default.")
@model_option
@server_option
@format_option("table", "json")
@click.pass_context
@pass_state
def command(
    state: State,
    ctx: click.Context,
    paths: tuple[Path, ...],
    mirror: str | None,
    cases: Path | None,
    approve: bool,
    model: str | None,
    server: str | None,
    form: str,
) -> None:
    """Fetch the newest release, build it beside the live edition, check it, and make it the default if it passes.

    For a scheduler: doing it again changes nothing, and whenever it is killed the live edition still answers. With
    PATH the files of a release are taken from there, and nothing is fetched. A Qdrant server gets the vectors of the
    new edition before the switch, and its alias is switched with it.

    It ends with status 0 when the newest edition is the default, or will be from its first day on, 3 when a check
    failed, 4 when it waits for approval, 5 when another update is under way, and 1 when something else failed.
    """
    from codekit.search.dense import DEFAULT_MODEL
    from codekit.update.job import VectorServer, folder_of, update
    from codekit.update.report import report_to_dict

    notes = _read_cases(state, cases) if cases else None
    fetched: list[Fetched] = []

    def gather(progress: Progress) -> Sequence[Path]:
        if paths:
            return paths
        from codekit.fetch import fetch_release

        fetched.append(fetch_release(state.system, mirror=mirror, progress=progress))
        return fetched[0].paths

    with state.stages() as progress:
        report = update(
            state.system,
            state.store,
            gather,
            cases=notes,
            approve=approve,
            vectors=VectorServer(url=server, model=model or DEFAULT_MODEL) if server else None,
            progress=progress,
        )
    for one in fetched:
        warn_of_gaps(state, one)
    if form == "json":
        print_json(report_to_dict(report))
    else:
        _print(report, folder_of(state.store, state.system, report.edition))
    ctx.exit(report.exit_code)


def _read_cases(state: State, path: Path) -> list[Note]:
    found: list[Note] = []
    for item in NoteReader(encounter=Encounter(), warn=state.warn).read_files(find_files([path], None)):
        if isinstance(item, BadNote):
            state.warn(f"{item.error}; the update goes on without it")
        else:
            found.append(item)
    if not found:
        raise UsageError(f"{path}: no note in it can be read; give notes as `codekit run` takes them")
    return found


def _print(report: UpdateReport, folder: Path) -> None:
    console = make_console()
    console.print(f"{report.edition}  {report.title}", style="bold")
    console.print(_NEXT[report.outcome].format(system=report.system, edition=report.edition))
    if report.before and report.before != report.edition:
        console.print(f"the default {'is' if report.outcome == 'current' else 'before'}: {report.before}")
    if report.checks:
        console.print()
        console.print(make_table(("check", "verdict", "what"), [(c.name, c.verdict, c.detail) for c in report.checks]))
    for check in report.checks:
        for failure in check.failures:
            console.print(f"  {check.name}: {failure}")
    if report.changes:
        console.print()
        rows = [
            (part, *(f"{n:,} {kind.replace('_', ' ')}" for kind, n in counts.items() if n))
            for part, counts in report.changes.items()
        ]
        for part, *said in rows:
            console.print(f"{part}: {', '.join(said) or 'no change'}")
    for one in report.not_compared:
        console.print(f"not compared: {one}")
    if report.files:
        console.print()
        console.print(f"report: {folder / report.files[0]}")
