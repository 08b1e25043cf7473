"""Where vectors lie: beside the compiled edition in Qdrant's embedded engine, or on a Qdrant server."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import attrs

from codekit.errors import CodekitError
from codekit.search.encoders import import_extra

_TEXT, _ENTRIES = "text", "entries"
_PAGE = 2048
_SECONDS = 60


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
        points = [self._qdrant.Point(id=one.id, vector=list(one.vector), payload=_payload(one)) for one in vectors]
        self._shard.update(self._qdrant.UpdateOperation.upsert_points(points))

    def nearest(self, vector: Sequence[float], limit: int) -> list[tuple[int, ...]]:
        """See `VectorStore`."""
        query = self._qdrant.Query.Nearest(list(vector))
        return _entries(self._shard.query(self._qdrant.QueryRequest(query=query, limit=limit, with_payload=True)))

    def texts(self) -> Iterator[tuple[str, Sequence[float]]]:
        """Yield every text with its vector, by id."""
        offset = None
        while True:
            asked = self._qdrant.ScrollRequest(limit=_PAGE, offset=offset, with_payload=True, with_vector=True)
            points, offset = self._shard.scroll(asked)
            for point in points:
                # Packed, a vector takes a twentieth of what a list of numbers takes.
                yield point.payload[_TEXT], array("f", point.vector)
            if offset is None:
                return

    def close(self) -> None:
        """See `VectorStore`."""
        self._shard.flush()
        self._shard.close()


class ServerStore:
    """Vectors in a collection of a Qdrant server.

    Args:
        url: Address of the server.
        collection: Name of the collection.
        size: Length of the vectors, to make the collection if it is not there; None leaves it be.

    Raises:
        CodekitError: The server cannot be reached.
    """

    def __init__(self, url: str, collection: str, size: int | None = None) -> None:
        client = import_extra("qdrant_client")
        self._models = client.models
        self._failures = (import_extra("qdrant_client.http.exceptions").ApiException, OSError)
        self._collection = collection
        self._url = url
        self._client = client.QdrantClient(location=url, timeout=_SECONDS, check_compatibility=False)
        if size is not None and not self._exists():
            params = self._models.VectorParams(size=size, distance=self._models.Distance.DOT)
            self._call("create_collection", vectors_config=params)

    def count(self) -> int:
        """See `VectorStore`; 0 where the collection is not there."""
        return int(self._call("count", exact=True).count) if self._exists() else 0

    def add(self, vectors: Sequence[TextVector]) -> None:
        """See `VectorStore`."""
        points = [
            self._models.PointStruct(id=one.id, vector=list(one.vector), payload=_payload(one)) for one in vectors
        ]
        self._call("upsert", points=points, wait=True)

    def nearest(self, vector: Sequence[float], limit: int) -> list[tuple[int, ...]]:
        """See `VectorStore`."""
        params = self._models.SearchParams(exact=True)
        found = self._call("query_points", query=list(vector), limit=limit, with_payload=True, search_params=params)
        return _entries(found.points)

    def close(self) -> None:
        """See `VectorStore`."""
        self._client.close()

    def _exists(self) -> bool:
        return bool(self._call("collection_exists"))

    def _call(self, method: str, **arguments: Any) -> Any:  # noqa: ANN401  the client's answers are its own types
        try:
            return getattr(self._client, method)(collection_name=self._collection, **arguments)
        except self._failures as error:
            # The server's answer is left out: it may repeat the query.
            raise CodekitError(
                f"the Qdrant server at {self._url} failed in {method} ({type(error).__name__}); "
                "check the address and that it runs"
            ) from None


def _payload(one: TextVector) -> dict[str, object]:
    return {_TEXT: one.text, _ENTRIES: list(one.entries)}


def _entries(points: Sequence[Any]) -> list[tuple[int, ...]]:
    ordered = sorted(points, key=lambda point: (-point.score, point.id))
    return [tuple(point.payload[_ENTRIES]) for point in ordered]
