"""`codekit run`: code notes."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codekit.cli.coders import Coders
from codekit.cli.context import State, pass_state
from codekit.cli.models import Models, model_options
from codekit.cli.notes import Item, NoteReader, count_notes, find_files
from codekit.cli.options import (
    edition_options,
    format_option,
    layer_options,
    lexicon_option,
    setting_option,
    threshold_option,
)
from codekit.cli.sinks import DocumentSink, LinesSink, Sink, TableSink, cut_to_done, open_stream
from codekit.errors import UsageError
from codekit.pipeline.overlap import overlapped
from codekit.serialize import safe_message
from codekit.types import CodingResult, Encounter, Setting

if TYPE_CHECKING:
    from codekit.editions.edition import Edition
    from codekit.pipeline.coder import Coder
    from codekit.text.lexicon import Lexicon

_STDIN = Path("-")


@click.command("run")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write results to this file.")
@click.option("--resume", is_flag=True, help="Go on where an interrupted run stopped; with --output and jsonl.")
@click.option("--explain", is_flag=True, help="Show what each code rests on, and what was left out and why.")
@setting_option
@threshold_option
@model_options
@layer_options
@lexicon_option
@edition_options
@format_option("table", "json", "jsonl")
@click.pass_context
@pass_state
def command(
    state: State,
    ctx: click.Context,
    paths: tuple[Path, ...],
    output: Path | None,
    resume: bool,
    explain: bool,
    setting: Setting | None,
    threshold: float,
    models: Models,
    layers: tuple[str, ...],
    model: str | None,
    server: str | None,
    site: Lexicon | None,
    edition: str | None,
    day: date | None,
    form: str,
) -> None:
    """Code the notes in PATHS: text files, JSON Lines, folders of either; `-` or nothing is standard input.

    A line of JSON Lines is an object with "text", and maybe "id", "setting", "date_of_service", "age" and
    "sex". Without --edition and --date, a note's own date of service chooses its edition. A note that fails
    is reported and the others go on; the status at the end is then 1. The JSON forms always hold what
    --explain adds to the table. To resume, give the same PATHS again: as many notes of an id as the output
    holds already are passed over.
    """
    if resume and (output is None or form != "jsonl"):
        raise click.UsageError("--resume needs --output FILE and --format jsonl")
    reader = NoteReader(encounter=Encounter(setting=setting, date_of_service=day), warn=state.warn)
    if sys.stdin.isatty() and paths in ((), (_STDIN,)):
        state.notice("reading a note from standard input; end it with Ctrl-D")
    items, total = _read(reader, paths, output)
    done, failed = cut_to_done(output) if resume and output else (Counter[str](), 0)
    stood_in = 0

    with models.opened(state) as asker:

        def make(opened: Edition) -> Coder:
            from codekit.search.searcher import Searcher

            searcher = Searcher(
                state.system, opened, layers=layers, model=model, server=server, offline=models.offline, site=site
            )
            return models.coder(state, opened, searcher, asker, threshold)

        coders = Coders(state, edition, day, make)

        def work(group: Sequence[Item]) -> list[CodingResult | Exception]:
            with asker.turn if asker else nullcontext():
                return coders.code_many(group)

        coders.check()  # an unknown system or edition is told before the output is touched
        with _opened(output, append=resume) as make_sink:
            sink = make_sink(form, state.system.info.name, explain)
            # Counted where it takes a while and nothing else is printed on the same terminal.
            visible = (output is not None or not sys.stdout.isatty()) and (total != 1 or asker is not None)
            with state.counting(total) if visible else nullcontext(lambda: None) as advance:
                groups = _groups(_skip(items, done, advance), models.group(asker))
                for group, outcomes in overlapped(work, groups, models.at_once(asker)):
                    failed += _write(state, group, outcomes, sink, advance)
                    stood_in += sum(map(_fallbacks, outcomes))
            sink.end()
    state.warn_of_extensions()
    if stood_in:
        state.warn(
            f"the rules stood in for the model {stood_in:,} times; the findings of the results say where and why"
        )
    if failed:
        state.notice(f"notes that failed: {failed}")
        ctx.exit(1)


def _read(reader: NoteReader, paths: tuple[Path, ...], output: Path | None) -> tuple[Iterator[Item], int | None]:
    if paths in ((), (_STDIN,)):
        return reader.read_stream(sys.stdin.buffer, "stdin"), None
    if _STDIN in paths:
        raise UsageError("'-' is standard input and stands alone")
    files = find_files(paths, output)
    return reader.read_files(files), count_notes(files)


def _skip(items: Iterable[Item], done: Counter[str], advance: Callable[[], None]) -> Iterator[Item]:
    left = done.copy()
    for item in items:
        if left[item.id] > 0:
            left[item.id] -= 1
            advance()
        else:
            yield item


def _groups(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Take items in groups, the last of which may be smaller."""
    left = iter(items)
    while group := list(islice(left, size)):
        yield group


def _write(
    state: State,
    group: Sequence[Item],
    outcomes: Sequence[CodingResult | Exception],
    sink: Sink,
    advance: Callable[[], None],
) -> int:
    """Write what became of the notes of a group and return how many failed."""
    failed = 0
    for item, outcome in zip(group, outcomes, strict=True):
        if isinstance(outcome, Exception):
            failed += 1
            _report(state, item.id, outcome)
            sink.error(item.id, outcome)
        else:
            sink.result(outcome)
        advance()
    return failed


def _fallbacks(outcome: CodingResult | Exception) -> int:
    return sum(one.fallbacks for one in outcome.usage) if isinstance(outcome, CodingResult) else 0


def _report(state: State, note_id: str, error: Exception) -> None:
    if state.debug:
        import traceback

        traceback.print_exception(error)
    message = safe_message(error)
    click.echo(f"error: {message if message.startswith(note_id) else f'{note_id}: {message}'}", err=True)


@contextmanager
def _opened(output: Path | None, *, append: bool) -> Iterator[Callable[[str, str, bool], Sink]]:
    stream = open_stream(output, append=append)

    def make(form: str, system_name: str, explain: bool) -> Sink:
        if form == "table":
            return TableSink(stream, system_name, explain=explain)
        return LinesSink(stream) if form == "jsonl" else DocumentSink(stream)

    try:
        yield make
    finally:
        if output is not None:
            stream.close()
