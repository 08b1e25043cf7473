from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from codekit.editions.source import Source
from codekit.errors import SourceError
from codekit.types import GuidelineSection, Release
from codekit_icd10cm.system import hooks

PDF = {
    "2025-04": "fy2025/ICD-10-CM-April-1-FY25-Guidelines.pdf",
    "2026": "fy2026/ICD-10-CM-October-2025-Guidelines.pdf",
}


def release(version: str) -> Release:
    return next(known for known in hooks().codekit_releases() if known.version == version)


@pytest.fixture(scope="module", params=PDF)
def sections(request: pytest.FixtureRequest, shared: Path) -> dict[str, GuidelineSection]:
    with Source.open(shared / "releases/icd10cm" / PDF[request.param]) as source:
        found = list(hooks().codekit_guidelines(release(request.param), source))
    by_id = {section.id: section for section in found}
    assert len(by_id) == len(found)
    return by_id


def test_sections_have_the_printed_ids(sections: dict[str, GuidelineSection]) -> None:
    titles = {
        "I": "Conventions, general coding guidelines and chapter specific guidelines",
        "I.A.12.a": "Excludes1",
        "I.A.15": "“With”",
        "I.C.1.d.1.a.iv": "Acute organ dysfunction that is not clearly associated with the sepsis",
        "I.C.2.h": "Admission/encounter for pain control/management",
        "I.C.4.b": "Obesity",
        "I.C.4.b.1": "Obesity class",
        "I.C.5.d": "Dementia",
        "I.C.15.k": "Puerperal sepsis",
        "II.I.2": "Admission Following Post-Operative Observation",
        "III.A": "Previous conditions",
        "IV.H": "Uncertain diagnosis",
        "Appendix I": "Present on Admission Reporting Guidelines",
    }
    assert {id: sections[id].title for id in titles} == titles
    assert len(sections) > 480


def test_no_section_is_lost_or_swallowed(sections: dict[str, GuidelineSection]) -> None:
    parents = {id.rpartition(".")[0] for id in sections}
    assert parents - {""} <= sections.keys()
    assert not [id for id, section in sections.items() if not section.text and id not in parents]
    assert max(len(section.title) for section in sections.values()) < 130
    pages = [section.page for section in sections.values()]
    assert pages == sorted(pages)
    assert not any("Official Guidelines for Coding andReporting" in s.text for s in sections.values())


def successor(mark: str) -> str:
    roman = ("i", "ii", "iii", "iv", "v", "vi")
    if mark.isdigit():
        return str(int(mark) + 1)
    return roman[roman.index(mark) + 1] if mark in roman[:-1] else chr(ord(mark) + 1)


def test_numbering_has_no_gaps(sections: dict[str, GuidelineSection]) -> None:
    siblings: dict[str, list[str]] = {}
    for id in sections:
        parent, _, mark = id.rpartition(".")
        if parent:
            siblings.setdefault(parent, []).append(mark)
    for parent, marks in siblings.items():
        assert marks[0] in ("1", "A", "a", "i"), parent
        for mark, following in pairwise(marks):
            # the i of a, b, ... h, i is a letter
            assert following in (successor(mark), chr(ord(mark[0]) + 1)), (parent, marks)


def test_chapters_and_parts_are_complete(sections: dict[str, GuidelineSection]) -> None:
    assert [id for id in sections if "." not in id] == ["I", "II", "III", "IV", "Appendix I"]
    assert [id for id in sections if id.startswith("I.C.") and id.count(".") == 2] == [
        f"I.C.{chapter}" for chapter in range(1, 23)
    ]
    for last in ("I.A.19", "I.B.19.d", "II.K", "III.C", "IV.Q", "I.C.1.g.1.n", "I.C.21.c.17"):
        assert last in sections


def test_no_heading_is_left_in_a_text(sections: dict[str, GuidelineSection]) -> None:
    # the lettered sentences of I.C.19.d.1 are a list and no headings
    left = re.compile(r"(?:\d{1,2}[.)]|[A-Za-z][.)]|\([a-z]+\)|Section [IVX]+\.) [A-Z]")
    found = {id for id, section in sections.items() if any(map(left.match, section.text.split("\n\n")))}
    assert found <= {"I.C.19.d.1"}


def test_a_heading_that_the_contents_leave_out_is_a_section(shared: Path) -> None:
    with Source.open(shared / "releases/icd10cm" / PDF["2026"]) as source:
        found = {section.id: section for section in hooks().codekit_guidelines(release("2026"), source)}
    assert (found["I.B.20"].title, found["I.B.20"].page) == ("Multiple Sites Coding", 19)
    assert found["I.B.20"].text.startswith("The classification defines “multiple”")
    assert "multiple" not in found["I.B.19.d"].text
    # the table of contents still has the title of the year before
    assert found["I.C.2.e"].title.startswith("Admissions/Encounters involving antineoplastic chemotherapy")


def test_text_is_whole_paragraphs(sections: dict[str, GuidelineSection]) -> None:
    paragraphs = sections["I.A.15"].text.split("\n\n")
    assert [paragraph[:20] for paragraph in paragraphs] == [
        "The word “with” or “",
        "For conditions not s",
        "The word “with” in t",
    ]
    assert sections["III"].text.split("\n\n")[2:5] == [
        "clinical evaluation; or",
        "therapeutic treatment; or",
        "diagnostic procedures; or",
    ]
    assert "• Coma scale" in sections["I.B.14"].text.split("\n\n")
    assert "Z15 Genetic susceptibility to disease" in sections["I.C.21.c.3"].text.split("\n\n")
    assert "Obstetrical conditions" in sections["Appendix I"].text.split("\n\n")


def test_no_sentence_is_broken_over_paragraphs(sections: dict[str, GuidelineSection]) -> None:
    for section in sections.values():
        for paragraph, following in pairwise(section.text.split("\n\n")):
            is_item = re.search(r"[.:;]$|; (?:or|and)$", paragraph) or following.startswith(("•", "a.", "b.", "c."))
            assert is_item or not following[0].islower(), (section.id, paragraph, following)


def references(section: GuidelineSection) -> list[str]:
    return [f"{r.first}-{r.last}" if r.last else r.first for r in section.applies_to]


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("I.C.4", ["E00-E89"]),  # its chapter
        ("I.C.4.a", ["E08-E13"]),  # the range that its text names within the chapter
        ("I.C.4.a.4", ["E08-E13"]),  # handed down
        ("I.C.4.a.3", ["E08-E13", "E11", "Z79", "Z79.4", "Z79.84", "Z79.85"]),  # and what its text names
        ("I.C.6.b.1", ["G89"]),  # the title of I.C.6.b
        ("I.C.1.d.8", ["A00-B99"]),  # not U07.1, which the title of the chapter names besides
        ("I.C.9.a.2", ["I00-I99", "I12", "N18"]),
        ("I.C.19.d.3", ["T20-T25", "T26-T28"]),
        ("I.A.15", []),
    ],
)
def test_sections_apply_to_the_codes_that_they_name(
    sections: dict[str, GuidelineSection], id: str, expected: list[str]
) -> None:
    assert references(sections[id]) == expected


def test_lists_of_categories_are_read(sections: dict[str, GuidelineSection]) -> None:
    assert {"Z14", "Z21", "Z66", "Z79", "Z97"} <= set(references(sections["I.C.21.c.3"]))
    assert "R40.21-R40.24" in references(sections["I.C.18.e.1"])


def test_instructions_of_the_tabular_list_are_sections() -> None:
    system = hooks()
    with Source.open(system.codekit_default_source() or ()) as source:
        found = list(system.codekit_guidelines(release("2026-04"), source))
    assert [section.id for section in found] == [f"Tabular.{number}" for number in range(1, 8)]
    assert found[2].title == "Excludes1"
    assert "NOT CODED HERE!" in found[2].text


def test_damaged_guidelines_are_an_error_and_other_documents_are_not(tmp_path: Path) -> None:
    (tmp_path / "other.pdf").write_bytes(b"%PDF-1.7 broken")
    with Source.open(tmp_path) as source:
        assert list(hooks().codekit_guidelines(release("2026"), source)) == []
    (tmp_path / "Guidelines.pdf").write_bytes(b"%PDF-1.7 broken")
    with Source.open(tmp_path) as source, pytest.raises(SourceError, match="not a readable PDF"):
        list(hooks().codekit_guidelines(release("2026"), source))
