"""A real HTTP server in a thread that speaks OpenAI's API as a test tells it, and may misbehave."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import attrs

Body = dict[str, Any]


@attrs.frozen(kw_only=True)
class Reply:
    """What the server does with one request.

    Args:
        status: HTTP status.
        content: What is sent; objects as JSON.
        headers: Beside the content's type and length.
        kind: Type of the content.
        delay: Seconds before it answers.
        cut: Close the connection after half the content.
    """

    status: int = 200
    content: Body | str | bytes = ""
    headers: dict[str, str] = attrs.field(factory=dict)
    kind: str = "application/json"
    delay: float = 0.0
    cut: bool = False


def completion(text: str | None, finish: str = "stop", **message: Any) -> Body:
    """Make a chat completion that says a text, with 11 tokens of question and 7 of answer."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text} | message, "finish_reason": finish}
    return {"choices": [choice], "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}}


def asked(body: Body) -> str:
    """Return the last message of a question."""
    return str(body["messages"][-1]["content"])


@attrs.define
class ChatServer:
    """What a test says to the server, and what the server saw."""

    respond: Callable[[Body, int], Reply]
    models: Reply
    url: str = ""
    bodies: list[Body] = attrs.field(factory=list)
    headers: list[dict[str, str]] = attrs.field(factory=list)
    times: list[float] = attrs.field(factory=list)
    most_at_once: int = 0
    _at_once: int = 0
    _lock: threading.Lock = attrs.field(factory=threading.Lock)

    def handle(self, body: Body, headers: dict[str, str]) -> Reply:
        """Note a question down and decide what to do with it."""
        with self._lock:
            self.bodies.append(body)
            self.headers.append(headers)
            self.times.append(time.monotonic())
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            reply = self.respond(body, len(self.bodies))
        time.sleep(reply.delay)
        with self._lock:
            self._at_once -= 1
        return reply


@contextmanager
def serve(respond: Callable[[Body, int], Reply], models: Reply | None = None) -> Iterator[ChatServer]:
    """Run a server for the time of a `with` block.

    Args:
        respond: From the body of a question and its number from 1 to the reply; called one at a time.
        models: Reply to `GET /v1/models`; one model with a window of 4,096 tokens by default.
    """
    listed = Reply(content={"data": [{"id": "tiny", "max_model_len": 4096}]})
    told = ChatServer(respond, models or listed)
    server = _Server(("127.0.0.1", 0), _handler(told))
    told.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # with the usual 5 some of many connections at once wait for a second


def _handler(told: ChatServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            told.headers.append(dict(self.headers))
            self._send(told.models if self.path == "/v1/models" else Reply(status=404))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            known = self.path == "/v1/chat/completions"
            self._send(told.handle(body, dict(self.headers)) if known else Reply(status=404))

        def log_message(self, *_: object) -> None:
            pass

        def _send(self, reply: Reply) -> None:
            content = reply.content
            if not isinstance(content, bytes):
                content = (content if isinstance(content, str) else json.dumps(content)).encode()
            try:
                self.send_response(reply.status)
                for name, value in (
                    {"Content-Type": reply.kind, "Content-Length": str(len(content))} | reply.headers
                ).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content[: len(content) // 2] if reply.cut else content)
            except OSError:  # the client gave up waiting
                self.close_connection = True
            if reply.cut:
                self.close_connection = True

    return Handler
