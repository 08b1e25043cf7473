"""The compiled editions of one code system on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import attrs

from codekit.editions.builder import ReleaseReader, build, discard, is_complete, locate
from codekit.editions.default import DefaultEdition
from codekit.editions.edition import Edition
from codekit.editions.holds import TAKEN_BACK, hold, let_go, why_held
from codekit.editions.progress import Progress, silent
from codekit.editions.schema import MANIFEST
from codekit.editions.source import Source
from codekit.errors import EditionError, UnknownEditionError, UsageError
from codekit.types import Release

_PREFIX = 4


@attrs.frozen(kw_only=True)
class EditionInfo:
    """One edition as `codekit editions list` shows it.

    Args:
        version: Version of its release.
        hash: 12 hexadecimal digits.
        title: Title for people; empty if the edition is damaged.
        valid_from: First date of service; None if the edition is damaged.
        valid_to: Last date of service, inclusive; None while no successor is known.
        counts: Number of codes, assignable codes, terms, guidelines, pairs and problems.
        derived_index: True where the index was made from titles and inclusion terms.
        path: Its folder.
        built: False for the embedded edition before its first use.
        held: Why it does not answer where it is not named, see `codekit.editions.holds`; empty where it does.
        error: Why it cannot be opened; None if it can.
    """

    version: str
    hash: str
    title: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    counts: Mapping[str, int] = attrs.field(factory=dict)
    derived_index: bool = False
    path: Path
    built: bool = True
    held: str = ""
    error: str | None = None

    @property
    def label(self) -> str:
        """Version and hash, as `2026-04+0123456789ab`."""
        return f"{self.version}+{self.hash}"

    @property
    def problems(self) -> int:
        """Number of problems in the release's files."""
        return self.counts.get("problems", 0)

    def is_valid_on(self, day: date) -> bool:
        """Tell whether it codes a date of service."""
        return self.valid_from is not None and self.valid_from <= day and (not self.valid_to or day <= self.valid_to)


class EditionStore:
    """Finds, builds and removes the editions of one code system.

    Args:
        system: The code system.
        root: Folder of all editions; by default `editions` in the folder that the environment variable
            `CODEKIT_HOME` names, else in the user's data directory.
    """

    def __init__(self, system: ReleaseReader, root: Path | None = None) -> None:
        self._system = system
        self.root = root or _default_root()
        self.default = DefaultEdition(self.root / system.info.id)

    def add(self, paths: Path | Sequence[Path], progress: Progress = silent, held: str = "") -> EditionInfo:
        """Build an edition from the files of a release; one that is there already is left as it is.

        Args:
            paths: Files, folders or zips.
            progress: Told about the stages.
            held: Why what is built now is held, see `codekit.editions.holds`; empty where it is not.

        Raises:
            SourceError: The files cannot be read, or are of another system.
            EditionError: The edition cannot be written.
        """
        return _inspect(build(self._system, paths, self.root, progress, held))

    def list(self) -> tuple[EditionInfo, ...]:
        """Return every edition by version, then hash; one that cannot be opened has its `error` set."""
        return tuple(sorted(map(_inspect, self._folders()), key=lambda info: (info.version, info.hash)))

    def find(self, label: str) -> EditionInfo | None:
        """Return the edition of a label as `list` has it, without looking at any other; None where there is none."""
        # A label may come from anybody's file, so it is compared with the names of folders, and never made a path.
        name = "-".join(label.rsplit("+", 1))
        found = (_inspect(path) for path in self._folders() if path.name == name)
        return next((info for info in found if info.label == label), None)

    def info(self, edition: Edition) -> EditionInfo:
        """Return an opened edition as `list` has it."""
        return _inspect(edition.path)

    def remove(self, name: str) -> EditionInfo:
        """Remove one edition.

        Args:
            name: Label, version, or unique beginning of the hash.

        Returns:
            What was removed.

        Raises:
            UnknownEditionError: There is none, or there are several of that name.
        """
        found = _named(self.list(), name)
        if len(found) != 1:
            raise UnknownEditionError(name, (info.label for info in found or self.list()))
        if found[0].label == self.default.label:
            raise UsageError(
                f"{found[0].label} is the default edition; choose another with `codekit editions use NAME`"
            )
        discard(found[0].path)
        return found[0]

    def use(self, name: str) -> EditionInfo:
        """Make an edition the one that answers where none is named, and by its dates of service.

        Args:
            name: Label, version, or unique beginning of the hash, of an edition that is built.

        Returns:
            The edition; the one before it is kept for `go_back`.

        Raises:
            UnknownEditionError: There is no such edition, or there are several, of which one is held.
            EditionError: It is damaged, or the choice cannot be written.
        """
        chosen = self._built(name)
        # In this order: whoever is killed in between leaves one that an update still takes up.
        let_go(chosen.path)
        self.default.choose(chosen.label)
        return attrs.evolve(chosen, held="")

    def go_back(self) -> EditionInfo:
        """Make the edition before the default one the default again, and hold the one that is left.

        Raises:
            UsageError: There was none before.
            UnknownEditionError: It was removed.
            EditionError: It is damaged, or the choice cannot be written.
        """
        labels = self.default.labels()
        if len(labels) < 2:
            raise UsageError("there is no edition to go back to: none was the default before this one")
        info = self._built(labels[1])
        if left := self.find(labels[0]):
            hold(left.path, TAKEN_BACK)
        let_go(info.path)
        self.default.go_back()
        return info

    def open(self, name: str | None = None, date: date | None = None, progress: Progress = silent) -> Edition:
        """Open an edition by name, by date of service, or the default one.

        The embedded edition takes part even before it is built; choosing it builds it. Without name and date
        the default is the edition that `use` chose, or else the embedded one, or where the system has none, the
        newest. Where several fit, one that can be opened goes first, then one that is not held, then the latest
        `valid_from`, then the default one, then the latest build, then the greatest hash. One that is held is opened
        only by its name.

        Args:
            name: Version, label, or beginning of the hash (4 digits or more); it goes before `date`.
            date: Date of service.
            progress: Told about the stages of a build.

        Raises:
            UnknownEditionError: There is no such edition, or a beginning of hashes fits several.
            EditionError: The edition is damaged, was built by another codekit, or cannot be written.
        """
        if name is not None:
            found = _named(self.list(), name) or _named(self._with_default(), name)
        elif date is not None:
            found = tuple(info for info in self._with_default() if info.is_valid_on(date) and not info.held)
        else:
            chosen = self._chosen() or self._default()
            found = (chosen,) if chosen else tuple(info for info in self.list() if not info.held)
        if not found:
            wanted = name or (f"for {date}" if date else f"of {self._system.info.id}")
            raise UnknownEditionError(wanted, map(_describe, self._with_default()), self._system.info.obtain)
        return self._open(self._best(found), progress)

    def _folders(self) -> Iterator[Path]:
        """Yield the folders of editions, in any order."""
        folder = self.root / self._system.info.id
        if folder.is_dir():
            yield from (path for path in folder.iterdir() if path.is_dir() and path.name[0] != ".")

    def _built(self, name: str) -> EditionInfo:
        """Give a sound edition that is built; of several with that name, as `open` does where none is held."""
        found = _named(self.list(), name)
        if not found:
            raise UnknownEditionError(name, map(_describe, self.list()), self._system.info.obtain)
        if len(found) > 1 and any(info.held for info in found):  # which one is to be approved is not for us to guess
            raise UnknownEditionError(name, map(_describe, found))
        best = self._best(found)
        if best.error is not None:
            raise EditionError(best.error)
        return best

    def _best(self, found: Sequence[EditionInfo]) -> EditionInfo:
        """Choose one of several, as `open` says."""
        if len(found) == 1:
            return found[0]
        default = self.default.label

        def preference(info: EditionInfo) -> tuple[bool, bool, date, bool, int, str]:
            since = info.valid_from or date.min
            return info.error is None, not info.held, since, info.label == default, _built_at(info), info.hash

        return max(found, key=preference)

    def _chosen(self) -> EditionInfo | None:
        """Give the edition that `use` chose."""
        label = self.default.label
        if label is None:
            return None
        if info := self.find(label):
            return info
        raise EditionError(
            f"the default edition {label} is not in {self.root}: choose another with `codekit editions use NAME`, "
            "or go back with `codekit editions rollback`"
        )

    def _open(self, info: EditionInfo, progress: Progress) -> Edition:
        if info.error is not None:
            raise EditionError(info.error)
        if info.built:
            return Edition(info.path)
        return Edition(build(self._system, self._system.default_source() or (), self.root, progress))

    def _with_default(self) -> tuple[EditionInfo, ...]:
        default = self._default()
        return (
            *(info for info in self.list() if not default or info.path != default.path),
            *filter(None, [default]),
        )

    def _default(self) -> EditionInfo | None:
        """Say which edition the embedded files make up, without building it."""
        paths = self._system.default_source()
        if paths is None:
            return None
        with Source.open(paths) as source:
            release, path = locate(self._system, source, self.root)
        # A damaged one counts as not built, for building mends it.
        return _inspect(path) if is_complete(path) else _announce(release, path)


def _default_root() -> Path:
    home = os.environ.get("CODEKIT_HOME")
    if not home:
        from platformdirs import user_data_dir

        home = user_data_dir("codekit")
    return Path(home).expanduser() / "editions"


def _inspect(path: Path) -> EditionInfo:
    try:
        with Edition(path) as edition:
            return attrs.evolve(
                _announce(edition.release, path),
                built=True,
                held=why_held(path),
                counts=edition.counts(),
                derived_index=edition.derived_index,
            )
    except EditionError as error:
        version, _, hash_ = path.name.rpartition("-")
        return EditionInfo(version=version, hash=hash_, path=path, error=str(error))


def _announce(release: Release, path: Path) -> EditionInfo:
    return EditionInfo(
        version=release.version,
        hash=path.name.rpartition("-")[2],
        title=release.title,
        valid_from=release.valid_from,
        valid_to=release.valid_to,
        path=path,
        built=False,
    )


def _named(editions: Iterable[EditionInfo], name: str) -> tuple[EditionInfo, ...]:
    """Return the editions of a version or label, else the only one whose hash begins so."""
    editions = tuple(editions)
    exact = tuple(info for info in editions if name in (info.version, info.label))
    if exact or len(name) < _PREFIX:
        return exact
    beginning = tuple(info for info in editions if info.hash.startswith(name.lower()))
    if len(beginning) > 1:
        raise UnknownEditionError(name, map(_describe, beginning))
    return beginning


def _built_at(info: EditionInfo) -> int:
    try:
        return (info.path / MANIFEST).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _describe(info: EditionInfo) -> str:
    if info.error is not None:
        return f"{info.label} (damaged)"
    ends = f"to {info.valid_to}" if info.valid_to else "on"
    more = "".join(f", {each}" for each in (info.held, "" if info.built else "not built yet") if each)
    return f"{info.label} (from {info.valid_from} {ends}{more})"
