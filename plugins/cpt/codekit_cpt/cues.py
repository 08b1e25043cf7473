"""The words of a note that say how much of a service was given, on which side, and whether it was given at all.

Source: CMS, Claims Processing Manual 100-04, chapter 17, section 10 (a drug is billed where it was given); chapter 20,
section 10 (equipment is billed where it was supplied); HCPCS descriptors of LT and RT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from codekit.plugin import Code
from codekit_cpt.facts import DOSE, Amount, read_unit
from codekit_cpt.sections import is_hcpcs, is_supply, is_surgery

_GIVEN = re.compile(
    r"\b(?:given(?! (?:that|the|h[ie][sr]|their))|gave|administer\w*|inject\w*|infus\w*|received|im|iv|sc|sq|subq|"
    r"subcut\w*|intramuscular\w*|"
    r"intravenous\w*|intra-?articular\w*|push|bolus|nebuli[sz]\w*|instilled)\b",
    re.IGNORECASE,
)
_SUPPLIED = re.compile(
    r"\b(?:dispens\w*|suppl(?:y|ied|ies)|provid\w*|fit|fitted|issu\w*|order\w*|deliver\w*|appl(?:y|ied)|prescrib\w*|"
    r"receiv\w*|replac\w*|given)\b",
    re.IGNORECASE,
)
# What is offered, declined or left for later was not done in this encounter.
_NOT_DONE = re.compile(
    r"\b(?:consider(?:ing|ed)?|declin\w*|refus\w*|discuss\w*|recommend\w*|defer\w*|would|may need|not given|if)\b",
    re.IGNORECASE,
)
_DONE = re.compile(r"\b(?:performed|completed|carried out|underwent|tolerated)\b", re.IGNORECASE)
_NOT_YET = re.compile(
    r"\b(?:will|to be (?:given|administered|injected|infused)|plan(?:s|ned|ning)? (?:to|for)|as needed|prn|tomorrow|"
    r"next (?:visit|week|month|time)|schedul\w*|held)\b",
    re.IGNORECASE,
)
_BY_NEEDLE = re.compile(
    r"\b(?:im|iv|sc|sq|subq|subcut\w*|inject\w*|infus\w*|intra(?:muscul|ven)\w*|push|bolus)\b", re.IGNORECASE
)
_BY_MOUTH = re.compile(r"\boral\b", re.IGNORECASE)
_TIMES = re.compile(
    r"(?:\bx ?(?P<after>\d{1,3})\b(?! ?(?:days?|weeks?|months?|years?|hours?|minutes?)))", re.IGNORECASE
)
_SIDE = re.compile(r"\b(?:(?P<right>right|rt)|(?P<left>left|lt)|(?P<both>bilateral(?:ly)?|both))\b", re.IGNORECASE)
_PAIRED = re.compile(
    r"\b(?:eyes?|eyelids?|ocular|cornea\w*|cataract|retina\w*|ears?|tympan\w*|hands?|wrists?|forearms?|elbows?|arms?|"
    r"shoulders?|humer\w*|femor\w*|femur|tibia\w*|fibula\w*|radius|radial|ulna\w*|hips?|knees?|ankles?|foot|feet|legs?|"
    r"thighs?|calf|breasts?|mammary|kidneys?|renal|ureter\w*|lungs?|ovar\w*|testis|testic\w*|carpal|carotid|"
    r"extremit\w*|joints?|clavic\w*|scapul\w*|patella\w*|adrenal|inguinal)\b",
    re.IGNORECASE,
)
_DRUG = re.compile(r"injection\b|infusion\b|inhalation solution\b", re.IGNORECASE)


POSTOPERATIVE: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "58": re.compile(r"\b(?:staged|second[- ]stage|planned return)\b", re.IGNORECASE),
        "78": re.compile(
            r"\b(?:unplanned return|return(?:ed)? to (?:the )?(?:operating|procedure) room)\b", re.IGNORECASE
        ),
        "79": re.compile(r"\bunrelated to (?:\w+ ){0,3}(?:surgery|operation|procedure)\b", re.IGNORECASE),
    }
)
"""Words that suggest why a procedure falls into the global period of another, by modifier."""

UNRELATED_VISIT = POSTOPERATIVE["79"]
"""Words that suggest modifier 24 on a visit."""


def is_drug(row: Code) -> bool:
    """Say whether a code is of something that is given to the patient: one of section J, or counted by its amount."""
    if not is_hcpcs(row.code) or is_supply(row.code):
        return False
    unit = read_unit(row.attributes.get("unit", ""))
    counted = unit is not None and unit.measure != "minutes"
    return counted or row.code.startswith("J") or _DRUG.match(row.title) is not None


def has_sides(row: Code) -> bool:
    """Say whether a procedure is done on one side or the other.

    By the fee schedule's bilateral indicator where there is one, else by the paired site that the descriptor names.
    """
    indicator = row.attributes.get("bilateral")
    if indicator:
        return indicator in ("1", "3")
    title = row.title.lower().replace("unilateral or bilateral", "")
    return not is_drug(row) and "bilateral" not in title and _PAIRED.search(title) is not None


def takes_fifty(row: Code) -> bool:
    """Say whether both sides of a procedure are one line with modifier 50."""
    return row.attributes.get("bilateral", "1" if is_surgery(row.code) else "") == "1"


def not_given(row: Code, text: str) -> str:
    """Say why words do not tell that a service was done, a drug given, or equipment supplied.

    Returns:
        What the note does, such as "only offers it"; an empty text where nothing speaks against it.
    """
    drug, supply = is_drug(row), is_supply(row.code)
    if (_NOT_DONE.search(text) and not _DONE.search(text)) or (drug and _NOT_YET.search(text)):
        return "only offers it, declines it or leaves it for later"
    if drug and _GIVEN.search(text) is None:
        return "names it and does not say that it was given"
    if drug and _BY_MOUTH.search(row.title) and _BY_NEEDLE.search(text):
        return "says that it was injected, and the code is for one by mouth"
    if supply and _SUPPLIED.search(text) is None:
        return "names it and does not say that it was supplied"
    return ""


def sides(text: str) -> frozenset[str]:
    """Give the modifiers of the sides that some words name."""
    found: set[str] = set()
    for match in _SIDE.finditer(text):
        found.update({"right": ("RT",), "left": ("LT",), "both": ("LT", "RT")}[match.lastgroup or ""])
    return frozenset(found)


def units_stated(unit: Amount | None, text: str) -> int | None:
    """Say how many units some words state: a count (`x 2`), or the largest amount in the unit of the code.

    Returns:
        1 or more; None where they state none.
    """
    times = _TIMES.search(text)
    count = int(times["after"]) if times else 0
    given = [] if unit is None else [unit.units_of(amount) for amount in amounts(text)]
    counted = [one for one in given if one]
    if counted:
        return max(counted) * max(count, 1)
    return count or None


def amounts(text: str) -> Iterator[Amount]:
    """Yield the amounts in some words, in their order."""
    for found in DOSE.finditer(text):
        amount = Amount.read(found["amount"], found["unit"])
        if amount is not None:
            yield amount


def cue_spans(row: Code, text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the words that matter to a code, as offsets in a text."""
    patterns = [DOSE, _TIMES, _NOT_DONE, _DONE]
    if is_surgery(row.code):
        patterns.extend(POSTOPERATIVE.values())
    if has_sides(row):
        patterns.append(_SIDE)
    if is_drug(row):
        patterns += [_GIVEN, _NOT_YET]
    elif is_supply(row.code):
        patterns.append(_SUPPLIED)
    for pattern in patterns:
        yield from (found.span() for found in pattern.finditer(text))
