"""`codekit guidelines` as people and programs see it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Codekit = Callable[..., Result]


@pytest.fixture
def guidelines(codekit: Codekit, guided_home: Path, monkeypatch: pytest.MonkeyPatch) -> Codekit:
    monkeypatch.setenv("CODEKIT_HOME", str(guided_home))
    monkeypatch.setenv("COLUMNS", "90")

    def call(*arguments: object) -> Result:
        return codekit("guidelines", *arguments, "--edition", "2026-04", system="icd10cm")

    return call


def test_a_section_is_printed_with_its_place_and_source(guidelines: Codekit) -> None:
    ran = guidelines("i.c.1.d.1.a.ii")
    assert (ran.exit_code, ran.stderr) == (0, "")
    lines = ran.stdout.splitlines()
    assert lines[0].startswith("ICD-10-CM 2026-04+")
    assert lines[1:3] == ["", "Coding of Sepsis and Severe Sepsis > Sepsis"]
    assert lines[3] == "I.C.1.d.1.a.ii  Urosepsis"
    assert lines[4].startswith("  The term urosepsis is a nonspecific term.")
    assert " ".join(lines[-2:]).split() == (
        "[ICD-10-CM FY2026, April update, guidelines, section I.C.1.d.1.a.ii, page 23; the section]".split()
    )
    assert max(map(len, lines)) <= 90


def test_a_code_says_when_there_is_more(guidelines: Codekit) -> None:
    ran = guidelines("E11.22", "--limit", 2)
    assert ran.exit_code == 0
    assert "I.C.4.a.2  Type of diabetes mellitus not documented" in ran.stdout
    assert "applies to E11]" in ran.stdout
    assert ran.stderr == "there are more sections; --limit 4 shows more\n"


def test_json_has_every_field(guidelines: Codekit) -> None:
    data = json.loads(guidelines("N18.3", "--limit", 1, "--format", "json").stdout)
    assert list(data) == ["schema", "system", "edition", "query", "more", "passages"]
    assert (data["schema"], data["system"], data["query"], data["more"]) == (1, "icd10cm", "N18.3", True)
    (passage,) = data["passages"]
    text = passage.pop("text")
    assert text.startswith("The ICD-10-CM classifies CKD based on severity.")
    assert passage == {
        "id": "I.C.14.a.1",
        "title": "Stages of chronic kidney disease (CKD)",
        "path": [
            {"id": "I", "title": "Conventions, general coding guidelines and chapter specific guidelines"},
            {"id": "I.C", "title": "Chapter-Specific Coding Guidelines"},
            {"id": "I.C.14", "title": "Chapter 14: Diseases of Genitourinary System (N00-N99)"},
            {"id": "I.C.14.a", "title": "Chronic kidney disease"},
        ],
        "page": 62,
        "applies_to": [
            {"first": "N00", "last": "N99"},
            {"first": "N18.2", "last": None},
            {"first": "N18.30", "last": "N18.32"},
            {"first": "N18.4", "last": None},
            {"first": "N18.6", "last": None},
        ],
        "source": "ICD-10-CM FY2026, April update, guidelines, section I.C.14.a.1, page 62",
        "score": passage["score"],
        "reason": "applies to N18.30-N18.32",
    }


def test_several_words_are_one_query_and_no_hit_is_no_error(guidelines: Codekit) -> None:
    assert "IV.H  Uncertain diagnosis" in guidelines("uncertain", "diagnosis", "outpatient").stdout
    ran = guidelines("flurble")
    assert ran.exit_code == 0
    assert "nothing found for 'flurble'" in ran.stdout
    assert json.loads(guidelines("flurble", "--format", "json").stdout)["passages"] == []


@pytest.mark.parametrize(("query", "said"), [("E11.99", "unknown code 'E11.99'"), ("I.C.99", "I.C has I.C.1, I.C.2")])
def test_what_is_unknown_is_a_usage_error(guidelines: Codekit, query: str, said: str) -> None:
    ran = guidelines(query)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert said in ran.stderr


def test_an_edition_without_guidelines_is_an_error(codekit: Codekit) -> None:
    ran = codekit("guidelines", "T10")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "has no guidelines" in ran.stderr
    assert "codekit editions add RELEASE.zip GUIDELINES.pdf" in ran.stderr
