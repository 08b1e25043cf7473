"""What every test has: the shared release files, a home of its own, and the toy plugin installed."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from codekit import Coder

_HERE = Path(__file__).resolve().parent
_STACK = ExitStack()


def pytest_configure() -> None:
    """Set up before collection, because the contract suite is parametrised over the installed systems."""
    base = Path(_STACK.enter_context(tempfile.TemporaryDirectory(prefix="codekit-tests-")))
    os.environ["CODEKIT_HOME"] = str(base / "home")
    if not any(entry.name == "toy" for entry in metadata.entry_points(group="codekit")):
        install(base / "site", _HERE / "thirdparty" / "codekit-toy")
        sys.path.insert(0, str(base / "site"))
        inherited = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(base / "site"), inherited]))


def pytest_unconfigure() -> None:
    """Remove what `pytest_configure` made."""
    _STACK.close()


def install(site: Path, project: Path) -> None:
    """Lay a one-file plugin out as pip would, which takes seconds longer."""
    info = site / "codekit_toy-1.0.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: codekit-toy\nVersion: 1.0.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[codekit]\ntoy = codekit_toy\n", encoding="utf-8")
    for name in ("codekit_toy.py", "codekit_toy.csv"):
        shutil.copy(project / name, site / name)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Find the real release files beside the checkout; the test is skipped where there are none."""
    folder = _HERE.parents[1] / "shared"
    if not folder.is_dir():
        pytest.skip("no ../shared beside the checkout, so no real release files")
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give codekit an empty home for its editions, for this test alone."""
    folder = tmp_path / "home"
    monkeypatch.setenv("CODEKIT_HOME", str(folder))
    yield folder


@pytest.fixture(scope="session")
def coder() -> Coder:
    """Open the embedded default edition, built once for the whole run in the run's own home."""
    from codekit.api import open

    return open("icd10cm")


@pytest.fixture(scope="session")
def guided_home(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home of codekit with one edition that has the official guidelines, those of FY2026."""
    from codekit.editions.store import EditionStore
    from codekit.system import System

    home = tmp_path_factory.mktemp("guided")
    system = System.open("icd10cm")
    tabular = system.default_source() or ()
    guidelines = shared / "releases/icd10cm/fy2026/ICD-10-CM-October-2025-Guidelines.pdf"
    EditionStore(system, home / "editions").add((*tabular, guidelines))
    return home
