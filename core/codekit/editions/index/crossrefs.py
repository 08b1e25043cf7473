"""The cross-references of an alphabetic index: `see`, `see also` and `see category`, followed to their codes.

`See` sends the reader on, `see also` lets them go on where the entry has not what they look for. Which of them an index
has is said by the guidelines of the system, which its plugin cites.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from codekit.text.lexicon import Lexicon
from codekit.types import IndexTable, IndexTerm

_MOST_STEPS = 5
_OPEN_ENDED = ("by ", "specified ", "unspecified")
_CONNECTING = frozenset(("with", "due to", "in", "in (due to)", "associated with", "without"))


class CrossReferences:
    """Finds the terms that cross-references name.

    Args:
        terms: The whole index, parents before children.
        lexicon: What titles are read with.
    """

    def __init__(self, terms: Sequence[IndexTerm], lexicon: Lexicon) -> None:
        self._words = lexicon.term_words
        self._mains: dict[tuple[str, ...], IndexTerm] = {}
        self._children: dict[tuple[str, ...], list[IndexTerm]] = {}
        for term in terms:
            if term.table in (IndexTable.DRUGS, IndexTable.DERIVED) or term.column:
                continue
            if len(term.path) == 1:
                for form in self._forms(term.path[0]):
                    self._mains.setdefault(form, term)
            else:
                self._children.setdefault(term.path[:-1], []).append(term)

    def codes_of(self, term: IndexTerm) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Follow a term to its codes.

        Args:
            term: Any term of the index.

        Returns:
            Codes of the term, by its references where it has none of its own; and those of its `see also`.
        """
        also = self._follow(term.see_also) if term.see_also else ()
        if term.codes:
            return term.codes, also
        if term.see_category:
            return (term.see_category,), also
        # A main term without a code of its own sends the coder to its `see also` just as to a `see`.
        return (self._follow(term.see) if term.see else also), also

    def resolve(self, reference: str) -> IndexTerm | None:
        """Find the term that a reference names, such as `Pain, joint`.

        Args:
            reference: Text of the cross-reference.

        Returns:
            The term; None where the index does not have it. A reference that ends in words such as `by site`
            names the term before them.
        """
        parts = [part for part in reference.split(", ") if part]
        for size in range(len(parts), 0, -1):
            main = self._mains.get(self._words(" ".join(parts[:size])))
            # "Arthralgia, see Pain, joint" may have the words of what it names, and does not stand for it.
            if main is not None and (size == 1 or not main.see):
                return self._descend(main, parts[size:])
        return None

    def _follow(self, reference: str) -> tuple[str, ...]:
        for _ in range(_MOST_STEPS):
            target = self.resolve(reference)
            if target is None:
                return ()
            if target.codes or target.see_category:
                return target.codes or ((target.see_category,) if target.see_category else ())
            if not target.see:
                return ()
            reference = target.see
        return ()

    def _descend(self, term: IndexTerm, parts: Sequence[str]) -> IndexTerm | None:
        for at, part in enumerate(parts):
            if part.startswith(_OPEN_ENDED):
                return term
            words = set(self._words(part))
            # "Malignant, by site" names a column of a table, and no entry that says more than it.
            column = at + 1 < len(parts) and parts[at + 1].startswith(_OPEN_ENDED)
            fitting = [child for child in self._below(term) if _fits(words, self._title_words(child), exactly=column)]
            if column and not fitting:
                return term
            if not fitting:
                return None
            term = min(fitting, key=lambda child: len(self._title_words(child)))
        return term

    def _below(self, term: IndexTerm) -> Iterable[IndexTerm]:
        for child in self._children.get(term.path, ()):
            yield child
            if child.path[-1].lower() in _CONNECTING:
                yield from self._children.get(child.path, ())

    def _title_words(self, term: IndexTerm) -> set[str]:
        return set(self._words(term.path[-1]))

    def _forms(self, title: str) -> set[tuple[str, ...]]:
        return {self._words(title), *(self._words(form) for form in title.split(", "))} - {()}


def _fits(words: set[str], title: set[str], *, exactly: bool) -> bool:
    return words == title if exactly else words <= title
