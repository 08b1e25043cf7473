"""Transport accidents: the row of V01-V89 by who was hurt, in or on what, and what it collided with."""

from __future__ import annotations

from codekit.plugin import PhraseBook, PhraseMatch

# A car of no other kind that a row names.
_CAR = "2"


def row_for(text: str, phrases: PhraseBook) -> str:
    """Give the row that a transport accident leads to.

    Args:
        text: The sentence that tells it.
        phrases: The tables of phrases.

    Returns:
        A row, not always assignable: traffic unless the vehicle is one for off the road.

    Source: ICD-10-CM tabular list, V00-V99: the definitions (an accident is assumed to be on the public highway, save
        for off-road vehicles), and the structure of V01-V79: the category by victim and counterpart, the fourth
        character by role.
    """

    def said(array: str) -> PhraseMatch | None:
        return phrases[f"transport.{array}"].first(text)

    role = said("role")
    if said("off_road"):
        return "V86.65" if _value(role, "role") == "passenger" else "V86.55"
    met = _value(said("met"), "digit")
    victim = said("victim")
    tens = _value(victim, "tens")
    # On foot: said so, or run into and in no vehicle that the words name.
    riding = tens in ("1", "2", "5", "7")
    if not role and (said("on_foot") or (said("run_into") and not riding)):
        return f"V0{met}.1" if met in ("1", "2", "3", "4", "5") else "V09.20"
    if victim is None:
        return "V89.2"
    digit = victim.row.values[_value(role, "role") or "either"]
    if met:
        # Only car occupants have rows by the type of the other car.
        kind = _value(said("other_car"), "digit") or _CAR if tens + met == "43" else ""
        return f"V{tens}{met}.{digit}{kind}"
    if tens == "4" and said("collision"):
        return "V49." + {"5": "40", "6": "50", "9": "60"}[digit]
    return f"V{tens}{victim.row.values['unknown']}"


def _value(match: PhraseMatch | None, name: str) -> str:
    return match.row.values[name] if match else ""
