"""Notes from files, folders and standard input, one at a time and without losing the broken ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import attrs

from codekit.errors import NoteError, UsageError
from codekit.serialize import note_from_dict
from codekit.types import Encounter, Note

_LINES = (".jsonl", ".ndjson")
_IN_FOLDERS = (".txt", *_LINES)


@attrs.frozen
class BadNote:
    """A note that cannot be read."""

    id: str
    error: NoteError


Item = Note | BadNote


@attrs.frozen(kw_only=True)
class NoteReader:
    """Reads notes.

    A text file is one note whose id is its path. A line of a JSON Lines file is one note whose id is its
    `id`, or else the file's path and its line; blank lines are left out. Standard input holds JSON Lines if
    its first line that is not blank is an object with `text`, and else one note.

    Args:
        encounter: What is known of a note that does not say it.
        warn: Told about files that are not UTF-8.
    """

    encounter: Encounter
    warn: Callable[[str], None]

    def read_files(self, files: Sequence[Path]) -> Iterator[Item]:
        """Yield the notes of some files, in order."""
        for path in files:
            name = _name(path)
            try:
                if is_lines(path):
                    with path.open("rb") as stream:
                        yield from self._lines(stream, name)
                else:
                    yield self._whole(path.read_bytes(), name)
            except OSError as error:
                yield BadNote(name, NoteError(f"{name}: cannot be read: {error.strerror or error}"))

    def read_stream(self, stream: IO[bytes], name: str) -> Iterator[Item]:
        """Yield the notes of standard input; JSON Lines are read as they come."""
        before = b""
        for line in stream:
            before += line
            if line.strip():
                if _is_note_object(line):
                    number = before.count(b"\n") + (not before.endswith(b"\n"))
                    yield self._line(line, f"{name}:{number}")
                    yield from self._lines(stream, name, number)
                    return
                break
        yield self._whole(before + stream.read(), name)

    def _lines(self, stream: IO[bytes], name: str, above: int = 0) -> Iterator[Item]:
        for number, line in enumerate(stream, start=above + 1):
            if line.strip(b" \t\r\n\xef\xbb\xbf"):
                yield self._line(line, f"{name}:{number}")

    def _line(self, line: bytes, name: str) -> Item:
        try:
            data = json.loads(self._decode(line, name))
        except NoteError as error:
            return BadNote(name, error)
        except (ValueError, RecursionError) as error:
            where = f"column {error.colno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else "too deep"
            return BadNote(name, NoteError(f"{name}: not a JSON object on one line; {where}"))
        try:
            return note_from_dict(data, name, self.encounter)
        except NoteError as error:
            own = data.get("id") if isinstance(data, dict) else None
            return BadNote(own if isinstance(own, str) else name, NoteError(f"{name}: {error}"))

    def _whole(self, content: bytes, name: str) -> Item:
        try:
            return Note(id=name, text=self._decode(content, name), encounter=self.encounter)
        except NoteError as error:
            return BadNote(name, error)

    def _decode(self, content: bytes, name: str) -> str:
        if b"\0" in content:
            raise NoteError(f"{name}: binary (it holds NUL bytes); expected text, best in UTF-8")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.warn(f"{name}: not UTF-8 (byte {error.start}); read as Windows-1252")
        try:
            return content.decode("cp1252")
        except UnicodeDecodeError as error:
            raise NoteError(f"{name}: neither UTF-8 nor Windows-1252; save it as UTF-8") from error


def is_lines(path: Path) -> bool:
    """Tell whether a file holds one note per line."""
    return path.suffix.lower() in _LINES


def find_files(paths: Sequence[Path], output: Path | None) -> list[Path]:
    """List the files to read.

    Args:
        paths: Files as they are; of folders, every `.txt`, `.jsonl` and `.ndjson` below, sorted.
        output: The file that results go to: no input, though it may lie in a folder that is.

    Returns:
        Files in order.

    Raises:
        UsageError: A path is missing, a folder holds no notes, or the output is named as an input.
    """
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in _IN_FOLDERS and p.is_file())
            inside = [p for p in inside if not _is_same(p, output)]
            if not inside:
                raise UsageError(f"{path}: no notes in this folder; expected {', '.join(_IN_FOLDERS)} files")
            files += inside
        elif _is_same(path, output):
            raise UsageError(f"{path}: is input and --output at once; name another file for the results")
        else:
            files.append(path)
    return files


def count_notes(files: Sequence[Path]) -> int:
    """Count the notes of some files without parsing them."""
    total = 0
    for path in files:
        if not is_lines(path):
            total += 1
            continue
        with suppress(OSError), path.open("rb") as stream:
            total += sum(1 for line in stream if line.strip())
    return total


def _name(path: Path) -> str:
    # a name that is not in the file system's encoding must still fit into UTF-8 output
    return path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _is_same(path: Path, output: Path | None) -> bool:
    return output is not None and path.resolve() == output.resolve()


def _is_note_object(line: bytes) -> bool:
    try:
        data = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return isinstance(data, dict) and "text" in data
