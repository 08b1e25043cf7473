"""Abuse, the burnt surface, burns of several degrees and complications of devices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from codekit.plugin import Assertion, Candidate, Edition, LocatedMention, Note, Sentence
from codekit_icd10cm.mentions.cues import holds_any
from codekit_icd10cm.mentions.titles import best_row

# A negation right in front; one further off, behind a comma, is of something else ("no fracture, fell from a chair").
_DENIED = re.compile(r"\b(?:no|not|denies|denied|without|never|if|risk of|ruled out)\b[^,;:\n]{0,20}$", re.IGNORECASE)
_PERSONS = (
    "father|mother|stepfather|stepmother|parent|brother|sister|husband|wife|partner|spouse|boyfriend|girlfriend|"
    "uncle|aunt|teacher|caregiver"
)
_ABUSE = re.compile(
    r"\b(?:(?P<kind>physical(?:ly)?|sexual(?:ly)?|psychological(?:ly)?|emotional(?:ly)?|verbal(?:ly)?) (?:and "
    r"\w+ )?abuse[ds]?|"
    # Neglect of one side is a matter of the brain.
    r"(?P<bare>(?<!left )(?<!right )(?<!sided )(?<!visual )(?<!spatial )(?<!unilateral )"
    r"neglect(?:ed)?(?! (?:of|to|on) (?:the |his |her )?(?:left|right))|"
    r"(?<!an )(?<!the )abandoned|abandonment|rape[d]?|child abuse|elder abuse))\b",
    re.IGNORECASE,
)
_ABUSE_CUES = ("abuse", "neglect", "abandon", "rape")
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
_SURFACE_CUES = ("body surface", "bsa")
_INFECTION = (
    r"infections?|infected|uti|cystitis|sepsis|bacteremia|cellulitis|abscess|peritonitis|pyelonephritis|septicemia"
)
_OTHER_HARM = r"pain(?:ful)?|thrombosis|embolism|hemorrhage|bleeding|stenosis|fibrosis"
_DEVICE = (
    r"(?:[\w-]+ ){0,4}?(?:catheter|foley|prosthes[ie]s|implants?|grafts?|stents?|pacemaker|defibrillator|valve|shunt|"
    r"central line|picc(?: line)?|screws?|plates?|rods?|nails?|hardware|mesh|iud|pump|port)\b"
)
_DEVICE_CUES = (
    *("catheter", "foley", "prosthes", "implant", "graft", "stent", "pacemaker", "defibrillator", "valve", "shunt"),
    *("central line", "picc", "screw", "plate", "rod", "nail", "hardware", "mesh", "iud", "pump", "port"),
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
    """Find abuse, the extent and degree of burns, and what went wrong with a device.

    Args:
        note: The whole note.
        sentence: The sentence.
        located: What the index gave for the sentence.
        edition: The opened edition.

    Yields:
        Mentions with their row as the only candidate; burns of several degrees with the highest alone.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.19.d, I.C.19.f and I.C.19.g.
    """
    found = [*_abuse(note, sentence), *_surface(sentence), *_devices(sentence, edition)]
    for start, end, code in found:
        mention = sentence.mention(start, end)
        if edition.find(code) is None or _DENIED.search(sentence.note, sentence.start, start):
            continue
        term = f"{edition.get(code).title}: {mention.text}"
        candidate = Candidate(code=code, score=1.0, term=term, source="I.C.19")
        yield LocatedMention(mention=attrs.evolve(mention, assertion=Assertion.PRESENT), candidates=(candidate,))
    yield from _highest_degree(sentence, located)


def _abuse(note: Note, sentence: Sentence) -> Iterator[tuple[int, int, str]]:
    found = _ABUSE.search(sentence.text) if holds_any(sentence, _ABUSE_CUES) else None
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
    match = _SURFACE.search(sentence.text) if holds_any(sentence, _SURFACE_CUES) else None
    if match is None:
        return
    total, third = int(match["total"]) // 10, int(match["third"] or 0) // 10
    category = "T32" if re.search(r"\bcorros|\bchemical", sentence.text, re.IGNORECASE) else "T31"
    code = f"{category}.{total}{min(third, total)}" if total else f"{category}.0"
    yield sentence.start + match.start(), sentence.start + match.end(), code


def _devices(sentence: Sentence, edition: Edition) -> Iterator[tuple[int, int, str]]:
    for match in _HARMED.finditer(sentence.text) if holds_any(sentence, _DEVICE_CUES) else ():
        harm = (match["harm"] or match["first"] or match["harmed"]).lower()
        device = (match["device"] or match["second"] or match["named"]).lower()
        harm = harm.replace("painful", "pain")
        words_of = sentence.lexicon.content_words
        words = ("infection", "inflammatory", "reaction") if re.search(_INFECTION, harm) else words_of(harm)
        meant = next((more for pattern, more in _MEANT if re.search(pattern, device)), ())
        orthopedic = ("orthopedic", "internal", "prosthetic", "device") if _ORTHOPEDIC.search(device) else ()
        said = (
            *words,
            *words_of(device),
            *words_of(" ".join(meant)),
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
