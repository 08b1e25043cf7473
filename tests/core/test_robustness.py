"""Any text at all: no note breaks the coder or loses an offset, and none takes time out of proportion."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codekit import Coder, CodingResult
from codekit.types import Assignment, Dropped, Evidence

CORPUS = sorted((Path(__file__).parents[1] / "corpus").glob("*.txt"))
MEGABYTE = 1_000_000
PROSE = "We spoke about the garden, the weather and the grandchildren. She will write to the school on Monday.\n"
NOTE = "Assessment:\n1. Gout\n2. Psoriasis\nThe patient has chest pain. Denies fever, no cough.\n"


def evidence_of(result: CodingResult) -> list[Evidence]:
    considered: tuple[Assignment | Dropped, ...] = (*result.assignments, *result.dropped)
    return [evidence for one in considered for evidence in one.evidence]


def texts_of(result: CodingResult) -> set[str]:
    return {evidence.text for evidence in evidence_of(result)}


def check(text: str, result: CodingResult) -> None:
    for evidence in evidence_of(result):
        assert evidence.text == text[evidence.start : evidence.end] != ""


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16-le"])
def test_every_text_of_the_corpus_is_coded(coder: Coder, path: Path, encoding: str) -> None:
    text = path.read_bytes().decode(encoding, errors="replace")
    check(text, coder.code(text))


@pytest.mark.parametrize("name", ["empty", "white_space", "only_punctuation", "only_triggers"])
def test_a_text_that_names_no_condition_has_no_codes(coder: Coder, name: str) -> None:
    text = next(path for path in CORPUS if path.stem == name).read_text(encoding="utf-8")
    assert coder.code(text).assignments == ()


@pytest.mark.parametrize(
    "name",
    [
        "crlf",
        "emoji",
        "tabs",
        "mixed_scripts",
        "nested_bullets",
        "separators",
        "old_mac",
        "right_to_left",
        "no_punctuation",
    ],
)
def test_odd_writing_does_not_hide_a_condition(coder: Coder, name: str) -> None:
    text = next(path for path in CORPUS if path.stem == name).read_bytes().decode("utf-8")
    assert any("gout" in found.lower() for found in texts_of(coder.code(text)))


@pytest.mark.parametrize("text", ["Assessment:\r1. Gout\r2. Psoriasis\r", "Assessment:\n1. Gout 痛風\n2. Psoriasis\n"])
def test_odd_writing_does_not_hide_a_code(coder: Coder, text: str) -> None:
    assert [one.code for one in coder.code(text).assignments] == ["M10.9", "L40.9"]


def test_lone_surrogates_are_no_trouble(coder: Coder) -> None:
    text = "Assessment:\n1. \ud83d Gout \udc00\n"
    check(text, coder.code(text))


@given(text=st.text(st.characters(), max_size=300))
@settings(max_examples=80, deadline=None)
def test_any_text_is_coded(coder: Coder, text: str) -> None:
    check(text, coder.code(text))


@given(
    base=st.sampled_from(CORPUS),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.sampled_from("\0\n\r\t .:😀́İ\u202e")), max_size=15),
)
@settings(max_examples=60, deadline=None)
def test_damaged_notes_are_coded(coder: Coder, base: Path, cuts: list[tuple[float, str]]) -> None:
    text = base.read_bytes().decode("utf-8", errors="replace")
    for share, character in cuts:
        at = int(share * len(text))
        text = text[:at] + character + text[at + 1 :]
    check(text, coder.code(text))


LONG = {
    "headings": "Assessment:\n" * 10_000,
    "headings of all kinds": "Assessment:\nPlan:\nFamily History:\n" * 3_334,
    "one line": PROSE.replace("\n", " ") * 1_000,
    "one word": "a" * MEGABYTE,
    "unknown words": " ".join(f"w{number}" for number in range(20_000)),
    "no white space": "table," * 20_000,
    "hyphens": "a-" * (MEGABYTE // 10),
    "apostrophes": "a'" * (MEGABYTE // 10),
    "full stops": "." * (MEGABYTE // 4),
    "question marks": "? " * (MEGABYTE // 10),
    "line breaks": "\n" * (MEGABYTE // 4),
    "spaces": " " * (MEGABYTE // 4),
    "spaces behind a heading": ("Assessment" + " " * 500) * 500,
    "list marks": "- " * (MEGABYTE // 10),
    "deep bullets": "".join("\t" * (depth % 400) + "- item\n" for depth in range(2_000)),
    "trigger words": "no history of " * 10_000,
    "brackets": "(" * 100_000 + ")" * 100_000,
    "emoji": "😀" * (MEGABYTE // 2),
    "combining marks": "e" + "\u0301" * (MEGABYTE // 2),
    "null characters": "\0" * (MEGABYTE // 4),
    "wrapped lines": ("x" * 60 + "\n") * 10_000,
}


@pytest.mark.parametrize("name", LONG)
def test_long_texts_without_a_condition_are_coded(coder: Coder, name: str) -> None:
    assert coder.code(LONG[name]).assignments == ()


def test_five_megabytes_of_prose_are_coded(coder: Coder) -> None:
    text = PROSE * (5 * MEGABYTE // len(PROSE))
    assert coder.code(text).assignments == ()


def test_a_condition_behind_a_long_text_keeps_its_offset(coder: Coder) -> None:
    text = "😀" * 20_000 + "\n" + PROSE * 200 + "Assessment:\n1. Gout\n"
    (gout,) = (one for one in coder.code(text).assignments if one.code == "M10.9")
    assert text[gout.evidence[0].start :] == "Gout\n"


def test_a_megabyte_of_notes_is_coded(coder: Coder) -> None:
    text = NOTE * (MEGABYTE // len(NOTE))
    assert {one.code for one in coder.code(text).assignments} == {"M10.9", "L40.9"}


def test_the_corpus_is_there() -> None:
    assert len(CORPUS) >= 15
    assert not any(one.stem == other.stem for one, other in itertools.pairwise(CORPUS))
    assert b"\r\n" in next(path for path in CORPUS if path.stem == "crlf").read_bytes()
