"""The runnable blocks of a Markdown page: what they say, what they print, and what they should print.

A `console` block holds lines `$ command`, each followed by its output. No output at all means that it is not
shown; output that ends with a line `...` is its first paragraph. `$ echo "..." | codekit ...` gives a command
standard input, and `$ echo $?` prints the status of the one above it, which must otherwise be 0. A `python`
block may be followed by a `text` block with what it prints.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex

import attrs
from click.testing import CliRunner

from codekit.cli.main import cli

_BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
_PRINTED = re.compile(r"^```python\n(?P<code>.*?)^```$(?:\n\n```text\n(?P<output>.*?)^```$)?", re.DOTALL | re.MULTILINE)
_VARYING = re.compile(r"(?<=\+)[0-9a-f]{12}\b|\b[01]\.\d\d\b")
_REST = "...\n"


@attrs.frozen(kw_only=True)
class Step:
    """One thing to run.

    Args:
        source: The command or the code.
        shown: What the page shows as its output; empty where it shows nothing.
        start: Where that stands on the page.
        end: One past its end.
    """

    source: str
    shown: str
    start: int
    end: int

    def expected(self, printed: str) -> str:
        """Give what the page should show, in the way in which it shows it."""
        if self.shown.endswith(_REST) and printed.count("\n\n"):
            return printed[: printed.index("\n\n") + 1] + _REST
        return printed.rstrip("\n") + "\n" if self.shown else ""


def blocks(page: str, language: str) -> list[str]:
    """Return the bodies of a page's blocks in a language, in order."""
    return [match["body"] for match in _BLOCK.finditer(page) if match["language"] == language]


def console_steps(page: str) -> list[Step]:
    """Return the commands of the `console` blocks, in order."""
    steps: list[Step] = []
    for block in _BLOCK.finditer(page):
        if block["language"] == "console":
            commands = list(re.finditer(r"^\$ (.*)\n", block["body"], re.MULTILINE))
            ends = [*(command.start() for command in commands[1:]), len(block["body"])]
            for command, end in zip(commands, ends, strict=True):
                shown = block["body"][command.end() : end]
                at = block.start("body")
                steps.append(Step(source=command[1], shown=shown, start=at + command.end(), end=at + end))
    return steps


def python_steps(page: str) -> list[Step]:
    """Return the `python` blocks, each with the output under it."""
    return [
        Step(source=match["code"], shown=match["output"] or "", start=match.start("output"), end=match.end("output"))
        for match in _PRINTED.finditer(page)
    ]


def run_console(step: Step, status_above: int) -> tuple[str, int]:
    """Run a command in this process; return what it prints on both streams, and its status."""
    if step.source == "echo $?":
        return f"{status_above}\n", 0
    said, _, command = step.source.rpartition(" | ")
    arguments = shlex.split(command)
    assert arguments.pop(0) == "codekit", step.source
    stdin = " ".join(shlex.split(said.removeprefix("echo "))) + "\n" if said else None
    ran = CliRunner().invoke(cli, arguments, input=stdin, prog_name="codekit")
    return ran.output, ran.exit_code


def run_python(step: Step, names: dict[str, object]) -> str:
    """Run code with the names that the blocks above it left; return what it prints."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(step.source, "<page>", "exec"), names)
    return printed.getvalue()


def without_varying(text: str) -> str:
    """Blank hashes of editions and scores, which change with every improvement and say little to a reader."""
    return _VARYING.sub("*", text)


def replaced(page: str, changes: list[tuple[Step, str]]) -> str:
    """Return the page with new output of some steps."""
    for step, output in sorted(changes, key=lambda change: -change[0].start):
        page = page[: step.start] + output + page[step.end :]
    return page
