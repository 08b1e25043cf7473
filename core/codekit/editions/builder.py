"""Builds an edition from the files of a release: beside its final place, then moved there in one step."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import attrs

from codekit.editions.edition import Edition
from codekit.editions.holds import hold
from codekit.editions.index import build_search_index
from codekit.editions.progress import Progress, silent
from codekit.editions.schema import BUILDER_VERSION, SCHEMA, Manifest
from codekit.editions.source import Source
from codekit.editions.writer import write_database
from codekit.errors import EditionError, PluginError
from codekit.files import flush_folder
from codekit.text.lexicon import Lexicon
from codekit.types import Classification, GuidelineSection, Release, SystemInfo
from codekit.version import __version__

_BUILDING = ".building"
_ABANDONED_AFTER = 3600.0
_HASH = 12
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class ReleaseReader(Protocol):
    """What building asks of a code system; `codekit.system.System` is one."""

    @property
    def info(self) -> SystemInfo:
        """Identity of the system."""
        ...

    @property
    def versions(self) -> Mapping[str, str]:
        """Distribution and version of each plugin in play, by name."""
        ...

    def identify(self, source: Source) -> Release:
        """Recognise the release that the files make up, or raise SourceError."""
        ...

    def parse(self, release: Release, source: Source) -> Classification:
        """Read the release into codekit's terms."""
        ...

    def guidelines(self, release: Release, source: Source) -> tuple[GuidelineSection, ...]:
        """Read the guidelines that come with the release."""
        ...

    def lexicon(self, release: Release) -> Lexicon:
        """Give the words of the language and the system in which the release is written."""
        ...

    def default_source(self) -> tuple[Path, ...] | None:
        """Return the files of the embedded edition, if there is one."""
        ...


def locate(system: ReleaseReader, source: Source, root: Path) -> tuple[Release, Path]:
    """Say what some files compile to, and where, without building it.

    Args:
        system: Whose release the files are.
        source: The files.
        root: Folder of all editions.

    Returns:
        The release with its sources, and the edition's folder `<root>/<system>/<version>-<hash>`.

    Raises:
        SourceError: The files cannot be read, or are of another system.
        PluginError: The version cannot be part of a file name.
    """
    release = attrs.evolve(system.identify(source), system=system.info.id, sources=source.files())
    if not _VERSION.fullmatch(release.version):
        raise PluginError(
            f"code system {release.system!r} calls a release {release.version!r}, "
            "but a version has only letters, digits, dots, dashes and underscores"
        )
    builder = f"{BUILDER_VERSION}.{system.info.revision}.{system.lexicon(release).for_titles.digest}"
    content = f"{release.system}\n{builder}\n{source.digest()}"
    name = f"{release.version}-{sha256(content.encode()).hexdigest()[:_HASH]}"
    return release, root / release.system / name


def build(
    system: ReleaseReader,
    paths: Path | Sequence[Path],
    root: Path,
    progress: Progress = silent,
    held: str = "",
) -> Path:
    """Build an edition, unless it is there already.

    Args:
        system: Whose release the files are.
        paths: Files, folders or zips.
        root: Folder of all editions; made if need be.
        progress: Told about the stages `read`, `parse`, `guidelines`, `write` and those of the search index.
        held: Why the edition is held from its first moment, as `codekit.editions.holds` says; empty where it is not.

    Returns:
        The edition's folder.

    Raises:
        SourceError: The files cannot be read, or are of another system.
        PluginError: The system's parser failed.
        EditionError: The edition cannot be written.
    """
    progress("read", 0, 1)
    with Source.open(paths) as source:
        release, folder = locate(system, source, root)
        progress("read", 1, 1)
        if is_complete(folder):
            return folder
        progress("parse", 0, 1)
        classification = attrs.evolve(system.parse(release, source), release=release)
        progress("parse", 1, 1)
        progress("guidelines", 0, 1)
        guidelines = system.guidelines(release, source)
        progress("guidelines", 1, 1)
        # The source stays open: what the classification gives lazily is read while it is written.
        with install(folder, is_complete) as building:
            _fill(building, folder.name[-_HASH:], classification, guidelines, system, progress)
            if held:
                hold(building, held)
    return folder


def is_complete(folder: Path) -> bool:
    """Tell whether a folder holds an edition that this codekit can open."""
    try:
        Edition(folder).close()
    except EditionError:
        return False
    return True


def discard(folder: Path) -> None:
    """Remove an edition in one step for everyone who looks for it."""
    with _writing(folder.parent):
        away = _temporary(folder.parent)
        folder.rename(away)
        shutil.rmtree(away)


def _fill(
    folder: Path,
    hash_: str,
    classification: Classification,
    guidelines: Sequence[GuidelineSection],
    system: ReleaseReader,
    progress: Progress,
) -> None:
    progress("write", 0, 1)
    titles = system.lexicon(classification.release).for_titles
    counts = write_database(folder, hash_, classification, guidelines, titles)
    progress("write", 1, 1)
    build_search_index(folder, classification, titles, progress)
    Manifest(
        schema=SCHEMA,
        builder=BUILDER_VERSION,
        hash=hash_,
        release=classification.release,
        derived_index=classification.derived_index,
        counts=counts,
        codekit=__version__,
        plugins=system.versions,
    ).write(folder)


@contextmanager
def install(folder: Path, complete: Callable[[Path], bool]) -> Iterator[Path]:
    """Build a folder beside its place and move it there in one step.

    Args:
        folder: Its place.
        complete: Tells whether what lies at a place can be used; what cannot makes room.

    Yields:
        An empty folder to build in; it is removed if anything fails.

    Raises:
        EditionError: The folder cannot be written.
    """
    with _writing(folder.parent), _beside(folder, complete) as building:
        yield building


@contextmanager
def _beside(folder: Path, complete: Callable[[Path], bool]) -> Iterator[Path]:
    with scratch(folder.parent) as building:
        yield building
        _flush(building)
        _move(building, folder, complete)


@contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """Lend an empty folder that nobody takes for an edition; what killed processes left of theirs is cleared away.

    Args:
        parent: Folder of a system's editions; made if need be.

    Yields:
        The folder; it is removed at the end.

    Raises:
        EditionError: It cannot be made.
    """
    with _writing(parent):
        parent.mkdir(parents=True, exist_ok=True)
        _sweep(parent)
        folder = _temporary(parent)
        folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _move(building: Path, folder: Path, complete: Callable[[Path], bool]) -> None:
    """Rename; a damaged folder makes room, a complete one of another process wins."""
    if folder.exists() and not complete(folder):
        discard(folder)
    try:
        building.rename(folder)
    except OSError:
        if not complete(folder):
            raise
    flush_folder(folder.parent)


def _temporary(parent: Path) -> Path:
    return parent / f"{_BUILDING}-{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"


def _sweep(parent: Path) -> None:
    """Remove what crashed builds left behind."""
    for folder in parent.glob(f"{_BUILDING}-*-*-*"):
        if _is_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_abandoned(folder: Path) -> bool:
    try:
        age = time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return False
    if age > _ABANDONED_AFTER:
        return True
    host, pid, _ = folder.name.removeprefix(f"{_BUILDING}-").rsplit("-", 2)
    # Only POSIX can ask for a process without ending it, and only about its own host's.
    return os.name == "posix" and host == socket.gethostname() and pid.isdecimal() and not _is_running(int(pid))


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _flush(folder: Path) -> None:
    """Bring all files to the disk, so that the rename cannot get there before them."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as stream:
                os.fsync(stream.fileno())
    flush_folder(folder)


@contextmanager
def _writing(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EditionError(
            f"cannot write editions in {root}: {error.strerror or error}; "
            "make room or set CODEKIT_HOME to a folder that you may write to"
        ) from error
    except sqlite3.Error as error:
        raise EditionError(f"cannot write an edition in {root}: {error}; make room or set CODEKIT_HOME") from error
