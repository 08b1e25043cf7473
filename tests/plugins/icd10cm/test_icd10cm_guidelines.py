from __future__ import annotations

from pathlib import Path

import pytest

from codekit.editions.source import Source
from codekit.errors import SourceError
from codekit.types import CodeReference, GuidelineSection, Release
from codekit_icd10cm.system import Icd10cm

PDF = {
    "2025-04": "fy2025/ICD-10-CM-April-1-FY25-Guidelines.pdf",
    "2026": "fy2026/ICD-10-CM-October-2025-Guidelines.pdf",
}


def release(version: str) -> Release:
    return next(known for known in Icd10cm().codekit_releases() if known.version == version)


@pytest.fixture(scope="module", params=PDF)
def sections(request: pytest.FixtureRequest, shared: Path) -> dict[str, GuidelineSection]:
    with Source.open(shared / "releases/icd10cm" / PDF[request.param]) as source:
        found = list(Icd10cm().codekit_guidelines(release(request.param), source))
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


def test_text_is_whole_paragraphs(sections: dict[str, GuidelineSection]) -> None:
    paragraphs = sections["I.A.15"].text.split("\n\n")
    assert [paragraph[:20] for paragraph in paragraphs] == [
        "The word “with” or “",
        "For conditions not s",
        "The word “with” in t",
    ]


def test_sections_apply_to_the_codes_of_their_title_or_chapter(sections: dict[str, GuidelineSection]) -> None:
    assert sections["I.C.4.a.3"].applies_to == (CodeReference(first="E00", last="E89"),)
    assert sections["I.C.6.b.1"].applies_to == (CodeReference(first="G89"),)
    assert sections["I.A.15"].applies_to == ()


def test_instructions_of_the_tabular_list_are_sections() -> None:
    system = Icd10cm()
    with Source.open(system.codekit_default_source() or ()) as source:
        found = list(system.codekit_guidelines(release("2026-04"), source))
    assert [section.id for section in found] == [f"Tabular.{number}" for number in range(1, 8)]
    assert found[2].title == "Excludes1"
    assert "NOT CODED HERE!" in found[2].text


def test_damaged_guidelines_are_an_error_and_other_documents_are_not(tmp_path: Path) -> None:
    (tmp_path / "other.pdf").write_bytes(b"%PDF-1.7 broken")
    with Source.open(tmp_path) as source:
        assert list(Icd10cm().codekit_guidelines(release("2026"), source)) == []
    (tmp_path / "Guidelines.pdf").write_bytes(b"%PDF-1.7 broken")
    with Source.open(tmp_path) as source, pytest.raises(SourceError, match="not a readable PDF"):
        list(Icd10cm().codekit_guidelines(release("2026"), source))
