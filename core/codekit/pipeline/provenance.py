"""What results are made with, so that they can be made again."""

from __future__ import annotations

from codekit.editions.edition import Edition
from codekit.editions.source import digest_of
from codekit.search.searcher import Searcher
from codekit.system import System
from codekit.types import Provenance
from codekit.version import __version__

UNCALIBRATED = "uncalibrated"
"""The setting `confidence` of results whose system has too few labelled records to fit it to."""


def provenance_of(system: System, edition: Edition, searcher: Searcher, threshold: float) -> Provenance:
    """Say what coding by rules alone rests on.

    Args:
        system: The code system.
        edition: The opened edition.
        searcher: Its search.
        threshold: Codes less sure than this, 0 to 1, are left out.

    Returns:
        Versions and hashes; a workflow with a language model adds its own.
    """
    site = {"lexicon": searcher.site.digest} if searcher.site else {}
    confidence = {} if system.info.calibrated else {"confidence": UNCALIBRATED}
    return Provenance(
        codekit=__version__,
        sources=digest_of(edition.release.sources),
        plugins=system.versions,
        settings={"layers": ",".join(searcher.layers), "threshold": str(threshold), **confidence, **site},
    )
