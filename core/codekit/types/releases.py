"""What a publisher offers, as a plugin tells it, and what a plugin may ask of the network."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import unquote, urlsplit

import attrs

MANIFEST = "fetched.json"
"""Name of the file beside the downloads that says where they came from."""

_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]')
_NAME = re.compile(rf"(?!{MANIFEST}$)(?!.*\.part(\.json)?$)[^./\\][^/\\]*")


@attrs.frozen(kw_only=True)
class Link:
    """One link of a page.

    Args:
        url: Where it leads, in full.
        text: What it says, white space folded; empty for a picture.
    """

    url: str
    text: str

    @property
    def name(self) -> str:
        """The last part of its address, such as `2026-Update` of `.../2026-Update/`, with percent signs resolved."""
        return unquote(urlsplit(self.url).path.rstrip("/").rpartition("/")[2])


class Web(Protocol):
    """What core gives a plugin to find its publisher's files with: proxies, retries and mirrors are core's affair."""

    def links(self, url: str) -> Sequence[Link]:
        """Read the links of a page or of a directory listing.

        Args:
            url: Address at the publisher, which begins with `https://`.

        Returns:
            Links in printed order, with addresses at the publisher also where a mirror stands in for it; each page is
            asked for once.

        Raises:
            NotPublishedError: There is no such page.
            FetchError: It cannot be had.
        """
        ...


@attrs.frozen(kw_only=True)
class Publication:
    """One release that a publisher offers.

    Args:
        version: The version that `codekit_identify_release` gives its files, such as `2026-04`.
        title: Title for people.
        url: Where its files are listed.
    """

    version: str = attrs.field(validator=attrs.validators.matches_re(r"[A-Za-z0-9][A-Za-z0-9._-]*"))
    title: str
    url: str


def _name_in(file: RemoteFile) -> str:
    """Take the end of the address; one that is but a number, as of a date with slashes, takes along what is before."""
    parts = unquote(urlsplit(file.url).path).split("/")
    start = len(parts) - 1
    while start > 0 and parts[start].partition(".")[0].isdigit():
        start -= 1
    return _FORBIDDEN.sub("_", "-".join(parts[start:]))


@attrs.frozen(kw_only=True)
class RemoteFile:
    """One file of a publication.

    Args:
        url: Where it is; it begins with `https://`.
        name: Name that it gets here; by default the one in its address.
        required: Whether the release is of no use without it.
        sha256: Hexadecimal digest, where the publisher states one; empty elsewhere.
        licence: Address of terms that a person has to accept before the file may be had; such a file is not fetched
            from its publisher, only from a mirror. Empty elsewhere.
    """

    url: str
    name: str = attrs.field(
        default=attrs.Factory(_name_in, takes_self=True), validator=attrs.validators.matches_re(_NAME)
    )
    required: bool = False
    sha256: str = ""
    licence: str = ""
