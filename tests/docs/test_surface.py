"""The public surface: documented name by name, each name once, and all that plugins, skeleton and tutorials import."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
import snippets

import codekit.plugin
from codekit import formats

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = sorted((ROOT / "docs" / "reference").glob("*.md"))
PAGE = ROOT / "docs" / "reference" / "plugin.md"
SKELETON = ROOT / "core" / "codekit" / "testing" / "skeleton"
THIRD_PARTY = ROOT / "tests" / "thirdparty"
# Pages on which a plugin is written; others show how codekit is used as a library.
TUTORIALS = [ROOT / "docs" / name for name in ("tutorial-plugin.md", "tutorial-extension.md", "how-to/conventions.md")]

SURFACE = re.compile(r"codekit\.(?:plugin|formats(?:\.\w+)*)|codekit_\w+(?:\.\w+)*")
IN_TESTS = re.compile(rf"{SURFACE.pattern}|codekit|codekit\.testing")
_IMPORT = re.compile(r"^\s*(?:from\s+(codekit[\w.]*)\s+import|import\s+(codekit[\w.]*))", re.MULTILINE)
_DIRECTIVE = re.compile(r"^\.\. auto(module|class|function|data):: (\S+)$")
_TABLE = re.compile(r"(\| name \| what it is \|\n\| --- \| --- \|\n)(?:\|.*\n)*")


def directives() -> Iterator[tuple[str, str, list[str] | None]]:
    """Give the autodoc directives of the reference: kind, target, and for a module its members; none are all."""
    for page in REFERENCE:
        lines = page.read_text(encoding="utf-8").splitlines()
        for at, line in enumerate(lines):
            if found := _DIRECTIVE.match(line):
                following = "\n".join(lines[at + 1 : at + 4]).partition("\n..")[0]
                named = re.search(r":members:(.*)", following)
                members = [one.strip() for one in named[1].split(",") if one.strip()] if named else None
                yield found[1], found[2], members if found[1] != "module" or named else ["nothing of it"]


def members_of(module: ModuleType, wanted: list[str] | None) -> Iterator[tuple[str, str]]:
    """Give the public classes, functions and documented constants of a module with where each is defined."""
    listed = getattr(module, "__all__", None)
    for name, cached in vars(module).items():
        value = inspect.unwrap(cached) if callable(cached) else cached
        own = name in listed if listed is not None else getattr(value, "__module__", None) == module.__name__
        public = name[0] != "_" and (inspect.isclass(value) or inspect.isfunction(value))
        if own and public and name in (wanted or [name]):
            yield name, f"{value.__module__}.{name}"
    if not wanted and listed is None:
        yield from ((name, f"{module.__name__}.{name}") for name in constants(module) if name[0] != "_")


def constants(module: ModuleType) -> dict[str, str]:
    """Give the constants of a module that have a docstring behind them, with it."""
    body = ast.parse(inspect.getsource(module)).body
    return {
        target.id: str(after.value.value)
        for node, after in pairwise(body)
        if isinstance(node, ast.Assign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


@cache
def documented() -> dict[str, dict[str, str]]:
    """Give what stands on the reference pages by its bare name: where it is defined, and as what it is documented."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for kind, target, members in directives():
        if kind != "module":
            found[target.rpartition(".")[2]][target] = target
            continue
        found[target][target] = target
        for name, where in members_of(importlib.import_module(target), members):
            found[name][where] = f"{target}.{name}"
    return found


def surfaced(name: str) -> object:
    value = getattr(codekit.plugin, name)
    return inspect.unwrap(value) if callable(value) else value


def origin(name: str) -> tuple[str, str]:
    """Say where a name of `codekit.plugin` is defined, and with which role a page links to it."""
    value = surfaced(name)
    if isinstance(value, ModuleType):
        return value.__name__, "py:mod"
    if inspect.isclass(value) or inspect.isfunction(value):
        return f"{value.__module__}.{name}", "py:class" if inspect.isclass(value) else "py:func"
    for node in ast.parse(inspect.getsource(codekit.plugin)).body:
        if isinstance(node, ast.ImportFrom) and name in [one.name for one in node.names]:
            return f"{node.module}.{name}", "py:data"
    raise AssertionError(f"{name} is imported from nowhere")


def documentation(name: str) -> str:
    """Give the docstring of a name; a constant has it behind its assignment."""
    where, role = origin(name)
    if role == "py:data":
        return constants(sys.modules[where.rpartition(".")[0]]).get(name, "")
    return inspect.getdoc(surfaced(name)) or ""


def row(name: str) -> str:
    where, role = origin(name)
    link = next((link for places in documented().values() if (link := places.get(where))), where)
    summary = " ".join(documentation(name).partition("\n\n")[0].split()).replace("|", "\\|")
    return f"| {{{role}}}`{name} <{link}>` | {summary} |\n"


@pytest.mark.parametrize("name", codekit.plugin.__all__)
def test_every_name_of_the_surface_is_documented(name: str) -> None:
    assert documentation(name).strip(), f"codekit.plugin.{name} has no docstring"
    where, _ = origin(name)
    assert any(where in places for places in documented().values()), f"{where} stands on no page of docs/reference"


def test_the_page_has_a_row_for_every_name_with_what_it_is() -> None:
    text = PAGE.read_text(encoding="utf-8")
    written = _TABLE.sub(lambda table: table[1] + "".join(map(row, codekit.plugin.__all__)), text)
    if os.environ.get("CODEKIT_REFRESH_DOCS"):
        PAGE.write_text(written, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == written, "CODEKIT_REFRESH_DOCS=1 pytest tests/docs/test_surface.py"


def test_every_reader_of_a_format_is_documented() -> None:
    folder = Path(formats.__path__[0])
    for path in [*folder.glob("*.py"), folder / "claml" / "__init__.py"]:
        parts = path.relative_to(folder).with_suffix("").parts
        module = importlib.import_module(".".join(("codekit.formats", *parts)).removesuffix(".__init__"))
        for name, where in members_of(module, None):
            assert constants(module).get(name) or inspect.getdoc(getattr(module, name)), name
            assert where in documented()[name], f"{where} stands on no page of docs/reference"


def test_no_two_public_things_have_one_name() -> None:
    things = {name: places for name, places in documented().items() if not name.isupper()}
    assert {name: sorted(places) for name, places in things.items() if len(places) > 1} == {}


def imported(text: str) -> set[str]:
    return {found[1] or found[2] for found in _IMPORT.finditer(text.replace("from codekit import plugin", ""))}


def sources() -> Iterator[tuple[Path, str, re.Pattern[str]]]:
    for path in (*(ROOT / "plugins").rglob("*.py"), *THIRD_PARTY.rglob("*.py")):
        yield path, path.read_text(encoding="utf-8"), SURFACE
    for path in SKELETON.rglob("*.py.j2"):
        text = path.read_text(encoding="utf-8").replace("{{ package }}", "codekit_mine")
        yield path, text, IN_TESTS if path.parent.name == "tests" else SURFACE
    for path in TUTORIALS:
        blocks = snippets.blocks(path.read_text(encoding="utf-8"), "python")
        yield path, "\n".join(map(str, blocks)), SURFACE


def test_plugins_skeleton_and_tutorials_import_the_surface_alone() -> None:
    found = [(path, text, allowed, name) for path, text, allowed in sources() for name in imported(text)]
    assert {"codekit.plugin", "codekit.formats.xml"} <= {name for *_, name in found}
    past = [f"{path.relative_to(ROOT)}: {name}" for path, _, allowed, name in found if not allowed.fullmatch(name)]
    assert past == []
