"""Releases parsed once for all tests of this plugin, and one made of a few lines of XML."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from codekit.editions.source import Source
from codekit.types import Classification
from codekit_icd10cm.system import hooks

TABULAR = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular>
  <version>2030</version>
  <chapter>
    <name>1</name>
    <desc>Test diseases (A00-A09)</desc>
    <section id="A00">
      <desc>Tests (A00)</desc>
      {rows}
    </section>
  </chapter>
</ICD10CM.tabular>
"""

Build = Callable[..., Classification]


def parse(paths: Path | Sequence[Path]) -> Classification:
    system = hooks()
    with Source.open(paths) as source:
        release = system.codekit_identify_release(source)
        assert release is not None
        return system.codekit_parse_release(release, source)


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Parse a release whose tabular list holds the given rows, beside other files by name."""

    def make(rows: str, **files: str) -> Classification:
        (tmp_path / "tabular.xml").write_text(TABULAR.format(rows=rows), encoding="utf-8")
        for name, content in files.items():
            (tmp_path / name.replace("_", ".")).write_text(content, encoding="utf-8")
        return parse(tmp_path)

    return make


@pytest.fixture(scope="session")
def fy2025(shared: Path) -> Classification:
    return parse(shared / "releases/icd10cm/fy2025")


@pytest.fixture(scope="session")
def fy2017(shared: Path) -> Classification:
    return parse(shared / "releases/icd10cm/fy2017")


@pytest.fixture(scope="session")
def fy2026(shared: Path) -> Classification:
    """Parse the embedded tabular list of April 2026 with the conversion table of its year."""
    tabular = hooks().codekit_default_source()
    assert tabular is not None
    return parse((*tabular, shared / "releases/icd10cm/fy2026/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx"))


@pytest.fixture(scope="session")
def embedded() -> Classification:
    paths = hooks().codekit_default_source()
    assert paths is not None
    return parse(paths)
