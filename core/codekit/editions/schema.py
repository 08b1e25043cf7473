"""How a compiled edition lies on disk: its file names, the tables of its database, and its manifest.

`edition.sqlite` holds the classification. Rows of the tabular list are numbered in printed order, parents
before children, so a subtree is the range `ordinal` to `last`; `row` is such a number, `key` a `code_key`, as are
`first_key` and `second_key`. Dates are ISO texts. `meta` holds the words that titles and terms were read with.
Lists are JSON arrays; null stands for an empty one. `manifest.json` says what the edition is, and is
written last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import attrs

from codekit.errors import EditionError
from codekit.types import Release, SourceFile

SCHEMA = 3
"""Raised when tables or manifest change, so that readers know what they can read."""

BUILDER_VERSION = 4
"""Raised when the same release files give another edition; it is part of every edition's hash."""

DATABASE = "edition.sqlite"
MANIFEST = "manifest.json"

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE code (
    ordinal INTEGER PRIMARY KEY, key TEXT NOT NULL, code TEXT NOT NULL, title TEXT NOT NULL,
    kind TEXT NOT NULL, parent TEXT, assignable INTEGER NOT NULL, last INTEGER NOT NULL, attributes TEXT
);
CREATE TABLE note (
    row INTEGER NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, refs TEXT,
    PRIMARY KEY (row, position)
) WITHOUT ROWID;
CREATE TABLE seventh (
    row INTEGER NOT NULL, position INTEGER NOT NULL, character TEXT NOT NULL, meaning TEXT NOT NULL,
    PRIMARY KEY (row, position)
) WITHOUT ROWID;
CREATE TABLE term (
    ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL, path TEXT NOT NULL, modifiers TEXT, codes TEXT,
    manifestation TEXT, see TEXT, see_also TEXT, see_category TEXT, tbl TEXT NOT NULL, col TEXT
);
CREATE TABLE term_code (key TEXT NOT NULL, term INTEGER NOT NULL, role TEXT NOT NULL);
CREATE TABLE guideline (
    ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
    page INTEGER NOT NULL, refs TEXT
);
CREATE TABLE pair (
    kind TEXT NOT NULL, first_key TEXT NOT NULL, second_key TEXT NOT NULL, first TEXT NOT NULL, second TEXT NOT NULL,
    valid_from TEXT, valid_to TEXT, attributes TEXT
);
CREATE TABLE problem (position INTEGER PRIMARY KEY, file TEXT NOT NULL, line INTEGER, message TEXT NOT NULL);
"""

INDEXES = """
CREATE UNIQUE INDEX code_key ON code (key);
CREATE INDEX code_parent ON code (parent);
CREATE UNIQUE INDEX term_id ON term (id);
CREATE INDEX term_code_key ON term_code (key, term);
CREATE INDEX pair_first ON pair (kind, first_key, second_key);
CREATE INDEX pair_second ON pair (kind, second_key);
CREATE UNIQUE INDEX guideline_id ON guideline (id);
"""


def code_key(code: str) -> str:
    """Return the form in which codes are looked up: upper case, without dots and surrounding space."""
    return code.strip().replace(".", "").upper()


@attrs.frozen(kw_only=True)
class Manifest:
    """What an edition is.

    Args:
        schema: `SCHEMA` of the writer.
        builder: `BUILDER_VERSION` of the writer.
        hash: 12 hexadecimal digits over sources, system and builder.
        release: The release, with its sources.
        derived_index: True where no index was published and the terms come from titles.
        counts: Number of codes, assignable codes, terms, guidelines, pairs and problems.
        codekit: Version of codekit that built it.
        plugins: Distribution and version of each plugin that took part, by name.
    """

    schema: int
    builder: int
    hash: str
    release: Release
    derived_index: bool
    counts: Mapping[str, int]
    codekit: str
    plugins: Mapping[str, str]

    def write(self, folder: Path) -> None:
        """Write the manifest into an edition's folder; the same manifest gives the same bytes."""
        text = json.dumps(attrs.asdict(self), indent=1, sort_keys=True, ensure_ascii=False, default=date.isoformat)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest of an edition's folder.

        Raises:
            EditionError: It is missing, damaged, or of another builder.
        """
        try:
            data = json.loads((folder / MANIFEST).read_bytes())
            built_with = data["schema"], data["builder"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise damaged(folder, MANIFEST, error) from error
        if built_with != (SCHEMA, BUILDER_VERSION):
            raise EditionError(
                f"{folder} was built by another codekit (schema and builder {built_with}, "
                f"this one has {(SCHEMA, BUILDER_VERSION)}); rebuild with `codekit editions add PATH`"
            )
        try:
            return cls(**{**data, "release": _release(data["release"])})
        except (KeyError, TypeError, ValueError) as error:
            raise damaged(folder, MANIFEST, error) from error


def damaged(folder: Path, what: str, error: Exception) -> EditionError:
    """Return the error for an edition of which a file is missing or cannot be read."""
    return EditionError(
        f"{folder} is damaged ({what}: {type(error).__name__}: {error}); "
        "remove it with `codekit editions remove` and rebuild with `codekit editions add PATH`"
    )


def _release(data: dict[str, Any]) -> Release:
    end = data["valid_to"]
    return Release(
        **{
            **data,
            "valid_from": date.fromisoformat(data["valid_from"]),
            "valid_to": date.fromisoformat(end) if end else None,
            "sources": tuple(SourceFile(**file) for file in data["sources"]),
        }
    )
