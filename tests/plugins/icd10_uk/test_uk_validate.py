"""Checking code sets without a note: filler, fifth characters, pairs, the main condition, the patient."""

from __future__ import annotations

from datetime import date

import pytest
from uk_releases import CLAML, TRUD_XML

from codekit import Coder, Encounter
from codekit.editions.edition import Edition
from codekit.editions.store import EditionStore
from codekit.system import System
from codekit.types import Finding, Severity, Sex


def check(coder: Coder, *codes: str, encounter: Encounter | None = None) -> tuple[Finding, ...]:
    return coder.system.validate(codes, coder.edition, encounter or Encounter())


def errors(findings: tuple[Finding, ...]) -> list[str]:
    return [one.rule for one in findings if one.severity is Severity.ERROR]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EditionStore:
    return EditionStore(System.open("icd10_uk"), tmp_path_factory.mktemp("editions"))


@pytest.mark.parametrize("typed", "J46 J46X J46.X j46.x I10X- I210 T08.X0 T08X0 S72.00 S7200 A170D A17.0d".split())
def test_codes_are_taken_however_they_are_typed(uk: Coder, typed: str) -> None:
    assert errors(check(uk, typed)) == []


def test_the_mark_of_an_asterisk_is_taken_from_data_sets(uk: Coder) -> None:
    assert check(uk, "E114D", "G632A") == ()


def test_one_code_typed_two_ways_is_repeated(uk: Coder) -> None:
    assert errors(check(uk, "J46", "J46X")) == ["code-repeated"]


@pytest.mark.parametrize(
    ("code", "rule", "said"),
    [
        ("S72.0", "fifth-character-missing", "S72.00 closed; S72.01 open"),
        ("E11", "heading", "E11.0"),
        ("E11.9X", "no-such-code", "takes no further character"),
        ("S72.00XA", "no-such-code", "S72.00 is complete"),
        ("S72.00A", "no-such-code", "S72.00 is complete"),
        ("I10D", "no-such-code", "I10 is complete"),
        ("nothing", "no-such-code", "codekit search"),
        ("S72.001A", "no-such-code", "S72.00 is complete"),
    ],
)
def test_codes_that_are_none_are_errors(uk: Coder, code: str, rule: str, said: str) -> None:
    (finding,) = check(uk, code)
    assert (finding.rule, finding.severity) == (rule, Severity.ERROR)
    assert said in finding.message


@pytest.mark.parametrize(
    ("codes", "rules"),
    [
        (("E11.4", "G63.2"), []),
        (("G63.2",), ["asterisk-alone"]),
        (("I10", "G63.2"), ["asterisk-alone"]),
        (("G63.2", "E11.4"), ["dagger-first"]),
        (("E11.4", "I10", "G63.2"), ["dagger-first"]),
        (("E11.4", "G63.2", "G59.0"), []),
        (("G30.9", "F00.9", "I10"), []),
        (("A17.0", "G01"), []),
    ],
)
def test_the_asterisk_stands_straight_behind_its_dagger(uk: Coder, codes: tuple[str, ...], rules: list[str]) -> None:
    assert errors(check(uk, *codes)) == rules


@pytest.mark.parametrize("code", ["W19", "B96.2", "R65.1"])
def test_some_codes_are_never_the_main_condition(uk: Coder, code: str) -> None:
    assert errors(check(uk, code, "I10")) == ["never-main-condition"]
    assert errors(check(uk, "I10", code)) == []


def test_a_symptom_before_a_diagnosis_is_information(uk: Coder) -> None:
    (finding,) = check(uk, "R07.4", "I21.9")
    assert (finding.rule, finding.severity) == ("symptom-as-main-condition", Severity.INFO)


def test_an_injury_without_an_external_cause_is_information(uk: Coder) -> None:
    (finding,) = check(uk, "S72.00", "M10.9")
    assert (finding.rule, finding.severity, finding.codes) == ("external-cause-missing", Severity.INFO, ("S72.00",))
    assert check(uk, "S72.00", "W19") == ()


def test_a_delivery_before_what_else_is_recorded_is_information(uk: Coder) -> None:
    (finding,) = check(uk, "O80.0", "O72.1")
    assert (finding.rule, finding.severity) == ("delivery-as-main-condition", Severity.INFO)
    assert check(uk, "O72.1", "O80.0") == check(uk, "O80.0", "I10") == ()


def test_sex_is_a_warning_by_the_list_of_the_who_and_an_error_by_metadata(uk: Coder, store: EditionStore) -> None:
    man = Encounter(sex=Sex.MALE)
    assert [(one.rule, one.severity) for one in check(uk, "O80.0", encounter=man)] == [("sex-limit", Severity.WARNING)]
    with Edition(store.add(TRUD_XML).path) as edition:
        found = System.open("icd10_uk").validate(("O80.0",), edition, man)
        assert [(one.rule, one.severity) for one in found] == [("sex-limit", Severity.ERROR)]
        woman = System.open("icd10_uk").validate(("O80.0",), edition, Encounter(sex=Sex.FEMALE, age=30))
        assert woman == ()


@pytest.mark.parametrize(("age", "rules"), [(9, ["age-limit"]), (10, []), (60, []), (61, ["age-limit"]), (None, [])])
def test_age_is_checked_by_metadata(store: EditionStore, age: int | None, rules: list[str]) -> None:
    with Edition(store.add(TRUD_XML).path) as edition:
        found = System.open("icd10_uk").validate(("O80.0",), edition, Encounter(age=age))
    assert [one.rule for one in found] == rules


def test_exclusion_notes_are_advice(store: EditionStore) -> None:
    with Edition(store.add(CLAML).path) as edition:
        (finding,) = System.open("icd10_uk").validate(("A17.0", "G01", "E11"), edition, Encounter())
    assert (finding.rule, finding.severity) == ("exclusion-note", Severity.INFO)
    assert finding.codes == ("A17.0", "E11")
    assert "note at A17.0" in finding.source


def test_another_edition_is_asked_for_where_this_one_does_not_hold(store: EditionStore) -> None:
    with Edition(store.add(TRUD_XML).path) as edition:
        found = System.open("icd10_uk").validate(("I10",), edition, Encounter(date_of_service=date(2015, 1, 1)))
    assert "edition-not-valid" in errors(found)
