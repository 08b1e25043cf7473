"""Where publishers' pages and files are taken from: from the publishers, or from a mirror of them.

A mirror has a folder for each publisher's host, and below it the publisher's own folders, as `wget --mirror` lays them
out: `files.example.org/pub/2026/...`.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import attrs

from codekit.errors import FetchError, UsageError

VARIABLE = "CODEKIT_MIRROR"
"""The environment variable with the mirror for every command."""


@attrs.frozen(kw_only=True)
class Mirror:
    """A place that stands in for all publishers, or for none.

    Args:
        root: Its address with a slash at the end; empty where publishers are asked themselves.
        folder: The folder that it is, for a local one.
    """

    root: str = ""
    folder: Path | None = None

    @property
    def is_local(self) -> bool:
        """Whether nothing of it is asked of the network."""
        return self.folder is not None

    def locate(self, url: str) -> str:
        """Say where a publisher's page or file is to be had.

        Args:
            url: Its address at the publisher.

        Returns:
            The address to ask.

        Raises:
            FetchError: The address at the publisher is not https.
        """
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname:
            raise FetchError(f"{url}: publishers are asked by https only; report it to the author of the plugin")
        if not self.root:
            return url
        query = f"?{parts.query}" if parts.query else ""
        return f"{self.root}{parts.hostname}{parts.path or '/'}{query}"

    def resolve(self, link: str, page: str, location: str) -> str:
        """Say where a link leads at the publisher.

        Args:
            link: As it stands on the page.
            page: Address of the page at the publisher.
            location: Where the page came from at last.

        Returns:
            An address at the publisher, also where the mirror's own listing names its own address.
        """
        if not self.root:
            return urljoin(location, link)
        here = urljoin(location, link)
        # a path from the top is the publisher's own, unless it goes through the mirror's folder for that publisher
        below = f"{self.root}{urlsplit(page).hostname}/" if link.startswith("/") else self.root
        return f"https://{here.removeprefix(self.root)}" if here.startswith(below) else urljoin(page, link)


def choose_mirror(where: str | None) -> Mirror:
    """Read what the user named as a mirror.

    Args:
        where: An http(s) address or a folder; None for what the variable `CODEKIT_MIRROR` names, if anything.

    Returns:
        The mirror.

    Raises:
        UsageError: It is neither.
    """
    where = os.environ.get(VARIABLE, "").strip() if where is None else where.strip()
    if not where:
        return Mirror()
    parts = urlsplit(where)
    if parts.scheme in ("http", "https") and parts.hostname:
        if parts.query or parts.fragment:
            raise UsageError("the address of a mirror must have no query or fragment: give its folder")
        return Mirror(root=where.rstrip("/") + "/")
    folder = Path(where).expanduser()
    if not folder.is_dir():
        raise UsageError(f"the mirror {where!r} is neither a folder here nor an address that begins with https://")
    # with the host that RFC 8089 allows, for httpx takes no address without one
    root = folder.resolve().as_uri().replace("file:///", "file://localhost/", 1).rstrip("/")
    return Mirror(root=f"{root}/", folder=folder.resolve())
