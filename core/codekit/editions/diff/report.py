"""A diff as one HTML file: with anchors, a filter by chapter that works without a network, and fit to be printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codekit.editions.diff.changes import EditionDiff, EntryChange, Target
from codekit.editions.diff.texts import Piece, by_word

if TYPE_CHECKING:
    from jinja2 import Environment


def diff_to_html(found: EditionDiff) -> str:
    """Write the report of a diff.

    Args:
        found: The diff.

    Returns:
        One HTML document; the same diff gives the same text. Without scripts everything is shown.
    """
    template = _environment().get_template("diff.html.j2")
    return template.render(diff=found, counts=found.counts(), used=_used(found), entries=list(map(_entry, found.index)))


def _used(found: EditionDiff) -> list[tuple[str, str]]:
    """Give the chapters in which something changed."""
    parts = (found.added, found.deleted, found.revised, found.retired, found.notes, found.index)
    changed = {one.chapter for part in parts for one in part}
    return [(code, title) for code, title in found.chapters if code in changed]


def _entry(one: EntryChange) -> tuple[EntryChange, str, str]:
    return one, _targets(one.before), _targets(one.after)


def _targets(found: tuple[Target, ...]) -> str:
    return " / ".join(map(str, found))


def _environment() -> Environment:
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=ChoiceLoader([PackageLoader("codekit.editions.diff"), PackageLoader("codekit.evaluation")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["marked"] = _marked
    return environment


def _marked(texts: tuple[str, str]) -> tuple[Piece, ...]:
    return by_word(*texts)
