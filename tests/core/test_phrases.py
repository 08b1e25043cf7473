"""The notation of phrases, whatever it says, and the form of tables."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codekit.errors import PhraseError
from codekit.plugin import PhraseBook, PhraseRow, PhraseTable
from codekit.text.notation import (
    Gap,
    Group,
    Joint,
    Part,
    Phrase,
    Slot,
    Term,
    Word,
    compile_phrase,
    cues,
    fold,
    parse_phrase,
)

_LETTERS = "abflusißİıſKΣé" + "FLU"
_WORDS = st.text(_LETTERS, min_size=1, max_size=4)
_SLOTS = st.sampled_from([Slot("number"), Slot("word"), Slot("weeks"), Slot("number", 1, 40), Slot("thing")])
_LISTS = {"thing": parse_phrase("fig leaf | plum")}
# Texts of which many hold what a phrase asks for, in part or whole, in any case.
_TEXTS = st.lists(
    st.one_of(
        _WORDS, st.sampled_from(["fig", "Leaf", "PLUM", "12", "3.5", "32w4d", ",", ".", "(", " ", "\n", "-", "of"])
    ),
    max_size=12,
).map(" ".join)


@st.composite
def _phrases(draw: st.DrawFn, depth: int = 2) -> Phrase:
    """Draw a phrase of the notation, down to some depth of groups."""

    def part() -> Part:
        kind = draw(st.integers(0, 3 if depth else 2))
        if kind == 0:
            return draw(_SLOTS)
        return Word(draw(_WORDS)) if kind < 3 else Group(draw(_phrases(depth - 1)))

    def needed() -> Term:
        parts = [part()]
        if isinstance(parts[0], Slot) and parts[0].name != "word" and draw(st.booleans()):
            parts += [*draw(st.sampled_from([(), (Joint(),)])), Word(draw(_WORDS), draw(st.booleans()))]
        return Term(tuple(parts))

    def optional() -> Term:
        return Term((Group(draw(_phrases(depth - 1)), optional=True),))

    def option() -> tuple[Term, ...]:
        terms = [optional()] if depth and draw(st.booleans()) else []
        terms.append(needed())
        for kind in draw(st.lists(st.integers(0, 2), max_size=3)):
            if kind == 0:
                terms.append(Term((Gap(draw(st.integers(0, 4))),)))
            elif draw(st.booleans()):
                terms[-1] = attrs.evolve(terms[-1], comma=True)
            terms.append(optional() if kind == 1 and depth else needed())
        return tuple(terms)

    return Phrase(tuple(option() for _ in range(draw(st.integers(1, 3)))))


def _say(draw: st.DrawFn, phrase: Phrase) -> str:
    """Write a text that a phrase describes."""
    said = ""
    for term in draw(st.sampled_from(phrase.options)):
        if term.gap:
            said += "of " * draw(st.integers(0, term.gap.most))
            continue
        word = "".join(_say_part(draw, part) for part in term.parts)
        said += f"{word}{',' * (term.comma and draw(st.booleans()))} " if word else ""
    return said.rstrip(" ,")


_FILLED = {"number": ("12", "3.5"), "weeks": ("12", "32 4/7", "32w4d", "20+3"), "word": ("fig", "12", "naïve")}


def _say_part(draw: st.DrawFn, part: Part) -> str:
    if isinstance(part, Word):
        lower = part.text.isascii() and part.text.islower()
        return draw(st.sampled_from([part.text, part.text.upper()])) if lower else part.text
    if isinstance(part, Group):
        return "" if part.optional and draw(st.booleans()) else _say(draw, part.phrase)
    if isinstance(part, Slot) and part.name in _LISTS:
        return _say(draw, _LISTS[part.name])
    return draw(st.sampled_from(_FILLED[part.name] if isinstance(part, Slot) else ("", "-", " ")))


@settings(deadline=None)
@given(_phrases(), st.data(), _TEXTS, _TEXTS)
def test_what_a_phrase_describes_is_found(phrase: Phrase, data: st.DataObject, before: str, behind: str) -> None:
    said = _say(data.draw, phrase)
    row = PhraseRow(id="row", phrase=phrase, source="s", section="s", lists=_LISTS)
    assert any(one.end for one in row.matches(said, 0, len(said)))
    text = f"{before} {said} {behind}"
    found = list(row.matches(text, 0, len(text)))
    if row.cues:
        assert found
        assert list(PhraseTable(name="t.t", rows=(row,)).find(text)) == found


@settings(deadline=None)
@given(_phrases())
def test_what_is_written_is_read_again(phrase: Phrase) -> None:
    assert parse_phrase(str(phrase)) == phrase


@settings(deadline=None)
@given(_phrases(), _TEXTS)
def test_whatever_matches_holds_a_cue_and_lies_within_the_text(phrase: Phrase, text: str) -> None:
    row = PhraseRow(id="row", phrase=phrase, source="s", section="s", lists=_LISTS)
    found = list(row.matches(text, 0, len(text)))
    for match in found:
        assert 0 <= match.start < match.end <= len(text)
        assert all(match.start <= start <= end <= match.end for start, end in match.slots.values())
        said = fold(text[match.start : match.end])
        assert all(any(cue in said for cue in words) for words in row.cues)
    assert [one.end for one in found[:-1]] <= [one.start for one in found[1:]]
    if row.cues:
        assert list(PhraseTable(name="t.t", rows=(row,)).find(text)) == found


def test_letters_that_match_in_any_case_are_folded_alike() -> None:
    """A cue is looked for in a folded text, so that folding must be no finer than the matching of any letter."""
    for letter in map(chr, range(sys.maxunicode + 1)):
        if letter == letter.lower() == letter.upper() == letter.casefold():
            continue
        for other in {letter.lower(), letter.upper(), letter.casefold(), "i", "s", "k"}:
            if len(other) == 1 and re.fullmatch(f"(?i:{re.escape(other)})", letter):
                assert fold(other) in fold(letter), (letter, other)


def _steps(phrase: str, text: str) -> float:
    """Measure what a search costs, in process time, the least of several."""
    from time import process_time

    pattern = compile_phrase(parse_phrase(phrase), _LISTS).pattern
    costs = []
    for _ in range(5):
        start = process_time()
        assert not list(pattern.finditer(text))
        costs.append(process_time() - start)
    return min(costs)


@pytest.mark.parametrize(
    ("phrase", "piece"),
    [
        ("a b", "a " + " " * 50),
        ("[a] [a] [a] b", "a "),
        ("a ...5 a ...5 b", "a "),
        ("a ...9 b", "a, "),
        ("[<word>] [<word>] [<word>] b", "aa "),
        ("<number> b", "1.1,"),
        ("<weeks> b", "32 4/7 "),
        ("a* b", "aaaaaaaaaa"),
        ("{a|a a|[a] a} {a|a a} b", "a "),
    ],
)
def test_time_grows_with_the_length_and_no_faster(phrase: str, piece: str) -> None:
    short, long = _steps(phrase, piece * 2_000), _steps(phrase, piece * 16_000)
    assert long < 8 * short * 3 + 0.05


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("chest pain", "No Chest\n pain, chest painful", ["Chest\n pain"]),
        ("VAP", "VAP, vap, VAPING", ["VAP"]),
        ("pick~up", "pickup pick-up pick up pick  up", ["pickup", "pick-up", "pick up"]),
        ("motorcycl*", "Motorcycles and a motorcyclist", ["Motorcycles", "motorcyclist"]),
        ("{by|with} [the|a] [<word>] train", "by train, with the big train", ["by train", "with the big train"]),
        ("[hemo]dialysis", "hemodialysis dialysis hemo", ["hemodialysis", "dialysis"]),
        ("flu, due to", "flu due to flu, due to flu , due to", ["flu due to", "flu, due to"]),
        ("flu, [as always] due to", "flu due to, flu, due to", ["flu due to", "flu, due to"]),
        ("bmi ...2 <number>", "BMI 31. BMI is now: 32.5; bmi. 33, BMI a b c 34", ["BMI 31", "BMI is now: 32.5"]),
        ("<number 10-49>~kg", "12 kg, 7kg, 112 kg, 1.12 kg, 20.5kg", ["12 kg", "20.5kg"]),
        ("<weeks> weeks", "32+4 weeks, 32 4/7 weeks, 32w4d weeks", ["32+4 weeks", "32 4/7 weeks", "32w4d weeks"]),
        ("flu [(]<thing>[)]", "flu (plum) flu fig leaf", ["flu (plum)", "flu fig leaf"]),
    ],
)
def test_notation(phrase: str, text: str, found: list[str]) -> None:
    row = PhraseRow(id="row", phrase=parse_phrase(phrase), source="s", section="s", lists=_LISTS)
    assert [text[one.start : one.end] for one in row.matches(text, 0, len(text))] == found


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("{influenza|flu} [virus]", [{"flu"}]),
        ("by [a] train", [{"train"}, {"by"}]),
        ("pick~up <thing>", [{"pick"}, {"leaf", "plum"}, {"up"}]),
        ("<number>w", [{f"{digit}w" for digit in range(10)}]),
        ("flu | pain at rest", [{"flu", "pain"}]),
        ("flu | <number>", []),
    ],
)
def test_cues(phrase: str, expected: list[set[str]]) -> None:
    assert list(cues(parse_phrase(phrase), _LISTS)) == expected


Write = Callable[[str], PhraseBook]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(text: str) -> PhraseBook:
        (tmp_path / "file.toml").write_text(text, encoding="utf-8")
        return PhraseBook(tmp_path)

    return put


_ROW = '[[phrase]]\nid = "one"\nphrase = "a plum"\nsource = "s"\nsection = "1"\n'


def test_rows_are_tried_in_order(write: Write) -> None:
    book = write(_ROW + _ROW.replace("one", "two").replace("a plum", "plum [jam]"))
    table = book["file.phrase"]
    text = "A plum, a plum jam."
    assert [(one.row.id, one.start) for one in table.find(text)] == [("one", 0), ("one", 8), ("two", 2), ("two", 10)]
    assert [(one.row.id, one.start) for one in table.find_apart(text)] == [("one", 0), ("one", 8)]
    first = table.first("plum, a plum")
    assert first is not None
    assert (first.row.id, first.start) == ("one", 6)
    assert [row.id for row in book.without("file.phrase", "one")["file.phrase"].rows] == ["two"]
    assert len(book["file.phrase"].rows) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id =", r"file\.toml: got no TOML"),
        (_ROW + _ROW, r"\[\[phrase\]\]: got two rows 'one'"),
        (_ROW.replace('id = "one"\n', ""), r"\[\[phrase\]\] row 1: got no 'id', expected id, phrase, source, section"),
        (_ROW.replace("source", "sauce"), r"row 1: got the key 'sauce', expected only id"),
        (_ROW.replace('"1"', "1"), r"row 1: got int for 'section', expected str"),
        (_ROW.replace("a plum", "a {plum"), r"row 1 \(one\): got a '\{' that nothing closes, expected '\}'"),
        (
            _ROW.replace("a plum", "a <plum>"),
            r"row 1 \(one\): got the slot <plum>, expected one of number, weeks",
        ),
        (_ROW.replace("a plum", "a [<plum>]"), r"got the slot <plum>"),
        (_ROW.replace("a plum", "<number>"), r"row 1 \(one\): got a phrase without a word that must be there"),
        (_ROW.replace("a plum", "[a] [plum]"), r"got nothing that must be there"),
        (_ROW.replace("a plum", "a ...3"), r"got a gap at an end"),
        (_ROW.replace("a plum", "a ...3x plum"), r"got a gap that touches something"),
        (_ROW.replace("a plum", "a | "), r"got nothing that must be there"),
        (_ROW.replace("a plum", "a plum]"), r"got '\]' without what opens it"),
        (_ROW.replace("a plum", "a <plum"), r"got '<plum', expected a word"),
        (
            _ROW + 'examples = [{ gives = "I10" }]\n',
            r"row 1 \(one\), example 1: got no 'text', expected text",
        ),
        (_ROW + "values = { digit = 5 }\n", r"row 1 \(one\): got values that are no texts"),
        ('[lists]\nplum = "<pear>"\npear = "pear"\n', r"list 'plum': got the slot <pear>"),
        ('lists = "plum"\n', r"got str for 'lists', expected a table"),
        ('[phrase]\nid = "one"\n', r"got 'phrase' by itself, expected rows"),
        ('[[other]]\nid = "one"\nphrase = "a"\nsource = "s"\nsection = "1"\n', r"got no array \[\[phrase\]\]"),
    ],
)
def test_a_table_that_is_not_of_its_form_says_what_and_where(write: Write, text: str, message: str) -> None:
    with pytest.raises(PhraseError, match=message):
        write(text)["file.phrase"]
