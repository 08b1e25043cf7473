"""Put the rows of a release in order: parents before children, every row below a row of its level or a higher one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import attrs

from codekit.plugin import Code, CodeKind, Problem
from codekit_icd10_uk.codes import CHAPTERS, alternative, chapter_of

_LEVELS = {kind: level for level, kind in enumerate(CodeKind)}


@attrs.frozen(kw_only=True)
class Read:
    """A row as a parser found it.

    Args:
        code: The row; its parent may be unknown yet.
        line: 1-based line of the file; None where the format has no lines.
    """

    code: Code
    line: int | None


def arrange(
    name: str,
    read: Sequence[Read],
    problems: list[Problem],
    order: Mapping[str, Sequence[str]] | None = None,
    chapters: Sequence[str] = (),
) -> tuple[Code, ...]:
    """Order the rows of a release.

    Args:
        name: Name of the file, for messages.
        read: Rows as found; of two with one code the first stands.
        problems: What was wrong with them is added here.
        order: Codes of the children of some rows, as the file orders them; others stand as found.
        chapters: Codes of the chapters, as the file orders them; empty for the order of their numbers.

    Returns:
        Rows in printed order; assignable are the categories and codes without a row below them. A row whose parent is
        unknown stands in its chapter, which is made where the file has none.
    """
    rows = _unique(name, read, problems)
    lines = {one.code.code: one.line for one in reversed(read)}
    placed = {code: _placed(name, row, rows, lines[code], problems) for code, row in rows.items()}
    missing = {row.parent for row in placed.values() if row.parent} - placed.keys()
    placed.update((number, chapter(number)) for number in sorted(missing))
    children: defaultdict[str | None, list[str]] = defaultdict(list)
    for code, row in placed.items():
        children[row.parent].append(code)
    for parent, wanted in (order or {}).items():
        at = {code: place for place, code in enumerate(wanted)}
        children[parent] = sorted(children[parent], key=partial(_place, at))
    at = {code: place for place, code in enumerate(chapters or CHAPTERS)}
    children[None].sort(key=partial(_place, at))
    arranged = tuple(_walk(placed, children))
    lost = placed.keys() - {row.code for row in arranged}
    for code in sorted(lost):
        message = f"{code} stands below itself; it was left out"
        problems.append(Problem(file=name, line=lines.get(code), message=message))
    return arranged


def chapter(number: str) -> Code:
    """Make the row of a chapter that a release does not title."""
    first, last = CHAPTERS[number]
    return Code(code=number, title=f"Chapter {number} ({first}-{last})", kind=CodeKind.CHAPTER)


def _unique(name: str, read: Sequence[Read], problems: list[Problem]) -> dict[str, Code]:
    rows: dict[str, Code] = {}
    for one in read:
        if one.code.code in rows:
            message = f"{one.code.code} comes a second time; the first one stands"
            problems.append(Problem(file=name, line=one.line, message=message))
        else:
            rows[one.code.code] = one.code
    return rows


def _placed(name: str, row: Code, rows: Mapping[str, Code], line: int | None, problems: list[Problem]) -> Code:
    """Give a row a parent that is there and stands high enough."""
    if row.kind is CodeKind.CHAPTER:
        return attrs.evolve(row, parent=None)
    parent = rows.get(row.parent or "")
    if parent is not None and _LEVELS[parent.kind] <= _LEVELS[row.kind]:
        return row
    above = chapter_of(row.code) or next(iter(CHAPTERS))
    if row.parent is not None:
        wrong = "is not in the file" if parent is None else f"is a {parent.kind.value}"
        message = f"the parent {row.parent} of {row.code} {wrong}; it was put in chapter {above}"
        problems.append(Problem(file=name, line=line, message=message))
    return attrs.evolve(row, parent=above)


def _walk(rows: Mapping[str, Code], children: Mapping[str | None, Sequence[str]]) -> Iterator[Code]:
    waiting = list(reversed(children.get(None, ())))
    while waiting:
        code = waiting.pop()
        row, below = rows[code], children.get(code, ())
        leaf = not below and row.kind in (CodeKind.CATEGORY, CodeKind.CODE)
        attributes = {**row.attributes, "alt_code": alternative(code)} if leaf else row.attributes
        yield attrs.evolve(row, assignable=leaf, attributes=attributes)
        waiting.extend(reversed(below))


def _place(at: Mapping[str, int], code: str) -> int:
    return at.get(code, len(at))
