"""The NHS's form: XML and its tab-separated twin, chapters, and tables of coding equivalences."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from uk_releases import BACKWARD, CHAPTERS, FORWARD, TRUD_TEXT, TRUD_XML, read, rows

from codekit.errors import SourceError
from codekit.types import Classification, CodeKind


def test_the_release_is_the_fifth_edition(trud: Classification) -> None:
    assert trud.release.version == "nhs-5-20160401"
    assert trud.release.title == "NHS ICD-10 5th Edition (2016-04-01)"
    assert trud.problems == ()


def test_both_forms_read_the_same(trud: Classification) -> None:
    text = read((TRUD_TEXT, CHAPTERS))
    assert text.codes == trud.codes
    assert text.terms == trud.terms
    assert tuple(text.pairs) == tuple(trud.pairs)


def test_where_both_forms_lie_together_the_xml_is_read(trud: Classification) -> None:
    both = read(TRUD_XML.parent)
    assert both.codes == trud.codes


@pytest.mark.parametrize(
    ("code", "title", "parent"),
    [
        ("E11.4", "Type 2 sugar, With nerve trouble", "E11"),
        ("S72.01", "Fracture of neck of femur, open", "S72.0"),
        ("T08.X0", "Fracture of spine, level unspecified, closed", "T08"),
        ("J46", 'Status "asthmaticus" & more', "X"),
    ],
)
def test_titles_have_the_texts_of_their_modifiers(trud: Classification, code: str, title: str, parent: str) -> None:
    row = rows(trud)[code]
    assert (row.title, row.parent, row.assignable) == (title, parent, True)


def test_metadata_are_kept(trud: Classification) -> None:
    codes = rows(trud)
    assert codes["J46"].attributes["alt_code"] == "J46X"
    assert codes["N40"].attributes["sex"] == "male"
    assert codes["O80.0"].attributes.items() >= {"sex": "female", "min_age": "10", "max_age": "60"}.items()
    assert codes["A17.0"].attributes["usage"] == "dagger"
    assert {(pair.first, pair.second) for pair in trud.pairs if pair.kind == "asterisk"} == {
        ("A17.0", "G01"),
        ("E11.4", "G63.2"),
        ("E11.4", "G59.0"),
    }


def test_chapters_are_titled_by_their_list_and_made_without_it(trud: Classification) -> None:
    assert rows(trud)["XIX"].title == "Invented injuries"
    assert rows(trud)["XX"].title == "Chapter XX (V01-Y98)"
    bare = read(TRUD_XML)
    assert [row.code for row in bare.codes if row.kind is CodeKind.CHAPTER][:2] == ["I", "IV"]


def test_lines_of_the_list_of_chapters_that_are_none_are_reported(tmp_path: Path) -> None:
    file = tmp_path / CHAPTERS.name
    file.write_text(CHAPTERS.read_text(encoding="utf-8").rstrip("\n") + "\n\nend of list\n", encoding="utf-8")
    (problem,) = read((TRUD_XML, file)).problems
    assert "no chapter ('end of list')" in problem.message


def test_equivalences_are_pairs_of_old_and_new() -> None:
    parsed = read((TRUD_TEXT, FORWARD, BACKWARD))
    found = {(pair.first, pair.second) for pair in parsed.pairs if pair.kind == "successor"}
    assert found == {("A17.8", "A17.0"), ("E11.8", "E11.9")}


def test_tables_of_equivalences_in_xml_are_passed_over(trud: Classification, tmp_path: Path) -> None:
    (tmp_path / TRUD_XML.name).write_bytes(TRUD_XML.read_bytes())
    (tmp_path / CHAPTERS.name).write_bytes(CHAPTERS.read_bytes())
    table = '<DSV xmlns="urn:nhs-org:icd-10"><CLASS CODE="A17.8" NEW="A17.0"/></DSV>'
    (tmp_path / FORWARD.with_suffix(".xml").name).write_text(table, encoding="utf-8")
    assert read(tmp_path).codes == trud.codes


def test_rows_that_cannot_be_read_are_reported(tmp_path: Path) -> None:
    lines = TRUD_TEXT.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2].replace("G01", "Q99.9")
    lines += ["??\t\tDEFAULT\t3\tNo code", "Z00.0\tZ000\tDEFAULT\t3\tExam\t\t\t\t\told\t\t\tx\ty\tz"]
    file = tmp_path / "codes.txt"
    file.write_text("\r\n".join(lines), encoding="cp1252")
    parsed = read(file)
    found = [(problem.line, problem.message[:20]) for problem in parsed.problems]
    assert len(lines) - 1 in [line for line, _ in found]
    assert len(lines) in [line for line, _ in found]
    assert any("QUALIFIERS" in message for _, message in found)
    assert rows(parsed)["Z00.0"].parent == "XXI", "its category is not in the file"


def test_a_file_without_codes_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "codes.xml"
    file.write_text('<DSV xmlns="urn:nhs-org:icd-10"><CLASS CODE="A17"/></DSV>', encoding="utf-8")
    with pytest.raises(SourceError, match="no assignable code"):
        read(file)


def test_a_line_ends_at_its_line_feed_alone_and_a_header_is_known_anywhere(tmp_path: Path) -> None:
    text = TRUD_TEXT.read_text(encoding="utf-8").replace("neck of femur", "neck\x0bof\x85femur")
    file = tmp_path / "codes.txt"
    file.write_text("\n" + text.replace("CODE\tALT_CODE", "Code\tAlt_Code", 1), encoding="utf-8", newline="")
    parsed = read(file)
    assert parsed.problems == ()
    assert rows(parsed)["S72.0"].title == "Fracture of neck of femur"


def test_ages_that_contradict_each_other_are_reported_and_left_out(tmp_path: Path) -> None:
    file = tmp_path / "codes.txt"
    row = "O81.0\tO810\tdagger\t3\tForceps\t\t\t\t2\t60\t10"
    file.write_text(TRUD_TEXT.read_text(encoding="utf-8").rstrip("\n") + f"\n{row}\n", encoding="utf-8")
    parsed = read(file)
    assert any("MIN_AGE 60 is above MAX_AGE 10" in one.message for one in parsed.problems)
    attributes = rows(parsed)["O81.0"].attributes
    assert attributes["usage"] == "dagger"
    assert attributes.keys().isdisjoint(("min_age", "max_age"))


def test_the_header_may_be_missing(trud: Classification, tmp_path: Path) -> None:
    file = tmp_path / "codes.txt"
    file.write_text("\n".join(TRUD_TEXT.read_text(encoding="utf-8").splitlines()[1:]), encoding="utf-8")
    wanted = [attrs.evolve(row) for row in trud.codes if row.kind is not CodeKind.CHAPTER]
    assert [row for row in read(file).codes if row.kind is not CodeKind.CHAPTER] == wanted
