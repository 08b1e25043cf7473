"""Read the table of contents of the guidelines, and find its headings in the text.

Source: CMS and NCHS, ICD-10-CM Official Guidelines for Coding and Reporting, PDF, FY2025 and FY2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

import attrs

from codekit_icd10cm.pages import Line, join, letters

_PAGE_NUMBER = re.compile(r"(?:\.{2,}|[.…](?=\s)|…|^Appendix [IVX]+(?= ))[\s.…]*(?P<page>\d{1,3})$")
_BARE_NUMBER = re.compile(r"(?:^|\s)(?P<page>\d{1,3})$")
_LEADER = re.compile(r"[\s.…]*\d{1,3}$")
_LEVELS = (
    re.compile(r"(?:Section|Appendix) (?P<mark>[IVX]+)\b\.?\s*(?P<title>.*)"),
    re.compile(r"(?P<mark>[A-Z])\.\s*(?P<title>.*)"),
    re.compile(r"(?P<mark>\d{1,2})\.\s*(?P<title>.*)"),
    re.compile(r"(?P<mark>[a-z])\.\s*(?P<title>.*)"),
)
_COMPARED = 40
_MARK_ONLY = 12


@attrs.frozen(kw_only=True)
class Heading:
    """One entry of the table of contents.

    Args:
        id: As printed, joined by dots: `I.C.4.a`, or `Appendix I`.
        title: The heading without its mark.
        page: 1-based page on which it says that it stands.
        key: Letters and digits of mark and title, to find it by.
    """

    id: str
    title: str
    page: int
    key: str


def read_contents(lines: Sequence[Line]) -> tuple[tuple[Heading, ...], int]:
    """Read the table of contents.

    Args:
        lines: The whole document.

    Returns:
        Its numbered entries in printed order, and the position of the first line after it.
    """
    numbered = [position for position, line in enumerate(lines) if re.search(r"\.{4,}\s*\d+$", line.text)]
    if not numbered:
        return (), len(lines)
    pages = {lines[position].page for position in numbered}
    printed = [line.text for line in lines if line.page in pages]
    end = next((at for at, line in enumerate(lines) if line.page > max(pages)), len(lines))
    return tuple(_headings(printed)), end


def _headings(printed: Sequence[str]) -> Iterator[Heading]:
    path: list[str] = []
    appendix: str | None = None
    for text, page in _entries(printed):
        if appendix is not None:
            yield Heading(id=appendix, title=text, page=page, key=letters(f"{appendix} {text}"))
            appendix = None
        elif text.startswith("Appendix"):
            appendix = text
        elif (found := level_of(text)) is not None:
            level, match = found
            path = [*path[:level], match["mark"]]
            yield Heading(id=".".join(path), title=match["title"], page=page, key=letters(text))


def _entries(printed: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield each entry, whose lines are joined, with its page."""
    parts: list[str] = []
    for text, following in zip_longest(printed, printed[1:], fillvalue=""):
        match = _PAGE_NUMBER.search(text)
        if match is None and level_of(following) is not None:
            # A few entries fill their line, so that no dots lead to the page.
            match = _BARE_NUMBER.search(text)
        parts.append(text if match is None else _LEADER.sub("", text))
        if match is None:
            continue
        yield join(parts).strip(" .…"), int(match["page"])
        parts = []


def level_of(text: str) -> tuple[int, re.Match[str]] | None:
    """Read the mark of a heading.

    Args:
        text: A line, such as `b. Obesity`.

    Returns:
        Its level, 0 for `Section I.` to 3 for `b.`, and a match with groups `mark` and `title`; None for
        a line without a mark.
    """
    return next(((level, match) for level, pattern in enumerate(_LEVELS) if (match := pattern.fullmatch(text))), None)


def locate(headings: Sequence[Heading], lines: Sequence[Line], start: int) -> Iterator[tuple[Heading, int]]:
    """Find the headings in the text, one after another.

    Args:
        headings: Entries of the table of contents in printed order.
        lines: The whole document.
        start: Position of the first line after the table of contents.

    Yields:
        Each heading with the position of its line; one that is not on its page or next to it is left out.
    """
    for heading in headings:
        near = [at for at in range(start, len(lines)) if abs(lines[at].page - heading.page) <= 1]
        for compared in (_COMPARED, _MARK_ONLY):
            wanted = heading.key[:compared]
            place = next((at for at in near if _key_from(lines, at).startswith(wanted)), None)
            if place is not None:
                yield heading, place
                start = place + 1
                break


def _key_from(lines: Sequence[Line], position: int) -> str:
    return "".join(line.key for line in lines[position : position + 3])
