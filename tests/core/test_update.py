"""An update brings a new edition in or leaves the old one as it is, whatever happens to it on the way."""

from __future__ import annotations

import ctypes
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from codekit.editions.store import EditionStore
from codekit.errors import EditionError, UnknownEditionError, UsageError
from codekit.system import System
from codekit.types import Note
from codekit.update.job import DIFF, REPORT, folder_of, update
from codekit.update.report import Outcome, Verdict

TOY = Path(__file__).resolve().parents[1] / "thirdparty" / "codekit-toy" / "codekit_toy.csv"
NEW_ROWS = "II,Further toy injuries,chapter,,no,,\nT90,Bite of toy dog,category,II,no,,\n" + "".join(
    f'T90.{number},Bite of toy dog number {number},code,T90,yes,"Bite, dog, number {number}",\n'
    for number in range(1500)
)
DAY = date(2026, 6, 1)
STRICT = """
    from codekit.plugin import hookimpl
    from codekit.types import Finding, Severity

    class Strict:
        @hookimpl
        def codekit_check_edition(self, edition):
            yield Finding(rule="x", severity=Severity.ERROR, codes=("T10",), message="T10 is double", source="x")

    @hookimpl
    def codekit_extend_system(system_id):
        return Strict() if system_id == "toy" else None
    """
_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE = 24, 1


@pytest.fixture
def system() -> System:
    return System.open("toy")


@pytest.fixture
def store(system: System, home: Path) -> EditionStore:
    return EditionStore(system, home / "editions")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return _release(tmp_path / "old", TOY.read_text("utf-8"))


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return _release(tmp_path / "new", TOY.read_text("utf-8") + NEW_ROWS)


@pytest.fixture
def live(store: EditionStore, old: Path) -> str:
    """Make the old release the default, and give its label."""
    return store.use(store.add(old).label).label


def _release(folder: Path, content: str) -> Path:
    folder.mkdir()
    (folder / "toy.csv").write_text(content, encoding="utf-8")
    return folder


def _answering(store: EditionStore) -> str:
    """Give the label of the edition that answers, after asking it something."""
    with store.open() as edition:
        assert edition.get("T10.1").title == "Sprain of right ankle"
        assert len(list(edition.codes())) == edition.counts()["codes"]
        return edition.label


def _answering_on(store: EditionStore, day: date) -> str:
    """Give the label of the edition that answers for a date of service."""
    with store.open(date=day) as edition:
        return edition.label


def _without_root() -> None:
    """Take from this process what makes root pass by the permissions of a folder."""
    ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, 0, 0, 0)


def _command(path: Path) -> list[str]:
    return [sys.executable, "-m", "codekit", "-s", "toy", "update", str(path), "--format", "json"]


def test_a_new_release_becomes_the_default_and_a_second_run_changes_nothing(
    system: System, store: EditionStore, live: str, new: Path
) -> None:
    notes = [Note(id="a", text="Assessment: sprain of the right ankle.")]
    report = update(system, store, lambda _: [new], cases=notes)
    assert not [failure for check in report.checks for failure in check.failures]
    assert (report.outcome, report.exit_code, report.before) == (Outcome.SWITCHED, 0, live)
    assert {check.name: check.verdict for check in report.checks} == {
        "lists": Verdict.NOT_RUN,
        "contract": Verdict.PASSED,
        "cases": Verdict.PASSED,
    }
    assert report.changes["codes"]["added"] == 1502
    assert _answering(store) == report.edition != live
    folder = folder_of(store, system, report.edition)
    written = json.loads((folder / REPORT).read_text("utf-8"))
    assert (written["schema"], written["outcome"], written["edition"]) == (1, "switched", report.edition)
    assert "<html" in (folder / DIFF).read_text("utf-8")
    again = update(system, store, lambda _: [new], cases=notes)
    assert (again.outcome, again.exit_code, again.edition) == (Outcome.CURRENT, 0, report.edition)
    assert store.go_back().label == live == _answering(store)
    with pytest.raises(UsageError, match="no edition to go back to"):
        store.go_back()


def test_a_person_may_stand_in_between(system: System, store: EditionStore, live: str, new: Path) -> None:
    report = update(system, store, lambda _: [new], approve=True)
    assert (report.outcome, report.exit_code) == (Outcome.WAITING, 4)
    assert _answering(store) == live == _answering_on(store, DAY)
    with store.open("2026") as edition:
        assert edition.label == live, "two have this version, and one of them is held"
    with pytest.raises(UnknownEditionError, match="not approved"):
        store.use("2026")
    store.use(report.edition)
    assert _answering(store) == report.edition == _answering_on(store, DAY)
    assert update(system, store, lambda _: [new], approve=True).outcome is Outcome.CURRENT


def test_before_its_first_day_an_edition_answers_for_its_dates_only(
    system: System, store: EditionStore, new: Path
) -> None:
    early = update(system, store, lambda _: [new], today=date(2025, 12, 31))
    assert (early.outcome, early.exit_code) == (Outcome.EARLY, 0)
    assert _answering(store) == early.before != early.edition
    assert not any(info.held for info in store.list())
    assert update(system, store, lambda _: [new], today=date(2026, 1, 1)).outcome is Outcome.SWITCHED
    assert _answering(store) == early.edition


def test_what_a_person_went_back_from_does_not_come_back_by_itself(
    system: System, store: EditionStore, live: str, new: Path
) -> None:
    left = update(system, store, lambda _: [new]).edition
    assert _answering(store) == left == _answering_on(store, DAY)
    store.go_back()
    assert _answering(store) == live == _answering_on(store, DAY)
    again = update(system, store, lambda _: [new])
    assert (again.outcome, again.edition) == (Outcome.WAITING, left)
    assert _answering(store) == live == _answering_on(store, DAY)
    store.use(left)
    assert _answering(store) == left == _answering_on(store, DAY)


def test_a_first_edition_that_fails_its_checks_answers_nobody(
    store: EditionStore, new: Path, install: Callable[..., Path]
) -> None:
    install("strict", STRICT)
    refused = update(System.open("toy"), store, lambda _: [new])
    assert refused.outcome is Outcome.REFUSED
    assert [info.held for info in store.list() if info.label == refused.edition] == ["not approved"]
    assert _answering_on(store, DAY) != refused.edition


def test_of_two_editions_of_one_day_the_default_answers(store: EditionStore, live: str, new: Path) -> None:
    later = store.add(new).label
    assert _answering_on(store, DAY) == live != later
    store.use(later)
    assert _answering_on(store, DAY) == later


def test_where_the_default_cannot_be_read_an_update_leaves_the_choice_to_a_person(
    system: System, store: EditionStore, live: str, new: Path
) -> None:
    path = store.root / "toy" / "default.json"
    for broken in ("", "[]", '{"schema": 1, "editions": "abc"}', '{"schema": 2, "editions": []}'):
        path.write_text(broken, encoding="utf-8")
        with pytest.raises(EditionError, match="remove the file, then choose one"):
            update(system, store, lambda _: [new])
        assert [info.label for info in store.list()] == [live], "an edition was built to no avail"
        with store.open(live) as edition:
            assert edition.label == live, "an edition is opened by its name whatever the default"


def test_a_failed_check_keeps_the_old_edition(
    store: EditionStore, live: str, new: Path, install: Callable[..., Path]
) -> None:
    install("strict", STRICT)
    report = update(System.open("toy"), store, lambda _: [new])
    assert (report.outcome, report.exit_code) == (Outcome.REFUSED, 3)
    failed = [check for check in report.checks if check.verdict is Verdict.FAILED]
    assert [(check.name, check.failures) for check in failed] == [("lists", ("T10 is double",))]
    assert _answering(store) == live == _answering_on(store, DAY)


def test_a_default_edition_cannot_be_removed_and_one_that_is_missing_is_named(
    store: EditionStore, live: str, new: Path
) -> None:
    other = store.add(new).label
    with pytest.raises(UsageError, match="is the default edition"):
        store.remove(live)
    store.use(other)
    store.remove(live)
    with pytest.raises(UnknownEditionError, match=live.replace("+", r"\+")):
        store.go_back()
    assert _answering(store) == other


@pytest.fixture
def duration(store: EditionStore, live: str, new: Path) -> Iterator[float]:
    """Say how long an update takes from start to end, and undo it."""
    start = time.monotonic()
    subprocess.run(_command(new), check=True, capture_output=True)
    taken = time.monotonic() - start
    label = store.default.label
    assert label not in (None, live)
    assert store.go_back().label == live
    store.remove(str(label))
    yield taken


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_whenever_it_is_killed_an_edition_answers_and_the_next_run_ends_well(
    store: EditionStore, live: str, new: Path, duration: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    draw = random.Random(7)
    for moment in sorted(draw.uniform(0, duration) for _ in range(20)):
        running = subprocess.Popen(
            _command(new), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
        )
        try:
            running.communicate(timeout=moment)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.communicate()
        assert all(info.error is None for info in store.list()), "a half-built edition was picked up"
        answering = _answering(store)
        if answering != live:
            store.go_back()
            store.remove(answering)
    done = subprocess.run(_command(new), check=True, capture_output=True)
    assert json.loads(done.stdout)["outcome"] == "switched"
    assert _answering(store) != live
    names = [path.name for path in (store.root / "toy").iterdir() if path.is_dir()]
    assert not [name for name in names if name.startswith(".")], "what a killed run left behind was not cleared away"
    assert not list(temporary.iterdir()), "what a killed run left behind stays for ever"


@pytest.mark.skipif(os.name != "posix", reason="limits of file sizes are POSIX")
@pytest.mark.parametrize("most", [0, 1_000, 60_000, 200_000])
def test_a_full_disk_costs_the_update_and_not_the_edition(store: EditionStore, live: str, new: Path, most: int) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    done = subprocess.run(_command(new), preexec_fn=limit, capture_output=True, check=False)
    assert done.returncode == 1, done.stderr
    assert b"Traceback" not in done.stderr
    assert b"error: " in done.stderr
    assert _answering(store) == live
    assert subprocess.run(_command(new), capture_output=True, check=False).returncode == 0
    assert _answering(store) != live


@pytest.mark.skipif(sys.platform != "linux", reason="root is kept from writing by Linux's capabilities")
def test_a_folder_that_cannot_be_written_costs_the_update_and_not_the_edition(
    store: EditionStore, live: str, new: Path
) -> None:
    folder = store.root / "toy"
    folder.chmod(0o500)
    if (
        subprocess.run(
            ["touch", folder / "probe"], preexec_fn=_without_root, capture_output=True, check=False
        ).returncode
        == 0
    ):
        folder.chmod(0o700)
        pytest.skip("nothing keeps this user from writing here, not even without its capabilities")
    try:
        done = subprocess.run(_command(new), preexec_fn=_without_root, capture_output=True, check=False)
    finally:
        folder.chmod(0o700)
    assert done.returncode == 1, done.stderr
    assert b"Traceback" not in done.stderr
    assert b"cannot write" in done.stderr
    assert _answering(store) == live


@pytest.mark.skipif(sys.platform != "linux", reason="root is kept from writing by Linux's capabilities")
def test_an_edition_that_cannot_be_written_finds_the_same(store: EditionStore, live: str) -> None:
    command = [sys.executable, "-m", "codekit", "-s", "toy", "search", "sprained ankle", "--edition", live]
    paths = [store.root, *store.root.rglob("*")]
    found = []
    for mode in (0o700, 0o500):
        for path in paths:
            path.chmod(mode)
        found.append(subprocess.run(command, preexec_fn=_without_root, capture_output=True, check=True).stdout)
    for path in paths:
        path.chmod(0o700)
    assert found[0] == found[1]
    assert b"T10" in found[0]


def test_of_two_updates_at_once_one_does_the_work(store: EditionStore, live: str, new: Path) -> None:
    running = [subprocess.Popen(_command(new), stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    ended = [process.communicate() for process in running]
    statuses = sorted(process.returncode for process in running)
    assert statuses in ([0, 5], [0, 0]), ended
    assert statuses == [0, 0] or any(b"another update is under way" in err for _, err in ended)
    assert _answering(store) != live
