"""`codekit compare`: what changed from one file of results to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from codekit.cli.options import format_option
from codekit.cli.output import make_console, make_table, print_json
from codekit.cli.results import BadLine, read_lines

if TYPE_CHECKING:
    from rich.console import Console

    from codekit.update.changes import Changes, CodeChange, Total
    from codekit.update.results import Made, Standings

_SHOWN = 20
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("compare")
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@format_option("table", "json")
@click.pass_context
def command(ctx: click.Context, old: Path, new: Path, form: str) -> None:
    """Say what changed from the results in OLD to those in NEW, which `codekit run --format jsonl` wrote.

    By code, rule and basis: codes that are gained, lost, left by the reporting policy or no longer left, that are ready
    or need review now, and that are listed first. No text of a note is shown. A line that cannot be read is reported
    and the others go on; the status at the end is then 1.
    """
    from codekit.update.changes import compare_results

    damaged: list[BadLine] = []
    found = compare_results(_read(old, damaged), _read(new, damaged))
    if form == "json":
        print_json(_to_dict(found))
    else:
        _print(make_console(), found)
    for one in damaged:
        click.echo(f"error: {one.where}: {one.message}", err=True)
    if damaged:
        ctx.exit(1)


def _read(path: Path, damaged: list[BadLine]) -> Iterator[Standings]:
    from codekit.update.results import standings_of

    for one in read_lines(path, standings_of):
        if isinstance(one, BadLine):
            damaged.append(one)
        else:
            yield one


def _to_dict(found: Changes) -> dict[str, Any]:
    return {
        "schema": 1,
        "old": _made(found.old),
        "new": _made(found.new),
        "compared": found.compared,
        "added": list(found.added),
        "missing": list(found.missing),
        "failed_before": list(found.failed_before),
        "failed_after": list(found.failed_after),
        "totals": dict(found.totals),
        "codes": [{"code": one.name, "title": one.title, "counts": dict(one.counts)} for one in found.codes],
        "rules": [{"rule": one.name, "counts": dict(one.counts)} for one in found.rules],
        "bases": [{"basis": one.name, "counts": dict(one.counts)} for one in found.bases],
        "statuses": [attrs.asdict(one) for one in found.statuses],
        "changed": [{"note_id": one.note_id, "codes": list(map(_change, one.codes))} for one in found.notes],
    }


def _made(made: Mapping[Made, int]) -> list[dict[str, Any]]:
    return [{**attrs.asdict(one), "results": number} for one, number in made.items()]


def _change(one: CodeChange) -> dict[str, Any]:
    return {
        "code": one.code,
        "what": one.what.value,
        "rule": one.rule,
        "basis": one.basis,
        "before": attrs.asdict(one.before, filter=_no_title),
        "after": attrs.asdict(one.after, filter=_no_title),
    }


def _no_title(attribute: attrs.Attribute[Any], _value: object) -> bool:
    return attribute.name != "title"


def _print(console: Console, found: Changes) -> None:
    for side, made in (("old", found.old), ("new", found.new)):
        for one, number in made.items():
            console.print(f"{side}  {number:,} results  {one.system} {one.edition}, codekit {one.codekit or '-'}")
    console.print(f"{found.compared:,} notes in both, {len(found.notes):,} of them changed", style="bold")
    _print_ids(console, "only in the old file", found.missing)
    _print_ids(console, "only in the new file", found.added)
    _print_ids(console, "failed before", found.failed_before)
    _print_ids(console, "failed now", found.failed_after)
    if not found.notes:
        return
    totals = [(what.label, f"{number:,}") for what, number in found.totals.items()]
    _section(console, ("what changed", "codes"), totals)
    if found.statuses:
        _section(
            console, ("status", "codes"), [(f"{one.before} → {one.after}", str(one.number)) for one in found.statuses]
        )
    _print_totals(console, "code", found.codes)
    _print_totals(console, "rule", found.rules)
    _print_totals(console, "basis", found.bases)


def _print_ids(console: Console, title: str, ids: Sequence[str]) -> None:
    if ids:
        more = f" and {len(ids) - _SHOWN:,} more" if len(ids) > _SHOWN else ""
        console.print(f"{title} ({len(ids):,}): {', '.join(ids[:_SHOWN])}{more}")


def _print_totals(console: Console, name: str, totals: Sequence[Total]) -> None:
    """Print the first totals, with a column for whatever occurs in them."""
    if not totals:
        return
    from codekit.update.changes import ChangeKind

    shown = totals[:_SHOWN]
    whats = [what for what in ChangeKind if any(what in one.counts for one in shown)]
    titled = any(one.title for one in shown)
    columns = (name, *(("title",) if titled else ()), *(what.label for what in whats))
    rows = [
        (one.name or "none", *((one.title,) if titled else ()), *(str(one.counts.get(what, "")) for what in whats))
        for one in shown
    ]
    _section(console, columns, rows)
    if len(totals) > _SHOWN:
        console.print(f"and {len(totals) - _SHOWN:,} more; --format json shows all")


def _section(console: Console, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    console.print()
    console.print(make_table(columns, rows, whole=columns[:1]))
