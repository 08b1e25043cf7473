"""Differences between published releases, held against what their publishers say of them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

import attrs
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codekit.editions.builder import build as build_edition
from codekit.editions.diff import EditionDiff, diff
from codekit.editions.diff.changes import Change, Field, How
from codekit.editions.edition import Edition
from codekit.editions.source import Source
from codekit.errors import SourceError
from codekit.text.lexicon import Lexicon
from codekit.text.tables import english
from codekit.types import Classification, GuidelineSection, IndexTable, Problem, Release, SystemInfo
from codekit.update.impact import Impact
from codekit_icd10cm.conventions import conventions
from codekit_icd10cm.conversion import read_conversion_table
from codekit_icd10cm.order import dotted
from codekit_icd10cm.system import hooks

Compile = Callable[..., Edition]

# Lines of the conversion table whose new code was itself divided, or deleted, before April 2025.
SHORT_LIVED = {"K35.20", "K35.21", "Q51.20", "Z91.A4", "Z91.A5", "Z91.A9"}
# Retired codes that the table does not name as previous ones: follow-up care of those who died of a head injury, joints
# that a thumb does not have, and single codes.
DIED = re.compile(r"S06\..*[78][DS]")
NO_SUCH_JOINT = re.compile(r"S63\.1[34].[ADS]")
UNNAMED = {"C83.39", "H36", "V29.81XA", "V29.81XD", "V29.81XS", "V29.88XA", "V29.88XD", "V29.88XS"}


@attrs.frozen
class Parsed:
    """A release parsed before, with the entries of its index that begin with A: search takes longest to build."""

    classification: Classification
    sections: tuple[GuidelineSection, ...]
    info: SystemInfo = attrs.field(factory=lambda: SystemInfo(id="icd10cm", name="ICD-10-CM", uri="urn:test"))
    versions: Mapping[str, str] = attrs.field(factory=dict)

    def identify(self, source: Source) -> Release:  # noqa: ARG002
        return self.classification.release

    def parse(self, release: Release, source: Source) -> Classification:  # noqa: ARG002
        terms = (one for one in self.classification.terms if one.table is not IndexTable.DERIVED)
        return attrs.evolve(self.classification, terms=tuple(one for one in terms if one.path[0].startswith("A")))

    def guidelines(self, release: Release, source: Source) -> tuple[GuidelineSection, ...]:  # noqa: ARG002
        return self.sections

    def lexicon(self, release: Release) -> Lexicon:  # noqa: ARG002
        return english()

    def default_source(self) -> None:
        return None


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compile]:
    folder = tmp_path_factory.mktemp("editions")
    opened: list[Edition] = []

    def make(classification: Classification, sections: tuple[GuidelineSection, ...] = ()) -> Edition:
        file = folder / f"{len(opened)}.txt"
        file.write_text(file.name, encoding="utf-8")
        opened.append(Edition(build_edition(Parsed(classification, sections), file, folder / "home")))
        return opened[-1]

    yield make
    for edition in opened:
        edition.close()


@pytest.fixture(scope="module")
def editions(
    compiled: Compile, fy2017: Classification, fy2025: Classification, fy2026: Classification
) -> tuple[Edition, Edition, Edition]:
    return compiled(fy2017), compiled(fy2025), compiled(fy2026)


@pytest.fixture(scope="module")
def last_year(editions: tuple[Edition, Edition, Edition]) -> EditionDiff:
    return diff(editions[1], editions[2])


@pytest.fixture(scope="module")
def eight_years(editions: tuple[Edition, Edition, Edition]) -> EditionDiff:
    return diff(editions[0], editions[1])


@pytest.fixture(scope="module")
def addenda(shared: Path) -> dict[tuple[str, bool], dict[str, str]]:
    """Long titles of the order file's addenda, by what is done and whether the code is valid."""
    layout = re.compile(r"(Add|Delete|Revise from|Revise to): +([01]) (\w+) +(.{60}) (.*)")
    found: dict[tuple[str, bool], dict[str, str]] = {}
    with zipfile.ZipFile(shared / "releases/icd10cm/fy2026/icd10cm-Code Descriptions-2026.zip") as archive:
        for line in archive.read("icd10cm-order-addenda-2026.txt").decode().splitlines():
            if match := layout.fullmatch(line.rstrip()):
                found.setdefault((match[1], match[2] == "1"), {})[dotted(match[3])] = match[5].strip()
    return found


@pytest.fixture(scope="module")
def table(shared: Path) -> list[tuple[str, date, str]]:
    """The lines of the conversion table: current code, day, and previous codes as printed."""
    path = shared / "releases/icd10cm/fy2026/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx"
    book = openpyxl.load_workbook(path, read_only=True)
    rows = [row for row in book.worksheets[0].iter_rows(min_row=3, values_only=True) if row[0]]
    book.close()
    lines = []
    for current, effective, previous in rows:
        day = date(effective, 10, 1) if isinstance(effective, int) else effective.date()
        lines.append((dotted(str(current).strip().replace(".", "")), day, str(previous)))
    return lines


def now_assignable(found: EditionDiff) -> set[str]:
    turned = {one.code for one in found.revised for each in one.changes if each.after == "yes"}
    return turned | {row.code for row in found.added if row.assignable}


def test_the_codes_of_fy2026_are_those_of_the_order_addenda(
    last_year: EditionDiff, addenda: dict[tuple[str, bool], dict[str, str]]
) -> None:
    assert now_assignable(last_year) == addenda["Add", True].keys()
    assert len(now_assignable(last_year)) == 487
    assert {one.code for one in last_year.retired} == addenda["Delete", True].keys()
    assert len(last_year.retired) == 28
    headings = {row.code for row in last_year.added if not row.assignable}
    headings |= {one.code for one in last_year.retired if one.heading}
    # order files list no blocks
    assert headings - addenda["Add", False].keys() == {"QA0-QA0"}
    assert addenda["Add", False].keys() <= headings


def test_the_titles_of_fy2026_are_revised_as_the_order_addenda_say(
    last_year: EditionDiff, addenda: dict[tuple[str, bool], dict[str, str]]
) -> None:
    titles = {
        one.code: (each.before, each.after)
        for one in last_year.revised
        for each in one.changes
        if each.field is Field.TITLE
    }
    before, after = ({**addenda[what, True], **addenda[what, False]} for what in ("Revise from", "Revise to"))
    published = {code: (before[code], title) for code, title in after.items()}
    # the addenda take out a space that was printed twice, and editions fold white space
    assert published.keys() - titles.keys() == {"W44.G"}
    assert titles == {code: texts for code, texts in published.items() if code != "W44.G"}
    assert len(titles) == 44


def test_the_codes_of_fy2026_are_those_of_the_conversion_table(
    last_year: EditionDiff, table: list[tuple[str, date, str]]
) -> None:
    assert {code for code, day, _ in table if day == date(2025, 10, 1)} == now_assignable(last_year)
    assert all(one.how is How.TABLE for each in last_year.retired for one in each.successors)
    likely = {one.code: [each.code for each in one.successors] for one in last_year.retired}
    assert all(likely.values())
    assert likely["E78.01"] == ["E78.010", "E78.011", "E78.019"]
    assert likely["S30.1XXA"] == ["S30.11XA", "S30.12XA", "S30.13XA"]


def test_the_codes_of_eight_years_are_those_of_the_conversion_table(
    eight_years: EditionDiff, table: list[tuple[str, date, str]]
) -> None:
    lines = {code: previous for code, day, previous in table if date(2016, 10, 1) < day <= date(2025, 4, 1)}
    assert (len(lines), len(now_assignable(eight_years))) == (3435, 3429)
    assert lines.keys() - now_assignable(eight_years) == SHORT_LIVED
    assert now_assignable(eight_years) <= lines.keys()


def test_every_retired_code_has_a_successor_or_is_one_that_the_table_does_not_name(
    editions: tuple[Edition, Edition, Edition],
) -> None:
    found = diff(editions[0], editions[2])
    by_table = {one.code for one in found.retired if any(each.how is How.TABLE for each in one.successors)}
    unnamed = {one.code for one in found.retired} - by_table
    assert (len(found.retired), len(unnamed)) == (682, 114)
    assert {code for code in unnamed if not DIED.fullmatch(code) and not NO_SUCH_JOINT.fullmatch(code)} == UNNAMED
    chained = next(one for one in found.retired if one.code == "K35.2")
    assert "K35.2 → K35.20 → K35.200" in [each.detail for each in chained.successors]


def test_notes_and_index_of_eight_years(eight_years: EditionDiff) -> None:
    counts = eight_years.counts()
    assert counts["codes"] == {
        "added": 4195, "deleted": 439, "revised": 830, "now_assignable": 3429, "no_longer_assignable": 655,
    }  # fmt: skip
    assert counts["notes"] == {"added": 1172, "removed": 646, "changed": 464}
    notes = {(one.code, one.change, one.before, one.after) for one in eight_years.notes}
    assert ("A04.7", Change.ADDED, "", "Clostridioides difficile colitis") in notes
    entries = {one.words: (one.before, one.after) for one in eight_years.index}
    before, after = entries["Aarskog's syndrome"]
    assert (before[0].codes, after[0].codes) == (("Q87.1",), ("Q87.19",))
    # the tables print their columns' headings differently; their cells are the same all the same
    assert sum(one.table.value == "drugs" for one in eight_years.index) < 100


def test_guidelines_of_fy2026_say_which_sections_moved(
    shared: Path, compiled: Compile, fy2025: Classification, fy2026: Classification
) -> None:
    sections = []
    for release, name in (
        (fy2025.release, "fy2025/ICD-10-CM-April-1-FY25"),
        (fy2026.release, "fy2026/ICD-10-CM-October-2025"),
    ):
        with Source.open(shared / f"releases/icd10cm/{name}-Guidelines.pdf") as source:
            sections.append(tuple(hooks().codekit_guidelines(release, source)))
    small = Classification(release=fy2025.release, codes=(), terms=())
    found = {one.id: one for one in diff(compiled(small, sections[0]), compiled(small, sections[1])).guidelines}
    added = {one.id for one in found.values() if one.change is Change.ADDED}
    assert added == {"I.B.20", "I.C.1.a.2.a", "I.C.4.a.1.b", "I.C.13.a.2"}
    assert not [one for one in found.values() if one.change is Change.REMOVED]
    assert found["I.C.1.a.2.i"].former_id == "I.C.1.a.2.h"
    assert "E11.A" in found["I.C.4.a.1.b"].after


def test_conventions_name_the_codes_that_they_were_written_with(
    editions: tuple[Edition, Edition, Edition], eight_years: EditionDiff, last_year: EditionDiff
) -> None:
    written = {one.id: one for one in conventions(editions[1].release)}
    assert {"A40-A41", "A02.1"} <= {
        f"{one.first}-{one.last}" if one.last else one.first for one in written["sepsis-first"].names
    }
    old = Impact(editions[0], editions[1], eight_years)
    hit = old.on_convention(written["diabetes-complications"])
    assert hit is not None
    assert hit.headings == ("E87.2", "H36")
    new = Impact(editions[1], editions[2], last_year)
    assert not any(map(new.on_convention, written.values()))


# The conversion table as a file


def sheet(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in (("Some words of introduction",), ("Current code assignment", "Effective", "Previous"), *rows):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("previous", "pairs"),
    [
        ("A04.7 ", [("A04.7", {})]),
        ("C50.919, C50.929", [("C50.919", {}), ("C50.929", {})]),
        ("G93.3; R53.82", [("G93.3", {}), ("R53.82", {})]),
        ("C56.1 AND C56.2", [("C56.1", {"with": "C56.2"}), ("C56.2", {"with": "C56.1"})]),
        ("H44.20-H44.22", [("H44.20", {}), ("H44.21", {}), ("H44.22", {})]),
        ("I10-I15.9", [("I10", {}), ("I11.0", {}), ("I15.9", {})]),
        ("I63.- and P91.88", [("P91.88", {"with": "I63.-"})]),
        ("None", []),
        ("Codes in Categories T15-T19", []),
    ],
)
def test_previous_codes_are_read_as_they_are_written(previous: str, pairs: list[tuple[str, dict[str, str]]]) -> None:
    problems: list[Problem] = []
    found = read_conversion_table("t.xlsx", sheet(("W453XXA", 2024, previous)), ["I09.9", "I11.0", "I16.0"], problems)
    assert [(one.first, one.attributes) for one in found] == pairs
    assert {one.second for one in found} <= {"W45.3XXA"}
    assert {one.valid_from for one in found} <= {date(2024, 10, 1)}
    assert bool(problems) == previous.startswith("Codes")


def test_a_line_that_cannot_be_read_is_told_and_passed_over() -> None:
    problems: list[Problem] = []
    rows = (("A04.71", "soon", "A04.7"), ("no code", 2024, "A04.7"), (None, None, None), ("A04.72", 2017, "A04.7"))
    found = read_conversion_table("t.xlsx", sheet(*rows), (), problems)
    assert [one.second for one in found] == ["A04.72"]
    assert [one.line for one in problems] == [3, 4]


@given(st.binary(max_size=200))
def test_what_is_no_spreadsheet_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match=r"t\.xlsx: is damaged or no spreadsheet"):
        read_conversion_table("t.xlsx", data, (), [])


@given(st.text(max_size=30))
def test_no_previous_code_breaks_the_table(text: str) -> None:
    clean = "".join(c for c in text if c.isprintable())
    found = read_conversion_table("t.xlsx", sheet(("A04.71", 2017, clean), ("A04.72", 2017, "A04.7")), (), [])
    assert "A04.72" in {one.second for one in found}


def test_a_spreadsheet_without_the_headings_is_no_conversion_table() -> None:
    book = openpyxl.Workbook()
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(SourceError, match="so it is no conversion table"):
        read_conversion_table("t.xlsx", stream.getvalue(), (), [])


def test_a_release_with_a_damaged_table_is_read_without_it(
    tmp_path: Path, build: Callable[..., Classification]
) -> None:
    (tmp_path / "Conversion-Table.xlsx").write_bytes(b"damaged")
    found = build("<diag><name>A00</name><desc>Test</desc></diag>")
    assert found.pairs == ()
    assert [one.file for one in found.problems] == ["Conversion-Table.xlsx"]
