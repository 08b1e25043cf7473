"""`codekit editions impact`: what a new edition means for saved notes, conventions and saved results."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from codekit.cli.context import State, pass_state
from codekit.cli.diff import print_head, successors_text
from codekit.cli.notes import BadNote, Item, NoteReader, count_notes
from codekit.cli.options import format_option, setting_option
from codekit.cli.output import make_console, make_table, print_json
from codekit.cli.results import BadLine, SavedResult, read_results
from codekit.errors import UsageError
from codekit.serialize import error_to_dict, safe_message
from codekit.types import Encounter, Setting

if TYPE_CHECKING:
    from rich.console import Console

    from codekit.editions.diff.changes import EditionDiff
    from codekit.editions.edition import Edition
    from codekit.update.impact import CodeImpact, ConventionImpact, Impact, ResultImpact, UsedCode

_FILE = click.Path(path_type=Path, dir_okay=False)
_Failure = tuple[str, Exception]


@attrs.define
class _Cases:
    """What became of the saved notes."""

    notes: int = 0
    changed: list[ResultImpact] = attrs.field(factory=list)
    failed: list[_Failure] = attrs.field(factory=list)


@attrs.define
class _Saved:
    """What became of the saved results."""

    results: int = 0
    affected: list[tuple[SavedResult, tuple[UsedCode, ...]]] = attrs.field(factory=list)
    failed: list[BadLine] = attrs.field(factory=list)


@click.command("impact")
@click.argument("old")
@click.argument("new")
@click.option("--cases", type=_FILE, help="Code the notes in this file, JSON Lines, with both editions.")
@click.option("--results", type=_FILE, help="Look at the results in this file, which `run --format jsonl` wrote.")
@setting_option
@format_option("table", "json")
@click.pass_context
@pass_state
def command(
    state: State,
    ctx: click.Context,
    old: str,
    new: str,
    cases: Path | None,
    results: Path | None,
    setting: Setting | None,
    form: str,
) -> None:
    """Say what changes for you from edition OLD to edition NEW, each named as --edition takes it.

    Which of your notes are coded differently, and why; which conventions name codes that are gone; which of your saved
    results use codes that are gone or revised, with the codes that may take their place. Notes are coded by the rules.
    A line that cannot be read or coded is reported and the others go on; the status at the end is then 1.
    """
    from codekit.editions.diff import diff
    from codekit.update.impact import Impact

    for path in filter(None, (cases, results)):
        if not path.is_file():
            raise UsageError(f"{path}: no such file")
    with state.open_edition(old, None) as before, state.open_edition(new, None) as after:
        with state.stages() as progress:
            found = diff(before, after, progress)
        impact = Impact(before, after, found)
        coded = _code(state, cases, before, after, impact, setting) if cases else None
        saved = _look(results, impact) if results else None
        conventions = tuple(filter(None, map(impact.on_convention, state.system.conventions(after.release))))
    state.warn_of_extensions()
    if form == "json":
        print_json(_to_dict(found, coded, conventions, saved))
    else:
        _print(make_console(), found, coded, conventions, saved)
    if _report(coded, saved):
        ctx.exit(1)


def _code(state: State, path: Path, old: Edition, new: Edition, impact: Impact, setting: Setting | None) -> _Cases:
    """Code every note with both editions."""
    from codekit.pipeline.coder import Coder

    reader = NoteReader(encounter=Encounter(setting=setting), warn=state.warn)
    coders = [Coder(state.system, edition) for edition in (old, new)]
    cases = _Cases()
    try:
        with state.counting(count_notes([path])) as advance:
            for item in reader.read_files([path]):
                _code_one(item, coders, impact, cases)
                advance()
    finally:
        for coder in coders:
            coder.searcher.close()
    return cases


def _code_one(item: Item, coders: Iterable[Any], impact: Impact, cases: _Cases) -> None:
    cases.notes += 1
    if isinstance(item, BadNote):
        cases.failed.append((item.id, item.error))
        return
    try:
        before, after = (coder.code(item) for coder in coders)
        changed = impact.on_result(before, after)
    except Exception as error:  # one note never ends the batch
        cases.failed.append((item.id, error))
    else:
        cases.changed += [changed] if changed else []


def _look(path: Path, impact: Impact) -> _Saved:
    """Look for retired and revised codes in every saved result."""
    saved = _Saved()
    for one in read_results(path):
        saved.results += 1
        if isinstance(one, BadLine):
            saved.failed.append(one)
        elif used := impact.on_codes(one.codes):
            saved.affected.append((one, used))
    return saved


def _report(cases: _Cases | None, saved: _Saved | None) -> bool:
    """Say on standard error what failed; true where anything did."""
    failed = [_told(note_id, safe_message(error)) for note_id, error in (cases.failed if cases else ())]
    failed += [f"{one.where}: {one.message}" for one in (saved.failed if saved else ())]
    for message in failed:
        click.echo(f"error: {message}", err=True)
    return bool(failed)


def _told(note_id: str, message: str) -> str:
    return message if message.startswith(note_id) else f"{note_id}: {message}"


def _to_dict(
    found: EditionDiff, cases: _Cases | None, conventions: Iterable[ConventionImpact], saved: _Saved | None
) -> dict[str, Any]:
    return {
        "schema": 1,
        "system": found.system,
        "old": found.old,
        "new": found.new,
        "omitted": [{"part": one.part, "reason": one.reason} for one in found.omitted],
        "cases": cases
        and {
            "notes": cases.notes,
            "changed": [_changed(one) for one in cases.changed],
            "failed": [error_to_dict(note_id, error) for note_id, error in cases.failed],
        },
        "conventions": [attrs.asdict(one) for one in conventions],
        "results": saved
        and {
            "results": saved.results,
            "affected": [
                {"note_id": one.note_id, "edition": one.edition, "codes": [_used(code) for code in used]}
                for one, used in saved.affected
            ],
            "failed": [{"where": one.where, "message": one.message} for one in saved.failed],
        },
    }


def _changed(one: ResultImpact) -> dict[str, Any]:
    from codekit.editions.diff.serialize import successors_to_list

    codes = [
        {
            "what": code.what.value,
            "code": code.code,
            "title": code.title,
            "explanations": [{"why": why.why.value, "text": why.text} for why in code.explanations],
            "successors": successors_to_list(code.successors),
        }
        for code in one.codes
    ]
    return {"note_id": one.note_id, "before": list(one.before), "after": list(one.after), "codes": codes}


def _used(one: UsedCode) -> dict[str, Any]:
    from codekit.editions.diff.serialize import retired_to_dict

    revised = [{"field": each.field.value, "before": each.before, "after": each.after} for each in one.revised]
    return {"code": one.code, "retired": one.retired and retired_to_dict(one.retired), "revised": revised}


def _print(
    console: Console,
    found: EditionDiff,
    cases: _Cases | None,
    conventions: tuple[ConventionImpact, ...],
    saved: _Saved | None,
) -> None:
    print_head(console, found)
    if cases:
        console.print(f"\n{len(cases.changed)} of {cases.notes} notes are coded differently", style="bold")
        rows = [_code_row(one, code, at) for one in cases.changed for at, code in enumerate(one.codes or (None,))]
        if rows:
            console.print(make_table(("note", "", "code", "why"), rows, whole=("", "code")))
    console.print(f"\n{len(conventions)} conventions name codes that are gone or headings now", style="bold")
    if conventions:
        named = [(one.id, " ".join(one.gone) or "-", " ".join(one.headings) or "-") for one in conventions]
        console.print(make_table(("convention", "gone", "headings now"), named, whole=("convention",)))
    if saved:
        console.print(f"\n{len(saved.affected)} of {saved.results} results use codes that changed", style="bold")
        used = [_used_row(one, code, at) for one, codes in saved.affected for at, code in enumerate(codes)]
        if used:
            console.print(make_table(("note", "code", "now", "likely successors"), used, whole=("code",)))


def _code_row(one: ResultImpact, code: CodeImpact | None, at: int) -> tuple[str, ...]:
    note = one.note_id if at == 0 else ""
    if code is None:
        return note, "sequence", " ".join(one.after), f"was {' '.join(one.before)}"
    told = [f"{why.why.value}: {why.text}" for why in code.explanations]
    likely = [f"likely successors: {successors_text(code.successors)}"] if code.successors else []
    return note, code.what.value, code.code, "\n".join((*told, *likely))


def _used_row(one: SavedResult, code: UsedCode, at: int) -> tuple[str, ...]:
    note = one.note_id if at == 0 else ""
    if code.retired is None:
        changes = "; ".join(f"{each.field.value}: {each.before} → {each.after}" for each in code.revised)
        return note, code.code, changes, "-"
    return note, code.code, "a heading" if code.retired.heading else "gone", successors_text(code.retired.successors)
