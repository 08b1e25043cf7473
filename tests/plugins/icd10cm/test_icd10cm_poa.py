"""The list of codes that are exempt from POA reporting, where a release comes with one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from codekit.editions.edition import Edition
from codekit.editions.store import EditionStore
from codekit.system import System
from codekit.types import Classification, Encounter, Setting, Severity
from codekit_icd10cm.poa import check_poa, read_poa_list

Build = Callable[..., Classification]
ROWS = "<diag><name>A00</name><desc>Test</desc></diag><diag><name>A01</name><desc>Other test</desc></diag>"
LIST = "OrdFY30\tPOAexemptCode\tDescription\r\n00001\tA00\tTest\r\n"


def exempt(classification: Classification) -> set[str]:
    return {row.code for row in classification.codes if row.attributes.get("poa_exempt")}


def test_the_real_list_marks_its_codes_and_no_others(fy2025: Classification) -> None:
    marked = exempt(fy2025)
    assert len(marked) == 38_154
    assert {"B90.0", "Z38.00", "Q21.0", "Y92.009", "S52.501D"} <= marked
    assert not {"I10", "E11.9", "S52.501A", "Z38"} & marked
    assert [problem for problem in fy2025.problems if "POA" in problem.file] == []


def test_without_a_list_no_code_is_marked(embedded: Classification) -> None:
    assert exempt(embedded) == set()


def test_the_list_of_additions_does_not_stand_for_the_list(build: Build) -> None:
    assert exempt(build(ROWS, POAexemptCodesFY30_txt=LIST)) == {"A00"}
    assert exempt(build(ROWS, POAexemptAddCodesFY30_txt=LIST.replace("A00", "A01"))) == {"A00"}


def test_what_does_not_fit_is_a_problem(build: Build) -> None:
    parsed = build(ROWS, POAexemptCodesFY30_txt=LIST + "nonsense\r\n00002\tZ99\tGone\r\n")
    assert exempt(parsed) == {"A00"}
    assert [(problem.line, "Z99" in problem.message) for problem in parsed.problems if "POA" in problem.file] == [
        (3, False),
        (None, True),
    ]
    assert read_poa_list("empty", [], []) == frozenset()


def test_inpatient_codes_that_are_exempt_are_named_in_one_finding(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(ROWS, POAexemptCodesFY30_txt=LIST)
    monkeypatch.setenv("CODEKIT_HOME", str(tmp_path / "home"))
    system = System.open("icd10cm")
    info = EditionStore(system).add([tmp_path / "tabular.xml", tmp_path / "POAexemptCodesFY30.txt"])
    with Edition(info.path) as edition:
        (finding,) = system.validate(["A01", "A00"], edition, Encounter(setting=Setting.INPATIENT))
        assert (finding.rule, finding.severity, finding.codes) == ("poa-exempt", Severity.INFO, ("A00",))
        assert system.validate(["A01", "A00"], edition, Encounter(setting=Setting.OUTPATIENT)) == ()
        assert list(check_poa(edition, ["A01"])) == []
