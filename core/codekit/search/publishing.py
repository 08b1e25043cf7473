"""Publishing the vectors of an edition on a Qdrant server: filled, checked, and only then made the live ones.

Every function opens the server by its address, with the key in `CODEKIT_QDRANT_KEY`, and does nothing twice: what is
done already is left as it is. See `codekit.search.aliases` for the names.
"""

from __future__ import annotations

from codekit.editions.edition import Edition
from codekit.editions.progress import Progress, silent
from codekit.errors import UsageError, VectorServerError
from codekit.search.aliases import (
    Collection,
    alias_name,
    collection_name,
    list_collections,
    previous_name,
    read_aliases,
    read_name,
)
from codekit.search.dense import Remembering, check_complete, fill, texts_of
from codekit.search.encoders import Model, find_model
from codekit.search.qdrant import QdrantServer
from codekit.search.vectors import ServerStore

_FILLING_SECONDS = 60


def publish(edition: Edition, model: str | Model, server: str, progress: Progress = silent) -> int:
    """Fill the collection of an edition; what an interrupted filling left is kept, and it goes on behind that.

    Nothing uses it before it is whole, and the live edition stays what it is; see `switch`.

    Args:
        edition: The opened edition.
        model: See `codekit.search.encoders.find_model`.
        server: Address of the server.
        progress: Told how many texts are done.

    Returns:
        The number of vectors.

    Raises:
        UsageError: The model, a package or the address cannot be used, or the edition has no texts.
        VectorServerError: The server is lost or refuses, or the collection does not get whole.
    """
    found = find_model(model)
    texts = texts_of(edition)
    with QdrantServer(server, seconds=_FILLING_SECONDS) as connection:
        live = read_aliases(connection).get(alias_name(edition.system, found.slug))
        name = collection_name(edition.system, edition.hash, found.slug)
        store = ServerStore(connection, name)
        if store.count() != len(texts):
            encoder = Remembering(edition, found, ServerStore(connection, live) if live and live != name else None)
            store.create(size=len(encoder.encode(texts[0][:1])[0]))
            fill(store, encoder, texts, progress)
        check_complete(store, edition, found, server, len(texts))
    return len(texts)


def switch(edition: Edition, model: str | Model, server: str) -> str | None:
    """Make an edition the live one, at once for everybody who asks by the alias.

    Args:
        edition: The opened edition, which is published.
        model: See `codekit.search.encoders.find_model`.
        server: Address of the server.

    Returns:
        The hash of the edition that was live before, the same where nothing changed; None where none was.

    Raises:
        UsageError: The edition is not on the server, or only part of it.
        VectorServerError: The server is lost or refuses.
    """
    found = find_model(model)
    with QdrantServer(server) as connection:
        name = collection_name(edition.system, edition.hash, found.slug)
        check_complete(ServerStore(connection, name), edition, found, server, len(texts_of(edition)))
        before = read_aliases(connection).get(alias_name(edition.system, found.slug))
        if before != name:
            _point(connection, edition.system, found.slug, name, before)
    named = read_name(before or "")
    return named["edition"] if named else None


def rollback(system: str, model: str | Model, server: str) -> str:
    """Take the live edition back to the one before it; a second time takes it forward again.

    Args:
        system: Id of the code system.
        model: See `codekit.search.encoders.find_model`.
        server: Address of the server.

    Returns:
        The hash of the edition that is live now.

    Raises:
        UsageError: None was live before, or it is not on the server any more.
        VectorServerError: The server is lost or refuses.
    """
    found = find_model(model)
    with QdrantServer(server) as connection:
        aliases = read_aliases(connection)
        target = aliases.get(previous_name(system, found.slug))
        named = read_name(target or "")
        if target is None or named is None:
            raise UsageError(
                f"the Qdrant server at {server} knows no edition of {system} that was live before with {found.name!r}; "
                "`codekit editions publish NAME` makes any published edition the live one"
            )
        _point(connection, system, found.slug, target, aliases.get(alias_name(system, found.slug)))
    return named["edition"]


def list_published(server: str) -> tuple[Collection, ...]:
    """List codekit's collections on a server, by name.

    Raises:
        UsageError: The address cannot be used.
        VectorServerError: The server is lost or refuses.
    """
    with QdrantServer(server) as connection:
        return list_collections(connection)


def remove_published(collection: str, server: str) -> None:
    """Remove a collection from a server.

    Args:
        collection: Its name, as `list_published` gives it.
        server: Address of the server.

    Raises:
        UsageError: There is no such collection of codekit's, or it is the live one.
        VectorServerError: The server is lost or refuses.
    """
    with QdrantServer(server) as connection:
        found = {one.name: one for one in list_collections(connection)}
        if collection not in found:
            raise UsageError(
                f"the Qdrant server at {server} has no collection {collection!r} of codekit's; "
                "`codekit editions published` lists them"
            )
        if found[collection].live:
            raise UsageError(f"{collection} is the live one: publish another edition first, and then remove it")
        connection.call("delete_collection", collection_name=collection)


def _point(server: QdrantServer, system: str, model: str, target: str, before: str | None) -> None:
    """Let the alias point to a collection and remember the one before, all in one request and so at once."""
    models = server.models
    wanted = {alias_name(system, model): target, previous_name(system, model): before}
    known = read_aliases(server)
    away = [
        models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=alias))
        for alias in wanted
        if alias in known
    ]
    towards = [
        models.CreateAliasOperation(create_alias=models.CreateAlias(alias_name=alias, collection_name=collection))
        for alias, collection in wanted.items()
        if collection is not None
    ]
    if not server.call("update_collection_aliases", change_aliases_operations=[*away, *towards]):
        raise VectorServerError(
            f"the Qdrant server at {server.url} did not switch {alias_name(system, model)}; try again"
        )
