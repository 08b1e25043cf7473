"""The connection to a Qdrant server: how long it is waited for, and what is said when it is lost."""

from __future__ import annotations

import os
import ssl
import time
from typing import Any

from codekit.backends.addresses import check_address
from codekit.errors import UsageError, VectorServerError
from codekit.search.encoders import import_extra

URL_VARIABLE = "CODEKIT_QDRANT_URL"
"""The environment variable with the address of the server."""

KEY_VARIABLE = "CODEKIT_QDRANT_KEY"
"""The environment variable with the key for the server."""

PAUSE = 20.0
"""Seconds for which a server that was lost is not asked again: a batch must not wait for it at every mention."""

_EXAMPLE = "http://127.0.0.1:6333"
_SECONDS = 10
_TRIES = 3
_BUSY = frozenset({429, 500, 502, 503, 504})


class QdrantServer:
    """A Qdrant server, version 1.10 or later.

    A question is asked again, twice and after a moment, where the server is busy or out of reach. Once it stayed out of
    reach, every question fails at once for `PAUSE` seconds, and then one is tried a single time. No redirection is
    followed and no proxy used. Several threads may share a connection.

    Args:
        url: Its address; port 6333 where it names none.
        offline: Refuse every host but this computer.
        seconds: How long one answer may take.

    Raises:
        UsageError: The address or the key cannot be used, or a package is missing.
    """

    def __init__(self, url: str, *, offline: bool = False, seconds: int = _SECONDS) -> None:
        self.url = check_address(url, offline, example=_EXAMPLE, path="", key=KEY_VARIABLE).url
        library = import_extra("qdrant_client")
        self.models = library.models
        self._tenacity = import_extra("tenacity")
        self._unexpected = import_extra("qdrant_client.http.exceptions").UnexpectedResponse
        self._unread = import_extra("pydantic").ValidationError
        self._failures = (
            import_extra("qdrant_client.http.exceptions").ApiException,
            import_extra("qdrant_client.common.client_exceptions").QdrantException,
        )
        self._client = library.QdrantClient(
            url=self.url,
            headers=_headers(),
            timeout=seconds,
            check_compatibility=False,
            trust_env=False,
            # the computer's own authorities, and those that SSL_CERT_FILE names
            verify=ssl.create_default_context() if self.url.startswith("https") else False,
        )
        self._lost: str | None = None
        self._silent_until = 0.0

    def __enter__(self) -> QdrantServer:
        """Use as a context manager."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def call(self, method: str, **arguments: Any) -> Any:  # noqa: ANN401  the client's answers are its own types
        """Call a method of qdrant-client.

        Args:
            method: Its name.
            arguments: For it.

        Returns:
            What it returns.

        Raises:
            VectorServerError: The server is out of reach or refuses.
        """
        if self._lost and time.monotonic() < self._silent_until:
            raise VectorServerError(self._lost)
        retrying = self._tenacity.Retrying(
            stop=self._tenacity.stop_after_attempt(1 if self._lost else _TRIES),
            wait=self._tenacity.wait_random_exponential(multiplier=0.2, max=2),
            retry=self._tenacity.retry_if_exception(self._may_pass),
            reraise=True,
        )
        try:
            answer = retrying(getattr(self._client, method), **arguments)
        except self._failures as error:
            said = f"the Qdrant server at {self.url} failed in {method} ({self._describe(error)})"
            if self._may_pass(error):
                self._lost, self._silent_until = said, time.monotonic() + PAUSE
            # the server's own words are left out: they may repeat what was sent
            raise VectorServerError(said) from None
        self._lost = None
        return answer

    def _may_pass(self, error: BaseException) -> bool:
        """Tell whether the same question may be answered later."""
        if isinstance(error, self._unexpected):
            return getattr(error, "status_code", None) in _BUSY
        return isinstance(error, self._failures) and not isinstance(getattr(error, "source", None), self._unread)

    def _describe(self, error: Exception) -> str:
        if isinstance(error, self._unexpected):
            status = getattr(error, "status_code", None)
            if status in (401, 403):
                return f"HTTP {status}: check the key in {KEY_VARIABLE}, and that it may do this"
            if status is not None and 300 <= status < 400:
                return f"HTTP {status}, a redirection, which is not followed: give the final address"
            return f"HTTP {status}: {'it is busy or broken' if status in _BUSY else 'its own log says why'}"
        source = getattr(error, "source", error)
        if isinstance(source, self._unread):
            return "the answer is not Qdrant's: check the address"
        return f"{type(source).__name__}: check the address and that it runs"


def _headers() -> dict[str, str]:
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if key and not (key.isascii() and key.isprintable()):
        raise UsageError(f"{KEY_VARIABLE} holds characters that no key has: set it again, without line breaks")
    return {"api-key": key} if key else {}
