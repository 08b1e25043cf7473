"""The tutorials followed to the letter, in an environment of the reader's own: files typed, commands run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest
import snippets

DOCS = Path(__file__).resolve().parents[2] / "docs"
RUFF = [sys.executable, "-m", "ruff"]

_BLOCK = re.compile(r"^```(?P<kind>[^\s`][^\n]*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
_CAPTION = re.compile(r"^:caption: (.*)\n", re.MULTILINE)
_PROMPT = re.compile(r"^\$ (.*)\n", re.MULTILINE)
_OPTIONS = re.compile(r"\A(?::.*\n)*\n?")
_TOOLS = {
    "codekit": ("-m", "codekit"),
    "pytest": ("-m", "pytest", "-p", "no:cacheprovider"),
    "pip": ("-m", "pip", "--disable-pip-version-check", "--no-input"),
}

Run = Callable[[str], "subprocess.CompletedProcess[str]"]


class Reader:
    """Somebody with an environment, a folder, and a page to follow."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "work"
        self.folder.mkdir()
        environment = folder / "venv"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
        scripts = sysconfig.get_path("scripts", vars={"base": str(environment)})
        self._python = Path(scripts) / Path(sys.executable).name
        purelib = sysconfig.get_path("purelib", vars={"base": str(environment)})
        # what is installed here, codekit among it, is there too; what the reader installs is not here
        here = sysconfig.get_path("purelib")
        (Path(purelib) / "here.pth").write_text(f"import site; site.addsitedir({here!r})\n", encoding="utf-8")
        self._environ = {**os.environ, "COLUMNS": "118"}

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command line, without a network."""
        name, *arguments = shlex.split(command)
        if name == "cd":
            self.folder = (self.folder / arguments[0]).resolve()
            return subprocess.CompletedProcess(command, 0, "", "")
        if arguments[:1] == ["install"]:
            arguments += ["--no-index", "--no-build-isolation", "--quiet"]
        return subprocess.run(
            [self._python, *_TOOLS[name], *arguments],
            cwd=self.folder, env=self._environ, capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip

    def write(self, path: str, text: str) -> None:
        """Write a file, relative to the folder."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


def follow(page: Path, reader: Reader) -> dict[str, list[subprocess.CompletedProcess[str]]]:
    """Do what a page says, and compare what it shows; give what each command did, by command."""
    ran: dict[str, list[subprocess.CompletedProcess[str]]] = {}
    changes: list[tuple[snippets.Step, str]] = []
    text = page.read_text(encoding="utf-8")
    for block in _BLOCK.finditer(text):
        caption = _CAPTION.search(block["body"])
        if caption and block["kind"].startswith("{literalinclude} "):
            reader.write(caption[1], (page.parent / block["kind"].split()[1]).read_text(encoding="utf-8"))
        elif caption:
            reader.write(caption[1], _OPTIONS.sub("", block["body"]))
        elif block["kind"] == "shell-session":
            commands = list(_PROMPT.finditer(block["body"]))
            ends = [*(command.start() for command in commands[1:]), len(block["body"])]
            for command, end in zip(commands, ends, strict=True):
                done = reader.run(command[1])
                ran.setdefault(command[1], []).append(done)
                at = block.start("body")
                shown = block["body"][command.end() : end]
                step = snippets.Step(source=command[1], shown=shown, start=at + command.end(), end=at + end)
                changes += [(step, step.expected(done.stdout))] if shown else []
    if os.environ.get("CODEKIT_REFRESH_DOCS"):
        page.write_text(snippets.replaced(text, changes), encoding="utf-8")
    else:
        for step, expected in changes:
            assert snippets.without_varying(step.shown) == snippets.without_varying(expected), step.source
    return ran


def test_the_tutorial_for_a_system_ends_with_a_note_coded(reader: Reader) -> None:
    ran = follow(DOCS / "tutorial-plugin.md", reader)
    failed = {command: one.stdout + one.stderr for command, each in ran.items() for one in each if one.returncode}
    assert failed == {}
    assert "passed" in ran["pytest"][0].stdout
    coded = ran["codekit --system mine run note.txt"]
    assert len(coded) == 2
    assert all("ANK.R" in one.stdout and "BUR" in one.stdout and "CUT" not in one.stdout for one in coded)
    checked = subprocess.run(
        [*RUFF, "check", "--isolated", "--line-length", "120", "--select", "E,F,I,UP,B", "."],
        cwd=reader.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


def test_the_tutorial_for_an_extension_ends_where_it_began(reader: Reader) -> None:
    ran = follow(DOCS / "tutorial-extension.md", reader)
    for command in ("pip install -e .", "pip uninstall -y codekit-payer"):
        assert ran[command][0].returncode == 0, ran[command][0].stderr
    (checked,) = ran["codekit --system icd10cm validate J18.9 I10"]
    assert checked.returncode == 3
    assert "payer.unspecified_first" in checked.stdout
    extended, plain = ran["codekit --system icd10cm run note.txt"]
    assert (extended.returncode, plain.returncode) == (0, 0)
    assert "the payer refuses J18.9" in " ".join(extended.stdout.split())
    assert "payer" not in plain.stdout
    (listed,) = ran["codekit --system icd10cm conventions payer.unspecified_first"]
    assert "claims manual 2026, section 4.2" in " ".join(listed.stdout.split())
    (tested,) = ran["pytest test_payer.py"]
    assert tested.returncode == 0, tested.stdout
    (proven,) = ran["codekit --system icd10cm conventions payer.unspecified_first --check"]
    assert "3 of 3 examples hold on this edition" in proven.stdout
