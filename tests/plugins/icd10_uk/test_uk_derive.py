"""Index entries from titles, as core derives them for any system."""

from __future__ import annotations

import pytest

from codekit import Coder
from codekit.derive import Wording, derive_terms, split_parentheses, synonyms, variants
from codekit.types import Code, CodeKind, IndexTable, NoteKind, TabularNote


def row(code: str, title: str, *inclusions: str, parent: str | None = None) -> Code:
    notes = tuple(TabularNote(kind=NoteKind.INCLUSION_TERM, text=text) for text in inclusions)
    return Code(code=code, title=title, kind=CodeKind.CODE, parent=parent, notes=notes)


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("Ache, unspecified", {"Ache, unspecified", "Ache"}),
        ("Ache NOS", {"Ache NOS", "Ache"}),
        ("Ache, not elsewhere classified", {"Ache, not elsewhere classified", "Ache"}),
        ("Ache [Pain]", {"Ache", "Pain"}),
        ("Nausea and vomiting", {"Nausea and vomiting", "Nausea", "vomiting"}),
        ("Sugar disease without complications", {"Sugar disease without complications", "Sugar disease"}),
    ],
)
def test_a_title_stands_for_its_phrases(text: str, phrases: set[str]) -> None:
    assert {phrase for phrase, _ in variants(text, title=True)} == phrases


def test_brackets_and_parentheses() -> None:
    assert list(synonyms("Disease of [the] heart")) == ["Disease of heart", "Disease of the heart"]
    assert split_parentheses("Essential (primary) ache") == ("Essential ache", ("primary",))


def test_a_weak_phrase_gives_way_to_a_row_that_prints_it() -> None:
    rows = [row("a", "Nausea and vomiting"), row("b", "Nausea")]
    found = {(term.path, term.codes) for term in derive_terms(rows)}
    assert (("Nausea",), ("b",)) in found
    assert (("Nausea",), ("a",)) not in found
    assert (("vomiting",), ("a",)) in found


def _code_beside(row: Code, phrase: str) -> tuple[str, ...]:
    return (row.code, phrase.upper())


def test_a_system_adds_what_is_its_own() -> None:
    (term,) = derive_terms([row("a", "Ache")], Wording(beside=_code_beside))
    assert (term.id, term.path, term.table) == ("x:1", ("Ache", "a", "ACHE"), IndexTable.DERIVED)


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        ("Atrial fibrillation", "I48.9"),  # each half of a title that says two conditions in full
        ("atrial flutter", "I48.9"),
        ("Escherichia coli", "B96.2"),  # an organism as the cause of a disease
        ("Non-ST elevation myocardial infarction", "I21.4"),  # a word that no title has
    ],
)
def test_what_the_plugin_adds_to_titles(uk: Coder, phrase: str, code: str) -> None:
    assert phrase in {term.path[0] for term in uk.edition.terms_for(code)}
