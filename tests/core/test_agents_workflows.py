"""Workflows by name: reranking, verifying anybody's proposals, and those of other distributions."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest

pytest.importorskip("aiohttp", reason="needs the extra medcodekit[openai]")
from agents_model import Expert, Script, asked_by, numbered, say, step_of

from codekit import Coder, CodingResult, Note
from codekit.editions.edition import Edition
from codekit.errors import PluginError, UsageError
from codekit.plugin import hookimpl
from codekit.plugins.registry import load_plugins
from codekit.system import System
from codekit.types import ProposedCode
from codekit.workflows.kit import Kit
from codekit.workflows.registry import build, list_workflows

TEXT = "Assessment:\n1. Type 2 diabetes mellitus with diabetic neuropathy\n2. Essential hypertension\n"
EXPERT = Expert(
    {"Type 2 diabetes mellitus with diabetic neuropathy": "present", "Essential hypertension": "present"},
    ("E11.40", "I10"),
)


def codes(result: CodingResult) -> list[str]:
    return [one.code for one in result.assignments]


def choosing(*titles: str) -> Script:
    """Make a model that selects the first description with one of some titles."""

    def script(step: str, question: str) -> str:
        if step != "select":
            return EXPERT(step, question)
        right = [number for number, text in numbered(question).items() if text.startswith(titles)]
        return say(answer=right[0] if right else 0)

    return script


@contextmanager
def extended(coder: Coder, extension: object) -> Iterator[Coder]:
    """Give the coder's system one more extension."""
    claim = load_plugins().claim("icd10cm")
    system = System(claim.info, claim.plugin, claim.hooks, {"classifier": extension})
    yield Coder(system, coder.edition, searcher=coder.searcher)


def kit_of(coder: Coder, proposer: str = "rules") -> Kit:
    return Kit(system=coder.system, edition=coder.edition, searcher=coder.searcher, proposer=proposer)


def test_rules_by_name_are_the_rules(coder: Coder) -> None:
    assert build("rules", kit_of(coder)).code(TEXT) == coder.code(TEXT)
    assert list_workflows()[:4] == ("rules", "clh", "extract-retrieve-rerank", "verify")


@pytest.mark.parametrize("name", ["clh", "extract-retrieve-rerank", "verify"])
def test_a_workflow_that_asks_says_that_it_needs_a_model(coder: Coder, name: str) -> None:
    with pytest.raises(UsageError, match="--backend"):
        build(name, kit_of(coder))


def test_an_unknown_workflow_or_proposer_is_refused(coder: Coder) -> None:
    with pytest.raises(UsageError, match="extract-retrieve-rerank"):
        build("none", kit_of(coder))
    with (
        pytest.raises(UsageError, match="'none'"),
        asked_by(coder, EXPERT, "verify", proposer="none"),
    ):
        pass


def test_a_models_own_description_joins_what_is_retrieved(coder: Coder) -> None:
    def script(step: str, question: str) -> str:
        if step == "describe":
            return say(descriptions=["Type 2 diabetes mellitus with diabetic amyotrophy", "E11.9", "I21.9"])
        if step == "rank":
            ranked = sorted(numbered(question).items(), key=lambda one: "amyotrophy" not in one[1])
            return say(answer=[number for number, _ in ranked])
        return EXPERT(step, question)

    with asked_by(coder, script, "extract-retrieve-rerank") as (agents, server):
        result = agents.code(TEXT)
        located = agents.trace(Note(id="a", text=TEXT)).located
    assert "E11.44" in codes(result)
    assert all(coder.edition.find(one.code) for each in located for one in each)
    assert [one.score for one in located[0]] == sorted((one.score for one in located[0]), reverse=True)
    assert {step_of(body) for body in server.bodies} == {"analyze", "describe", "rank"}
    assert [one.prompt for one in result.usage if one.step == "locate"] == ["rerank/describer@1", "rerank/reranker@1"]


@pytest.mark.parametrize("bad", ["", "I21.9", say(descriptions=3, answer=[99])])
def test_reranking_falls_back_to_the_rules(coder: Coder, bad: str) -> None:
    def script(step: str, question: str) -> str:
        return EXPERT(step, question) if step == "analyze" else bad

    with asked_by(coder, script, "extract-retrieve-rerank") as (agents, _):
        result = agents.code(TEXT)
    assert set(codes(result)) == {"E11.40", "I10"}
    assert sum(one.fallbacks for one in result.usage) == 4


def test_another_workflows_codes_are_compared_with_their_neighbours(coder: Coder) -> None:
    script = choosing("Type 2 diabetes mellitus with diabetic mononeuropathy", "Essential")
    with asked_by(coder, script, "verify") as (agents, server):
        result = agents.code(TEXT)
    assert codes(result) == ["E11.41", "I10"]
    assert result.edits
    asked = [body["messages"][1]["content"] for body in server.bodies]
    assert {step_of(body) for body in server.bodies} == {"select"}
    assert not any("E11." in text for text in asked)
    assert all(TEXT[each.start : each.end] == each.text for one in result.assignments for each in one.evidence)


def test_what_is_selected_by_none_is_dropped_and_by_nonsense_left_as_proposed(coder: Coder) -> None:
    with asked_by(coder, choosing("Essential"), "verify") as (agents, _):
        result = agents.code(TEXT)
    assert codes(result) == ["I10"]
    assert "E11.40" in {one.code for one in result.dropped}
    with asked_by(coder, lambda _step, _question: "I21.9", "verify") as (agents, _):
        result = agents.code(TEXT)
    assert codes(result) == ["E11.40", "I10"]
    assert [one.fallbacks for one in result.usage] == [2]


def test_a_model_may_check_a_models_codes(coder: Coder) -> None:
    with asked_by(coder, choosing("Essential"), "verify", proposer="clh") as (agents, _):
        result = agents.code(TEXT)
    assert codes(result) == ["I10"]
    assert [one.step for one in result.usage] == ["analyze", "locate", "assign", "verify", "assign"]


def test_a_file_of_predictions_is_checked_and_grounded(coder: Coder, tmp_path: Path) -> None:
    path = tmp_path / "predictions.jsonl"
    path.write_text(json.dumps({"id": "a", "codes": ["I10", "e119", "C50.911", "X99.99"]}) + "\n", encoding="utf-8")
    script = choosing("Type 2 diabetes mellitus with diabetic neuropathy, unspecified", "Essential")
    with asked_by(coder, script, "verify", proposer=str(path)) as (agents, _):
        result = agents.code(Note(id="a", text=TEXT))
        other = agents.code(Note(id="b", text=TEXT))
    assert set(codes(result)) == {"E11.40", "I10"}
    assert all(TEXT[each.start : each.end] == each.text for one in result.assignments for each in one.evidence)
    told = {finding.codes: finding.message for finding in result.findings if finding.rule == "proposal"}
    assert "nothing in the note names it" in told[("C50.911",)]
    assert "not in this edition" in told[()]
    assert codes(other) == []


def test_a_plugins_classifier_proposes_with_spans_or_without(coder: Coder) -> None:
    class Classifier:
        @hookimpl
        def codekit_propose_codes(self, note: Note, edition: Edition) -> list[ProposedCode]:
            at = note.text.index("Essential")
            assert edition.system == "icd10cm"
            return [
                ProposedCode(code="I10", score=0.9, spans=((at, at + 9), (5, 5), (-3, 2), (0, 10_000))),
                ProposedCode(code="E11", score=7.0),
            ]

    script = choosing("Type 2 diabetes mellitus without complications", "Essential")
    with (
        extended(coder, Classifier()) as wider,
        asked_by(wider, script, "verify", proposer="plugin") as (agents, _),
    ):
        result = agents.code(TEXT)
    by_code = {one.code: one for one in result.assignments}
    assert set(by_code) == {"E11.9", "I10"}
    assert [one.text for one in by_code["I10"].evidence] == ["Essential"]
    assert by_code["E11.9"].confidence == 1.0


def test_without_a_classifier_there_are_no_proposals(coder: Coder) -> None:
    with asked_by(coder, EXPERT, "verify", proposer="plugin") as (agents, server):
        assert codes(agents.code(TEXT)) == []
        assert not server.bodies


def test_another_distribution_brings_a_workflow(coder: Coder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def install(name: str, entry: str) -> None:
        info = tmp_path / f"{name}-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[codekit.workflows]\n{entry}\n", encoding="utf-8")

    install("one", "careful = careful_workflow:build\nbad = careful_workflow:nothing\nwrong = careful_workflow:wrong")
    module = "def build(kit):\n    return kit.coder()\n\n\ndef wrong(kit):\n    return 1\n"
    (tmp_path / "careful_workflow.py").write_text(module, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    assert list_workflows()[4:] == ("bad", "careful", "wrong")
    made = build("careful", kit_of(coder)).code(TEXT)
    assert made.provenance
    assert made.provenance.workflow == "careful"
    assert attrs.evolve(made, provenance=None) == attrs.evolve(coder.code(TEXT), provenance=None)
    for name in ("bad", "wrong"):
        with pytest.raises(PluginError, match=name):
            build(name, kit_of(coder))
    install("two", "careful = careful_workflow:build")
    importlib.invalidate_caches()
    with pytest.raises(PluginError, match="one and two"):
        build("careful", kit_of(coder))
