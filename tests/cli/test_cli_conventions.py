"""`codekit conventions` as people and programs see it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from click.testing import Result

from codekit.conventions import Stage

Codekit = Callable[..., Result]


def listed(ran: Result) -> list[dict[str, object]]:
    assert (ran.exit_code, ran.stderr) == (0, "")
    found = json.loads(ran.stdout)["conventions"]
    assert isinstance(found, list)
    return found


@pytest.fixture
def conventions(codekit: Codekit) -> Codekit:
    codekit("-q", "conventions", system="icd10cm")  # builds the edition, so that no notice of it is left

    def call(*arguments: object) -> Result:
        return codekit("conventions", *arguments, system="icd10cm")

    return call


def test_they_come_in_the_order_in_which_they_apply(conventions: Codekit) -> None:
    every = listed(conventions("--format", "json"))
    stages = [Stage[str(one["stage"]).upper()] for one in every]
    assert stages == sorted(stages)
    place = {one["id"]: at for at, one in enumerate(every)}
    behind = [(name, one["id"]) for one in every for name in cast("list[str]", one["after"])]
    assert len(behind) > 5
    assert all(place[name] < place[one] for name, one in behind)


def test_json_has_every_field(conventions: Codekit) -> None:
    data = json.loads(conventions("excludes1", "--format", "json").stdout)
    assert list(data) == ["schema", "system", "edition", "query", "conventions"]
    assert (data["schema"], data["system"], data["query"]) == (2, "icd10cm", "excludes1")
    (one,) = data["conventions"]
    assert list(one) == [
        "id",
        "title",
        "source",
        "sections",
        "setting",
        "stage",
        "after",
        "origin",
        "names",
        "examples",
    ]
    assert one["sections"] == ["I.A.12.a"]
    assert one["source"] == "ICD-10-CM Official Guidelines I.A.12.a (2026-04)"
    assert (one["setting"], one["origin"]) == (None, "tabular")


def test_the_table_holds_everything_on_80_columns(conventions: Codekit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    every = listed(conventions("--format", "json"))
    ran = conventions("IV.H")
    lines = ran.stdout.splitlines()
    assert lines[0].startswith("ICD-10-CM 2026-04+")
    assert lines[3].split() == ["said", "uncertain-outpatient", "outpatient", "written"]
    assert " ".join(" ".join(lines[4:]).split()).startswith(
        "An uncertain diagnosis is not coded for an outpatient. IV.H"
    )
    assert lines[-1] == f"1 of {len(every)} conventions"
    assert max(map(len, conventions().stdout.splitlines())) <= 80


def test_a_section_gets_what_carries_out_it_or_one_below(conventions: Codekit) -> None:
    sepsis = listed(conventions("i.c.1.d", "--format", "json"))
    assert {"severe-sepsis", "urosepsis"} <= {one["id"] for one in sepsis}
    sections = [one["sections"] for one in sepsis]
    assert all(any(str(name).startswith("I.C.1.d") for name in each) for each in sections if isinstance(each, list))
    # I.C.1 is not I.C.15.
    assert "obstetric-first" not in {one["id"] for one in listed(conventions("I.C.1", "--format", "json"))}


@pytest.mark.parametrize(("query", "said"), [("excludes", "Did you mean 'excludes1'?"), ("I.C.99", "lists them all")])
def test_what_is_unknown_is_a_usage_error(conventions: Codekit, query: str, said: str) -> None:
    ran = conventions(query)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert said in ran.stderr


def test_another_systems_conventions_show_their_source(codekit: Codekit) -> None:
    ran = codekit("conventions")
    assert ran.exit_code == 0
    assert "toy.unspecified_beside_specific" in ran.stdout
    assert "Toy rules, section 1" in ran.stdout


# One rule, and whether its examples hold

PAYER = """
from codekit.plugin import CHECK, CHOOSE, Case, Example, Setting, Sex, hookimpl, rule

@rule(
    "payer.fractures",
    says="A sprain is not paid beside a fracture.",
    source="Example Health, 3.1",
    sections=["3.1"],
    stage=CHOOSE,
    after=["toy.unspecified_beside_specific"],
    codes=["T10.1-T10.2", "T11"],
    examples=[
        Example("Sprain of right ankle. Fracture of ankle.", gives="T11", without={without!r}),
        Example(codes="T11", gives="T11", setting=Setting.INPATIENT, sex=Sex.FEMALE, age=40),
        Example(codes="T10.1 T11", gives="", edition="1999"),
    ],
)
def fractures(case):
    for one in case.under("T10.1-T10.2") if case.has("T11") else ():
        yield case.drop(one.code, "the fracture is paid")

@rule(
    "payer.fingers",
    says="A cut is checked.",
    source="Example Health, 3.2",
    stage=CHECK,
    examples=[Example(codes="T20.0", gives="T20.0", reports="payer.fingers")],
)
def fingers(case):
    for one in case.under("T20"):
        yield case.flag(one.code, "was it deep?")

class Payer:
    @hookimpl
    def codekit_conventions(self):
        return [one.convention(Case) for one in (fractures, fingers)]

@hookimpl
def codekit_extend_system(system_id):
    return Payer() if system_id == "toy" else None
"""


@pytest.fixture
def payer(install: Callable[..., Path]) -> Callable[[str], None]:
    """Install an extension with a rule that has an example; what comes out without the rule is given."""

    def put(without: str = "T10.1 T11") -> None:
        install("payer", PAYER.format(without=without))

    return put


def words(ran: Result) -> str:
    return " ".join(ran.stdout.split())


def test_one_convention_shows_all_that_it_declares(codekit: Codekit, payer: Callable[..., None]) -> None:
    payer()
    ran = codekit("conventions", "payer.fractures")
    assert (ran.exit_code, ran.stderr) == (0, "")
    shown = words(ran)
    for part in (
        "A sprain is not paid beside a fracture.",
        "source Example Health, 3.1 sections 3.1 stage choose after toy.unspecified_beside_specific",
        "setting both origin written codes T10.1-T10.2, T11",
        "“Sprain of right ankle. Fracture of ankle.” T11 T10.1 T11",
        "T11 (inpatient, female, 40 years) T11 the same",
        "T10.1 T11 (1999) nothing the same",
    ):
        assert part in shown
    assert "T20.0 T20.0, reports payer.fingers T20.0" in words(codekit("conventions", "payer.fingers"))
    assert "It brings no examples." in words(codekit("conventions", "exclusion-note", system="icd10_uk"))


def test_json_has_the_examples_of_every_convention(codekit: Codekit, payer: Callable[..., None]) -> None:
    payer()
    (one,) = listed(codekit("conventions", "payer.fractures", "--format", "json"))
    assert one["after"] == ["toy.unspecified_beside_specific"]
    assert one["names"] == [{"first": "T10.1", "last": "T10.2"}, {"first": "T11", "last": None}]
    first, second, _ = cast("list[dict[str, object]]", one["examples"])
    assert list(first) == list(second) == [
        "text", "gives", "without", "codes", "assertion", "reports", "asks", "setting", "age", "sex", "day", "edition",
        "faults",
    ]  # fmt: skip
    assert (first["text"], first["gives"], first["without"], first["faults"]) == (
        "Sprain of right ankle. Fracture of ankle.",
        "T11",
        "T10.1 T11",
        None,
    )
    assert (second["codes"], second["setting"], second["sex"], second["age"]) == ("T11", "inpatient", "female", 40)
    every = listed(codekit("conventions", "--format", "json"))
    assert [len(cast("list[object]", each["examples"])) for each in every] == [2, 3, 1]


def test_examples_are_run_on_the_opened_edition(codekit: Codekit, payer: Callable[..., None]) -> None:
    payer()
    ran = codekit("conventions", "payer.fractures", "--check")
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert ran.stdout.endswith("2 of 2 examples hold on this edition; 1 are for another one and were not run\n")
    assert [line.split()[-1] for line in ran.stdout.splitlines() if line.startswith(("“", "T1"))] == [
        "yes",
        "yes",
        "run",
    ]
    assert "5 of 5 examples hold on this edition; 1" in codekit("conventions", "--check").stdout


def test_an_example_that_does_not_hold_ends_with_status_3(codekit: Codekit, payer: Callable[..., None]) -> None:
    payer(without="T11 T10.1")
    said = "without the rule it gives 'T10.1 T11', expected 'T11 T10.1'"
    for query in (["payer.fractures"], []):
        ran = codekit("conventions", *query, "--check")
        assert (ran.exit_code, ran.stderr) == (3, "")
        assert f"payer.fractures, “Sprain of right ankle. Fracture of ankle.”: {said}" in words(ran)
    ran = codekit("conventions", "payer.fractures", "--check", "--format", "json")
    assert ran.exit_code == 3
    (one,) = json.loads(ran.stdout)["conventions"]
    assert [each["faults"] for each in one["examples"]] == [[said], [], None]
    assert codekit("conventions", "payer.fractures").exit_code == 0
