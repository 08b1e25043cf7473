"""Source: reading the files of a release, whatever shape they have and however broken they are."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codekit.editions.source import Limits, Source
from codekit.errors import SourceError

FILES = {"tabular.xml": b"<a/>" * 50, "docs/guide.txt": b"text"}


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def unpacked(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def stored(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_a_zip_and_the_folder_it_unpacks_to_are_the_same_release(tmp_path: Path) -> None:
    archive = stored(tmp_path / "release.ZIP", zipped(FILES))
    with Source.open(archive) as one, Source.open(unpacked(tmp_path / "folder", FILES)) as other:
        assert one.names() == other.names() == ("docs/guide.txt", "tabular.xml")
        assert one.read("tabular.xml") == FILES["tabular.xml"]
        assert one.files() == other.files()
        assert one.digest() == other.digest()


def test_other_content_is_another_release(tmp_path: Path) -> None:
    digests = set()
    for data in (b"one", b"two"):
        with Source.open(stored(tmp_path / "codes.txt", data)) as source:
            digests.add(source.digest())
    assert len(digests) == 2


def test_zips_inside_are_opened_one_level_deep(tmp_path: Path) -> None:
    deepest = zipped({"x.txt": b"x"})
    inner = zipped({"codes.txt": b"A00", "deeper.zip": deepest})
    folder = unpacked(tmp_path / "folder", {"a/inner.zip": inner, "b.txt": b"b"})
    with Source.open(folder) as source:
        assert source.names() == ("a/inner.zip/codes.txt", "a/inner.zip/deeper.zip/x.txt", "b.txt")
    outer = stored(tmp_path / "outer.zip", zipped({"inner.zip": inner}))
    with Source.open(outer) as source:
        assert source.names() == ("inner.zip/codes.txt", "inner.zip/deeper.zip")
        assert source.read("inner.zip/codes.txt") == b"A00"
        assert source.read("inner.zip/deeper.zip") == deepest


def test_several_paths_make_one_release(tmp_path: Path) -> None:
    one = stored(tmp_path / "one.zip", zipped({"codes.txt": b"1", "note.txt": b"n"}))
    two = stored(tmp_path / "two.zip", zipped({"codes.txt": b"2"}))
    with Source.open([one, two, stored(tmp_path / "guide.pdf", b"%PDF")]) as source:
        assert source.names() == ("codes.txt", "guide.pdf", "note.txt", "two.zip/codes.txt")
        assert source.read("two.zip/codes.txt") == b"2"


def test_a_path_given_twice_is_refused(tmp_path: Path) -> None:
    one = stored(tmp_path / "one.zip", zipped(FILES))
    with pytest.raises(SourceError, match="give each file once"):
        Source.open([one, one, one])


def test_what_systems_leave_behind_is_no_part_of_a_release(tmp_path: Path) -> None:
    litter = {".DS_Store": b"?", "__MACOSX/._tabular.xml": b"?", **FILES}
    with Source.open(stored(tmp_path / "a.zip", zipped(litter))) as source:
        assert source.names() == ("docs/guide.txt", "tabular.xml")


def test_missing_paths_and_empty_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.zip: does not exist"):
        Source.open(tmp_path / "nowhere.zip")
    with pytest.raises(SourceError, match="no files in"):
        Source.open(tmp_path)
    with pytest.raises(SourceError, match="no files in an empty list"):
        Source.open([])
    with (
        Source.open(stored(tmp_path / "a.txt", b"")) as source,
        pytest.raises(SourceError, match="no file 'b'"),
    ):
        source.read("b")


@pytest.mark.parametrize("data", [b"", b"\x00\xff" * 500, b"PK\x03\x04 and no more"], ids=["empty", "binary", "stub"])
def test_what_is_no_zip_is_refused(tmp_path: Path, data: bytes) -> None:
    damaged = stored(tmp_path / "a.zip", data)
    for path in (damaged, tmp_path):
        with pytest.raises(SourceError, match=r"a\.zip: is damaged or not a zip"):
            Source.open(path)


@given(cut=st.integers(min_value=0, max_value=400), flip=st.integers(min_value=0, max_value=400))
def test_a_damaged_zip_gives_a_source_error_or_the_true_content(
    tmp_path_factory: pytest.TempPathFactory, cut: int, flip: int
) -> None:
    data = bytearray(zipped(FILES))
    data[flip % len(data)] ^= 0xFF
    path = stored(tmp_path_factory.mktemp("zip") / "a.zip", bytes(data[: len(data) - cut]))
    try:
        with Source.open(path) as source:
            for name in source.names():
                assert source.read(name) in FILES.values()
    except SourceError as error:
        assert "a.zip" in str(error) or any(name in str(error) for name in FILES) or ".xml" in str(error)


def test_a_zip_bomb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    bomb = zipped({"tabular.xml": b"\0" * (11 * 2**20)})
    with pytest.raises(SourceError, match="zip bomb"):
        Source.open(stored(tmp_path / "bomb.zip", bomb))
    with pytest.raises(SourceError, match="zip bomb"):
        Source.open(stored(tmp_path / "outer.zip", zipped({"bomb.zip": bomb})))


def test_a_zip_that_lies_about_a_size_is_refused(tmp_path: Path) -> None:
    data = b"A" * 5000
    honest = zipped({"codes.txt": data})
    lying = honest.replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with (
        Source.open(stored(tmp_path / "a.zip", lying)) as source,
        pytest.raises(SourceError, match=r"codes\.txt"),
    ):
        source.read("codes.txt")


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(members=1), "more than 1 files"),
        (Limits(member_bytes=100), "at most 100"),
        (Limits(total_bytes=201), "more than 201 bytes"),
    ],
)
def test_limits_hold_for_zips_and_folders(tmp_path: Path, limits: Limits, message: str) -> None:
    archive = stored(tmp_path / "a.zip", zipped(FILES))
    for path in (archive, unpacked(tmp_path / "folder", FILES)):
        with pytest.raises(SourceError, match=message):
            Source.open(path, limits)


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/evil.xml", "a/../../evil.xml", "..\\evil.xml", "C:\\evil.xml"])
def test_members_that_point_outside_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="points outside"):
        Source.open(stored(tmp_path / "a.zip", zipped({name: b"x"})))


def test_an_encrypted_member_is_named(tmp_path: Path) -> None:
    data = bytearray(zipped({"codes.txt": b"A00"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(SourceError, match=r"codes\.txt: is encrypted"):
        Source.open(stored(tmp_path / "a.zip", bytes(data)))


@pytest.mark.skipif(os.name != "posix", reason="symbolic links need rights on Windows")
def test_links_that_turn_in_circles_or_lead_nowhere_are_refused(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "folder", FILES)
    (folder / "loop").symlink_to(folder)
    with pytest.raises(SourceError, match="links back"):
        Source.open(folder)
    (folder / "loop").unlink()
    (folder / "gone").symlink_to(tmp_path / "nothing")
    with pytest.raises(SourceError, match="gone: is not a regular file"):
        Source.open(folder)


def test_real_release_as_published(shared: Path) -> None:
    release = shared / "releases/icd10cm/fy2017/ICD10CM_FY2017_Full_XML.zip"
    with Source.open(release) as source:
        assert "icd10cm_tabular_2017.xml" in source.names()
        assert sum(file.bytes for file in source.files()) == 21_781_569
