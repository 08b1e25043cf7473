"""Put rows in order, in the chapters of ICD-10 where a release does not say which, and name them as data sets do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from codekit.formats.rows import FoundRow, arrange
from codekit.plugin import Code, CodeKind, Problem
from codekit_icd10_uk.codes import CHAPTERS, alternative, chapter_of


def in_order(name: str, read: Sequence[FoundRow], problems: list[Problem]) -> tuple[Code, ...]:
    """Order the rows of a release that does not say their order; see `arrange`."""
    return with_alternatives(arrange(name, read, problems, chapters=CHAPTERS, home=chapter))


def chapter(code: str) -> Code:
    """Make the row of a code's chapter, for a release that does not title it; the first one's for a code of none."""
    number = chapter_of(code) or next(iter(CHAPTERS))
    first, last = CHAPTERS[number]
    return Code(code=number, title=f"Chapter {number} ({first}-{last})", kind=CodeKind.CHAPTER)


def with_alternatives(rows: Iterable[Code]) -> tuple[Code, ...]:
    """Add to each assignable row how data sets write its code."""
    return tuple(
        attrs.evolve(row, attributes={**row.attributes, "alt_code": alternative(row.code)}) if row.assignable else row
        for row in rows
    )
