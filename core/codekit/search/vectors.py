"""Where vectors lie: beside the compiled edition in Qdrant's embedded engine, or on a Qdrant server."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import attrs

from codekit.errors import VectorServerError
from codekit.search.encoders import import_extra
from codekit.search.qdrant import QdrantServer

_TEXT, _ENTRIES = "text", "entries"
_PAGE = 2048
_TIES = 8
# Engines add products up in different orders; what differs by less is a tie.
_DIGITS = 6


@attrs.frozen
class TextVector:
    """The vector of one distinct text.

    Args:
        id: 0-based.
        text: The text.
        vector: Of length 1.
        entries: Ids of the entries that have the text, ascending.
    """

    id: int
    text: str
    vector: Sequence[float]
    entries: tuple[int, ...]


class VectorStore(Protocol):
    """Keeps vectors and finds the nearest ones."""

    def count(self) -> int:
        """Return how many vectors there are."""
        ...

    def add(self, vectors: Sequence[TextVector]) -> None:
        """Keep more vectors."""
        ...

    def nearest(self, vector: Sequence[float], limit: int) -> list[tuple[int, ...]]:
        """Find the nearest texts.

        Args:
            vector: Of the query.
            limit: At most so many texts.

        Returns:
            The entries of each text, the nearest text first; ties by the text's id.
        """
        ...

    def texts(self) -> Iterator[tuple[str, Sequence[float]]]:
        """Yield every text with its vector, by id."""
        ...

    def close(self) -> None:
        """Finish writing and let go of files and connections."""
        ...


class EmbeddedStore:
    """Vectors in a folder, searched in this process and exactly: every vector is compared.

    Args:
        folder: An empty folder for a new store, else the folder of a store.
        size: Length of the vectors of a new store; None opens one that is there.
    """

    def __init__(self, folder: Path, size: int | None = None) -> None:
        self._qdrant = qdrant = import_extra("qdrant_edge")
        if size is None:
            self._shard = qdrant.EdgeShard.load(str(folder))
            return
        # Half precision halves the disk and a query's time; neighbours do not change. The folder is only ever
        # moved to its place when it is whole, so a write-ahead log would guard nothing.
        vectors = qdrant.EdgeVectorParams(
            size=size, distance=qdrant.Distance.Dot, datatype=qdrant.VectorStorageDatatype.Float16
        )
        config = qdrant.EdgeConfig(vectors=vectors, wal_enabled=False)
        self._shard = qdrant.EdgeShard.create(str(folder), config)

    def count(self) -> int:
        """See `VectorStore`."""
        return int(self._shard.info().points_count)

    def add(self, vectors: Sequence[TextVector]) -> None:
        """See `VectorStore`."""
        points = [self._qdrant.Point(id=one.id, vector=_half(one.vector), payload=_payload(one)) for one in vectors]
        self._shard.update(self._qdrant.UpdateOperation.upsert_points(points))

    def nearest(self, vector: Sequence[float], limit: int) -> list[tuple[int, ...]]:
        """See `VectorStore`."""
        query = self._qdrant.Query.Nearest(_half(vector))

        def ask(most: int) -> Sequence[Any]:
            request = self._qdrant.QueryRequest(query=query, limit=most, with_payload=True)
            found: Sequence[Any] = self._shard.query(request)
            return found

        return _nearest(ask, limit)

    def texts(self) -> Iterator[tuple[str, Sequence[float]]]:
        """See `VectorStore`."""

        def page(offset: object) -> tuple[Sequence[Any], object]:
            asked = self._qdrant.ScrollRequest(limit=_PAGE, offset=offset, with_payload=True, with_vector=True)
            found: tuple[Sequence[Any], object] = self._shard.scroll(asked)
            return found

        return _texts(page)

    def close(self) -> None:
        """See `VectorStore`."""
        self._shard.flush()
        self._shard.close()


class ServerStore:
    """Vectors in a collection of a Qdrant server, as they would lie beside the edition, and searched exactly too.

    Args:
        server: The server.
        collection: Name of the collection or of an alias.
    """

    def __init__(self, server: QdrantServer, collection: str) -> None:
        self.server = server
        self.collection = collection

    def create(self, size: int) -> None:
        """Make the collection if it is not there.

        Args:
            size: Length of the vectors.
        """
        models = self.server.models
        params = models.VectorParams(size=size, distance=models.Distance.DOT, datatype=models.Datatype.FLOAT16)
        if self._exists():
            return
        try:
            # Every search is exact, so the server need not build the graph of an approximate one.
            self._call("create_collection", vectors_config=params, hnsw_config=models.HnswConfigDiff(m=0))
        except VectorServerError:
            # Another machine may have been quicker.
            if not self._exists():
                raise

    def count(self) -> int:
        """See `VectorStore`; 0 where the collection is not there."""
        return int(self._call("count", exact=True).count) if self._exists() else 0

    def add(self, vectors: Sequence[TextVector]) -> None:
        """See `VectorStore`; it is written when this returns, and may be written again."""
        point = self.server.models.PointStruct
        points = [point(id=one.id, vector=_half(one.vector), payload=_payload(one)) for one in vectors]
        self._call("upsert", points=points, wait=True)

    def nearest(self, vector: Sequence[float], limit: int) -> list[tuple[int, ...]]:
        """See `VectorStore`."""
        query, params = _half(vector), self.server.models.SearchParams(exact=True)

        def ask(most: int) -> Sequence[Any]:
            found = self._call("query_points", query=query, limit=most, with_payload=True, search_params=params)
            points: Sequence[Any] = found.points
            return points

        return _nearest(ask, limit)

    def texts(self) -> Iterator[tuple[str, Sequence[float]]]:
        """See `VectorStore`."""

        def page(offset: object) -> tuple[Sequence[Any], object]:
            found: tuple[Sequence[Any], object] = self._call(
                "scroll", limit=_PAGE, offset=offset, with_payload=True, with_vectors=True
            )
            return found

        return _texts(page)

    def close(self) -> None:
        """See `VectorStore`."""
        self.server.close()

    def _exists(self) -> bool:
        return bool(self._call("collection_exists"))

    def _call(self, method: str, **arguments: Any) -> Any:  # noqa: ANN401  the client's answers are its own types
        return self.server.call(method, collection_name=self.collection, **arguments)


def _payload(one: TextVector) -> dict[str, object]:
    return {_TEXT: one.text, _ENTRIES: list(one.entries)}


def _half(vector: Sequence[float]) -> list[float]:
    """Round to half precision, in which every store keeps its vectors and compares them with the query's."""
    form = f"{len(vector)}e"
    return list(struct.unpack(form, struct.pack(form, *vector)))


def _nearest(ask: Callable[[int], Sequence[Any]], limit: int) -> list[tuple[int, ...]]:
    """Take the nearest points, so that which of several alike come last does not depend on the engine.

    Texts that differ in capitals alone have the same vector, so ties are common.
    """
    most = limit + _TIES
    while True:
        ranked = sorted((-round(point.score, _DIGITS), point.id, point) for point in ask(most))
        if len(ranked) < most or ranked[-1][0] > ranked[limit - 1][0]:
            return [tuple(point.payload[_ENTRIES]) for _, _, point in ranked[:limit]]
        most *= 2


def _texts(page: Callable[[object], tuple[Sequence[Any], object]]) -> Iterator[tuple[str, Sequence[float]]]:
    offset: object = None
    while True:
        points, offset = page(offset)
        for point in points:
            # Packed, a vector takes a twentieth of what a list of numbers takes.
            yield point.payload[_TEXT], array("f", point.vector)
        if offset is None:
            return
