"""The date of service picks the edition of each note of a batch, and few editions are open at once."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from codekit.cli.coders import MOST_OPEN, Coders
from codekit.cli.context import State
from codekit.editions.store import EditionStore
from codekit.pipeline.coder import Coder
from codekit.system import System
from codekit.types import Encounter, Note
from conftest import Codekit

YEARS = """
from datetime import date

from codekit.plugin import hookimpl, types

class Years:
    @hookimpl
    def codekit_releases(self):
        return [release(year) for year in range(2020, 2027)]

    @hookimpl
    def codekit_identify_release(self, source):
        texts = [source.read(name).decode() for name in source.names()]
        return next((release(int(text.split()[1])) for text in texts if text.startswith("year ")), None)

    @hookimpl
    def codekit_parse_release(self, release):
        code = types.Code(code="A1", title=f"Cold of {release.version}", kind=types.CodeKind.CODE, assignable=True)
        return types.Classification(
            release=release, codes=(code,), terms=(types.IndexTerm(id="1", path=("Cold",), codes=("A1",)),)
        )

def release(year):
    return types.Release(
        system="years", version=str(year), title=f"Years {year}",
        valid_from=date(year - 1, 10, 1), valid_to=date(year, 9, 30),
    )

@hookimpl
def codekit_register_systems(register):
    register(types.SystemInfo(id="years", name="Years", uri="urn:years"), Years())
"""


@pytest.fixture
def seven_years(install: Callable[..., Path], home: Path, tmp_path: Path) -> EditionStore:
    install("years", YEARS)
    store = EditionStore(System.open("years"), home / "editions")
    for year in range(2020, 2027):
        path = tmp_path / f"{year}.txt"
        path.write_text(f"year {year}", encoding="utf-8")
        store.add(path)
    return store


@pytest.mark.usefixtures("seven_years")
def test_the_last_of_september_and_the_first_of_october_are_of_two_editions(codekit: Codekit) -> None:
    days = ("2023-09-30", "2023-10-01", "2025-09-30", "2025-10-01", None)
    stdin = "\n".join(json.dumps({"id": str(day), "text": "Assessment: Cold", "date_of_service": day}) for day in days)
    ran = codekit("run", "--format", "jsonl", stdin=stdin, system="years")
    assert ran.exit_code == 0, ran.output
    results = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [one["edition"][:4] for one in results] == ["2023", "2024", "2025", "2026", "2026"]
    assert [one["assignments"][0]["title"][-4:] for one in results] == ["2023", "2024", "2025", "2026", "2026"]


@pytest.mark.skipif(sys.platform != "linux", reason="open files are counted in /proc")
@pytest.mark.usefixtures("seven_years")
def test_however_many_years_a_batch_spans_few_editions_are_open(home: Path) -> None:
    state = State(system_id="years", quiet=True, debug=False)
    coders = Coders(state, None, None, lambda edition: Coder(state.system, edition))
    for round_ in range(2):
        for year in range(2020, 2027):
            service = Encounter(date_of_service=date(year, 1, 1))
            (result,) = coders.code_many([Note(id=f"{round_}", text="Assessment: Cold", encounter=service)])
            assert not isinstance(result, Exception)
            assert result.edition.startswith(str(year))
            assert len(_open_editions(home)) <= MOST_OPEN


def _open_editions(home: Path) -> set[str]:
    links = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return {link for link in links if link.endswith("edition.sqlite") and link.startswith(str(home.resolve()))}
