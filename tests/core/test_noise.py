"""Lines of real records that state nothing of the patient give no code; statements that look like them do."""

from __future__ import annotations

from pathlib import Path

import pytest

from codekit import Coder
from codekit.types import Encounter, Note, Setting

LINES = [
    line.replace("\\n", "\n")
    for line in Path(__file__).with_name("noise.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def codes(coder: Coder, text: str) -> list[str]:
    result = coder.code(Note(id="n", text=text, encounter=Encounter(setting=Setting.INPATIENT)))
    return [one.code for one in result.assignments]


@pytest.mark.parametrize("text", LINES)
def test_what_states_nothing_gives_no_code(coder: Coder, text: str) -> None:
    assert codes(coder, text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Assessment: He meets SIRS criteria for sepsis.", "A41.9"),
        ("Assessment: Heart failure, NYHA class III.", "I50.9"),
        ("Impression: Migraines, which are rare.", "G43.909"),
        ("Assessment: Pneumonia (3 lobes).", "J18.9"),
        ("Asthma: yes", "J45.909"),
        ("She was told that stroke can cause weakness. Assessment: Gout.", "M10.9"),
        ("Asthma clinic visit. Assessment: Asthma.", "J45.909"),
        ("Her gout can be managed at home.", "M10.9"),
        ("HIV test positive. Assessment: HIV disease.", "B20"),
    ],
)
def test_what_looks_like_it_and_states_something_does(coder: Coder, text: str, expected: str) -> None:
    assert expected in codes(coder, text)
