"""Tokens: one form for one meaning, and the span of the note that each comes from."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codekit.text.tables import english

content_words, tokenize = english().content_words, english().tokenize
spelling = english().vocabulary.spelling


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fractures", "fracture"),
        ("anaemia", "anemia"),
        ("oedema", "edema"),
        ("oesophagitis", "esophagitis"),
        ("haemorrhage", "hemorrhage"),
        ("diarrhoea", "diarrhea"),
        ("Alzheimer's disease", "Alzheimer’s disease"),
        ("Alzheimer's disease", "alzheimer disease"),
        ("kidneys", "renal"),
        ("HTN", "hypertension"),
        ("COPD", "chronic obstructive pulmonary disease"),
        ("gastro-oesophageal reflux", "gastroesophageal reflux"),
        ("type II diabetes", "type 2 diabetes"),
        ("diagnoses", "diagnosis"),
        ("metastases", "metastasis"),
        ("biopsies", "biopsy"),
        ("feet", "foot"),
        ("Ménière's disease", "Meniere disease"),
        ("Sjögren syndrome", "Sjogren's syndrome"),
        ("PVCs", "PVC"),
    ],
)
def test_two_ways_to_write_one_thing_have_the_same_words(one: str, other: str) -> None:
    assert set(content_words(one)) == set(content_words(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("diabetes", "diabete"),
        ("pus", "pu"),
        ("left", "right"),
        ("hypotension", "hypertension"),
        ("ALL", "all"),
        ("mycoplasma pneumonia", "mycoplasma pneumoniae"),
    ],
)
def test_different_things_keep_different_words(one: str, other: str) -> None:
    assert set(content_words(one)) != set(content_words(other))


def test_stop_words_are_tokens_but_no_content() -> None:
    assert [token.word for token in tokenize("pain of the knee") if token.stop] == ["of", "the"]
    assert content_words("pain of the knee, pain") == ("pain", "knee")


def test_an_abbreviation_gives_its_words_the_span_of_the_abbreviation() -> None:
    text = "She has COPD today"
    spans = {text[token.start : token.end] for token in tokenize(text) if token.word in ("chronic", "obstructive")}
    assert spans == {"COPD"}


def test_punctuation_takes_words_apart() -> None:
    def distance(text: str) -> int:
        first, second = tokenize(text)
        return second.position - first.position

    assert distance("knee pain") < distance("knee, pain") < distance("knee; pain")


@given(word=st.one_of(st.text(max_size=20), st.text(alphabet="aeosxhubricdny'’", max_size=12)))
@settings(max_examples=400, deadline=None)
def test_folding_a_word_again_changes_nothing(word: str) -> None:
    once = spelling.normalize(word)
    assert spelling.normalize(once) == once


@given(text=st.one_of(st.text(max_size=200), st.text("aBc HTN-/&'’.,é́😀\n", max_size=100)), offset=st.integers(0, 99))
@settings(max_examples=200, deadline=None)
def test_tokens_lie_in_order_within_the_text(text: str, offset: int) -> None:
    tokens = tokenize(text, offset=offset)
    assert all(offset <= token.start < token.end <= offset + len(text) for token in tokens)
    assert all(token.word and token.word == token.word.lower() for token in tokens)
    assert all(a.start <= b.start and a.position <= b.position for a, b in pairwise(tokens))


@given(text=st.text(max_size=100))
@settings(max_examples=100, deadline=None)
def test_content_words_do_not_depend_on_case_and_spacing_of_plain_words(text: str) -> None:
    plain = " ".join(part for part in text.split() if part.isascii() and part.isalpha() and len(part) > 5)
    assert content_words(plain.lower()) == content_words(f"  {plain.lower().replace(' ', '   ')}\t")


def test_a_hyphen_splits_words_but_not_prefixes() -> None:
    assert spelling.split("follow-up") == ("follow", "up")
    assert spelling.split("post-traumatic") == spelling.split("posttraumatic")
