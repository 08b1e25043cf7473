"""`codekit validate`: check a set of codes without a note."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import attrs
import click

from codekit.cli.context import State, pass_state
from codekit.cli.options import edition_options, encounter_options, format_option
from codekit.cli.output import make_console, make_table, print_json
from codekit.cli.render import count_findings, finding_columns, finding_rows
from codekit.serialize import finding_to_dict
from codekit.types import ClaimLine, Encounter, Setting, Severity, Sex

if TYPE_CHECKING:
    from codekit.editions.edition import Edition

_FINDINGS_ARE_ERRORS = 3


@click.command("validate")
@click.argument("codes", metavar="CODE...", nargs=-1, required=True)
@encounter_options
@edition_options
@format_option("table", "json")
@click.pass_context
@pass_state
def command(
    state: State,
    ctx: click.Context,
    codes: tuple[str, ...],
    setting: Setting | None,
    age: int | None,
    sex: Sex | None,
    edition: str | None,
    day: date | None,
    form: str,
) -> None:
    """Check the given codes, in sequence, against the tabular list and its rules.

    Ends with status 3 if a finding is an error.
    """
    opened = state.open_edition(edition, day)
    encounter = Encounter(setting=setting, date_of_service=day, age=age, sex=sex)
    findings = state.system.validate(codes, opened, encounter)
    state.warn_of_extensions()
    if form == "json":
        print_json(
            {
                "schema": 1,
                "system": opened.system,
                "edition": opened.label,
                "codes": list(codes),
                "findings": [finding_to_dict(finding) for finding in findings],
            }
        )
    else:
        console = make_console()
        console.print(f"{state.system.info.name} {opened.label}", style="dim")
        rows = [_row(opened, text) for text in codes]
        console.print(make_table(("code", "title"), rows, whole=("code",)))
        console.print()
        if findings:
            console.print(make_table(finding_columns(), finding_rows(findings), whole=finding_columns()[:2]))
            console.print(f"\n{count_findings(findings)}")
        else:
            console.print("no findings")
    if any(finding.severity is Severity.ERROR for finding in findings):
        ctx.exit(_FINDINGS_ARE_ERRORS)


def _row(edition: Edition, typed: str) -> tuple[str, str]:
    """Give code and title of what was typed: a code of the edition, or one with modifiers and units behind it."""
    if row := edition.find(typed):
        return row.code, row.title
    line = ClaimLine.read(typed)
    row = edition.find(line.code)
    if row is None or not row.assignable:
        return typed, "(unknown)"
    return str(attrs.evolve(line, code=row.code)), row.title
