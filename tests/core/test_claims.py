"""Pairs of codes in an edition, and modifiers and units of codes: what systems of procedures need of core."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codekit import Coder
from codekit.conventions import CHECK, Convention, Draft
from codekit.editions.builder import build
from codekit.editions.edition import Edition
from codekit.editions.source import Source
from codekit.pipeline.code_reconciler import RulesCodeReconciler
from codekit.text.lexicon import Lexicon
from codekit.text.tables import english
from codekit.types import (
    Action,
    ClaimLine,
    Classification,
    Code,
    CodeKind,
    CodePair,
    CodingResult,
    Edit,
    Encounter,
    GuidelineSection,
    Release,
    SystemInfo,
)

PAIRS = (
    CodePair(kind="successor", first="A.2", second="A.1", attributes={"note": "split"}),
    CodePair(kind="successor", first="A.1", second="B", valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 30)),
    CodePair(kind="successor", first="A.1", second="B", valid_to=date(2020, 6, 30)),
    CodePair(kind="other", first="A.1", second="B"),
    CodePair(kind="successor", first="C", second="D"),
)


class Lazily:
    """Pairs that are read from the release's file, which must be open for it."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def __iter__(self) -> Iterator[CodePair]:
        assert self._source.read("release.txt")
        yield from PAIRS


class OneRelease:
    """A system that reads anything as the same release."""

    info = SystemInfo(id="one", name="One", uri="urn:one")

    @property
    def versions(self) -> Mapping[str, str]:
        return {}

    def identify(self, source: Source) -> Release:  # noqa: ARG002
        return Release(system="one", version="2026", title="One", valid_from=date(2026, 1, 1))

    def parse(self, release: Release, source: Source) -> Classification:
        codes = (Code(code="1", title="All", kind=CodeKind.CHAPTER),)
        return Classification(release=release, codes=codes, terms=(), pairs=Lazily(source))

    def guidelines(self, release: Release, source: Source) -> tuple[GuidelineSection, ...]:  # noqa: ARG002
        return ()

    def lexicon(self, release: Release) -> Lexicon:  # noqa: ARG002
        return english()

    def default_source(self) -> tuple[Path, ...] | None:
        return None


@pytest.fixture
def edition(tmp_path: Path) -> Iterator[Edition]:
    file = tmp_path / "release.txt"
    file.write_text("one", encoding="utf-8")
    with Edition(build(OneRelease(), file, tmp_path / "editions")) as opened:
        yield opened


def test_pairs_are_found_from_both_sides_in_order(edition: Edition) -> None:
    assert edition.pairs("successor", "a1") == (PAIRS[2], PAIRS[1], PAIRS[0])
    assert edition.pairs("successor", "B") == (PAIRS[2], PAIRS[1])
    assert edition.pairs("other", "B") == (PAIRS[3],)
    assert edition.pairs("other", "C") == ()
    assert edition.counts()["pairs"] == len(PAIRS)


def test_pairs_with_one_other_code(edition: Edition) -> None:
    assert edition.pairs("successor", "A.1", "A.2") == edition.pairs("successor", "A.2", "A.1") == (PAIRS[0],)
    assert edition.pairs("successor", "A.1", "C") == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("99213", ClaimLine(code="99213")),
        ("99213-25", ClaimLine(code="99213", modifiers=("25",))),
        (" 99213-25-xsx2 ", ClaimLine(code="99213", modifiers=("25", "XS"), units=2)),
        ("J1885x12", ClaimLine(code="J1885", units=12)),
        ("E11.9", ClaimLine(code="E11.9")),
        ("T36.0X1", ClaimLine(code="T36.0X1")),
        ("99213x0", ClaimLine(code="99213x0")),
        ("", ClaimLine(code="")),
    ],
)
def test_a_line_as_typed(text: str, line: ClaimLine) -> None:
    assert ClaimLine.read(text) == line


@given(
    st.from_regex(r"\A[A-Z0-9.]{3,7}\Z"), st.lists(st.from_regex(r"\A[A-Z0-9]{2}\Z"), max_size=4), st.integers(1, 9999)
)
def test_a_line_that_is_written_is_read(code: str, modifiers: list[str], units: int) -> None:
    line = ClaimLine(code=code, modifiers=tuple(modifiers), units=units)
    assert ClaimLine.read(str(line)) == line


@given(st.text(max_size=300))
def test_any_text_is_some_line(text: str) -> None:
    assert ClaimLine.read(text).units >= 1


def reconciled(coder: Coder, *edits: Edit) -> CodingResult:
    """Code two problems with a convention that makes some edits."""

    def apply(draft: Draft, edition: Edition, encounter: Encounter) -> tuple[Edit, ...]:  # noqa: ARG001
        return edits

    one = Convention(id="x", title="t", source="s", stage=CHECK, apply=apply)
    reconciler = RulesCodeReconciler(coder.edition, [one])
    return Coder(coder.system, coder.edition, reconciler=reconciler).code("Assessment:\n1. Gout\n2. Psoriasis\n")


def test_a_convention_sets_modifiers_and_units(coder: Coder) -> None:
    edit = Edit(rule="x", action=Action.MODIFY, code="M10.9", source="s", reason="r", modifiers=("25", "LT"))
    again = attrs.evolve(edit, modifiers=None, units=3)
    result = reconciled(coder, edit, edit, again)
    assert [(one.code, one.modifiers, one.units) for one in result.assignments] == [
        ("M10.9", ("25", "LT"), 3),
        ("L40.9", (), 1),
    ]
    assert result.edits == (edit, again), "an edit that changes nothing is no edit"
    assert [reason.detail for reason in result.assignments[0].reasons[-2:]] == ["r", "r"]


def test_an_added_code_has_no_modifiers_of_its_neighbour(coder: Coder) -> None:
    edit = Edit(rule="x", action=Action.MODIFY, code="M10.9", source="s", reason="r", modifiers=("25",), units=2)
    added = Edit(rule="x", action=Action.ADD, code="I10", source="s", reason="r", after="M10.9")
    result = reconciled(coder, edit, added)
    assert [(one.code, one.modifiers, one.units) for one in result.assignments][1] == ("I10", (), 1)


def test_units_are_never_less_than_one() -> None:
    with pytest.raises(ValueError, match="units"):
        Edit(rule="x", action=Action.MODIFY, code="A", source="s", reason="r", units=0)
