"""Examples of rules: what the runner says of those that do not hold, and the kinds of simple rules at work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import codekit
from codekit import Coder
from codekit.conventions import Case, Convention, Example, read_rules
from codekit.pipeline.code_reconciler import RulesCodeReconciler
from codekit.pipeline.examples import ExampleRunner
from codekit.types import CodingResult


@pytest.fixture(scope="module")
def toy() -> Coder:
    return codekit.open("toy")


@pytest.fixture
def rule(toy: Coder) -> Convention:
    """Give the only rule of the toy: an unspecified code is dropped beside another of its category."""
    (only,) = toy.system.conventions(toy.edition.release)
    return only


@pytest.mark.parametrize(
    ("example", "faults"),
    [
        (Example(codes="T10.1 T10.9", gives="T10.1", without="T10.1 T10.9"), []),
        (
            Example("Sprain of right ankle. Sprain of ankle, unspecified side.", gives="T10.1", without="T10.1 T10.9"),
            [],
        ),
        (Example(codes="T10.9", gives="T10.9"), []),
        (Example(codes="T10.9 T20.1", gives=" T10.9  T20.1 "), []),
        (
            Example(codes="T10.1 T10.9", gives="T10.9", without="T10.1 T10.9"),
            ["with the rule it gives 'T10.1', expected 'T10.9'"],
        ),
        (
            Example(codes="T10.1 T10.9", gives="T10.1", without="T10.9 T10.1"),
            ["without the rule it gives 'T10.1 T10.9', expected 'T10.9 T10.1'"],
        ),
        (
            Example(codes="T10.9", gives="T10.9", without="T10.1"),
            ["without the rule it gives 'T10.9', expected 'T10.1'"],
        ),
        (
            Example(codes="T10.1 T10.9", gives="T10.1"),
            [
                "without the rule it gives 'T10.1 T10.9', expected 'T10.1'",
                "it is to be left alone, but the rule changes ",
            ],
        ),
        (Example(codes="T10.9", gives="T10.9", reports="x"), ["with the rule there is no finding 'x', but none"]),
        (Example(codes="T10.9", gives="T10.9", asks="x"), ["with the rule there is no question 'x', but "]),
        (Example("No injury.", without="T10.9"), ["without the rule it gives 'nothing', expected 'T10.9'"]),
    ],
)
def test_an_example_that_does_not_hold_is_told(
    toy: Coder, rule: Convention, example: Example, faults: list[str]
) -> None:
    found = ExampleRunner(toy).faults(rule, example)
    assert len(found) == len(faults)
    assert all(one.startswith(said) for one, said in zip(found, faults, strict=True))


def test_a_question_that_is_asked_anyway_proves_nothing(odd: Callable[..., None]) -> None:
    odd("Specificity(facets=", "Specificity(asked=(plugin.Facet(name='laterality', values=sides),), facets=")
    coder = codekit.open("odd")
    (only,) = coder.system.conventions(coder.edition.release)
    (fault,) = ExampleRunner(coder).faults(only, Example(codes="T10.9", gives="T10.9", asks="laterality"))
    assert fault == "without the rule the question 'laterality' is there as well, so the example proves nothing"


def test_an_example_may_be_pinned_on_an_edition(toy: Coder) -> None:
    runner = ExampleRunner(toy)
    assert runner.holds_for(Example("Sprain.")) and runner.holds_for(Example("Sprain.", edition="2026"))
    assert not runner.holds_for(Example("Sprain.", edition="2025"))


# The kinds of simple rules, each on the toy

KINDS = """
[[before]]
id = "fracture-first"
says = "A fracture stands before a sprain."
first = ["T11"]
then = ["T10.1-T10.2"]
reason = "{first} stands before {then}"

[[beside]]
id = "no-sprain"
says = "A sprain is not coded beside an infected cut."
drop = ["T10", "T20.1"]
beside = ["T20.1"]
reason = "{beside} is worse"

[[by_cause]]
id = "cut-by-fracture"
says = "A cut by a fracture is infected."
code = ["T20"]
cause = ["T11"]
becomes = "T20.1"
reason = "{cause} makes it {becomes}"

[[by_cause]]
id = "cut-by-no-code"
says = "What the edition lacks is not coded."
code = ["T20"]
cause = ["T11"]
becomes = "T99"
reason = "{cause}"
"""


def coded(toy: Coder, convention: Convention, text: str) -> CodingResult:
    reconciler = RulesCodeReconciler(toy.edition, [convention])
    return Coder(toy.system, toy.edition, reconciler=reconciler).code(text)


@pytest.mark.parametrize(
    ("rule_id", "text", "codes", "reasons"),
    [
        ("fracture-first", "Sprain of right ankle. Fracture of ankle.", "T11 T10.1", ["T11 stands before T10.1"]),
        ("fracture-first", "Fracture of ankle. Sprain of right ankle.", "T11 T10.1", []),
        ("fracture-first", "Cut of finger without infection. Fracture of ankle.", "T20.0 T11", []),
        ("no-sprain", "Sprain of right ankle. Cut of finger with infection.", "T20.1", ["T20.1 is worse"]),
        ("no-sprain", "Sprain of right ankle. Fracture of ankle.", "T10.1 T11", []),
        (
            "cut-by-fracture",
            "Cut of finger without infection due to fracture of ankle.",
            "T20.1 T11",
            ["T11 makes it T20.1"],
        ),
        ("cut-by-fracture", "Cut of finger without infection. Fracture of ankle.", "T20.0 T11", []),
        ("cut-by-no-code", "Cut of finger without infection due to fracture of ankle.", "T20.0 T11", []),
    ],
)
def test_the_kinds_of_simple_rules(
    toy: Coder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rule_id: str,
    text: str,
    codes: str,
    reasons: list[str],
) -> None:
    package = tmp_path / f"kinds_{tmp_path.name.replace('-', '_')}"
    package.mkdir()
    (package / "kinds.toml").write_text(KINDS, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    (row,) = [one for one in read_rules(package.name, "kinds.toml") if one.id == rule_id]
    result = coded(toy, row.convention(Case, "Toy rules"), text)
    assert [one.code for one in result.assignments] == codes.split()
    assert [(edit.rule, edit.reason) for edit in result.edits] == [(rule_id, reason) for reason in reasons]
