"""Read a spreadsheet of a release."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from itertools import islice

from codekit.errors import SourceError


def first_sheet(name: str, data: bytes, most: int | None = None) -> list[tuple[object, ...]]:
    """Read the rows of the first sheet of an `.xlsx` file; a formula counts as its last result.

    Args:
        name: Name of the file inside the release, for messages.
        data: The whole file.
        most: Read no more rows than this; None reads all.

    Returns:
        Rows in printed order; an empty one may have no cell, and an empty cell is None.

    Raises:
        SourceError: It is damaged or no spreadsheet.
    """
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of headers and footers for printing, which nobody reads here
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            try:
                return list(islice(book.worksheets[0].iter_rows(values_only=True), most))
            finally:
                book.close()
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, OSError, IndexError, SyntaxError) as error:
        raise SourceError(
            f"{name}: is damaged or no spreadsheet: {type(error).__name__}; get the file again"
        ) from error
