"""Cross-references: a coder who looks a term up ends at the same codes."""

from __future__ import annotations

import pytest

from codekit.editions.index.crossrefs import CrossReferences
from codekit.text.tables import english
from codekit.types import IndexTable, IndexTerm


def term(*path: str, codes: str = "", **fields: str | None) -> IndexTerm:
    return IndexTerm(id="/".join(path), path=path, codes=tuple(codes.split()), **fields)  # type: ignore[arg-type]


INDEX = (
    term("Disease, diseased"),
    term("Disease, diseased", "kidney", codes="N28.9"),
    term("Disease, diseased", "Alzheimer's", codes="G30.9"),
    term("Pain", codes="R52"),
    term("Pain", "joint", codes="M25.50"),
    term("Pain", "joint", "knee", codes="M25.56"),
    term("Pain", "joint", "knee", "chronic", codes="X1"),
    term("Diabetes, diabetic", codes="E11.9"),
    term("Diabetes, diabetic", "with"),
    term("Diabetes, diabetic", "with", "nephropathy", codes="E11.21"),
    term("Nephropathy", see="Disease, kidney"),
    term("Arthralgia", see="Pain, joint"),
    term("Gonalgia", see="Pain, joint, knee"),
    term("Ache", see="Arthralgia"),
    term("Senility", see="Alzheimer's disease"),
    term("Kidney sugar", see="Diabetes, nephropathy"),
    term("Hurt", see="Pain, by site"),
    term("Soreness", see_also="Pain"),
    term("Tenderness", codes="R20.8", see_also="Pain"),
    term("Delivery", see_category="O80"),
    term("Birth", see="Delivery"),
    term("Lost", see="Nowhere"),
    term("Round", see="About"),
    term("About", see="Round"),
    term("Own", see="Own"),
    term("Half", see="Pain, tail"),
)


@pytest.fixture(scope="module")
def references() -> CrossReferences:
    return CrossReferences(INDEX, english())


def codes(references: CrossReferences, main: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return references.codes_of(next(one for one in INDEX if one.path == (main,)))


@pytest.mark.parametrize(
    ("main", "expected", "also"),
    [
        pytest.param("Pain", "R52", "", id="own code"),
        pytest.param("Nephropathy", "N28.9", "", id="one of a main term's word forms"),
        pytest.param("Arthralgia", "M25.50", "", id="see"),
        pytest.param("Gonalgia", "M25.56", "", id="see, three levels deep"),
        pytest.param("Ache", "M25.50", "", id="see, twice"),
        pytest.param("Kidney sugar", "E11.21", "", id="below a connecting word"),
        pytest.param("Hurt", "R52", "", id="by site"),
        pytest.param("Soreness", "R52", "R52", id="see also in place of a code"),
        pytest.param("Tenderness", "R20.8", "R52", id="see also beside a code"),
        pytest.param("Delivery", "O80", "", id="see category"),
        pytest.param("Birth", "O80", "", id="see, then see category"),
    ],
)
def test_a_reference_is_followed_to_its_codes(references: CrossReferences, main: str, expected: str, also: str) -> None:
    assert codes(references, main) == (tuple(expected.split()), tuple(also.split()))


@pytest.mark.parametrize("main", ["Lost", "Round", "About", "Own", "Half"])
def test_a_reference_that_leads_nowhere_gives_nothing(references: CrossReferences, main: str) -> None:
    assert codes(references, main) == ((), ())


@pytest.mark.parametrize("reference", ["", ", ", "   ", "of the", "Nowhere, at, all", "Pain, , ,", "by site", "😀"])
def test_any_text_may_stand_for_a_reference(references: CrossReferences, reference: str) -> None:
    found = references.resolve(reference)
    assert found is None or found in INDEX


def test_cells_of_tables_are_no_targets() -> None:
    terms = (
        term("Aspirin", codes="T39.0", table=IndexTable.DRUGS),
        term("Breast", codes="C50", table=IndexTable.NEOPLASMS, column="malignant primary"),
    )
    references = CrossReferences(terms, english())
    assert references.resolve("Aspirin") is None
    assert references.resolve("Breast") is None


def test_the_shortest_sub_term_that_fits_is_taken(references: CrossReferences) -> None:
    found = references.resolve("Pain, joint, knee")
    assert found is not None
    assert found.path == ("Pain", "joint", "knee")
