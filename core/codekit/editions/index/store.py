"""The search index of an edition: its entries on disk, looked up by anchor, by number and by words."""

from __future__ import annotations

import functools
import math
import sqlite3
import weakref
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from codekit.editions.edition import Edition
from codekit.editions.index.bm25 import Bm25Index, build_bm25
from codekit.editions.index.entries import Entry, anchor_of, build_entries
from codekit.editions.index.statements import BY_WORDS, TABLE, Rank, digest, statements_of
from codekit.editions.progress import Progress
from codekit.text.lexicon import Lexicon
from codekit.text.misspelled import Corrections
from codekit.types import Candidate, Classification, IndexTable

_FILE = "search.sqlite"
_COLUMNS = "id, text, required, qualifying, optional, codes, also, manifestation, source, term_id"
_STATED = "SELECT rank, code, text, entry FROM statement WHERE words = ? ORDER BY rank, rowid"
_SCHEMA = """
CREATE TABLE entry (id INTEGER PRIMARY KEY, text TEXT, required TEXT, qualifying TEXT, optional TEXT, codes TEXT,
                    also TEXT, manifestation TEXT, source TEXT, term_id TEXT, anchor TEXT);
CREATE TABLE word (word TEXT PRIMARY KEY, entries INTEGER) WITHOUT ROWID;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""


def build_search_index(folder: Path, classification: Classification, lexicon: Lexicon, progress: Progress) -> None:
    """Write the search index beside a compiled edition.

    Args:
        folder: Folder of the edition that is being built.
        classification: The parsed release.
        lexicon: What titles are read with.
        progress: Told how far the work is.
    """
    progress("reading the index", 0, 2)
    entries = list(build_entries(classification, lexicon))
    progress("indexing terms", 1, 2)
    _write(folder / _FILE, entries)
    _write_statements(folder / _FILE, classification, entries, lexicon)
    build_bm25(folder, entries)
    progress("indexing terms", 2, 2)


def _write(path: Path, entries: Sequence[Entry]) -> None:
    words = Counter(word for entry in entries for word in {*entry.required, *entry.qualifying, *entry.optional})
    required = Counter(word for entry in entries for word in entry.required)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA synchronous = OFF")
        db.executescript(_SCHEMA)
        db.executemany(
            f"INSERT INTO entry ({_COLUMNS}, anchor) VALUES (?,?,?,?,?,?,?,?,?,?,?)",  # noqa: S608
            (_row(entry, anchor_of(entry, required)) for entry in entries),
        )
        db.executemany("INSERT INTO word VALUES (?,?)", sorted(words.items()))
        db.execute("INSERT INTO meta VALUES ('entries', ?)", (str(len(entries)),))
        db.execute("CREATE INDEX entry_anchor ON entry (anchor)")


def _write_statements(path: Path, classification: Classification, entries: Sequence[Entry], lexicon: Lexicon) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute(TABLE)
        db.executemany("INSERT INTO statement VALUES (?,?,?,?,?)", statements_of(classification, entries, lexicon))
        db.execute(BY_WORDS)


def _row(entry: Entry, anchor: str) -> tuple[object, ...]:
    return (
        entry.id,
        entry.text,
        " ".join(entry.required),
        " ".join(entry.qualifying),
        " ".join(entry.optional),
        " ".join(entry.codes),
        " ".join(entry.also),
        " ".join(entry.manifestation),
        entry.source,
        entry.term_id,
        anchor,
    )


def _entry(row: tuple[Any, ...]) -> Entry:
    number, text, required, qualifying, optional, codes, also, manifestation, source, term_id = row
    return Entry(
        id=number,
        text=text,
        required=tuple(required.split()),
        qualifying=tuple(qualifying.split()),
        optional=tuple(optional.split()),
        codes=tuple(codes.split()),
        also=tuple(also.split()),
        manifestation=tuple(manifestation.split()),
        source=source,
        term_id=term_id,
    )


class SearchIndex:
    """The search index of an opened edition; it fills its caches as it is used.

    Args:
        edition: The edition.
    """

    def __init__(self, edition: Edition) -> None:
        self.lexicon = edition.lexicon
        self._edition = edition
        path = edition.path / _FILE
        self._db = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        weakref.finalize(self, self._db.close)
        self._total = int(self._db.execute("SELECT value FROM meta WHERE key = 'entries'").fetchone()[0])
        # Most words of a note anchor nothing, and finding that out one by one costs more than knowing all that do.
        self._anchors = frozenset(word for (word,) in self._db.execute("SELECT DISTINCT anchor FROM entry"))
        self._by_anchor: dict[str, tuple[Entry, ...]] = {}
        self._by_id: dict[int, Entry] = {}
        # What a word weighs that no entry has.
        self._unknown = math.log(1 + self._total)
        self._folder = edition.path
        self._sparse: Bm25Index | None = None

    def anchored_at(self, word: str) -> tuple[Entry, ...]:
        """Give the entries whose rarest word is this one, by number."""
        if word not in self._anchors:
            return ()
        found = self._by_anchor.get(word)
        if found is None:
            rows = self._db.execute(f"SELECT {_COLUMNS} FROM entry WHERE anchor = ? ORDER BY id", (word,))  # noqa: S608
            found = self._by_anchor[word] = tuple(map(_entry, rows))
            self._by_id.update((entry.id, entry) for entry in found)
        return found

    def stated(self, words: Sequence[str]) -> tuple[Candidate, ...]:
        """Give what the classification says in these very words.

        Args:
            words: All canonical words of a statement in their order, stop words among them.

        Returns:
            One candidate for each row, the most binding first: titles, then inclusion terms, then terms of the index;
            none for a statement of one word. Those of assignable rows are `exact`.
        """
        found: dict[str, Candidate] = {}
        for rank, code, text, number in self._db.execute(_STATED, (digest(words),)):
            if number is None:
                term = text or self._edition.get(code).title
                source = "title" if rank in (Rank.TITLE, Rank.WIDE_TITLE) else "inclusion term"
                exact = rank in (Rank.TITLE, Rank.INCLUSION)
                found.setdefault(code, Candidate(code=code, score=1.0, term=term, source=source, exact=exact))
                continue
            (entry,) = self._load((number,))
            for each in entry.codes:
                candidate = Candidate(
                    code=each,
                    score=1.0,
                    term=entry.text,
                    source=entry.source,
                    term_id=entry.term_id,
                    manifestation=entry.manifestation,
                )
                found.setdefault(each, candidate)
        return tuple(found.values())

    def nearest(self, words: Sequence[str], limit: int) -> list[Entry]:
        """Give the entries nearest to some words by BM25.

        Args:
            words: Canonical words.
            limit: At most so many.

        Returns:
            Entries, best first; ties by number.
        """
        if self._sparse is None:
            self._sparse = Bm25Index.open(self._folder)
        return self._load(self._sparse.search(words, limit))

    def weight(self, word: str) -> float:
        """Say how much a word tells: the logarithm of how rare it is among the entries, above 0."""
        return self._weights.get(word, self._unknown)

    def knows(self, word: str) -> bool:
        """Say whether any entry holds the word."""
        return word in self._weights

    @functools.cached_property
    def _weights(self) -> dict[str, float]:
        """The weights of all words, for asking one by one costs more than knowing them."""
        entries = self._db.execute("SELECT word, entries FROM word")
        return {word: math.log(1 + self._total / (1 + count)) for word, count in entries}

    @functools.cached_property
    def corrections(self) -> Corrections:
        """What finds the word of the index that a misspelled one was meant to be."""
        # Words that a note's own are compared under are spelled rightly as well, though no entry may hold them.
        return Corrections(self._weights, {part for phrase in self.lexicon.vocabulary.phrases for part in phrase})

    def get(self, numbers: Sequence[int]) -> list[Entry]:
        """Give entries by their numbers, in the order given."""
        return self._load(numbers)

    def texts(self, without: IndexTable) -> list[tuple[str, tuple[int, ...]]]:
        """Give every distinct text of the entries.

        Args:
            without: Leave this table out.

        Returns:
            Each text with the numbers of its entries, in index order.
        """
        found: dict[str, list[int]] = {}
        for number, text in self._db.execute("SELECT id, text FROM entry WHERE source != ? ORDER BY id", (without,)):
            found.setdefault(text, []).append(number)
        return [(text, tuple(numbers)) for text, numbers in found.items()]

    def _load(self, numbers: Sequence[int]) -> list[Entry]:
        new = [number for number in numbers if number not in self._by_id]
        if new:
            wanted = ",".join("?" * len(new))
            for row in self._db.execute(f"SELECT {_COLUMNS} FROM entry WHERE id IN ({wanted})", new):  # noqa: S608
                self._by_id[row[0]] = _entry(row)
        return [self._by_id[number] for number in numbers]

    def close(self) -> None:
        """Close the files."""
        self._db.close()
