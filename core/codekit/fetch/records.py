"""What is known of downloads: `fetched.json` beside the whole ones, a note beside each that is under way."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import attrs

from codekit.fetch.checks import digest
from codekit.files import write_whole
from codekit.types.releases import MANIFEST

T = TypeVar("T", bound=attrs.AttrsInstance)


@attrs.frozen(kw_only=True)
class Record:
    """One whole file.

    Args:
        name: Its name in the folder.
        url: Its address at the publisher.
        final_url: Where it came from, after redirections or from a mirror.
        bytes: Its size.
        sha256: Hexadecimal digest of its content.
        etag: What the server called this version of it; empty where it did not.
        last_modified: When the server says it changed, in HTTP's form; empty where it did not.
        fetched: When it was fetched, in ISO 8601 and UTC.
    """

    name: str = attrs.field(validator=attrs.validators.instance_of(str))
    url: str = attrs.field(validator=attrs.validators.instance_of(str))
    final_url: str = attrs.field(validator=attrs.validators.instance_of(str))
    bytes: int = attrs.field(validator=attrs.validators.instance_of(int))
    sha256: str = attrs.field(validator=attrs.validators.instance_of(str))
    etag: str = attrs.field(default="", validator=attrs.validators.instance_of(str))
    last_modified: str = attrs.field(default="", validator=attrs.validators.instance_of(str))
    fetched: str = attrs.field(default="", validator=attrs.validators.instance_of(str))


@attrs.frozen(kw_only=True)
class Partial:
    """One file of which a part has come.

    Args:
        url: Its address at the publisher.
        final_url: Where it comes from.
        etag: What the server called this version of it; empty where it did not.
        last_modified: When the server says it changed; empty where it did not.
        total: Its whole size in bytes; None where the server did not say.
    """

    url: str = attrs.field(validator=attrs.validators.instance_of(str))
    final_url: str = attrs.field(validator=attrs.validators.instance_of(str))
    etag: str = attrs.field(default="", validator=attrs.validators.instance_of(str))
    last_modified: str = attrs.field(default="", validator=attrs.validators.instance_of(str))
    total: int | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.instance_of(int))
    )

    @property
    def condition(self) -> str:
        """What `If-Range` may carry: an ETag that is no weak one, else the date; empty where there is neither.

        Source: RFC 9110, 13.1.5.
        """
        return self.etag if self.etag.startswith('"') else self.last_modified


def read_records(folder: Path) -> dict[str, Record]:
    """Read what is known of the files of a folder, by name; a manifest that cannot be read says nothing."""
    data = _load(folder / MANIFEST)
    rows = data.get("files") if isinstance(data, dict) else None
    records = (_made(Record, row) for row in rows) if isinstance(rows, list) else ()
    return {record.name: record for record in records if record}


def write_records(folder: Path, about: Mapping[str, object], records: Iterable[Record]) -> None:
    """Write what is known of the files of a folder.

    Args:
        folder: The folder.
        about: System, version and title.
        records: One for each file.
    """
    rows = [attrs.asdict(record) for record in sorted(records, key=lambda record: record.name)]
    write_whole(folder / MANIFEST, _to_json({"schema": 1, **about, "files": rows}))


def is_whole(folder: Path, record: Record) -> bool:
    """Tell whether a file is there as its record says, to the last byte."""
    path = folder / record.name
    return path.is_file() and path.stat().st_size == record.bytes and digest(path) == record.sha256


def read_partial(note: Path) -> Partial | None:
    """Read the note on a file that is under way; None where there is none that can be read."""
    return _made(Partial, _load(note))


def write_partial(note: Path, partial: Partial) -> None:
    """Write the note on a file that is under way."""
    write_whole(note, _to_json(attrs.asdict(partial)))


def _load(path: Path) -> Any:  # noqa: ANN401
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def _made(kind: type[T], data: object) -> T | None:
    try:
        return kind(**data) if isinstance(data, dict) else None
    except TypeError:
        return None


def _to_json(data: Mapping[str, object]) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
