from __future__ import annotations

import pytest

from codekit.types import Classification, IndexTable


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        ("Heart failure", "I50.9"),
        ("Type 2 diabetes mellitus", "E11.9"),
        ("asthma", "J45.909"),
        ("HIV disease", "B20"),
        ("Human immunodeficiency virus disease", "B20"),
        ("hypertension", "I10"),
        ("Pneumonia", "J18.9"),
        ("Urinary tract infection", "N39.0"),
        ("Gastro-esophageal reflux disease", "K21.9"),
        ("Chronic obstructive pulmonary disease", "J44.9"),
        ("Migraine", "G43.909"),
    ],
)
def test_bare_diagnosis_leads_to_its_default_code(embedded: Classification, phrase: str, code: str) -> None:
    assert embedded.derived_index
    found = {term.codes for term in embedded.terms if term.path[0].lower() == phrase.lower()}
    assert (code,) in found


def test_title_without_something_gives_way_to_the_unspecified_code(embedded: Classification) -> None:
    migraine = {term.codes[0] for term in embedded.terms if term.path[0].lower() == "migraine"}
    assert migraine == {"G43", "G43.9", "G43.90", "G43.909"}


def test_parentheses_become_nonessential_modifiers(embedded: Classification) -> None:
    term = next(term for term in embedded.terms if term.codes == ("I10",) and term.path == ("hypertension",))
    assert "essential" in term.nonessential_modifiers


def test_only_base_codes_are_derived_and_residual_titles_keep_their_other(embedded: Classification) -> None:
    expanded = {code.code for code in embedded.codes if "seventh_character" in code.attributes}
    assert {term.table for term in embedded.terms} == {IndexTable.DERIVED, IndexTable.EXTERNAL_CAUSES}
    assert not any(expanded & set(term.codes) for term in embedded.terms)
    assert any(term.path == ("Other heart failure",) for term in embedded.terms)
