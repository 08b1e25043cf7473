"""`codekit plugins`: what is installed, and why something did not load."""

from __future__ import annotations

import attrs
import click

from codekit.cli.context import State, pass_state
from codekit.cli.options import format_option
from codekit.cli.output import make_console, make_table, print_json


@click.command("plugins")
@format_option("table", "json")
@pass_state
def command(state: State, form: str) -> None:
    """List the plugins, and why one did not load."""
    records = state.plugins.records
    if form == "json":
        print_json({"schema": 1, "plugins": [attrs.asdict(record) for record in records]})
        return
    console = make_console()
    rows = [
        (r.name, f"{r.distribution} {r.version}", r.status, ", ".join(r.systems) or "-", _detail(r.hooks, r.error))
        for r in records
    ]
    columns = ("plugin", "distribution", "status", "systems", "hooks, or what is wrong")
    console.print(make_table(columns, rows, whole=columns[:3]))


def _detail(hooks: tuple[str, ...], error: str) -> str:
    return error or ", ".join(hook.removeprefix("codekit_") for hook in hooks)
