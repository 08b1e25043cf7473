"""BM25 over the words of the entries, on tantivy."""

from __future__ import annotations

import os
import shutil
import weakref
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from codekit.editions.index.entries import Entry

FOLDER = "sparse"


def build_bm25(folder: Path, entries: Iterable[Entry]) -> None:
    """Write the BM25 index of an edition.

    Args:
        folder: Folder of the edition; the index goes into its sub-folder `sparse`.
        entries: Numbered entries.
    """
    import tantivy

    target = folder / FOLDER
    target.mkdir()
    rows = ((entry.id, (*entry.required, *entry.qualifying, *entry.optional)) for entry in entries)
    _fill(tantivy.Index(_schema(), path=str(target)), rows, heap=64_000_000)


class Bm25Index:
    """A BM25 index, opened.

    Args:
        index: What tantivy opened or made.
    """

    def __init__(self, index: Any) -> None:  # noqa: ANN401  tantivy ships no types
        import tantivy

        self._index = index
        self._searcher = self._index.searcher()
        self._tantivy = tantivy

    @classmethod
    def open(cls, folder: Path) -> Bm25Index:
        """Open the index of an edition by the edition's folder, which need not be writable."""
        import tantivy

        path = folder / FOLDER
        if os.access(path, os.W_OK):
            return cls(tantivy.Index.open(str(path)))
        links = _linked(path)
        opened = cls(tantivy.Index.open(str(links)))
        weakref.finalize(opened, shutil.rmtree, links, ignore_errors=True)
        return opened

    @classmethod
    def of(cls, rows: Iterable[tuple[int, Sequence[str]]]) -> Bm25Index:
        """Make an index in memory of numbered rows of canonical words."""
        import tantivy

        index = tantivy.Index(_schema())
        _fill(index, rows, heap=15_000_000)
        index.reload()
        return cls(index)

    def search(self, words: Sequence[str], limit: int) -> list[int]:
        """Find the entries nearest to some words.

        Args:
            words: Canonical words; their order does not matter.
            limit: At most so many entries.

        Returns:
            Ids of entries, best first; ties by id.
        """
        return [number for number, _ in self.scored(words, limit)]

    def scored(self, words: Sequence[str], limit: int) -> list[tuple[int, float]]:
        """Find the entries nearest to some words; see `search`.

        Returns:
            Ids of entries with their scores, which are above 0 and without an upper bound.
        """
        if not words:
            return []
        schema = self._index.schema
        terms = [(self._tantivy.Occur.Should, self._tantivy.Query.term_query(schema, "words", word)) for word in words]
        hits = self._searcher.search(self._tantivy.Query.boolean_query(terms), limit).hits
        found = [(int(self._searcher.doc(address)["id"][0]), float(score)) for score, address in hits]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))


def _linked(folder: Path) -> Path:
    """Make a folder of links to the files of one that cannot be written: tantivy writes a lock where it opens."""
    links = Path(mkdtemp(prefix="codekit-index-"))
    for file in folder.resolve().iterdir():
        if file.suffix != ".lock":
            (links / file.name).symlink_to(file)
    return links


def _fill(index: Any, rows: Iterable[tuple[int, Sequence[str]]], heap: int) -> None:  # noqa: ANN401
    import tantivy

    # One thread and one segment: the same rows give the same index.
    writer = index.writer(heap_size=heap, num_threads=1)
    for number, words in rows:
        writer.add_document(tantivy.Document(id=number, words=" ".join(words)))
    writer.commit()
    writer.wait_merging_threads()


def _schema() -> Any:  # noqa: ANN401  tantivy ships no types
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=True)
    builder.add_text_field("words", stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()
