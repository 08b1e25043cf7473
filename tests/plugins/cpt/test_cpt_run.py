"""Coding notes: services, doses, sides, visits, and what the conventions do with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codekit.cli.main import cli
from codekit.pipeline.coder import Coder
from codekit.types import Action, ClaimLine, CodingResult

NOTE = "Procedure:\nInventamab 25 mg infused.\n"


def coded(result: CodingResult) -> list[str]:
    return [str(ClaimLine(code=one.code, modifiers=one.modifiers, units=one.units)) for one in result.assignments]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ketorolac 30 mg IM was given.", ["J1885x2"]),
        ("Ketorolac 15 mg given intravenously.", ["J1885"]),
        ("Ketorolac 20 mg IV push.", ["J1885x2"]),
        ("Dexamethasone sodium phosphate 0.01 g injected.", ["J1100x10"]),
        ("HCPCS G0108 x 2.", ["G0108x2"]),
        ("HCPCS code J1885 x 3 given.", ["J1885x3"]),
        ("Dispensed crutches, underarm, wood.", ["E0112"]),
    ],
)
def test_services_of_the_real_hcpcs_with_their_units(hcpcs_coder: Coder, text: str, expected: list[str]) -> None:
    assert coded(hcpcs_coder.code(f"Procedure:\n{text}\n")) == expected


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Procedure:\nDiscussed ketorolac.\n", "cpt-not-given"),
        ("Procedure:\nCrutches, underarm, wood were seen.\n", "cpt-not-given"),
        ("Plan:\nConsider ketorolac 30 mg IM.\n", "cpt-not-given"),
        ("Plan:\nKetorolac 30 mg IM if pain recurs.\n", "cpt-not-given"),
        ("Plan:\nWill give ketorolac 30 mg IM tomorrow.\n", "cpt-not-given"),
        ("Plan:\nCeftriaxone 500 mg IM to be given.\n", "cpt-not-given"),
        ("Plan:\nPatient declined ceftriaxone injection 1 g.\n", "cpt-not-given"),
        ("Plan:\nOndansetron 4 mg IV push.\n", "cpt-not-given"),
        ("Plan:\nStandard wheelchair was declined, though ordered.\n", "cpt-not-given"),
    ],
)
def test_what_was_only_named_is_not_coded(hcpcs_coder: Coder, text: str, rule: str) -> None:
    result = hcpcs_coder.code(text)
    assert result.assignments == ()
    assert rule in [one.rule for one in result.dropped]


@pytest.mark.parametrize(
    "text",
    [
        "Assessment:\n1. Congestive heart failure\n2. Asthma\n3. Hepatitis C\n",
        "Assessment:\n1. Current smoker\n2. Pregnancy\nPlan: meals, supply, memory exercises.\n",
        "Medications: ketorolac 10 mg, finasteride 5 mg.\n",
        "Past surgical history: colonoscopy, hysterectomy.\n",
    ],
)
def test_diagnoses_and_measures_of_quality_are_no_services(hcpcs_coder: Coder, text: str) -> None:
    assert hcpcs_coder.code(text).assignments == ()


def test_a_search_finds_what_a_note_does_not_call_for(hcpcs_coder: Coder) -> None:
    found = hcpcs_coder.searcher.search("blood pressure reading not documented, reason not given", 5)
    assert "G8785" in [candidate.code for candidate in found]


def test_a_procedure_that_was_only_offered_is_not_coded(cpt_coder: Coder) -> None:
    for text in ("Patient declined open grommetorrhaphy of knee.", "Discussed open grommetorrhaphy of knee."):
        assert coded(cpt_coder.code(f"Procedure:\n{text}\n")) == []
    text = "Open grommetorrhaphy of knee was discussed and then performed."
    assert coded(cpt_coder.code(f"Procedure:\n{text}\n")) == ["27001"]


def test_what_is_absent_is_not_coded(hcpcs_coder: Coder) -> None:
    assert hcpcs_coder.code("Procedure:\nNo ketorolac injection was given.\n").assignments == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Open grommetorrhaphy of the right knee.", ["27001-RT"]),
        ("Open grommetorrhaphy of the left knee.", ["27001-LT"]),
        ("Bilateral open grommetorrhaphy of knee.", ["27001-50"]),
        ("Open grommetorrhaphy of knee.", ["27001"]),
        ("Imaging of grommet, complete, right knee.", ["77001"]),
        ("Inventamab 25 mg infused.", ["J9991x3"]),
        ("Therapeutic wobbling for 40 minutes.", ["97001x3"]),
        ("Therapeutic wobbling for 22 minutes.", ["97001"]),
    ],
)
def test_sides_and_units_become_modifiers_and_units(cpt_coder: Coder, text: str, expected: list[str]) -> None:
    assert coded(cpt_coder.code(f"Procedure:\n{text}\n")) == expected


def test_a_changed_code_says_why(cpt_coder: Coder) -> None:
    result = cpt_coder.code("Procedure:\nOpen grommetorrhaphy of the right knee.\n")
    (edit,) = [edit for edit in result.edits if edit.action is Action.MODIFY]
    assert (edit.rule, edit.modifiers, edit.units) == ("cpt-sides", ("RT",), None)
    assert "40.7" in edit.source
    assert result.assignments[0].reasons[-1].detail == edit.reason


def test_an_edit_that_no_modifier_lifts_takes_the_second_code_out(cpt_coder: Coder) -> None:
    result = cpt_coder.code("Procedure:\nGrommet repair, knee, open.\nGrommet anointment, knee.\n")
    assert coded(result) == ["27001"]
    assert [one.code for one in result.dropped if one.rule == "cpt-ncci-included"] == ["27003"]


def test_an_edit_that_a_modifier_lifts_is_reported_and_nothing_guessed(cpt_coder: Coder) -> None:
    result = cpt_coder.code("Procedure:\nGrommet repair, knee, open.\nGrommet inspection, knee, closed.\n")
    assert coded(result) == ["27001", "27002"]
    assert "cpt-ncci-pair" in [finding.rule for finding in result.findings]


@pytest.mark.parametrize(
    ("text", "modifier"),
    [
        ("Staged open grommetorrhaphy of the right knee.", "58"),
        ("Return to the operating room for open grommetorrhaphy of knee.", "78"),
        ("Open grommetorrhaphy of knee, unrelated to the recent surgery.", "79"),
        ("Established patient. MDM: low. Cough, unrelated to his recent surgery.", "24"),
        ("Open grommetorrhaphy of knee.", ""),
    ],
)
def test_words_of_a_global_period_suggest_a_modifier(cpt_coder: Coder, text: str, modifier: str) -> None:
    result = cpt_coder.code(f"Procedure:\n{text}\n")
    assert len(result.assignments) == 1
    found = [finding.message for finding in result.findings if finding.rule == "cpt-postoperative"]
    assert [f"modifier {modifier}:" in message for message in found] == ([True] if modifier else [])
    assert modifier not in result.assignments[0].modifiers


PIECES = st.sampled_from(
    ["grommetorrhaphy", "knee", "right", "left", "both", "x 2", "25 mg", "0 mg", "inventamab", "given", "IM", "MDM",
     "high", "risk:", "total time", "40 minutes", "new patient", "established patient", "CPT 11001", "HCPCS",
     "unrelated to", "surgery", "plonk", "\n", ".", ";", "🩺", "Plan:", "Procedure:"]
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(PIECES | st.text(max_size=8), max_size=40))
def test_whatever_a_note_says_its_evidence_stands_in_it(cpt_coder: Coder, pieces: list[str]) -> None:
    text = " ".join(pieces)
    result = cpt_coder.code(text)
    for one in result.assignments:
        assert one.units >= 1
        assert all(text[quote.start : quote.end] == quote.text for quote in one.evidence)
    assert not [finding for finding in result.findings if "failed" in finding.message]


def test_a_primary_code_moves_in_front_of_its_add_on(cpt_coder: Coder) -> None:
    result = cpt_coder.code("Procedure:\nCPT 11002. CPT 11001.\n")
    assert coded(result) == ["11001", "11002"]
    assert [edit.rule for edit in result.edits if edit.action is Action.MOVE] == ["cpt-add-on-sequence"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Established patient. MDM: moderate.", ["99214"]),
        ("Established patient. Medical decision making is of high complexity.", ["99215"]),
        ("New patient. Total time on the date of the encounter: 47 minutes.", ["99204"]),
        ("New patient. Total time: 31 minutes.", ["99203"]),
        ("Established patient.\nMDM\nProblems: moderate\nData: limited\nRisk: moderate\n", ["99214"]),
        ("Established patient.\nMDM\nProblems: high\nData: extensive\nRisk: low\n", ["99215"]),
        ("Established patient.\nMDM\nProblems: low\nData: minimal\nRisk: moderate\n", ["99213"]),
        ("Established patient. MDM: low. Total time 41 minutes.", ["99215"]),
        ("New patient. Total time: 1 hour 5 minutes.", ["99204"]),
        ("New patient. Total time, excluding procedures, was 31 minutes.", ["99203"]),
        ("Established patient. Total time of procedure: 45 minutes. Total time 20 minutes.", ["99213"]),
        ("Established patient. MDM: low risk, moderate complexity.", ["99214"]),
        (
            "Office visit. New to the practice. Number and complexity of problems addressed: low. Risk of patient "
            "management: moderate.",
            ["99203"],
        ),
    ],
)
def test_the_level_of_a_visit_is_by_two_of_three_elements_or_by_time(
    cpt_coder: Coder, text: str, expected: list[str]
) -> None:
    result = cpt_coder.code(text)
    assert coded(result) == expected
    assert result.queries == ()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Office visit.", ("new or established", "at least two of the three")),
        ("Established patient. Fall risk: low. Problem: high cholesterol.", ("at least two of the three",)),
        ("Established patient.\nMDM\nRisk: moderate\n", ("at least two of the three",)),
        ("Office visit. MDM: moderate.", ("new or established",)),
        ("Established patient. MDM: not high.", ("at least two of the three",)),
        ("Established patient. Total critical care time 45 minutes.", ("at least two of the three",)),
        ("Established patient. Total time of procedure: 40 minutes.", ("at least two of the three",)),
        ("New patient. Total time: 5 minutes.", ("no code stands for",)),
    ],
)
def test_a_level_that_is_not_documented_is_asked_for_and_not_guessed(
    cpt_coder: Coder, text: str, asked: tuple[str, ...]
) -> None:
    result = cpt_coder.code(text)
    assert coded(result) == []
    (query,) = result.queries
    assert all(part in query.text for part in asked)
    assert "unable to determine" in query.options


def test_no_visit_is_spoken_of_where_the_edition_holds_none(hcpcs_coder: Coder) -> None:
    result = hcpcs_coder.code("Office visit. Established patient. MDM: moderate.")
    assert (result.assignments, result.queries) == ((), ())


def test_without_a_release_every_command_says_how_to_get_one(home: Path) -> None:
    for command in (["run", "-"], ["validate", "99213"], ["search", "ketorolac"]):
        done = CliRunner().invoke(cli, ["--system", "cpt", *command], input="Note.", prog_name="codekit")
        assert done.exit_code == 2
        assert "American Medical Association" in done.output
        assert "cms.gov" in done.output
        assert "editions add" in done.output
    assert not (home / "editions" / "cpt").exists()


@pytest.mark.usefixtures("home")
def test_the_commands_work_on_a_delivery(delivery: tuple[Path, ...]) -> None:
    def invoke(*arguments: str, code: int = 0) -> str:
        done = CliRunner().invoke(cli, ["--system", "cpt", *arguments], input=NOTE, prog_name="codekit")
        assert done.exit_code == code, done.output
        return done.stdout

    invoke("editions", "add", *map(str, delivery))
    (assignment,) = json.loads(invoke("run", "--format", "json"))["assignments"]
    assert (assignment["code"], assignment["modifiers"], assignment["units"]) == ("J9991", [], 3)
    assert "J9991x3" in invoke("run")
    checked = json.loads(invoke("validate", "99213-25", "27001-LTx2", "--format", "json", code=3))
    assert [finding["codes"] for finding in checked["findings"]] == [["99213-25", "27001-LTx2"], ["27001-LTx2"]]
    assert "27001-LTx2   Grommet repair, knee, open" in invoke("validate", "27001-LTx2", code=3)
    assert "27001" in invoke("search", "grommetorrhaphy")
    assert "Surgery" in invoke("show", "27001")
    assert "cpt-ncci-pair" in invoke("conventions")
