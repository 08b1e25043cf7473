"""`codekit new-plugin`: what it refuses; the tutorial follows what it writes."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Codekit = Callable[..., Result]


def test_what_is_written_is_whole_python_and_toml(codekit: Codekit, tmp_path: Path) -> None:
    ran = codekit("new-plugin", "my_list_2", "--into", tmp_path / "deep" / "new", system=None)
    assert ran.exit_code == 0
    written = [Path(line) for line in ran.stdout.splitlines()]
    assert sorted(written) == sorted(path for path in (tmp_path / "deep" / "new").rglob("*") if path.is_file())
    assert {path.name for path in written} >= {"pyproject.toml", "README.md", "my_list_2.csv", "test_my_list_2.py"}
    for path in written:
        text = path.read_text(encoding="utf-8")
        assert "{{" not in text
        if path.suffix == ".py":
            assert ast.get_docstring(ast.parse(text))
    project = tomllib.loads((tmp_path / "deep/new/pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["name"] == "codekit-my-list-2"
    assert project["project"]["entry-points"] == {"codekit": {"my_list_2": "codekit_my_list_2"}}


@pytest.mark.parametrize(
    ("name", "advice"),
    [("My-List", "try 'my_list'"), ("2b", "try 'b'"), ("", "lower-case letter"), ("../x", "try 'x'"), ("é", "digits")],
)
def test_a_name_that_can_be_no_id_is_refused_with_one_that_can(
    codekit: Codekit, tmp_path: Path, name: str, advice: str
) -> None:
    ran = codekit("new-plugin", "--into", tmp_path / "new", "--", name, system=None)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "cannot be the id of a code system" in ran.stderr
    assert advice in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_id_that_is_taken_is_refused(codekit: Codekit, tmp_path: Path) -> None:
    ran = codekit("new-plugin", "toy", "--into", tmp_path / "new", system=None)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "a code system 'toy' is installed already; choose another name" in ran.stderr


def test_nothing_is_overwritten(codekit: Codekit, tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("kept", encoding="utf-8")
    for folder, said in ((tmp_path, "is not empty, and nothing in it is overwritten"), (file, "is a file")):
        ran = codekit("new-plugin", "mine", "--into", folder, system=None)
        assert (ran.exit_code, ran.stdout) == (2, "")
        assert said in ran.stderr
        assert "--into" in ran.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_taken(codekit: Codekit, tmp_path: Path) -> None:
    assert codekit("new-plugin", "mine", "--into", tmp_path, system=None).exit_code == 0
    assert (tmp_path / "codekit_mine" / "system.py").is_file()
