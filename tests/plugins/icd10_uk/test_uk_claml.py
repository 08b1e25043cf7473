"""The WHO's form: hierarchy by reference, modifiers, marks, and rubrics of every kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from uk_releases import CLAML, read, rows

from codekit.editions.source import Source
from codekit.errors import SourceError
from codekit.types import Classification, CodeKind, CodeReference, NoteKind
from codekit_icd10_uk.system import hooks


def changed(folder: Path, *pairs: tuple[str, str]) -> Classification:
    """Read the release with some of its text replaced."""
    text = CLAML.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    file = folder / "changed.xml"
    file.write_text(text, encoding="utf-8")
    return read(file)


def test_the_release_is_named_by_its_title(claml: Classification) -> None:
    assert (claml.release.version, claml.release.title) == ("claml-2030", "Test classification (ClaML)")
    assert claml.release.valid_from.isoformat() == "2030-02-01"
    assert claml.problems == ()
    assert claml.derived_index


def test_classes_stand_below_each_other_as_they_refer(claml: Classification) -> None:
    codes = [row.code for row in claml.codes]
    assert [row.code for row in claml.codes if row.kind is CodeKind.CHAPTER] == ["I", "IV", "VI", "XIII", "XIX", "XX"]
    assert codes[:5] == ["I", "A15-A19", "A17", "A17.0", "A17.1"]
    assert rows(claml)["A17.1"].parent == "A17"


@pytest.mark.parametrize(
    ("code", "title", "parent"),
    [
        ("E10.0", "Type 1 invented sugar disease, With coma", "E10"),
        ("M45.X5", "Stiff invented back, Pelvic region and thigh", "M45"),
        ("S72.01", "Fracture of neck of femur, open", "S72.0"),
        ("M46.29", "Sore invented back, severe, Site unspecified", "M46.2"),
    ],
)
def test_modifiers_are_expanded(claml: Classification, code: str, title: str, parent: str) -> None:
    row = rows(claml)[code]
    assert (row.title, row.parent, row.assignable, row.kind) == (title, parent, True, CodeKind.CODE)


def test_modifiers_are_excluded_restricted_and_barred(claml: Classification) -> None:
    codes = rows(claml)
    assert codes["E11"].assignable, "ExcludeModifier"
    assert "E11.0" not in codes
    assert "S72.90" in codes, "ValidModifierClass"
    assert "S72.91" not in codes
    assert "M46.25" in codes, "excludeOnPrecedingModifier bars 5 behind .1 only"
    assert "M46.15" not in codes
    assert not codes["S72.0"].assignable


def test_marks_and_pairs(claml: Classification) -> None:
    codes = rows(claml)
    assert codes["A17.0"].attributes["usage"] == codes["E10.4"].attributes["usage"] == "dagger"
    assert codes["G63.2"].attributes["usage"] == "asterisk"
    pairs = {(pair.first, pair.second): pair.attributes for pair in claml.pairs if pair.kind == "asterisk"}
    assert set(pairs) == {("A17.0", "G01"), ("E10.4", "G63.2"), ("A17.1", "G01")}
    assert "term" not in pairs["A17.0", "G01"]
    assert pairs["A17.1", "G01"]["term"] == "Meningitis in invented lump"


def test_a_term_with_a_pair_leads_to_both_codes(claml: Classification) -> None:
    found = {term.path[0]: (term.codes, term.manifestation) for term in claml.terms}
    assert found["Invented meningitis"] == (("A17.0",), ("G01",))
    assert found["Sugar neuropathy"] == (("E10.4",), ("G63.2",))
    assert found["Meningitis in invented lump"] == (("A17.1",), ("G01",))
    assert found["Fever of the meninges"] == (("A17.0",), ())


def test_rubrics_of_every_kind_become_notes(claml: Classification) -> None:
    codes = rows(claml)
    notes = {note.text: note for row in claml.codes for note in row.notes}
    assert codes["E10"].title == "Type 1 invented sugar disease", "preferredLong"
    assert codes["A17.0"].title == "Invented meningitis", "preferred, without the partner's code"
    assert notes["Fever of the meninges"].kind is NoteKind.INCLUSION_TERM
    assert notes["long-lasting forms of it"].kind is NoteKind.INCLUDES
    exclusion = notes["sugar disease (E10-E14)"]
    assert exclusion.kind is NoteKind.EXCLUDES2
    assert exclusion.references == (CodeReference(first="E10", last="E14"),)
    hint = notes["Use additional code (E10), if desired, to name the sugar."]
    assert hint.kind is NoteKind.USE_ADDITIONAL_CODE
    for text in (
        "First paragraph. Second paragraph with a term.",  # introduction, Para, Term
        "Kinds: a, b; one, two",  # text, Table
        "item one; item two",  # note, List
        "A disease that nobody has.",  # definition
        "See the introduction.",  # footnote, Reference without a code
        "The following subdivisions are for use with all categories.",  # modifierlink
        "As above: Fever of the meninges",  # Include
    ):
        assert notes[text].kind is NoteKind.NOTE
    assert notes["sequelae E10.-"].references == (CodeReference(first="E10"),), "IncludeDescendants"


def test_further_facts_are_kept(claml: Classification) -> None:
    attributes = rows(claml)["A17.0"].attributes
    assert attributes["MortL1Code"] == "1-005"
    assert attributes["variants"] == "v1"
    assert attributes["history"] == "added in 2029"
    assert rows(claml)["W19"].attributes["alt_code"] == "W19X"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('<SuperClass code="A17"/>\n    <Rubric', '<SuperClass code="A99"/>\n    <Rubric', "A99"),
        ('<Class code="A17.1" kind="category">', '<Class code="A17.0" kind="category">', "second time"),
        ('<Class code="W19" kind="category">', '<Class code="W19" kind="leaf">', "kind 'leaf'"),
        ('code="S19S02_5" position="5"/>', 'code="NONE_5" position="5"/>', "NONE_5"),
        ('<ModifierClass code="1" modifier="S19S02_5">', '<ModifierClass code="1">', "modifier class"),
        ("Other invented lump, unspecified", "", "A17.1 has no title"),
        ("</Fragment></Label>", "</Label>", "not well-formed"),
    ],
)
def test_a_fault_is_reported_with_its_line_and_the_rest_is_read(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    parsed = changed(tmp_path, (old, new))
    (found, *_) = [problem for problem in parsed.problems if message in problem.message]
    assert (found.file, found.line is not None) == ("changed.xml", True)
    assert "G63.2" in rows(parsed)


def test_classes_that_stand_below_themselves_are_left_out(tmp_path: Path) -> None:
    parsed = changed(tmp_path, ('<SuperClass code="A15-A19"/><SubClass', '<SuperClass code="A17.0"/><SubClass'))
    assert "A17" not in rows(parsed) or rows(parsed)["A17"].parent != "A17.0"
    assert any("A17" in problem.message for problem in parsed.problems)


def test_labels_in_another_language_are_passed_over(tmp_path: Path) -> None:
    english = '<Label xml:lang="en">Unspecified fall</Label>'
    parsed = changed(tmp_path, (english, f'<Label xml:lang="de">Sturz</Label>{english}'))
    assert rows(parsed)["W19"].title == "Unspecified fall"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("kept", [0.4, 0.7, 0.99])
def test_a_file_whose_end_is_missing_is_refused(tmp_path: Path, kept: float, encoding: str) -> None:
    text = CLAML.read_text(encoding="utf-8").replace('encoding="UTF-8"', f'encoding="{encoding}"')
    file = tmp_path / "cut.xml"
    file.write_bytes(text[: int(kept * len(text))].encode(encoding))
    with pytest.raises(SourceError, match=r"ends before </ClaML>.*download"):
        read(file)


@pytest.mark.parametrize(
    "head", ['<!DOCTYPE ClaML [<!ENTITY a "b">]>', '<!DOCTYPE ClaML [<!ENTITY a SYSTEM "file:///etc/passwd">]>']
)
def test_entities_are_refused(tmp_path: Path, head: str) -> None:
    with pytest.raises(SourceError, match="declares entities"):
        changed(tmp_path, ('<!DOCTYPE ClaML SYSTEM "ClaML.dtd">', head))


def test_two_releases_at_once_are_refused(tmp_path: Path) -> None:
    for name in ("one.xml", "two.xml"):
        (tmp_path / name).write_bytes(CLAML.read_bytes())
    with Source.open(tmp_path) as source, pytest.raises(SourceError, match="two releases"):
        hooks().codekit_identify_release(source)
