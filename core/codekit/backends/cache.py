"""Answers kept on disk, so that the same question is not asked twice."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from codekit.backends.base import Answer, Backend, Failure, Request
from codekit.backends.records import Record
from codekit.errors import BackendError

LIMIT = 200_000
"""How many answers are kept; the ones that went unused for longest make room."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, record TEXT NOT NULL, used REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_use ON answers (used);
"""
_PRUNE = """
DELETE FROM answers WHERE key IN (
    SELECT key FROM answers ORDER BY used LIMIT max(0, (SELECT count(*) FROM answers) - ?)
)
"""
_BUSY_SECONDS = 60.0


class Cache:
    """Asks another backend only what it has not answered before.

    Several processes may share a file: each opens it for one batch. It holds what models quote from notes: it is for
    its owner alone, and to be kept as the notes are.

    Args:
        backend: Whom to ask.
        path: File of the cache; made if it is not there.
        limit: How many answers are kept.

    Raises:
        BackendError: The file cannot be opened, or is no cache.
    """

    def __init__(self, backend: Backend, path: Path, limit: int = LIMIT) -> None:
        self.model: str = backend.model
        self.window: int = backend.window
        self.shared: bool = backend.shared
        self._backend = backend
        self._path = path
        self._limit = limit
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
        with self._open() as database:
            database.executescript(_SCHEMA)

    def answer(self, requests: Sequence[Request]) -> Sequence[Answer | Failure]:
        """Look the answers up, and ask for those that are missing, each question once.

        Args:
            requests: In any number.

        Returns:
            One for each, in their order; failures are not kept.

        Raises:
            BackendError: The file cannot be read or written.
        """
        keys = [request.key(self.model) for request in requests]
        outcomes: dict[str, Answer | Failure] = dict(self._known(set(keys)))
        missing = {key: one for key, one in zip(keys, requests, strict=True) if key not in outcomes}
        if missing:
            asked = dict(zip(missing, self._backend.answer(list(missing.values())), strict=True))
            self._keep(missing, asked)
            outcomes |= asked
        return [outcomes[key] for key in keys]

    def close(self) -> None:
        """Close the other backend."""
        self._backend.close()

    def _known(self, keys: set[str]) -> dict[str, Answer]:
        found: dict[str, Answer] = {}
        now = time.time()
        with self._open() as database:
            for key in keys:
                row = database.execute("SELECT record FROM answers WHERE key = ?", (key,)).fetchone()
                if row is not None:
                    found[key] = Record.from_json(row[0]).answer()
            database.executemany("UPDATE answers SET used = ? WHERE key = ?", ((now, key) for key in found))
        return found

    def _keep(self, missing: Mapping[str, Request], asked: Mapping[str, Answer | Failure]) -> None:
        now = time.time()
        rows = [
            (key, Record.of(key, missing[key], outcome, self.model, self.window).to_json(), now)
            for key, outcome in asked.items()
            if isinstance(outcome, Answer)
        ]
        with self._open() as database:
            database.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", rows)
            database.execute(_PRUNE, (self._limit,))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with (
            self._explained(),
            closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as database,
            database,
        ):
            yield database

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError, sqlite3.Error) as error:
            raise BackendError(
                f"the cache of answers {self._path} cannot be used ({error}): delete it or name another file"
            ) from None
