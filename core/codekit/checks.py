"""What every check of a code set without a note begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from codekit.types import Code


@attrs.frozen(kw_only=True)
class SortedCodes:
    """The codes of a set, by what can be done with them; each group is in sequence.

    Args:
        valid: Codes that a claim may carry, as the edition writes them, each once.
        repeated: Those of them that stand there again, once for each time.
        headings: Rows that a claim may not carry.
        unknown: What is no code of the edition, as typed.
    """

    valid: tuple[str, ...]
    repeated: tuple[str, ...]
    headings: tuple[Code, ...]
    unknown: tuple[str, ...]


def sort_codes(codes: Iterable[str], find: Callable[[str], Code | None]) -> SortedCodes:
    """Look up the codes of a set.

    Args:
        codes: In sequence, as typed.
        find: Finds a row by what was typed, such as `Edition.find`.
    """
    valid: dict[str, None] = {}
    repeated: list[str] = []
    headings: list[Code] = []
    unknown: list[str] = []
    for typed in codes:
        row = find(typed)
        if row is None:
            unknown.append(typed)
        elif not row.assignable:
            headings.append(row)
        elif row.code in valid:
            repeated.append(row.code)
        else:
            valid[row.code] = None
    return SortedCodes(valid=tuple(valid), repeated=tuple(repeated), headings=tuple(headings), unknown=tuple(unknown))
