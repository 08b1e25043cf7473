"""What a descriptor says about its code: the unit that it counts, and whether it is an add-on.

Source: AMA, CPT introduction, "Add-on codes" (the phrase "List separately in addition to"); CMS, HCPCS descriptors
("per 15 mg"); CMS, Claims Processing Manual 100-04, chapter 17, section 10 (units of drugs are rounded up) and chapter
5, section 20.2 (a unit of 15 minutes counts from the eighth minute).
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

import attrs

_ADD_ON = re.compile(r"list(?:ed)? separately in addition to", re.IGNORECASE)
_UNIT = re.compile(
    r"(?:,|\b(?:per|each|up to))\s*(?:per |each |up to )?(?P<amount>\d+(?:,\d{3})*(?:\.\d+)?)\s*(?P<unit>[a-zA-Z.]+)"
    r"(?!\s*(?:or|to|and)\b)"
)
_TIMED = re.compile(r"\b(?:per|each)\s*(?P<amount>\d+)\s*(?P<unit>minutes?|min)\b", re.IGNORECASE)
# Each unit in terms of the one that its amounts are compared in.
_MASS = {
    "g": Fraction(1000),
    "gm": Fraction(1000),
    "gram": Fraction(1000),
    "grams": Fraction(1000),
    "mg": Fraction(1),
    "milligram": Fraction(1),
    "milligrams": Fraction(1),
    "mcg": Fraction(1, 1000),
    "microgram": Fraction(1, 1000),
    "micrograms": Fraction(1, 1000),
    "ug": Fraction(1, 1000),
}
_COUNTED = {
    **dict.fromkeys(("unit", "units", "u", "iu", "i.u.", "usp"), "units"),
    **dict.fromkeys(("ml", "cc", "milliliter", "milliliters"), "ml"),
    **dict.fromkeys(("minute", "minutes", "min", "mins"), "minutes"),
    **dict.fromkeys(("meq",), "meq"),
    **dict.fromkeys(("mci", "millicurie", "millicuries"), "mci"),
}
DOSE = re.compile(
    r"(?<![\d.])(?P<amount>\d+(?:,\d{3})*(?:\.\d+)?)[ -]?"
    r"(?P<unit>grams?|gm?|milligrams?|mg|micrograms?|mcg|ug|units?|iu|i\.u\.|ml|cc|milliliters?|minutes?|mins?|meq|mci)"
    r"(?![\w/])",
    re.IGNORECASE,
)
"""An amount in a note; one "per" something else, as `mg/kg`, is none."""


@attrs.frozen
class Amount:
    """How much of something.

    Args:
        value: In the unit's own measure: milligrams for masses.
        measure: `mg`, `units`, `ml`, `minutes`, `meq` or `mci`.
    """

    value: Fraction
    measure: str

    @classmethod
    def read(cls, amount: str, unit: str) -> Amount | None:
        """Read a number and a unit; None for a unit that is not known, or no amount at all."""
        value, unit = Fraction(amount.replace(",", "")), unit.lower()
        unit = unit if unit in _COUNTED else unit.rstrip(".")
        if value <= 0:
            return None
        if unit in _MASS:
            return cls(value * _MASS[unit], "mg")
        return cls(value, _COUNTED[unit]) if unit in _COUNTED else None

    def units_of(self, given: Amount) -> int | None:
        """Say how many units something given makes; None where it is measured otherwise.

        Returns:
            For amounts the number rounded up; for time a unit counts from past its middle, which may leave none.
        """
        if given.measure != self.measure:
            return None
        share = given.value / self.value
        return math.ceil(share - Fraction(1, 2)) if self.measure == "minutes" else math.ceil(share)


def is_add_on(title: str) -> bool:
    """Say whether a descriptor says of itself that it is an add-on's."""
    return _ADD_ON.search(title) is not None


def unit_text(title: str) -> str:
    """Give the unit that a descriptor counts, such as `15 mg`; an empty text where it states none.

    A time counts only behind "each" or "per": "60 minutes" alone says how long the service takes.
    """
    timed = _TIMED.search(title)
    if timed:
        return f"{timed['amount']} minutes"
    for found in reversed(list(_UNIT.finditer(title))):
        amount = Amount.read(found["amount"], found["unit"])
        if amount is not None and amount.measure != "minutes":
            return f"{found['amount']} {found['unit'].lower()}"
    return ""


def read_unit(text: str) -> Amount | None:
    """Read what `unit_text` gave."""
    amount, _, unit = text.partition(" ")
    return Amount.read(amount, unit) if unit else None
