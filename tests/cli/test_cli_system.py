"""The commands that ask a code system: plugins, editions, show, search, validate."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Codekit = Callable[..., Result]


def test_plugins_are_listed(codekit: Codekit) -> None:
    table = codekit("plugins").stdout
    assert "codekit-toy 1.0.0" in table
    data = json.loads(codekit("plugins", "--format", "json").stdout)
    toy = next(plugin for plugin in data["plugins"] if plugin["name"] == "toy")
    assert toy["status"] == "ok"
    assert toy["systems"] == ["toy"]
    assert "codekit_parse_release" in toy["hooks"]


def test_editions_are_added_listed_shown_and_removed(codekit: Codekit, home: Path) -> None:
    from codekit.system import System

    assert "no edition of Toy injuries is built yet" in codekit("editions", "list").stdout
    source = System.open("toy").default_source()
    assert source is not None
    added = json.loads(codekit("editions", "add", *source, "--format", "json").stdout)
    assert (added["version"], added["counts"]["codes"]) == ("2026", 10)
    assert Path(added["path"]).is_relative_to(home)
    label = added["edition"]
    assert label in codekit("editions", "list").stdout
    shown = codekit("editions", "show", label).stdout
    assert "dates of service: 2026-01-01 on" in shown
    assert "codekit_toy.csv" in shown
    assert codekit("editions", "show", "2026").stdout == shown
    assert codekit("editions", "remove", "2026").stdout == f"removed {label}\n"
    assert json.loads(codekit("editions", "list", "--format", "json").stdout)["editions"] == []
    again = codekit("editions", "remove", "2026")
    assert again.exit_code == 2
    assert "unknown edition '2026'" in again.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "not a release of Toy injuries"), (b"\x00\x01", "not a release"), (None, "table.csv: ")],
)
def test_files_that_are_no_release_are_refused(
    codekit: Codekit, home: Path, tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "table.csv"
    if content is not None:
        path.write_bytes(content)
    ran = codekit("editions", "add", path)
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert said in ran.stderr
    assert not list(home.rglob("*.sqlite"))


def test_show_tells_path_notes_terms_and_children(codekit: Codekit) -> None:
    table = codekit("show", "t10").stdout
    for part in ("Sprain of ankle", "T10-T29", "Injuries of the limbs", "not with T11", "Twisted ankle", "T10.9"):
        assert part in table
    data = json.loads(codekit("show", "T10.1", "--format", "json").stdout)
    assert data["assignable"] is True
    assert [row["code"] for row in data["path"]] == ["I", "T10-T29", "T10"]
    assert [(note["origin"], note["kind"]) for note in data["notes"]] == [("T10", "excludes1")]
    assert data["notes"][0]["references"] == [{"first": "T11", "last": None}]
    assert [term["path"] for term in data["terms"]] == [["Sprain", "ankle", "right"]]


def test_show_of_an_unknown_code_tells_where_to_look(codekit: Codekit) -> None:
    ran = codekit("show", "Q99")
    assert ran.exit_code == 2
    assert "unknown code 'Q99'" in ran.stderr
    assert "codekit search" in ran.stderr


def test_search_finds_by_index_entry(codekit: Codekit) -> None:
    data = json.loads(codekit("search", "twisted", "ankle", "--format", "json").stdout)
    assert data["query"] == "twisted ankle"
    assert data["candidates"][0]["code"] == "T10"
    assert len(json.loads(codekit("search", "ankle", "--limit", "1", "--format", "json").stdout)["candidates"]) == 1
    assert "Sprain of ankle (needs more characters)" in codekit("search", "twisted ankle").stdout
    nothing = codekit("search", "zzzzqqq")
    assert (nothing.exit_code, "nothing found" in nothing.stdout) == (0, True)


def test_validate_ends_with_3_where_a_finding_is_an_error(codekit: Codekit) -> None:
    good = codekit("validate", "T10.1", "T11")
    assert good.exit_code == 0
    assert "no findings" in good.stdout
    bad = codekit("validate", "nope", "T10.1", "T10", "--format", "json")
    assert bad.exit_code == 3
    data = json.loads(bad.stdout)
    assert data["codes"] == ["nope", "T10.1", "T10"]
    assert [(f["rule"], f["severity"], f["codes"]) for f in data["findings"]] == [
        ("toy.unknown_code", "error", ["nope"]),
        ("toy.not_assignable", "error", ["T10"]),
    ]
    assert list(data["findings"][0]) == ["rule", "severity", "codes", "message", "source"]
    assert codekit("validate", "nope").exit_code == 3


@pytest.mark.parametrize(
    "options",
    [["--age", "131"], ["--sex", "x"], ["--setting", "home"], ["--date", "yesterday"], ["--edition", "1999"]],
)
def test_bad_options_are_usage_errors(codekit: Codekit, options: list[str]) -> None:
    ran = codekit("validate", "T10.1", *options)
    assert (ran.exit_code, ran.stdout) == (2, "")


def test_a_date_without_an_edition_is_a_usage_error_that_names_those_there_are(codekit: Codekit) -> None:
    ran = codekit("validate", "T10.1", "--date", "2001-01-01")
    assert ran.exit_code == 2
    assert "2026" in ran.stderr
