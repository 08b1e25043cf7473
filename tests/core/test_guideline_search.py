"""Guidelines are found by code, by section and by words, on the real ones of FY2026."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from codekit import Coder
from codekit.editions.edition import Edition
from codekit.editions.store import EditionStore
from codekit.errors import EditionError, UnknownCodeError, UsageError
from codekit.plugins.hookspecs import hookimpl
from codekit.search.guidelines import find_guidelines, retrieve_guidelines
from codekit.system import System
from codekit.text.tables import english
from codekit.types import GuidelineSection, Passage, SystemInfo


@pytest.fixture(scope="module")
def edition(guided_home: Path) -> Iterator[Edition]:
    store = EditionStore(System.open("icd10cm"), guided_home / "editions")
    with store.open(store.list()[0].label) as opened:
        yield opened


def ids(query: str, edition: Edition, limit: int = 1000) -> list[str]:
    return [passage.section.id for passage in retrieve_guidelines(query, edition, limit, english())]


@pytest.mark.parametrize(
    ("code", "first", "also"),
    [
        ("E11.22", ["I.C.4.a.2", "I.C.4.a.3", "I.C.4.a", "I.C.4.a.1"], ["I.C.15.g", "I.C.4.b"]),
        ("N18.3", ["I.C.14.a.1", "I.C.9.a.2", "I.C.9.a.3", "I.C.14.a.2"], ["I.C.14.a.3", "I.B.3"]),
        ("g893", ["I.C.6.b.5"], ["I.C.6.b.1", "I.C.6.a"]),
        ("U07.1", ["I.C.1.g.1.a"], ["I.C.15.s", "I.C.16.h"]),
        ("S72.001A", ["I.C.19.c"], ["I.C.19.a", "I.C.19.c.1"]),
        ("Z79.4", ["I.C.4.a.3", "I.C.4.a.6.a", "I.C.15.i", "I.C.21.c.3"], []),
        ("E11.-", ["I.C.4.a.2", "I.C.4.a.3", "I.C.4.a.1.b"], []),
    ],
)
def test_a_code_finds_what_applies_to_it_the_most_specific_first(
    edition: Edition, code: str, first: list[str], also: list[str]
) -> None:
    found = ids(code, edition)
    assert found[: len(first)] == first
    assert set(also) <= set(found[len(first) :])
    assert not any(id.startswith(("I.C.2.", "I.C.7")) for id in found)


def test_passages_say_why_and_score_between_0_and_1(edition: Edition) -> None:
    for query in ("E11.22", "N18", "I.C.4", "uncertain diagnosis", "V00-V09", "20"):
        found = retrieve_guidelines(query, edition, 500, english())
        scores = [passage.score for passage in found]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 1 for score in scores)
        assert all(passage.reason for passage in found)
        assert retrieve_guidelines(query, edition, 2, english()) == found[:2]
    assert retrieve_guidelines("E11.22", edition, 1, english())[0].reason == "applies to E11"
    assert retrieve_guidelines("uncertain diagnoses", edition, 1, english())[0].reason == "has uncertain, diagnosis"


@pytest.mark.parametrize("query", ["I.C.4.b", "i.c.4.B", "Section I.C.4.b", "section I.C.4. b.", " I.C.4.b. "])
def test_a_section_is_found_as_people_write_it_with_what_is_below_it(edition: Edition, query: str) -> None:
    assert ids(query, edition) == ["I.C.4.b", "I.C.4.b.1"]


def test_a_section_does_not_take_its_neighbour_for_a_part_of_it(edition: Edition) -> None:
    assert all(id == "I.C.2" or id.startswith("I.C.2.") for id in ids("I.C.2", edition))
    assert ids("appendix I", edition) == ["Appendix I"]
    assert ids("I", edition)[-1].startswith("I.C.22")


def test_every_section_is_found_by_its_id(edition: Edition) -> None:
    for section in edition.guidelines():
        assert ids(section.id.lower(), edition, 1) == [section.id]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("uncertain diagnosis outpatient", {"IV.H"}),
        ("long-term insulin", {"I.C.4.a.3", "I.C.4.a.6.a"}),
        ("CKD with hypertension", {"I.C.9.a.2", "I.C.9.a.3"}),
        ("present on admission obstetrical", {"Appendix I"}),
        ("urosepsis", {"I.C.1.d.1.a.ii"}),
        ("COVID-19 screening", {"I.C.1.g.1.f"}),
    ],
)
def test_words_find_the_sections_that_have_them(edition: Edition, query: str, expected: set[str]) -> None:
    assert expected <= set(ids(query, edition, 5))


def test_words_that_no_section_has_find_nothing(edition: Edition) -> None:
    assert ids("flurble", edition) == []
    assert ids("B12", edition) == []
    assert ids("the of", edition) == []


@pytest.mark.parametrize(
    ("query", "error", "said"),
    [
        ("E11.99", UnknownCodeError, "unknown code 'E11.99'"),
        ("I.C.4.z", UsageError, r"unknown guideline section 'I\.C\.4\.z' .* I\.C\.4 has I\.C\.4\.a and I\.C\.4\.b$"),
        ("IV.H.7", UsageError, r"IV\.H has no sections below it"),
        ("X.1", UsageError, r"it has .*I, II, III, IV and Appendix I\. "),
    ],
)
def test_unknown_codes_and_sections_are_refused(
    edition: Edition, query: str, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        retrieve_guidelines(query, edition, 10, english())


def test_an_edition_without_guidelines_says_how_to_add_them(coder: Coder) -> None:
    with pytest.raises(EditionError, match=r"no section .* names a code\. .*editions add RELEASE\.zip GUIDELINES\.pdf"):
        retrieve_guidelines("E11.22", coder.edition, 10, english())
    assert ids("excludes1", coder.edition, 1) == ["Tabular.3"]


class Answering:
    """Hooks that answer one query by themselves."""

    @hookimpl
    def codekit_retrieve_guidelines(self, query: str) -> Sequence[Passage] | None:
        if query != "mine":
            return None
        section = GuidelineSection(id="M.1", title="Mine", text="", page=1)
        return [Passage(section=section, score=1.0, reason="asked for")] * 3


def test_a_plugin_may_answer_and_core_answers_where_it_does_not(edition: Edition) -> None:
    system = System(SystemInfo(id="mine", name="Mine", uri="urn:mine"), "mine", Answering(), {})
    assert [passage.section.id for passage in find_guidelines(system, edition, "mine", 2)] == ["M.1", "M.1"]
    assert [p.section.id for p in find_guidelines(system, edition, "I.A.15", 2)] == ["I.A.15"]
