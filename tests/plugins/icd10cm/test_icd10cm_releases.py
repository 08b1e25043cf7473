from __future__ import annotations

import subprocess
import sys
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from codekit.editions.source import Source
from codekit.errors import SourceError
from codekit.types import SHORT_TITLE, Classification
from codekit_icd10cm.order import Listing, read_codes_file, read_order_file
from codekit_icd10cm.system import hooks

ROW = "<diag><name>A00</name><desc>Testitis</desc></diag>"
# Codes on which tabular list and list of valid codes differ, each with the reason. None do.
DIFFERENCES: dict[str, str] = {}


def listing(shared: Path, part: str) -> Listing:
    read = read_order_file if part == "order" else read_codes_file
    with Source.open(shared / "releases/icd10cm/fy2025/Code-desciptions-April-2025.zip") as source:
        name = next(name for name in source.names() if f"{part}-April" in name)
        return read(name, source.read(name).decode().splitlines(), [])


@pytest.mark.parametrize("part", ["order", "codes"])
def test_assignable_codes_are_the_valid_codes_of_april_2025(shared: Path, fy2025: Classification, part: str) -> None:
    valid = listing(shared, part).valid
    assert len(valid) == 74_260
    assert {code.code for code in fy2025.codes if code.assignable} ^ valid == DIFFERENCES.keys()


def test_titles_are_those_of_the_order_file_but_for_accents(shared: Path, fy2025: Classification) -> None:
    order = listing(shared, "order")
    titles = {code.code: code.title for code in fy2025.codes}
    # W44.G has two spaces in the order file.
    assert all(plain(titles[code]) == " ".join(title.split()) for code, title in order.titles.items())
    assert order.headers <= titles.keys()


def test_short_titles_of_the_order_file_are_kept_where_they_differ(shared: Path, fy2025: Classification) -> None:
    short = listing(shared, "order").short
    kept = {code.code: code.attributes.get(SHORT_TITLE) for code in fy2025.codes if code.code in short}
    assert kept["A00.0"] is None  # it is the title itself
    assert kept["S82.891N"] == "Oth fx r low leg, subs for opn fx type 3A/B/C w nonunion"
    differing = {code for code, title in kept.items() if title is not None}
    assert all(kept[code] == short[code] for code in differing)
    assert len(differing) > 50_000


def plain(title: str) -> str:
    decomposed = unicodedata.normalize("NFD", title)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def test_assignable_codes_are_the_leaves_of_the_list_of_april_2026(embedded: Classification) -> None:
    paths = hooks().codekit_default_source() or ()
    listed = next(path for path in paths if path.suffix == ".txt").read_text(encoding="utf-8").split()
    codes = sorted({line for line in listed if "-" not in line and len(line) >= 3})
    leaves = {code for code, after in zip(codes, [*codes[1:], ""], strict=True) if not after.startswith(code)}
    assignable = {code.code.replace(".", "") for code in embedded.codes if code.assignable}
    assert assignable ^ leaves == DIFFERENCES.keys()
    assert len(leaves) == 74_719


def test_embedded_files_are_found_without_importing_their_package() -> None:
    code = (
        "import sys; from codekit_icd10cm.releases import default_source; "
        "assert len(default_source()) == 2; assert 'simple_icd_10_cm' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_releases_are_told_apart(embedded: Classification, fy2025: Classification) -> None:
    assert embedded.release.version == "2026-04"
    assert (fy2025.release.version, fy2025.release.valid_from) == ("2025-04", date(2025, 4, 1))
    known = {release.version: release for release in hooks().codekit_releases()}
    assert list(known) == ["2017", "2025", "2025-04", "2026", "2026-04"]
    assert known["2025"].valid_to == date(2025, 3, 31)
    assert known["2017"].valid_to == date(2017, 9, 30)
    assert known["2026-04"].valid_to == date(2026, 9, 30)


def test_release_that_is_not_known_takes_its_validity_from_its_year(build: Callable[..., Classification]) -> None:
    release = build(ROW).release
    assert (release.version, release.valid_from, release.valid_to) == (
        "2030",
        date(2029, 10, 1),
        date(2030, 9, 30),
    )
    assert [file.name for file in release.sources] == ["tabular.xml"]


def test_year_of_a_file_without_version_is_that_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "tabular_april_2031.xml").write_text("<ICD10CM.tabular/>", encoding="utf-8")
    with Source.open(tmp_path) as source:
        release = hooks().codekit_identify_release(source)
    assert release is not None
    assert release.version == "2031-04"


def test_wrong_years_are_problems(build: Callable[..., Classification]) -> None:
    index = "<ICD10CM.index><version>2029</version><title>INDEX TO DISEASES</title></ICD10CM.index>"
    messages = [problem.message for problem in build(ROW, index_xml=index).problems]
    assert messages == ["its version says 2029, the release is 2030; read all the same"]


def test_list_that_differs_is_a_problem(build: Callable[..., Classification]) -> None:
    codes = "A001    Testitis of the toe\n"
    messages = [problem.message for problem in build(ROW, codes_txt=codes).problems]
    assert [message.split()[0] for message in messages] == ["A00.1", "A00"]


def test_files_of_another_system_are_not_recognised(tmp_path: Path) -> None:
    (tmp_path / "other.xml").write_text("<ClaML/>", encoding="utf-8")
    (tmp_path / "binary.xml").write_bytes(bytes(range(256)))
    with Source.open(tmp_path) as source:
        assert hooks().codekit_identify_release(source) is None


def test_two_tabular_lists_are_refused(tmp_path: Path) -> None:
    for name in ("one.xml", "two.xml"):
        text = "<ICD10CM.tabular><version>2030</version></ICD10CM.tabular>"
        (tmp_path / name).write_text(text, encoding="utf-8")
    with Source.open(tmp_path) as source, pytest.raises(SourceError, match="two releases"):
        hooks().codekit_identify_release(source)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><ICD10CM.tabular>&a;</ICD10CM.tabular>", "document type"),
        ("<!DOCTYPE x SYSTEM 'http://localhost/x.dtd'><ICD10CM.tabular/>", "document type"),
        ("<ICD10CM.tabular/>", "no code in it"),
        ("<ICD10CM.tabular\0\0", "no code in it"),
    ],
)
def test_files_without_anything_to_read_are_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "2030.xml").write_text(text, encoding="utf-8")
    system = hooks()
    with Source.open(tmp_path) as source:
        release = system.codekit_identify_release(source)
        assert release is not None
        with pytest.raises(SourceError, match=message):
            system.codekit_parse_release(release, source)


def test_malformed_xml_is_mended_and_reported(tmp_path: Path) -> None:
    text = (
        "<ICD10CM.tabular><version>2030</version><chapter><name>1</name><desc>x & y</desc>\n"
        "<section id='A00'><diag><name>A00</name><desc>Testitis</desc></b></diag></section>"
    )
    (tmp_path / "t.xml").write_text(text, encoding="utf-8")
    system = hooks()
    with Source.open(tmp_path) as source:
        release = system.codekit_identify_release(source)
        assert release is not None
        classification = system.codekit_parse_release(release, source)
    assert "A00" in {code.code for code in classification.codes}
    assert any("not well-formed" in problem.message and problem.line == 2 for problem in classification.problems)
