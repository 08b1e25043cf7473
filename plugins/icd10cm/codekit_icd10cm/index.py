"""Read the index to diseases and the index to external causes.

Source: NCHS, ICD-10-CM index to diseases and injuries and external cause of injuries index, XML with
icd10cm_index.xsd, FY2017 to FY2026; Official Guidelines FY2026, section I.A.7 (parentheses enclose
nonessential modifiers) and I.A.16 (`see` and `see also`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from codekit.formats.xml import fold, line_of, text_of
from codekit.plugin import IndexTable, IndexTerm, Problem, derive
from codekit_icd10cm.references import CODE

if TYPE_CHECKING:
    from lxml.etree import _Element

_PREFIX = {
    IndexTable.DISEASES: "d",
    IndexTable.EXTERNAL_CAUSES: "e",
    IndexTable.NEOPLASMS: "n",
    IndexTable.DRUGS: "t",
    IndexTable.DERIVED: "x",
}
_POINTER = re.compile(r"see (also )?(.+)", re.I)


@attrs.frozen(kw_only=True)
class Entry:
    """One entry as printed, before its codes are read.

    Args:
        parts: Child elements by tag, in order.
        path: Titles from the main term down.
        modifiers: Nonessential modifiers along the path.
        see: Text of the mandatory cross-reference.
        see_also: Text of the optional cross-reference.
    """

    parts: Mapping[str, Sequence[_Element]]
    path: tuple[str, ...]
    modifiers: tuple[str, ...]
    see: str | None
    see_also: str | None


def read_index(name: str, root: _Element, table: IndexTable, problems: list[Problem]) -> tuple[IndexTerm, ...]:
    """Read every entry of an index, those without a code included.

    Args:
        name: Name of the file inside the release, for messages.
        root: Element `ICD10CM.index`.
        table: Which index it is.
        problems: What is wrong in the file is added here.

    Returns:
        Entries in printed order; ids number them in that order.
    """
    return tuple(
        IndexTerm(
            id=term_id(table, number),
            path=entry.path,
            nonessential_modifiers=entry.modifiers,
            codes=_codes(name, entry, ("code",), problems),
            manifestation=_codes(name, entry, ("manif",), problems),
            see=entry.see,
            see_also=entry.see_also,
            see_category=next(iter(_codes(name, entry, ("seecat", "subcat"), problems)), None),
            table=table,
        )
        for number, entry in enumerate(read_entries(name, root, problems), start=1)
    )


def term_id(table: IndexTable, number: int) -> str:
    """Return the id of the entry with this 1-based position in its index, such as `d:123`."""
    return f"{_PREFIX[table]}:{number}"


def read_entries(name: str, root: _Element, problems: list[Problem]) -> Iterator[Entry]:
    """Walk the main terms of every letter with their sub-terms.

    Args:
        name: Name of the file inside the release, for messages.
        root: Element `ICD10CM.index`.
        problems: What is wrong in the file is added here.

    Yields:
        Entries in printed order; a sub-term without a title counts with its parent's path.
    """
    for main in root.iter("mainTerm"):
        yield from _walk(name, main, (), (), problems)


def _walk(
    name: str,
    element: _Element,
    path: tuple[str, ...],
    modifiers: tuple[str, ...],
    problems: list[Problem],
) -> Iterator[Entry]:
    parts: defaultdict[str, list[_Element]] = defaultdict(list)
    for child in element:
        parts[str(child.tag)].append(child)
    title, own = _title(parts["title"][0]) if parts["title"] else ("", ())
    if title:
        path = (*path, title)
    else:
        message = "entry without a title was counted with the entry above"
        problems.append(Problem(file=name, line=line_of(element), message=message))
    see, see_also = _texts(parts["see"]), _texts(parts["seeAlso"])
    for modifier in own:
        pointer = _POINTER.fullmatch(modifier)
        if pointer is None:
            modifiers = (*modifiers, modifier)
        elif pointer[1]:
            see_also = see_also or pointer[2]
        else:
            see = see or pointer[2]
    if path:
        yield Entry(parts=parts, path=path, modifiers=modifiers, see=see, see_also=see_also)
    for child in parts["term"]:
        yield from _walk(name, child, path, modifiers, problems)


def _title(element: _Element) -> tuple[str, tuple[str, ...]]:
    if len(element) == 0:
        return fold(element.text), ()
    words = [element.text or ""]
    modifiers: list[str] = []
    for child in element:
        if child.tag == "nemod":
            outside, inside = derive.split_parentheses(text_of(child))
            words.append(outside)
            modifiers.extend(inside)
        else:
            words.append(text_of(child))
        words.append(child.tail or "")
    return fold(" ".join(words)).replace(" ,", ","), tuple(modifiers)


def _texts(elements: Sequence[_Element]) -> str | None:
    return "; ".join(filter(None, map(text_of, elements))) or None


def _codes(name: str, entry: Entry, tags: tuple[str, ...], problems: list[Problem]) -> tuple[str, ...]:
    found = [code for tag in tags for part in entry.parts.get(tag, ()) for code in read_codes(name, part, problems)]
    return tuple(dict.fromkeys(found))


def read_codes(name: str, element: _Element, problems: list[Problem]) -> tuple[str, ...]:
    """Read the code in an element, without its trailing dash.

    Args:
        name: Name of the file inside the release, for messages.
        element: A `code`, `manif`, `seecat`, `subcat` or `cell`.
        problems: A text that is not exactly one code is added here.

    Returns:
        Usually one code; every code that the text holds where it holds other words too.
    """
    text = text_of(element)
    bare = text.rstrip("-").rstrip(".")
    if CODE.fullmatch(bare):
        return (bare,)
    codes = tuple(CODE.findall(text))
    message = f"<{element.tag}> is not one code: {text!r}; read {', '.join(codes) or 'nothing'}"
    problems.append(Problem(file=name, line=line_of(element), message=message))
    return codes
