"""Reading the files of the AMA and of CMS: what is written in their formats is read again."""

from __future__ import annotations

import gzip
import zipfile
from datetime import date
from pathlib import Path

import attrs
import pytest
from cpt_files import COPYRIGHT, LONG, hcpcs_lines, numbered, sheet, tab, write_cpt, write_hcpcs, write_tables
from hypothesis import given
from hypothesis import strategies as st

from codekit.editions.edition import Edition
from codekit.editions.source import Source
from codekit.errors import SourceError
from codekit.system import System
from codekit.types import Classification, CodeKind, Problem
from codekit_cpt.ama import read_descriptors
from codekit_cpt.facts import read_unit, unit_text
from codekit_cpt.fees import read_fees
from codekit_cpt.hcpcs import read_text
from codekit_cpt.ncci import read_mue

WORDS = st.text("abcdefghijklmnopqrstuvwxyz-(),0123456789", min_size=1, max_size=20)
TEXTS = st.lists(WORDS, min_size=1, max_size=30).map(" ".join)
CPT_CODES = st.from_regex(r"\A[0-9]{4}[0-9FTUM]\Z")
HCPCS_CODES = st.from_regex(r"\A[A-V][0-9]{4}\Z")
MODIFIER_CODES = st.from_regex(r"\A[A-Z][A-Z0-9]\Z")


def parsed(system: System, *paths: Path) -> Classification:
    with Source.open(paths) as source:
        return system.parse(system.identify(source), source)


def lines(text: str) -> list[tuple[int, str]]:
    return list(enumerate(text.split("\n"), start=1))


@given(st.dictionaries(CPT_CODES, TEXTS, min_size=1, max_size=20))
def test_descriptors_that_are_written_are_read(rows: dict[str, str]) -> None:
    for written in (tab(rows), numbered(rows)):
        problems: list[Problem] = []
        assert read_descriptors("LONG", lines(written), problems) == rows
        assert problems == []


@given(st.dictionaries(HCPCS_CODES | MODIFIER_CODES, TEXTS, min_size=1, max_size=20), st.sampled_from([293, 320]))
def test_hcpcs_records_that_are_written_are_read(rows: dict[str, str], width: int) -> None:
    fields = {230: "C", 269: "20200101", 293: "N"}
    written = [
        line
        for code, text in rows.items()
        for line in hcpcs_lines(code, text, "short", fields, width, modifier=len(code) == 2)
    ]
    problems: list[Problem] = []
    records = list(read_text("HCPC", lines("Disclaimer\n\n" + "\n".join(written)), problems))
    assert {record.code: record.title for record in records} == rows
    assert all(record.modifier == (len(record.code) == 2) for record in records)
    assert all(dict(record.attributes) == records[0].attributes for record in records)
    assert dict(records[0].attributes) == {"short": "short", "coverage": "C", "added": "20200101", "action": "N"}
    assert problems == []


@given(st.text(max_size=400))
def test_no_text_breaks_a_reader(text: str) -> None:
    problems: list[Problem] = []
    list(read_text("HCPC", lines(text), problems))
    read_descriptors("LONG", lines(text), problems)
    read_mue("MUE", text.encode(), problems)
    read_fees("PPRVU", text.encode(), problems)
    unit_text(text)


def test_a_hcpcs_text_that_ends_within_a_line_says_so(system: System, tmp_path: Path) -> None:
    whole = write_hcpcs(tmp_path)
    assert parsed(system, whole).problems == ()
    whole.write_bytes(whole.read_bytes()[:-100])
    (problem,) = parsed(system, whole).problems
    assert "cut off" in problem.message


def test_the_real_hcpcs_of_2019_is_read_completely(hcpcs_2019: Edition) -> None:
    """CMS's own spreadsheet of the same release has 6,440 codes and 360 modifiers."""
    assert hcpcs_2019.problems() == ()
    codes = [code for code in hcpcs_2019.codes() if code.kind is CodeKind.CODE]
    assert sum("modifier" in code.attributes for code in codes) == 360
    assert len(codes) == 6800
    assert hcpcs_2019.get("G0503").title.endswith("prepared for discharge from active treatment")
    assert (
        hcpcs_2019.get("LT").title == "Left side (used to identify procedures performed on the left side of the body)"
    )
    assert hcpcs_2019.release.version == "2019"
    assert hcpcs_2019.derived_index


def test_the_spreadsheet_says_what_the_text_says(system: System, hcpcs_zip: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(hcpcs_zip) as archive:
        for name in ("HCPC2019_CONTR_ANWEB.xlsx", "HCPC2019_CONTR_ANWEB.txt"):
            folder = tmp_path / name[-4:].strip(".")
            folder.mkdir()
            (folder / name).write_bytes(archive.read(name))
    sheet_form, text_form = parsed(system, tmp_path / "xlsx"), parsed(system, tmp_path / "txt")
    assert sheet_form.terms == text_form.terms
    for one, other in zip(sheet_form.codes, text_form.codes, strict=True):
        assert attrs.evolve(one, attributes={}) == attrs.evolve(other, attributes={})
        assert one.attributes.items() <= other.attributes.items(), "CMS leaves a few dates out of the spreadsheet"


def test_a_plain_list_is_read(system: System, shared: Path) -> None:
    found = parsed(system, shared / "releases/hcpcs/hcpcs-2025.csv.gz")
    by_code = {code.code: code for code in found.codes}
    assert (found.release.version, found.problems) == ("2025-07", ())
    assert by_code["J1885"].title == "Injection, ketorolac tromethamine, per 15 mg"
    assert by_code["A1"].attributes["modifier"] == "true"
    assert sum(code.assignable for code in found.codes) > 8000


def test_every_file_of_the_ama_is_read(edition: Edition) -> None:
    assert edition.problems() == ()
    code = edition.get("11001")
    assert code.title == "Removal of plonk from skin, single"
    assert code.attributes["medium"] == "RMVL PLONK SKIN SINGLE"
    assert code.attributes["short"] == "RMVL PLONK SKIN"
    assert code.attributes["consumer"] == "Taking a plonk off the skin"
    assert {term.path[0] for term in edition.terms_for("27001")} >= {
        "Grommet repair, knee, open",
        "Open grommetorrhaphy of knee",
        "Knee grommetorrhaphy",
    }
    laboratory = edition.get("9001U")
    assert (laboratory.title, laboratory.attributes["laboratory"]) == ("Invented assay of plonks", "Lab")
    assert [term.path[0] for term in edition.terms_for("9001U")] == [
        "Invented assay of plonks",
        "PlonkSeq",
        "PLONK ASSAY",
    ]


def test_modifiers_have_their_titles(edition: Edition) -> None:
    titles = {code.code: code.title for code in edition.children("Modifiers")}
    assert titles["25"] == "Invented visit modifier of the same physician"
    assert titles["P1"] == "An invented patient"
    assert titles["1P"] == "Invented exclusion modifier"
    assert titles["E1"] == "Upper left, eyelid"
    assert titles["LT"] == "Left side", "CMS's own text goes before the AMA's copy of it"


def test_codes_stand_in_their_sections(edition: Edition) -> None:
    assert [row.title for row in edition.ancestors("11001")] == ["Integumentary system", "Surgery"]
    assert [row.title for row in edition.ancestors("99213")] == ["Evaluation and management"]
    assert [row.title for row in edition.ancestors("9001T")] == ["Emerging technology"]
    assert [row.title for row in edition.ancestors("J9991")] == [
        "Chemotherapy drugs",
        "Drugs administered other than by oral method, chemotherapy drugs",
    ]


def test_the_hierarchy_of_cpt_link_goes_before_the_numbers(edition: Edition) -> None:
    assert [row.title for row in edition.ancestors("27001")] == ["Grommet procedures", "Procedures", "Surgery"]
    assert [row.title for row in edition.ancestors("27002")] == ["Musculoskeletal system", "Surgery"]


def test_tables_of_cms_say_more_about_codes(edition: Edition) -> None:
    assert edition.get("80001").attributes["mue_practitioner"] == "2"
    assert edition.get("80001").attributes["mai_practitioner"] == "3"
    assert edition.get("27001").attributes["global_days"] == "090"
    assert edition.get("77001").attributes["bilateral"] == "9"
    pairs = edition.pairs("ncci-practitioner", "27001")
    assert [pair.second for pair in pairs] == ["27002", "27003", "27004", "77001", "99213"]
    assert pairs[2].valid_to == date(2026, 3, 31)
    assert pairs == tuple(
        pair
        for code in ("27002", "27003", "27004", "77001", "99213")
        for pair in edition.pairs("ncci-practitioner", code)
    )
    assert [pair.valid_to for pair in edition.pairs("add-on", "11002")] == [None, date(2025, 12, 31)]
    assert edition.counts()["pairs"] == 7


def test_codes_that_ended_are_kept_and_not_assignable(edition: Edition) -> None:
    assert not edition.get("J9992").assignable
    assert edition.terms_for("J9992") == ()


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("Injection, inventamab, 10 mg", "10 mg"),
        ("Injection, inventamab, per 0.5 gram", "0.5 gram"),
        ("Injection, inventamab, up to 1,000 units", "1,000 units"),
        ("Therapeutic wobbling, each 15 minutes", "15 minutes"),
        ("Wobbling, 15 minutes", ""),
        ("Syringe, 20 cc or less", ""),
        ("Wobble board, each", ""),
    ],
)
def test_the_unit_of_a_descriptor(title: str, unit: str) -> None:
    assert unit_text(title) == unit
    assert (read_unit(unit) is None) == (not unit)


def test_the_long_form_may_be_in_capitals_too(system: System, tmp_path: Path) -> None:
    folder = tmp_path / "CPT2026"
    folder.mkdir()
    (folder / "LONGUT.txt").write_text(tab({code: text.upper() for code, text in LONG.items()}), encoding="utf-8")
    (folder / "LONGULF.txt").write_text(numbered(LONG), encoding="cp1252")
    titles = {code.code: code.title for code in parsed(system, folder).codes}
    assert titles["11001"] == LONG["11001"]


def test_a_year_is_told_by_the_copyright_or_refused(system: System, tmp_path: Path) -> None:
    (tmp_path / "LONGULT.txt").write_text(tab(LONG), encoding="utf-8")
    with Source.open(tmp_path) as source:
        assert system.identify(source).version == "2026"
    (tmp_path / "LONGULT.txt").write_text(tab(LONG).removeprefix(COPYRIGHT), encoding="utf-8")
    with Source.open(tmp_path) as source, pytest.raises(SourceError, match="tells the year"):
        system.identify(source)


def test_tables_without_codes_are_refused(system: System, tmp_path: Path) -> None:
    with Source.open(write_tables(tmp_path)) as source, pytest.raises(SourceError, match="together with HCPCS or CPT"):
        system.identify(source)


def test_quarters_are_told_apart(system: System, tmp_path: Path) -> None:
    path = write_hcpcs(tmp_path)
    for month, start in (("JAN", date(2026, 1, 1)), ("OCT", date(2026, 10, 1))):
        renamed = path.rename(tmp_path / f"HCPC2026_{month}_ANWEB.txt")
        with Source.open(renamed) as source:
            release = system.identify(source)
        assert (release.version, release.valid_from) == (f"2026-{start.month:02}", start)
        path = renamed


def test_what_cannot_be_read_is_reported(system: System, tmp_path: Path) -> None:
    cpt, hcpcs, tables = write_cpt(tmp_path / "CPT2026"), write_hcpcs(tmp_path / "h"), write_tables(tmp_path / "t")
    with (cpt / "standard/LONGULT.txt").open("a") as stream:
        stream.write("no code\n")
    with hcpcs.open("ab") as stream:
        stream.write(b"J9999no record\r\n")
    with next(tables.glob("ccipra*")).open("ab") as stream:
        stream.write(b"27001\t27002\tbroken\r\n")
    with next(tables.glob("MCR_MUE*")).open("a") as stream:
        stream.write("27001,many,1,\n")
    problems = parsed(system, cpt, hcpcs, tables).problems
    assert sorted(problem.file.rpartition("/")[2] for problem in problems) == [
        "HCPC2026_JAN_ANWEB.txt",
        "LONGULT.txt",
        "MCR_MUE_PractitionerServices_Eff_01-01-2026.csv",
        "ccipra-v320r0-f1.TXT",
    ]


def test_a_damaged_spreadsheet_is_passed_over(system: System, tmp_path: Path) -> None:
    write_hcpcs(tmp_path)
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 no spreadsheet")
    sheet(tmp_path / "other.xlsx", [["Some", "table"]])
    assert parsed(system, tmp_path).problems == ()


def test_a_gzip_bomb_is_refused(system: System, tmp_path: Path) -> None:
    (tmp_path / "hcpcs.csv.gz").write_bytes(gzip.compress(b"0" * (65 * 2**20)))
    with Source.open(tmp_path) as source, pytest.raises(SourceError, match="expands to more than"):
        system.identify(source)
