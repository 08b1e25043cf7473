"""A hospital and a site bring words, headings and cues of their own; each works, and no edition changes for them."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

import codekit
from codekit import Coder
from codekit.cli.main import cli
from codekit.system import System

ThirdParty = Callable[[str], None]


@pytest.fixture
def harbor(third_party: ThirdParty, coder: Coder) -> Coder:
    third_party("codekit-harbor")
    return Coder(System.open("icd10cm"), coder.edition)


def codes(coder: Coder, note: str) -> list[str]:
    return [one.code for one in coder.code(note).assignments]


def test_each_abbreviation_of_the_hospital_leads_where_its_words_do(harbor: Coder, coder: Coder) -> None:
    abbreviations = importlib.import_module("codekit_harbor").ABBREVIATIONS
    assert len(abbreviations) == 10
    for short, words in abbreviations.items():
        spelled = codes(coder, f"Assessment:\n1. {words}\n")
        assert spelled, words
        assert codes(harbor, f"Assessment:\n1. {short}\n") == spelled
        assert codes(coder, f"Assessment:\n1. {short}\n") == []


def test_each_heading_of_the_hospital_opens_its_section(harbor: Coder, coder: Coder) -> None:
    headings = importlib.import_module("codekit_harbor").HEADINGS
    assert len(headings) == 5
    for heading, kind in headings.items():
        note = f"{heading.upper()}\nGout of the left foot.\n"
        assert [one.section for one in harbor.trace(codekit.Note(id="n", text=note)).mentions] == [kind]
        assert kind not in {one.section for one in coder.trace(codekit.Note(id="n", text=note)).mentions}


def test_what_runs_in_the_family_is_not_the_patient_s_under_a_heading_of_the_hospital(
    harbor: Coder, coder: Coder
) -> None:
    note = "Kin: psoriasis.\n"
    assert codes(coder, note) == ["L40.9"]
    assert "L40.9" not in codes(harbor, note)


def test_the_cue_of_the_hospital_denies_what_stands_behind_it(harbor: Coder, coder: Coder) -> None:
    note = "Assessment: Nil pneumonia. Gout.\n"
    assert codes(coder, note) == ["J18.9", "M10.9"]
    assert codes(harbor, note) == ["M10.9"]
    assert [one.code for one in harbor.code(note).dropped] == ["J18.9"]


def test_the_hospital_s_words_make_no_other_edition(third_party: ThirdParty, coder: Coder) -> None:
    third_party("codekit-harbor")
    with codekit.open("icd10cm") as opened:
        assert opened.edition.label == coder.edition.label


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "abbreviations.tsv").write_text("# ours\nCVID\tcommon variable immunodeficiency\n", encoding="utf-8")
    (folder / "synonyms.tsv").write_text("sugar sickness\ttype 2 diabetes\n", encoding="utf-8")
    (folder / "headings.tsv").write_text("family_history\tkin\n", encoding="utf-8")
    (folder / "cues.tsv").write_text("negated\tafter\tnil\n", encoding="utf-8")
    return folder


NOTE = "Kin: psoriasis.\n\nAssessment:\n1. CVID\n2. sugar sickness\n3. Nil pneumonia.\n"


def run(*arguments: str, note: str = NOTE) -> dict[str, object]:
    ran = CliRunner().invoke(
        cli, ["--system", "icd10cm", "run", "--format", "jsonl", *arguments], input=note, catch_exceptions=False
    )
    assert ran.exit_code == 0, ran.stderr
    (result,) = map(json.loads, ran.stdout.splitlines())
    return dict(result)


def found(result: dict[str, object]) -> list[str]:
    assignments = result["assignments"]
    assert isinstance(assignments, list)
    return [one["code"] for one in assignments]


@pytest.mark.usefixtures("coder")
def test_a_folder_of_tables_is_named_on_the_command_line(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without, named = run(), run("--lexicon", str(site))
    assert found(without) == ["J18.9", "L40.9"]
    assert found(named)[:2] == ["D83.9", "E11.9"]
    assert not {"J18.9", "L40.9"} & {*found(named)}
    assert named["edition"] == without["edition"]
    monkeypatch.setenv("CODEKIT_LEXICON", str(site))
    assert run() == named


@pytest.mark.usefixtures("coder")
def test_results_say_that_a_site_s_words_were_used(site: Path) -> None:
    settings = [run(*arguments)["provenance"] for arguments in ((), ("--lexicon", str(site)))]
    digests = [one["settings"].get("lexicon") for one in settings if isinstance(one, dict)]
    assert digests[0] is None
    assert re.fullmatch(r"[0-9a-f]{64}", digests[1] or "")


def test_the_library_takes_the_same_folder(site: Path) -> None:
    with codekit.open("icd10cm", lexicon=site) as opened:
        assert codes(opened, NOTE)[:2] == ["D83.9", "E11.9"]


@pytest.mark.usefixtures("coder")
def test_search_reads_the_words_of_a_site_too(site: Path) -> None:
    ran = CliRunner().invoke(
        cli, ["--system", "icd10cm", "search", "CVID", "--lexicon", str(site), "--limit", "1", "--format", "json"]
    )
    assert [one["code"] for one in json.loads(ran.stdout)["candidates"]] == ["D83"]


def test_a_folder_with_an_error_is_told_before_anything_is_read(site: Path) -> None:
    (site / "cues.tsv").write_text("negated\tafter\n", encoding="utf-8")
    ran = CliRunner().invoke(cli, ["--system", "icd10cm", "run", "--lexicon", str(site), "-"], input=NOTE)
    assert ran.exit_code == 2
    assert "cues.tsv, line 1: got 2 cells; expected 3 joined by tabs" in ran.stderr


def test_the_abbreviations_that_the_embedded_edition_prints_are_in_the_table_of_printed_ones(coder: Coder) -> None:
    notes, titles = coder.searcher.lexicon.vocabulary, coder.edition.lexicon.vocabulary
    texts = [code.title for code in coder.edition.codes()]
    texts += [note.text for code in coder.edition.codes() for note in code.notes]
    texts += [part for term in coder.edition.terms() for part in (*term.path, *term.nonessential_modifiers)]
    printed = {word for text in texts for word in re.findall(r"[^\W_]+(?:[-/][^\W_]+)*/?", text)}
    assert {"HIV", "COPD", "STEMI"} <= printed
    alone: frozenset[str] = frozenset()
    assert [word for word in printed if notes.expand(word, alone) != titles.expand(word, alone)] == []


@pytest.mark.usefixtures("coder")
def test_results_that_rest_on_a_site_s_words_are_said_not_to_be_made_again(site: Path, tmp_path: Path) -> None:
    notes, results = tmp_path / "note.txt", tmp_path / "results.jsonl"
    notes.write_text(NOTE, encoding="utf-8")
    options = ("--lexicon", str(site), "--format", "jsonl", "--output", str(results))
    assert CliRunner().invoke(cli, ["--system", "icd10cm", "run", str(notes), *options]).exit_code == 0
    ran = CliRunner().invoke(cli, ["--system", "icd10cm", "verify", str(results), str(notes)])
    assert ran.exit_code == 0
    assert "results of notes read with the words of a site were not made again" in ran.output
