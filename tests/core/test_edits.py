"""What conventions may do to the draft: leave a code, join evidence, add a code; and what is told of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import codekit
from codekit import Coder, CodingResult
from codekit.conventions import SAID, Convention, Draft
from codekit.editions.edition import Edition
from codekit.pipeline.code_reconciler import RulesCodeReconciler
from codekit.serialize import result_to_dict
from codekit.types import Action, Basis, Edit, Encounter

Install = Callable[..., Path]

POLICY = """
from codekit.plugin import CHECK, REPORT, Action, Basis, Convention, Edit, hookimpl

def leave(draft, edition, encounter):
    for one in draft:
        if one.code == "T11":
            yield Edit(rule="site.cuts", action=Action.LEAVE, code="T11", source="Site policy 3", reason="Only seen.",
                       basis=Basis.MENTIONED)

def count(draft, edition, encounter):
    for one in draft:
        yield Edit(rule="site.count", action=Action.MODIFY, code=one.code, source="Site policy 4", reason="It is seen.",
                   units=len(draft) + 1)

class Site:
    @hookimpl
    def codekit_conventions(self):
        return [
            Convention(id="site.cuts", title="A fracture is left.", source="Site policy 3", stage=REPORT, apply=leave),
            Convention(id="site.count", title="Count.", source="Site policy 4", stage=CHECK, apply=count),
        ]

@hookimpl
def codekit_extend_system(system_id):
    return Site() if system_id == "toy" else None
"""


def by_rule(coder: Coder, *edits: Edit) -> Callable[[str], CodingResult]:
    """Code with one convention alone, as an extension might bring it, that makes the edits."""

    def apply(draft: Draft, edition: Edition, encounter: Encounter) -> tuple[Edit, ...]:  # noqa: ARG001
        return edits

    one = Convention(id="x", title="t", source="s", stage=SAID, apply=apply)
    reconciler = RulesCodeReconciler(coder.edition, [one], threshold=0.0)
    return Coder(coder.system, coder.edition, reconciler=reconciler).code


def edit(action: Action, code: str, **besides: object) -> Edit:
    return Edit(rule="x", action=action, code=code, source="s", reason="r", **besides)  # type: ignore[arg-type]


def test_a_site_leaves_a_code_and_it_stays_visible(install: Install) -> None:
    install("site", POLICY)
    result = codekit.open("toy").code("Assessment:\n1. Fracture of ankle\n2. Cut of finger\n")
    # The rule behind it saw one code, and no rule counted the one that was left.
    assert [(one.code, one.rank, one.units) for one in result.assignments] == [("T20.0", 1, 2)]
    (left,) = [one for one in result.dropped if one.code == "T11"]
    assert (left.step, left.rule, left.reason, left.basis) == ("verify", "site.cuts", "Only seen.", Basis.MENTIONED)
    assert [each.text for each in left.evidence] == ["Fracture of ankle"]
    assert next((one.action, one.code, one.basis) for one in result.edits) == (Action.LEAVE, "T11", Basis.MENTIONED)
    data = result_to_dict(result)
    assert [one["basis"] for one in data["dropped"] if one["code"] == "T11"] == ["mentioned"]
    assert data["edits"][0]["action"] == "leave"
    assert data["edits"][0]["basis"] == "mentioned"


@pytest.mark.parametrize("basis", [None, *(one for one in Basis if one.reported)])
def test_a_code_is_not_left_without_a_basis_for_that(coder: Coder, basis: Basis | None) -> None:
    result = by_rule(coder, edit(Action.LEAVE, "M10.9", basis=basis))("Assessment:\n1. Gout\n")
    assert [one.code for one in result.assignments] == ["M10.9"]
    assert "must give a basis" in result.findings[0].message


def test_what_is_added_beside_a_code_that_is_left_is_left_with_it(coder: Coder) -> None:
    code = by_rule(coder, edit(Action.LEAVE, "M10.9", basis=Basis.RESOLVED), edit(Action.ADD, "Z79.899", after="M10.9"))
    result = code("Assessment:\n1. Gout\n2. Psoriasis\n")
    assert [one.code for one in result.assignments] == ["L40.9"]
    assert [(one.code, one.basis) for one in result.dropped] == [("M10.9", "resolved"), ("Z79.899", "resolved")]


@pytest.mark.parametrize("left", ["M10.9", "L40.9"])
def test_a_code_that_takes_the_place_of_another_is_reported_if_one_of_them_is(coder: Coder, left: str) -> None:
    code = by_rule(
        coder, edit(Action.LEAVE, left, basis=Basis.RESOLVED), edit(Action.REPLACE, "M10.9", replacement="L40.9")
    )
    result = code("Assessment:\n1. Gout\n2. Psoriasis\n")
    assert [one.code for one in result.assignments] == ["L40.9"]
    assert [(one.code, one.basis) for one in result.dropped] == [("M10.9", None)]


def test_a_replacement_that_is_there_already_keeps_the_evidence_of_both(coder: Coder) -> None:
    code = by_rule(coder, edit(Action.REPLACE, "M10.9", replacement="L40.9"))
    result = code("Assessment:\n1. Gout\n2. Psoriasis\n")
    (one,) = result.assignments
    assert [each.text for each in one.evidence] == ["Gout", "Psoriasis"]
    assert one.reasons[-1].detail == "r"
    assert one.conditions == ("c1", "c2")
    assert [(each.code, each.rule) for each in result.dropped] == [("M10.9", "x")]


def test_an_added_code_is_as_sure_as_the_least_sure_of_its_triggers_and_rests_on_all(coder: Coder) -> None:
    text = "Assessment:\n1. Gout flare of podagra type\n2. Psoriasis\n3. Insomnia\n"
    alone = by_rule(coder, edit(Action.ADD, "I10", after="G47.00"))(text)
    both = by_rule(coder, edit(Action.ADD, "I10", after="G47.00", triggers=("M10.9", "L40.9")))(text)
    sure = {one.code: one.confidence for one in alone.assignments}
    assert sure["M10.9"] < sure["L40.9"]
    first, second = (next(one for one in each.assignments if one.code == "I10") for each in (alone, both))
    assert (first.confidence, [each.text for each in first.evidence]) == (sure["G47.00"], ["Insomnia"])
    assert (second.confidence, [each.text for each in second.evidence]) == (
        sure["M10.9"],
        ["Gout flare", "podagra", "Psoriasis"],
    )
    for one in (first, second):
        assert [reason.detail for reason in one.reasons][:1] == ["r"]
        assert one.alternatives == ()


def test_every_basis_is_for_reporting_or_against_it() -> None:
    assert {one for one in Basis if one.reported} == {
        Basis.FINAL_DIAGNOSIS,
        Basis.TREATED,
        Basis.CHRONIC,
        Basis.STATUS,
        Basis.COMPLICATION,
        Basis.HISTORY,
        Basis.REPORTED_BY_SITE,
    }
