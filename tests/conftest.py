"""What every test has: the shared release files, a home of its own, and the toy plugin installed."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from importlib import metadata
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from codekit import Coder

_HERE = Path(__file__).resolve().parent
_STACK = ExitStack()


def pytest_configure() -> None:
    """Set up before collection, because the contract suite is parametrised over the installed systems."""
    # What runs tests side by side tells its workers how wide the terminal is; what a test prints is not for that.
    os.environ.pop("COLUMNS", None)
    if importlib.util.find_spec("hypothesis"):
        from hypothesis import HealthCheck, settings

        # A busy machine draws slowly; no test is about time.
        settings.register_profile("codekit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
        settings.load_profile("codekit")
    base = Path(_STACK.enter_context(tempfile.TemporaryDirectory(prefix="codekit-tests-")))
    os.environ["CODEKIT_HOME"] = str(base / "home")
    if not any(entry.name == "toy" for entry in metadata.entry_points(group="codekit")):
        toy = _HERE / "thirdparty" / "codekit-toy"
        lay_out(base / "site", "codekit-toy", "1.0.0", {"toy": "codekit_toy"}, toy.glob("codekit_toy.*"))
        sys.path.insert(0, str(base / "site"))
        inherited = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(base / "site"), inherited]))


def pytest_unconfigure() -> None:
    """Remove what `pytest_configure` made."""
    _STACK.close()


def lay_out(site: Path, name: str, version: str, entry_points: Mapping[str, str], files: Iterable[Path]) -> None:
    """Lay a plugin out as pip would, which takes seconds longer."""
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    entries = "".join(f"{entry} = {module}\n" for entry, module in entry_points.items())
    (info / "entry_points.txt").write_text(f"[codekit]\n{entries}", encoding="utf-8")
    for file in files:
        put = shutil.copytree if file.is_dir() else shutil.copy
        put(file, site / file.name)


@pytest.fixture(scope="session", name="lay_out")
def _lay_out() -> Callable[..., None]:
    """Give `lay_out`, which a module of tests cannot import from here."""
    return lay_out


@pytest.fixture(name="install")
def _install(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Path]]:
    """Install a one-module plugin for this test: `install("name", source, entry="name")` gives the module's path.

    Processes that the test starts see it too.
    """
    site = tmp_path_factory.mktemp("plugins")
    monkeypatch.syspath_prepend(str(site))
    inherited = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(site), inherited])))

    def install(name: str, source: str, entry: str | None = None) -> Path:
        module = f"throwaway_{name}"
        path = site / f"{module}.py"
        path.write_text(dedent(source), encoding="utf-8")
        lay_out(site, f"throwaway-{name}", "3.1", {entry or name: module}, ())
        return path

    yield install
    for name in [name for name in sys.modules if name.startswith("throwaway_")]:
        del sys.modules[name]


@pytest.fixture
def third_party(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], None]]:
    """Install a plugin of `tests/thirdparty` for this test: `third_party("codekit-harbor")`.

    Processes that the test starts see it too.
    """
    site = tmp_path_factory.mktemp("third")
    monkeypatch.syspath_prepend(str(site))
    inherited = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(site), inherited])))
    modules: list[str] = []

    def install(name: str) -> None:
        module = name.replace("-", "_")
        modules.append(module)
        files = (_HERE / "thirdparty" / name).glob(f"{module}*")
        lay_out(site, name, "1.0.0", {name.removeprefix("codekit-"): module}, files)

    yield install
    for module in modules:
        sys.modules.pop(module, None)


@pytest.fixture
def odd(install: Callable[..., Path]) -> Callable[..., None]:
    """Install a copy of the toy as system `odd`: `odd("old", "new")` replaces a passage of its source or its file."""
    toy = _HERE / "thirdparty" / "codekit-toy" / "codekit_toy.py"

    def put(*passages: str) -> None:
        module, table = (path.read_text("utf-8").replace("toy", "odd") for path in (toy, toy.with_suffix(".csv")))
        for old, new in zip(passages[::2], passages[1::2], strict=True):
            assert (old in module) != (old in table), f"{old!r} must stand in one of the two files"
            module, table = module.replace(old, new, 1), table.replace(old, new, 1)
        install("odd", module).with_suffix(".csv").write_text(table, encoding="utf-8")

    return put


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
def icd10cm() -> str:
    """Give the id of ICD-10-CM; the test is skipped where its plugin is not installed."""
    if not metadata.entry_points(group="codekit", name="icd10cm"):
        pytest.skip("the plugin icd10cm is not installed")
    return "icd10cm"


@pytest.fixture(scope="session")
def coder(icd10cm: str) -> Coder:
    """Open the embedded default edition, built once for the whole run in the run's own home."""
    from codekit.api import open

    return open(icd10cm)


@pytest.fixture(scope="session")
def guided_home(shared: Path, icd10cm: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home of codekit with one edition that has the official guidelines, those of FY2026."""
    from codekit.editions.store import EditionStore
    from codekit.system import System

    home = tmp_path_factory.mktemp("guided")
    system = System.open(icd10cm)
    tabular = system.default_source() or ()
    guidelines = shared / "releases/icd10cm/fy2026/ICD-10-CM-October-2025-Guidelines.pdf"
    EditionStore(system, home / "editions").add((*tabular, guidelines))
    return home
