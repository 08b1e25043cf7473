"""ICD-10-CM from its publishers: real files in the folders of NCHS and on the page of CMS, by a real server."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from codekit.editions.source import Source
from codekit.errors import NotPublishedError
from codekit.fetch import fetch_release, list_files, list_publications
from codekit.system import System
from codekit.types import Link, Publication
from codekit_icd10cm.publications import CDC, CMS, publication_files, publications
from publisher import Fault, Publisher, drupal_page, serve

NCHS = CDC.removeprefix("https://")
PAGE = CMS.removeprefix("https://")


@pytest.fixture(scope="module")
def system(icd10cm: str) -> System:
    return System.open(icd10cm)


@pytest.fixture
def site(shared: Path, system: System, tmp_path: Path) -> Iterator[Publisher]:
    """Serve what is in `shared`, under the names and in the folders that NCHS gives them."""
    releases = shared / "releases/icd10cm"
    april = tmp_path / "icd10cm-April-1-2026-XML.zip"
    with zipfile.ZipFile(april, "w") as archive:
        for path in system.default_source() or ():
            if path.suffix == ".xml":
                archive.write(path, path.name)
    with serve(Publisher()) as publisher:
        for folder, name in (("2017", "fy2017"), ("2025-Update", "fy2025"), ("2026", "fy2026")):
            for path in (releases / name).iterdir():
                publisher.put(f"{NCHS}{folder}/{path.name}", path)
        # the zip of the October release is not among them; the same tabular list stands for it
        publisher.put(f"{NCHS}2026/icd10cm-table_and_index-2026.zip", april)
        publisher.put(f"{NCHS}2026-update/{april.name}", april)
        publisher.put(f"{NCHS}2026-update/icd10cm-table-and-index-April-1-2026.zip", b"PK\x03\x04 of PDFs")
        publisher.put(f"{NCHS}2025/icd10cm-table-index-2025.zip", b"PK\x03\x04 not of this test")
        publisher.put(f"{NCHS}Archive/readme.txt", b"old")
        yield publisher


def test_the_folders_of_nchs_are_the_releases(system: System, site: Publisher) -> None:
    found = list_publications(system, mirror=site.url)
    assert [(one.version, one.title) for one in found] == [
        ("2026-04", "ICD-10-CM FY2026, April update"),
        ("2026", "ICD-10-CM FY2026"),
        ("2025-04", "ICD-10-CM FY2025, April update"),
        ("2025", "ICD-10-CM FY2025"),
        ("2017", "ICD-10-CM FY2017"),
    ]
    assert found[0].url == f"{CDC}2026-update/"


def names(system: System, site: Publisher, wanted: str) -> list[str]:
    return [file.name for file in list_files(system, wanted, mirror=site.url)[1]]


def test_each_kind_of_file_is_found_by_its_words(system: System, site: Publisher) -> None:
    assert names(system, site, "2026") == [
        "icd10cm-table_and_index-2026.zip",
        "icd10cm-Code Descriptions-2026.zip",
        "ICD-10-CM-October-2025-Guidelines.pdf",
        "POAexemptCodesFY26.zip",
        "ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx",
        "icd10cm-addenda-2026.zip",
    ]
    assert names(system, site, "2025-04") == [
        "icd10cm-table-index-April-2025.zip",
        "Code-desciptions-April-2025.zip",
        "ICD-10-CM-April-1-FY25-Guidelines.pdf",
        "POAexemptCodesFY25.zip",
    ]
    assert names(system, site, "2017") == ["ICD10CM_FY2017_Full_XML.zip"]


def test_an_update_takes_what_it_lacks_from_october(system: System, site: Publisher) -> None:
    assert names(system, site, "latest") == [
        "icd10cm-April-1-2026-XML.zip",
        "ICD-10-CM-October-2025-Guidelines.pdf",
        "POAexemptCodesFY26.zip",
        "ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx",
    ]


def test_what_nchs_lacks_is_taken_from_cms(system: System, site: Publisher) -> None:
    links = {
        "2026 POA Exempt Codes": "/files/zip/2026-poa-exempt-codes.zip",
        "April 1, 2026 POA Exempt Codes": "/files/zip/april-1-2026-poa-exempt-codes.zip",
        "2025 POA Exempt Codes": "https://www.cms.gov/files/zip/2025-poa-exempt-codes.zip",
        "April 1, 2026 Code Descriptions in Tabular Order": "/files/zip/2026-code-descriptions-updated-04/01/2026.zip",
        "April 1, 2026 ICD-10-PCS Order File": "/files/zip/april-1-2026-icd-10-pcs-order-file.zip",
        "2026 Conversion Table": "/files/zip/2026-conversion-table.zip",
    }
    site.put(PAGE, drupal_page(links))
    _, files = list_files(system, "2026-04", mirror=site.url)
    assert [file.name for file in files] == [
        "icd10cm-April-1-2026-XML.zip",
        "2026-code-descriptions-updated-04-01-2026.zip",
        "ICD-10-CM-October-2025-Guidelines.pdf",
        "april-1-2026-poa-exempt-codes.zip",
        "ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx",
    ]
    assert files[3].url == "https://www.cms.gov/files/zip/april-1-2026-poa-exempt-codes.zip"
    assert [file.required for file in files] == [True, False, False, False, False]


def test_cms_alone_will_do(system: System, site: Publisher) -> None:
    site.files = {path: content for path, content in site.files.items() if "ftp.cdc.gov" not in path}
    links = {
        "2017 Code Tables and Index": "/Medicare/Coding/ICD10/Downloads/2017-ICD10-Code-Tables-Index.zip",
        "2026 Code Tables, Tabular and Index": "/files/zip/2026-code-tables-tabular-and-index.zip",
        "2026 Code Tables, Tabular and Index - April": "/files/zip/april-1-2026-code-tables-tabular-index.zip",
        "2026 ICD-10-PCS Code Tables and Index": "/files/zip/2026-icd-10-pcs-code-tables-and-index.zip",
        "FY 2026 ICD-10-CM Coding Guidelines": "/files/document/fy-2026-icd-10-cm-coding-guidelines.pdf",
    }
    site.put(PAGE, drupal_page(links))
    assert [one.version for one in list_publications(system, mirror=site.url)] == ["2026-04", "2026", "2017"]
    assert names(system, site, "2026") == [
        "2026-code-tables-tabular-and-index.zip",
        "fy-2026-icd-10-cm-coding-guidelines.pdf",
    ]
    assert names(system, site, "latest")[0] == "april-1-2026-code-tables-tabular-index.zip"


class Pages:
    """Pages by their addresses, for names that nobody has files of."""

    def __init__(self, **folders: tuple[str, ...]) -> None:
        top = [Link(url=f"{CDC}{name.replace('_', '-')}/", text=name) for name in folders]
        self._pages = {CDC: top, CMS: []}
        for name, files in folders.items():
            here = f"{CDC}{name.strip('_').replace('_', '-')}/"
            self._pages[here] = [Link(url=here + file.replace(" ", "%20"), text=file) for file in files]

    def links(self, url: str) -> list[Link]:
        if url not in self._pages:
            raise NotPublishedError(url)
        return self._pages[url]


@pytest.mark.parametrize(
    "name",
    [
        "icd10cm-Table and Index-April-2024.zip",
        "icd10cm-table-index-2027.zip",
        "icd10cm-tables-and-index-2027.zip",
        "ICD10CM_FY2027_Full_XML.zip",
        "icd10cm_tabular_2027_index.zip",
        "icd10cm-Tabular and Index-2027-updated.zip",
    ],
)
def test_the_zip_of_the_lists_is_known_by_many_names(name: str) -> None:
    decoys = ("ICD10CM_FY2027_Full_PDF.zip", "icd10cm-index-addenda-2027.zip", "icd10cm-order-2027.zip", "a.html")
    pages = Pages(_2024_Update=(name, *decoys))
    only = Publication(version="2024-04", title="t", url=f"{CDC}2024-Update/")
    files = publication_files(pages, only)
    assert [file.name for file in files if file.required] == [name]


@pytest.mark.parametrize(
    ("folder", "version"),
    [("2024-Update", "2024-04"), ("April-1-2023-Update", "2023-04"), ("2027", "2027"), ("2022 April", "2022-04")],
)
def test_folders_are_known_by_many_names(folder: str, version: str) -> None:
    pages = Pages(**{folder: ()}, ICD10CM_old=(), _2016_2017_draft=())
    assert [one.version for one in publications(pages)] == [version]


def test_a_release_without_its_lists_is_an_error() -> None:
    pages = Pages(_2027=("icd10cm-order-2027.zip",))
    with pytest.raises(NotPublishedError, match=r"no zip with the tabular list .* ICD-10-CM FY2027"):
        publication_files(pages, Publication(version="2027", title="ICD-10-CM FY2027", url=f"{CDC}2027/"))


@pytest.mark.parametrize("wanted", ["2026-04", "2025-04", "2017"])
def test_the_files_that_come_are_the_release_that_was_published(
    system: System, site: Publisher, tmp_path: Path, wanted: str
) -> None:
    site.fail(f"{NCHS}2026-update/icd10cm-April-1-2026-XML.zip", Fault(cut=300_000), Fault(cut=700_000))
    fetched = fetch_release(system, wanted, root=tmp_path / "d", mirror=site.url)
    with Source.open(fetched.paths) as source:
        assert system.identify(source).version == fetched.version == wanted
    if wanted == "2026-04":
        assert [one.get("Range") for one in site.asked("XML.zip")] == [None, "bytes=300000-", "bytes=1000000-"]
    assert not fetch_release(system, wanted, root=tmp_path / "d", mirror=site.url).new
