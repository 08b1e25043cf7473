"""One update of a code system at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from codekit.errors import EditionError
from codekit.update.report import UpdateRunningError

_FILE = ".update.lock"


@contextmanager
def only_update(folder: Path) -> Iterator[None]:
    """Hold the lock of a system's editions; the operating system lets go of it if this process is killed.

    Args:
        folder: Folder of the system's editions; made if it is not there.

    Yields:
        Nothing, as soon as the lock is held.

    Raises:
        UpdateRunningError: Another process holds it.
        EditionError: The folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _FILE, timeout=0)
        lock.acquire()
    except Timeout:
        raise UpdateRunningError(
            f"another update is under way in {folder}: wait for it, or stop it; its lock goes with its process"
        ) from None
    except OSError as error:
        raise EditionError(
            f"cannot write editions in {folder}: {error.strerror or error}; "
            "make room or set CODEKIT_HOME to a folder that you may write to"
        ) from error
    try:
        yield
    finally:
        lock.release()
