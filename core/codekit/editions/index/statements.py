"""Whole statements: titles, inclusion terms and index terms of an edition, found by all their words in their order.

A record that says what the classification says, word for word, needs no reading: a "without" or a "history of" in a
title is part of it, and so is an "unspecified".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from hashlib import blake2b

from codekit.editions.index.entries import Entry
from codekit.text.lexicon import Lexicon
from codekit.types import SHORT_TITLE, Classification, Code, CodeKind, IndexTable, NoteKind

TABLE = "CREATE TABLE statement (words INTEGER, rank INTEGER, code TEXT, text TEXT, entry INTEGER)"
"""`words` is a digest of the words, `entry` a number of the index; a title has no text, for the edition holds it."""

BY_WORDS = "CREATE INDEX statement_words ON statement (words)"

_BYTES = 8
# One word alone says too little to be read apart from what stands around it.
_FEWEST = 2
_FROM_ROWS = IndexTable.DERIVED.value


class Rank(IntEnum):
    """What a statement is, the most binding first."""

    TITLE = 0
    """The title of an assignable row, or its short title."""
    INCLUSION = 1
    """An inclusion term of an assignable row."""
    WIDE_TITLE = 2
    WIDE_INCLUSION = 3
    """The same of a row that is divided further."""
    TERM = 4
    """A term of a published index."""


Row = tuple[int, int, str, str, int | None]
"""One line of the table, in the order of its columns."""


def digest(words: Sequence[str]) -> int:
    """Give a number for words in their order: 64 bits, so that two statements of an edition do not share one."""
    return int.from_bytes(blake2b(" ".join(words).encode(), digest_size=_BYTES).digest(), signed=True)


def statements_of(classification: Classification, entries: Iterable[Entry], lexicon: Lexicon) -> Iterator[Row]:
    """List what may be stated word for word.

    Args:
        classification: The parsed release.
        entries: Its index.
        lexicon: What titles are read with.

    Yields:
        Rows for the table; statements of one word, stop words not counted, are left out.
    """
    stop = lexicon.vocabulary.stop
    for rank, code, text, entry in (*_texts(classification.codes), *_terms(entries)):
        words = lexicon.canonical(text)
        if sum(word not in stop for word in words) >= _FEWEST:
            title = rank in (Rank.TITLE, Rank.WIDE_TITLE)
            yield digest(words), rank, code, "" if title else text, entry


def _texts(codes: Iterable[Code]) -> Iterator[tuple[Rank, str, str, None]]:
    for row in codes:
        if row.kind not in (CodeKind.CATEGORY, CodeKind.CODE):
            continue  # The heading of a block names no condition, but all that stand below it.
        rank = Rank.TITLE if row.assignable else Rank.WIDE_TITLE
        yield rank, row.code, row.title, None
        if short := row.attributes.get(SHORT_TITLE):
            yield rank, row.code, short, None
        for note in row.notes:
            if note.kind is NoteKind.INCLUSION_TERM:
                yield Rank.INCLUSION if row.assignable else Rank.WIDE_INCLUSION, row.code, note.text, None


def _terms(entries: Iterable[Entry]) -> Iterator[tuple[Rank, str, str, int]]:
    for entry in entries:
        if entry.for_mentions and entry.source != _FROM_ROWS:
            yield Rank.TERM, entry.codes[0], entry.text, entry.id
