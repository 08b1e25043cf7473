"""What holds of every reconciled code set, whatever codes go in."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codekit import Coder, CodingResult, Encounter, Note
from codekit.conventions import DraftCode
from codekit.pipeline.code_reconciler import RulesCodeReconciler
from codekit.pipeline.steps import Tentative
from codekit.types import Assertion, Evidence, Mention, Setting, Severity, Sex

# Categories that many conventions speak of, so that random sets meet them often.
_BUSY = tuple(
    (
        "A40 A41 B20 B95 B96 C18 C78 C79 D63 D64 E08 E10 E11 E66 F02 F03 F10 F14 G30 G81 G89 H28 I10 I11 I13 "
        "I15 I21 I22 I25 I50 I63 I69 J18 J20 J44 J96 K85 K86 L89 L97 M80 M81 N17 N18 N39 O10 O24 O80 O99 P07 "
        "Q21 R05 R07 R65 S52 S72 T20 T22 T24 T31 T38 T39 T40 T46 T74 T81 T84 W19 X10 Y92 Y93 Z00 Z12 Z33 Z34 "
        "Z37 Z38 Z3A Z47 Z51 Z68 Z79 Z80 Z85 Z86 Z94 U07 U09"
    ).split()
)


@cache
def _pool(coder: Coder) -> tuple[tuple[str, ...], tuple[str, ...]]:
    every = tuple(coder.edition.assignable_codes())
    return every, tuple(code for code in every if code[:3] in _BUSY)


def _reconciler(coder: Coder) -> RulesCodeReconciler:
    release = coder.edition.release
    return RulesCodeReconciler(coder.edition, coder.system.conventions(release), coder.system.specificity(release))


def _reconcile(coder: Coder, drafts: Sequence[DraftCode], encounter: Encounter) -> CodingResult:
    tentative = [
        Tentative(
            mention=Mention(
                start=one.position,
                end=one.position + 1,
                text="x",
                assertion=one.assertion,
                section="assessment",
                normalized=("x",),
                scope=(one.position, one.position + 1),
            ),
            row=one.code,
            draft=(one,),
        )
        for one in drafts
    ]
    note = coder.read(Note(id="n", text="x" * 100, encounter=encounter))
    return _reconciler(coder).reconcile(note, tentative)


def _draft(codes: Sequence[str], confidences: Sequence[float]) -> list[DraftCode]:
    return [
        DraftCode(
            code=code,
            confidence=confidences[at % len(confidences)],
            evidence=(Evidence(start=at, end=at + 1, text="x"),),
            position=at,
            assertion=Assertion.PRESENT,
        )
        for at, code in enumerate(dict.fromkeys(codes))
    ]


_ENCOUNTERS = st.builds(
    Encounter,
    setting=st.sampled_from(Setting),
    age=st.sampled_from([None, 0, 30, 70]),
    sex=st.sampled_from([None, *Sex]),
)
_CONFIDENCES = st.lists(st.sampled_from([0.3, 0.6, 0.9]), min_size=1, max_size=4)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), confidences=_CONFIDENCES, encounter=_ENCOUNTERS, seed=st.integers(0, 99))
def test_reconciling_is_stable_valid_and_blind_to_the_order_of_its_input(
    coder: Coder, data: st.DataObject, confidences: list[float], encounter: Encounter, seed: int
) -> None:
    every, busy = _pool(coder)
    codes = data.draw(st.lists(st.one_of(st.sampled_from(busy), st.sampled_from(every)), min_size=1, max_size=8))
    drafts = _draft(codes, confidences)
    result = _reconcile(coder, drafts, encounter)
    final = [one.code for one in result.assignments]

    assert all(coder.edition.get(code).assignable for code in final)
    errors = [one for one in coder.system.validate(final, coder.edition, encounter) if one.severity is Severity.ERROR]
    assert not errors
    assert not [one for one in result.findings if "failed" in one.message]

    again = _reconcile(coder, _draft(final, [one.confidence for one in result.assignments] or [0.9]), encounter)
    assert [one.code for one in again.assignments] == final

    shuffled = random.Random(seed).sample(drafts, len(drafts))
    assert [one.code for one in _reconcile(coder, shuffled, encounter).assignments] == final
    # Nothing is lost without a trace: what went in is there, or dropped with a reason.
    assert {one.code for one in drafts} <= {*final, *(one.code for one in result.dropped)}
