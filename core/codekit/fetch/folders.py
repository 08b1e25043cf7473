"""A folder that answers as a web server would, so that a local mirror takes the same way as a publisher."""

from __future__ import annotations

import os
from collections.abc import Iterator
from email.utils import formatdate
from html import escape
from pathlib import Path
from urllib.parse import quote
from urllib.request import url2pathname

import httpx

_CHUNK = 2**20


class FolderTransport(httpx.BaseTransport):
    """Answers `file:` requests with what lies below a folder, and with a listing for a folder in it.

    A page that was saved as `name.html` or `name/index.html` is found as `name`.

    Args:
        folder: The only one from which it answers; resolved.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer with a file, a listing, or status 404."""
        # by its name, not by where it leads, for a mirror may link to another disk
        path = Path(os.path.normpath(url2pathname(request.url.raw_path.decode("ascii").partition("?")[0])))
        found = self._find(path) if path.is_relative_to(self._folder) else None
        if found is None:
            return httpx.Response(404)
        if found.is_dir():
            return httpx.Response(200, html=_listing(found))
        return _answer(found, request.headers.get("If-None-Match", ""))

    def _find(self, path: Path) -> Path | None:
        if path.is_dir():
            index = path / "index.html"
            return index if index.is_file() else path
        saved = path.with_name(f"{path.name}.html")
        return next((one for one in (path, saved) if one.is_file()), None)


class _File(httpx.SyncByteStream):
    def __init__(self, path: Path) -> None:
        self._stream = path.open("rb")

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self._stream.read(_CHUNK):
            yield chunk

    def close(self) -> None:
        self._stream.close()


def _answer(path: Path, known: str) -> httpx.Response:
    about = path.stat()
    tag = f'"{about.st_mtime_ns:x}-{about.st_size:x}"'
    if known == tag:
        return httpx.Response(304, headers={"ETag": tag})
    kind = "text/html" if path.suffix in (".html", ".htm") else "application/octet-stream"
    headers = {
        "Content-Type": kind,
        "Content-Length": str(about.st_size),
        "ETag": tag,
        "Last-Modified": formatdate(about.st_mtime, usegmt=True),
    }
    return httpx.Response(200, headers=headers, stream=_File(path))


def _listing(folder: Path) -> str:
    names = sorted(f"{entry.name}/" if entry.is_dir() else entry.name for entry in folder.iterdir())
    rows = "\n".join(f'<a href="{quote(name)}">{escape(name)}</a>' for name in names if name[0] != ".")
    return f"<html><head><title>Files</title></head><body>{rows}</body></html>"
