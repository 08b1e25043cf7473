"""A whole release: which one is meant, all of its files, and what is to be built from them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from codekit.editions.progress import Progress, silent
from codekit.errors import FetchError, NotPublishedError, UsageError
from codekit.fetch.mirrors import choose_mirror
from codekit.fetch.records import Record, is_whole, read_records, write_records
from codekit.fetch.retries import Patience
from codekit.types.releases import MANIFEST, Publication, RemoteFile

if TYPE_CHECKING:
    from codekit.fetch.http import HttpWeb
    from codekit.system import System

LATEST = "latest"
"""The name for the newest release that is published."""

_LOCK = ".lock"
_YEAR = re.compile(r"\d{4}")
_UNDER_WAY = (".part", ".part.json", ".crdownload", ".download", ".tmp")  # codekit's own, and browsers'


@attrs.frozen(kw_only=True)
class LeftOut:
    """A file of the release that is not there.

    Args:
        file: Which one.
        reason: Why, and what can be done.
    """

    file: RemoteFile
    reason: str


@attrs.frozen(kw_only=True)
class Fetched:
    """A release, ready to be built: all of its files are whole and checked.

    Args:
        publication: Which release.
        folder: Where its files are.
        records: Its files as they came from the publisher, in the publisher's order.
        added: Files that a person put into the folder, such as licensed ones, by name.
        left_out: Files that are not required and are not there.
        new: Whether any of the files came, or changed, this time.
    """

    publication: Publication
    folder: Path
    records: tuple[Record, ...]
    added: tuple[Path, ...]
    left_out: tuple[LeftOut, ...]
    new: bool

    @property
    def version(self) -> str:
        """Version of the release."""
        return self.publication.version

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files to build an edition from, as `EditionStore.add` takes them."""
        return (*(self.folder / record.name for record in self.records), *self.added)


def list_publications(
    system: System, *, mirror: str | None = None, patience: Patience | None = None
) -> tuple[Publication, ...]:
    """List the releases that can be fetched.

    Args:
        system: The code system.
        mirror: Address or folder that stands in for the publishers; by default the one that `CODEKIT_MIRROR` names.
        patience: How much is put up with.

    Returns:
        Publications, newest first.

    Raises:
        FetchError: The publisher cannot be asked, or offers nothing to programs.
    """
    with _open_web(mirror, patience) as web:
        return _publications(system, web)


def list_files(
    system: System, wanted: str = LATEST, *, mirror: str | None = None, patience: Patience | None = None
) -> tuple[Publication, tuple[RemoteFile, ...]]:
    """List the files of a release without fetching them; arguments and errors are those of `fetch_release`."""
    with _open_web(mirror, patience) as web:
        chosen = _choose(_publications(system, web), wanted)
        return chosen, system.publication_files(web, chosen)


def fetch_release(
    system: System,
    wanted: str = LATEST,
    *,
    root: Path | None = None,
    mirror: str | None = None,
    progress: Progress = silent,
    patience: Patience | None = None,
) -> Fetched:
    """Download a release, or what is missing or has changed of it; doing it again changes nothing.

    Each file takes its place once it is whole and checked, so whoever is killed at any moment leaves nothing that could
    be taken for a release, and the next call continues where it stopped.

    Args:
        system: The code system.
        wanted: A version, a year for its newest release (a version of that very name goes first), or `latest`.
        root: Folder of all downloads, by default `downloads` in the folder that `CODEKIT_HOME` names, else in the
            user's data directory. The files lie in `<root>/<system>/<version>`.
        mirror: Address or folder that stands in for the publishers; by default the one that `CODEKIT_MIRROR` names.
        progress: Told the name of each file as a stage, with bytes done and bytes in all.
        patience: How much is put up with.

    Returns:
        The release with its files; `paths` is what `EditionStore.add` builds.

    Raises:
        UsageError: No such release is published, or the mirror is none.
        FetchError: The publisher offers nothing to programs, a required file cannot be had, the network failed for
            good, or the folder cannot be written.
    """
    with _open_web(mirror, patience) as web:
        chosen = _choose(_publications(system, web), wanted)
        files = system.publication_files(web, chosen)
        folder = (root or downloads_folder()) / system.info.id / chosen.version
        with _alone_in(folder):
            return _Batch(web, system, chosen, folder, progress).run(files)


def downloads_folder() -> Path:
    """Return the folder of all downloads."""
    home = os.environ.get("CODEKIT_HOME")
    if not home:
        from platformdirs import user_data_dir

        home = user_data_dir("codekit")
    return Path(home).expanduser() / "downloads"


class _Batch:
    """The files of one release on their way into their folder."""

    def __init__(self, web: HttpWeb, system: System, chosen: Publication, folder: Path, progress: Progress) -> None:
        self._web = web
        self._chosen = chosen
        self._folder = folder
        self._progress = progress
        self._about = {"system": system.info.id, "version": chosen.version, "title": chosen.title}
        self._known = read_records(folder)
        self._new = False

    def run(self, files: Sequence[RemoteFile]) -> Fetched:
        records: list[Record] = []
        left_out: list[LeftOut] = []
        for file in files:
            found = self._fetch(file)
            if isinstance(found, LeftOut):
                left_out.append(found)
            else:
                records.append(found)
        return Fetched(
            publication=self._chosen,
            folder=self._folder,
            records=tuple(records),
            added=self._added(),
            left_out=tuple(one for one in left_out if not (self._folder / one.file.name).is_file()),
            new=self._new,
        )

    def _fetch(self, file: RemoteFile) -> Record | LeftOut:
        from codekit.fetch.download import Download, NotTheFileError

        if file.licence and not self._web.is_mirrored:
            return LeftOut(file=file, reason=self._explain(file))
        known = self._known.get(file.name)
        tell = partial(self._progress, file.name)
        try:
            record = Download(self._web, file, self._folder, known, tell).run()
        except (NotPublishedError, NotTheFileError) as error:
            if known and is_whole(self._folder, known):  # the publisher took it away since; what was checked is good
                return known
            if file.required:
                raise
            return LeftOut(file=file, reason=self._explain(file) if file.licence else str(error))
        if record is not known:
            self._new = self._new or known is None or known.sha256 != record.sha256
            self._known[file.name] = record
            write_records(self._folder, self._about, self._known.values())
        return record

    def _explain(self, file: RemoteFile) -> str:
        return f"a licence has to be accepted first: open {file.licence} in a browser, and put it into {self._folder}"

    def _added(self) -> tuple[Path, ...]:
        """Find what a person put there: what is neither a download, of now or before, nor on its way to be one."""
        return tuple(
            path
            for path in sorted(self._folder.iterdir())
            if path.is_file()
            and path.name[0] != "."
            and path.name not in {MANIFEST, *self._known}
            and not path.name.endswith(_UNDER_WAY)
        )


@contextmanager
def _open_web(mirror: str | None, patience: Patience | None) -> Iterator[HttpWeb]:
    from codekit.fetch.http import HttpWeb

    with HttpWeb(choose_mirror(mirror), patience or Patience()) as web:
        yield web


def _publications(system: System, web: HttpWeb) -> tuple[Publication, ...]:
    found = system.publications(web)
    if not found:
        own = downloads_folder() / system.info.id
        raise FetchError(
            f"codekit can fetch no release of {system.info.name}: its publisher asks for a licence or an account, or "
            f"offers none. {system.info.obtain}{system.info.obtain and ' '}Once you have its files, put them into a "
            f"folder such as {own / 'VERSION'}, and build it: `codekit --system {system.info.id} editions add FOLDER`"
        )
    return found


def _choose(publications: Sequence[Publication], wanted: str) -> Publication:
    """Choose the version of that name, else the newest of that year; publications are newest first."""
    if wanted == LATEST:
        return publications[0]
    exact = (one for one in publications if one.version == wanted)
    of_year = (one for one in publications if _YEAR.fullmatch(wanted) and one.version.startswith(wanted))
    chosen = next(exact, None) or next(of_year, None)
    if chosen is None:
        raise UsageError(
            f"no release {wanted!r} is published; there are {', '.join(one.version for one in publications)}. "
            "`codekit editions fetch --list` lists them"
        )
    return chosen


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, which its process takes along however it ends."""
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / _LOCK, timeout=0):
            yield
    except Timeout:
        raise FetchError(f"another codekit is fetching into {folder}: wait for it, or stop it") from None
    except OSError as error:
        raise FetchError(
            f"cannot write downloads in {folder}: {error.strerror or error}; make room, name another folder with "
            "--into, or set CODEKIT_HOME to a folder that you may write to. The next run continues"
        ) from error
