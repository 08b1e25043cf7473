"""The command line as a whole: lazy start, choice of the system, errors and exit statuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from click.testing import Result

from codekit.errors import UnknownSystemError
from codekit.plugins.registry import load_plugins

Codekit = Callable[..., Result]

HEAVY = ("lxml", "rich", "tantivy", "sentencex", "pypdfium2", "sqlite3", "codekit_icd10cm", "codekit_toy")


def python(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("-h",), ()])
def test_help_and_version_load_no_plugin_and_no_model(arguments: tuple[str, ...]) -> None:
    code = """
import sys
from codekit.cli.main import main
try:
    main()
except SystemExit:
    print("LOADED", sorted(sys.modules), file=sys.stderr)
"""
    ran = python(code, *arguments)
    loaded = ran.stderr[ran.stderr.index("LOADED") :]
    assert [name for name in HEAVY if f"'{name}'" in loaded] == []
    assert "codekit" in ran.stdout + ran.stderr


def test_importing_codekit_is_light_and_its_names_resolve() -> None:
    code = """
import sys, codekit
light = [name for name in sys.modules if name.startswith("codekit.")]
codekit.open, codekit.Coder, codekit.Note, codekit.Encounter, codekit.CodingResult
print(sorted(light))
"""
    ran = python(code)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == "['codekit.version']"


def test_help_names_every_command(codekit: Codekit) -> None:
    from codekit.cli.main import LazyGroup, cli

    output = codekit("--help", system=None).stdout
    assert isinstance(cli, LazyGroup)
    for name in cli.list_commands(None):
        assert f"\n  {name} " in output
        shown = codekit(name, "--help", system=None)
        assert shown.exit_code == 0
        assert "Usage: codekit" in shown.stdout


def test_an_unknown_command_is_a_usage_error(codekit: Codekit) -> None:
    ran = codekit("frobnicate")
    assert ran.exit_code == 2
    assert "frobnicate" in ran.stderr


def test_an_unknown_system_is_a_usage_error_with_a_suggestion(codekit: Codekit) -> None:
    ran = codekit("show", "T10", system="tpy")
    assert ran.exit_code == UnknownSystemError.exit_code == 2
    assert ran.stdout == ""
    assert "Did you mean 'toy'" in ran.stderr


def test_the_system_must_be_named_while_several_are_ready(codekit: Codekit, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = codekit("show", "T10", system=None)
    assert ran.exit_code == 2
    assert f"several code systems are installed ({', '.join(load_plugins().system_ids())})" in ran.stderr
    monkeypatch.setenv("CODEKIT_SYSTEM", "toy")
    assert codekit("show", "T10", system=None).exit_code == 0


def test_an_interrupt_ends_with_130_and_an_unforeseen_error_with_1() -> None:
    code = """
import sys
from codekit.cli import show
from codekit.cli.main import main
def fail(*_, **__):
    raise {error}
show.command.callback = fail
sys.argv = ["codekit", {options} "show", "T10"]
main()
"""
    assert python(code.format(error="KeyboardInterrupt", options="")).returncode == 130
    quiet = python(code.format(error="ValueError('patient text')", options=""))
    assert (quiet.returncode, quiet.stdout) == (1, "")
    assert "unexpected ValueError; --debug shows where" in quiet.stderr
    assert "patient text" not in quiet.stderr
    assert "Traceback" in python(code.format(error="ValueError('x')", options="'--debug',")).stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pipes to head are a POSIX matter")
def test_a_reader_that_leaves_early_is_no_error_message() -> None:
    code = "from codekit.cli.main import main; main()"
    command = f'"{sys.executable}" -c "{code}" --system toy show T10 --format json | head -c 1'
    ran = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert ran.stdout == "{"
    assert "Traceback" not in ran.stderr
    assert "BrokenPipe" not in ran.stderr


def test_json_is_one_object_with_a_schema_and_plain_unicode(codekit: Codekit) -> None:
    for arguments in (["plugins"], ["editions", "list"], ["editions", "show"], ["show", "T10"], ["validate", "Ω"]):
        ran = codekit(*arguments, "--format", "json")
        data = json.loads(ran.stdout)
        assert data["schema"] == 1
        assert next(iter(data)) == "schema"
        assert ran.stdout.endswith("}\n")
        assert ran.stdout == codekit(*arguments, "--format", "json").stdout
    assert "Ω" in ran.stdout
