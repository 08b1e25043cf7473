"""HCPCS and the NCCI tables from CMS's pages, served by a real server; the files of 2026 in them are invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cpt_files import hcpcs_text, write_cpt, write_tables

from codekit.editions.edition import Edition
from codekit.editions.store import EditionStore
from codekit.errors import NotPublishedError
from codekit.fetch import fetch_release, list_files, list_publications
from codekit.system import System
from codekit_cpt.publications import ADD_ONS, HCPCS, MUE, PTP
from publisher import Fault, Publisher, drupal_page, serve

ZIPS = "/files/zip"
PTP_ZIP = "medicare-ncci-2026q1-practitioner-ptp-edits-ccipra-v320r{}-f1.zip"
PAGES = {
    HCPCS: {
        "July 2026 Alpha-Numeric HCPCS File (ZIP)": f"{ZIPS}/july-2026-alpha-numeric-hcpcs-file.zip",
        "April 2026 Alpha-Numeric HCPCS File": f"{ZIPS}/april-2026-alpha-numeric-hcpcs-file-04/01/2026.zip",
        "January 2026 Alpha-Numeric HCPCS File": f"{ZIPS}/january-2026-alpha-numeric-hcpcs-file.zip",
        "January 2026 Alpha-Numeric HCPCS, updated": f"{ZIPS}/january-2026-alpha-numeric-hcpcs-file-updated.zip",
        "January 2026 Other Codes effective January 1, 2026": "/files/document/january-2026-other-codes.pdf",
        "2019 Alpha-Numeric HCPCS File": "https://www.cms.gov/downloads/2019-Alpha-Numeric-HCPCS-File.zip",
        "2019 Record Layout": "/downloads/2019-HCPCS-Record-Layout.zip",
    },
    MUE[0]: {
        "MUE Table - Effective 04-01-2026": f"{ZIPS}/medicare-ncci-2026-q2-practitioner-services-mue-table.zip",
    },
    MUE[1]: {
        "Effective January 1, 2026": f"{ZIPS}/medicare-ncci-2026-q1-practitioner-services-mue-table.zip",
        "Effective January 1, 2026 ": f"{ZIPS}/medicare-ncci-2026-q1-dme-supplier-services-mue-table.zip",
        "Effective October 1, 2025": f"{ZIPS}/medicare-ncci-2025-q4-practitioner-services-mue-table.zip",
    },
    PTP[0]: {
        f"Practitioner PTP Edits v320r{n} Effective 01/01/2026": f"/license/ama?file=/files/zip/{PTP_ZIP.format(n)}"
        for n in (0, 1)
    }
    | {"Quarterly Additions": f"{ZIPS}/medicare-ncci-2026q1-practitioner-quarterly-additions-ptp-edits-ccipra.zip"},
    ADD_ONS[0]: {
        "Add-On Code Edits Effective 01012026": f"{ZIPS}/add-code-edits-medicare-effective-01-01-2026.zip",
        "Add-On Code Edits Effective 04012026": f"{ZIPS}/add-code-edits-medicare-effective-04-01-2026.zip",
    },
}


def pack(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Publisher]:
    tables = {path.name: path.read_bytes() for path in write_tables(tmp_path / "tables").iterdir()}
    ptp = {name: content for name, content in tables.items() if "ccipra" in name}
    mue = {name: content for name, content in tables.items() if "MUE" in name}
    with serve(Publisher()) as publisher:
        for url, links in PAGES.items():
            publisher.put(url.removeprefix("https://"), drupal_page(links))
        files = {
            "january-2026-alpha-numeric-hcpcs-file-updated.zip": {
                "HCPC2026_JAN_ANWEB.txt": hcpcs_text().encode("cp1252")
            },
            "medicare-ncci-2026-q1-practitioner-services-mue-table.zip": mue,
            "add-code-edits-medicare-effective-01-01-2026.zip": {
                name: content for name, content in tables.items() if "AOC" in name
            },
            PTP_ZIP.format(1): ptp,
        }
        for name, members in files.items():
            publisher.put(f"www.cms.gov/files/zip/{name}", pack(**members))
        yield publisher


def test_each_quarter_with_a_file_of_codes_is_a_release(system: System, site: Publisher) -> None:
    found = list_publications(system, mirror=site.url)
    assert [one.version for one in found] == ["2026-07", "2026-04", "2026-01", "2019"]
    assert found[0].title == "HCPCS Level II 2026-07"


def test_the_tables_of_the_same_quarter_are_found_in_their_latest_version(system: System, site: Publisher) -> None:
    _, files = list_files(system, "2026-01", mirror=site.url)
    assert [(file.name, file.required, bool(file.licence)) for file in files] == [
        ("january-2026-alpha-numeric-hcpcs-file-updated.zip", True, False),
        ("medicare-ncci-2026-q1-practitioner-services-mue-table.zip", False, False),
        ("medicare-ncci-2026-q1-dme-supplier-services-mue-table.zip", False, False),
        (PTP_ZIP.format(1), False, True),
        ("add-code-edits-medicare-effective-01-01-2026.zip", False, False),
    ]
    assert files[3].url == f"https://www.cms.gov/files/zip/{PTP_ZIP.format(1)}"
    assert files[3].licence == f"https://www.cms.gov/license/ama?file=/files/zip/{PTP_ZIP.format(1)}"
    later = [file.name for file in list_files(system, "2026-04", mirror=site.url)[1]]
    assert later == [
        "april-2026-alpha-numeric-hcpcs-file-04-01-2026.zip",
        "medicare-ncci-2026-q2-practitioner-services-mue-table.zip",
        "add-code-edits-medicare-effective-04-01-2026.zip",
    ]


def test_a_mirror_gives_the_pairs_too_and_all_is_built(system: System, site: Publisher, tmp_path: Path) -> None:
    fetched = fetch_release(system, "2026-01", root=tmp_path / "d", mirror=site.url)
    assert [gap.file.name for gap in fetched.left_out] == ["medicare-ncci-2026-q1-dme-supplier-services-mue-table.zip"]
    info = EditionStore(system, tmp_path / "editions").add(fetched.paths)
    assert (info.version, info.error) == ("2026-01", None)
    with Edition(info.path) as edition:
        assert edition.get("J9991").attributes["mue_practitioner"] == "3"


def test_the_licence_is_left_to_a_person_who_puts_the_files_beside(
    system: System, site: Publisher, tmp_path: Path
) -> None:
    gate = Fault(page=b"<!DOCTYPE html><html>License for Use of CPT</html>")
    site.fail(f"www.cms.gov/files/zip/{PTP_ZIP.format(1)}", gate, gate)
    fetched = fetch_release(system, "2026-01", root=tmp_path / "d", mirror=site.url)
    reasons = {gap.file.name: gap.reason for gap in fetched.left_out}
    assert f"open https://www.cms.gov/license/ama?file=/files/zip/{PTP_ZIP.format(1)}" in reasons[PTP_ZIP.format(1)]
    assert f"put it into {fetched.folder}" in reasons[PTP_ZIP.format(1)]
    (fetched.folder / PTP_ZIP.format(1)).write_bytes(site.files[f"/www.cms.gov/files/zip/{PTP_ZIP.format(1)}"])
    with zipfile.ZipFile(fetched.folder / "CPT2026.zip", "w") as archive:
        folder = write_cpt(tmp_path / "cpt")
        for path in folder.rglob("*.txt"):
            archive.write(path, path.relative_to(folder))
    again = fetch_release(system, "2026-01", root=tmp_path / "d", mirror=site.url)
    assert [path.name for path in again.added] == ["CPT2026.zip", PTP_ZIP.format(1)]
    with Edition(EditionStore(system, tmp_path / "editions").add(again.paths).path) as edition:
        assert [pair.second for pair in edition.pairs("ncci-practitioner", "27001", "27002")] == ["27002"]


def test_the_year_that_had_one_file_is_fetched(
    system: System, site: Publisher, hcpcs_zip: Path, tmp_path: Path
) -> None:
    site.put("www.cms.gov/downloads/2019-Alpha-Numeric-HCPCS-File.zip", hcpcs_zip)
    fetched = fetch_release(system, "2019", root=tmp_path, mirror=site.url)
    assert [path.read_bytes() for path in fetched.paths] == [hcpcs_zip.read_bytes()]


def test_a_release_whose_file_is_gone_is_an_error(system: System, site: Publisher, tmp_path: Path) -> None:
    with pytest.raises(NotPublishedError, match=r"july-2026-alpha-numeric-hcpcs-file\.zip"):
        fetch_release(system, root=tmp_path, mirror=site.url)
    assert not list(tmp_path.rglob("*.zip"))
