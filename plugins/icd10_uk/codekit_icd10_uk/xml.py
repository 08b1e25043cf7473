"""Stream the elements of an XML file safely: nothing is fetched, no entity expanded, no tree kept."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codekit.errors import SourceError
from codekit.types import Problem

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_FAULTS = 20
_TAIL = 4096


def elements(
    name: str, data: bytes, tags: tuple[str, ...], problems: list[Problem], depth: int | None = None
) -> Iterator[_Element]:
    """Give the elements of some names, each complete, and forget them behind the caller.

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
    context = etree.iterparse(
        io.BytesIO(data),
        events=("end",),
        tag=tuple(f"{{*}}{tag}" for tag in tags),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in context:
            if depth is not None and sum(1 for _ in element.iterancestors()) != depth:
                continue
            yield element
            _forget(element)
    except etree.XMLSyntaxError as error:
        raise SourceError(f"{name}: not XML ({error}); download the release again") from error
    _check_end(name, data, context.root)
    problems.extend(
        Problem(file=name, line=entry.line, message=f"not well-formed: {entry.message}; read on")
        for entry in list(context.error_log)[:_MOST_FAULTS]
    )


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


def local(element: _Element) -> str:
    """Give the name of an element without its namespace."""
    tag = str(element.tag)
    return tag.rpartition("}")[2] if tag[0] == "{" else tag


def fold(text: str | None) -> str:
    """Fold white space to single spaces; None counts as empty."""
    return " ".join((text or "").split())


def line_of(element: _Element) -> int | None:
    """Return the 1-based line on which an element starts."""
    line: int | None = element.sourceline  # type: ignore[assignment]  # the stubs say Ellipsis
    return line
