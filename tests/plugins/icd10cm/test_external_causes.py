"""How an injury happened: its external cause, the place, the activity and the status, as the coder gives them."""

from __future__ import annotations

import pytest

from codekit import Coder
from codekit.types import CodingResult


def _external(result: CodingResult) -> list[str]:
    return [one.code for one in result.assignments if one.code[0] in "VWXY"]


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("Contusion of left hip. She fell from a stepladder.", "W11.XXXA"),
        ("Left ankle sprain after she slipped on ice.", "W00.0XXA"),
        ("Fell down the stairs, contusion of right knee.", "W10.9XXA"),
        ("A 72 year old fell from a chair, contusion of left hip.", "W07.XXXA"),
        ("Contusion of right shoulder due to a fall off the roof.", "W13.2XXA"),
        ("Contusion of left knee after he tripped over a cable.", "W01.0XXA"),
        ("Contusion of left hip after a fall.", "W19.XXXA"),
        ("Contusion of scalp; fell off the monkey bars.", "W09.2XXA"),
        ("Contusion of scalp; bumped her head on a cabinet door.", "W22.09XA"),
        ("Contusion of left foot. He dropped a brick on his foot.", "W20.8XXA"),
        ("Finger caught in a car door, contusion of right ring finger.", "W23.0XXA"),
        ("Laceration of left hand from a bread knife.", "W26.0XXA"),
        ("Laceration of left hand on broken glass.", "W25.XXXA"),
        ("Laceration of left hand, caught in a table saw.", "W31.2XXA"),
        ("Bitten by a cat, contusion of left hand.", "W55.01XA"),
        ("Kicked by a horse, contusion of right thigh.", "W55.12XA"),
        ("Second degree burn of the left hand from hot coffee.", "X10.0XXA"),
        ("Second degree burn of the right hand, touched a hot stove.", "X15.0XXA"),
        ("Second degree burn of the right hand from a campfire.", "X03.0XXA"),
        ("Contusion of left knee, motor vehicle accident.", "V89.2XXA"),
        ("Driver whose car was rear-ended by another car. Contusion of left knee.", "V43.52XA"),
        ("Passenger of a car that hit a tree, contusion of left knee.", "V47.6XXA"),
        ("Pedestrian struck by a car, contusion of left knee.", "V03.10XA"),
        ("Fell off his bicycle, contusion of left elbow.", "V18.4XXA"),
        ("Thrown from a horse, contusion of left hip.", "V80.010A"),
        ("Strain of muscle of lower back after lifting heavy boxes.", "X50.0XXA"),
        ("Contusion of left eyelid, punched by a stranger in a bar fight.", "Y04.0XXA"),
        ("Contusion of left knee in the earthquake.", "X34.XXXA"),
    ],
)
def test_the_mechanism_is_coded_behind_its_injury(coder: Coder, note: str, code: str) -> None:
    result = coder.code(note)
    assert _external(result) == [code]
    assert result.assignments[0].code[0] in "ST"
    (found,) = (one for one in result.assignments if one.code == code)
    assert all(note[each.start : each.end] == each.text for each in found.evidence)


@pytest.mark.parametrize(
    "note",
    [
        "Fell ten years ago. Contusion of left knee today.",
        "History of fall from a ladder. Contusion of left knee.",
        "Contusion of left knee. Denies any fall.",
        "Contusion of left knee. High fall risk.",
        "Contusion of left knee. Return if he falls from the bed.",
        "Contusion of left knee. She almost fell in the shower last week.",
        "Contusion of left knee; his brother was bitten by a dog.",
        "Contusion of left knee. He fell asleep in a chair.",
        "Contusion of left knee, pain with lifting.",
        "Contusion of left knee, first seen in the fall.",
    ],
)
def test_what_did_not_happen_now_is_no_cause(coder: Coder, note: str) -> None:
    assert _external(coder.code(note)) == []


@pytest.mark.parametrize(
    "note",
    ["Chest pain after a fall.", "Hypertension. He slipped on ice.", "Type 2 diabetes, was cooking in the kitchen."],
)
def test_without_an_injury_there_is_no_cause(coder: Coder, note: str) -> None:
    assert _external(coder.code(note)) == []


def test_a_negation_ends_where_the_event_begins(coder: Coder) -> None:
    note = "No loss of consciousness when she fell from a chair; contusion of the scalp."
    assert _external(coder.code(note)) == ["W07.XXXA"]


def test_the_words_of_the_event_are_none_of_the_injury(coder: Coder) -> None:
    codes = [one.code for one in coder.code("Hip fracture after a fall.").assignments]
    assert codes == ["S72.009A", "W19.XXXA"]


def test_of_several_events_the_first_cause_is_coded(coder: Coder) -> None:
    note = "Fell off a ladder and hit his head on a table. He fell on Monday. Contusion of scalp."
    assert _external(coder.code(note)) == ["W11.XXXA"]


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("Contusion of left knee, fell in the kitchen of her apartment.", ["W19.XXXA", "Y92.030"]),
        ("Contusion of left hip, fell in the nursing home bathroom.", ["W19.XXXA", "Y92.121"]),
        ("Contusion of left hip, tripped at the library.", ["W01.0XXA", "Y92.241"]),
        ("Sprain of right ankle while playing basketball.", ["Y93.67"]),
        ("Contusion of left hip, slipped on ice while walking the dog.", ["W00.0XXA", "Y93.K1"]),
        ("Contusion of left hip, fell from a scaffold at work.", ["W12.XXXA", "Y99.0"]),
        ("Contusion of left hip, fell outside his house.", ["W19.XXXA", "Y92.018"]),
        ("Contusion of left hip, fell in the backyard of her house.", ["W19.XXXA", "Y92.017"]),
        ("Contusion of left hip, fell down the basement stairs of her house.", ["W10.9XXA", "Y92.018"]),
        ("Contusion of left hip, fell off a ladder in an abandoned barn.", ["W11.XXXA", "Y92.71"]),
        ("Contusion of left hip, fell in a parking lot.", ["W19.XXXA", "Y92.481"]),
        ("Contusion of left hip, fell in gym class at his school.", ["W19.XXXA", "Y92.219", "Y99.8"]),
        ("Sprain of right ankle while playing soccer in the park.", ["Y92.830", "Y93.66"]),
        ("Contusion of left knee, fell while doing his own home repairs.", ["W19.XXXA", "Y93.H9"]),
        ("Contusion of left hand, bitten by the dog she was rescuing.", ["W54.0XXA", "Y93.K9"]),
        ("Fell off a ladder. Contusion of left hip. Leisure activity.", ["W11.XXXA", "Y99.8"]),
        # What struck the patient, or what they sat in, is no activity.
        ("Contusion of scalp after being struck by a baseball.", ["W21.03XA"]),
        ("Contusion of left elbow, fell from a golf cart.", ["W19.XXXA"]),
    ],
)
def test_place_activity_and_status(coder: Coder, note: str, codes: list[str]) -> None:
    assert _external(coder.code(note)) == codes


def test_a_cause_takes_the_phase_of_its_injury(coder: Coder) -> None:
    note = "Follow-up visit, aftercare of contusion of left knee, fell from a ladder last week while painting."
    assert _external(coder.code(note)) == ["W11.XXXD"]
