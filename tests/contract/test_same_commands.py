"""The same commands work on every system, and their output has one schema."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from codekit.cli.main import cli
from codekit.plugins.registry import load_plugins

SYSTEMS = ("icd10cm", "icd10_uk", "cpt")
HCPCS = "releases/hcpcs/2019-Alpha-Numeric-HCPCS-File.zip"
NOTE = "Assessment: type 2 diabetes. She was given a standard wheelchair and adalimumab injection 20 mg. No fracture."
WORD = {"icd10cm": "diabetes", "icd10_uk": "diabetes", "cpt": "wheelchair"}

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def home(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a home in which every system has an edition, codekit's own or HCPCS."""
    missing = set(SYSTEMS) - set(load_plugins().system_ids())
    if missing:
        pytest.skip(f"not installed: {', '.join(sorted(missing))}")
    folder = tmp_path_factory.mktemp("all-systems")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CODEKIT_HOME", str(folder))
        added = CliRunner().invoke(cli, ["-s", "cpt", "editions", "add", str(shared / HCPCS)])
        assert added.exit_code == 0, added.output
        yield folder


@pytest.fixture
def run(home: Path) -> Run:
    assert os.environ["CODEKIT_HOME"] == str(home)

    def call(system: str, *arguments: str, stdin: str = "") -> Result:
        return CliRunner().invoke(cli, ["-q", "-s", system, *arguments], input=stdin, prog_name="codekit")

    return call


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--format", "json"),
        ("search", "{word}", "--format", "json"),
        ("show", "{code}", "--format", "json"),
        ("validate", "{code}", "--format", "json"),
        ("conventions", "--format", "json"),
        ("editions", "list", "--format", "json"),
        ("editions", "show", "--format", "json"),
    ],
    ids=lambda arguments: " ".join(arguments[:2]).replace(" {word}", "").replace(" {code}", ""),
)
def test_each_command_gives_the_same_keys_on_every_system(run: Run, arguments: tuple[str, ...]) -> None:
    shapes = {}
    for system in SYSTEMS:
        found = json.loads(run(system, "search", WORD[system], "--format", "json").stdout)
        code = next(iter(found["candidates"]))["code"]
        filled = [one.format(word=WORD[system], code=code) for one in arguments]
        ran = run(system, *filled, stdin=NOTE)
        assert ran.exit_code in (0, 3), (system, ran.output)
        data = json.loads(ran.stdout)
        assert data["schema"] == (2 if arguments[0] == "conventions" else 1)
        shapes[system] = sorted(data)
    assert shapes["icd10cm"] == shapes["icd10_uk"] == shapes["cpt"]


def test_assignments_have_one_form_with_modifiers_and_units(run: Run) -> None:
    results = {system: json.loads(run(system, "run", "--format", "json", stdin=NOTE).stdout) for system in SYSTEMS}
    keys = {system: {tuple(one) for one in result["assignments"]} for system, result in results.items()}
    assert all(keys.values()), "every system finds something in the note"
    assert len(set.union(*keys.values())) == 1
    for system in ("icd10cm", "icd10_uk"):
        assert all((one["modifiers"], one["units"]) == ([], 1) for one in results[system]["assignments"])
    units = {one["code"]: one["units"] for one in results["cpt"]["assignments"]}
    assert units["J0135"] == 1, "adalimumab is counted by 20 mg"
