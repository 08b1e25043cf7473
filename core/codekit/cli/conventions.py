"""`codekit conventions`: the rules that the code reconciler applies, in the order in which it does, and their proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import attrs
import click

from codekit.cli.context import State, pass_state
from codekit.cli.options import edition_options, format_option
from codekit.cli.output import make_console, make_grid, make_table, print_json
from codekit.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from codekit.conventions import Convention, Example
    from codekit.editions.edition import Edition

    Faults = Mapping[tuple[str, int], Sequence[str]]
    """What an example promises and does not hold, by the id of its rule and its 0-based place; none if not run."""

_AN_EXAMPLE_DOES_NOT_HOLD = 3


@click.command("conventions")
@click.argument("query", required=False, metavar="[ID|SECTION]")
@click.option("--check", is_flag=True, help="Run the examples of these conventions, each with its rule and without it.")
@edition_options
@format_option("table", "json")
@click.pass_context
@pass_state
def command(
    state: State, ctx: click.Context, query: str | None, check: bool, edition: str | None, day: date | None, form: str
) -> None:
    """List the conventions of an edition in the order in which they apply.

    With the ID of one, all about it, with its examples; with a SECTION of the guidelines, such as I.C.1, those that
    carry it out or a section below it. Conventions that are read off the tabular list (origin tabular) change with the
    edition; the others are written. With --check it ends with status 3 where an example does not hold on this edition.
    """
    opened = state.open_edition(edition, day)
    conventions = state.system.conventions(opened.release)
    state.warn_of_extensions()
    shown = conventions if query is None else _matching(query, conventions, state.system.info.name)
    faults = _check(state, opened, shown) if check else {}
    if form == "json":
        print_json(
            {
                "schema": 2,
                "system": opened.system,
                "edition": opened.label,
                "query": query,
                "conventions": [_to_dict(convention, faults) for convention in shown],
            }
        )
    else:
        console = make_console()
        console.print(f"{state.system.info.name} {opened.label}", style="dim")
        if query is not None and query.casefold() == shown[0].id.casefold():
            _print_one(console, shown[0], faults)
        else:
            columns = ("stage", "convention, title and sections", "setting", "origin")
            console.print(make_table(columns, map(_row, shown), whole=("stage", "setting", "origin")))
            console.print(f"\n{len(shown)} of {len(conventions)} conventions")
        if check:
            _print_checked(console, shown, faults)
    if any(faults.values()):
        ctx.exit(_AN_EXAMPLE_DOES_NOT_HOLD)


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


def _check(state: State, edition: Edition, conventions: Sequence[Convention]) -> Faults:
    """Run the examples that are not pinned on another edition."""
    from codekit.pipeline.coder import Coder
    from codekit.pipeline.examples import ExampleRunner

    faults = {}
    runner = ExampleRunner(Coder(state.system, edition))
    with state.stages() as progress:
        for done, one in enumerate(conventions):
            progress(f"examples of {one.id}", done, len(conventions))
            for at, example in enumerate(one.examples):
                if runner.holds_for(example):
                    faults[one.id, at] = runner.faults(one, example)
    return faults


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


def _print_one(console: Console, convention: Convention, faults: Faults) -> None:
    from rich.text import Text

    facts = {
        "source": convention.source,
        "sections": ", ".join(convention.sections),
        "stage": convention.stage.label,
        "after": ", ".join(convention.after),
        "setting": convention.setting.value if convention.setting else "both",
        "origin": convention.origin.value,
        "codes": ", ".join(map(str, convention.names)),
    }
    console.print(f"\n{convention.id}", style="bold")
    console.print(f"{convention.title}\n")
    console.print(make_grid([(Text(name, style="dim"), text) for name, text in facts.items() if text], whole=1))
    if convention.examples:
        columns: tuple[str, ...] = ("example", "with the rule", "without it")
        rows: list[tuple[str, ...]] = [one.told() for one in convention.examples]
        if faults:
            columns = (*columns, "holds")
            rows = [(*row, _holds(faults.get((convention.id, at)))) for at, row in enumerate(rows)]
        console.print()
        console.print(make_table(columns, rows))
    else:
        console.print("\nIt brings no examples.")


def _holds(faults: Sequence[str] | None) -> str:
    if faults is None:
        return "not run"
    return "no" if faults else "yes"


def _print_checked(console: Console, conventions: Sequence[Convention], faults: Faults) -> None:
    """Tell which examples do not hold, and how many do."""
    for one in conventions:
        for at, example in enumerate(one.examples):
            for fault in faults.get((one.id, at), ()):
                console.print(f"{one.id}, {example.told()[0]}: {fault}", style="red")
    held = sum(not found for found in faults.values())
    pinned = sum(len(one.examples) for one in conventions) - len(faults)
    console.print(
        f"\n{held} of {len(faults)} examples hold on this edition"
        + (f"; {pinned} are for another one and were not run" if pinned else "")
    )


def _to_dict(convention: Convention, faults: Faults) -> dict[str, object]:
    return {
        "id": convention.id,
        "title": convention.title,
        "source": convention.source,
        "sections": list(convention.sections),
        "setting": convention.setting.value if convention.setting else None,
        "stage": convention.stage.label,
        "after": list(convention.after),
        "origin": convention.origin.value,
        "names": [attrs.asdict(one) for one in convention.names],
        "examples": [
            {**_example(example), "faults": faults.get((convention.id, at))}
            for at, example in enumerate(convention.examples)
        ],
    }


def _example(example: Example) -> dict[str, Any]:
    """Give all fields of an example, the day as text."""
    return attrs.asdict(example) | {"day": example.day.isoformat() if example.day else None}
