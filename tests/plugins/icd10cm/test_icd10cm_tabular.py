from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codekit.types import Classification, Code, CodeKind, CodeReference, NoteKind
from codekit_icd10cm.seventh import expand


def rows(classification: Classification) -> dict[str, Code]:
    return {code.code: code for code in classification.codes}


def texts(code: Code, kind: NoteKind) -> list[str]:
    return [note.text for note in code.notes if note.kind is kind]


def test_hierarchy_of_a_real_release(embedded: Classification) -> None:
    found = rows(embedded)
    path = ["I50.21"]
    while parent := found[path[-1]].parent:
        path.append(parent)
    assert path == ["I50.21", "I50.2", "I50", "I30-I5A", "Chapter 9"]
    assert found["Chapter 9"].title == "Diseases of the circulatory system"
    assert found["Chapter 9"].attributes == {"range": "I00-I99"}
    assert [found[code].kind for code in path] == [
        CodeKind.CODE,
        CodeKind.CODE,
        CodeKind.CATEGORY,
        CodeKind.BLOCK,
        CodeKind.CHAPTER,
    ]


def test_parents_come_before_children_and_codes_are_unique(embedded: Classification) -> None:
    seen: set[str] = set()
    for code in embedded.codes:
        assert code.parent is None or code.parent in seen
        assert code.code not in seen
        assert code.title
        seen.add(code.code)


def test_blocks_nest_and_a_block_of_one_category_keeps_its_own_id(embedded: Classification) -> None:
    found = rows(embedded)
    assert found["C00-C14"].parent == "C00-C75"
    assert found["C00-C75"].parent == "C00-C96"
    assert found["C76-C80"].parent == "C00-C96"
    assert found["B20"].parent == "B20-B20"
    assert found["QA0"].parent == "QA0-QA0"
    assert found["B20-B20"].title == "Human immunodeficiency virus [HIV] disease"


def test_notes_keep_their_kind_text_and_references(embedded: Classification) -> None:
    hypertension = rows(embedded)["I10"]
    assert "high blood pressure" in texts(hypertension, NoteKind.INCLUDES)
    excluded = next(note for note in hypertension.notes if note.kind is NoteKind.EXCLUDES1)
    assert excluded.references == (
        CodeReference(first="O10", last="O11"),
        CodeReference(first="O13", last="O16"),
    )
    kinds = {note.kind for code in embedded.codes for note in code.notes}
    assert kinds == set(NoteKind)


def test_table_of_visual_impairment_reads_as_sentences(embedded: Classification) -> None:
    note = texts(rows(embedded)["H54.8"], NoteKind.NOTE)[-1]
    assert note.startswith("Category 1: best corrected visual acuity less than 6/18 and equal to or better than")
    assert "Category 5: best corrected visual acuity No light perception." in note


def test_seventh_characters_are_inherited_and_padded(embedded: Classification) -> None:
    found = rows(embedded)
    fall = found["W19.XXXA"]
    assert (fall.parent, fall.title, fall.assignable) == ("W19", "Unspecified fall, initial encounter", True)
    assert not found["W19"].assignable
    assert [seventh.character for seventh in found["W19"].seventh_characters] == ["A", "D", "S"]
    # S72.001 takes the characters that its category S72 defines.
    assert found["S72.001"].seventh_characters == ()
    assert found["S72.001Q"].parent == "S72.001"
    assert found["T36.0X5A"].parent == "T36.0X5"
    assert found["T36.0X"].attributes == {"placeholder": "true"}


def test_exception_stated_in_a_note_bars_seventh_characters(embedded: Classification) -> None:
    found = rows(embedded)
    assert "S06.1X7A" in found
    assert "S06.1X7D" not in found
    assert "S06.1X6D" in found


@given(st.from_regex(r"[A-Z]\d\d(\.[0-9A-Z]{1,3})?", fullmatch=True), st.sampled_from("ADS"))
def test_expanded_code_has_seven_characters(code: str, character: str) -> None:
    expanded = expand(code, character)
    assert len(expanded.replace(".", "")) == 7
    assert expanded.startswith(code)
    assert expanded.endswith(character)
    assert set(expanded[len(code) : -1]) <= {".", "X"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<includes><note> </note></includes>", "empty note"),
        ("<includes>loose</includes>", "text outside of a note"),
        ("<stray>x</stray>", "unknown element <stray>"),
        ("<diag><desc>no name</desc></diag>", "'' is no code"),
        ("<diag><name>A00</name><desc>again</desc></diag>", "listed twice"),
        ("<diag><name>A00.1</name></diag>", "has no title"),
        ("<diag><name>B00.1</name><desc>x</desc></diag>", "does not begin it"),
        ("<excludes1><note>other (B99.9)</note></excludes1>", "names B99.9, which is not listed"),
        ("<sevenChrDef><extension>x</extension></sevenChrDef>", "7th character definition"),
    ],
)
def test_faults_are_reported_and_reading_goes_on(
    build: Callable[..., Classification], content: str, message: str
) -> None:
    sound = "<diag><name>A01</name><desc>Examitis</desc></diag>"
    classification = build(f"<diag><name>A00</name><desc>Testitis</desc>{content}</diag>{sound}")
    assert [problem for problem in classification.problems if message in problem.message]
    assert "A00" in rows(classification)
    assert all(problem.file == "tabular.xml" for problem in classification.problems)


def test_problem_names_its_line(build: Callable[..., Classification]) -> None:
    classification = build("<diag><name>A00</name><desc>x</desc>\n<stray/></diag>")
    assert [problem.line for problem in classification.problems] == [10]


def test_row_without_a_name_keeps_its_sub_codes(build: Callable[..., Classification]) -> None:
    classification = build("<diag><desc>x</desc><diag><name>A00.1</name><desc>y</desc></diag></diag>")
    assert attrs.asdict(rows(classification)["A00.1"])["parent"] == "A00-A00"
