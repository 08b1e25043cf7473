"""Join the printed lines of the guidelines to paragraphs, by where they stand on the page.

Source: CMS and NCHS, ICD-10-CM Official Guidelines for Coding and Reporting, PDF, FY2025 and FY2026.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from codekit_icd10cm.pages import Line, join

_ROW = re.compile(r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]+)?(?:-(?:[A-Z]\d[0-9A-Z])?)? [A-Z]")
_ITEM_END = re.compile(r"(?:[.:;]|; (?:or|and))$")
_BLANK = 20.0
"""Points from line to line where a blank one stands between; else they are at most 17."""
_INDENT = 6.0


def paragraphs(lines: Sequence[Line]) -> str:
    """Join lines to paragraphs, of which each item of a list is one.

    Args:
        lines: The lines of a section.

    Returns:
        Paragraphs, with a blank line between them.
    """
    joined: list[list[Line]] = []
    for line in lines:
        if joined and not _ends(joined[-1], line):
            joined[-1].append(line)
        else:
            joined.append([line])
    return "\n\n".join(join(line.text for line in paragraph) for paragraph in joined)


def _ends(paragraph: Sequence[Line], following: Line) -> bool:
    """Tell whether a paragraph ends in front of a line."""
    last = paragraph[-1]
    if following.text.startswith("•") or (last.page == following.page and last.end_base - following.base > _BLANK):
        return True
    if last.text.endswith(",") or (following.text[0].islower() and not _ITEM_END.search(last.text)):
        return False
    if not last.is_full(following) or following.left < last.left - _INDENT:
        return True
    # In a list of codes a row that fills its line is followed by the next one.
    return _ROW.match(paragraph[0].text) is not None and _ROW.match(following.text) is not None
