"""The codes around a proposed one: where a nearly right proposal has its right neighbour."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.agents.options import Options
from codekit.editions.edition import Edition
from codekit.types import Code, CodeKind

MOST = 30
"""How many neighbours a model is shown, the proposed code among them."""

_REACH = 2
_ENTRIES = 4


class Neighbours:
    """Expands a code to its siblings and cousins and to what is one or two hops away in hierarchy and index.

    Args:
        edition: The opened edition.

    Source: Yuan et al., EMNLP 2025: generate, expand, select.
    """

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._options = Options(edition)

    def of(self, code: Code) -> list[Code]:
        """Expand a code.

        Args:
            code: A row, assignable or not.

        Returns:
            At most `MOST` assignable codes in tabular order, itself among them where it is assignable; neighbours in
            the index take up to a third, the others are the nearest in the hierarchy.
        """
        known = {code.code} if code.assignable else set[str]()
        beside = [one for one in dict.fromkeys(self._in_index(code)) if one not in known]
        indexed = [self._edition.get(one) for one in beside][: MOST // 3]
        near = self._options.nearest(self._in_hierarchy(code), code, MOST - len(indexed))
        both = {one.code: one for one in (*near, *indexed)}
        return sorted(both.values(), key=lambda one: self._edition.order(one.code))

    def _in_hierarchy(self, code: Code) -> Iterator[Code]:
        """Yield the assignable codes below the row two levels up, within the category: siblings, cousins, children."""
        top = code
        for _ in range(_REACH):
            if top.parent is not None and top.kind is CodeKind.CODE:
                top = self._edition.get(top.parent)
        yield from self._options.leaves(top)

    def _in_index(self, code: Code) -> Iterator[str]:
        """Yield the assignable codes of the index entries within two of those that name the code."""
        for term in self._edition.terms_for(code.code)[:_ENTRIES]:
            for near in self._edition.terms_around(term.id, _REACH):
                for named in near.codes:
                    row = self._edition.find(named)
                    if row is not None and row.assignable:
                        yield row.code
