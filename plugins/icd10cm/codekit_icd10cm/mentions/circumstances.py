"""The circumstances of an injury: the place, the activity and the status of the patient."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import attrs

from codekit.plugin import Code, Edition, NoteKind, Sentence
from codekit_icd10cm.mentions.titles import rows_below
from codekit_icd10cm.mentions.told import Told, happened, tell

_PLACED = (
    r"\b(?:in|at|on|into|inside|outside|off|onto) "
    r"(?:(?:the|his|her|their|a|an|own|local|public|private|front|back|icy|wet) )*"
)
_AT, _SCHOOLS = r"\bat (?:(?:the|his|her|their|a|an|her child's|public|private|local) )*", "Y92.21"
_RESIDENCES = (
    ("Y92.02", r"mobile home|trailer"),
    ("Y92.03", r"apartment|condo(?:minium)?|flat"),
    ("Y92.04", r"boarding[- ]house"),
    ("Y92.12", r"nursing (?:home|facility)|assisted living|skilled nursing facility"),
    ("Y92.14", r"prison|jail"),
    ("Y92.16", r"dorm(?:itory)?"),
    ("Y92.01", r"(?:single[- ]family |private |own )?house|farmhouse"),
    ("Y92.00", r"home|residence"),
)
_ROOMS = r"kitchen|dining room|bathroom|bedroom|driveway|garage|yard|garden|swimming[- ]pool|cell"
_ANY_RESIDENCE = "Y92.00"
_HEALTH_CARE = ("Y92.23", "Y92.53")
_BROUGHT = re.compile(r"\b(?:seen|evaluated|treated|admitted|presented|taken|brought|went|visited|transported)\b", re.I)
_PLACE_OF = re.compile(r" as the place of occurrence of the external cause$")
_DOING = r"\b(?:while|when|during|playing|was|were|after|doing|at|from|went)(?: [\w'’-]+){0,4}? "
_OTHER_NAMES = (
    ("Y93.K1", r"walking (?:the|his|her|a) dog"),
    ("Y93.01", r"walking|hiking|hike|walk"),
    ("Y93.02", r"running|jogging|a run|jog"),
    ("Y93.23", r"skiing|snowboarding|sledding"),
    ("Y93.53", r"golfing"),
    ("Y93.55", r"riding (?:his |her |a )?(?:bicycle|bike)|cycling|biking"),
    ("Y93.64", r"softball"),
    ("Y93.73", r"pickleball|tennis|racquetball"),
    ("Y93.B3", r"lifting weights|weight ?lifting|weight training|bench press\w*"),
    ("Y93.B1", r"leg press"),
    ("Y93.G3", r"cooking|baking"),
    (
        "Y93.G1",
        r"washing dishes|(?:chopping|slicing) (?:vegetables|food|bread|fruit|meat)|peeling",
    ),
    ("Y93.H1", r"shovel(?:l)?ing|raking|digging"),
    ("Y93.H2", r"gardening|landscaping|mowing|pruning|weeding|yard ?work"),
    ("Y93.H3", r"construction|roofing"),
    ("Y93.E6", r"moving (?:house|homes|into|to a new)"),
    ("Y93.E5", r"mopping|sweeping|cleaning (?:the|her|his) floors?"),
    ("Y93.E9", r"house ?work|cleaning (?:the|her|his) (?:house|windows?)"),
    ("Y93.83", r"wrestling around|horseplay|horsing around|rough ?housing"),
)
_STATUS = (
    ("Y99.1", r"on (?:active )?military duty|during military (?:training|exercises?)"),
    ("Y99.0", r"(?:while|was) (?:at work|working)|at work|on the job|work[- ]related|at (?:his|her) job|workplace"),
    ("Y99.2", r"volunteering|as a volunteer"),
)


@attrs.frozen(kw_only=True)
class _Name:
    code: str
    words: re.Pattern[str]


class Circumstances:
    """The rows of an edition for places, activities and the status, by the names that their titles give them.

    Args:
        edition: The opened edition.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.20.b, I.C.20.c and I.C.20.k.
    """

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._places = tuple(self._names("Y92", _PLACED))
        self._status = _compiled(_STATUS, r"\b")
        self._activities = (*_compiled(_OTHER_NAMES, _DOING), *self._names("Y93", _DOING))

    def find(self, telling: Sequence[Sentence], beside: Sequence[Sentence]) -> Iterator[Told]:
        """Find the circumstances of an injury, of each kind the first.

        Args:
            telling: The sentences that tell its cause, where a place is that of the event.
            beside: Those and the ones that name the injury, the former first.

        Yields:
            The place, the activity and the status, as far as they are told.
        """
        places = (found for one in telling for found in self._find_places(one))
        activities = (found for one in beside for found in self._named(one, self._activities))
        status = (found for one in beside for found in self._named(one, self._status))
        yield from (found for found in (next(places, None), next(activities, None), next(status, None)) if found)

    def _find_places(self, sentence: Sentence) -> Iterator[Told]:
        """Find where it happened: a room of a residence first, then the longest name."""
        text = sentence.text
        home = next((found for row, words in _RESIDENCES if (found := _residence(text, row, words))), None)
        room = re.search(rf"{_PLACED}(?:[\w-]+ ){{0,3}}?(?P<room>{_ROOMS})\b", text, re.IGNORECASE)
        if room is not None or home is not None:
            row = self._room(home[0] if home else _ANY_RESIDENCE, room["room"].lower() if room else "unspecified place")
            span = room or (home[1] if home else None)
            if row is not None and span is not None:
                yield tell(sentence, span, row)
        # A hospital is where the note is written; it is the place of the event only where nobody came to it.
        brought = _BROUGHT.search(text)
        yield from self._named(
            sentence, (one for one in self._places if not (brought and one.code.startswith(_HEALTH_CARE)))
        )

    def _room(self, residence: str, room: str) -> Code | None:
        """Find the row of a room below a residence; another place in it where the room has none."""
        if self._edition.find(residence) is None:
            return None
        rooms = self._edition.children(residence)
        wanted = room.replace(" pool", "-pool")
        named = (row for row in rooms if wanted in row.title.lower().split(" of ")[0].split(" as the place")[0])
        return next(named, next((row for row in rooms if row.title.startswith("Other place")), None))

    def _named(self, sentence: Sentence, names: Iterable[_Name]) -> Iterator[Told]:
        for name in names:
            found = name.words.search(sentence.text)
            row = self._edition.find(name.code) if found else None
            if found and row is not None and happened(sentence, found):
                yield tell(sentence, found, row)

    def _names(self, category: str, before: str) -> Iterator[_Name]:
        """Read the names of places or activities off the titles and inclusion terms, the longest first."""
        named: dict[str, str] = {}
        for row in rows_below(self._edition, category):
            if row.code.startswith((_ANY_RESIDENCE[:5], "Y92.1", "Y93.F", "Y92.9", "Y93.9")):
                continue
            terms = (note.text for note in row.notes if note.kind is NoteKind.INCLUSION_TERM)
            for text in (row.title, *terms):
                for name in _split_title(text):
                    named.setdefault(name, row.code)
        for name in sorted(named, key=len, reverse=True):
            # "In high school" is a time of life.
            where = _AT if named[name].startswith(_SCHOOLS) else before
            yield _Name(code=named[name], words=re.compile(rf"{where}{re.escape(name)}s?\b", re.IGNORECASE))


def _residence(text: str, row: str, words: str) -> tuple[str, re.Match[str]] | None:
    found = re.search(
        rf"\b(?:in|at|of|outside|inside) (?:(?:the|his|her|their|a|an|own) )*(?:{words})\b", text, re.IGNORECASE
    )
    return (row, found) if found else None


def _split_title(text: str) -> Iterator[str]:
    """Give the names that a title of places or activities lists."""
    text = re.sub(r"\([^)]*\)|\[[^]]*\]", "", _PLACE_OF.sub("", text)).lower()
    text = text.removeprefix("activity, ").removesuffix(" nos")
    if text.startswith(("other", "unspecified", "activit")):
        return
    for name in (" ".join(part.split()) for part in re.split(r",| and | or ", text)):
        if len(name) > 3 and not name.startswith(("other", "unspecified")):
            yield name


def _compiled(names: Iterable[tuple[str, str]], before: str) -> tuple[_Name, ...]:
    return tuple(_Name(code=code, words=re.compile(rf"{before}(?:{words})\b", re.IGNORECASE)) for code, words in names)
