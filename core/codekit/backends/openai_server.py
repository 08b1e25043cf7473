"""Any server that speaks OpenAI's API: vLLM's, llama.cpp's, a hosted one. It needs the extra `medcodekit[openai]`."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import TypeVar

import aiohttp
import attrs
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from codekit.backends.addresses import check_address
from codekit.backends.background import BackgroundLoop
from codekit.backends.base import Answer, Failure, Request
from codekit.backends.chat import (
    Dialect,
    estimate_tokens,
    is_too_long,
    question_body,
    read_answer,
    read_retry_after,
    read_window,
)
from codekit.backends.pace import Pace
from codekit.backends.settings import Settings
from codekit.errors import BackendError, UsageError

KEY_VARIABLE = "CODEKIT_API_KEY"
"""The environment variable with the key for the server."""

T = TypeVar("T")

_WINDOW = 8192
_CONNECT_SECONDS = 10.0
_LONGEST_WAIT = 120.0
_LARGEST_REPLY = 16 * 2**20
_CHUNK = 2**16
_BUSY = frozenset({429, 500, 502, 503, 504})
_MAY_NAME_A_PARAMETER = frozenset({400, 422, 500, 501})
_BACKOFF = wait_random_exponential(multiplier=0.5, max=20, min=0.1)


class _BusyError(Exception):
    """The server may answer later."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


class _LostError(_BusyError):
    """The server cannot be reached, or says nothing."""


class _RefusedError(Exception):
    """The server will not answer this question."""


@attrs.frozen
class _Reply:
    status: int
    content: bytes
    kind: str
    retry_after: float


class OpenAIServer:
    """A model behind a server's chat completions.

    Questions are sent many at once over connections that stay open, and again after a pause where the server is busy
    or out of reach; a `Retry-After` is kept by all. Once it stayed out of reach for one question, the others are tried
    a single time until it answers again. It follows no redirection and uses no proxy, so a note goes to the address
    that was given and nowhere else.

    Args:
        settings: `model` and `base_url` are needed. The key is taken from the variable `CODEKIT_API_KEY`.

    Raises:
        UsageError: No model, no address, an address that may not be used, or a key that the server refuses.
        BackendError: The server cannot be reached.
    """

    def __init__(self, settings: Settings) -> None:
        if not settings.model:
            raise UsageError("the backend 'openai' needs a model: name one that the server has")
        self.model: str = settings.model
        self._settings = settings
        self._address = check_address(settings.base_url, settings.offline)
        headers = _headers()
        self._dialect = Dialect()
        self._lost = False
        self._calls = Pace(settings.requests_per_minute)
        self._tokens = Pace(settings.tokens_per_minute)
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._loop = BackgroundLoop()
        try:
            self._session = self._loop.run(_open_session(settings, headers))
            served = self._loop.run(self._served_window())
        except BaseException:
            self.close()
            raise
        self.window: int = settings.window or served or _WINDOW
        self.shared: bool = True

    def __repr__(self) -> str:
        return f"OpenAIServer(model={self.model!r}, host={self._address.host!r})"

    def answer(self, requests: Sequence[Request]) -> Sequence[Answer | Failure]:
        """Send all questions, `concurrency` at once.

        Args:
            requests: In any number.

        Returns:
            One for each, in their order.
        """
        return self._loop.run(self._answer_all(requests))

    def close(self) -> None:
        """Close the connections; nothing can be asked afterwards."""
        session = getattr(self, "_session", None)
        if session is not None and not session.closed:
            self._loop.run(session.close())
        self._loop.close()

    async def _answer_all(self, requests: Sequence[Request]) -> list[Answer | Failure]:
        return await asyncio.gather(*(self._answer(request) for request in requests))

    async def _answer(self, request: Request) -> Answer | Failure:
        tries = 0

        async def ask() -> Answer:
            nonlocal tries
            tries += 1
            return await self._ask(request)

        async with self._slots:
            try:
                answer = await self._patiently(ask)
            except (_BusyError, _RefusedError) as error:
                self._lost = isinstance(error, _LostError)
                return Failure(reason=str(error), retries=tries - 1)
        return attrs.evolve(answer, retries=tries - 1)

    async def _ask(self, request: Request) -> Answer:
        guessed = estimate_tokens(request)
        await self._calls.wait(1)
        await self._tokens.wait(guessed)
        start = time.perf_counter()
        reply = await self._send(request)
        answer = read_answer(reply.content)
        if answer is None:
            raise _RefusedError(
                f"{self._address.host} answered with HTTP {reply.status} but no chat completion ({reply.kind}): "
                "check that the base URL is that of its OpenAI-compatible API, which mostly ends in /v1"
            )
        counted = answer.prompt_tokens + answer.completion_tokens
        self._tokens.correct(counted - guessed if counted else 0)
        return attrs.evolve(answer, seconds=time.perf_counter() - start)

    async def _send(self, request: Request) -> _Reply:
        while True:
            dialect = self._dialect
            body = question_body(request, self.model, dialect)
            reply = await self._exchange("POST", "chat/completions", json.dumps(body).encode())
            if reply.status == HTTPStatus.OK:
                return reply
            if reply.status in _MAY_NAME_A_PARAMETER:
                # others may have learnt it meanwhile, and then this one just asks again
                self._dialect = self._dialect.learn(body, reply.content)
                if self._dialect != dialect:
                    continue
            self._refuse(reply)

    async def _exchange(self, method: str, path: str, body: bytes | None = None) -> _Reply:
        url = f"{self._address.url}/{path}"
        try:
            async with self._session.request(method, url, data=body, allow_redirects=False) as response:
                content = bytearray()
                async for chunk in response.content.iter_chunked(_CHUNK):
                    content += chunk
                    if len(content) > _LARGEST_REPLY:
                        raise _RefusedError(
                            f"{self._address.host} sent more than {_LARGEST_REPLY >> 20} MiB: is it the right server?"
                        )
                self._lost = False
                waits = read_retry_after(response.headers.get("Retry-After"))
                return _Reply(response.status, bytes(content), response.content_type, waits)
        except TimeoutError:
            raise _LostError(
                f"{self._address.host} did not answer within {self._settings.timeout:g} s: ask for fewer at once "
                "or allow more time"
            ) from None
        except (aiohttp.ClientError, OSError) as error:
            # the text of the error may quote what was received, its class does not
            raise _LostError(
                f"the connection to {self._address.host} failed ({type(error).__name__}): check that the server runs"
            ) from None

    def _refuse(self, reply: _Reply) -> None:
        """Say what a status other than 200 means, without a word of the reply, which may quote the question."""
        said = f"{self._address.host} answered with HTTP {reply.status}"
        if reply.status in _BUSY and reply.retry_after <= _LONGEST_WAIT:
            self._calls.hold(reply.retry_after)
            raise _BusyError(f"{said}: it is busy or broken; ask for fewer at once, or later", reply.retry_after)
        if reply.status in _BUSY:
            raise _RefusedError(f"{said} and asks to wait {reply.retry_after:.0f} s: try again then")
        if reply.status in (401, 403):
            raise _RefusedError(f"{said}: check the key in {KEY_VARIABLE} and that it may use {self.model!r}")
        if reply.status == HTTPStatus.NOT_FOUND:
            raise _RefusedError(f"{said}: check the base URL, and that the server has the model {self.model!r}")
        if 300 <= reply.status < 400:
            raise _RefusedError(f"{said}, a redirection, which is not followed: give the final base URL")
        if is_too_long(reply.content):
            raise _RefusedError(f"{said}: the question is longer than the model's window; set a smaller window")
        raise _RefusedError(f"{said}: it does not take the question; its own log says why")

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        # where patience with one question was in vain, the next is but a knock at the door
        retrying = AsyncRetrying(
            stop=stop_after_attempt(1 if self._lost else self._settings.attempts),
            wait=_wait,
            retry=retry_if_exception_type(_BusyError),
            reraise=True,
        )
        result: T = await retrying(call)
        return result

    async def _served_window(self) -> int | None:
        """Greet the server: a wrong address or key ends the run here and not once per note."""

        async def greet() -> _Reply:
            reply = await self._exchange("GET", "models")
            if reply.status in _BUSY:
                self._refuse(reply)
            return reply

        try:
            reply = await self._patiently(greet)
            if reply.status in (401, 403) or 300 <= reply.status < 400:
                self._refuse(reply)
        except _RefusedError as error:
            raise UsageError(str(error)) from None
        except _BusyError as error:
            raise BackendError(str(error)) from None
        return read_window(reply.content, self.model)


def _headers() -> dict[str, str]:
    headers = {"Content-Type": "application/json"}
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if key and not (key.isascii() and key.isprintable()):
        raise UsageError(f"{KEY_VARIABLE} holds characters that no key has: set it again, without line breaks")
    if key:
        headers["Authorization"] = f"Bearer {key}"
    return headers


async def _open_session(settings: Settings, headers: dict[str, str]) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=settings.concurrency),
        timeout=aiohttp.ClientTimeout(total=settings.timeout, sock_connect=_CONNECT_SECONDS),
        headers=headers,
        cookie_jar=aiohttp.DummyCookieJar(),
    )


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, _BusyError) else 0.0
    return asked + _BACKOFF(state)
