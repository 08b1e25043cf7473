"""No rule of one code system fires for another."""

from __future__ import annotations

from codekit.editions.edition import Edition
from codekit.pipeline.coder import Coder
from codekit.system import System
from codekit.types import Encounter


def test_the_rules_of_cpt_are_its_own(system: System, edition: Edition) -> None:
    own = {convention.id for convention in system.conventions(edition.release)}
    assert own
    assert all(rule.startswith("cpt-") for rule in own)
    for other in ("icd10cm", "toy"):
        release = System.open(other).releases()[0]
        assert own.isdisjoint(convention.id for convention in System.open(other).conventions(release))


def test_no_diagnosis_and_no_diagnosis_rule_comes_of_a_note(cpt_coder: Coder) -> None:
    result = cpt_coder.code(
        "Assessment:\n1. Type 2 diabetes mellitus with retinopathy\n2. Sepsis due to pneumonia\n3. Pain of right knee\n"
    )
    rules = [edit.rule for edit in result.edits] + [finding.rule for finding in result.findings]
    assert result.assignments == ()
    assert all(rule.startswith("cpt-") for rule in rules)
    assert result.queries == ()


def test_codes_of_diagnoses_are_unknown(system: System, edition: Edition) -> None:
    findings = system.validate(["E11.9", "I10", "S72.001A"], edition, Encounter())
    assert [finding.rule for finding in findings] == ["cpt-unknown-code"] * 3


def test_a_diagnosis_system_refuses_lines_of_a_claim(coder: Coder) -> None:
    findings = coder.system.validate(["99213-25", "J1885x2"], coder.edition, Encounter())
    assert len(findings) >= 2
    assert not any(finding.rule.startswith("cpt-") for finding in findings)
