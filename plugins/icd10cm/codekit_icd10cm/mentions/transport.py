"""Transport accidents: the row of V01-V89 by who was hurt, in or on what, and what it collided with."""

from __future__ import annotations

import re

import attrs

_OFF_ROAD = re.compile(r"\b(?:ATV|four[- ]?wheeler|quad bike|all[- ]terrain)\b", re.IGNORECASE)
_DRIVER = re.compile(r"\b(?:driver|driving|drove)\b", re.IGNORECASE)
_PASSENGER = re.compile(r"\bpassenger\b", re.IGNORECASE)
_COLLISION = re.compile(r"\bcollision|\bcollided|\brear[- ]?ended|\bt-?boned|\bhead-on|\bstruck|\bhit\b", re.IGNORECASE)


@attrs.frozen(kw_only=True)
class _Victim:
    """A kind of person hurt: the digits of the category's tens and of driver, passenger and either, in traffic."""

    pattern: re.Pattern[str]
    tens: str
    driver: str
    passenger: str
    either: str
    unknown: str


def _words(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


_ON_FOOT = _words(r"pedestrian|on foot|crossing (?:the |a )?(?:street|road)|(?:while )?walking|jogging|crosswalk")
_RUN_INTO = _words(r"(?:struck|hit|run over|knocked (?:down|over)) by")
_VICTIMS = (
    _Victim(
        pattern=_words(r"motorcycl\w+|motorbike|moped|MCA"),
        tens="2",
        driver="4",
        passenger="5",
        either="9",
        unknown="9.9",
    ),
    _Victim(
        pattern=_words(r"bicycl\w*|bike|biking|cyclist|cycling|handlebars?|pedal cycl\w+"),
        tens="1",
        driver="4",
        passenger="5",
        either="4",
        unknown="9.9",
    ),
    _Victim(
        pattern=_words(r"bus (?:driver|passenger)|on (?:a|the) bus"),
        tens="7",
        driver="5",
        passenger="6",
        either="9",
        unknown="9.9",
    ),
    _Victim(
        pattern=_words(
            r"(?:his|her) (?:pick-?up|truck)|"
            r"(?:driving|driver of|passenger in|passenger of) (?:a |the )?(?:pick-?up|truck|van)"
        ),
        tens="5",
        driver="5",
        passenger="6",
        either="9",
        unknown="9.9",
    ),
    _Victim(
        pattern=_words(
            r"driver|driving|passenger|(?:his|her|their) car|restrained|seat ?belt\w*|"
            r"car (?:that|which)|in (?:a|an|the) (?:car|auto|automobile|sedan|SUV)"
        ),
        tens="4",
        driver="5",
        passenger="6",
        either="9",
        unknown="9.9",
    ),
)
# What was met, by the last digit of the category; the first that the words name.
_MET = (
    ("5", _words(r"(?:by|with|into|versus|vs\.?) (?:a |the )?(?:\w+ )?train")),
    (
        "4",
        _words(
            r"(?:by|with|into|versus|vs\.?) (?:a |an |the )?(?:\w+ )?"
            r"(?:semi|semi-?truck|tractor[- ]trailer|18-wheeler|bus|dump truck)"
        ),
    ),
    ("2", _words(r"(?:by|with|into|versus|vs\.?) (?:a |the |another )?(?:\w+ )?(?:motorcycle|moped|scooter)")),
    (
        "3",
        _words(
            r"rear[- ]?ended|t-?boned|(?:by|with|into|versus|vs\.?) (?:a |an |the |another )?(?:\w+ ){0,2}?"
            r"(?:car|SUV|pick-?up(?: truck)?|truck|van|auto|automobile|taxi|sedan)"
        ),
    ),
    ("1", _words(r"(?:by|with|into|versus|vs\.?) (?:a |the |another )?(?:\w+ )?(?:bicycle|bike|bicyclist|cyclist)")),
    (
        "7",
        _words(
            r"(?:into|with|hit|struck|against) (?:a |an |the )?(?:\w+ )?"
            r"(?:tree|pole|wall|guard ?rail|barrier|fence|ditch|building|hydrant|median)"
        ),
    ),
    ("8", _words(r"roll(?:ed)? ?over|overturn\w*|flipped|fell|fall|thrown|skidded|lost control|over the handlebars")),
)
_CARS = (
    ("1", _words("SUV")),
    ("3", _words(r"by a (?:\w+ )?pick-?up|(?:with|into) a (?:\w+ )?pick-?up")),
    ("4", _words(r"(?:by|with|into) a (?:\w+ )?van")),
    ("2", _words(r"\w+")),
)


def row_for(text: str) -> str:
    """Give the row that a transport accident leads to.

    Args:
        text: The sentence that tells it.

    Returns:
        A row, not always assignable: traffic unless the vehicle is one for off the road.

    Source: ICD-10-CM tabular list, V00-V99: the definitions (an accident is assumed to be on the public highway, save
        for off-road vehicles), and the structure of V01-V79: the category by victim and counterpart, the fourth
        character by role.
    """
    if _OFF_ROAD.search(text):
        return "V86.65" if _PASSENGER.search(text) else "V86.55"
    met = next((digit for digit, pattern in _MET if pattern.search(text)), None)
    victim = next((one for one in _VICTIMS if one.pattern.search(text)), None)
    if _is_on_foot(text, victim):
        return f"V0{met}.1" if met in ("1", "2", "3", "4", "5") else "V09.20"
    if victim is None:
        return "V89.2"
    role = victim.driver if _DRIVER.search(text) else victim.passenger if _PASSENGER.search(text) else victim.either
    if met is not None:
        # Only car occupants have rows by the type of the other car.
        kind = next(digit for digit, pattern in _CARS if pattern.search(text)) if victim.tens + met == "43" else ""
        return f"V{victim.tens}{met}.{role}{kind}"
    if _COLLISION.search(text) and victim.tens == "4":
        return "V49." + {"5": "40", "6": "50", "9": "60"}[role]
    return f"V{victim.tens}{victim.unknown}"


def _is_on_foot(text: str, victim: _Victim | None) -> bool:
    """Say whether the person was on foot: said so, or run into and in no vehicle that the words name."""
    riding = victim is not None and victim.tens in ("1", "2", "5", "7")
    inside = bool(_DRIVER.search(text) or _PASSENGER.search(text))
    return not inside and (bool(_ON_FOOT.search(text)) or (bool(_RUN_INTO.search(text)) and not riding))
