"""`codekit conventions` as people and programs see it."""

from __future__ import annotations

import json
from collections.abc import Callable
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
    assert list(one) == ["id", "title", "source", "sections", "setting", "stage", "after", "origin"]
    assert one["sections"] == ["I.A.12.a"]
    assert one["source"] == "ICD-10-CM Official Guidelines I.A.12.a (2026-04)"
    assert (one["setting"], one["origin"]) == (None, "tabular")


def test_the_table_holds_everything_on_80_columns(conventions: Codekit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ran = conventions("uncertain-outpatient")
    lines = ran.stdout.splitlines()
    assert lines[0].startswith("ICD-10-CM 2026-04+")
    assert lines[3].split() == ["said", "uncertain-outpatient", "outpatient", "written"]
    assert " ".join(" ".join(lines[4:]).split()).startswith(
        "An uncertain diagnosis is not coded for an outpatient. IV.H"
    )
    assert lines[-1].startswith("1 of ")
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
