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


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        pytest.param("gastric ulcer with hemorrhage", "K25.4", id="chronic or unspecified"),
        pytest.param("neoplasm of brain", "D49.6", id="of unspecified behavior"),
        pytest.param("malignant neoplasm of right bronchus or lung", "C34.91", id="of unspecified part"),
        pytest.param("other tear of medial meniscus, right knee", "S83.241", id="current injury"),
        pytest.param("allergic contact dermatitis due to plants", "L23.7", id="except food"),
        pytest.param("spondylosis, lumbar region", "M47.816", id="without, in the middle"),
        pytest.param("laceration of right thumb", "S61.011", id="without, twice"),
        pytest.param("stenosis of right carotid artery", "I65.21", id="and, in front of its place"),
        pytest.param("acute hepatic failure", "K72.0", id="and, of two courses"),
        pytest.param("primary osteoarthritis, left ankle", "M19.072", id="and, at the end"),
        pytest.param("intestinal bands with obstruction", "K56.5", id="a bracket in the middle"),
        pytest.param("major depressive disorder, mild", "F32.0", id="single episode"),
    ],
)
def test_a_title_gives_the_phrases_that_leave_out_what_need_not_be_said(
    embedded: Classification, phrase: str, code: str
) -> None:
    assert (code,) in {term.codes for term in embedded.terms if term.path[0].lower() == phrase}


@pytest.mark.parametrize(
    "phrase", ["abscess of any part", "incontinence", "herpes simplex infections", "strain of muscle"]
)
def test_what_says_another_thing_is_not_derived(embedded: Classification, phrase: str) -> None:
    found = {term.codes[0] for term in embedded.terms if term.path[0].lower() == phrase and len(term.path) == 1}
    assert found <= {"B00"}
