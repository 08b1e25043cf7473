"""Read what the AMA delivers: descriptors of every length, the list of modifiers, and the PLA codes.

The first lines of each file are the AMA's copyright text and are passed over.

Source: AMA, CPT standard data files: tab-delimited files have code and descriptor; of the fixed-width ones the long
form has the code in 1-5, a sequence number in 6-7 and text in 9-80, the medium and the short form text from 7.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import dropwhile
from typing import Any

from codekit.plugin import Problem
from codekit_cpt.records import Record
from codekit_cpt.text import fold

_TAB = re.compile(r"(?P<code>\d{4}[0-9A-Z])\t(?P<text>.*)")
_NUMBERED = re.compile(r"(?P<code>\d{4}[0-9A-Z])(?P<sequence>\d\d) (?P<text>.*)")
_FIXED = re.compile(r"(?P<code>\d{4}[0-9A-Z]) (?P<text>.*)")
_CODE = re.compile(r"\d{4}[0-9A-Z]")
# "22 Title: ..." or "Physical Status Modifier P1: ..."; the title ends at its colon, or with its line.
_MODIFIER = re.compile(r"(?:Physical Status Modifier )?(?P<code>\d[0-9P]|P\d|[A-Z][0-9A-Z])(?::| )\s*(?P<text>\S.*)")
_APPENDIX = re.compile(r"\s*Appendix A\b")
_PLA_FIELDS = {"effectiveDate": "effective", "labName": "laboratory", "manufacturerName": "manufacturer"}


def read_descriptors(name: str, lines: Iterable[tuple[int, str]], problems: list[Problem]) -> dict[str, str]:
    """Read a file of long, medium or short descriptors, tab-delimited or fixed-width.

    Args:
        name: Name of the file, for problems.
        lines: Numbered lines.
        problems: Lines among the descriptors that cannot be read are added here, and left out.

    Returns:
        Descriptors by code, in printed order; those of several lines joined, white space folded.
    """
    parts: dict[str, list[str]] = {}
    for number, line in lines:
        found = _TAB.fullmatch(line) or _NUMBERED.match(line) or _FIXED.match(line)
        if found is None:
            if parts and line.strip():
                problems.append(Problem(file=name, line=number, message="is no code with a descriptor; left out"))
            continue
        parts.setdefault(found["code"], []).append(found["text"])
    return {code: fold(" ".join(texts)) for code, texts in parts.items() if fold(" ".join(texts))}


def read_friendly(name: str, lines: Iterable[tuple[int, str]], problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    """Read the consumer or the clinician descriptors: a concept id, the code, maybe an id, and the descriptor.

    Args:
        name: Name of the file, for problems.
        lines: Numbered lines, fields divided by tabs or bars, under a heading.
        problems: Lines that cannot be read are added here, and left out.

    Returns:
        Descriptors by code, in printed order; a code may have several.
    """
    found: dict[str, list[str]] = {}
    started = False
    for number, line in lines:
        cells = re.split(r"[\t|]", line)
        if not started:
            started = cells[0].strip().lower() == "concept id"
        elif len(cells) >= 3 and _CODE.fullmatch(cells[1].strip()) and cells[-1].strip():
            found.setdefault(cells[1].strip(), []).append(fold(cells[-1]))
        elif line.strip():
            problems.append(Problem(file=name, line=number, message="is no code with a descriptor; left out"))
    return {code: tuple(dict.fromkeys(texts)) for code, texts in found.items()}


def read_modifiers(lines: Iterable[tuple[int, str]]) -> Iterator[Record]:
    """Read the list of modifiers: paragraphs that begin with a modifier, between headings and explanations.

    Args:
        lines: Numbered lines; the list begins behind "Appendix A".

    Yields:
        Each modifier once, in printed order. Its title ends at the first colon within its paragraph that text follows,
        or else with its first line.
    """
    seen: set[str] = set()
    for code, paragraph in _paragraphs(line.strip() for _, line in lines):
        if code not in seen:
            seen.add(code)
            yield Record(code=code, title=_title(paragraph), modifier=True)


def _title(paragraph: list[str]) -> str:
    """Give the words up to the first colon that text follows on its line; without one the first line."""
    for at, line in enumerate(paragraph):
        before, colon, _ = line.partition(": ")
        if colon:
            return fold(" ".join((*paragraph[:at], before)))
    return fold(paragraph[0]).rstrip(" :")


def _paragraphs(lines: Iterator[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each modifier with the lines of its paragraph, up to a blank line or the next modifier."""
    code, paragraph = "", list[str]()
    for line in dropwhile(lambda line: _APPENDIX.match(line) is None, lines):
        found = _MODIFIER.match(line)
        if found and found["code"].isalpha() and not _is_title(found["text"]):
            found = None
        if (found or not line) and paragraph:
            yield code, paragraph
            paragraph = []
        if found:
            code, paragraph = found["code"], [found["text"]]
        elif paragraph:
            paragraph.append(line)
    if paragraph:
        yield code, paragraph


def _is_title(text: str) -> bool:
    """Tell the title of a modifier of two letters from a sentence that begins with a short word in capitals."""
    return text[:1].isupper() and not text.rstrip().endswith(".")


def read_pla(name: str, data: bytes, problems: list[Problem]) -> Iterator[Record]:
    """Read the proprietary laboratory analyses in XML.

    Args:
        name: Name of the file, for problems.
        data: Its content.
        problems: What cannot be read is added here, and left out.

    Yields:
        Records in printed order, with laboratory, manufacturer and effective date.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    root = etree.fromstring(data, parser)
    if root is None:
        problems.append(Problem(file=name, line=None, message="is no XML; left out"))
        return
    for element in root.iter("plaCode"):
        code = (element.get("cdCode") or "").strip()
        title = _child(element, "cdDesc")
        if not _CODE.fullmatch(code) or not title:
            message = "an analysis has no code or no descriptor; left out"
            problems.append(Problem(file=name, line=_line(element), message=message))
            continue
        facts = {key: _child(element, tag) for tag, key in _PLA_FIELDS.items()}
        facts["effective"] = re.sub(r"(\d{4})-(\d\d)-(\d\d).*", r"\1\2\3", facts["effective"])
        phrases = tuple(filter(None, (_child(element, "testName"), _child(element, "cdMDesc"))))
        yield Record(
            code=code, title=title, attributes={key: text for key, text in facts.items() if text}, phrases=phrases
        )


def _child(element: Any, tag: str) -> str:  # noqa: ANN401  lxml has no public type for an element
    return fold(element.findtext(tag) or "")


def _line(element: Any) -> int | None:  # noqa: ANN401  as above
    return element.sourceline if isinstance(element.sourceline, int) else None
