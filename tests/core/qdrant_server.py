"""A server that speaks the part of Qdrant's REST interface that codekit uses, over a real socket.

Collections, aliases and searches are those of qdrant-client's own local mode, which follows the server's semantics, so
nothing here decides what a search finds. The server can be stopped and started again with its data, and made to fail.

Source: Qdrant's OpenAPI specification, as the client generated from it (qdrant-client 1.20) sends and reads it.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import attrs
from qdrant_client import QdrantClient, models

Body = dict[str, Any]
Route = tuple[str, re.Pattern[str], Callable[..., Any]]


@attrs.define
class QdrantTestServer:
    """What a test says to the server, and what the server saw.

    Args:
        store: What it holds.
        key: The key that it asks for.
        port: 0 takes a free one.
        statuses: What the next requests get in place of what they ask for.
        delay: Seconds before it answers a search.
        last_searches: Cut every connection after so many more searches.
        asked: Method and path of each request.
        searches: Bodies of the searches.
    """

    store: QdrantClient = attrs.field(factory=lambda: QdrantClient(":memory:"))
    key: str = ""
    port: int = 0
    statuses: list[int] = attrs.field(factory=list)
    delay: float = 0.0
    last_searches: int | None = None
    asked: list[str] = attrs.field(factory=list)
    searches: list[Body] = attrs.field(factory=list)
    _lock: threading.Lock = attrs.field(factory=threading.Lock)
    _http: ThreadingHTTPServer | None = None
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen, on the same port as before where there was one."""
        self._http = _Http(("127.0.0.1", self.port), _handler(self))
        self.port = self._http.server_port
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def stop(self) -> None:
        """Listen no more; the data stay."""
        if self._http and self._thread:
            self._http.shutdown()
            self._thread.join()
            self._http.server_close()
            self._http = None

    def answer(self, method: str, path: str, body: Body, key: str) -> tuple[int, Any]:
        """Answer one request; the others wait meanwhile, so that each sees all of it or nothing."""
        if path.endswith("/query"):
            time.sleep(self.delay)
        with self._lock:
            self.asked.append(f"{method} {path}")
            if path.endswith("/query"):
                self.searches.append(body)
                if self.last_searches is not None:
                    if self.last_searches == 0:
                        raise ConnectionAbortedError
                    self.last_searches -= 1
            if self.key and key != self.key:
                return 401, {"status": {"error": "Must provide an API key"}}
            if self.statuses:
                return self.statuses.pop(0), {"status": {"error": "as the test said"}}
            for verb, pattern, do in _ROUTES:
                found = pattern.fullmatch(path)
                if found and verb == method:
                    try:
                        return 200, {"result": do(self.store, body, **found.groupdict()), "status": "ok", "time": 0.0}
                    except ValueError as error:
                        return 404 if "not found" in str(error) else 400, {"status": {"error": str(error)}}
            return 405, {"status": {"error": f"no route for {method} {path}"}}


@contextmanager
def serve(key: str = "") -> Iterator[QdrantTestServer]:
    """Run a server for the time of a `with` block."""
    server = QdrantTestServer(key=key)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        server.store.close()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that is gone, or of a connection that the test wants cut."""


def _plain(result: Any) -> Any:
    return result.model_dump(mode="json")


def _create(store: QdrantClient, body: Body, name: str) -> bool:
    asked = models.CreateCollection(**body)
    return bool(store.create_collection(name, vectors_config=asked.vectors))


def _upsert(store: QdrantClient, body: Body, name: str) -> Any:
    return _plain(store.upsert(name, [models.PointStruct(**point) for point in body["points"]]))


def _query(store: QdrantClient, body: Body, name: str) -> Any:
    asked = models.QueryRequest(**body)
    return _plain(store.query_points(name, query=asked.query, limit=asked.limit or 10, with_payload=asked.with_payload))


def _delete(store: QdrantClient, body: Body, name: str) -> Any:
    return _plain(store.delete(name, points_selector=models.PointIdsList(**body)))


def _scroll(store: QdrantClient, body: Body, name: str) -> Any:
    shown = {"with_payload": body.get("with_payload", True), "with_vectors": body.get("with_vector", False)}
    points, offset = store.scroll(name, limit=body["limit"], offset=body.get("offset"), **shown)
    return {"points": [_plain(point) for point in points], "next_page_offset": offset}


def _switch(store: QdrantClient, body: Body) -> bool:
    actions = models.ChangeAliasesOperation(**body).actions
    return bool(store.update_collection_aliases(change_aliases_operations=actions))


_NAME = r"/collections/(?P<name>[^/]+)"
_ROUTES: list[Route] = [
    ("GET", re.compile("/collections"), lambda store, _body: _plain(store.get_collections())),
    ("GET", re.compile("/aliases"), lambda store, _body: _plain(store.get_aliases())),
    ("POST", re.compile("/collections/aliases"), _switch),
    ("GET", re.compile(f"{_NAME}/exists"), lambda store, _body, name: {"exists": store.collection_exists(name)}),
    ("PUT", re.compile(_NAME), _create),
    ("DELETE", re.compile(_NAME), lambda store, _body, name: store.delete_collection(name)),
    ("PUT", re.compile(f"{_NAME}/points"), _upsert),
    ("POST", re.compile(f"{_NAME}/points/count"), lambda store, _body, name: _plain(store.count(name, exact=True))),
    ("POST", re.compile(f"{_NAME}/points/delete"), _delete),
    ("POST", re.compile(f"{_NAME}/points/query"), _query),
    ("POST", re.compile(f"{_NAME}/points/scroll"), _scroll),
]


def _handler(told: QdrantTestServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        disable_nagle_algorithm = True

        def _do(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
            path = self.path.partition("?")[0]
            status, content = told.answer(self.command, path, body, self.headers.get("api-key", ""))
            sent = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_PUT = do_POST = do_DELETE = _do  # noqa: N815  the names are the library's

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler
