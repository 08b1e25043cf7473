"""The library's front door: open a code system and code notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as Date  # noqa: N812  the parameter is called date
from pathlib import Path

from codekit.editions.progress import Progress, silent
from codekit.pipeline.coder import Coder
from codekit.pipeline.confidence import KEPT_FROM
from codekit.search.encoders import Model
from codekit.search.layers import SPARSE, check_layers

__all__ = ["Coder", "open"]


def open(
    system_id: str,
    *,
    edition: str | None = None,
    date: Date | None = None,
    layers: Sequence[str] = (SPARSE,),
    model: str | Model | None = None,
    server: str | None = None,
    threshold: float = KEPT_FROM,
    lexicon: Path | None = None,
    progress: Progress = silent,
) -> Coder:
    """Open a code system at one edition.

    Args:
        system_id: As `codekit plugins` lists it.
        edition: Version, label or unique hash prefix of a built edition.
        date: Date of service, which picks the edition valid then; ignored where `edition` is given.
        layers: Search layers in use: `sparse`, `dense`, `structural`.
        model: Model of the dense layer; None takes the default.
        server: Address of the Qdrant server with the vectors; None takes `CODEKIT_QDRANT_URL`, and where that is not
            set, those beside the edition.
        threshold: Codes less sure than this, 0 to 1, are left out and shown among the dropped.
        lexicon: Folder of tables with the words, headings and cues of the place where the notes come from.
        progress: Told how far the first build of the embedded edition is.

    Returns:
        A coder for notes.

    Raises:
        UnknownSystemError: No plugin offers the system.
        UnknownEditionError: No edition of that name or date is on this machine.
        UsageError: There is no such layer, or the dense one has no vectors of the model yet.
        LexiconError: The folder is not there, or a table in it has another form.
    """
    from codekit.editions.store import EditionStore
    from codekit.search.searcher import Searcher
    from codekit.system import System
    from codekit.text.tables import read_lexicon

    check_layers(layers)  # before an edition is built for nothing
    site = read_lexicon(lexicon) if lexicon else None
    system = System.open(system_id)
    opened = EditionStore(system).open(edition, date, progress)
    searcher = Searcher(system, opened, layers=layers, model=model, server=server, site=site)
    return Coder(system, opened, searcher=searcher, threshold=threshold)
