"""A lexicon in layers: what goes over what, what an index depends on, and what tables may say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import codekit
from codekit import Coder
from codekit.errors import LexiconError
from codekit.plugin import Assertion, Cue, Direction, Effect, Ending, Lexicon, SectionKind, Sense, read_lexicon
from codekit.system import System
from codekit.text.tables import TABLES, english

WORDS = st.sampled_from("hip Hip HIP heart renal ct mi note plan no without b/l é".split())
CUES = st.builds(Cue, st.sampled_from([*Effect, Assertion.NEGATED, Assertion.FAMILY]), st.sampled_from(Direction))
PARTS: dict[str, st.SearchStrategy[Any]] = {
    "abbreviations": st.dictionaries(WORDS, WORDS, max_size=4),
    "senses": st.dictionaries(
        WORDS, st.tuples(st.builds(Sense, words=WORDS, telling=st.frozensets(WORDS))), max_size=3
    ),
    "synonyms": st.dictionaries(WORDS, WORDS, max_size=4),
    "implied": st.dictionaries(WORDS, WORDS, max_size=4),
    "sites": st.frozensets(WORDS, max_size=4),
    "stop": st.frozensets(WORDS, max_size=4),
    "weak": st.frozensets(WORDS, max_size=4),
    "headings": st.dictionaries(WORDS, st.sampled_from(SectionKind), max_size=4),
    "cues": st.dictionaries(WORDS, st.tuples(CUES), max_size=4),
}
LAYERS = st.builds(Lexicon, **PARTS)


@given(lower=LAYERS, upper=LAYERS)
@settings(max_examples=200, deadline=None)
def test_a_layer_over_itself_changes_nothing_and_the_upper_one_wins(lower: Lexicon, upper: Lexicon) -> None:
    joined = upper.over(lower)
    assert upper.over(joined) == joined
    assert upper.over(upper) == upper
    assert Lexicon().over(lower) == lower == lower.over(Lexicon())
    for part in PARTS:
        above, whole = getattr(upper, part), getattr(joined, part)
        if isinstance(above, frozenset):
            assert whole == above | getattr(lower, part)
        else:
            assert above.items() <= whole.items()
            assert whole.keys() <= above.keys() | getattr(lower, part).keys()


@given(one=LAYERS, two=LAYERS, three=LAYERS)
@settings(max_examples=100, deadline=None)
def test_it_does_not_matter_which_layers_are_joined_first(one: Lexicon, two: Lexicon, three: Lexicon) -> None:
    assert three.over(two).over(one) == three.over(two.over(one))


@given(text=st.text("aBc HTN-/&'’.,é́😀\nhip renal", max_size=80), layer=LAYERS, offset=st.integers(0, 9))
@settings(max_examples=200, deadline=None)
def test_tokens_lie_within_the_text_whatever_the_lexicon(text: str, layer: Lexicon, offset: int) -> None:
    for lexicon in (layer, english().for_notes(english().for_titles, (layer,))):
        tokens = lexicon.tokenize(text, offset=offset)
        assert all(offset <= token.start < token.end <= offset + len(text) for token in tokens)
        assert [token.start for token in tokens] == sorted(token.start for token in tokens)


@given(layer=LAYERS, text=st.text("hipHIP:no\n note plan", max_size=60))
@settings(max_examples=100, deadline=None)
def test_sections_and_scopes_lie_within_the_text_whatever_the_lexicon(layer: Lexicon, text: str) -> None:
    sections = layer.split_sections(text)
    assert all(0 <= one.start < one.end <= len(text) for one in sections)
    reading = layer.read_assertions(text, 0, len(text))
    assert all(0 <= one.start < one.end <= len(text) for one in reading.scopes)


@given(layer=LAYERS)
@settings(max_examples=100, deadline=None)
def test_what_an_edition_keeps_of_a_lexicon_is_all_that_it_was_built_with(layer: Lexicon) -> None:
    titles = layer.over(english()).for_titles
    kept = Lexicon.from_json(titles.to_json())
    assert kept == titles
    assert kept.digest == titles.digest


@pytest.mark.parametrize(
    "layer",
    [
        Lexicon(abbreviations={"QQQ": "gout"}),
        Lexicon(senses={"QQQ": (Sense(words="gout", telling=frozenset(("toe",))),)}),
        Lexicon(headings={"what we treat": SectionKind.ASSESSMENT}),
        Lexicon(cues={"nil": (Cue(Assertion.NEGATED, Direction.AFTER),)}),
    ],
)
def test_what_notes_alone_are_read_with_is_no_part_of_an_index(layer: Lexicon) -> None:
    assert layer.over(english()).for_titles.digest == english().for_titles.digest


@pytest.mark.parametrize(
    "layer",
    [
        Lexicon(abbreviations={"COPD": "gout"}),
        Lexicon(printed=frozenset(("LVAD",)), abbreviations={"LVAD": "left ventricular assist device"}),
        Lexicon(synonyms={"podagra": "gout"}),
        Lexicon(stop=frozenset(("gout",))),
        Lexicon(weak=frozenset(("gout",))),
        Lexicon(sites=frozenset(("gout",))),
        Lexicon(spelling={"gowt": "gout"}),
        Lexicon(endings={"outs": Ending(singular="out")}),
    ],
)
def test_what_titles_are_read_with_is_part_of_an_index(layer: Lexicon) -> None:
    assert layer.over(english()).for_titles.digest != english().for_titles.digest


def test_the_order_of_rows_is_no_part_of_an_index() -> None:
    turned = attrs.evolve(english(), synonyms=dict(reversed(english().synonyms.items())))
    assert turned.for_titles.digest == english().for_titles.digest


def test_a_site_says_what_an_abbreviation_means_there_in_any_sense() -> None:
    site = Lexicon(abbreviations={"AS": "ankylosing spondylitis"})
    notes = english().for_notes(english().for_titles, (site,))
    assert notes.content_words("AS with a murmur of the valve")[:2] == ("ankylosing", "spondylitis")


def test_words_of_a_site_become_those_of_the_index() -> None:
    site = Lexicon(synonyms={"grotty kidneys": "renal failure"})
    notes = english().for_notes(english().for_titles, (site,))
    assert notes.content_words("grotty kidneys") == english().for_titles.content_words("renal failure")


@pytest.mark.parametrize("part", ["printed", "numbered", "unchanged", "prefixes"])
def test_a_layer_for_notes_cannot_change_how_words_are_folded(part: str) -> None:
    with pytest.raises(LexiconError, match=part):
        english().for_notes(english().for_titles, (Lexicon(**{part: frozenset(("x",))}),))


def put(folder: Path, name: str, text: str | bytes) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "abbreviations.tsv",
            "LVAD left ventricular assist device\n",
            "line 1: got 1 cells; expected 2 joined by tabs",
        ),
        ("abbreviations.tsv", "# words\n\nLVAD\t\n", "line 3: got 2 cells, 1 of them empty; expected 2"),
        ("senses.tsv", "MS\tmultiple sclerosis\n", "line 1: got 2 cells; expected 3 joined by tabs: abbreviation / "),
        ("headings.tsv", "asessment\twhat we treat\n", "line 1: got 'asessment'; expected one of chief_complaint, "),
        ("cues.tsv", "gone\tafter\tno\n", "line 1: got 'gone'; expected one of negated, "),
        ("cues.tsv", "present\tafter\tyes\n", "line 1: got 'present'; expected one of negated, "),
        ("cues.tsv", "negated\tbehind\tno\n", "line 1: got 'behind'; expected one of after, before, both"),
        ("endings.tsv", "s\t-\tfour\n", "line 1: got 'four'; expected a number of letters"),
        ("stop.tsv", b"caf\xe9\n", "cannot be read (UnicodeDecodeError); expected a text in UTF-8"),
        ("heading.tsv", "", "heading.tsv: no table of a lexicon; expected any of abbreviations.tsv, "),
        ("readme.txt", "", "no table; expected any of abbreviations.tsv, "),
    ],
)
def test_a_table_of_another_form_is_told_with_its_place(
    tmp_path: Path, name: str, text: str | bytes, told: str
) -> None:
    with pytest.raises(LexiconError) as caught:
        read_lexicon(put(tmp_path / "site", name, text))
    assert told in str(caught.value)
    assert str(tmp_path / "site") in str(caught.value)


@given(text=st.text("ab\t|# \n-!é", max_size=60), name=st.sampled_from(sorted(TABLES)))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_table_or_an_error_of_codekit(
    tmp_path_factory: pytest.TempPathFactory, text: str, name: str
) -> None:
    folder = put(tmp_path_factory.mktemp("any"), f"{name}.tsv", text)
    try:
        found = read_lexicon(folder)
    except LexiconError:
        return
    found.over(english()).content_words("any words at all")


def test_every_table_of_english_holds_something() -> None:
    assert [part for part in TABLES if not getattr(english(), part)] == ["policy"]  # which is a site's


def test_the_words_of_a_synonym_are_those_under_which_its_words_are_compared() -> None:
    """What stands on the right is not looked up again, so that another row for its words would not meet it."""
    lexicon = english()
    assert [
        (left, right)
        for left, right in lexicon.synonyms.items()
        if set(lexicon.canonical(" ".join(lexicon.canonical(left)))) != set(lexicon.canonical(left))
    ] == []


def test_two_spellings_of_one_synonym_stand_for_the_same() -> None:
    lexicon = english()
    split = lexicon.vocabulary.spelling.split
    meant: dict[tuple[str, ...], set[str]] = {}
    for left, right in lexicon.synonyms.items():
        meant.setdefault(tuple(part for word in left.split() for part in split(word)), set()).add(right)
    assert [words for words, rights in meant.items() if len(rights) > 1] == []


def test_what_a_classification_prints_is_an_abbreviation_that_notes_know() -> None:
    known = {short.lower() for short in (*english().abbreviations, *english().senses)}
    assert {short.lower() for short in english().printed} <= known


SPANISH_NOTE = """Motivo de consulta: tos y fiebre.

Antecedentes familiares:
Madre con asma.

Exploración:
Sin signos de insuficiencia cardíaca. No presenta fibrilación auricular.

Juicio clínico:
1. Neumonia
2. HTA
3. Anemia ferropénica
4. Diabetes tipo 2
5. Se descarta infarto agudo de miocardio.

Plan:
Vigilar si presenta epilepsia.
"""


@pytest.fixture
def spanish(third_party: Callable[[str], None]) -> Coder:
    third_party("codekit-cie")
    return codekit.open("cie")


def test_a_plugin_with_a_language_of_its_own_codes_a_note_in_it(spanish: Coder) -> None:
    result = spanish.code(SPANISH_NOTE)
    assert [one.code for one in result.assignments] == ["J18", "I10", "D50", "E11"]
    absent = {one.code for one in result.dropped if one.reason == "the note says that it is absent"}
    assert absent == {"I50", "I48", "I21"}
    assert [SPANISH_NOTE[e.start : e.end] for one in result.assignments for e in one.evidence] == [
        "Neumonia",
        "HTA",
        "Anemia ferropénica",
        "Diabetes tipo 2",
    ]


def test_each_title_of_another_language_leads_to_its_code(spanish: Coder) -> None:
    codes = [code for code in spanish.edition.codes() if code.assignable]
    assert len(codes) == 20
    for code in codes:
        assert [one.code for one in spanish.code(f"Diagnóstico:\n1. {code.title}\n").assignments] == [code.code]


def test_another_language_stands_alone(spanish: Coder) -> None:
    assert spanish.edition.lexicon.language == "es"
    assert not spanish.searcher.lexicon.headings.keys() & english().headings.keys() - {"plan"}
    assert System.open("toy").lexicon(spanish.edition.release) == english()
