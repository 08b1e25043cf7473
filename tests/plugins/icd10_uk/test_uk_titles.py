"""The embedded default: the WHO's titles, and what the plugin adds to them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from uk_releases import CLAML

from codekit import Coder
from codekit.cli.main import cli
from codekit.editions.store import EditionStore
from codekit.search.searcher import Searcher
from codekit.system import System


def test_it_is_labelled_as_the_titles_of_the_who(uk: Coder) -> None:
    release = uk.edition.release
    assert uk.edition.label.startswith("who-2019-titles+")
    assert release.title == "WHO ICD-10 2019, titles only (not the NHS 5th Edition)"
    assert uk.edition.derived_index


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "-"),
        ("run", "-", "--format", "json"),
        ("validate", "I10"),
        ("validate", "I10", "--format", "json"),
        ("show", "I10"),
        ("show", "I10", "--format", "json"),
        ("search", "hypertension"),
        ("search", "hypertension", "--format", "json"),
        ("editions", "show"),
    ],
)
def test_every_output_says_so(uk: Coder, arguments: tuple[str, ...]) -> None:
    ran = CliRunner().invoke(cli, ["--system", "icd10_uk", *arguments], input="Diagnosis: hypertension\n")
    assert ran.exit_code == 0, ran.output
    assert uk.edition.label in ran.output.replace("\n", "")


def test_it_holds_every_title_and_the_fifth_characters_of_fractures(uk: Coder) -> None:
    counts = uk.edition.counts()
    assert counts["codes"] > 12_500
    assert counts["problems"] == 0
    assert uk.edition.get("S72.0").title == "Fracture of neck of femur"
    assert uk.edition.get("S72.01").title == "Fracture of neck of femur, open"
    assert uk.edition.get("T08.X0").title.endswith(", closed")
    assert uk.edition.get("S06.50").title.endswith(", without open intracranial wound")
    assert uk.edition.get("J46").attributes["alt_code"] == "J46X"


def test_asterisk_codes_are_marked_and_paired(uk: Coder) -> None:
    assert uk.edition.get("G63.2").attributes["usage"] == "asterisk"
    assert [pair.first for pair in uk.edition.pairs("asterisk", "G63.2")] == [f"E1{n}.4" for n in range(5)]


@pytest.mark.parametrize(
    ("american", "british"),
    [
        ("pulmonary edema", "pulmonary oedema"),
        ("hemorrhage of esophagus", "haemorrhage of oesophagus"),
        ("iron deficiency anemia", "iron deficiency anaemia"),
        ("nontoxic goiter", "nontoxic goitre"),
        ("obstructed labor", "obstructed labour"),
        ("paresthesia of skin", "paraesthesia of skin"),
        ("amebic dysentery", "amoebic dysentery"),
        ("tumor of bone", "tumour of bone"),
    ],
)
def test_either_spelling_finds_the_same(uk: Coder, american: str, british: str) -> None:
    searcher = Searcher(uk.system, uk.edition)
    one, other = ([(found.code, found.score) for found in searcher.search(words, 5)] for words in (american, british))
    searcher.close()
    assert one == other
    assert one


def test_a_release_of_the_users_own_lies_beside_it(uk: Coder, tmp_path_factory: pytest.TempPathFactory) -> None:
    store = EditionStore(System.open("icd10_uk"), tmp_path_factory.mktemp("editions"))
    info = store.add(CLAML)
    assert info.label.startswith("claml-2030+")
    assert json.loads((info.path / "manifest.json").read_text())["counts"]["pairs"] == 6, (
        "three of dagger and asterisk, three of filler"
    )
    assert uk.edition.label != info.label
