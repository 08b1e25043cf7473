"""Writes the reference pages of the conventions from the installed plugins, when the documentation is built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from codekit.conventions import Convention
from codekit.system import System

SYSTEMS = ("icd10cm", "icd10_uk", "cpt")


def write_pages(folder: Path) -> None:
    """Write a page for each system, `ID.md`; a page that is as it should be is not touched."""
    folder.mkdir(exist_ok=True)
    for system_id in SYSTEMS:
        path, text = folder / f"{system_id}.md", page(System.open(system_id))
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def page(system: System) -> str:
    """Write the page of a system: its conventions in the order in which they apply, by stage."""
    return "\n".join(_lines(system)) + "\n"


def _lines(system: System) -> Iterator[str]:
    release = system.releases()[0]
    conventions = system.conventions(release)
    examples = sum(len(one.examples) for one in conventions)
    yield f"# Conventions of {system.info.name}"
    yield f"\n{len(conventions)} conventions with {examples} examples, in the order in which they apply."
    yield f"`codekit --system {system.info.id} conventions ID --check` runs the examples of one."
    for stage, group in groupby(conventions, key=lambda one: one.stage):
        yield f"\n## {stage.label}"
        for one in group:
            yield from _section(one)


def _section(one: Convention) -> Iterator[str]:
    setting = f"{one.setting.value} encounters only" if one.setting else ""
    facts = {
        "Source": one.source,
        "Sections": _joined(one.sections),
        "After": _joined(one.after, "`"),
        "Setting": setting,
        "Codes": _joined(map(str, one.names), "`"),
    }
    yield f"\n### {one.id}\n\n{_cell(one.title)}\n"
    yield from (f"- {name}: {text}" for name, text in facts.items() if text)
    if one.examples:
        yield "\n| example | with the rule | without it |\n| --- | --- | --- |"
        yield from (f"| {' | '.join(map(_cell, example.told()))} |" for example in one.examples)


def _joined(texts: Iterable[str], quote: str = "") -> str:
    return ", ".join(f"{quote}{text}{quote}" for text in texts)


def _cell(text: str) -> str:
    """Keep what would be markup: notes have stars, brackets and angles."""
    return "".join(f"\\{character}" if character in "\\|*_`[]<>#~$" else character for character in text)
