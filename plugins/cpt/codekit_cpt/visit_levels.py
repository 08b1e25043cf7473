"""The level of an office visit: by two of three elements of medical decision making, or by total time.

Nothing here is guessed: an element counts where the note names it and its level, and a time where it is called total.
Which code stands for which level is read off the descriptors of the edition.

Source: AMA, CPT Evaluation and Management Services Guidelines 2021 and 2023: "Levels of medical decision making" (two
of the three elements must be met or exceeded) and "Time" (total time on the date of the encounter).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import attrs

from codekit.plugin import Edition

LEVELS = ("straightforward", "low", "moderate", "high")
"""Levels of medical decision making, lowest first."""

ELEMENTS = ("problems", "data", "risk")
NEW, ESTABLISHED = "new", "established"

# The numbers of the office visits are facts; 99211 needs no physician and has no level.
OFFICE_VISITS = ("99202", "99203", "99204", "99205", "99212", "99213", "99214", "99215")
_PATIENT = re.compile(r"\b(new|established) patient\b", re.IGNORECASE)
_CODE_LEVEL = re.compile(
    r"\b(straightforward|low|moderate|high)\b[^;.]{0,40}\bmedical decision[- ]making\b|"
    r"\bmedical decision[- ]making\b[^;.]{0,40}?\b(straightforward|low|moderate|high)\b",
    re.IGNORECASE,
)
_CODE_MINUTES = re.compile(r"\b(\d{1,3})(?:-\d{1,3})? minutes\b", re.IGNORECASE)
_WORDS = {"minimal": "straightforward", "self-limited": "straightforward", "none": "straightforward"}
_WORDS |= {"limited": "low", "extensive": "high"} | {level: level for level in LEVELS}
_LEVEL = "(?P<level>" + "|".join(_WORDS) + r")\b"
_MAKING = r"(?:medical decision[- ]making|mdm)\b"
# Without its full name an element counts near the words "medical decision making" only: "fall risk: low" is none.
_ELEMENT = re.compile(
    r"\b(?P<element>problems?|data|risk)\b"
    r"(?P<full>(?: (?:addressed|reviewed|analyzed|and/or|and|or|of|to be|complications|morbidity|mortality|patient|"
    rf"management))*)\s*(?:[:=–-]|is|are|was|were)\s*{_LEVEL}",
    re.IGNORECASE,
)
_FULL_NAME = re.compile(r"addressed|reviewed|analyzed|management", re.IGNORECASE)
_NEAR = 400
_OVERALL = re.compile(
    rf"\b{_MAKING}[^.;\n]{{0,30}}?\b{_LEVEL}(?! (?:risk|data|number|problem))|"
    rf"\b(?P<before>straightforward|low|moderate|high)(?:[- ](?:level|complexity))? {_MAKING}",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\btotal (?:\w+ ){0,6}?time\b[^.;\n]{0,60}?(?P<after>\d{1,3}) ?min(?:ute)?s?\b|"
    r"\b(?P<before>\d{1,3}) ?min(?:ute)?s? (?:of )?total\b|"
    r"\bspent (?:a total of )?(?P<spent>\d{1,3}) ?min(?:ute)?s? on the (?:date|day) of (?:the|this) "
    r"(?:encounter|visit)",
    re.IGNORECASE,
)
_HOURS = re.compile(r"\b(\d) ?h(?:ou)?rs?\b", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:not|no|nor|less|below|neither)\b", re.IGNORECASE)
# Time of something else than the visit; a time "excluding procedures" is the visit's.
_EXCLUDED = re.compile(r"\b(?:excluding|exclusive of|not including|without|outside of)\b[^.;\n\d]*", re.IGNORECASE)
_NOT_OF_VISIT = re.compile(
    r"critical|procedur|operat|surg|an(?:a?)esth|tourniquet|infusion|sedation|fluoro", re.IGNORECASE
)
_VISIT = re.compile(
    r"\b(?:office|clinic|outpatient) visit\b|\bseen in (?:the |our |my )?(?:office|clinic)\b|"
    r"\b(?:new|established) patient\b",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"\b(?P<kind>new|established) (?:patient\b|to (?:me|us|(?:our|the|this) (?:practice|clinic|office))\b)", re.I
)


@attrs.frozen(kw_only=True)
class VisitCode:
    """What the descriptor of an office visit says.

    Args:
        code: The code.
        patient: `new` or `established`.
        level: Level of medical decision making.
        minutes: Total time that it asks for; 0 where it names none.
    """

    code: str
    patient: str
    level: str
    minutes: int


@attrs.frozen(kw_only=True)
class Documented:
    """What a note says of a visit.

    Args:
        patient: `new` or `established`; an empty text where it does not say, or says both.
        elements: Level of each element that it names.
        level: Level of decision making that it states outright; an empty text without.
        minutes: Total time; 0 where it states none.
        span: The last statement of these facts; without any the words for the visit itself.
    """

    patient: str
    elements: Mapping[str, str]
    level: str
    minutes: int
    span: tuple[int, int]

    @property
    def decision_making(self) -> str:
        """The level that two of three elements meet or exceed, else the one stated outright; empty without either."""
        ranks = sorted((LEVELS.index(level) for level in self.elements.values()), reverse=True)
        return LEVELS[ranks[1]] if len(ranks) > 1 else self.level


def visit_codes(edition: Edition) -> tuple[VisitCode, ...]:
    """Read the descriptors of the office visits that an edition holds; one that says too little is left out."""
    rows = filter(None, map(edition.find, OFFICE_VISITS))
    return tuple(code for row in rows if row.assignable and (code := _read(row.code, row.title)) is not None)


def _read(code: str, title: str) -> VisitCode | None:
    patient, level, minutes = _PATIENT.search(title), _CODE_LEVEL.search(title), _CODE_MINUTES.search(title)
    if patient is None or level is None:
        return None
    return VisitCode(
        code=code,
        patient=patient[1].lower(),
        level=(level[1] or level[2]).lower(),
        minutes=int(minutes[1]) if minutes else 0,
    )


def read_visit(text: str) -> Documented | None:
    """Read what a note documents of an office visit; None where it speaks of none."""
    visit = _VISIT.search(text)
    if visit is None:
        return None
    kinds = {found["kind"].lower(): found.span() for found in _STATUS.finditer(text)}
    making = re.search(_MAKING, text, re.IGNORECASE)
    near = range(making.start(), making.end() + _NEAR) if making else range(0)
    elements = {
        _element(found): found
        for found in _ELEMENT.finditer(text)
        if found.start() in near or _FULL_NAME.search(found["full"])
    }
    overall = next((found for found in _OVERALL.finditer(text) if not _DENIED.search(found[0])), None)
    time = next((found for found in _TIME.finditer(text) if _is_of_visit(found[0])), None)
    facts = [*elements.values(), *filter(None, (overall, time))]
    return Documented(
        patient=next(iter(kinds)) if len(kinds) == 1 else "",
        elements={name: _WORDS[found["level"].lower()] for name, found in elements.items()},
        level=_WORDS[(overall["level"] or overall["before"]).lower()] if overall else "",
        minutes=_minutes(time) if time else 0,
        span=max({*kinds.values(), *(found.span() for found in facts)}, default=visit.span()),
    )


def _is_of_visit(words: str) -> bool:
    return _NOT_OF_VISIT.search(_EXCLUDED.sub(" ", words)) is None


def _minutes(time: re.Match[str]) -> int:
    hours = _HOURS.search(time[0])
    return int(next(filter(None, time.groups()))) + (60 * int(hours[1]) if hours else 0)


def _element(found: re.Match[str]) -> str:
    return "problems" if found["element"].lower().startswith("problem") else found["element"].lower()


def choose(documented: Documented, codes: tuple[VisitCode, ...]) -> tuple[VisitCode, str] | None:
    """Choose the code that the documentation supports.

    Args:
        documented: What the note says.
        codes: The office visits of the edition.

    Returns:
        The code with a sentence on what it rests on: the higher one of those by decision making and by time. None
        where the patient's status is not documented, or neither two elements nor the total time are.
    """
    family = [code for code in codes if code.patient == documented.patient]
    found: list[tuple[VisitCode, str]] = []
    level = documented.decision_making
    for code in family:
        if code.level == level:
            found.append((code, f"{level} medical decision making, {documented.patient} patient"))
    timed = [code for code in family if 0 < code.minutes <= documented.minutes]
    if timed:
        code = max(timed, key=lambda one: one.minutes)
        found.append((code, f"{documented.minutes} minutes of total time, {documented.patient} patient"))
    return max(found, key=lambda one: LEVELS.index(one[0].level), default=None)


def missing(documented: Documented) -> Iterator[str]:
    """Yield what the clinician would have to document for a level, in words."""
    if not documented.patient:
        yield "whether the patient is new or established"
    if not documented.decision_making and not documented.minutes:
        yield (
            "the number and complexity of the problems addressed, the amount and complexity of the data reviewed, and "
            "the risk of patient management, at least two of the three; or the total time on the date of the encounter"
        )
