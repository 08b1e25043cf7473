"""Runs the command line in this process, on the toy system unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from codekit.cli.main import cli

Codekit = Callable[..., Result]


@pytest.fixture
def codekit(monkeypatch: pytest.MonkeyPatch) -> Codekit:
    """Call as `codekit("show", "T10", stdin=..., system="toy")`."""
    monkeypatch.delenv("CODEKIT_SYSTEM", raising=False)

    def call(*arguments: object, stdin: str | bytes | None = None, system: str | None = "toy") -> Result:
        chosen = ["--system", system] if system else []
        return CliRunner().invoke(cli, [*chosen, *map(str, arguments)], input=stdin, prog_name="codekit")

    return call
