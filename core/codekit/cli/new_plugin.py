"""`codekit new-plugin`: write a plugin to start from."""

from __future__ import annotations

import re
from importlib.resources import as_file, files
from pathlib import Path

import click

from codekit.cli.context import State, pass_state
from codekit.errors import UsageError

_SUFFIX = ".j2"
_NAME = "NAME"
"""Stands for the id of the system in the paths of the templates."""


@click.command("new-plugin")
@click.argument("name")
@click.option(
    "--into", "folder", type=click.Path(path_type=Path), help="Folder to write; codekit-NAME here by default."
)
@pass_state
def command(state: State, name: str, folder: Path | None) -> None:
    """Write a plugin for a code system of your own: a parser, a convention, an example release, and tests.

    NAME is the id of the system, as --system will take it: lower-case letters, digits and underscores.
    """
    _check_name(state, name)
    folder = folder or Path(f"codekit-{name.replace('_', '-')}")
    _check_folder(folder)
    for path in _write(name, folder):
        click.echo(path)
    state.notice(f"next: cd {folder} && pip install -e '.[dev]' && pytest")


def _check_name(state: State, name: str) -> None:
    if not re.fullmatch("[a-z][a-z0-9_]*", name):
        near = re.sub("[^a-z0-9]+", "_", name.lower()).strip("_0123456789")
        advice = f"; try {near!r}" if near else ""
        raise UsageError(
            f"{name!r} cannot be the id of a code system: expected a lower-case letter, then lower-case letters, "
            "digits "
            f"and underscores{advice}"
        )
    if name in state.plugins.system_ids():
        raise UsageError(f"a code system {name!r} is installed already; choose another name, for an id is given once")


def _check_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; name a new folder with --into")
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty, and nothing in it is overwritten; name a new folder with --into")


def _write(name: str, folder: Path) -> list[Path]:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    values = {
        "name": name,
        "package": f"codekit_{name}",
        "distribution": f"codekit-{name.replace('_', '-')}",
        "title": name.replace("_", " ").capitalize(),
    }
    written: list[Path] = []
    with as_file(files("codekit") / "testing" / "skeleton") as skeleton:
        templates = Environment(  # noqa: S701  it makes Python and TOML, no HTML
            loader=FileSystemLoader(skeleton), undefined=StrictUndefined, keep_trailing_newline=True
        )
        for template in sorted(templates.list_templates(extensions=[_SUFFIX[1:]])):
            path = folder / template.removesuffix(_SUFFIX).replace(_NAME, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(templates.get_template(template).render(values), encoding="utf-8", newline="\n")
            written.append(path)
    return written
