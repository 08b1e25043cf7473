"""`codekit editions fetch`: releases, straight from their publishers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codekit.cli.context import State, pass_state
from codekit.cli.options import format_option
from codekit.cli.output import make_console, make_table, print_json
from codekit.errors import UsageError

if TYPE_CHECKING:
    from codekit.editions.progress import Progress
    from codekit.editions.store import EditionInfo
    from codekit.fetch import Fetched
    from codekit.types import Publication, RemoteFile


@click.command("fetch")
@click.argument("wanted", required=False, metavar="[RELEASE|YEAR|latest]")
@click.option(
    "--into",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for downloads, in place of the one in the user's data directory.",
)
@click.option(
    "--mirror",
    metavar="URL-OR-FOLDER",
    help="Where to look in place of the publishers, in folders named after their hosts. Also CODEKIT_MIRROR.",
)
@click.option("--list", "only_list", is_flag=True, help="List the releases, or the files of the one that is named.")
@click.option("--build/--no-build", default=True, show_default=True, help="Build the edition from what was fetched.")
@click.option("--offline", is_flag=True, help="Use no network: only a mirror that is a folder here.")
@format_option("table", "json")
@pass_state
def command(
    state: State,
    wanted: str | None,
    into: Path | None,
    mirror: str | None,
    only_list: bool,
    build: bool,
    offline: bool,
    form: str,
) -> None:
    """Download a release from its publisher, and build an edition from it.

    Without a name it is the newest one that is published. What is there already and has not changed is not fetched
    again, and what was cut off is continued. HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE are honoured.
    """
    from codekit.fetch import LATEST, fetch_release, list_files, list_publications

    if offline:
        _require_local(mirror)
    if only_list and wanted:
        _print_files(state, *list_files(state.system, wanted, mirror=mirror), form)
        return
    if only_list:
        _print_publications(state, list_publications(state.system, mirror=mirror), form)
        return
    with download_progress(state) as progress:
        fetched = fetch_release(state.system, wanted or LATEST, root=into, mirror=mirror, progress=progress)
    warn_of_gaps(state, fetched)
    info = None
    if build:
        with state.progress() as progress:
            info = state.store.add(fetched.paths, progress)
        if info.version != fetched.version:
            state.warn(f"it is published as {fetched.version}, but its files say that they are {info.version}")
    if form == "json":
        print_json(_to_dict(state, fetched, info))
    else:
        _print(state, fetched, info)


@contextmanager
def download_progress(state: State) -> Iterator[Progress]:
    """Show bytes of each file on standard error: a bar on a terminal, else one line for each."""
    if state.quiet:
        from codekit.editions.progress import silent

        yield silent
    elif sys.stderr.isatty():
        from codekit.cli.bars import byte_bar

        with byte_bar() as bar:
            yield bar
    else:
        yield _lines(state)


def warn_of_gaps(state: State, fetched: Fetched) -> None:
    """Say which files of a release are not there, and what to do about it."""
    for one in fetched.left_out:
        state.warn(f"without {one.file.name}: {one.reason}")


def _lines(state: State) -> Progress:
    told: list[str] = []

    def progress(stage: str, done: int, total: int) -> None:  # noqa: ARG001
        if stage not in told:
            told.append(stage)
            state.notice(f"fetching {stage}{f' ({total:,} bytes)' if total else ''} ...")

    return progress


def _require_local(mirror: str | None) -> None:
    from codekit.fetch.mirrors import choose_mirror

    if not choose_mirror(mirror).is_local:
        raise UsageError(
            "offline was asked for, and fetching needs the network: name a folder with --mirror, or get the files "
            "elsewhere and build them with `codekit editions add PATH`"
        )


def _print_publications(state: State, found: tuple[Publication, ...], form: str) -> None:
    if form == "json":
        rows = [{"version": one.version, "title": one.title, "url": one.url} for one in found]
        print_json({"schema": 1, "system": state.system.info.id, "publications": rows})
        return
    built = {info.version: info.label for info in state.store.list()}
    table = [(one.version, one.title, built.get(one.version, "")) for one in found]
    make_console().print(make_table(("release", "title", "edition here"), table, whole=("release",)))


def _print_files(state: State, chosen: Publication, files: tuple[RemoteFile, ...], form: str) -> None:
    if form == "json":
        rows = [
            {"name": one.name, "url": one.url, "required": one.required, "licence": one.licence or None}
            for one in files
        ]
        print_json({"schema": 1, "system": state.system.info.id, "version": chosen.version, "files": rows})
        return
    console = make_console()
    console.print(f"{chosen.version}  {chosen.title}", style="bold")
    table = [(one.name, _need(one), one.url) for one in files]
    console.print(make_table(("file", "", "address"), table))


def _need(file: RemoteFile) -> str:
    return "after accepting a licence" if file.licence else "required" if file.required else ""


def _print(state: State, fetched: Fetched, info: EditionInfo | None) -> None:
    console = make_console()
    console.print(f"{fetched.version}  {fetched.publication.title}", style="bold")
    rows = [(one.name, f"{one.bytes:,}", one.sha256[:16]) for one in fetched.records]
    rows += [(path.name, f"{path.stat().st_size:,}", "put there by hand") for path in fetched.added]
    console.print(make_table(("file", "bytes", "sha256"), rows))
    console.print()
    console.print(f"folder: {fetched.folder}")
    console.print("fetched just now" if fetched.new else "nothing has changed since it was last fetched")
    if info:
        console.print(f"edition: {info.label}")
    if info and info.problems:
        console.print(f"`codekit --system {state.system.info.id} editions show {info.label}` lists its problems")


def _to_dict(state: State, fetched: Fetched, info: EditionInfo | None) -> dict[str, object]:
    return {
        "schema": 1,
        "system": state.system.info.id,
        "version": fetched.version,
        "title": fetched.publication.title,
        "folder": str(fetched.folder),
        "new": fetched.new,
        "files": [
            {"name": one.name, "url": one.url, "bytes": one.bytes, "sha256": one.sha256} for one in fetched.records
        ],
        "added": [path.name for path in fetched.added],
        "left_out": [{"name": one.file.name, "url": one.file.url, "reason": one.reason} for one in fetched.left_out],
        "edition": info.label if info else None,
    }
