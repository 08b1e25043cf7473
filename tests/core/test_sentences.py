"""Sentences: they end where a reader ends them, and their offsets are the note's own."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codekit.text.sentences import Sentence, split_sentences


def sentences(text: str) -> list[str]:
    return [text[one.start : one.end] for one in split_sentences(text, 0, len(text), "en")]


def test_full_stops_and_line_breaks_end_sentences() -> None:
    assert sentences("He coughs. He sneezes.\nNo fever") == ["He coughs.", "He sneezes.", "No fever"]


def test_a_wrapped_line_runs_on() -> None:
    text = "The patient is a tall woman who came to the clinic with\npain in the left knee."
    assert sentences(text) == [text]


@pytest.mark.parametrize("text", ["Temp was 38.5 today", "Dr. Smith saw her", "BP 120/80, HR 72"])
def test_a_dot_within_a_sentence_does_not_end_it(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("line", "bullet"),
    [("- gout", "-"), ("* gout", "*"), ("1. gout", "1."), ("2) gout", "2)"), ("• gout", "•"), ("#  gout", "#")],
)
def test_a_list_mark_is_told_apart_from_its_item(line: str, bullet: str) -> None:
    (item,) = split_sentences(line, 0, len(line), "en")
    assert (line[item.start : item.end], item.bullet, item.line_start) == ("gout", bullet, True)


def test_only_the_first_sentence_of_a_line_starts_it() -> None:
    text = "1. Gout. It is stable."
    assert [one.line_start for one in split_sentences(text, 0, len(text), "en")] == [True, False]


@pytest.mark.parametrize("text", ["", "   ", "\n \n", "\t\r\n"])
def test_white_space_has_no_sentences(text: str) -> None:
    assert sentences(text) == []


def test_line_ends_of_windows_are_no_part_of_a_sentence() -> None:
    assert sentences("He coughs\r\nShe sneezes\r\n") == ["He coughs", "She sneezes"]


@given(
    text=st.one_of(
        st.text(max_size=150),
        st.text(alphabet="ab. \n\r\t-1)?!’😀é", max_size=150),
        st.text("a ", min_size=990, max_size=2100),
    ),
    ends=st.tuples(st.integers(0, 150), st.integers(0, 3000)),
)
@settings(max_examples=150, deadline=None)
def test_sentences_lie_in_order_within_the_part_and_lose_no_word(text: str, ends: tuple[int, int]) -> None:
    start, end = min(ends[0], len(text)), min(sum(ends), len(text))
    found = split_sentences(text, start, end, "en")
    assert all(start <= one.start < one.end <= end for one in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(body == body.strip() for body in (text[one.start : one.end] for one in found))
    assert not any(
        character.isalpha() for character in uncovered(text[start:end], start, found) if character not in "ab"
    )


def uncovered(part: str, offset: int, found: list[Sentence]) -> str:
    """Give the characters outside sentences; `a` and `b` are left to the marks of lists such as `a)`."""
    rest = list(part)
    for one in found:
        for at in range(one.start - offset, one.end - offset):
            rest[at] = " "
    return "".join(rest)


def test_a_sentence_never_grows_without_bound() -> None:
    text = "pneumonia " * 5_000
    found = split_sentences(text, 0, len(text), "en")
    assert max(one.end - one.start for one in found) < 5_000
    assert all(text[one.start : one.end].startswith("pneumonia") for one in found)
