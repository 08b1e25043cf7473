"""`codekit guidelines`: what the official guidelines say of a code, in a section, or about some words."""

from __future__ import annotations

from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING

import click

from codekit.cli.context import State, pass_state
from codekit.cli.options import edition_options, format_option
from codekit.cli.output import make_console, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from codekit.editions.edition import Edition
    from codekit.types import GuidelineSection, Passage

_WIDTH = 100
"""Columns of running text, at most."""


@click.command("guidelines")
@click.argument("query", nargs=-1, required=True, metavar="CODE|SECTION|TEXT")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="At most so many sections.")
@edition_options
@format_option("table", "json")
@pass_state
def command(state: State, query: tuple[str, ...], limit: int, edition: str | None, day: date | None, form: str) -> None:
    """Show the official guidelines for a code, a section or some words.

    A code gets the sections that apply to it, those that apply to the fewest codes first; a section comes with
    those below it; words get the sections that have them, best first.
    """
    from codekit.search.guidelines import find_guidelines

    opened = state.open_edition(edition, day)
    wanted = " ".join(query)
    # One more than is shown tells whether there are more.
    found = find_guidelines(state.system, opened, wanted, limit + 1)
    state.warn_of_extensions()
    shown = found[:limit]
    if form == "json":
        print_json(
            {
                "schema": 1,
                "system": opened.system,
                "edition": opened.label,
                "query": wanted,
                "more": len(found) > limit,
                "passages": [_to_dict(passage, opened) for passage in shown],
            }
        )
        return
    console = make_console()
    console.print(f"{state.system.info.name} {opened.label}", style="dim")
    if not shown:
        console.print(f"nothing found for {wanted!r} in the {opened.counts()['guidelines']} sections of the guidelines")
    told: set[str] = set()
    for passage in shown:
        _print_passage(console, passage, opened, told)
    if len(found) > limit:
        state.notice(f"there are more sections; --limit {2 * limit} shows more")


def _print_passage(console: Console, passage: Passage, edition: Edition, told: set[str]) -> None:
    """Print a section, and what it belongs to where that was not printed yet."""
    from rich.padding import Padding

    section = passage.section
    above = _above(section, edition)
    width = min(console.width, _WIDTH)
    console.print()
    if above and above[-1].id not in told:
        console.print(" > ".join(item.title for item in above[-2:]), style="dim")
    console.print(f"{section.id}  {section.title}", style="bold")
    told.add(section.id)
    paragraphs = section.text.split("\n\n") if section.text else []
    for paragraph, following in zip_longest(paragraphs, paragraphs[1:]):
        # Headings and items of lists stay with what follows them.
        apart = following is not None and len(paragraph) > width
        console.print(Padding(paragraph, (0, 0, apart, 2)), width=width)
    console.print(Padding(f"[{_source(section, edition)}; {passage.reason}]", (0, 0, 0, 2)), style="dim")


def _above(section: GuidelineSection, edition: Edition) -> list[GuidelineSection]:
    """Give the sections that a section belongs to, outermost first."""
    by_id = {item.id: item for item in edition.guidelines()}
    parts = section.id.split(".")
    ids = (".".join(parts[:length]) for length in range(1, len(parts)))
    return [by_id[above] for above in ids if above in by_id]


def _source(section: GuidelineSection, edition: Edition) -> str:
    return f"{edition.release.title}, guidelines, section {section.id}, page {section.page}"


def _to_dict(passage: Passage, edition: Edition) -> dict[str, object]:
    section = passage.section
    return {
        "id": section.id,
        "title": section.title,
        "path": [{"id": item.id, "title": item.title} for item in _above(section, edition)],
        "text": section.text,
        "page": section.page,
        "applies_to": [{"first": r.first, "last": r.last} for r in section.applies_to],
        "source": _source(section, edition),
        "score": round(passage.score, 4),
        "reason": passage.reason,
    }
