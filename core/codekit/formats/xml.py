"""Read an XML file of a release safely: nothing is fetched, no entity expanded, and what is not well-formed mended."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from codekit.errors import SourceError
from codekit.types import Problem

if TYPE_CHECKING:
    from lxml.etree import _Element

_SAFELY: Mapping[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
_MOST_FAULTS = 20
_TAIL = 4096


def parse_xml(name: str, data: bytes, problems: list[Problem]) -> _Element:
    """Parse a file of a format without a document type as a whole.

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
        root = etree.fromstring(data, etree.XMLParser(recover=False, **_SAFELY))
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

    parser = etree.XMLParser(recover=True, **_SAFELY)
    root: _Element | None = None  # which is what a recovering parser gives, too, where it finds no element at all
    with suppress(etree.XMLSyntaxError):  # raised for an empty file, or one that begins with a null
        root = etree.fromstring(data, parser)
    if root is None:
        raise SourceError(
            f"{name}: not XML ({error}). Expected a file of a release as published; download it again."
        ) from error
    problems.extend(_faults(name, parser.error_log))
    return root


def elements(
    name: str, data: bytes, tags: tuple[str, ...], problems: list[Problem], depth: int | None = None
) -> Iterator[_Element]:
    """Give the elements of some names, each complete, and forget them behind the caller, so that no tree is kept.

    Args:
        name: Name of the file inside the release, for messages.
        data: The whole file.
        tags: Local names.
        problems: What is not well-formed is mended and added here, at most twenty faults.
        depth: Steps below the root, from 1, at which they stand; None takes them anywhere, for a missing end tag
            moves all that follows.

    Yields:
        Elements in the order in which they end.

    Raises:
        SourceError: There is no XML in it, it declares entities, or its end is missing.
    """
    from lxml import etree

    if b"<!ENTITY" in data or b"<!ENTITY" in data.replace(b"\0", b""):
        raise SourceError(
            f"{name}: the file declares entities, which no published release does; nothing was read from it. "
            "Download the release again from its publisher"
        )
    tagged = tuple(f"{{*}}{tag}" for tag in tags)
    context = etree.iterparse(io.BytesIO(data), events=("end",), tag=tagged, recover=True, **_SAFELY)
    try:
        for _, element in context:
            if depth is not None and sum(1 for _ in element.iterancestors()) != depth:
                continue
            yield element
            _forget(element)
    except etree.XMLSyntaxError as error:
        raise SourceError(f"{name}: not XML ({error}); download the release again") from error
    _check_end(name, data, context.root)
    problems.extend(_faults(name, list(context.error_log)[:_MOST_FAULTS]))


def _check_end(name: str, data: bytes, root: _Element | None) -> None:
    """Refuse a file whose root does not end: reading mends it, and half a classification looks like a whole one."""
    end = f"{local(root)}>" if root is not None else ">"
    if root is None or end.encode() not in data[-_TAIL:].replace(b"\0", b""):
        raise SourceError(f"{name}: the file ends before </{end}, so it is cut off; download the release again")


def _forget(element: _Element) -> None:
    element.clear()
    parent, previous = element.getparent(), element.getprevious()
    if parent is not None and previous is not None and previous.tag == element.tag:
        parent.remove(previous)


def _faults(name: str, log: Iterable[Any]) -> Iterator[Problem]:
    for entry in log:
        yield Problem(file=name, line=entry.line, message=f"not well-formed: {entry.message}; read on")


def local(element: _Element) -> str:
    """Give the name of an element without its namespace."""
    tag = str(element.tag)
    return tag.rpartition("}")[2] if tag[0] == "{" else tag


def fold(text: str | None) -> str:
    """Fold white space to single spaces, with none at the ends; None counts as empty."""
    return " ".join((text or "").split())


def text_of(element: _Element) -> str:
    """Give the text of an element and all its descendants, white space folded."""
    if len(element) == 0:
        return fold(element.text)
    return fold("".join(str(part) for part in element.itertext()))


def line_of(element: _Element) -> int | None:
    """Give the 1-based line on which an element starts."""
    line: int | None = element.sourceline  # type: ignore[assignment]  # the stubs say Ellipsis
    return line
