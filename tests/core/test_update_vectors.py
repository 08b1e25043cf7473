"""An update fills the vector server before the switch, moves its alias after it, and catches up where it was lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import pytest

pytest.importorskip("qdrant_client", reason="needs the extra medcodekit[dense]")

from qdrant_server import QdrantTestServer, serve

from codekit.editions.store import EditionStore
from codekit.errors import VectorServerError
from codekit.search.encoders import Model
from codekit.search.publishing import list_published
from codekit.system import System
from codekit.update.job import VectorServer, update
from codekit.update.report import Outcome

TOY = Path(__file__).resolve().parents[1] / "thirdparty" / "codekit-toy" / "codekit_toy.csv"


class Digests:
    """An encoder that needs no weights."""

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        return [[digit / 128 - 1 for digit in sha256(text.lower().encode()).digest()[:8]] for text in texts]


MODEL = Model(name="digests", identity="digests-1", load=Digests)


@pytest.fixture
def server() -> Iterator[QdrantTestServer]:
    with serve() as running:
        yield running


@pytest.fixture
def store(home: Path) -> EditionStore:
    return EditionStore(System.open("toy"), home / "editions")


@pytest.fixture
def new(tmp_path: Path) -> Path:
    path = tmp_path / "toy.csv"
    extra = "II,More toys,chapter,,no,,\nT90,Bite of toy dog,category,II,yes,Bite,\n"
    path.write_text(TOY.read_text("utf-8") + extra, encoding="utf-8")
    return path


def live(server: QdrantTestServer) -> list[str]:
    return [one.edition for one in list_published(server.url) if one.live]


def test_the_alias_follows_the_default(store: EditionStore, server: QdrantTestServer, new: Path) -> None:
    vectors, system = VectorServer(url=server.url, model=MODEL), System.open("toy")
    old = store.use(store.add(TOY).label)
    assert update(system, store, lambda _: [TOY], vectors=vectors).outcome is Outcome.CURRENT
    assert live(server) == [old.hash]
    report = update(system, store, lambda _: [new], approve=True, vectors=vectors)
    assert report.outcome is Outcome.WAITING
    assert live(server) == [old.hash]
    assert len(list_published(server.url)) == 2
    chosen = store.use(report.edition)
    assert update(system, store, lambda _: [new], approve=True, vectors=vectors).outcome is Outcome.CURRENT
    assert live(server) == [chosen.hash]
    store.go_back()
    assert update(system, store, lambda _: [new], vectors=vectors).outcome is Outcome.WAITING
    assert live(server) == [old.hash]


def test_a_lost_server_keeps_the_default_and_the_next_run_catches_up(
    store: EditionStore, server: QdrantTestServer, new: Path
) -> None:
    system = System.open("toy")
    old = store.use(store.add(TOY).label)
    with serve() as lost:
        gone = VectorServer(url=lost.url, model=MODEL)
    with pytest.raises(VectorServerError):
        update(system, store, lambda _: [new], vectors=gone)
    assert store.default.label == old.label
    report = update(system, store, lambda _: [new], vectors=VectorServer(url=server.url, model=MODEL))
    assert report.outcome is Outcome.SWITCHED
    assert live(server) == [report.edition.partition("+")[2]]
