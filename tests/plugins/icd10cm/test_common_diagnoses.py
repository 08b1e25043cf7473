"""Diagnoses as clinicians write them lead to the code that an expert coder gives a bare statement."""

from __future__ import annotations

from pathlib import Path

import pytest

from codekit import Coder

_LINES = (Path(__file__).parent / "common_diagnoses.tsv").read_text(encoding="utf-8").splitlines()
_OPEN = {"right ACL tear": "the index has a torn ligament as a sprain, and the note does not say sprain"}
_CASES = [
    pytest.param(phrase, code, marks=[pytest.mark.xfail(strict=True, reason=_OPEN[phrase])] if phrase in _OPEN else [])
    for phrase, code in (line.split("\t") for line in _LINES if not line.startswith("#"))
]


@pytest.mark.parametrize(("phrase", "code"), _CASES)
def test_common_diagnosis(coder: Coder, phrase: str, code: str) -> None:
    statement = f"{phrase[0].upper()}{phrase[1:]}."
    assert [one.code for one in coder.code(statement).assignments] == [code]
