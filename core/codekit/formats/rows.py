"""Put the rows of a release in order: parents before children, every row below a row of its level or a higher one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

import attrs

from codekit.types import Code, CodeKind, Problem

_LEVELS = {kind: level for level, kind in enumerate(CodeKind)}


Home = Callable[[str], Code | None]
"""Gives the chapter of a code whose parent a release does not have; None where it belongs to none."""


def nowhere(code: str) -> Code | None:  # noqa: ARG001  the signature of a `Home`
    """Know no chapter of any code."""
    return None


@attrs.frozen(kw_only=True)
class FoundRow:
    """A row as a parser found it.

    Args:
        code: The row; its parent may be unknown yet.
        line: 1-based line of the file; None where the format has no lines.
    """

    code: Code
    line: int | None


def arrange(
    name: str,
    read: Sequence[FoundRow],
    problems: list[Problem],
    *,
    order: Mapping[str, Sequence[str]] | None = None,
    chapters: Iterable[str] = (),
    home: Home = nowhere,
) -> tuple[Code, ...]:
    """Order the rows of a release.

    Args:
        name: Name of the file, for messages.
        read: Rows as found; of two with one code the first stands.
        problems: What was wrong with them is added here.
        order: Codes of the children of some rows, as the file orders them; others stand as found.
        chapters: Codes of the chapters, in order; others follow as found.
        home: Gives the chapter of a row whose parent is unknown; it is added where the file has none.

    Returns:
        Rows in printed order; assignable are the categories and codes without a row below them. A row that has neither
        parent nor chapter stands at the top.
    """
    rows = _unique(name, read, problems)
    lines = {one.code.code: one.line for one in reversed(read)}
    homes: dict[str, Code] = {}
    placed = {code: _placed(name, row, rows, lines[code], problems, home, homes) for code, row in rows.items()}
    placed.update((code, homes[code]) for code in sorted(homes.keys() - placed.keys()))
    children: defaultdict[str | None, list[str]] = defaultdict(list)
    for code, row in placed.items():
        children[row.parent].append(code)
    for parent, wanted in ((None, chapters), *(order or {}).items()):
        at = {code: place for place, code in enumerate(wanted)}
        children[parent].sort(key=partial(_place, at))
    arranged = tuple(_walk(placed, children))
    lost = placed.keys() - {row.code for row in arranged}
    for code in sorted(lost):
        message = f"{code} stands below itself; it was left out"
        problems.append(Problem(file=name, line=lines.get(code), message=message))
    return arranged


def _unique(name: str, read: Sequence[FoundRow], problems: list[Problem]) -> dict[str, Code]:
    rows: dict[str, Code] = {}
    for one in read:
        if one.code.code in rows:
            message = f"{one.code.code} comes a second time; the first one stands"
            problems.append(Problem(file=name, line=one.line, message=message))
        else:
            rows[one.code.code] = one.code
    return rows


def _placed(
    name: str,
    row: Code,
    rows: Mapping[str, Code],
    line: int | None,
    problems: list[Problem],
    home: Home,
    homes: dict[str, Code],
) -> Code:
    """Give a row a parent that is there and stands high enough."""
    if row.kind is CodeKind.CHAPTER:
        return attrs.evolve(row, parent=None)
    parent = rows.get(row.parent or "")
    if parent is not None and _LEVELS[parent.kind] <= _LEVELS[row.kind]:
        return row
    above = home(row.code)
    if above is not None:
        homes[above.code] = above
    if row.parent is not None:
        wrong = "is not in the file" if parent is None else f"is a {parent.kind.value}"
        where = f"in chapter {above.code}" if above is not None else "at the top"
        message = f"the parent {row.parent} of {row.code} {wrong}; it was put {where}"
        problems.append(Problem(file=name, line=line, message=message))
    return attrs.evolve(row, parent=above.code if above is not None else None)


def _walk(rows: Mapping[str, Code], children: Mapping[str | None, Sequence[str]]) -> Iterator[Code]:
    waiting = list(reversed(children.get(None, ())))
    while waiting:
        code = waiting.pop()
        row, below = rows[code], children.get(code, ())
        leaf = not below and row.kind in (CodeKind.CATEGORY, CodeKind.CODE)
        yield attrs.evolve(row, assignable=leaf)
        waiting.extend(reversed(below))


def _place(at: Mapping[str, int], code: str) -> int:
    return at.get(code, len(at))
