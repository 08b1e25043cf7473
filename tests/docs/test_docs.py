"""The pages say what codekit does: their snippets run, and they name every hook and every command."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from pathlib import Path

import click
import pytest
import snippets
from click.testing import CliRunner

import codekit
from codekit.cli.main import cli
from codekit.plugins.hookspecs import PluginSpecs, SystemSpecs

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
HOOKS = sorted(name for specs in (PluginSpecs, SystemSpecs) for name in vars(specs) if name.startswith("codekit_"))
INSTALL = (
    "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/codekit --system icd10cm run examples/note.txt"
)
TEST = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/pytest"


def pages_with(*languages: str) -> list[object]:
    return [
        pytest.param(page, id=page.relative_to(ROOT).as_posix())
        for page in PAGES
        if any(snippets.blocks(page.read_text(encoding="utf-8"), language) for language in languages)
    ]


@pytest.fixture(scope="session")
def _built() -> None:
    """Build the default editions, so that no page shows the notice of it."""
    codekit.open("icd10cm")
    codekit.open("toy")


@pytest.fixture
def _reader(_built: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be a reader who follows a page in a folder with the examples."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CODEKIT_SYSTEM", "icd10cm")
    monkeypatch.setenv("COLUMNS", "118")


def check(page: Path, steps: list[tuple[snippets.Step, str]]) -> None:
    """Compare what a page shows with what was printed, or write the latter into the page."""
    changes = [(step, step.expected(printed)) for step, printed in steps if step.shown]
    if os.environ.get("CODEKIT_REFRESH_DOCS"):
        page.write_text(snippets.replaced(page.read_text(encoding="utf-8"), changes), encoding="utf-8")
        return
    for step, expected in changes:
        how = f"{step.source}: the page shows other output; CODEKIT_REFRESH_DOCS=1 pytest tests/docs renews it"
        assert snippets.without_varying(step.shown) == snippets.without_varying(expected), how


@pytest.mark.usefixtures("_reader")
@pytest.mark.parametrize("page", pages_with("console"))
def test_console_blocks_print_what_the_page_shows(page: Path) -> None:
    ran: list[tuple[snippets.Step, str]] = []
    status = 0
    for step in snippets.console_steps(page.read_text(encoding="utf-8")):
        if step.source != "echo $?":
            assert status == 0, f"{ran[-1][0].source}: status {status}, which the page does not tell\n{ran[-1][1]}"
        printed, status = snippets.run_console(step, status)
        ran.append((step, printed))
    assert status == 0, ran[-1]
    check(page, ran)


@pytest.mark.usefixtures("_reader")
@pytest.mark.parametrize("page", pages_with("python"))
def test_python_blocks_run_and_print_what_the_page_shows(page: Path) -> None:
    names: dict[str, object] = {}
    steps = snippets.python_steps(page.read_text(encoding="utf-8"))
    check(page, [(step, snippets.run_python(step, names)) for step in steps])


@pytest.mark.parametrize("page", pages_with("sh"))
def test_shell_blocks_name_real_commands_and_options(page: Path) -> None:
    for block in snippets.blocks(page.read_text(encoding="utf-8"), "sh"):
        for line in block.splitlines():
            if line.startswith("codekit "):
                words = shlex.split(re.split(r" [<>|] ", line)[0], comments=True)
                # the options are parsed before --help prints the help in place of running the command
                assert CliRunner().invoke(cli, [*words[1:], "--help"]).exit_code == 0, line


def test_the_first_screen_of_the_readme_has_the_two_commands_that_ci_runs() -> None:
    first_screen = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:24]
    commands = re.findall(r'^\w+="(python3 -m venv .*)"$', (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE)
    assert len(commands) == 2
    assert set(commands) <= set(first_screen)
    assert commands[0].endswith("codekit --system icd10cm run examples/note.txt")
    assert commands[1].endswith("pip install -q -e '.[dev]' && .venv/bin/pytest -n auto --dist worksteal")


def test_the_readme_uses_the_library_in_five_lines() -> None:
    (step,) = snippets.python_steps((ROOT / "README.md").read_text(encoding="utf-8"))
    assert len([line for line in step.source.splitlines() if line]) <= 5
    assert step.shown


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_in_the_reference_and_called_by_core(hook: str) -> None:
    assert f"| `{hook}` |" in (ROOT / "docs" / "reference" / "hooks.md").read_text(encoding="utf-8")
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "core").rglob("*.py")]
    assert any(re.search(rf'"{hook}"|\.hook\.{hook}\(', source) for source in sources)


def test_every_command_is_in_a_how_to() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        inner = command.list_commands(context) if isinstance(command, click.Group) else [""]
        for name_ in inner:
            assert re.search(rf"codekit (--system \w+ )?{f'{name} {name_}'.strip()}\b", text), (name, name_)


def test_every_link_of_the_readme_leads_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / "README.md").read_text(encoding="utf-8")):
        assert (ROOT / target).exists(), target
