"""The generated pages of the conventions have every rule of every system, with all its examples."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from codekit.system import System

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("conventions_pages", DOCS / "conventions_pages.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("system_id", ["icd10cm", "icd10_uk", "cpt"])
def test_a_page_has_every_rule_and_example(pages: ModuleType, system_id: str) -> None:
    system = System.open(system_id)
    conventions = system.conventions(system.releases()[0])
    sections = pages.page(system).split("\n### ")[1:]
    assert [section.partition("\n")[0] for section in sections] == [one.id for one in conventions]
    for one, section in zip(conventions, sections, strict=True):
        assert one.source in section
        assert all(f"`{name}`" in section for name in (*one.after, *map(str, one.names)))
        assert section.count("\n| ") == (len(one.examples) + 2 if one.examples else 0)


def test_pages_are_written_for_the_index(pages: ModuleType, tmp_path: Path) -> None:
    pages.write_pages(tmp_path / "conventions")
    listed = (DOCS / "reference" / "conventions.md").read_text(encoding="utf-8")
    written = sorted(path.stem for path in (tmp_path / "conventions").iterdir())
    assert written == sorted(line.partition("/")[2] for line in listed.splitlines() if line.startswith("conventions/"))
