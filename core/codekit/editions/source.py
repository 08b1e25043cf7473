"""The files of a release as the user has them (folders, zips, files), read safely and never unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO

import attrs

from codekit.errors import SourceError
from codekit.types import SourceFile

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_ENCRYPTED = 0x1
_JUNK = "__MACOSX"


@attrs.frozen(kw_only=True)
class Limits:
    """How much a release may hold; the largest real one so far has 70 MB in 40 files.

    Args:
        members: Number of files.
        member_bytes: Size of one file, uncompressed.
        total_bytes: Size of all files, uncompressed.
        ratio: Uncompressed over compressed size; real releases stay below 40.
        ratio_from: Size in bytes from which the ratio counts, for small files compress to almost nothing.
    """

    members: int = 10_000
    member_bytes: int = 512 * 2**20
    total_bytes: int = 2**30
    ratio: int = 200
    ratio_from: int = 10 * 2**20


@attrs.frozen
class _Member:
    size: int
    open: Callable[[], IO[bytes]]


class Source:
    """The files of one release, by name, with limits on what they may cost to read.

    Names have forward slashes. A zip or folder that was asked for gives its members' paths, a single file its
    own name, and a zip inside of either is opened in place: `inner.zip/member.xml`. Where two of the paths
    hold the same name, the later one gets its path's own name in front. Hidden files and the resource forks
    that macOS adds to zips are left out.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._members: dict[str, _Member] = {}
        self._hashes: dict[str, SourceFile] = {}
        self._archives: list[zipfile.ZipFile] = []
        self._number = 0
        self._total = 0

    @classmethod
    def open(cls, paths: Path | Sequence[Path], limits: Limits | None = None) -> Source:
        """List the files under some paths; their content is read on demand.

        Args:
            paths: Files, folders or zips, in order.
            limits: What the files may hold; the default fits every real release.

        Returns:
            The source, to be closed or used as a context manager.

        Raises:
            SourceError: A path is missing, a folder empty, a zip damaged, or a limit exceeded.
        """
        given = [paths] if isinstance(paths, Path) else paths
        source = cls(limits or Limits())
        try:
            for path in given:
                source._add_path(path)
            if not source._members:
                where = ", ".join(map(str, given)) or "an empty list of paths"
                raise SourceError(f"no files in {where}; give the files of a release")
        except BaseException:
            source.close()
            raise
        return source

    def names(self) -> tuple[str, ...]:
        """Return the names of all files, sorted."""
        return tuple(sorted(self._members))

    def read(self, name: str) -> bytes:
        """Read one file.

        Args:
            name: One of `names()`.

        Returns:
            Its content, uncompressed.

        Raises:
            SourceError: There is no such file, it is damaged, or its size is not what it claims.
        """
        member = self._members.get(name)
        if member is None:
            raise SourceError(f"no file {name!r} in the release; it holds {len(self._members)} others")
        return _content(name, member)

    def files(self) -> tuple[SourceFile, ...]:
        """Return name, digest and size of every file, sorted by name; this reads all of them once."""
        for name in self._members.keys() - self._hashes.keys():
            data = self.read(name)
            self._hashes[name] = SourceFile(name=name, sha256=sha256(data).hexdigest(), bytes=len(data))
        return tuple(self._hashes[name] for name in self.names())

    def digest(self) -> str:
        """Return the SHA-256 of the files' contents: the same for a zip and for the folder it unpacks to."""
        return digest_of(self.files())

    def close(self) -> None:
        """Close the zips; reading ends."""
        while self._archives:
            self._archives.pop().close()

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _add_path(self, path: Path) -> None:
        found: dict[str, _Member] = {}
        with _readable(path):
            if path.is_dir():
                for name, file in _walk(path):
                    self._add_file(found, name, file, f"{name}/")
            else:
                self._add_file(found, path.name, path, "")
        if found.keys() & self._members.keys():
            found = {f"{path.resolve().name}/{name}": member for name, member in found.items()}
        for name, member in found.items():
            _put(self._members, name, member)

    def _add_file(self, found: dict[str, _Member], name: str, file: Path, prefix: str) -> None:
        if _is_zip(name):
            with _readable(file):  # one of a folder has to be named
                self._add_zip(found, prefix, file, str(file))
        else:
            self._add(found, name, _file(file))

    def _add_zip(
        self,
        found: dict[str, _Member],
        prefix: str,
        file: Path | IO[bytes],
        where: str,
        *,
        inner: bool = False,
    ) -> None:
        archive = zipfile.ZipFile(file)
        self._archives.append(archive)
        for info in archive.infolist():
            name = _safe(info.filename, where)
            if info.is_dir() or _hidden(name):
                continue
            self._check(info, where)
            member = _Member(info.file_size, partial(archive.open, info))
            # One level only: zips deeper down are hostile or of no use, and stay closed.
            if _is_zip(name) and not inner:
                self._count(name, member)
                content = io.BytesIO(_content(name, member))
                self._add_zip(found, f"{prefix}{name}/", content, f"{where}/{name}", inner=True)
            else:
                self._add(found, prefix + name, member)

    def _add(self, found: dict[str, _Member], name: str, member: _Member) -> None:
        self._count(name, member)
        _put(found, name, member)

    def _count(self, name: str, member: _Member) -> None:
        limits = self._limits
        self._number += 1
        self._total += member.size
        if member.size > limits.member_bytes:
            raise SourceError(
                f"{name}: {member.size} bytes, but a release file has at most {limits.member_bytes}; check it"
            )
        if self._total > limits.total_bytes:
            raise SourceError(
                f"{name}: more than {limits.total_bytes} bytes with this file, too much for one release; "
                "give its files alone"
            )
        if self._number > limits.members:
            raise SourceError(
                f"{name}: more than {limits.members} files with this one, too many for one release; "
                "give its files alone"
            )

    def _check(self, info: zipfile.ZipInfo, where: str) -> None:
        limits = self._limits
        if info.flag_bits & _ENCRYPTED:
            raise SourceError(f"{where}/{info.filename}: is encrypted; unpack it with its password first")
        if info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(info.compress_size, 1):
            raise SourceError(
                f"{where}/{info.filename}: expands more than {limits.ratio} times, as a zip bomb does; "
                "unpack it by hand if you trust it"
            )


def _put(members: dict[str, _Member], name: str, member: _Member) -> None:
    if name in members:
        raise SourceError(f"{name}: two of the files given have this name; give each file once")
    members[name] = member


def _content(name: str, member: _Member) -> bytes:
    """Read one member; what is read counts, not what the zip's directory says."""
    with _readable(name), member.open() as stream:
        data = stream.read(member.size + 1)
    if len(data) != member.size:
        raise SourceError(f"{name}: its size is not the {member.size} bytes expected; get the file again")
    return data


def _is_zip(name: str) -> bool:
    return name.lower().endswith(".zip")


def _file(path: Path) -> _Member:
    if not path.is_file():
        raise SourceError(f"{path}: is not a regular file; give files, folders or zips")
    return _Member(path.stat().st_size, lambda: path.open("rb"))


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield each visible file below a folder with its relative name; a link to an ancestor is an error."""

    def descend(here: Path, above: tuple[Path, ...]) -> Iterator[Path]:
        real = here.resolve()
        if real in above:
            raise SourceError(f"{here}: links back to a folder that holds it; remove the link")
        for entry in sorted(here.iterdir()):
            if _hidden(entry.name):
                continue
            if entry.is_dir():
                yield from descend(entry, (*above, real))
            else:
                yield entry

    for path in descend(folder, ()):
        yield path.relative_to(folder).as_posix(), path


def _hidden(name: str) -> bool:
    return any(part.startswith(".") or part == _JUNK for part in name.split("/"))


def _safe(name: str, where: str) -> str:
    """Return a member's name with forward slashes, or refuse one that points out of its zip."""
    path = name.replace("\\", "/")
    if path.startswith("/") or ".." in path.split("/") or ":" in path.split("/", maxsplit=1)[0]:
        raise SourceError(f"{where}: member {name!r} points outside of the zip; get the file again")
    return path.removeprefix("./")


@contextmanager
def _readable(what: Path | str) -> Iterator[None]:
    """Turn what zips and disks raise into one error that names the file."""
    try:
        yield
    except FileNotFoundError as error:
        raise SourceError(f"{error.filename or what}: does not exist; give the files of a release") from error
    except OSError as error:
        raise SourceError(f"{what}: cannot be read: {error.strerror or error}") from error
    except _DAMAGED as error:
        raise SourceError(f"{what}: is damaged or not a zip: {error}; get the file again") from error


def digest_of(files: Iterable[SourceFile]) -> str:
    """Give the SHA-256, in hexadecimal digits, over the contents of some files, in whatever order they come."""
    return sha256("\n".join(sorted({file.sha256 for file in files})).encode()).hexdigest()
