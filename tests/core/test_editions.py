"""Editions: building one from a toy release, reading it, and keeping several side by side."""

from __future__ import annotations

import json
import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codekit.editions.builder import build
from codekit.editions.edition import Edition
from codekit.editions.source import Source
from codekit.editions.store import EditionStore
from codekit.errors import (
    EditionError,
    PluginError,
    SourceError,
    UnknownCodeError,
    UnknownEditionError,
    UsageError,
)
from codekit.text.lexicon import Lexicon
from codekit.text.tables import english
from codekit.types import (
    Classification,
    Code,
    CodeKind,
    CodeReference,
    GuidelineSection,
    IndexTable,
    IndexTerm,
    InheritedNote,
    NoteKind,
    Problem,
    Release,
    SeventhCharacter,
    SystemInfo,
    TabularNote,
)

EXCLUDES = TabularNote(
    kind=NoteKind.EXCLUDES1,
    text="gestational diabetes (O24.4-), wounds (S00-T88)",
    references=(CodeReference(first="O24.4"), CodeReference(first="S00", last="T88")),
)
USE = TabularNote(kind=NoteKind.USE_ADDITIONAL_CODE, text="Use additional code")
INITIAL = SeventhCharacter(character="A", meaning="initial encounter")

# C4A stands between C43 and C44 in print, which no comparison of texts would give.
ROWS = (
    ("2", None, CodeKind.CHAPTER), ("C43-C44", "2", CodeKind.BLOCK),
    ("C43", "C43-C44", CodeKind.CATEGORY), ("C43.0", "C43", CodeKind.CODE),
    ("C4A", "C43-C44", CodeKind.CATEGORY), ("C4A.0", "C4A", CodeKind.CODE), ("C4A.1", "C4A", CodeKind.CODE),
    ("C44", "C43-C44", CodeKind.CATEGORY),
    ("4", None, CodeKind.CHAPTER), ("E10-E11", "4", CodeKind.BLOCK),
    ("E10", "E10-E11", CodeKind.CATEGORY), ("E11", "E10-E11", CodeKind.CATEGORY),
    ("E11.6", "E11", CodeKind.CODE), ("E11.61", "E11.6", CodeKind.CODE), ("E11.610", "E11.61", CodeKind.CODE),
    ("E11.9", "E11", CodeKind.CODE),
)  # fmt: skip
NOTES = {"E10-E11": (EXCLUDES,), "E11.6": (USE, EXCLUDES)}
TERMS = (
    IndexTerm(id="1", path=("Melanoma",), nonessential_modifiers=("malignant",), see="Neoplasm, skin"),
    IndexTerm(id="2", path=("Diabetes", "with", "arthropathy"), codes=("E11.61",), manifestation=("C44",)),
    IndexTerm(id="3", path=("Merkel",), codes=("C4A.0",), table=IndexTable.NEOPLASMS, column="malignant primary"),
    IndexTerm(id="4", path=("Charcot",), codes=("E11.61",), see_also="Diabetes", see_category="E11"),
)
SECTION = GuidelineSection(id="I.C.4.a", title="Diabetes", text="Text\n\nMore", page=3, applies_to=EXCLUDES.references)
PROBLEM = Problem(file="toy.txt", line=7, message="an empty note was left out")


def toy_codes() -> tuple[Code, ...]:
    parents = {parent for _, parent, _ in ROWS}
    return tuple(
        Code(
            code=code,
            title=f"Title of {code}",
            kind=kind,
            parent=parent,
            assignable=code not in parents,
            notes=NOTES.get(code, ()),
            seventh_characters=(INITIAL,) if code == "E11" else (),
            attributes={"placeholder": "true"} if code == "E11.610" else {},
        )
        for code, parent, kind in ROWS
    )


@attrs.define
class ToySystem:
    """A release of this system is one file, `toy.txt`, which holds its version, first and last date."""

    info: SystemInfo = attrs.field(factory=lambda: SystemInfo(id="toy_system", name="Toy", uri="urn:toy"))
    versions: Mapping[str, str] = attrs.field(factory=lambda: {"toy": "codekit-toy 1.0.0"})
    default: tuple[Path, ...] | None = None
    parsed: int = 0

    def identify(self, source: Source) -> Release:
        if source.names() != ("toy.txt",):
            raise SourceError("these files are not a release of Toy")
        version, start, *end = source.read("toy.txt").decode().split()
        return Release(
            system="toy_system",
            version=version,
            title=f"Toy {version}",
            valid_from=date.fromisoformat(start),
            valid_to=date.fromisoformat(end[0]) if end else None,
        )

    def parse(self, release: Release, source: Source) -> Classification:
        assert source.names()
        self.parsed += 1
        return Classification(release=release, codes=toy_codes(), terms=TERMS, problems=(PROBLEM,))

    def guidelines(self, release: Release, source: Source) -> tuple[GuidelineSection, ...]:
        assert release.sources == source.files()
        return (SECTION,)

    def lexicon(self, release: Release) -> Lexicon:  # noqa: ARG002
        return english()

    def default_source(self) -> tuple[Path, ...] | None:
        return self.default


def release_file(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "toy.txt"
    path.write_text(text)
    return path


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edition]:
    base = tmp_path_factory.mktemp("edition")
    folder = build(ToySystem(), release_file(base, "2025-04 2025-04-01 2025-09-30"), base / "editions")
    with Edition(folder) as opened:
        yield opened


@pytest.fixture
def store(tmp_path: Path) -> EditionStore:
    return EditionStore(ToySystem(), tmp_path / "editions")


def test_an_edition_holds_what_was_parsed(edition: Edition) -> None:
    assert tuple(edition.codes()) == toy_codes()
    assert tuple(edition.get(code.code) for code in toy_codes()) == toy_codes()
    assert tuple(edition.terms()) == TERMS == tuple(edition.term(term.id) for term in TERMS)
    assert edition.guidelines() == (SECTION,)
    assert edition.guideline("I.C.4.a") == SECTION
    assert edition.problems() == (PROBLEM,)
    assert edition.counts() == {"codes": 16, "assignable": 7, "terms": 4, "guidelines": 1, "pairs": 0, "problems": 1}
    assert list(edition.assignable_codes()) == [code.code for code in toy_codes() if code.assignable]


def test_an_edition_says_what_it_is(edition: Edition) -> None:
    assert edition.system == "toy_system"
    assert edition.label == f"2025-04+{edition.hash}"
    assert edition.path.name == f"2025-04-{edition.hash}"
    assert edition.release.valid_to == date(2025, 9, 30)
    assert [file.name for file in edition.release.sources] == ["toy.txt"]
    assert not edition.derived_index


@pytest.mark.parametrize("typed", ["E11.610", "e11610", " E11.610 ", "e11.610"])
def test_codes_are_found_as_people_type_them(edition: Edition, typed: str) -> None:
    assert edition.get(typed).code == "E11.610"
    assert [row.code for row in edition.ancestors(typed)] == ["E11.61", "E11.6", "E11", "E10-E11", "4"]


def test_unknown_names_are_errors_that_name_the_edition(edition: Edition) -> None:
    assert edition.find("X99") is None
    for look_up in (edition.get, edition.children, edition.ancestors, edition.notes, edition.order):
        with pytest.raises(UnknownCodeError, match=r"'X99' in toy_system 2025-04\+"):
            look_up("X99")
    with pytest.raises(UsageError, match="unknown index entry '99'"):
        edition.term("99")
    with pytest.raises(UsageError, match=r"unknown guideline section 'II\.Z'"):
        edition.guideline("II.Z")


def test_the_tree_is_walked_in_tabular_order(edition: Edition) -> None:
    assert [row.code for row in edition.roots()] == ["2", "4"]
    assert [row.code for row in edition.children("C43-C44")] == ["C43", "C4A", "C44"]
    assert edition.children("e119") == ()
    assert [edition.order(code) for code, *_ in ROWS] == list(range(len(ROWS)))


def test_notes_are_inherited_nearest_first(edition: Edition) -> None:
    assert edition.notes("E11.610") == (
        InheritedNote(origin="E11.6", note=USE),
        InheritedNote(origin="E11.6", note=EXCLUDES),
        InheritedNote(origin="E10-E11", note=EXCLUDES),
    )
    assert edition.notes("E11.610", inherited=False) == ()


def test_seventh_characters_come_from_the_nearest_definition(edition: Edition) -> None:
    assert edition.seventh_characters("E11.610") == edition.seventh_characters("E11") == (INITIAL,)
    assert edition.seventh_characters("E10") == ()


def test_terms_lead_to_exactly_a_code(edition: Edition) -> None:
    assert [term.id for term in edition.terms_for("e1161")] == ["2", "4"]
    assert [term.id for term in edition.terms_for("C44")] == ["2"]
    assert edition.terms_for("E11") == edition.terms_for("X99") == ()


CODES = [code for code, *_ in ROWS]


def subtree(edition: Edition, code: str) -> set[str]:
    return {code}.union(*(subtree(edition, child.code) for child in edition.children(code)))


@given(first=st.sampled_from(CODES), last=st.none() | st.sampled_from(CODES), code=st.sampled_from(CODES))
def test_covers_agrees_with_a_walk(edition: Edition, first: str, last: str | None, code: str) -> None:
    if last is None:
        expected = code in subtree(edition, first)
    else:
        between = CODES[CODES.index(first) : CODES.index(last) + 1]
        expected = code in between or (code in subtree(edition, last) and CODES.index(first) <= CODES.index(code))
    assert edition.covers(CodeReference(first=first, last=last), code) is expected


@pytest.mark.parametrize(
    ("first", "last", "code", "expected"),
    [
        ("D00", None, "E10", False),
        ("E11", None, "X99", False),
        ("D00", "E11", "E11.610", True),
        ("E00", "E10", "E11", False),
        ("E11", "E99", "E11.9", True),
        ("E11", "E99", "E10", False),
        ("C43", "C45", "C4A.1", False),
        ("D00", "E99", "E10-E11", False),
        ("E08", "E11.5", "E11.610", False),
        ("A00", "E11.7", "E11.610", True),
    ],
)  # fmt: skip
def test_ends_that_do_not_exist_are_compared_as_text(
    edition: Edition, first: str, last: str | None, code: str, expected: bool
) -> None:
    assert edition.covers(CodeReference(first=first, last=last), code) is expected


def test_threads_share_an_edition(edition: Edition) -> None:
    with Edition(edition.path) as shared_edition:
        found: list[list[int]] = []

        def read() -> None:
            found.append([len(shared_edition.notes(code)) + len(shared_edition.terms_for(code)) for code in CODES])

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [found[0]] * 4


def test_building_again_does_nothing(tmp_path: Path) -> None:
    system, path = ToySystem(), release_file(tmp_path, "1 2020-01-01")
    stages: list[str] = []
    folder = build(system, path, tmp_path / "e", lambda stage, _done, _total: stages.append(stage))
    assert build(system, path, tmp_path / "e") == folder
    assert system.parsed == 1
    assert {"read", "parse", "guidelines", "write"} <= set(stages)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    path = release_file(tmp_path, "1 2020-01-01")
    one, other = (build(ToySystem(), path, tmp_path / root) for root in ("a", "b"))
    for name in ("manifest.json", "edition.sqlite"):
        assert (one / name).read_bytes() == (other / name).read_bytes()


def test_a_failed_build_leaves_nothing(tmp_path: Path) -> None:
    path = release_file(tmp_path, "1 2020-01-01")

    def fail(stage: str, done: int, _total: int) -> None:
        if (stage, done) == ("write", 1):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(ToySystem(), path, tmp_path / "e", fail)
    assert list((tmp_path / "e" / "toy_system").iterdir()) == []


def test_leftovers_of_crashed_builds_are_removed(tmp_path: Path) -> None:
    folder = tmp_path / "e" / "toy_system"
    old, running = folder / ".building-elsewhere-1-aa", folder / ".building-elsewhere-1-bb"
    ended = multiprocessing.get_context("fork").Process(target=int)
    ended.start()
    ended.join()
    dead = folder / f".building-{socket.gethostname()}-{ended.pid}-cc"
    for left in (old, running, dead):
        release_file(left, "half")
    os.utime(old, (0, time.time() - 4000))
    edition = build(ToySystem(), release_file(tmp_path, "1 2020-01-01"), tmp_path / "e")
    assert {path.name for path in folder.iterdir()} == {edition.name, running.name}


def build_in_process(path: Path, root: Path) -> None:
    build(ToySystem(), path, root)


def test_processes_that_build_the_same_edition_end_with_one(tmp_path: Path) -> None:
    path, context = release_file(tmp_path, "1 2020-01-01"), multiprocessing.get_context("fork")
    workers = [context.Process(target=build_in_process, args=(path, tmp_path / "e")) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert [worker.exitcode for worker in workers] == [0] * 4
    assert len(list((tmp_path / "e" / "toy_system").iterdir())) == 1


@pytest.mark.parametrize("damage", ["truncated", "emptied", "missing", "foreign", "manifest"])
def test_a_damaged_edition_is_told_and_mended_by_building(tmp_path: Path, damage: str) -> None:
    path = release_file(tmp_path / "1", "1 2020-01-01")
    store = EditionStore(ToySystem(), tmp_path / "e")
    database = (info := store.add(path)).path / "edition.sqlite"
    if damage == "missing":
        database.unlink()
    elif damage == "manifest":
        (info.path / "manifest.json").write_bytes(b"\xff{")
    elif damage == "foreign":
        other = store.add(release_file(tmp_path / "2", "2 2021-01-01"))
        database.write_bytes((other.path / "edition.sqlite").read_bytes())
    else:
        database.write_bytes(database.read_bytes()[: 6000 if damage == "truncated" else 0])
    with pytest.raises(EditionError, match="is damaged"):
        Edition(info.path)
    listed = store.list()[0]
    assert (listed.label, listed.title) == (info.label, "")
    assert "is damaged" in (listed.error or "")
    with pytest.raises(EditionError, match="editions add PATH"):
        store.open("1")
    assert store.add(path) == info
    assert opened(store, "1") == info.label


def test_an_edition_of_another_codekit_asks_to_be_rebuilt(store: EditionStore, tmp_path: Path) -> None:
    manifest = store.add(release_file(tmp_path, "1 2020-01-01")).path / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "builder": 0}))
    with pytest.raises(EditionError, match=r"another codekit .*rebuild with `codekit editions add PATH`"):
        store.open("1")


def test_files_of_another_system_are_refused(store: EditionStore, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("x")
    with pytest.raises(SourceError, match="not a release of Toy"):
        store.add(tmp_path / "other.txt")
    assert store.list() == ()


def test_a_root_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = EditionStore(ToySystem(), tmp_path / "file" / "editions")
    with pytest.raises(EditionError, match="set CODEKIT_HOME"):
        store.add(release_file(tmp_path, "1 2020-01-01"))


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        (
            (Code(code="A1", title="", kind=CodeKind.CODE), Code(code="a.1", title="", kind=CodeKind.CODE)),
            "twice",
        ),
        ((Code(code="A1", title="", kind=CodeKind.CODE, parent="A"),), "before its parent A"),
    ],
)
def test_what_no_parser_may_return_is_a_plugin_error(tmp_path: Path, codes: tuple[Code, ...], message: str) -> None:
    class Faulty(ToySystem):
        def parse(self, release: Release, source: Source) -> Classification:
            return attrs.evolve(super().parse(release, source), codes=codes)

    with pytest.raises(PluginError, match=message):
        build(Faulty(), release_file(tmp_path, "1 2020-01-01"), tmp_path / "e")


def add_all(store: EditionStore, folder: Path, releases: Sequence[str]) -> list[str]:
    return [store.add(release_file(folder / str(n), text)).label for n, text in enumerate(releases)]


def opened(store: EditionStore, name: str | None = None, date: date | None = None) -> str:
    with store.open(name, date) as edition:
        return edition.label


SPRING, AUTUMN, NEXT = "2025-04 2025-04-01 2025-09-30", "2025-10 2025-10-01", "2026-04 2026-04-01"


def test_editions_are_picked_by_name(store: EditionStore, tmp_path: Path) -> None:
    spring, autumn = add_all(store, tmp_path, [SPRING, AUTUMN])
    assert [info.label for info in store.list()] == [spring, autumn]
    for name in ("2025-04", spring, spring.partition("+")[2][:6]):
        assert opened(store, name) == spring
    assert opened(store) == autumn
    with pytest.raises(UnknownEditionError, match=r"'2025-05'\. Built here: 2025-04\+"):
        store.open("2025-05")


def test_the_latest_build_of_a_version_wins(store: EditionStore, tmp_path: Path) -> None:
    labels = add_all(store, tmp_path, [SPRING, SPRING + " again"])
    for number, label in enumerate(labels):
        manifest = next(info.path for info in store.list() if info.label == label) / "manifest.json"
        os.utime(manifest, (10, 10 + number))
    assert opened(store, "2025-04") == labels[1]
    with pytest.raises(UnknownEditionError, match="Built here: 2025-04"):
        store.remove("2025-04")


@pytest.mark.parametrize(
    ("day", "version"),
    [
        ("2025-04-01", "2025-04"),
        ("2025-09-30", "2025-04"),
        ("2025-10-01", "2025-10"),
        ("2027-01-01", "2026-04"),
    ],
)
def test_editions_are_picked_by_date_of_service(tmp_path: Path, day: str, version: str) -> None:
    system = ToySystem(default=(release_file(tmp_path / "default", NEXT),))
    store = EditionStore(system, tmp_path / "editions")
    add_all(store, tmp_path, [SPRING, AUTUMN])
    assert opened(store, date=date.fromisoformat(day)).startswith(version)


def test_a_date_without_edition_tells_which_there_are(store: EditionStore, tmp_path: Path) -> None:
    add_all(store, tmp_path, [SPRING])
    with pytest.raises(UnknownEditionError, match=r"2019-01-01.*from 2025-04-01 to 2025-09-30"):
        store.open(date=date(2019, 1, 1))


def test_the_embedded_edition_is_built_once_when_first_used(tmp_path: Path) -> None:
    system = ToySystem(default=(release_file(tmp_path / "default", SPRING),))
    store = EditionStore(system, tmp_path / "editions")
    with pytest.raises(UnknownEditionError, match="not built yet"):
        store.open("2024")
    assert store.list() == ()
    add_all(store, tmp_path, [AUTUMN])
    first = opened(store)
    assert [first] * 3 == [opened(store), opened(store, "2025-04"), opened(store, date=date(2025, 5, 1))]
    assert system.parsed == 2
    (store.list()[0].path / "edition.sqlite").unlink()
    assert opened(store) == first


def test_without_any_edition_the_error_says_what_to_run(store: EditionStore) -> None:
    with pytest.raises(UnknownEditionError, match="`codekit editions add PATH` builds one"):
        store.open()


def test_removing_leaves_nothing(store: EditionStore, tmp_path: Path) -> None:
    spring, autumn = add_all(store, tmp_path, [SPRING, AUTUMN])
    assert store.remove(spring).label == spring
    assert [info.label for info in store.list()] == [autumn]
    assert len(list((store.root / "toy_system").iterdir())) == 1
    with pytest.raises(UnknownEditionError):
        store.remove(spring)


def test_editions_live_in_codekits_home(home: Path) -> None:
    assert EditionStore(ToySystem()).root == home / "editions"
