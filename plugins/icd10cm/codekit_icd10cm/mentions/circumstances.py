"""The circumstances of an injury: the place, the activity and the status of the patient."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources

import attrs

from codekit.plugin import Code, Edition, NoteKind, Sentence
from codekit_icd10cm.mentions.titles import rows_below
from codekit_icd10cm.mentions.told import Told, happened, tell

_PLACED = (
    r"\b(?:in|at|on|into|inside|outside|off|onto|from|down|up) "
    r"(?:(?:the|his|her|their|a|an|own|local|public|private|front|back|icy|wet|abandoned|old) )*"
)
_HOUSED = r"\b(?:in|at|of|outside|inside|from) (?:(?:the|his|her|their|a|an|own) )*"
# "In high school" is a time of life.
_AT, _SCHOOLS = r"\bat (?:(?:the|his|her|their|a|an|her child's|public|private|local) )*", "Y92.21"
_ROOMS = r"kitchen|dining room|bathroom|bedroom|driveway|garage|yard|garden|swimming[- ]pool|cell"
# Parts of a residence without a row of their own.
_OTHER_ROOMS = (
    r"living room|family room|laundry room|basement|attic|hallway|stair(?:s|case|way)|steps|"
    r"porch|deck|patio|balcony|closet|roof"
)
_OUTSIDE, _OTHER = re.compile(r"\boutside\b", re.IGNORECASE), "other place"
_ANY_RESIDENCE = "Y92.00"
_HEALTH_CARE = ("Y92.23", "Y92.53")
_BROUGHT = re.compile(r"\b(?:seen|evaluated|treated|admitted|presented|taken|brought|went|visited|transported)\b", re.I)
_PLACE_OF = re.compile(r" as the place of occurrence of the external cause$")
# What struck the patient, or what they sat in, is no activity: "struck by a baseball", "in a golf cart".
_DOING = (
    r"\b(?:while|when|during|playing|was|were|after|doing|at|from|went)(?: (?!(?:by|with|against)\b)[\w'’-]+){0,4}? "
)
_THING = r"(?! (?:ball|bat|cart|club|stick|puck|racket|racquet|helmet|board))"
_BEFORE = {"residence": _HOUSED, "place": _PLACED, "activity": _DOING}


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
        rows = _read_rows()
        self._residences = rows["residence"]
        self._places = (*rows["place"], *self._names("Y92", _PLACED))
        self._status, self._named_outright = rows["status"], rows["named"]
        self._activities = (*rows["activity"], *self._names("Y93", _DOING))

    def find(
        self, telling: Sequence[Sentence], beside: Sequence[Sentence], record: Sequence[Sentence]
    ) -> Iterator[Told]:
        """Find the circumstances of an injury, of each kind the first.

        Args:
            telling: The sentences that tell its cause, where a place is that of the event.
            beside: Those and the ones that name the injury, the former first.
            record: All in which the record tells what happened.

        Yields:
            The place, the activity and the status, as far as they are told.
        """
        outright = [found for one in record for found in self._named(one, self._named_outright)]
        activities = [found for one in beside for found in self._named(one, self._activities)]
        # Where no cause is told, what the patient was doing tells where.
        where = telling or [one.sentence for one in activities[:1]]
        places = (found for one in where for found in self._find_places(one))
        status = (found for one in beside for found in self._named(one, self._status))
        for kind, found in (("Y92", places), ("Y93", iter(activities)), ("Y99", status)):
            named = (one for one in outright if one.row.code.startswith(kind))
            if (first := next(named, None) or next(found, None)) is not None:
                yield first

    def _find_places(self, sentence: Sentence) -> Iterator[Told]:
        """Find where it happened: a room of a residence first, then the longest name."""
        text = sentence.text
        home = next(((one.code, found) for one in self._residences if (found := one.words.search(text))), None)
        rooms = f"{_ROOMS}|{_OTHER_ROOMS}" if home else _ROOMS
        room = re.search(rf"{_PLACED}(?:[\w-]+ ){{0,3}}?(?:back|front|side)?(?P<room>{rooms})\b", text, re.IGNORECASE)
        if room is not None or home is not None:
            unsaid = _OTHER if home and _OUTSIDE.match(home[1].group()) else "unspecified place"
            row = self._room(home[0] if home else _ANY_RESIDENCE, room["room"].lower() if room else unsaid)
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
            where = _AT if named[name].startswith(_SCHOOLS) else before
            behind = _THING if before == _DOING else ""
            yield _Name(code=named[name], words=re.compile(rf"{where}{re.escape(name)}s?\b{behind}", re.IGNORECASE))


def _split_title(text: str) -> Iterator[str]:
    """Give the names that a title of places or activities lists."""
    text = re.sub(r"\([^)]*\)|\[[^]]*\]", "", _PLACE_OF.sub("", text)).lower()
    text = text.removeprefix("activity, ").removesuffix(" nos")
    if text.startswith(("other", "unspecified", "activit")):
        return
    for name in (" ".join(part.split()) for part in re.split(r",| and | or ", text)):
        if len(name) > 3 and not name.startswith(("other", "unspecified")):
            yield name


def _read_rows() -> dict[str, tuple[_Name, ...]]:
    text = resources.files("codekit_icd10cm").joinpath("data", "circumstances.tsv").read_text(encoding="utf-8")
    rows: dict[str, list[_Name]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            kind, code, words = line.split("\t")
            before = _AT if code.startswith(_SCHOOLS) else _BEFORE.get(kind, r"\b")
            behind = _THING if kind == "activity" else ""
            pattern = re.compile(rf"{before}(?:{words})\b{behind}", re.IGNORECASE)
            rows.setdefault(kind, []).append(_Name(code=code, words=pattern))
    return {kind: tuple(names) for kind, names in rows.items()}
