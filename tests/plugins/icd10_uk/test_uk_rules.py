"""The rules of ICD-10 UK prove themselves, on the WHO's titles and, where notes are needed, on an invented ClaML."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner
from uk_releases import CLAML

from codekit.cli.main import cli
from codekit.plugin import Example
from codekit.testing import RuleContract

_NOTES = "claml-2030"


class TestUkRules(RuleContract):
    system_id = "icd10_uk"
    editions: ClassVar[Mapping[str, tuple[Path, ...]]] = {_NOTES: (CLAML,)}
    # The embedded titles have no exclusion notes, so that the examples of their rule need invented ones.
    examples: ClassVar[Mapping[str, Sequence[Example]]] = {
        "exclusion-note": [
            Example(codes="A17.0 G01 E11", gives="A17.0 G01 E11", reports="exclusion-note", edition=_NOTES),
            Example(codes="E10.0 A17.0 G01", gives="E10.0 A17.0 G01", reports="exclusion-note", edition=_NOTES),
            Example(codes="A17.0 G01 M45", gives="A17.0 G01 M45", edition=_NOTES),
            Example(codes="E10.0 E11", gives="E10.0 E11", edition=_NOTES),
        ],
    }


@pytest.mark.usefixtures("home")
def test_rules_that_name_a_code_that_is_gone_are_listed(tmp_path: Path) -> None:
    next_release = CLAML.read_text(encoding="utf-8").replace("2030", "2031").replace("E11", "E12")
    (tmp_path / "next.xml").write_text(next_release, encoding="utf-8")

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(cli, ["-q", "--system", "icd10_uk", "editions", *arguments], prog_name="codekit")
        assert done.exit_code == 0, done.output
        return done.stdout

    run("add", str(CLAML))
    run("add", str(tmp_path / "next.xml"))
    hit = json.loads(run("impact", _NOTES, "claml-2031", "--format", "json"))["conventions"]
    assert {one["id"]: one["gone"] for one in hit} == {"type-of-diabetes": ["E11"]}
