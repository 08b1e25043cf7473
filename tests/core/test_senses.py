"""An abbreviation with several senses takes the one that its sentence tells."""

from __future__ import annotations

import pytest

from codekit import Coder
from codekit.text.tables import english

content_words = english().content_words


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("MS with relapsing course", {"multiple", "sclerosis"}),
        ("MS with a murmur of the valve", {"mitral", "stenosis"}),
        ("RA on methotrexate", {"rheumatoid", "arthritis"}),
        ("ED, started sildenafil", {"erectile", "dysfunction"}),
    ],
)
def test_a_telling_word_chooses_the_sense(sentence: str, words: set[str]) -> None:
    assert words <= set(content_words(sentence))


@pytest.mark.parametrize("sentence", ["Seen in the ED", "SpO2 98% on RA, oxygen off", "MS exam normal"])
def test_a_sense_without_a_condition_names_none(sentence: str) -> None:
    assert not {"erectile", "rheumatoid", "multiple"} & set(content_words(sentence))


def test_without_a_telling_word_nothing_is_guessed(coder: Coder) -> None:
    assert coder.code("Assessment:\n1. MS\n").assignments == ()
