"""`codekit search`: the index, as a coder would look into it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from codekit.cli.context import State, pass_state
from codekit.cli.options import edition_options, format_option, layer_options, lexicon_option
from codekit.cli.output import make_console, make_table, print_json

if TYPE_CHECKING:
    from codekit.editions.edition import Edition
    from codekit.text.lexicon import Lexicon
    from codekit.types import Candidate


@click.command("search")
@click.argument("term", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="At most so many.")
@layer_options
@lexicon_option
@edition_options
@format_option("table", "json")
@pass_state
def command(
    state: State,
    term: tuple[str, ...],
    limit: int,
    layers: tuple[str, ...],
    model: str | None,
    server: str | None,
    site: Lexicon | None,
    edition: str | None,
    day: date | None,
    form: str,
) -> None:
    """Look TERM up in the index; several words are one term."""
    from codekit.search import Searcher

    opened = state.open_edition(edition, day)
    query = " ".join(term)
    found = Searcher(state.system, opened, layers=layers, model=model, server=server, site=site).search(query, limit)
    state.warn_of_extensions()
    if form == "json":
        print_json(
            {
                "schema": 1,
                "system": opened.system,
                "edition": opened.label,
                "query": query,
                "candidates": [_to_dict(candidate, opened) for candidate in found],
            }
        )
        return
    console = make_console()
    console.print(f"{state.system.info.name} {opened.label}", style="dim")
    if not found:
        console.print(f"nothing found for {query!r}; try the main term alone, as the index would print it")
        return
    rows = [(c.code, _title(c, opened), c.term, f"{c.score:.2f}", c.source) for c in found]
    console.print(make_table(("code", "title", "index entry", "score", "source"), rows, whole=("code", "score")))


def _title(candidate: Candidate, edition: Edition) -> str:
    code = edition.find(candidate.code)
    if code is None:
        return "(not in the tabular list)"
    return code.title if code.assignable else f"{code.title} (needs more characters)"


def _to_dict(candidate: Candidate, edition: Edition) -> dict[str, object]:
    code = edition.find(candidate.code)
    return {
        "code": candidate.code,
        "title": code.title if code else None,
        "assignable": code.assignable if code else False,
        "term": candidate.term,
        "score": round(candidate.score, 4),
        "source": candidate.source,
        "term_id": candidate.term_id or None,
        "manifestation": list(candidate.manifestation),
    }
