"""Read the lines of a PDF with what their font says."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage

_PAGE_HEADER = re.compile(r"ICD-10-CM Official Guidelines for Coding and\s?Reporting|FY \d{4}|Page \d+ of \d+")
_BROKEN = re.compile(r"(?<=\w)-\n(?=[0-9A-Z])")
_HEADER_LINES = 3
_GLYPHS = str.maketrans({"\ufffe": "-", "\uf0a7": "•", "\uf0b7": "•"})
"""How pdfium writes the hyphen of a word broken over two lines, and bullets of the fonts for symbols."""
_SPACE = 3.0
"""Points of a space in the font of the text."""


@attrs.frozen(kw_only=True)
class Line:
    """One printed line.

    Args:
        text: White space folded.
        page: 1-based page.
        bold: Whether its last character is set in bold.
        left: Where its first character begins, in points from the left edge of the page.
        right: Where its last character ends.
        base: Lower edge of its first character, in points from the lower edge of the page.
        end_base: Lower edge of its last one; lower where a hyphen at the edge joins two printed lines.
        opening: Width of its first word, in points.
        margin: Where the longest line of its page ends.
    """

    text: str
    page: int
    bold: bool
    left: float
    right: float
    base: float
    end_base: float
    opening: float
    margin: float

    @property
    def key(self) -> str:
        """The letters and digits alone, lower case, to compare headings by."""
        return letters(self.text)

    def is_full(self, following: Line) -> bool:
        """Tell whether the first word of the following line did not fit behind this one any more."""
        return self.right + _SPACE + following.opening > self.margin


def letters(text: str) -> str:
    """Return the letters and digits of a text alone, lower case."""
    return "".join(character for character in text.lower() if character.isalnum())


def join(lines: Iterable[str]) -> str:
    """Join printed lines to one, without a space after a hyphen that breaks a word or a range of codes."""
    return _BROKEN.sub("-", "\n".join(lines)).replace("\n", " ")


def read_lines(data: bytes, wanted: Callable[[str], bool]) -> list[Line]:
    """Read the lines of a PDF without its page headers.

    Args:
        data: The PDF.
        wanted: Gets the text of the first page, and says whether the document is read at all.

    Returns:
        Lines in printed order, blank ones left out; none if the document is not wanted.

    Raises:
        ValueError: The data are not a PDF that can be read.
    """
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        raise ValueError(str(error)) from error
    try:
        return list(_lines(document, wanted))
    finally:
        document.close()


def _lines(document: PdfDocument, wanted: Callable[[str], bool]) -> Iterator[Line]:
    for index in range(len(document)):
        page = document[index].get_textpage()
        text = page.get_text_range()
        if index == 0 and not wanted(text):
            return
        lines = list(_page_lines(page, text, index + 1))
        margin = max((line.right for line in lines), default=0.0)
        yield from (attrs.evolve(line, margin=margin) for line in lines)


def _page_lines(page: PdfTextPage, text: str, number: int) -> Iterator[Line]:
    position = 0
    for at, printed in enumerate(text.split("\r\n")):
        folded = " ".join(printed.translate(_GLYPHS).split())
        header = number > 1 and at < _HEADER_LINES and _PAGE_HEADER.fullmatch(folded)
        if folded and not header:
            yield _line(page, folded, number, range(position, position + len(printed)), printed)
        position += len(printed) + 2


def _line(page: PdfTextPage, text: str, number: int, place: range, printed: str) -> Line:
    first = place.start + len(printed) - len(printed.lstrip())
    last = place.start + len(printed.rstrip()) - 1
    left, base, _, _ = page.get_charbox(first, loose=True)
    _, _, word_end, _ = page.get_charbox(first + len(printed.split(maxsplit=1)[0]) - 1, loose=True)
    _, end_base, right, _ = page.get_charbox(last, loose=True)
    return Line(
        text=text,
        page=number,
        bold=_is_bold(page, last),
        left=left,
        right=right,
        base=base,
        end_base=end_base,
        opening=word_end - left,
        margin=right,
    )


def _is_bold(page: PdfTextPage, position: int) -> bool:
    from pypdfium2 import raw

    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(page.raw, position, name, len(name), ctypes.c_int())
    return b"Bold" in name.value
