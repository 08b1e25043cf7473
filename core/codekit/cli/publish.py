"""`codekit editions publish`, `published` and `unpublish`: vectors of editions on a Qdrant server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from codekit.cli.context import State, pass_state
from codekit.cli.options import format_option, model_option, server_option
from codekit.cli.output import make_console, make_table, print_json
from codekit.errors import UsageError

if TYPE_CHECKING:
    from codekit.search.aliases import Collection


@click.command("publish")
@click.argument("name", required=False)
@click.option("--rollback", is_flag=True, help="Make the edition live again that was so before; without NAME.")
@model_option
@server_option
@format_option("table", "json")
@pass_state
def publish(state: State, name: str | None, rollback: bool, model: str | None, server: str | None, form: str) -> None:
    """Write the vectors of an edition to a Qdrant server and make it the live one there; the default without NAME.

    The alias codekit-SYSTEM-MODEL is switched in one request, when every vector is there.
    """
    from codekit.search import publishing
    from codekit.search.dense import DEFAULT_MODEL

    chosen, url = model or DEFAULT_MODEL, _required(server)
    if rollback:
        if name:
            raise click.UsageError("--rollback takes no NAME: to publish an edition again, leave --rollback out")
        live = publishing.rollback(state.system.info.id, chosen, url)
        data: dict[str, object] = {"live": live, "model": chosen}
        said = f"live again: {live}"
    else:
        with state.open_edition(name, None) as edition, state.progress("writing the vectors of an edition") as progress:
            texts = publishing.publish(edition, chosen, url, progress)
            before = publishing.switch(edition, chosen, url)
        data = {"live": edition.hash, "before": before, "edition": edition.label, "model": chosen, "texts": texts}
        said = f"live: {edition.label}, {texts:,} texts as vectors of {chosen}"
    if form == "json":
        print_json({"schema": 1, "system": state.system.info.id, **data})
    else:
        click.echo(said)


@click.command("published")
@server_option
@format_option("table", "json")
def published(server: str | None, form: str) -> None:
    """List the editions of all systems on a Qdrant server, and which are live."""
    from codekit.search.publishing import list_published

    found = list_published(_required(server))
    if form == "json":
        print_json({"schema": 1, "collections": [_to_dict(one) for one in found]})
        return
    if not found:
        make_console().print("nothing is published there; `codekit editions publish` does it")
        return
    columns = ("collection", "system", "edition", "texts", "state")
    rows = [(one.name, one.system, one.edition, f"{one.texts:,}", _state(one)) for one in found]
    make_console().print(make_table(columns, rows, whole=("collection", "edition")))


@click.command("unpublish")
@click.argument("collection")
@server_option
def unpublish(collection: str, server: str | None) -> None:
    """Remove COLLECTION, as `published` names it, from a Qdrant server; never the live one."""
    from codekit.search.publishing import remove_published

    remove_published(collection, _required(server))
    click.echo(f"removed {collection}")


def _required(server: str | None) -> str:
    if server is None:
        raise UsageError("no Qdrant server is named: give its address with --qdrant URL or in CODEKIT_QDRANT_URL")
    return server


def _state(one: Collection) -> str:
    return "live" if one.live else "previous" if one.previous else ""


def _to_dict(one: Collection) -> dict[str, object]:
    return {
        "collection": one.name,
        "system": one.system,
        "edition": one.edition,
        "model": one.model,
        "texts": one.texts,
        "live": one.live,
        "previous": one.previous,
    }
