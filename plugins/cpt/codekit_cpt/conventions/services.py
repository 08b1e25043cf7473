"""What counts as a service, and how its units and sides are read off the note."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from codekit.plugin import COMBINE, ORDER, SAID, Action, Assertion, DraftCode, Edit, Example, rule
from codekit_cpt import sources
from codekit_cpt.conventions.case import Case
from codekit_cpt.cues import (
    POSTOPERATIVE,
    UNRELATED_VISIT,
    has_sides,
    not_given,
    sides,
    takes_fifty,
    units_stated,
)
from codekit_cpt.facts import read_unit
from codekit_cpt.sections import is_evaluation, is_surgery

_DOCUMENTED = "CMS NCCI Policy Manual for Medicare Services, chapter I, section A (services that were rendered)"
_DRUGS = "CMS Claims Processing Manual, Pub. 100-04, chapter 17, section 10 (drugs and biologicals)"

_POSTOPERATIVE = {
    "24": "a visit that has nothing to do with it",
    "58": "a procedure that was planned as a further stage",
    "78": "an unplanned return to the operating room for a related procedure",
    "79": "a procedure that has nothing to do with it",
}
_NOT_DONE = {
    Assertion.HISTORICAL: "tells of it as done before",
    Assertion.FAMILY: "tells of it in the family",
    Assertion.POSSIBLE: "does not say for certain that it was done",
}


@rule(
    "cpt-not-done",
    says="A service is coded for the encounter in which it was done.",
    source=_DOCUMENTED,
    stage=SAID,
    examples=[
        Example("Possibly ketorolac 15 mg IM was given.", without="J1885"),
        Example(codes="G0108", assertion=Assertion.HISTORICAL, without="G0108"),
        Example(codes="G0108", assertion=Assertion.FAMILY, without="G0108"),
        Example("Ketorolac 15 mg IM was given.", gives="J1885"),
    ],
)
def _not_done(case: Case) -> Iterator[Edit]:
    for one in case.draft:
        if one.assertion in _NOT_DONE:
            yield case.drop(one.code, f"the note {_NOT_DONE[one.assertion]}")


@rule(
    "cpt-not-given",
    says="A service is coded where it was done, a drug where it was given, equipment where it was supplied.",
    source=_DRUGS,
    stage=SAID,
    examples=[
        Example("Discussed ketorolac.", without="J1885"),
        Example("Consider ketorolac 30 mg IM.", without="J1885x2"),
        Example("Patient declined ketorolac injection 15 mg.", without="J1885"),
        Example("Crutches, underarm, wood were seen.", without="E0112"),
        Example("Ketorolac 15 mg IM was given.", gives="J1885"),
    ],
)
def _not_given(case: Case) -> Iterator[Edit]:
    for one in case.draft:
        row = case.row(one)
        said = [not_given(row, evidence.text) for evidence in one.evidence]
        if said and all(said):
            yield case.drop(one.code, f"the note {said[0]}")


@rule(
    "cpt-units",
    says="Units are counted in the unit of the descriptor, drugs rounded up.",
    source=_DRUGS,
    stage=COMBINE,
    examples=[
        Example("Ketorolac 30 mg IM was given.", gives="J1885x2", without="J1885"),
        Example("Ketorolac 20 mg IM was given.", gives="J1885x2", without="J1885"),
        Example("Dexamethasone sodium phosphate 0.01 g injected.", gives="J1100x10", without="J1100"),
        Example("HCPCS G0108 x 2.", gives="G0108x2", without="G0108"),
        Example("Ketorolac 15 mg IM was given.", gives="J1885"),
    ],
)
def _units(case: Case) -> Iterator[Edit]:
    for one in case.draft:
        text = case.row(one).attributes.get("unit", "")
        unit = read_unit(text) if text else None
        stated = [count for evidence in one.evidence if (count := units_stated(unit, evidence.text))]
        units = max(stated, default=1)
        if units != one.units:
            of = f" of {text}" if text else ""
            edit = case.edit(Action.MODIFY, one.code, f"the note states {units} units{of}")
            yield attrs.evolve(edit, units=units)


@rule(
    "cpt-sides",
    says="A side that the note names is given as LT or RT, both as 50.",
    source=sources.claims("40.7 (bilateral procedures)"),
    stage=COMBINE,
    codes=["LT RT 50"],
)
def _sides(case: Case) -> Iterator[Edit]:
    for one in case.draft:
        row = case.row(one)
        stated = _stated_sides(one)
        if not stated or not has_sides(row) or not stated.isdisjoint(one.modifiers):
            continue
        if len(stated) == 1:
            added, said = min(stated), "the right side" if "RT" in stated else "the left side"
        elif takes_fifty(row):
            added, said = "50", "both sides"
        else:
            continue
        edit = case.edit(Action.MODIFY, one.code, f"the note names {said}")
        yield attrs.evolve(edit, modifiers=(*one.modifiers, added))


def _stated_sides(one: DraftCode) -> frozenset[str]:
    texts = (*(evidence.text for evidence in one.evidence), " ".join(one.words))
    return frozenset(side for text in texts for side in sides(text))


@rule(
    "cpt-postoperative",
    says="Within a global period 24, 58, 78 or 79 says why a service is separate.",
    source=sources.claims("40.2 (billing requirements for global surgeries)"),
    stage=ORDER,
    codes=[*_POSTOPERATIVE],
)
def _postoperative(case: Case) -> Iterator[Edit]:
    for one in case.draft:
        text = "\n".join(evidence.text for evidence in one.evidence)
        if is_evaluation(one.code):
            suggested = ["24"] if UNRELATED_VISIT.search(text) else []
        else:
            suggested = [modifier for modifier, words in POSTOPERATIVE.items() if words.search(text)]
        for modifier in suggested:
            if is_surgery(one.code) or modifier == "24":
                yield _suggestion(case, one, modifier)


def _suggestion(case: Case, one: DraftCode, modifier: str) -> Edit:
    message = (
        f"if this falls into the global period of an earlier procedure, the words of the note suggest modifier "
        f"{modifier}: {_POSTOPERATIVE[modifier]}"
    )
    return case.flag(one.code, message)
