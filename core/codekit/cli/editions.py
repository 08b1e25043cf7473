"""`codekit editions`: compiled editions on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from codekit.cli import diff, fetch, impact, publish
from codekit.cli.context import State, pass_state
from codekit.cli.options import format_option, model_option, server_option
from codekit.cli.output import make_console, make_table, print_json

if TYPE_CHECKING:
    from codekit.editions.edition import Edition
    from codekit.editions.store import EditionInfo

_SHOWN_PROBLEMS = 20


@click.group("editions")
def command() -> None:
    """Fetch, add, list, show, compare, embed or remove compiled editions."""


command.add_command(diff.command)
command.add_command(fetch.command)
command.add_command(impact.command)
command.add_command(publish.publish)
command.add_command(publish.published)
command.add_command(publish.unpublish)


@command.command("add")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@format_option("table", "json")
@pass_state
def add(state: State, paths: tuple[Path, ...], form: str) -> None:
    """Build an edition from the files of a release: a zip as published, a folder, or single files."""
    with state.progress() as progress:
        info = state.store.add(paths, progress)
    if form == "json":
        print_json(_with_head(state, _to_dict(info)))
        return
    console = make_console()
    console.print(f"{info.label}  {info.title}", style="bold")
    for line in _summary(info):
        console.print(line)
    if info.problems:
        console.print(f"`codekit --system {state.system.info.id} editions show {info.label}` lists the problems")


@command.command("embed")
@click.argument("name", required=False)
@model_option
@server_option
@format_option("table", "json")
@pass_state
def embed(state: State, name: str | None, model: str | None, server: str | None, form: str) -> None:
    """Write the vectors of an edition for the dense layer of search; of the default one without NAME."""
    from codekit.search import publishing
    from codekit.search.dense import DEFAULT_MODEL, build_vectors

    chosen = model or DEFAULT_MODEL
    with state.open_edition(name, None) as edition, state.progress("writing the vectors of an edition") as progress:
        texts = (
            publishing.publish(edition, chosen, server, progress)
            if server
            else build_vectors(edition, chosen, progress)
        )
    if form == "json":
        print_json(_with_head(state, {"edition": edition.label, "model": chosen, "texts": texts}))
    else:
        click.echo(f"{edition.label}: {texts:,} texts as vectors of {chosen}")


@command.command("list")
@format_option("table", "json")
@pass_state
def list_(state: State, form: str) -> None:
    """List the editions on this machine."""
    found = state.store.list()
    if form == "json":
        default = state.store.default.label
        print_json(_with_head(state, {"default": default, "editions": [_to_dict(info) for info in found]}))
        return
    console = make_console()
    if not found:
        how = "`codekit editions add PATH` builds one"
        if state.system.default_source() is not None:
            how = "the embedded one is built when it is first used"
        console.print(f"no edition of {state.system.info.name} is built yet; {how}")
        return
    columns = ("edition", "title", "from", "to", "codes", "index", "problems", "state")
    rows = [_row(info, state.store.default.label) for info in found]
    console.print(make_table(columns, rows, whole=("edition", "from", "to")))


@command.command("show")
@click.argument("name", required=False)
@format_option("table", "json")
@pass_state
def show(state: State, name: str | None, form: str) -> None:
    """Show an edition: what it holds, its files, and what was wrong in them; the default one without NAME."""
    with state.open_edition(name, None) as edition:
        info = state.store.info(edition)
        if form == "json":
            print_json(_with_head(state, {**_to_dict(info), **_content(edition)}))
        else:
            _print_edition(edition, info)


@command.command("use")
@click.argument("name")
@format_option("table", "json")
@pass_state
def use(state: State, name: str, form: str) -> None:
    """Make the edition NAME the default: it answers where none is named and no date tells which."""
    _print_default(state, state.store.use(name), form)


@command.command("rollback")
@format_option("table", "json")
@pass_state
def rollback(state: State, form: str) -> None:
    """Make the edition before the default one the default again."""
    _print_default(state, state.store.go_back(), form)


@command.command("remove")
@click.argument("name")
@format_option("table", "json")
@pass_state
def remove(state: State, name: str, form: str) -> None:
    """Remove the edition NAME: its label, version, or beginning of its hash."""
    info = state.store.remove(name)
    if form == "json":
        print_json(_with_head(state, {"removed": info.label}))
    else:
        click.echo(f"removed {info.label}")


def _print_default(state: State, info: EditionInfo, form: str) -> None:
    if form == "json":
        print_json(_with_head(state, {"default": info.label}))
    else:
        click.echo(f"the default is {info.label}  {info.title}")


def _with_head(state: State, data: dict[str, object]) -> dict[str, object]:
    return {"schema": 1, "system": state.system.info.id, **data}


def _row(info: EditionInfo, default: str | None) -> tuple[str, ...]:
    return (
        info.label,
        info.title,
        str(info.valid_from or ""),
        str(info.valid_to or ""),
        str(info.counts.get("codes", "")),
        f"{info.counts.get('terms', '')}{' derived' if info.derived_index else ''}",
        str(info.counts.get("problems", "")),
        info.error or ", ".join(filter(None, ("default" if info.label == default else "", info.held))) or "ready",
    )


def _summary(info: EditionInfo) -> list[str]:
    period = f"{info.valid_from} to {info.valid_to}" if info.valid_to else f"{info.valid_from} on"
    lines = [f"dates of service: {period}", *(f"{name.replace('_', ' ')}: {n:,}" for name, n in info.counts.items())]
    if info.derived_index:
        lines.append("no index among the files: its terms were derived from titles and inclusion terms")
    return lines


def _print_edition(edition: Edition, info: EditionInfo) -> None:
    from codekit.search.dense import list_vectors

    console = make_console()
    console.print(f"{info.label}  {info.title}", style="bold")
    vectors = (f"vectors: {one.model}, {one.texts:,} texts of {one.size} numbers" for one in list_vectors(edition))
    for line in (*_summary(info), *vectors, f"folder: {info.path}"):
        console.print(line)
    console.print()
    rows = [(file.name, f"{file.bytes:,}", file.sha256[:16]) for file in edition.release.sources]
    console.print(make_table(("file", "bytes", "sha256"), rows))
    problems = edition.problems()
    if problems:
        console.print()
        shown = [
            (f"{problem.file}:{problem.line}" if problem.line else problem.file, problem.message)
            for problem in problems[:_SHOWN_PROBLEMS]
        ]
        console.print(make_table(("where", "problem"), shown))
    if len(problems) > _SHOWN_PROBLEMS:
        console.print(f"and {len(problems) - _SHOWN_PROBLEMS} more; --format json lists them all")


def _to_dict(info: EditionInfo) -> dict[str, object]:
    return {
        "edition": info.label,
        "version": info.version,
        "hash": info.hash,
        "title": info.title,
        "valid_from": str(info.valid_from) if info.valid_from else None,
        "valid_to": str(info.valid_to) if info.valid_to else None,
        "counts": dict(sorted(info.counts.items())),
        "derived_index": info.derived_index,
        "path": str(info.path),
        "held": info.held or None,
        "error": info.error,
    }


def _content(edition: Edition) -> dict[str, object]:
    from codekit.search.dense import list_vectors

    return {
        "vectors": [{"model": v.model, "texts": v.texts, "size": v.size} for v in list_vectors(edition)],
        "sources": [{"name": f.name, "sha256": f.sha256, "bytes": f.bytes} for f in edition.release.sources],
        "problems": [{"file": p.file, "line": p.line, "message": p.message} for p in edition.problems()],
    }
