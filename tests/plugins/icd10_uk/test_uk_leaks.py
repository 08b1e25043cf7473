"""Nothing of ICD-10-CM reaches ICD-10 UK, nor the reverse."""

from __future__ import annotations

import json
import re

from click.testing import CliRunner

from codekit import Coder, Note
from codekit.cli.main import cli
from codekit.types import NoteKind

NOTE = """Presenting complaint: shortness of breath.
Past medical history: Type 2 diabetes, hypertension, chronic kidney disease stage 3, COPD, dementia.
Diagnosis:
1. Acute myocardial infarction
2. Severe sepsis due to Escherichia coli
3. Open fracture of shaft of right tibia, initial encounter
4. Hypertensive heart disease with heart failure
5. Alcohol dependence
"""


def test_the_two_systems_share_no_rule(uk: Coder, coder: Coder) -> None:
    british = {one.id for one in uk.system.conventions(uk.edition.release)}
    american = {one.id for one in coder.system.conventions(coder.edition.release)}
    assert british
    assert british.isdisjoint(american)


def test_no_american_rule_fires_and_no_code_has_a_seventh_character(uk: Coder, coder: Coder) -> None:
    result = uk.code(Note(id="n", text=NOTE))
    american = {one.id for one in coder.system.conventions(coder.edition.release)}
    fired = {edit.rule for edit in result.edits} | {one.rule for one in (*result.findings, *result.dropped)}
    assert fired.isdisjoint(american)
    assert not any("excludes1" in rule for rule in fired)
    found = [one.code for one in result.assignments]
    assert found
    assert all(re.fullmatch(r"[A-Z]\d\d(?:\.[\dX]\d?)?", code) for code in found)
    assert "I13.0" not in found, "no presumed link of hypertension, heart and kidney"


def test_no_row_has_a_seventh_character_or_a_note_that_forbids(uk: Coder) -> None:
    for row in uk.edition.codes():
        assert row.seventh_characters == ()
        assert not any(note.kind is NoteKind.EXCLUDES1 for note in row.notes)


def test_the_output_has_the_schema_of_the_other_systems() -> None:
    def keys(system: str) -> tuple[set[str], set[str]]:
        ran = CliRunner().invoke(cli, ["--system", system, "run", "-", "--format", "json"], input=NOTE)
        assert ran.exit_code == 0, ran.output
        data = json.loads(ran.stdout)
        return set(data), set(data["assignments"][0]) if "assignments" in data else set()

    assert keys("icd10_uk") == keys("icd10cm")
