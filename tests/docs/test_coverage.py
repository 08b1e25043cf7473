"""The page on the coverage of the guidelines says what the objects say, of every section that the guidelines have.

`CODEKIT_REFRESH_DOCS=1 pytest tests/docs/test_coverage.py` writes the page anew.
"""

from __future__ import annotations

import importlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import attrs
import pytest

from codekit.conventions import CHECK, Convention, Example
from codekit.editions.source import Source
from codekit.specificity import Specificity
from codekit.system import System
from codekit.types import GuidelineSection, Release
from codekit_icd10cm.coverage import ELSEWHERE, MISSING, NO_RULE, Row, State, coverage

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "coverage.md"
PDF = "releases/icd10cm/fy2026/ICD-10-CM-October-2025-Guidelines.pdf"
REFRESH = "CODEKIT_REFRESH_DOCS=1 pytest tests/docs/test_coverage.py renews it"
INTRODUCTION = """\
# Coverage of the guidelines

Every section of the ICD-10-CM Official Guidelines for Coding and Reporting FY2026, with what carries it out: the ids of
the conventions, which `codekit conventions ID` explains, and what other parts of codekit do. *In part* says what is
missing, *not yet* means that nothing in codekit knows of the section, and *no rule* that it asks nothing of software.
Where a section stands as covered, its rule is written for the whole class of conditions that it speaks of, and an
example comes out differently without it; the words of a note may still be read wrongly.

The page is generated from the objects, and a test compares the two: `CODEKIT_REFRESH_DOCS=1 pytest
tests/docs/test_coverage.py` writes it anew.
"""


@pytest.fixture(scope="module")
def system() -> System:
    return System.open("icd10cm")


@pytest.fixture(scope="module")
def release(system: System) -> Release:
    return next(one for one in system.releases() if one.version == "2026")


@pytest.fixture(scope="module")
def conventions(system: System, release: Release) -> tuple[Convention, ...]:
    return system.conventions(release)


@pytest.fixture(scope="module")
def page() -> dict[str, tuple[str, ...]]:
    """Read the rows of the page as it is: state, and all that stands in the last cell within backticks, by section."""
    rows = re.findall(r"^\| ([IA][^ |]*(?: I)?) \| .*? \| ([a-z ]+) \| (.*) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    return {section: (state, *re.findall(r"`([^`]+)`", by)) for section, state, by in rows}


def written(rows: Iterable[Row]) -> str:
    rows = [attrs.evolve(row, title=row.title.replace("|", "\\|")) for row in rows]
    return "\n".join([INTRODUCTION, counted(rows), "", *tables(rows)])


def counted(rows: Iterable[Row]) -> str:
    counts = Counter(row.state for row in rows)
    rules = sum(counts[state] for state in (State.COVERED, State.IN_PART, State.NOT_YET))
    return (
        f"Of {rules} sections with a rule, {counts[State.COVERED]} are covered, {counts[State.IN_PART]} in part, and "
        f"{counts[State.NOT_YET]} not yet. {counts[State.NO_RULE]} sections have no rule, and "
        f"{counts[State.HEADING]} are headings."
    )


def tables(rows: Iterable[Row]) -> Iterator[str]:
    for part, group in groupby(rows, key=part_of):
        yield f"## {part}\n\n| section | title | state | carried out by |\n| --- | --- | --- | --- |"
        yield from (f"| {row.section} | {row.title} | {row.state.value} | {carried_out(row)} |" for row in group)
        yield ""


def part_of(row: Row) -> str:
    """Name the part of the guidelines: a chapter of I.C, else a section of two levels."""
    names = row.section.split(".")
    return ".".join(names[: 3 if names[:2] == ["I", "C"] else 2 if names[0] == "I" else 1])


def carried_out(row: Row) -> str:
    does = [f"`{rule}`" for rule in row.rules]
    does.extend(f"{one.by} (`{one.module}`)" for one in row.elsewhere)
    return " – ".join(filter(None, ("; ".join(does), row.remark and f"*{row.remark}*")))


def test_the_page_says_what_the_objects_say(
    system: System, release: Release, conventions: tuple[Convention, ...], shared: Path
) -> None:
    with Source.open(shared / PDF) as source:
        sections = system.guidelines(release, source)
    text = written(coverage(sections, conventions, system.specificity(release)))
    if os.environ.get("CODEKIT_REFRESH_DOCS"):
        PAGE.write_text(text, encoding="utf-8")
    shown = PAGE.read_text(encoding="utf-8")
    for line, expected in zip(shown.splitlines(), text.splitlines(), strict=False):
        assert line == expected, REFRESH
    assert shown == text, REFRESH


def test_every_rule_and_module_of_the_page_exists(
    conventions: tuple[Convention, ...], page: dict[str, tuple[str, ...]]
) -> None:
    named = {name for _, *names in page.values() for name in names}
    modules = {name for name in named if name.startswith("codekit")}
    for module in modules | {one.module for one in ELSEWHERE}:
        importlib.import_module(module)
    assert {name for name in named - modules if name != "validate" and not name.startswith("see")} <= {
        one.id for one in conventions
    }


def test_every_section_that_a_rule_names_is_on_the_page_with_the_rule(
    conventions: tuple[Convention, ...], page: dict[str, tuple[str, ...]]
) -> None:
    for convention in conventions:
        for section in convention.sections:
            assert section in page, f"{convention.id}: the guidelines have no section {section}"
            assert convention.id in page[section], f"{section} does not name {convention.id}; {REFRESH}"


def test_what_is_said_of_a_section_agrees(page: dict[str, tuple[str, ...]]) -> None:
    said = [section for each in (*ELSEWHERE, *MISSING, *NO_RULE) for section in each.sections]
    assert set(said) <= page.keys()
    states = {section: state for section, (state, *_) in page.items()}
    for remarks, state in ((MISSING, "in part"), (NO_RULE, "no rule")):
        other = [section for remark in remarks for section in remark.sections if states[section] != state]
        assert not other, f"their remark in codekit_icd10cm.coverage says {state!r}: mend it, or what their rules claim"


def test_a_section_is_covered_only_by_a_rule_that_an_example_proves() -> None:
    ids = ("I.C.98", "I.C.99")
    sections = [GuidelineSection(id=name, title="Invented", text="Do so.", page=1) for name in ids]
    rule = Convention(id="x", title="t", source="s", stage=CHECK, apply=lambda *_: (), sections=ids[:1])
    silent = attrs.evolve(rule, examples=(Example("Gout.", gives="M10.9"),))
    biting = attrs.evolve(rule, examples=(*silent.examples, Example("Gout.", gives="M10.9", without="M10.00")))
    for one, state in ((rule, State.NOT_YET), (silent, State.NOT_YET), (biting, State.COVERED)):
        first, second = coverage(sections, [one], Specificity())
        assert (first.state, first.rules) == (state, ("x",))
        assert (second.state, second.rules) == (State.NOT_YET, ())
