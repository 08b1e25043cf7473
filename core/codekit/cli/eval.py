"""`codekit eval`: how good the coder is on labelled notes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codekit.cli.context import State, pass_state
from codekit.cli.models import Models, model_options
from codekit.cli.options import edition_options, format_option, layer_options, lexicon_option, threshold_option
from codekit.cli.output import make_console, print_json
from codekit.cli.scores import print_comparison, print_run
from codekit.errors import UsageError
from codekit.search.layers import SPARSE

if TYPE_CHECKING:
    from codekit.agents.asking import Asker
    from codekit.editions.edition import Edition
    from codekit.evaluation.datasets import Dataset
    from codekit.evaluation.run import Run
    from codekit.pipeline.coder import Coder
    from codekit.text.lexicon import Lexicon

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("eval")
@click.argument("dataset", required=False, type=click.Path(path_type=Path))
@click.option(
    "--loader",
    type=click.Choice(("jsonl", "codiesp", "mdace")),
    default="jsonl",
    show_default=True,
    help="Form of the dataset.",
)
@click.option("--split", metavar="NAME", help="Only this part of the dataset; for mdace, a file of admission ids.")
@click.option("--texts", type=_FILE, help="NOTEEVENTS.csv of MIMIC-III, for mdace.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the first N notes.")
@click.option(
    "--count",
    "counted",
    type=click.Choice(("reported", "documented")),
    help="Compare the codes that the encounter reports, or with them those that the reporting policy left; by default "
    "documented for codiesp, else reported.",
)
@click.option("--group-by", metavar="FIELD", default="", help="Also give the figures by a field of the notes, as kind.")
@click.option("--predictions", type=_FILE, help="Score the codes in this file in place of coding the notes.")
@click.option(
    "--stages/--no-stages",
    default=None,
    help="Also run each step on the experts' input, for what it could reach; or leave the steps and search out.",
)
@click.option("--compare", nargs=2, type=_FILE, metavar="FIRST SECOND", help="Compare two runs that --output wrote.")
@click.option("-o", "--output", type=_FILE, help="Write the run to this file, as JSON.")
@click.option("--html", type=_FILE, help="Write a report to this file.")
@threshold_option
@model_options
@layer_options
@lexicon_option
@edition_options
@format_option("table", "json")
@click.pass_context
@pass_state
def command(
    state: State,
    ctx: click.Context,
    dataset: Path | None,
    loader: str,
    split: str | None,
    texts: Path | None,
    limit: int | None,
    counted: str | None,
    group_by: str,
    predictions: Path | None,
    stages: bool | None,
    compare: tuple[Path, Path] | None,
    output: Path | None,
    html: Path | None,
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
    """Code the labelled notes of DATASET and compare with the experts' codes.

    DATASET holds one object a line: what `codekit run` reads, with "codes", or "must", "may" and "first", and maybe
    "mentions", gzipped or not. Scores are on standard output, with where codes were lost. Neither the run nor the
    report holds text of a note. One edition codes all notes. A note that fails counts as coded with nothing, and the
    status at the end is then 1.
    """
    if (dataset is None) == (compare is None):
        raise click.UsageError("give either a DATASET or --compare FIRST SECOND")
    if stages and (predictions or compare):
        raise click.UsageError("--stages runs the steps of a coder; predictions and saved runs have none")
    for path in filter(None, (output, html)):
        # a long run must not be lost to a misspelt path
        if not path.parent.is_dir():
            raise UsageError(f"{path}: cannot be written: there is no folder {path.parent}")
    if compare:
        _compare(compare, output, html, form)
        return
    assert dataset is not None
    from codekit.evaluation.corpora import load_dataset
    from codekit.evaluation.datasets import Counted
    from codekit.search.searcher import Searcher

    name = state.system.info.name
    loaded = load_dataset(
        dataset,
        loader=loader,
        split=split,
        limit=limit,
        texts=texts,
        system_name=name,
        counted=Counted(counted) if counted else None,
    )
    opened = state.open_edition(edition, day)
    if predictions:
        run = _score(state, loaded, predictions, opened, group_by)
    else:
        searcher = Searcher(
            state.system, opened, layers=layers, model=model, server=server, offline=models.offline, site=site
        )
        with models.opened(state) as asker:
            coder = models.coder(state, opened, searcher, asker, threshold)
            name = _name(models, asker.backend.model if asker else None, layers, model)
            run = _run(state, loaded, coder, name, stages, group_by, models, asker)
    _write(run, output, html)
    state.warn_of_extensions()
    if form == "json":
        from codekit.evaluation.run import run_to_dict

        print_json(run_to_dict(run))
    else:
        print_run(make_console(), run)
    failed = [note for note in run.notes if note.error]
    for note in failed:
        click.echo(f"error: {note.id}: {note.error}", err=True)
    if failed:
        ctx.exit(1)


def _run(
    state: State,
    dataset: Dataset,
    coder: Coder,
    name: str,
    stages: bool | None,
    group_by: str,
    models: Models,
    asker: Asker | None,
) -> Run:
    from codekit.evaluation.run import evaluate

    with state.stages() as progress:
        return evaluate(
            dataset,
            coder,
            name=name,
            stages=stages is not False,
            ceilings=stages is True,
            group_by=group_by,
            progress=progress,
            group=models.group(asker),
            at_once=models.at_once(asker),
            turn=asker.turn if asker else None,
        )


def _name(models: Models, llm: str | None, layers: tuple[str, ...], model: str | None) -> str:
    """Name the coder by what was chosen for it, so that two runs can be told apart."""
    parts = (f"{part} {kind}" for part, kind in models.parts.items())
    asked = (models.name, *parts, *filter(None, (llm,))) if models.name != "rules" or models.parts else ()
    chosen = [*asked, *(layers if layers != (SPARSE,) else ()), *((model,) if model else ())]
    return f"codekit ({', '.join(chosen)})" if chosen else "codekit"


def _score(state: State, dataset: Dataset, path: Path, edition: Edition, group_by: str) -> Run:
    from codekit.evaluation.run import score
    from codekit.workflows.predictions import read_predictions

    predictions = read_predictions(path)
    known = {labelled.note.id for labelled in dataset.notes}
    if not known & predictions.keys():
        raise UsageError(f"{path}: no note of {dataset.name} is in it; expected ids as the dataset has them")
    if missing := len(known - predictions.keys()):
        state.warn(f"{path}: {missing} of {len(known)} notes are not in it; they count as coded with nothing")
    return score(dataset, predictions, edition, coder=path.name, group_by=group_by)


def _compare(paths: tuple[Path, Path], output: Path | None, html: Path | None, form: str) -> None:
    from codekit.evaluation.compare import compare, comparison_to_dict
    from codekit.evaluation.run import load_run

    if output:
        raise click.UsageError("--output takes a run; a comparison goes to standard output or --html")
    comparison = compare(load_run(paths[0]), load_run(paths[1]))
    if html:
        from codekit.evaluation.report import comparison_to_html

        _write_text(html, comparison_to_html(comparison))
    if form == "json":
        print_json(comparison_to_dict(comparison))
    else:
        print_comparison(make_console(), comparison)


def _write(run: Run, output: Path | None, html: Path | None) -> None:
    from codekit.evaluation.run import save_run

    if output:
        save_run(run, output)
    if html:
        from codekit.evaluation.report import run_to_html

        _write_text(html, run_to_html(run))


def _write_text(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error
