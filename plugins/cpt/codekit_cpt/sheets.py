"""Reading spreadsheets as rows of texts."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from codekit.errors import SourceError
from codekit_cpt.text import cell

_FIRST_ROWS = 40


def first_rows(name: str, data: bytes) -> list[list[str]]:
    """Read the rows that tell what a spreadsheet is: the first forty of its first sheet."""
    with _opened(name, data) as rows:
        return list(islice(rows, _FIRST_ROWS))


def all_rows(name: str, data: bytes) -> list[list[str]]:
    """Read all rows of the first sheet, without the empty cells at their ends.

    Raises:
        SourceError: It is no spreadsheet.
    """
    with _opened(name, data) as rows:
        return list(rows)


@contextmanager
def _opened(name: str, data: bytes) -> Iterator[Iterator[list[str]]]:
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of headers and footers for printing, which nobody reads here
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            try:
                yield (_texts(row) for row in book.worksheets[0].iter_rows(values_only=True))
            finally:
                book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, IndexError, SyntaxError) as error:
        raise SourceError(
            f"{name}: is damaged or no spreadsheet: {type(error).__name__}; get the file again"
        ) from error


def _texts(row: tuple[object, ...]) -> list[str]:
    texts = [cell(value) for value in row]
    while texts and not texts[-1]:
        texts.pop()
    return texts
