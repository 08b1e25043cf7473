"""Editions that are built but do not answer by themselves: not yet approved, or taken back."""

from __future__ import annotations

from pathlib import Path

from codekit.errors import EditionError

NEW = "not approved"
"""Why an edition is held that an update has built and nobody has approved yet, neither its checks nor a person."""

TAKEN_BACK = "taken back"
"""Why an edition is held that was the default until a person went back from it."""

_FILE = "held"


def hold(folder: Path, why: str) -> None:
    """Keep an edition from answering where it is not named.

    The mark lies in the edition's own folder, so it comes with the edition in one step and goes with it.

    Args:
        folder: Folder of the edition.
        why: `NEW` or `TAKEN_BACK`.

    Raises:
        EditionError: It cannot be written.
    """
    try:
        (folder / _FILE).write_text(why, encoding="utf-8")
    except OSError as error:
        raise _unwritten(folder, error) from error


def let_go(folder: Path) -> None:
    """Let an edition answer by itself again.

    Args:
        folder: Folder of the edition.

    Raises:
        EditionError: The mark cannot be removed.
    """
    try:
        (folder / _FILE).unlink(missing_ok=True)
    except OSError as error:
        raise _unwritten(folder, error) from error


def why_held(folder: Path) -> str:
    """Say why an edition is held.

    Args:
        folder: Folder of the edition.

    Returns:
        `NEW` or `TAKEN_BACK`; empty where it is not held.
    """
    try:
        return (folder / _FILE).read_text(encoding="utf-8") or NEW  # a full disk may have cut the word off
    except FileNotFoundError:
        return ""


def _unwritten(folder: Path, error: OSError) -> EditionError:
    return EditionError(f"cannot write {folder / _FILE}: {error.strerror or error}; the default is as before")
