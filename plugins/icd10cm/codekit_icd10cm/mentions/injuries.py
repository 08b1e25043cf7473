"""Injuries and what caused them: falls and other events, places, abuse, burnt surface, complications of devices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from codekit.editions.edition import Edition
from codekit.text.reader import Sentence
from codekit.text.tokens import content_words
from codekit.types import Assertion, Candidate, LocatedMention, Note
from codekit_icd10cm.mentions.titles import best_row

# A negation right in front; one further off, behind a comma, is of something else ("no fracture, fell from a chair").
_DENIED = re.compile(r"\b(?:no|not|denies|denied|without|never|if|risk of|ruled out)\b[^,;:\n]{0,20}$", re.IGNORECASE)
_EVENT = re.compile(
    r"\b(?:fell|fall|fallen|slipped|tripped|struck|hit|cut|bit|bitten|bite|burn\w*|scald\w*|crash\w*|collision|"
    r"accident|"
    r"assault\w*|injur\w+|sprain\w*|strain\w*|fractur\w*|contusion|lacerat\w+|wound|dislocat\w+|concussion|"
    r"stabb\w+|shot|caught)\b",
    re.IGNORECASE,
)


@attrs.frozen(kw_only=True)
class Event:
    """A way in which notes tell what happened, and the part of chapter 20 that it leads to.

    Args:
        pattern: Regular expression in any case; its group `object` tells the titles apart.
        roots: Rows to look below.
        default: Row where no title says what the object says; empty where the phrase then means nothing.
        besides: Words that count as said.
        share: How much of a title the words must make up, 0 to 1.
    """

    pattern: str
    roots: tuple[str, ...]
    default: str = ""
    besides: tuple[str, ...] = ()
    share: float = 0.3


_PLACES = (
    "kitchen|bathroom|bedroom|garage|driveway|garden|yard|pool|house|home|apartment|mobile home|nursing home|"
    "prison|school|"
    "college|university|street|road|highway|sidewalk|parking lot|store|shop|restaurant|hotel|park|playground|"
    "gym|stadium|"
    "farm|barn|factory|warehouse|construction site|hospital|office|beach|lake|river|forest"
)
_PERSONS = (
    "father|mother|stepfather|stepmother|parent|brother|sister|husband|wife|partner|spouse|boyfriend|girlfriend|"
    "uncle|aunt|teacher|caregiver"
)
EVENTS = (
    Event(
        pattern=r"\b(?:fell|fallen|falling|(?:after|from|with|due to) (?:a |an )?(?:\w+[- ]){0,2}?fall)\b"
        r"(?! (?:asleep|risk|precaution))(?P<object>[^.;:\n]{0,60})|\bfall (?P<other>(?:from|off|down|out of|"
        r"on) [^.;:\n]{2,50})",
        roots=tuple(f"W{number:02d}" for number in range(20)),
        default="W19",
    ),
    Event(
        pattern=r"\b(?P<object>\w+)[- ]bites?\b|\bbit(?:ten)? by (?:a |an |the |his |her )?(?P<other>\w+(?: \w+)?)",
        roots=("W53", "W54", "W55", "W50.3"),
        besides=("bitten",),
        share=0.5,
    ),
    Event(
        pattern=r"\bcut\b[^.;:\n]{0,20}\b(?:with|by|on) (?P<object>[^.;:,\n]{2,40})",
        roots=("W25", "W26", "W27", "W28", "W29"),
        besides=("contact",),
    ),
    Event(
        pattern=r"\b(?:burn\w*|scald\w*)\b[^.;:\n]{0,30}\b(?:by|with|from) (?P<object>[^.;:,\n]{2,40})",
        roots=tuple(f"X{number:02d}" for number in (*range(9), *range(10, 20))),
    ),
    Event(
        pattern=r"\b(?:motor vehicle|car|auto(?:mobile)?|traffic) (?:accident|collision|crash)\b|\bMV[AC]\b",
        roots=("V89.2",),
    ),
    Event(
        pattern=rf"\b(?:in|at|on) (?:the |her |his |a |an )?(?P<object>(?:[\w-]+ )?(?:{_PLACES})\b"
        rf"(?: of (?:the |her |his |a |an )?(?:[\w-]+ ){{0,2}}(?:{_PLACES}))?)",
        roots=("Y92",),
        share=0.2,
    ),
    Event(pattern=r"\bwhile (?P<object>\w+ing(?: \w+){0,2})", roots=("Y93",), share=0.25),
)
_ABUSE = re.compile(
    r"\b(?:(?P<kind>physical(?:ly)?|sexual(?:ly)?|psychological(?:ly)?|emotional(?:ly)?|verbal(?:ly)?) (?:and "
    r"\w+ )?abuse[ds]?|"
    r"(?P<bare>neglect(?:ed)?|abandon(?:ed|ment)|rape[d]?|child abuse|elder abuse))\b",
    re.IGNORECASE,
)
_SUSPECTED = re.compile(r"\b(?:suspect\w*|alleg\w+|possible|probable|concern\w*|question\w*)\b", re.IGNORECASE)
_RULED_OUT = re.compile(r"\bruled out\b|\bunfounded\b|\bnot confirmed\b", re.IGNORECASE)
_CHILD = re.compile(r"\b(?:child|boy|girl|infant|toddler|baby|minor|newborn)\b", re.IGNORECASE)
_KINDS = {
    "physical": "1",
    "sexual": "2",
    "rape": "2",
    "psychological": "3",
    "emotional": "3",
    "verbal": "3",
    "neglect": "0",
}
_ADULT_AGE = 18
_SURFACE = re.compile(
    r"\b(?P<total>\d{1,2}) ?(?:%|percent)(?: of)?(?: the)?(?: total)? ?(?:body surface(?: area)?|"
    r"t?bsa)\b(?:[^.;\n]{0,30}?\b"
    r"(?P<third>\d{1,2}) ?(?:%|percent)[^.;\n%]{0,25}?(?:third|3rd|full))?",
    re.IGNORECASE,
)
_INFECTION = (
    r"infections?|infected|uti|cystitis|sepsis|bacteremia|cellulitis|abscess|peritonitis|pyelonephritis|septicemia"
)
_OTHER_HARM = r"pain(?:ful)?|thrombosis|embolism|hemorrhage|bleeding|stenosis|fibrosis"
_DEVICE = (
    r"(?:[\w-]+ ){0,4}?(?:catheter|foley|prosthes[ie]s|implants?|grafts?|stents?|pacemaker|defibrillator|valve|shunt|"
    r"central line|picc(?: line)?|screws?|plates?|rods?|nails?|hardware|mesh|iud|pump|port)\b"
)
_HARMED = re.compile(
    rf"\b(?P<harm>{_INFECTION}|{_OTHER_HARM})\b[^.;,\n]{{0,15}}?\b(?:due to|from|of|secondary to|caused by|"
    rf"associated with|at|around)"
    rf" (?:the |an? |his |her )?(?P<device>{_DEVICE})|\b(?P<first>infected|painful) (?P<second>{_DEVICE})|"
    rf"\b(?P<named>{_DEVICE})[- ](?:associated|related) (?P<harmed>(?:\w+ ){{0,3}}(?:{_INFECTION}))",
    re.IGNORECASE,
)
_MEANT = (
    (
        r"foley|urinary catheter|indwelling (?:urethral|bladder)? ?catheter|\bcatheter",
        ("indwelling", "urethral", "catheter"),
    ),
    (r"pacemaker|defibrillator|valve", ("cardiac", "prosthetic", "device")),
    (r"central line|picc|central venous", ("central", "venous", "catheter")),
    (r"screw|plate|rod|nail|hardware", ("internal", "fixation", "device")),
)
_ORTHOPEDIC = re.compile(r"knee|hip|shoulder|elbow|joint|ankle|screw|plate|rod|nail|hardware|fixation", re.IGNORECASE)
_DEGREE = re.compile(r"\b(first|second|third|1st|2nd|3rd)\b", re.IGNORECASE)
_DEGREES = ("third", "second", "first")


def find(
    note: Note, sentence: Sentence, located: Sequence[LocatedMention], edition: Edition
) -> Iterator[LocatedMention]:
    """Find what happened, to whom, and what went wrong with a device.

    Args:
        note: The whole note.
        sentence: The sentence.
        located: What the index gave for the whole note.
        edition: The opened edition.

    Yields:
        Mentions with their row as the only candidate; burns of several degrees with the highest alone.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.19.d, I.C.19.f, I.C.19.g and I.C.20.
    """
    found = [*_events(sentence, edition), *_abuse(note, sentence), *_surface(sentence), *_devices(sentence, edition)]
    for start, end, code in found:
        mention = sentence.mention(start, end)
        if edition.find(code) is None or _DENIED.search(sentence.note, sentence.start, start):
            continue
        term = f"{edition.get(code).title}: {mention.text}"
        candidate = Candidate(code=code, score=1.0, term=term, source="I.C.19 and I.C.20")
        yield LocatedMention(mention=attrs.evolve(mention, assertion=Assertion.PRESENT), candidates=(candidate,))
    yield from _highest_degree(sentence, located)


def _events(sentence: Sentence, edition: Edition) -> Iterator[tuple[int, int, str]]:
    if not _EVENT.search(sentence.text) or re.search(r"\bhistory of (?:\w+ )?falls?\b|\bfalls\b", sentence.text, re.I):
        return
    for event in EVENTS:
        for match in re.finditer(event.pattern, sentence.text, re.IGNORECASE):
            groups = match.groupdict()
            named = groups.get("object") or groups.get("other") or ""
            row = best_row(edition, event.roots, (*content_words(named), *event.besides), share=event.share)
            meant = row is not None and (not event.besides or _says(row.title, named))
            code = row.code if meant and row is not None else event.default or (event.roots[0] if not groups else "")
            if code:
                yield sentence.start + match.start(), sentence.start + match.end(), code


def _says(title: str, named: str) -> bool:
    """Say whether a title holds one of the words, and not only those that all titles of its kind hold."""
    return any(word[:5] in title.lower() for word in content_words(named))


def _abuse(note: Note, sentence: Sentence) -> Iterator[tuple[int, int, str]]:
    found = _ABUSE.search(sentence.text)
    if found is None or re.search(r"\bhistory of\b", sentence.text, re.IGNORECASE):
        return
    said = (found["kind"] or found["bare"]).lower()
    kind = next((digit for word, digit in _KINDS.items() if said.startswith(word)), "1" if "abuse" in said else "0")
    age = note.encounter.age
    child = (
        age < _ADULT_AGE
        if age is not None
        else bool(_CHILD.search(sentence.text)) and "elder" not in sentence.text.lower()
    )
    start, end = sentence.start + found.start(), sentence.start + found.end()
    victim = "2" if child else "1"
    if _RULED_OUT.search(sentence.text):
        yield start, end, f"Z04.4{victim}" if kind == "2" else f"Z04.7{victim}"
    elif _SUSPECTED.search(sentence.text):
        yield start, end, f"T76.{kind}{victim}"
    else:
        yield start, end, f"T74.{kind}{victim}"
        person = re.search(
            rf"\bby (?:the |her |his |a )?(?:\w+ )?(?P<person>{_PERSONS})\b", sentence.text, re.IGNORECASE
        )
        if person is not None:
            code = {"father": "Y07.11", "mother": "Y07.12", "husband": "Y07.01", "wife": "Y07.02"}.get(
                person["person"].lower()
            )
            if code is not None:
                yield sentence.start + person.start(), sentence.start + person.end(), code


def _surface(sentence: Sentence) -> Iterator[tuple[int, int, str]]:
    """Give the code for the extent of burns: tens of the whole, then tens of the third degree."""
    match = _SURFACE.search(sentence.text)
    if match is None:
        return
    total, third = int(match["total"]) // 10, int(match["third"] or 0) // 10
    category = "T32" if re.search(r"\bcorros|\bchemical", sentence.text, re.IGNORECASE) else "T31"
    code = f"{category}.{total}{min(third, total)}" if total else f"{category}.0"
    yield sentence.start + match.start(), sentence.start + match.end(), code


def _devices(sentence: Sentence, edition: Edition) -> Iterator[tuple[int, int, str]]:
    for match in _HARMED.finditer(sentence.text):
        harm = (match["harm"] or match["first"] or match["harmed"]).lower()
        device = (match["device"] or match["second"] or match["named"]).lower()
        harm = harm.replace("painful", "pain")
        words = ("infection", "inflammatory", "reaction") if re.search(_INFECTION, harm) else content_words(harm)
        meant = next((more for pattern, more in _MEANT if re.search(pattern, device)), ())
        orthopedic = ("orthopedic", "internal", "prosthetic", "device") if _ORTHOPEDIC.search(device) else ()
        said = (
            *words,
            *content_words(device),
            *content_words(" ".join(meant)),
            *(orthopedic if "infection" not in words else ()),
        )
        row = best_row(edition, ("T82", "T83", "T84", "T85", "T80.2"), said, share=0.4)
        if row is not None and any(word in row.title.lower() for word in words[:1]):
            yield sentence.start + match.start(), sentence.start + match.end(), row.code


def _highest_degree(sentence: Sentence, located: Sequence[LocatedMention]) -> Iterator[LocatedMention]:
    """Give a burn that is named with several degrees its highest one alone."""
    for one in located:
        inside = sentence.start <= one.mention.start < sentence.end
        if not inside or not one.candidates or not "T20" <= one.candidates[0].code[:3] <= "T25":
            continue
        named = {word for word in _DEGREES if word in one.mention.normalized}
        if len(named) > 1:
            highest = next(word for word in _DEGREES if word in named)
            words = tuple(word for word in one.mention.normalized if word not in named or word == highest)
            text = one.mention
            best = attrs.evolve(one.candidates[0], code=one.candidates[0].code[:3])
            narrow = attrs.evolve(text, normalized=words, scope=(text.start, text.start))
            yield LocatedMention(mention=narrow, candidates=(best,))
