"""The cues of a facet spare notes the search for its patterns, so that none may be missing."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codekit.specificity import FacetValue
from codekit_icd10cm.rules import specificity


def cued() -> list[FacetValue]:
    rules = specificity()
    values = chain.from_iterable(facet.values for facet in (*rules.facets, *rules.asked))
    return [value for value in dict.fromkeys(values) if value.cues]


@pytest.mark.parametrize("value", cued(), ids=lambda value: value.name)
@given(data=st.data())
def test_whatever_a_pattern_matches_holds_a_cue(value: FacetValue, data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from(value.patterns))
    said = data.draw(st.from_regex(pattern, fullmatch=True)).lower()
    assert any(cue in said for cue in value.cues), said
