"""Repaired text: what is read has plain characters, and every place leads back into the untouched text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codekit.pipeline.coder import Coder
from codekit.text.repair import repair


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("plain text, <5 and 3 > 2 & more", "plain text, <5 and 3 > 2 & more"),
        ("Crohn&#39;s &amp; gout&nbsp;today", "Crohn's & gout today"),
        ("M&eacute;ni&egrave;re&rsquo;s", "Ménière's"),
        ("MÃ©niÃ¨reâ€™s disease", "Ménière's disease"),
        ("Me\u0301nie\u0300re", "Ménière"),
        ("atrial \ufb01brillation", "atrial fibrillation"),
        ("Non\u2011Hodgkin, COVID\u201319, hyper\u00adtension", "Non-Hodgkin, COVID-19, hypertension"),
        ("dia\u200bbetes\u00a0mellitus", "diabetes mellitus"),
        ("B\u2081\u2082 and \uff21\uff11\uff23", "B12 and A1C"),
        ("10\u00b3 cells, kg/m\u00b2", "10\u00b3 cells, kg/m2"),
        ("a \u2013 b, Ångström, 38.5 °C, 😀", "a \u2013 b, Ångström, 38.5 °C, 😀"),
        ("<p>Gout</p><ul><li>hyper<b>tension</b></li></ul>", "\nGout\n\n\nhypertension\n\n"),
        ("<style>.dx{}</style>Gout<br/>Asthma", "\nGout\nAsthma"),
    ],
)
def test_what_is_read(text: str, read: str) -> None:
    assert repair(text).text == read


def test_places_lead_back() -> None:
    text = "é: M&eacute;ni&egrave;re&rsquo;s and \ufb01brillation, hyper<b>tension</b>"
    read = repair(text)
    for word, expected in (
        ("Ménière's", "M&eacute;ni&egrave;re&rsquo;s"),
        ("fibrillation", "\ufb01brillation"),
        ("hypertension", "hyper<b>tension"),
    ):
        at = read.text.index(word)
        start, end = read.place(at, at + len(word))
        assert text[start:end] == expected


PIECES = (
    "&amp;",
    "&nbsp;",
    "<b>",
    "</p>",
    "Ã©",
    "\ufb01",
    "e\u0301",
    "\u200b",
    "\u2013",
    "a",
    " ",
    "\n",
    "<",
    "&",
    ";",
)


@given(st.one_of(st.text(max_size=100), st.lists(st.sampled_from(PIECES), max_size=40).map("".join)))
@settings(max_examples=200, deadline=None)
def test_every_code_point_has_its_place_in_order(text: str) -> None:
    read = repair(text)
    spans = [read.place(at, at + 1) for at in range(len(read.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)
    assert text.isascii() is False or read.text == text or "&" in text or "<" in text


def test_evidence_is_verbatim_in_the_untouched_text(coder: Coder) -> None:
    text = "Assessment: Patient&rsquo;s hyper\u00adtension &amp; gout\u00a0&amp; asthma."
    result = coder.code(text)
    found = {one.code: one.evidence[0] for one in result.assignments}
    assert found["I10"].text == "hyper\u00adtension"
    assert all(text[one.start : one.end] == one.text for one in found.values())
    assert {"I10", "M10.9", "J45.909"} <= set(found)
