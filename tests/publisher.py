"""A real HTTP server that serves files in publishers' directory shapes, and may misbehave."""

from __future__ import annotations

import io
import ssl
import threading
import time
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import formatdate
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import attrs

_KINDS = {".zip": "application/x-zip-compressed", ".pdf": "application/pdf", ".html": "text/html; charset=utf-8"}


@attrs.frozen(kw_only=True)
class Fault:
    """What goes wrong with one request.

    Args:
        status: Answer with this status and a page, unless `headers` says where to go.
        headers: Beside or in place of the usual ones.
        page: Send this page in place of the file.
        cut: Close the connection after so many bytes of the body.
        claim: State this length in place of the real one.
        delay: Seconds before the second half of the body.
    """

    status: int = 0
    headers: dict[str, str] = attrs.field(factory=dict)
    page: bytes = b""
    cut: int | None = None
    claim: int | None = None
    delay: float = 0.0


@attrs.define
class Publisher:
    """The files of publishers below folders of their hosts, as a mirror has them.

    Args:
        ranges: Whether parts of files are given out.
        validators: Whether files have an ETag and a date.
        conditions: Whether it answers that a file has not changed.
        mirrored: Whether the first folder is that of a publisher's host.
    """

    ranges: bool = True
    validators: bool = True
    conditions: bool = True
    mirrored: bool = True
    url: str = ""
    files: dict[str, bytes] = attrs.field(factory=dict)
    faults: dict[str, list[Fault]] = attrs.field(factory=lambda: defaultdict(list))
    requests: list[tuple[str, dict[str, str]]] = attrs.field(factory=list)

    def put(self, path: str, content: bytes | Path) -> None:
        """Publish a file: `put("ftp.cdc.gov/pub/a.zip", b"...")`."""
        self.files[f"/{path}"] = content.read_bytes() if isinstance(content, Path) else content

    def fail(self, path: str, *faults: Fault) -> None:
        """Let the next requests for a file go wrong, one by one."""
        self.faults[f"/{path}"] += faults

    def asked(self, ending: str) -> list[dict[str, str]]:
        """Give the headers of the requests for whatever ends so."""
        return [headers for path, headers in self.requests if path.endswith(ending)]

    def listing(self, folder: str) -> bytes | None:
        """List a folder as Microsoft's IIS does, with paths from the top of the publisher's server."""
        below = {path.removeprefix(folder).partition("/")[::2] for path in self.files if path.startswith(folder)}
        if not below:
            return None
        own = folder[folder.index("/", 1) :] if self.mirrored else folder
        names = sorted({f"{name}/" if rest or f"{folder}{name}" not in self.files else name for name, rest in below})
        rows = "".join(
            f' 4/1/2026  9:30 AM        12345 <A HREF="{quote(own + name)}">{name.rstrip("/")}</A><br>'
            for name in names
        )
        title = f"host - {own}"
        return (
            f"<html><head><title>{title}</title></head><body><H1>{title}</H1><hr>\r\n\r\n"
            f'<pre><A HREF="{own.rstrip("/").rpartition("/")[0]}/">[To Parent Directory]</A><br><br>{rows}</pre><hr>'
            "</body></html>"
        ).encode()


def drupal_page(links: dict[str, str]) -> bytes:
    """Make a page as those of CMS are, with links by what they say."""
    items = "".join(
        f'<li><a href="{href}" class="ext">{text}</a> <span>(ZIP)</span></li>' for text, href in links.items()
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><title>CMS</title></head><body><nav><a href="#main">Skip</a>'
        '<a href="/">Home</a><a href="mailto:someone@cms.example">Mail</a><a href="javascript:void(0)">Menu</a></nav>'
        f'<main id="main"><div class="field"><ul>{items}</ul></div></main></body></html>'
    ).encode()


ODD = (
    "    @hookimpl\n    def codekit_releases",
    """    @hookimpl
    def codekit_publications(self, web):
        from codekit.plugin import Publication

        links = [link for link in web.links("https://files.example.org/odd/") if link.name[:1].isdigit()]
        return [Publication(version=link.name, title=f"Odd {link.name}", url=link.url) for link in links]

    @hookimpl
    def codekit_publication_files(self, web, publication):
        from codekit.plugin import RemoteFile

        return [
            RemoteFile(
                url=link.url,
                required=link.name == "codes.zip",
                sha256=link.name[4:-4] if link.name.startswith("sum-") else "",
                licence="https://files.example.org/terms" if link.name.startswith("licensed") else "",
            )
            for link in web.links(publication.url)
            if "." in link.name
        ]

    @hookimpl
    def codekit_releases""",
)
"""What makes of the copy of the toy a system whose publisher is files.example.org, for the fixture `odd`."""

TOP = "files.example.org/odd"
"""Where its releases are, in a mirror."""


def pack(**members: bytes) -> bytes:
    """Make a zip of files by name without an ending; what they hold is not compressed, so that its size is known."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.csv"), content)
    return buffer.getvalue()


@contextmanager
def serve(publisher: Publisher, certificate: Path | None = None) -> Iterator[Publisher]:
    """Serve on a port of its own; with a file of key and certificate, by https."""
    server = _Server(("127.0.0.1", 0), _handler(publisher))
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    publisher.url = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield publisher
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        pass  # a client that does not trust the certificate hangs up


def _handler(publisher: Publisher) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)  # a proxy is asked for a whole address
            publisher.requests.append((path, dict(self.headers)))
            waiting = publisher.faults[path]
            fault = waiting.pop(0) if waiting else Fault()
            with suppress(OSError):  # the client gave up
                if fault.status:
                    self._send(fault.status, b"<html>sorry</html>", {"Content-Type": "text/html"} | fault.headers)
                elif fault.page:
                    self._send(200, fault.page, {"Content-Type": "text/html"} | fault.headers)
                else:
                    self._answer(path, fault)

        def log_message(self, *_: object) -> None:
            pass

        def _answer(self, path: str, fault: Fault) -> None:
            content = publisher.files.get(path)
            if content is None:
                page = publisher.listing(path) if path.endswith("/") else None
                self._send(200 if page else 404, page or b"<html>not here</html>", {"Content-Type": "text/html"})
                return
            ending = Path(path).suffix or ".html"
            headers = {"Content-Type": _KINDS.get(ending, "application/octet-stream")}
            tag = f'"{sha256(content).hexdigest()[:12]}"'
            if publisher.validators:
                headers |= {"ETag": tag, "Last-Modified": formatdate(1775000000, usegmt=True)}
            if publisher.conditions and publisher.validators and self.headers.get("If-None-Match") == tag:
                self._send(304, b"", headers)
                return
            asked = self.headers.get("Range", "") if publisher.ranges else ""
            if asked and self.headers.get("If-Range") in (None, tag):
                start = int(asked.removeprefix("bytes=").rstrip("-"))
                if start >= len(content):
                    self._send(416, b"<html>no</html>", headers | {"Content-Range": f"bytes */{len(content)}"})
                    return
                headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
                self._send(206, content[start:], headers | fault.headers, fault)
                return
            self._send(200, content, headers | fault.headers, fault)

        def _send(self, status: int, body: bytes, headers: dict[str, str], fault: Fault | None = None) -> None:
            fault = fault or Fault()
            self.send_response(status)
            length = len(body) if fault.claim is None else fault.claim
            for name, value in (headers if status == 304 else headers | {"Content-Length": str(length)}).items():
                self.send_header(name, value)
            self.end_headers()
            sent = body if fault.cut is None else body[: fault.cut]
            half = len(sent) // 2 if fault.delay else len(sent)
            self.wfile.write(sent[:half])
            self.wfile.flush()
            if fault.delay:
                time.sleep(fault.delay)
                self.wfile.write(sent[half:])
            if fault.cut is not None or fault.claim is not None:
                self.close_connection = True

    return Handler
