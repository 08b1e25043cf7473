"""Checking the lines of a claim: codes, modifiers, NCCI, add-ons, global days, visits."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from cpt_files import Check

from codekit.editions.edition import Edition
from codekit.editions.store import EditionStore
from codekit.system import System
from codekit.types import Encounter, Finding, Severity

JANUARY, MAY = date(2026, 1, 15), date(2026, 5, 15)


def rules(findings: list[Finding], least: Severity = Severity.WARNING) -> list[str]:
    wanted = {Severity.ERROR, least}
    return [finding.rule for finding in findings if finding.severity in wanted]


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("12345", "cpt-unknown-code"),
        ("25", "cpt-not-billable"),
        ("CPT 99202-99499", "cpt-not-billable"),
        ("J9992", "cpt-code-dates"),
        ("27001-ZZ", "cpt-modifier-known"),
        ("27001-99-99", "cpt-modifier-known"),
        ("27001-25", "cpt-modifier-fits"),
        ("27001-57", "cpt-modifier-fits"),
        ("L9991-24", "cpt-modifier-fits"),
        ("99213-59", "cpt-modifier-fits"),
        ("99213-50", "cpt-modifier-fits"),
        ("99213-78", "cpt-modifier-fits"),
        ("27001-1P", "cpt-modifier-fits"),
        ("27001-P1", "cpt-modifier-fits"),
        ("27001-50-LT", "cpt-modifier-sides"),
        ("27001-LT-RT", "cpt-modifier-sides"),
        ("27001-50x2", "cpt-modifier-sides"),
        ("77001-50", "cpt-modifier-sides"),
        ("27005-50", "cpt-modifier-sides"),
        ("27002-59-XS", "cpt-modifier-distinct"),
        ("27002-XS-XE", "cpt-modifier-distinct"),
        ("77001-26-TC", "cpt-modifier-distinct"),
        ("27002-58-79", "cpt-modifier-distinct"),
    ],
)
def test_a_line_that_is_wrong_by_itself(check: Check, typed: str, rule: str) -> None:
    found = [finding for finding in check(typed) if finding.severity is Severity.ERROR]
    assert rule in [finding.rule for finding in found]
    assert all(finding.codes[0] == typed and finding.source for finding in found)


@pytest.mark.parametrize(
    "typed",
    [
        "99213-25",
        "99214-57",
        "27001-50",
        "27001-LT",
        "27001-58",
        "27002-XS",
        "27002-59",
        "9001F-1P",
        "J9991-JWx2",
        "27001-22",
        "99213-24",
        "80001x2",
        "27001-lt",
        "L9991-RT",
    ],
)
def test_a_line_that_is_right(check: Check, typed: str) -> None:
    assert rules(check(typed)) == []


def test_dates_of_a_code(check: Check) -> None:
    assert rules(check("J9993", day=JANUARY)) == ["cpt-code-dates"]
    assert rules(check("J9993", day=MAY)) == []
    assert [finding.message for finding in check("J9992", day=date(2026, 1, 1))] == [
        "J9992 ended on 2025-12-31; J9991 stands in its place"
    ]
    assert rules(check("99213", day=date(2031, 1, 1))) == ["cpt-edition-dates"]


def test_what_medicare_does_not_pay_is_said(check: Check) -> None:
    assert [(finding.rule, finding.severity) for finding in check("E9991")] == [("cpt-coverage", Severity.INFO)]


def test_a_line_that_stands_twice(check: Check) -> None:
    assert rules(check("27002", "27002")) == ["cpt-repeated-line"]
    assert rules(check("27002-LT", "27002-RT")) == []
    assert rules(check("27002", "27002-76")) == []


def test_both_sides_on_two_lines_of_surgery_are_one_line_with_50(check: Check) -> None:
    assert [finding.rule for finding in check("27002-RT", "27002-LT")] == ["cpt-modifier-sides"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("27001", "27002"), ["cpt-ncci-pair"]),
        (("27002", "27001"), ["cpt-ncci-pair"]),
        (("27001", "27002-59"), []),
        (("27001", "27002-XS"), []),
        (("27001-LT", "27002-RT"), []),
        (("27001-LT", "27002-LT"), ["cpt-ncci-pair"]),
        (("27001", "27002-22"), ["cpt-ncci-pair"]),
        (("27001", "27003"), ["cpt-ncci-pair"]),
        (("27001", "27003-59"), ["cpt-ncci-pair"]),
        (("27001", "77001"), []),
        (("27001", "27005"), []),
    ],
)
def test_pairs_and_their_modifier_indicators(check: Check, typed: tuple[str, ...], expected: list[str]) -> None:
    assert rules(check(*typed)) == expected


def test_the_hospital_table_stands_where_there_is_no_other(
    system: System, tmp_path: Path, delivery: tuple[Path, ...]
) -> None:
    (table,) = delivery[2].glob("ccipra*")
    (tmp_path / "ccioph-v320r0-f1.TXT").write_bytes(table.read_bytes())
    store = EditionStore(system, tmp_path / "editions")
    with Edition(store.add((delivery[0], tmp_path / "ccioph-v320r0-f1.TXT")).path) as hospital:
        findings = system.validate(["27001", "27003"], hospital, Encounter())
    assert [finding.rule for finding in findings] == ["cpt-ncci-pair"]


def test_an_edit_names_the_second_column_first(check: Check) -> None:
    (finding,) = check("27001", "27003")
    assert finding.codes == ("27003", "27001")
    assert "mutually exclusive" in finding.message
    assert "NCCI Policy Manual" in finding.source


def test_an_edit_holds_from_its_first_to_its_last_day(check: Check) -> None:
    assert rules(check("27001", "27004", day=JANUARY)) == ["cpt-ncci-pair"]
    assert rules(check("27001", "27004", day=date(2026, 3, 31))) == ["cpt-ncci-pair"]
    assert rules(check("27001", "27004", day=MAY)) == []
    assert rules(check("27001", "27004")) == [], "without a date only edits that still hold count"


@pytest.mark.parametrize(
    ("typed", "severity"),
    [
        (("J9991x3",), None),
        (("J9991x4",), Severity.ERROR),
        (("J9991x3", "J9991-59x3"), None),
        (("80001x2",), None),
        (("80001x3",), Severity.WARNING),
        (("80001x2", "80001-91"), Severity.WARNING),
        (("27001-LT", "27001-RT"), Severity.ERROR),
    ],
)
def test_units_by_their_adjudication_indicator(check: Check, typed: tuple[str, ...], severity: Severity | None) -> None:
    found = [finding.severity for finding in check(*typed) if finding.rule == "cpt-ncci-units"]
    assert found == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("11002",), ["cpt-add-on-primary"]),
        (("11001", "11002"), []),
        (("11002", "11001"), ["cpt-add-on-primary"]),
        (("11002", "27002"), ["cpt-add-on-primary"]),
        (("11002", "27004"), ["cpt-add-on-primary"]),
        (("11001", "11002-51"), ["cpt-modifier-fits"]),
        (("64001",), ["cpt-add-on-primary"]),
        (("27002", "64001"), []),
        (("64001", "11002"), ["cpt-add-on-primary", "cpt-add-on-primary"]),
    ],
)
def test_an_add_on_needs_its_primary(check: Check, typed: tuple[str, ...], expected: list[str]) -> None:
    assert rules(check(*typed)) == expected


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        (("99214", "11001"), "modifier 25"),
        (("99214-25", "11001"), ""),
        (("99214-57", "11001"), "modifier 25"),
        (("99214", "27001"), "modifier 57"),
        (("99214-25", "27001"), "modifier 57"),
        (("99214-57", "27001"), ""),
        (("99214", "77001"), ""),
        (("99214-24", "11001"), ""),
    ],
)
def test_a_visit_on_the_day_of_a_procedure(check: Check, typed: tuple[str, ...], asked: str) -> None:
    found = [finding for finding in check(*typed) if finding.rule == "cpt-global-days"]
    assert [asked in finding.message for finding in found] == ([True] if asked else [])


def test_unknown_global_days_are_no_accusation(check: Check) -> None:
    found = [finding for finding in check("99214", "27003") if finding.rule == "cpt-global-days"]
    assert [finding.severity for finding in found] == [Severity.INFO]


def test_one_office_visit_a_day(check: Check) -> None:
    (finding,) = [one for one in check("99213", "99214-25") if one.rule == "cpt-one-visit"]
    assert finding.severity is Severity.WARNING


def test_hcpcs_alone_knows_the_modifiers_of_cpt_by_their_numbers(system: System, hcpcs_2019: Edition) -> None:
    def found(typed: str) -> list[str]:
        return [finding.rule for finding in system.validate([typed], hcpcs_2019, Encounter())]

    assert found("G0442-59") == []
    assert found("J1885x4") == []
    assert found("K0001-25") == ["cpt-modifier-fits"]
    assert found("J1885-QQQ") == ["cpt-unknown-code"]
    assert found("J1885-4Z") == ["cpt-modifier-known"]
