"""Read one XML file of a release safely, and the few text helpers that every reader of it needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codekit.errors import SourceError
from codekit.types import Problem

if TYPE_CHECKING:
    from lxml.etree import XMLParser, _Element

CODE = re.compile(r"[A-Z](?:\d[0-9A-Z]|A\d)(?:\.[0-9A-Z]{1,4})?")
"""A code of the tabular list, `QA0.0101` included."""


def parse_xml(name: str, data: bytes, problems: list[Problem]) -> _Element:
    """Parse a file, mending what is not well-formed.

    Args:
        name: Name of the file inside the release, for messages.
        data: The whole file.
        problems: Each mended fault is added here, with its line.

    Returns:
        The root element.

    Raises:
        SourceError: Nothing can be read, or the file has a document type.
    """
    from lxml import etree

    try:
        root = etree.fromstring(data, _parser(recover=False))
    except etree.XMLSyntaxError as error:
        root = _recover(name, data, error, problems)
    if root.getroottree().docinfo.internalDTD is not None:
        raise SourceError(
            f"{name}: the file has a document type, which may declare entities and which no published "
            "release has; nothing was read from it. Download the release again from its publisher."
        )
    return root


def _recover(name: str, data: bytes, error: Exception, problems: list[Problem]) -> _Element:
    from lxml import etree

    parser = _parser(recover=True)
    # The stubs leave out that a recovering parser returns None where it finds no element at all.
    root: _Element | None = etree.fromstring(data, parser)
    if root is None:
        raise SourceError(
            f"{name}: not XML ({error}). Expected a file of an ICD-10-CM release as published; download it again."
        ) from error
    problems.extend(
        Problem(file=name, line=entry.line, message=f"not well-formed: {entry.message}; read on")
        for entry in parser.error_log
    )
    return root


def _parser(*, recover: bool) -> XMLParser:
    from lxml import etree

    return etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def fold(text: str | None) -> str:
    """Fold white space to single spaces.

    Args:
        text: Any text; None counts as empty.

    Returns:
        The text without leading, trailing or repeated white space.
    """
    return " ".join((text or "").split())


def text_of(element: _Element) -> str:
    """Return the text of an element and all its descendants, white space folded."""
    if len(element) == 0:
        return fold(element.text)
    return fold("".join(str(part) for part in element.itertext()))


def line_of(element: _Element) -> int | None:
    """Return the 1-based line on which an element starts."""
    line: int | None = element.sourceline  # type: ignore[assignment]  # the stubs say Ellipsis
    return line
