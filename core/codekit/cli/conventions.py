"""`codekit conventions`: the rules that the code reconciler applies, in the order in which it does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from codekit.cli.context import State, pass_state
from codekit.cli.options import edition_options, format_option
from codekit.cli.output import make_console, make_table, print_json
from codekit.errors import UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from codekit.conventions import Convention


@click.command("conventions")
@click.argument("query", required=False, metavar="[ID|SECTION]")
@edition_options
@format_option("table", "json")
@pass_state
def command(state: State, query: str | None, edition: str | None, day: date | None, form: str) -> None:
    """List the conventions of an edition in the order in which they apply.

    With the ID of one, only that; with a SECTION of the guidelines, such as I.C.1, those that carry it out or a section
    below it. Conventions that are read off the tabular list (origin tabular) change with the edition; the others are
    written.
    """
    opened = state.open_edition(edition, day)
    conventions = state.system.conventions(opened.release)
    state.warn_of_extensions()
    shown = conventions if query is None else _matching(query, conventions, state.system.info.name)
    if form == "json":
        print_json(
            {
                "schema": 2,
                "system": opened.system,
                "edition": opened.label,
                "query": query,
                "conventions": [_to_dict(convention) for convention in shown],
            }
        )
        return
    console = make_console()
    console.print(f"{state.system.info.name} {opened.label}", style="dim")
    columns = ("stage", "convention, title and sections", "setting", "origin")
    console.print(make_table(columns, map(_row, shown), whole=("stage", "setting", "origin")))
    console.print(f"\n{len(shown)} of {len(conventions)} conventions")


def _matching(query: str, conventions: Sequence[Convention], system: str) -> tuple[Convention, ...]:
    wanted = query.casefold()
    found = tuple(one for one in conventions if wanted == one.id.casefold() or _carries_out(one, wanted))
    if not found:
        near = get_close_matches(wanted, [one.id for one in conventions], n=1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        raise UsageError(
            f"no convention of {system} has the id {query!r} or carries out a guideline section of that name.{meant} "
            "`codekit conventions` lists them all, `codekit guidelines SECTION` shows what a section says."
        )
    return found


def _carries_out(convention: Convention, section: str) -> bool:
    return any(f"{one.casefold()}.".startswith(f"{section.rstrip('.')}.") for one in convention.sections)


def _row(convention: Convention) -> tuple[RenderableType, ...]:
    """Set title and sections under the id, which leaves them room enough on 80 columns."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    rests_on = ", ".join(convention.sections) or convention.source
    lines = (Text(convention.title), Text(rests_on, style="dim"))
    return (
        convention.stage.label,
        Group(Text(convention.id, style="bold"), *(Padding(line, (0, 0, 0, 2)) for line in lines)),
        convention.setting.value if convention.setting else "both",
        convention.origin.value,
    )


def _to_dict(convention: Convention) -> dict[str, object]:
    return {
        "id": convention.id,
        "title": convention.title,
        "source": convention.source,
        "sections": list(convention.sections),
        "setting": convention.setting.value if convention.setting else None,
        "stage": convention.stage.label,
        "after": list(convention.after),
        "origin": convention.origin.value,
    }
