"""The wheel that users get: what is in it, and that it works without the checkout."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {
    "codekit": ROOT / "core" / "codekit",
    "codekit_icd10cm": ROOT / "plugins" / "icd10cm" / "codekit_icd10cm",
    "codekit_icd10_uk": ROOT / "plugins" / "icd10_uk" / "codekit_icd10_uk",
    "codekit_cpt": ROOT / "plugins" / "cpt" / "codekit_cpt",
    "codekit_prompts": ROOT / "prompts" / "codekit_prompts",
}

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    ran = subprocess.run(
        [sys.executable, *map(str, arguments)], capture_output=True, text=True, encoding="utf-8", check=False, **options
    )
    assert ran.returncode == 0, ran.stderr
    return ran


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    run("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Install the wheel; call as `installed("-m", "module", ...)` to run Python on it instead of the checkout."""
    site = tmp_path_factory.mktemp("site")
    run("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", site, wheel)
    inherited = os.environ.get("PYTHONPATH", "")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(site), inherited]))}
    code = "import codekit, codekit_icd10cm as plugin; print(codekit.__file__, plugin.__file__, sep='\\n')"
    located = run("-c", code, env=environment, cwd=site).stdout.splitlines()
    assert all(Path(path).is_relative_to(site) for path in located)

    def call(*arguments: object) -> subprocess.CompletedProcess[str]:
        return run(*arguments, env=environment, cwd=site)

    return call


def test_the_wheel_holds_the_packages_whole_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        metadata = {Path(name).name for name in archive.namelist() if ".dist-info/" in name}
    expected = {
        f"{package}/{path.relative_to(folder).as_posix()}"
        for package, folder in PACKAGES.items()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert names == expected
    assert {f"{package}/py.typed" for package in PACKAGES} <= names
    assert any(name.startswith("codekit/text/languages/en/") and name.endswith(".tsv") for name in names)
    assert {"METADATA", "entry_points.txt", "LICENSE"} <= metadata


def test_the_installed_wheel_is_a_command(installed: Run) -> None:
    code = "from codekit.cli.main import main; main()"
    assert re.fullmatch(r"codekit, version \d+\.\d+\.\d+\n", installed("-c", code, "--version").stdout)
    plugins = json.loads(installed("-c", code, "plugins", "--format", "json").stdout)["plugins"]
    assert ("icd10cm", "ok") in [(plugin["name"], plugin["status"]) for plugin in plugins]


def test_the_installed_wheel_codes_a_sentence_without_a_network(installed: Run) -> None:
    code = """
import sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"):
        raise RuntimeError(f"{event} {arguments}")

sys.addaudithook(refuse)
import codekit
result = codekit.open("icd10cm").code("Assessment: essential hypertension.")
print(*[item.code for item in result.assignments])
"""
    assert installed("-c", code).stdout == "I10\n"


def test_a_type_checker_sees_the_types_of_the_wheel(installed: Run, tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    snippet = re.search(r"^```python\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)
    assert snippet is not None
    program = tmp_path / "program.py"
    program.write_text(snippet[1] + "\nreveal_type(result)\nreveal_type(item.evidence)\n", encoding="utf-8")
    checked = installed(
        "-m", "mypy", "--strict", "--config-file", os.devnull, "--cache-dir", tmp_path / "cache", program
    )
    assert 'Revealed type is "codekit.types.results.CodingResult"' in checked.stdout
    assert 'Revealed type is "tuple[codekit.types.results.Evidence, ...]"' in checked.stdout
