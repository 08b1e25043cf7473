"""What lies on a Qdrant server: a collection for each edition and model, and aliases that name the live one.

`codekit-SYSTEM-HASH-MODEL` is the collection of an edition: HASH is the edition's, and MODEL ends with a digest of what
tells the model's vectors from another's. So a collection never holds another edition or model than its name says. The
alias `codekit-SYSTEM-MODEL` points to the live edition, `codekit-SYSTEM-MODEL-previous` to the one before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs

from codekit.search.qdrant import QdrantServer

_COLLECTION = re.compile(r"codekit-(?P<system>[a-z][a-z0-9_]*)-(?P<edition>[0-9a-f]{12})-(?P<model>.+)")


@attrs.frozen(kw_only=True)
class Collection:
    """The vectors of one edition on a server.

    Args:
        name: Of the collection.
        system: Id of the code system.
        edition: Hash of the edition.
        model: Short name of the model, with a digest.
        texts: Number of texts with a vector so far.
        live: Whether the alias points here.
        previous: Whether the alias would be taken back to here.
    """

    name: str
    system: str
    edition: str
    model: str
    texts: int
    live: bool
    previous: bool


def collection_name(system: str, edition: str, model: str) -> str:
    """Name the collection of an edition, by its hash, and a model, by its slug."""
    return f"codekit-{system}-{edition}-{model}"


def alias_name(system: str, model: str) -> str:
    """Name the alias that points to the live edition."""
    return f"codekit-{system}-{model}"


def previous_name(system: str, model: str) -> str:
    """Name the alias that points to the edition that was live before."""
    return f"{alias_name(system, model)}-previous"


def read_name(collection: str) -> Mapping[str, str] | None:
    """Take the name of a collection apart.

    Returns:
        Its `system`, `edition` and `model`; None where it is none of codekit's.
    """
    found = _COLLECTION.fullmatch(collection)
    return found.groupdict() if found else None


def read_aliases(server: QdrantServer) -> dict[str, str]:
    """Return the collection to which each alias on a server points."""
    return {one.alias_name: one.collection_name for one in server.call("get_aliases").aliases}


def live_edition(server: QdrantServer, system: str, model: str) -> str | None:
    """Return the hash of the live edition; None where none is live."""
    named = read_name(read_aliases(server).get(alias_name(system, model), ""))
    return named["edition"] if named else None


def list_collections(server: QdrantServer) -> tuple[Collection, ...]:
    """List codekit's collections on a server, by name."""
    aliases = read_aliases(server)
    found: list[Collection] = []
    for name in sorted(one.name for one in server.call("get_collections").collections):
        if named := read_name(name):
            system, model = named["system"], named["model"]
            found.append(
                Collection(
                    name=name,
                    **named,
                    texts=int(server.call("count", collection_name=name, exact=True).count),
                    live=aliases.get(alias_name(system, model)) == name,
                    previous=aliases.get(previous_name(system, model)) == name,
                )
            )
    return tuple(found)
