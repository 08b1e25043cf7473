"""Whether what came is the file that was asked for, whole, and not a page that says something else.

Source: PKWARE, APPNOTE.TXT (local header, end of central directory, CRC-32); ISO, PDF 2.0, 7.5 (`%PDF-`, `%%EOF`).
"""

from __future__ import annotations

import zipfile
import zlib
from hashlib import sha256
from pathlib import Path

_ZIPS = (".zip", ".xlsx", ".docx")
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_END_OF_PDF = 2048
_CHUNK = 2**20
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


def is_page(kind: str, name: str) -> bool:
    """Tell by its content type that a server sent a page where a file is due.

    Args:
        kind: The content type, perhaps with parameters.
        name: Name of the file.
    """
    sent = kind.partition(";")[0].strip().lower()
    return sent in _PAGE_TYPES and not name.lower().endswith((".html", ".htm"))


def has_magic(path: Path, name: str) -> bool:
    """Tell whether a file begins as its name promises; a name of another kind promises only that it is no page."""
    with path.open("rb") as stream:
        head = stream.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n")
    lower = name.lower()
    if lower.endswith(_ZIPS):
        return head.startswith(b"PK\x03\x04")
    if lower.endswith(".pdf"):
        return head.startswith(b"%PDF-")
    return not head[:15].lower().startswith((b"<!doctype html", b"<html"))


def find_damage(path: Path, name: str) -> str:
    """Say what shows that a file is cut off or mixed up; nothing for a sound one, or one of which it cannot be told."""
    lower = name.lower()
    if lower.endswith(".pdf"):
        return "" if b"%%EOF" in _end(path) else "its end is missing"
    if not lower.endswith(_ZIPS):
        return ""
    try:
        with zipfile.ZipFile(path) as archive:
            bad = archive.testzip()
    except _DAMAGED as error:
        return f"as a zip it is damaged: {error}"
    return f"its member {bad} is damaged" if bad else ""


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    found = sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def _end(path: Path) -> bytes:
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _END_OF_PDF))
        return stream.read()
