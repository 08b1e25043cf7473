"""What the reconciler makes of any conditions: a set that validates, and the same set again."""

from __future__ import annotations

import functools

from hypothesis import given, settings
from hypothesis import strategies as st

from codekit import Coder, Encounter, Note
from codekit.types import Severity

_TELLING = "R65.1 A41.9 W19 E11.9 R05 B96.2 S72.00 G63.2 H36.0 N08.3 F00.9 G30.9 A17.0 G01 M36.0 I79.2 K50.9".split()


@functools.cache
def assignable(uk: Coder) -> tuple[str, ...]:
    return tuple(uk.edition.assignable_codes())


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_conditions_give_a_set_that_validates(uk: Coder, data: st.DataObject) -> None:
    some = st.lists(st.sampled_from(assignable(uk)), max_size=4), st.lists(st.sampled_from(_TELLING), max_size=5)
    codes = data.draw(st.permutations(data.draw(some[0]) + data.draw(some[1])))
    titles = [f"{number}. {uk.edition.get(code).title}" for number, code in enumerate(codes, start=1)]
    note = Note(id="n", text="\n".join(["Diagnosis:", *titles]))
    result = uk.code(note)
    found = [one.code for one in result.assignments]
    errors = [one for one in uk.system.validate(found, uk.edition, Encounter()) if one.severity is Severity.ERROR]
    # A note that names nothing else keeps what is never the main condition, with a warning.
    assert {one.rule for one in errors} <= {"never-main-condition"}, errors
    assert not errors or "main-condition" in {one.rule for one in result.findings}
    assert not any("failed" in one.message for one in result.findings)
    assert uk.code(note) == result
