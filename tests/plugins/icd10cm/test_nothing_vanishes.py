"""Every mention that is found and every code that is tried is in the result: assigned, or left out with a reason."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codekit import Coder, Encounter, Note
from codekit.types import Setting

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
_SAID = (
    "{}",
    "No {}",
    "Possible {}",
    "History of {}",
    "Mother has {}",
    "Return if there is {}",
    "{} due to {}",
    "{} with {}",
    "Hypertension with {}",
    "Type 2 diabetes with {}",
)
_HEADINGS = (
    "HISTORY",
    "PAST MEDICAL HISTORY",
    "FAMILY HISTORY",
    "PHYSICAL EXAMINATION",
    "ASSESSMENT",
    "FINAL DIAGNOSES",
)
_COMMON = (
    "hypertension",
    "heart failure",
    "chronic kidney disease stage 4",
    "type 2 diabetes",
    "neuropathy",
    "pneumonia",
    "COPD",
    "sepsis",
    "urinary tract infection",
    "Alzheimer's disease",
    "dementia",
    "chest pain",
    "smoker",
    "on insulin",
    "right ankle fracture, subsequent visit",
)


@cache
def _phrases(coder: Coder) -> tuple[str, ...]:
    """Give what the index of the edition has, every so many entries, with diseases that many conventions speak of."""
    entries = [" ".join(each.path) for each in coder.edition.terms()]
    return (*_COMMON, *entries[:: len(entries) // 500])


def _loses_nothing(coder: Coder, note: Note) -> None:
    trace = coder.trace(note)
    result = trace.result
    told = [*result.assignments, *result.dropped]
    codes = {one.code for one in told}
    assert {draft.code for each in trace.tentative for draft in each.draft} <= codes
    assert {gone.code for each in trace.tentative for gone in each.dropped} <= codes
    places = {(span.start, span.end) for one in told for span in one.evidence}
    assert {(one.start, one.end) for one in trace.mentions} <= places
    statements = [*result.statements, *(each for one in result.conditions for each in one.statements)]
    assert sorted((one.mention.start, one.mention.end) for one in statements) == sorted(
        (one.start, one.end) for one in trace.mentions
    )
    assert all(one.reason for one in result.dropped)
    known = {one.id for one in result.conditions}
    assert known == {each for one in told for each in one.conditions}


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), setting=st.sampled_from(Setting))
def test_nothing_of_a_made_up_record_vanishes(coder: Coder, data: st.DataObject, setting: Setting) -> None:
    phrase = st.sampled_from(_phrases(coder))
    said = st.builds(str.format, st.sampled_from(_SAID), phrase, phrase)
    section = st.builds(
        lambda heading, lines: f"{heading}:\n" + "".join(f"{at}. {line}.\n" for at, line in enumerate(lines, start=1)),
        st.sampled_from(_HEADINGS),
        st.lists(said, min_size=1, max_size=4),
    )
    text = "\n".join(data.draw(st.lists(section, min_size=1, max_size=4)))
    _loses_nothing(coder, Note(id="n", text=text, encounter=Encounter(setting=setting)))


def _examples() -> list[str]:
    notes = [path.read_text("utf-8") for path in sorted(EXAMPLES.glob("*.txt"))]
    lines = [line for path in sorted(EXAMPLES.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    return [*notes, *(json.loads(line)["text"] for line in lines)]


@pytest.mark.parametrize("setting", Setting)
def test_nothing_of_the_example_notes_vanishes(coder: Coder, setting: Setting) -> None:
    assert len(_examples()) > 2
    for text in _examples():
        _loses_nothing(coder, Note(id="n", text=text, encounter=Encounter(setting=setting)))
