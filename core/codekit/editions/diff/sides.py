"""One of the two editions that are compared, read as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from codekit.editions.edition import Edition
from codekit.editions.schema import code_key
from codekit.types import Code, CodeKind


@attrs.frozen(kw_only=True)
class Side:
    """The tabular list of one edition, in memory.

    Args:
        edition: The opened edition.
        rows: Every row by its key, in printed order.
        chapters: Code of the chapter of each row, by its key.
    """

    edition: Edition
    rows: Mapping[str, Code]
    chapters: Mapping[str, str]

    @classmethod
    def read(cls, edition: Edition) -> Side:
        """Read all rows of an edition at once."""
        rows: dict[str, Code] = {}
        chapters: dict[str, str] = {}
        for row in edition.codes():
            key = code_key(row.code)
            rows[key] = row
            # parents come before children
            chapters[key] = row.code if row.parent is None else chapters[code_key(row.parent)]
        return cls(edition=edition, rows=rows, chapters=chapters)

    def find(self, code: str) -> Code | None:
        """Give a row, or None where the edition has none."""
        return self.rows.get(code_key(code))

    def chapter(self, code: str) -> str:
        """Give the chapter of a row; empty where the edition does not have the row."""
        return self.chapters.get(code_key(code), "")

    def above(self, row: Code) -> Iterator[Code]:
        """Yield the rows above one, nearest first."""
        while row.parent is not None:
            row = self.rows[code_key(row.parent)]
            yield row

    def category(self, row: Code) -> Code | None:
        """Give the category of a row, which may be the row itself."""
        return next((one for one in (row, *self.above(row)) if one.kind is CodeKind.CATEGORY), None)
