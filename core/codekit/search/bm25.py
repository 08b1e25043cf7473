"""BM25 over the words of the entries, on tantivy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from codekit.search.entries import Entry

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
    # One thread and one segment: the same entries give the same index.
    writer = tantivy.Index(_schema(), path=str(target)).writer(heap_size=64_000_000, num_threads=1)
    for entry in entries:
        words = " ".join((*entry.required, *entry.qualifying, *entry.optional))
        writer.add_document(tantivy.Document(id=entry.id, words=words))
    writer.commit()
    writer.wait_merging_threads()


class Bm25Index:
    """The BM25 index of an opened edition.

    Args:
        folder: Folder of the edition.
    """

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._index = tantivy.Index.open(str(folder / FOLDER))
        self._searcher = self._index.searcher()
        self._tantivy = tantivy

    def search(self, words: Sequence[str], limit: int) -> list[int]:
        """Find the entries nearest to some words.

        Args:
            words: Canonical words; their order does not matter.
            limit: At most so many entries.

        Returns:
            Ids of entries, best first; ties by id.
        """
        if not words:
            return []
        schema = self._index.schema
        terms = [(self._tantivy.Occur.Should, self._tantivy.Query.term_query(schema, "words", word)) for word in words]
        hits = self._searcher.search(self._tantivy.Query.boolean_query(terms), limit).hits
        found = [(-score, int(self._searcher.doc(address)["id"][0])) for score, address in hits]
        return [number for _, number in sorted(found)]


def _schema() -> Any:  # noqa: ANN401  tantivy ships no types
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=True)
    builder.add_text_field("words", stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()
