"""The address of a server: given by the user, checked before anything is sent."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

import attrs

from codekit.errors import UsageError

_OPENAI = "http://127.0.0.1:8000/v1"


@attrs.frozen(kw_only=True)
class Address:
    """Where the API of a server is.

    Args:
        url: Its base, without a slash at the end.
        host: Host and port, to name it in messages.
    """

    url: str
    host: str


def check_address(
    base_url: str | None, offline: bool, *, example: str = _OPENAI, path: str = "/v1", key: str = "CODEKIT_API_KEY"
) -> Address:
    """Check the address that the user gave; there is no default, so that no note goes where nobody sent it.

    Args:
        base_url: As in the example.
        offline: Refuse every host but this computer.
        example: An address as it should be, for messages.
        path: What is added to an address without a path.
        key: The environment variable for the server's key, for messages.

    Returns:
        The address.

    Raises:
        UsageError: There is none, it is no plain http(s) address, or it is another computer's while offline.
    """
    how = f"give it as {example}"
    if not base_url:
        raise UsageError(f"the backend needs the address of a server: {how}")
    try:
        parts = urlsplit(base_url.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"the base URL cannot be read: {error}; {how}") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise UsageError(f"the base URL must start with http:// or https:// and name a host; {how}")
    if parts.username is not None or parts.query or parts.fragment:
        # a password there would end up in messages; the key has a variable of its own
        raise UsageError(f"the base URL must have no user, query or fragment; {how}, the key in {key}")
    named = f"[{host}]" if ":" in host else host
    named += f":{port}" if port else ""
    if offline and not _is_loopback(host):
        raise UsageError(
            f"{named} is not this computer, and offline was asked for: name a server on 127.0.0.1, or leave offline out"
        )
    return Address(url=f"{parts.scheme}://{named}{parts.path.rstrip('/') or path}", host=named)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
