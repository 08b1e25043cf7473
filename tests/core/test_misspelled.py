"""Misspelled names of diseases: one mistake, never where the word is known, never another word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codekit.text.misspelled import Corrections

KNOWN = ("hypertension", "hypotension", "pneumonia", "diabetes", "hypoxemia", "addiction", "gastritis", "gout")
CORRECTIONS = Corrections(KNOWN, ("gastropathy",))


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        pytest.param("hypertention", "hypertension", id="another letter"),
        pytest.param("pnuemonia", "pneumonia", id="two letters turned round"),
        pytest.param("diabetess", "diabetes", id="a letter too many"),
        pytest.param("gastriti", "gastritis", id="a letter too few"),
        pytest.param("gastritis", None, id="a word that is known"),
        pytest.param("gastropathy", None, id="a word that is known besides"),
        pytest.param("hypretention", None, id="two mistakes"),
        pytest.param("addition", None, id="another word, of no disease"),
        pytest.param("neumonia", None, id="another first letter"),
        pytest.param("goute", None, id="a short word"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_word_is_corrected(word: str, meant: str | None) -> None:
    assert CORRECTIONS.correct(word) == meant


def test_between_two_diseases_it_is_not_decided() -> None:
    assert Corrections(("hyperemia", "hyperamia", "hyperimia"), ()).correct("hyperumia") == "hyperemia"
    assert Corrections(("uveitis", "uretitis", "ureuitis"), ()).correct("ureitis") is None


@given(st.text("diabetspnumo", max_size=12))
def test_a_correction_is_a_known_word_and_needs_none_itself(word: str) -> None:
    found = CORRECTIONS.correct(word)
    assert found is None or (found in KNOWN and CORRECTIONS.correct(found) is None)
