"""Queries to the clinician: neutral in every template, and complete."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from codekit import Coder
from codekit.queries import write_query
from codekit.types import Evidence, Status

# AHIMA and ACDIS, Guidelines for Achieving a Compliant Query Practice: nothing on payment, nothing that leads.
_PAYMENT = r"pay|reimburs|bill|claim|revenue|cost|drg|rate|insur|denial|denied|quality score|money|financ"
_LEADING = r"should|must|agree|confirm|correct|better|best|would you|could it|is it|isn't|do you|because|clearly|likely"
_FORBIDDEN = re.compile(rf"\b(?:{_PAYMENT}|{_LEADING})", re.IGNORECASE)
_KINDS = sorted(
    item.name.removesuffix(".txt.j2") for item in resources.files("codekit.queries").joinpath("templates").iterdir()
)


@pytest.mark.parametrize("kind", _KINDS)
def test_a_template_names_no_payment_and_leads_to_no_answer(kind: str) -> None:
    text = resources.files("codekit.queries").joinpath("templates", f"{kind}.txt.j2").read_text(encoding="utf-8")
    assert _FORBIDDEN.search(text) is None


@pytest.mark.parametrize("kind", _KINDS)
def test_a_query_quotes_the_note_and_offers_every_answer(kind: str) -> None:
    evidence = (Evidence(start=3, end=12, text="knee\npain"),)
    query = write_query(
        kind, topic="laterality", indicators=evidence, options=("right", "left"), source="s", codes=("X",)
    )
    assert query.options == ("right", "left", "other (please specify)", "unable to determine")
    assert "“knee pain”" in query.text
    assert all(f"- {option}" in query.text for option in query.options)
    assert (query.indicators, query.codes, query.topic) == (evidence, ("X",), "laterality")


@pytest.mark.parametrize(
    ("note", "topic", "code"),
    [
        ("Rotator cuff tear.", "laterality", "M75.1"),
        ("Primary osteoarthritis of the hip.", "laterality", "M16"),
        ("Chronic kidney disease.", "stage", "N18.9"),
        ("Heart failure.", "type", "I50.9"),
        ("Pressure ulcer of the sacral region.", "stage", "L89.15"),
        ("Urosepsis.", "urosepsis", ""),
        ("Type 1 diabetes. Type 2 diabetes.", "", "E1"),
    ],
)
def test_what_the_note_leaves_open_is_asked(coder: Coder, note: str, topic: str, code: str) -> None:
    result = coder.code(note)
    queries = [query for query in result.queries if topic in query.topic]
    assert queries
    assert all(_FORBIDDEN.search(query.text) is None for query in queries)
    asked = [one for one in result.assignments if one.code.startswith(code)] if code else []
    assert all(one.status is Status.QUERY and one.reasons for one in asked)


@pytest.mark.parametrize(
    "note",
    ["Primary osteoarthritis of the right hip.", "Chronic kidney disease stage 4.", "Acute systolic heart failure."],
)
def test_what_the_note_says_is_not_asked(coder: Coder, note: str) -> None:
    assert coder.code(note).queries == ()
