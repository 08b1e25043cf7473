"""The library's front door: open a code system and code notes."""

from __future__ import annotations

from datetime import date as Date  # noqa: N812  the parameter is called date

from codekit.editions.progress import Progress, silent
from codekit.pipeline.coder import Coder

__all__ = ["Coder", "open"]


def open(
    system_id: str,
    *,
    edition: str | None = None,
    date: Date | None = None,
    progress: Progress = silent,
) -> Coder:
    """Open a code system at one edition.

    Args:
        system_id: Such as `icd10cm`.
        edition: Version, label or unique hash prefix of a built edition.
        date: Date of service, which picks the edition valid then; ignored where `edition` is given.
        progress: Told how far the first build of the embedded edition is.

    Returns:
        A coder for notes.

    Raises:
        UnknownSystemError: No plugin offers the system.
        UnknownEditionError: No edition of that name or date is on this machine.
    """
    from codekit.editions.store import EditionStore
    from codekit.system import System

    system = System.open(system_id)
    return Coder(system, EditionStore(system).open(edition, date, progress))
