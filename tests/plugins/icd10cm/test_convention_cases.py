"""Short cases of the conventions, written from the guidelines by someone who did not know the code.

Each line of the file names its section; `open` says why a case does not hold yet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from codekit import Coder, CodingResult, Encounter, Note
from codekit.types import Setting, Sex

_CASES = Path(__file__).with_name("convention_cases.jsonl")


def _cases() -> Iterator[Any]:
    for line in _CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        marks = [pytest.mark.xfail(strict=True, reason=case["open"])] if "open" in case else []
        yield pytest.param(case, id=case["id"], marks=marks)


def _encounter(case: Mapping[str, Any]) -> Encounter:
    known = case.get("encounter", {})
    sex = Sex(known["sex"]) if "sex" in known else None
    return Encounter(setting=Setting(case["setting"]), age=known.get("age"), sex=sex)


def _missed(case: Mapping[str, Any], result: CodingResult) -> list[str]:
    """Say what a result lacks of what a case asks for."""
    codes = [one.code for one in result.assignments]
    missed = [f"no {root}" for root in case.get("must", ()) if not any(code.startswith(root) for code in codes)]
    missed += [f"{code} forbidden" for root in case.get("must_not", ()) for code in codes if code.startswith(root)]
    if "first" in case and codes[:1] != [case["first"]]:
        missed.append(f"{case['first']} is not first")
    places = [at for root in case.get("order", ()) for at, code in enumerate(codes) if code.startswith(root)]
    if places != sorted(places):
        missed.append("another order")
    asked = case.get("query", "").lower()
    if not any(asked in f"{query.topic} {query.text}".lower() for query in result.queries) and asked:
        missed.append(f"no query about {asked}")
    return missed


@pytest.mark.parametrize("case", list(_cases()))
def test_case(coder: Coder, case: Mapping[str, Any]) -> None:
    encounter = _encounter(case)
    if "note" in case:
        result = coder.code(Note(id=case["id"], text=case["note"], encounter=encounter))
        assert _missed(case, result) == [], [one.code for one in result.assignments]
        return
    rules = [one.rule for one in coder.system.validate(case["codes"], coder.edition, encounter)]
    assert "finding" not in case or any(case["finding"] in rule for rule in rules)
    assert "no_finding" not in case or not any(case["no_finding"] in rule for rule in rules)
