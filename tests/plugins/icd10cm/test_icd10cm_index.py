from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codekit.derive import split_parentheses
from codekit.types import Classification, IndexTable, IndexTerm

INDEX = """<ICD10CM.index><version>2030</version><title>INDEX TO DISEASES</title>
<letter><title>A</title><mainTerm>{}</mainTerm></letter></ICD10CM.index>"""


def entry(classification: Classification, *path: str, column: str | None = None) -> IndexTerm:
    return next(term for term in classification.terms if term.path == path and term.column == column)


def test_every_table_of_a_full_release_is_read(fy2025: Classification) -> None:
    counts = Counter(term.table for term in fy2025.terms)
    assert counts[IndexTable.DISEASES] == 8_100 + 72_924
    # The published entries, and those from the titles of chapter 20.
    published = [term for term in fy2025.terms if term.table is IndexTable.EXTERNAL_CAUSES and term.id[0] == "e"]
    assert len(published) == 314 + 7_750 < counts[IndexTable.EXTERNAL_CAUSES]
    assert counts[IndexTable.NEOPLASMS] > 9_000
    assert counts[IndexTable.DRUGS] > 40_000
    assert not fy2025.derived_index
    assert len({term.id for term in fy2025.terms}) == len(fy2025.terms)


def test_every_code_of_the_index_is_a_row(fy2025: Classification) -> None:
    rows = {code.code for code in fy2025.codes}
    for term in fy2025.terms:
        named = {*term.codes, *term.manifestation, *filter(None, [term.see_category])}
        assert named <= rows


def test_older_release_builds_completely(fy2017: Classification) -> None:
    assert fy2017.release.version == "2017"
    # CMS, ICD-10-CM FY2017 code descriptions: the number of valid codes.
    assert sum(code.assignable for code in fy2017.codes) == 71_486
    assert {term.table for term in fy2017.terms} == set(IndexTable)


def test_modifiers_tails_and_cross_references(fy2025: Classification) -> None:
    abasia = entry(fy2025, "Abasia")
    assert (abasia.nonessential_modifiers, abasia.codes) == (("-astasia", "hysterical"), ("F44.4",))
    assert entry(fy2025, "Abandonment").see == "Maltreatment"
    assert entry(fy2025, "Abdomen, abdominal").see_also == "condition"
    assert entry(fy2025, "Amyloid heart").manifestation == ("I43",)
    assert entry(fy2025, "Bonnier's syndrome").see_category == "H81.8"
    # The tail after the modifiers belongs to the title.
    assert entry(fy2025, "Abandonment NEC").table is IndexTable.EXTERNAL_CAUSES


def test_cells_of_the_tables(fy2025: Classification) -> None:
    abdomen = ("Neoplasm", "abdomen, abdominal")
    assert entry(fy2025, *abdomen, column="malignant primary").codes == ("C76.2",)
    assert entry(fy2025, *abdomen, column="malignant secondary").codes == ("C79.8",)
    connective = ("Neoplasm", "abdomen, abdominal", "wall", "connective tissue")
    columns = {term.column for term in fy2025.terms if term.path == connective}
    assert "ca in situ" not in columns
    assert "benign" in columns
    assert entry(fy2025, "Neoplasm", "accessory sinus").see == "Neoplasm, sinus"
    propanol = entry(fy2025, "1-propanol", column="poisoning accidental (unintentional)")
    assert propanol.codes == ("T51.3X1",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<title></title><code>A00</code>", "without a title"),
        ("<title>x</title><code>A00 or so</code>", "is not one code"),
    ],
)
def test_faults_of_an_index_are_reported(build: Callable[..., Classification], content: str, message: str) -> None:
    row = "<diag><name>A00</name><desc>Testitis</desc></diag>"
    classification = build(row, index_xml=INDEX.format(content))
    assert [problem.message for problem in classification.problems if message in problem.message]


def test_nested_parentheses_stay_together() -> None:
    assert split_parentheses("(organ(s)) (acute)") == ("", ("organ(s)", "acute"))
    assert split_parentheses("(stepping) exercise (class)") == ("exercise", ("stepping", "class"))
    assert split_parentheses("(never closed") == ("", ("never closed",))


@given(st.text(alphabet="ab ()", max_size=40))
def test_splitting_loses_no_letter(text: str) -> None:
    outside, inside = split_parentheses(text)
    letters = [character for character in text if character in "ab"]
    assert Counter(letters) == Counter(c for c in outside + "".join(inside) if c in "ab")
