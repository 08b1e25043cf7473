"""Readings that compete for the same words: the best stands, and no other is lost without a trace."""

from __future__ import annotations

import pytest

from codekit import Coder, CodingResult
from codekit.serialize import result_to_dict


def codes(result: CodingResult) -> list[str]:
    return [one.code for one in result.assignments]


def gave_way(result: CodingResult) -> list[tuple[str | None, str]]:
    return [(one.code, one.reason) for one in result.dropped if one.step == "locate" and one.code]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Preeclampsia at 32 weeks of pregnancy", ["O14.93", "Z3A.32"], id="the first words"),
        pytest.param("34 weeks of pregnancy, placenta previa", ["O44.03", "Z3A.34"], id="the last words"),
    ],
)
def test_a_condition_beside_what_is_read_of_a_heading_keeps_its_code(
    coder: Coder, text: str, expected: list[str]
) -> None:
    result = coder.code(f"Assessment: {text}.")
    assert codes(result) == expected
    # "Pregnancy" is what the weeks count.
    assert [one.code for one in result.dropped] == ["Z33.1"]


def test_words_that_lead_nowhere_else_stay_with_their_heading(coder: Coder) -> None:
    (one,) = coder.code("Assessment: Term pregnancy.").assignments
    assert (one.code, [each.text for each in one.evidence]) == ("Z33.1", ["Term pregnancy", "pregnancy"])


def test_what_a_finder_covers_is_dropped_with_what_became_of_its_words(coder: Coder) -> None:
    result = coder.code("HPI: He had a heart attack 3 years ago.")
    assert gave_way(result) == [("Z86.7", "its words were read as I25.2")]


def test_a_row_above_the_code_did_not_lose(coder: Coder) -> None:
    assert gave_way(coder.code("Assessment: Status post knee arthroplasty.")) == []


def test_what_the_index_proposes_besides_is_an_alternative_and_not_dropped(coder: Coder) -> None:
    result = coder.code("Assessment:\n1. Acute bronchitis\n")
    (one,) = result.assignments
    assert one.code == "J20.9"
    assert result.dropped == ()
    assert 1 <= len(one.alternatives) <= 3
    scores = [each.score for each in one.alternatives]
    assert scores == sorted(scores, reverse=True)
    above = {row.code for row in coder.edition.ancestors(one.code)}
    named = [each.code for each in one.alternatives]
    assert len(named) == len(set(named))
    assert not {one.code, *above} & set(named)
    assert all(coder.edition.get(each.code).title == each.title for each in one.alternatives)
    assert result_to_dict(result)["assignments"][0]["alternatives"][0] == {
        "code": one.alternatives[0].code,
        "title": one.alternatives[0].title,
        "score": round(one.alternatives[0].score, 4),
    }
