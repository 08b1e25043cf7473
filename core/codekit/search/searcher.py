"""The one door to search: words in, candidate codes out, from the layers in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from codekit.editions.index.entries import Entry
from codekit.editions.index.store import SearchIndex
from codekit.search.encoders import Model
from codekit.search.fusion import fuse
from codekit.search.layers import DENSE, SPARSE, STRUCTURAL, Layer, Query, check_layers
from codekit.search.outages import Losses, Spared
from codekit.search.sparse import SparseLayer
from codekit.text.lexicon import Lexicon
from codekit.types import Candidate

if TYPE_CHECKING:
    from codekit.editions.edition import Edition
    from codekit.search.structural import StructuralLayer
    from codekit.system import System


class Searcher:
    """Looks words up in the index of one edition.

    Where the server with the vectors is lost on the way, the sparse layer, if it is in use, goes on alone; `losses`
    counts such look-ups, and the system's warnings say why.

    Args:
        system: The code system, whose plugins may propose candidates too.
        edition: The opened edition.
        layers: Which of `sparse`, `dense` and `structural` to use, in any order.
        model: The model of the dense layer; None takes the default.
        server: Address of the Qdrant server with the vectors; None takes `CODEKIT_QDRANT_URL`, and where that is not
            set, those beside the edition.
        offline: Refuse a Qdrant server that is not this computer.
        site: Words, headings and cues of the place where the notes come from; None for none.

    Raises:
        UsageError: There is no such layer, none is named, or the dense one is not ready.
        VectorServerError: The server cannot be reached.
    """

    def __init__(
        self,
        system: System,
        edition: Edition,
        *,
        layers: Sequence[str] = (SPARSE,),
        model: str | Model | None = None,
        server: str | None = None,
        offline: bool = False,
        site: Lexicon | None = None,
    ) -> None:
        check_layers(layers)
        self.layers = tuple(layers)
        self.site = site
        self.lexicon = system.note_lexicon(edition, site)
        self.index = SearchIndex(edition)
        self._system = system
        self._edition = edition
        self.losses = Losses(system.warnings)
        self._finders: list[Layer] = []
        if SPARSE in layers or DENSE not in layers:
            self._finders.append(SparseLayer(self.index))
        if DENSE in layers:
            from codekit.search.dense import DEFAULT_MODEL, open_dense, server_url

            dense = open_dense(edition, self.index, model or DEFAULT_MODEL, server or server_url(), offline=offline)
            self._finders.append(Spared(DENSE, dense, self.losses) if self._finders else dense)
        self._structural: StructuralLayer | None = None
        if STRUCTURAL in layers:
            from codekit.search.structural import StructuralLayer

            self._structural = StructuralLayer(edition, system.specificity(edition.release))

    def close(self) -> None:
        """Close the search index."""
        self.index.close()

    def search(self, query: str, limit: int) -> tuple[Candidate, ...]:
        """Look a phrase up; see `codekit.search.search`."""
        return self.candidates(self.lexicon.content_words(query), limit, text=query)

    def candidates(
        self,
        words: Sequence[str],
        limit: int,
        *,
        text: str = "",
        implied: Sequence[str] = (),
        accept: Callable[[Entry], bool] | None = None,
    ) -> tuple[Candidate, ...]:
        """Propose codes for canonical words.

        Args:
            words: Canonical words; their order does not matter.
            limit: At most so many candidates.
            text: The phrase as it was written; the words themselves where it is empty.
            implied: Words to look for besides, which count for an entry that has them and not against others.
            accept: Entries that it refuses are left out.

        Returns:
            Candidates, best first, one per code; ties in index order.
        """
        query = Query(words=tuple(words), text=text or " ".join(words), implied=tuple(implied), accept=accept)
        rankings: list[Sequence[Candidate]] = [layer.rank(query, (), limit) for layer in self._finders]
        rankings.append(self._system.search(" ".join(words), self._edition, limit))
        if self._structural is not None:
            # Going down first lets layers agree on a row that they reached from different heights.
            rankings = [self._structural.down(query, ranking, limit) for ranking in rankings]
            rankings.append(self._structural.rank(query, fuse(rankings, limit), limit))
        return tuple(fuse(rankings, limit))
