"""The door between search and its layers: a query in, a ranking of candidates out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import attrs

from codekit.editions.index.entries import Entry
from codekit.errors import UsageError
from codekit.types import Candidate

SPARSE, DENSE, STRUCTURAL = "sparse", "dense", "structural"
LAYERS = (SPARSE, DENSE, STRUCTURAL)
_SEE_ALSO = 0.9


@attrs.frozen(kw_only=True)
class Query:
    """What is looked up.

    Args:
        words: Canonical words of the phrase; their order does not matter.
        text: The phrase itself.
        implied: Words to look for besides, which count for an entry that has them and not against others.
        accept: Entries that it refuses are left out; None accepts all.
    """

    words: tuple[str, ...]
    text: str
    implied: tuple[str, ...] = ()
    accept: Callable[[Entry], bool] | None = None

    def accepts(self, entry: Entry) -> bool:
        """Say whether an entry may be proposed."""
        return self.accept is None or self.accept(entry)


class Layer(Protocol):
    """One way to find codes; layers know nothing of each other."""

    def rank(self, query: Query, found: Sequence[Candidate], limit: int) -> Sequence[Candidate]:
        """Rank candidates for a query.

        Args:
            query: What is looked up.
            found: What the layers before this one found, fused, best first.
            limit: At most so many candidates.

        Returns:
            Candidates, best first, one per code; the score is how well the words agree, not the rank's reason.
        """
        ...


def candidates_of(scored: Iterable[tuple[float, Entry]]) -> list[Candidate]:
    """Turn entries into candidates.

    Args:
        scored: Entries with how well their words and the query's agree, best first.

    Returns:
        One candidate per code, in the order of the entries; the codes of a `see also` behind the entry's own.
    """
    best: dict[str, Candidate] = {}
    for score, entry in scored:
        for codes, factor in ((entry.codes, 1.0), (entry.also, _SEE_ALSO)):
            for code in codes:
                if code not in best:
                    best[code] = Candidate(
                        code=code,
                        score=score * factor,
                        term=entry.text,
                        source=entry.source,
                        term_id=entry.term_id,
                        manifestation=entry.manifestation,
                    )
    return list(best.values())


def check_layers(layers: Sequence[str]) -> None:
    """Refuse layers that there are not.

    Raises:
        UsageError: A name is unknown, or there is none.
    """
    unknown = [name for name in layers if name not in LAYERS]
    if unknown or not layers:
        raise UsageError(f"unknown search layer {', '.join(unknown) or '(none)'}; choose from {', '.join(LAYERS)}")
