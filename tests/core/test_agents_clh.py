"""The four agents over the embedded edition, with a scripted model behind a real server."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest

pytest.importorskip("aiohttp", reason="needs the extra medcodekit[openai]")
from agents_model import Expert, asked_by, note_in, numbered, say, step_of

from codekit import Coder, CodingResult, Note
from codekit.serialize import result_to_dict
from codekit.types import Status

TEXT = """\
Subjective:
Patient denies chest pain. Mother had breast cancer.

Assessment:
1. Type 2 diabetes mellitus with diabetic neuropathy
2. Essential hypertension, well controlled
3. Osteoarthritis of the right knee
"""
EXPERT = Expert(
    {
        "chest pain": "negated",
        "Type 2 diabetes mellitus with diabetic neuropathy": "present",
        "Essential hypertension": "present",
        "Osteoarthritis of the right knee": "present",
    },
    ("E11.40", "I10", "M17.11"),
)


def codes(result: CodingResult) -> list[str]:
    return [one.code for one in result.assignments]


def timeless(result: CodingResult) -> str:
    """Give a result's bytes without the time that a live server took."""
    data = result_to_dict(result)
    for one in data.get("usage", ()):
        one["seconds"] = 0.0
    return json.dumps(data)


def test_a_model_that_answers_well_is_followed(coder: Coder) -> None:
    with asked_by(coder, EXPERT) as (agents, server):
        result = agents.code(TEXT)
    assert set(codes(result)) == {"E11.40", "I10", "M17.11"}
    for one in result.assignments:
        assert all(TEXT[each.start : each.end] == each.text for each in one.evidence)
        assert any(reason.source.startswith("clh/tabular_validator@") for reason in one.reasons)
    assert any(one.reason == "the note says that it is absent" for one in result.dropped)
    assert not any(finding.rule == "model-fallback" for finding in result.findings)
    usage = {one.step: one for one in result.usage}
    assert list(usage) == ["analyze", "locate", "assign", "verify"]
    assert sum(one.took.calls for one in result.usage) == len(server.bodies)
    assert all(one.took.prompt_tokens == 11 * one.took.calls for one in result.usage)
    assert {one.fallbacks + one.repaired + one.unfound for one in result.usage} == {0}


def test_the_same_answers_give_the_same_bytes(coder: Coder) -> None:
    with asked_by(coder, EXPERT) as (agents, _):
        first = timeless(agents.code(TEXT))
        assert timeless(agents.code(TEXT)) == first
    with asked_by(coder, EXPERT) as (agents, _):
        assert timeless(agents.code(TEXT)) == first


def test_several_notes_are_asked_about_together_and_kept_apart(coder: Coder) -> None:
    notes = [Note(id=str(at), text=TEXT if at % 2 else "Assessment:\n1. Essential hypertension") for at in range(4)]
    with asked_by(coder, EXPERT) as (agents, server):
        together = agents.code_many(notes)
        alone = [agents.code(note) for note in notes]
        assert server.most_at_once > 1
    assert all(isinstance(one, CodingResult) for one in together)
    assert [timeless(one) for one in together if isinstance(one, CodingResult)] == [timeless(one) for one in alone]
    assert [codes(one) for one in alone[::2]] == [["I10"], ["I10"]]


def test_the_model_orders_and_leaves_out_and_the_conventions_run_after_it(coder: Coder) -> None:
    def script(step: str, question: str) -> str:
        if step != "verify":
            return EXPERT(step, question)
        offered = {text.split()[0]: number for number, text in numbered(question).items()}
        return say(answer=[offered["M17.11"], offered["E11.40"]])

    with asked_by(coder, script) as (agents, _):
        result = agents.code(TEXT)
    assert codes(result) == ["M17.11", "E11.40"]
    assert ("I10", "the model left it out") in {(one.code, one.reason) for one in result.dropped}
    assert any(edit.rule == "use-additional-code" for edit in result.edits)


@pytest.mark.parametrize("part", ["extractor", "navigator", "validator", "reconciler"])
def test_each_agent_works_among_rules(coder: Coder, part: str) -> None:
    steps = {"extractor": "analyze", "navigator": "locate", "validator": "assign", "reconciler": "verify"}
    with asked_by(coder, EXPERT, "rules", **{part: "llm"}) as (agents, server):
        result = agents.code(TEXT)
    assert {step_of(body) for body in server.bodies} == {steps[part]}
    assert {one.step for one in result.usage} == {steps[part]}
    assert {"I10", "E11.40"} <= set(codes(result))


def test_what_is_shared_stands_first(coder: Coder) -> None:
    with asked_by(coder, EXPERT) as (agents, server):
        agents.code(TEXT)
    systems: dict[str, set[str]] = {}
    for body in server.bodies:
        systems.setdefault(step_of(body), set()).add(body["messages"][0]["content"])
        assert [one["role"] for one in body["messages"]] == ["system", "user"]
    assert {len(one) for one in systems.values()} == {1}


def test_the_model_never_sees_a_code_where_it_looks_up(coder: Coder) -> None:
    with asked_by(coder, EXPERT) as (agents, server):
        agents.code(TEXT)
    looked_up = [body["messages"][1]["content"] for body in server.bodies if step_of(body) == "locate"]
    assert looked_up
    assert not any(code in question for question in looked_up for code in ("E11.4", "I10", "M17.1"))


def test_a_code_that_only_the_model_chose_is_reviewed(coder: Coder) -> None:
    def script(step: str, question: str) -> str:
        return EXPERT(step, question) if step != "assign" else say(reasoning="", answer=[1])

    with asked_by(coder, script, "rules", validator="llm") as (agents, _):
        result = agents.code("Assessment:\n1. Type 2 diabetes mellitus")
    (one,) = [one for one in result.assignments if one.code.startswith("E11")]
    assert one.code != "E11.9"
    chosen = any("the model chose it" in each.detail for each in one.reasons)
    assert chosen or one.status is not Status.READY


def test_reasoning_is_kept_on_request_alone(coder: Coder) -> None:
    with asked_by(coder, EXPERT) as (agents, _):
        assert agents.code(TEXT).thoughts == ()
    with asked_by(coder, EXPERT, thoughts=True) as (agents, _):
        thoughts = agents.code(TEXT).thoughts
    assert ("assign", "by the note") in {(one.step, one.text) for one in thoughts}


def test_guidelines_are_shown_where_the_edition_has_them(guided_home: Path) -> None:
    from codekit.editions.store import EditionStore
    from codekit.search.searcher import Searcher
    from codekit.system import System

    system = System.open("icd10cm")
    store = EditionStore(system, guided_home / "editions")
    edition = store.open(store.list()[0].label)
    with (
        Coder(system, edition, searcher=Searcher(system, edition)) as guided,
        asked_by(guided, EXPERT, "rules", validator="llm") as (agents, server),
    ):
        agents.code(TEXT)
    shown = [body["messages"][1]["content"] for body in server.bodies]
    assert any(text.startswith("From the official guidelines:") and "I.C.4.a" in text for text in shown)
    assert all(text.index("guidelines") < text.index("<note>") for text in shown if "guidelines" in text)


def test_a_note_longer_than_the_window_keeps_its_offsets(coder: Coder) -> None:
    filler = "The patient was seen and examined in the clinic on this day, and all questions were answered. "
    problems = ("Essential hypertension", "Osteoarthritis of the right knee", "Gout", "Psoriasis", "Hypothyroidism")
    text = "".join(f"Assessment:\n{at}. {one}\n\nPlan:\n{filler * 14}\n\n" for at, one in enumerate(problems, start=1))
    expert = Expert(dict.fromkeys(problems, "present"), ("I10", "M17.11", "M10.9", "L40.9", "E03.9"))
    window = 2600
    with asked_by(coder, expert, window=window) as (agents, server):
        result = agents.code(text)
    pieces = [body for body in server.bodies if step_of(body) == "analyze"]
    assert len(pieces) > 2
    assert all(note_in(body["messages"][1]["content"]) in text for body in pieces)
    for body in server.bodies:
        asked = sum(len(one["content"].encode()) / 3 for one in body["messages"])
        assert asked + body["max_tokens"] <= window
    assert set(codes(result)) == {"I10", "M17.11", "M10.9", "L40.9", "E03.9"}
    found = [each for one in result.assignments for each in one.evidence]
    assert {each.text for each in found} == set(problems)
    assert all(text[each.start : each.end] == each.text for each in found)
    assert not any(finding.rule == "model-fallback" for finding in result.findings)


def test_a_window_too_small_for_anything_leaves_all_to_the_rules(coder: Coder) -> None:
    with asked_by(coder, EXPERT, window=300) as (agents, server):
        result = agents.code(TEXT)
    assert not server.bodies
    assert any("window" in finding.message for finding in result.findings)
    plain = coder.code(TEXT)
    assert result.assignments == plain.assignments
    assert attrs.evolve(result, findings=plain.findings, usage=(), provenance=plain.provenance) == plain
