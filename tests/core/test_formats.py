"""What the readers of formats share, as a plugin of any country uses it."""

from __future__ import annotations

import pytest

from codekit.formats.notation import Notation
from codekit.formats.rows import FoundRow, arrange
from codekit.plugin import Code, CodeKind, CodeReference, Problem, read_facets, sort_codes

PLAIN = Notation(code=r"[A-Z]{2}(?:\.[0-9]{1,2})?", category=2)
FILLED = Notation(
    code=r"[A-Z]{2}(?:\.[0-9X][0-9]?)?", category=2, filler="X", common=r"all with \.(\d)|with character (\d)"
)
KNOWN = ["AA", "AA.1", "AB", "AB.1", "AB.2", "AC", "AC.X5"]


@pytest.mark.parametrize(
    ("notation", "code", "character", "position", "longer"),
    [
        (PLAIN, "AB", ".2", 3, "AB.2"),
        (PLAIN, "AB.2", "0", 4, "AB.20"),
        (PLAIN, "AB", "5", 4, "AB.5"),
        (FILLED, "AB", "5", 4, "AB.X5"),
    ],
)
def test_a_code_is_extended_at_a_place(
    notation: Notation, code: str, character: str, position: int, longer: str
) -> None:
    assert notation.extended(code, character, position) == longer
    assert notation.matches(longer)
    assert not notation.matches(f"{longer}-")


def test_references_are_found_once_each_and_ranges_in_order() -> None:
    text = "see AC-AB, AB.-, AB.1*, AB.1 and XAB"
    assert PLAIN.references(text) == (
        CodeReference(first="AB", last="AC"),
        CodeReference(first="AB"),
        CodeReference(first="AB.1"),
    )


@pytest.mark.parametrize(
    ("text", "codes"),
    [("AB", ["AB"]), ("AA-AB", ["AA", "AB"]), ("AA-AC all with .1", ["AA.1", "AB.1"]), ("AD", [])],
)
def test_the_codes_of_a_reference_are_those_of_the_release(text: str, codes: list[str]) -> None:
    assert FILLED.named_codes(text, KNOWN) == codes


def row(code: str, kind: CodeKind, parent: str | None) -> FoundRow:
    return FoundRow(code=Code(code=code, title=code, kind=kind, parent=parent), line=7)


def test_rows_stand_below_their_parents_and_nothing_is_lost_unsaid() -> None:
    problems: list[Problem] = []
    rows = [
        row("AB.1", CodeKind.CODE, "AB"),
        row("AB", CodeKind.CATEGORY, "one"),
        row("AB", CodeKind.CATEGORY, "two"),
        row("AC", CodeKind.CATEGORY, "gone"),
        row("two", CodeKind.CHAPTER, None),
        row("one", CodeKind.CHAPTER, None),
        row("AX", CodeKind.CODE, "AY"),
        row("AY", CodeKind.CODE, "AX"),
    ]
    arranged = arrange("f.xml", rows, problems, chapters=("one", "two"))
    assert [(one.code, one.assignable) for one in arranged] == [
        ("one", False),
        ("AB", False),
        ("AB.1", True),
        ("two", False),
        ("AC", True),
    ]
    assert [one.message for one in problems] == [
        "AB comes a second time; the first one stands",
        "the parent gone of AC is not in the file; it was put at the top",
        "AX stands below itself; it was left out",
        "AY stands below itself; it was left out",
    ]
    assert {one.line for one in problems} == {7}


def test_a_missing_chapter_is_made_where_it_is_known() -> None:
    problems: list[Problem] = []
    home = Code(code="one", title="Chapter one", kind=CodeKind.CHAPTER)
    arranged = arrange("f.xml", [row("AC", CodeKind.CATEGORY, "gone")], problems, home=lambda _: home)
    assert [(one.code, one.parent) for one in arranged] == [("one", None), ("AC", "one")]
    assert "it was put in chapter one" in problems[0].message


def test_facets_are_read_as_they_would_be_written() -> None:
    facet = read_facets(
        """
        [[facet]]
        name = "side"
        default = "right"
        implied = [{ given = [["hand", "left"]], value = "left" }]
        [[facet.values]]
        name = "right"
        in_titles = ["right"]
        near = true
        """
    )["side"]
    assert (facet.default, facet.reach, facet.implied[0].given) == ("right", "scope", (("hand", "left"),))
    assert (facet.values[0].in_titles, facet.values[0].near) == (("right",), True)
    with pytest.raises(TypeError, match="in_title"):
        read_facets('[[facet]]\nname = "side"\n[[facet.values]]\nname = "right"\nin_title = ["right"]')


def test_the_codes_of_a_set_are_sorted_by_what_can_be_done_with_them() -> None:
    rows = {
        code: Code(code=code, title=code, kind=CodeKind.CODE, assignable=code != "AB") for code in ("AA", "AB", "AC")
    }
    found = sort_codes(["ac", "AA", "AB", "AC", "zz", "AC"], lambda typed: rows.get(typed.upper()))
    assert (found.valid, found.repeated) == (("AC", "AA"), ("AC", "AC"))
    assert ([one.code for one in found.headings], found.unknown) == (["AB"], ("zz",))
