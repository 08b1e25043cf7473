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
_BROKEN = re.compile(r"(?<=\w)- (?=[0-9A-Z])")
_HEADER_LINES = 3
_SOFT_HYPHEN = "\ufffe"


@attrs.frozen(kw_only=True)
class Line:
    """One printed line.

    Args:
        text: White space folded.
        page: 1-based page.
        bold: Whether its last character is set in bold.
    """

    text: str
    page: int
    bold: bool

    @property
    def key(self) -> str:
        """The letters and digits alone, lower case, to compare headings by."""
        return letters(self.text)


def letters(text: str) -> str:
    """Return the letters and digits of a text alone, lower case."""
    return "".join(character for character in text.lower() if character.isalnum())


def join(lines: Iterable[str]) -> str:
    """Join printed lines to one, without a space after a hyphen that breaks a word or a range of codes."""
    return _BROKEN.sub("-", " ".join(lines))


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
        position = 0
        for number, printed in enumerate(text.split("\r\n")):
            # pdfium writes the hyphen of a word broken over two lines as a noncharacter.
            folded = " ".join(printed.replace(_SOFT_HYPHEN, "-").split())
            header = index > 0 and number < _HEADER_LINES and _PAGE_HEADER.fullmatch(folded)
            if folded and not header:
                last = position + len(printed.rstrip()) - 1
                yield Line(text=folded, page=index + 1, bold=_is_bold(page, last))
            position += len(printed) + 2


def _is_bold(page: PdfTextPage, position: int) -> bool:
    from pypdfium2 import raw

    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(page.raw, position, name, len(name), ctypes.c_int())
    return b"Bold" in name.value
