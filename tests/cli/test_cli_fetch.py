"""`codekit editions fetch`, against a real server and against a folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from publisher import ODD, TOP, Fault, Publisher, pack, serve

Codekit = Callable[..., Result]

TOY = Path(__file__).parents[1] / "thirdparty/codekit-toy/codekit_toy.csv"
CODES = f"{TOP}/2026/codes.zip"


@pytest.fixture
def site(odd: Callable[..., None], home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:  # noqa: ARG001
    odd(*ODD)
    with serve(Publisher()) as publisher:
        publisher.put(CODES, pack(odd=TOY.read_bytes().replace(b"toy", b"odd")))
        publisher.put(f"{TOP}/2026/paper.pdf", b"%PDF-1.7\n%%EOF\n")
        publisher.put(f"{TOP}/2025/codes.zip", pack(old=b"not a release"))
        monkeypatch.setenv("CODEKIT_MIRROR", publisher.url)
        yield publisher


def test_the_newest_release_is_fetched_and_built(codekit: Codekit, site: Publisher, home: Path) -> None:
    ran = codekit("editions", "fetch", "--format", "json", system="odd")
    assert ran.exit_code == 0, ran.stderr
    data = json.loads(ran.stdout)
    assert list(data) == [
        "schema",
        "system",
        "version",
        "title",
        "folder",
        "new",
        "files",
        "added",
        "left_out",
        "edition",
    ]
    assert (data["schema"], data["system"], data["version"], data["new"]) == (1, "odd", "2026", True)
    assert data["folder"] == str(home / "downloads/odd/2026")
    assert [file["name"] for file in data["files"]] == ["codes.zip", "paper.pdf"]
    assert "fetching codes.zip" in ran.stderr
    listed = json.loads(codekit("editions", "list", "--format", "json", system="odd").stdout)
    assert data["edition"] in [one["edition"] for one in listed["editions"]]
    again = json.loads(codekit("editions", "fetch", "--format", "json", system="odd").stdout)
    assert again == data | {"new": False}
    assert len(site.asked("codes.zip")) == 2


def test_the_table_names_files_and_edition(codekit: Codekit, site: Publisher) -> None:
    ran = codekit("editions", "fetch", "latest", system="odd")
    for text in ("2026  Odd 2026", "codes.zip", "fetched just now", "edition: 2026+"):
        assert text in ran.stdout
    assert "nothing has changed" in codekit("editions", "fetch", "2026", system="odd").stdout
    assert site.asked("codes.zip")


def test_no_build_only_fetches(codekit: Codekit, site: Publisher, tmp_path: Path) -> None:
    assert site.url
    into = tmp_path / "into"
    ran = codekit("editions", "fetch", "--no-build", "--into", into, "--format", "json", system="odd")
    assert json.loads(ran.stdout)["edition"] is None
    assert (into / "odd/2026/codes.zip").is_file()
    assert json.loads(codekit("editions", "list", "--format", "json", system="odd").stdout)["editions"] == []


def test_the_list_shows_releases_or_the_files_of_one(codekit: Codekit, site: Publisher, home: Path) -> None:
    rows = json.loads(codekit("editions", "fetch", "--list", "--format", "json", system="odd").stdout)["publications"]
    assert [row["version"] for row in rows] == ["2026", "2025"]
    assert rows[0]["url"] == f"https://{TOP}/2026/"
    one = json.loads(codekit("editions", "fetch", "2026", "--list", "--format", "json", system="odd").stdout)
    assert [(file["name"], file["required"]) for file in one["files"]] == [("codes.zip", True), ("paper.pdf", False)]
    assert "Odd 2025" in codekit("editions", "fetch", "--list", system="odd").stdout
    assert "required" in codekit("editions", "fetch", "--list", "2025", system="odd").stdout
    assert site.asked("codes.zip") == []
    assert not (home / "downloads").exists()


def test_a_gap_is_a_warning_and_a_fault_an_error(codekit: Codekit, site: Publisher) -> None:
    site.fail(f"{TOP}/2026/paper.pdf", Fault(page=b"<html>sorry</html>"))
    ran = codekit("editions", "fetch", "--format", "json", system="odd")
    assert ran.exit_code == 0
    assert "warning: without paper.pdf: " in ran.stderr
    assert json.loads(ran.stdout)["left_out"][0]["name"] == "paper.pdf"
    site.fail(f"{TOP}/2025/codes.zip", Fault(status=404))
    ran = codekit("editions", "fetch", "2025", system="odd")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "HTTP 404" in ran.stderr


def test_what_was_fetched_and_is_no_release_is_not_built(codekit: Codekit, site: Publisher) -> None:
    assert site.url
    ran = codekit("editions", "fetch", "2025", system="odd")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "not a release of" in ran.stderr


def test_an_unknown_release_is_a_usage_error(codekit: Codekit, site: Publisher) -> None:
    assert site.url
    ran = codekit("editions", "fetch", "1066", system="odd")
    assert ran.exit_code == 2
    assert "there are 2026, 2025" in ran.stderr


def test_offline_takes_a_folder_and_refuses_the_network(codekit: Codekit, site: Publisher, tmp_path: Path) -> None:
    ran = codekit("editions", "fetch", "--offline", system="odd")
    assert ran.exit_code == 2
    assert "offline was asked for" in ran.stderr
    assert site.requests == []
    release = tmp_path / TOP / "2026"
    release.mkdir(parents=True)
    (release / "codes.zip").write_bytes(site.files[f"/{CODES}"])
    ran = codekit("editions", "fetch", "--offline", "--mirror", tmp_path, "--format", "json", system="odd")
    assert json.loads(ran.stdout)["edition"].startswith("2026+")
    assert site.requests == []


def test_a_licensed_system_explains_itself(codekit: Codekit, home: Path) -> None:
    ran = codekit("editions", "fetch", system="icd10_uk")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "editions add FOLDER" in ran.stderr
    assert str(home) in ran.stderr
