"""One file: fetched anew, continued where it was cut off, or left as it is where nothing changed.

Source: RFC 9110, HTTP Semantics, 8.8 (validators), 13 (conditional requests), 14 (range requests).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from codekit.errors import FetchError
from codekit.fetch.checks import digest, find_damage, has_magic, is_page
from codekit.fetch.records import Partial, Record, is_whole, read_partial, write_partial
from codekit.fetch.retries import BusyError, patiently
from codekit.files import flush_folder
from codekit.types.releases import RemoteFile

if TYPE_CHECKING:
    import httpx

    from codekit.fetch.http import HttpWeb

Tell = Callable[[int, int], None]
"""Called with bytes done and bytes in all, 0 where that is not known."""

_LARGEST = 2**30
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class NotTheFileError(FetchError):
    """The server sent something else, such as a page that asks for a licence to be accepted."""


class Download:
    """One file on its way into a folder.

    The part that has come lies beside as `NAME.part`, with a note of which version it belongs to. It takes the file's
    place in one step, once it is whole and sound; whoever is killed at any moment continues there.

    Args:
        web: Where to ask.
        file: What to fetch.
        folder: Where to; it is there.
        known: What is known of the file that is there; None where there is none.
        tell: Told about the bytes.
    """

    def __init__(self, web: HttpWeb, file: RemoteFile, folder: Path, known: Record | None, tell: Tell) -> None:
        self._web = web
        self._file = file
        self._target = folder / file.name
        self._part = folder / f"{file.name}.part"
        self._note = folder / f"{file.name}.part.json"
        self._known = known if known and known.url == file.url and is_whole(folder, known) else None
        self._tell = tell

    def run(self) -> Record:
        """Fetch the file, unless the one that is there is the one that the server has.

        Returns:
            What is known of it; the known record itself where nothing changed.

        Raises:
            NotPublishedError: It is not there.
            NotTheFileError: Something else is there.
            FetchError: It cannot be had.
            OSError: It cannot be written.
        """
        return patiently(self._attempt, self._web.patience, self._size)

    def _attempt(self) -> Record:
        partial = self._resumable()
        if partial and partial.total == self._size():  # killed between the last byte and the rename
            return self._finish(partial)
        with self._web.get(self._file.url, self._headers(partial)) as response:
            if self._known and self._is_unchanged(response, self._known):
                self._discard()
                return self._known
            partial = self._receive(response, partial)
        return self._finish(partial)

    def _resumable(self) -> Partial | None:
        partial = read_partial(self._note) if self._size() else None
        if partial and partial.url == self._file.url and partial.condition:
            return partial
        self._discard()
        return None

    def _headers(self, partial: Partial | None) -> Mapping[str, str]:
        headers = {"Accept-Encoding": "identity"}  # a range counts the bytes that are sent
        if partial:
            return headers | {"Range": f"bytes={self._size()}-", "If-Range": partial.condition}
        if self._known and self._known.etag:
            headers["If-None-Match"] = self._known.etag
        if self._known and self._known.last_modified:
            headers["If-Modified-Since"] = self._known.last_modified
        return headers

    def _is_unchanged(self, response: httpx.Response, known: Record) -> bool:
        """Tell whether the server has the known version, also where it does not understand the question."""
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            return True
        seen = _partial_of(response, self._file.url)
        same = (seen.etag, seen.last_modified) == (known.etag, known.last_modified) and bool(seen.condition)
        return response.status_code == HTTPStatus.OK and same and seen.total == known.bytes

    def _receive(self, response: httpx.Response, partial: Partial | None) -> Partial:
        seen = _partial_of(response, self._file.url)
        self._check_kind(response)
        if response.status_code == HTTPStatus.OK:
            start = 0
            self._discard()
            write_partial(self._note, seen)
        elif partial and _continues(response, seen, partial, self._size()):
            start = self._size()
        else:
            self._discard()
            raise BusyError(f"{self._file.url}: changed while it was fetched; try again later")
        self._write(response, start, seen.total or 0)
        if seen.total is not None and self._size() != seen.total:
            raise BusyError(
                f"{self._file.url}: the connection ended after {self._size():,} of {seen.total:,} bytes; "
                "the next run continues"
            )
        return seen

    def _write(self, response: httpx.Response, start: int, total: int) -> None:
        with self._part.open("ab" if start else "wb") as stream:
            done = start
            for chunk in response.iter_raw():
                done += len(chunk)
                if done > _LARGEST:
                    raise FetchError(f"{self._file.url}: is larger than {_LARGEST >> 20} MiB; it is no release file")
                stream.write(chunk)
                self._tell(done, total)
            stream.flush()
            os.fsync(stream.fileno())

    def _check_kind(self, response: httpx.Response) -> None:
        if response.is_success and is_page(response.headers.get("Content-Type", ""), self._file.name):
            raise self._other("the server sent a page")

    def _finish(self, partial: Partial) -> Record:
        """Check what has come and give it its name."""
        if not has_magic(self._part, self._file.name):
            self._discard()
            raise self._other("what came does not begin as such a file does")
        if damage := find_damage(self._part, self._file.name):
            self._discard()
            raise BusyError(f"{self._file.url}: came damaged, {damage}; try again later")
        sha256 = digest(self._part)
        if self._file.sha256 and sha256 != self._file.sha256.lower():
            self._discard()
            raise BusyError(
                f"{self._file.url}: its SHA-256 is {sha256}, but the publisher states {self._file.sha256}; try again "
                "later, and do not use it before they agree"
            )
        record = Record(
            name=self._file.name,
            url=self._file.url,
            final_url=partial.final_url,
            bytes=self._size(),
            sha256=sha256,
            etag=partial.etag,
            last_modified=partial.last_modified,
            fetched=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        self._part.replace(self._target)
        flush_folder(self._target.parent)
        self._note.unlink(missing_ok=True)
        return record

    def _other(self, what: str) -> NotTheFileError:
        return NotTheFileError(
            f"{self._file.url}: {what} instead of {self._file.name}; open the address in a browser, for its publisher "
            "may ask for something first"
        )

    def _size(self) -> int:
        with suppress(FileNotFoundError):
            return self._part.stat().st_size
        return 0

    def _discard(self) -> None:
        self._part.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)


def _partial_of(response: httpx.Response, url: str) -> Partial:
    """Read which version of a file a server is sending."""
    length = response.headers.get("Content-Length", "")
    total = int(length) if length.isdecimal() else None
    if response.status_code == HTTPStatus.PARTIAL_CONTENT:
        found = _RANGE.fullmatch(response.headers.get("Content-Range", "").strip())
        total = int(found[2]) if found and found[2].isdecimal() else None
    return Partial(
        url=url,
        final_url=str(response.url),
        etag=response.headers.get("ETag", ""),
        last_modified=response.headers.get("Last-Modified", ""),
        total=total,
    )


def _continues(response: httpx.Response, seen: Partial, before: Partial, offset: int) -> bool:
    """Tell whether a response goes on where the part ends, in the same version of the file."""
    found = _RANGE.fullmatch(response.headers.get("Content-Range", "").strip())
    if response.status_code != HTTPStatus.PARTIAL_CONTENT or found is None or int(found[1]) != offset:
        return False
    return all(not new or new == old for new, old in ((seen.etag, before.etag), (seen.total, before.total)))
