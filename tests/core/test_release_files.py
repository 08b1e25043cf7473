"""What core reads for plugins: XML and spreadsheets, whole, broken and hostile."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codekit.errors import SourceError
from codekit.formats.sheets import first_sheet
from codekit.formats.xml import elements, line_of, parse_xml, text_of
from codekit.types import Problem

Read = Callable[[bytes, list[Problem]], list[tuple[str, int | None]]]

WHOLE = b"<list>\n<row>a  <b>c</b>\n</row><!-- no --><row>d</row></list>"
MENDED = b"<list>\n<row>a & b</row><row>d</row></list>"
ENTITY = b"<!DOCTYPE list [<!ENTITY e 'x'>]><list><row>&e;</row></list>"


def streamed(data: bytes, problems: list[Problem], depth: int | None = None) -> list[tuple[str, int | None]]:
    return [(text_of(row), line_of(row)) for row in elements("f.xml", data, ("row",), problems, depth)]


def whole(data: bytes, problems: list[Problem]) -> list[tuple[str, int | None]]:
    return [(text_of(row), line_of(row)) for row in parse_xml("f.xml", data, problems).iter("row")]


@pytest.mark.parametrize("read", [streamed, whole])
def test_xml_is_read_and_mended(read: Read) -> None:
    problems: list[Problem] = []
    assert read(WHOLE, problems) == [("a c", 2), ("d", 3)]
    assert problems == []
    assert len(read(MENDED, problems)) == 2
    assert [(one.file, one.line) for one in problems] == [("f.xml", 2)]
    assert "not well-formed" in problems[0].message


@pytest.mark.parametrize("read", [streamed, whole])
@pytest.mark.parametrize("data", [b"", b"\0x", b"no mark-up", ENTITY])
def test_xml_that_is_none_or_hostile_is_refused(read: Read, data: bytes) -> None:
    with pytest.raises(SourceError, match=r"f\.xml"):
        read(data, [])


def test_elements_are_taken_at_one_depth_or_anywhere() -> None:
    nested = b"<list><row>a</row><part><row>b</row></part></list>"
    assert [text for text, _ in streamed(nested, [], depth=1)] == ["a"]
    assert [text for text, _ in streamed(nested, [])] == ["a", "b"]


def test_what_is_cut_off_is_refused_where_it_is_streamed() -> None:
    long = b"<list>" + b"<row>a</row>" * 500 + b"</list>"
    assert len(streamed(long, [])) == 500
    with pytest.raises(SourceError, match="cut off"):
        streamed(long[:-4], [])


@given(st.integers(0, len(WHOLE) - 1), st.binary(max_size=3))
def test_a_damaged_file_is_mended_or_refused(at: int, put: bytes) -> None:
    for read in (streamed, whole):
        try:
            read(WHOLE[:at] + put + WHOLE[at + 1 :], [])
        except SourceError as error:
            assert "f.xml" in str(error)


@pytest.fixture(scope="module", name="sheet")
def _sheet() -> bytes:
    book = openpyxl.Workbook()
    for row in (["a", 1, None], [], ["b", 2.5, "c"]):
        book.worksheets[0].append(row)
    book.create_sheet("second").append(["never"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_the_first_sheet_is_read_row_by_row(sheet: bytes) -> None:
    rows = first_sheet("f.xlsx", sheet)
    assert [row[:2] for row in rows if any(row)] == [("a", 1), ("b", 2.5)]
    assert first_sheet("f.xlsx", sheet, 1) == rows[:1]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no spreadsheet"])
def test_no_spreadsheet_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match=r"f\.xlsx: is damaged or no spreadsheet"):
        first_sheet("f.xlsx", data)


def test_a_damaged_spreadsheet_is_refused(sheet: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(sheet)) as book:
        info = book.getinfo("xl/worksheets/sheet1.xml")
    at = info.header_offset + 30 + len(info.filename)
    with pytest.raises(SourceError, match=r"f\.xlsx: is damaged"):
        first_sheet("f.xlsx", sheet[:at] + b"\xff" * 8 + sheet[at + 8 :])
