"""Requests to publishers: https or a mirror, through the proxy and with the certificates that the environment names."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from types import TracebackType
from urllib.parse import urlsplit

import httpx

from codekit.errors import FetchError, NotPublishedError, UsageError
from codekit.fetch.folders import FolderTransport
from codekit.fetch.mirrors import Mirror
from codekit.fetch.retries import BusyError, Patience, patiently
from codekit.types.releases import Link
from codekit.version import __version__

_REDIRECTS = 5
_LARGEST_PAGE = 16 * 2**20
_BUSY = frozenset((408, 425, 429, 500, 502, 503, 504))
_REFUSED = frozenset((401, 403, 451))
_GONE = frozenset((404, 410))


class HttpWeb:
    """The pages and files of publishers; a `codekit.fetch.Web`.

    Redirections are followed to https, or on the same host. The variables `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and
    `NO_PROXY` name proxies, `SSL_CERT_FILE` and `SSL_CERT_DIR` certificates to trust in place of the usual ones.

    Args:
        mirror: What stands in for the publishers.
        patience: How much is put up with.

    Raises:
        UsageError: The certificates or a proxy of the environment cannot be used.
    """

    def __init__(self, mirror: Mirror, patience: Patience) -> None:
        self.patience = patience
        self._mirror = mirror
        self._pages: dict[str, tuple[Link, ...]] = {}
        try:
            self._client = httpx.Client(
                headers={"User-Agent": f"codekit/{__version__}"},
                timeout=httpx.Timeout(patience.timeout),
                transport=FolderTransport(mirror.folder) if mirror.folder else None,
                trust_env=mirror.folder is None,  # a proxy has no part in a folder
            )
        except (OSError, ValueError, httpx.InvalidURL) as error:
            raise UsageError(
                f"the proxy or the certificates that the environment names cannot be used: {error}; check HTTPS_PROXY, "
                "NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR"
            ) from error

    @property
    def is_mirrored(self) -> bool:
        """Whether a mirror stands in for the publishers."""
        return bool(self._mirror.root)

    def links(self, url: str) -> tuple[Link, ...]:
        """Read the links of a page; see `codekit.fetch.Web`."""
        if url not in self._pages:
            self._pages[url] = patiently(lambda: self._links(url), self.patience)
        return self._pages[url]

    @contextmanager
    def get(self, url: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """Ask for something once, and follow redirections.

        Args:
            url: Its address at the publisher.
            headers: Beside those that every request has.

        Yields:
            The response, with status 200, 206, 304 or 416; its body is still to be read.

        Raises:
            BusyError: It may work later.
            NotPublishedError: It is not there.
            FetchError: It cannot be had.
        """
        location = self._mirror.locate(url)
        for _ in range(_REDIRECTS + 1):
            with _named(location), self._client.stream("GET", location, headers=headers) as response:
                if not response.has_redirect_location:
                    _check(response, location)
                    yield response
                    return
                location = _next(response, location)
        raise FetchError(f"{url}: more than {_REDIRECTS} redirections; try again later")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> HttpWeb:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _links(self, url: str) -> tuple[Link, ...]:
        with self.get(url, {}) as response:
            page = bytearray()
            for chunk in response.iter_bytes():
                page += chunk
                if len(page) > _LARGEST_PAGE:
                    raise FetchError(f"{url}: is larger than a page of links should be; check the address")
            return tuple(self._read(bytes(page), url, str(response.url)))

    def _read(self, page: bytes, url: str, location: str) -> Iterator[Link]:
        from lxml import etree, html

        try:
            tree = html.document_fromstring(page)
        except etree.ParserError:  # an empty page
            return
        for anchor in tree.iter("a"):
            href = (anchor.get("href") or "").strip()
            if not href or href.startswith("#"):
                continue
            try:
                leads = self._mirror.resolve(href, url, location).partition("#")[0]
            except ValueError:  # not an address at all
                continue
            if urlsplit(leads).scheme in ("http", "https"):
                yield Link(url=leads, text=" ".join("".join(map(str, anchor.itertext())).split()))


@contextmanager
def _named(location: str) -> Iterator[None]:
    """Turn what goes wrong on the way into errors that name the host."""
    host = urlsplit(location).hostname or location
    try:
        yield
    except httpx.TimeoutException as error:
        raise BusyError(f"{host} did not answer in time ({type(error).__name__}): try again later") from error
    except httpx.TransportError as error:
        if _is_about_certificates(error):
            raise FetchError(
                f"{host} shows a certificate that is not trusted here: {error}; where a proxy signs anew, name its "
                "certificate in SSL_CERT_FILE"
            ) from error
        raise BusyError(
            f"the connection to {host} failed: {error or type(error).__name__}; check the network, name a proxy in "
            "HTTPS_PROXY, or name a mirror"
        ) from error
    except httpx.InvalidURL as error:
        raise FetchError(f"{location}: is no address: {error}") from error


def _is_about_certificates(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


def _check(response: httpx.Response, location: str) -> None:
    status = response.status_code
    if response.is_success or status in (HTTPStatus.NOT_MODIFIED, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE):
        return
    if status in _GONE:
        raise NotPublishedError(f"{location}: is not there (HTTP {status})")
    if status in _REFUSED:
        raise NotPublishedError(
            f"{location}: the server refuses it (HTTP {status}); open it in a browser, or name a mirror"
        )
    if status in _BUSY:
        waits = response.headers.get("Retry-After", "")
        raise BusyError(
            f"{location}: the server is busy or broken (HTTP {status}): try again later",
            float(waits) if waits.isdecimal() else 0.0,
        )
    raise FetchError(f"{location}: the server answers with HTTP {status}, which is of no use; try again later")


def _next(response: httpx.Response, location: str) -> str:
    """Give the target of a redirection, if it may be followed."""
    before = httpx.URL(location)
    after = before.join(response.headers["Location"])
    same = (after.scheme, after.host, after.port) == (before.scheme, before.host, before.port)
    if after.scheme != "https" and not same:
        raise FetchError(f"{location}: redirects to {after}, which is neither https nor on the same host; not followed")
    return str(after)
