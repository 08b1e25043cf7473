"""The sections of a note, by their headings, and what each means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from enum import StrEnum

import attrs

_SHORT = 3
_SURE = 2
_LONGEST = 9
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LIST_MARK = re.compile(r"^[ \t]*(?:#|[*•-]+)[ \t]|^[ \t]*\*\*$|^[ \t]*[#*•-][ \t]*$")
# Capitals or title case up to a colon, or alone on a line; within a line capitals before a colon, behind a full stop.
_FORM = re.compile(
    r"(?P<mark>^[ \t#*•_=~<\[-]*|(?<=[.;,]\s)(?=[A-Z][A-Z ,/&'’()-]{2,60}:))"
    r"(?P<heading>[A-Z][A-Za-z0-9 ,/&'’().-]{1,60}?)"
    r"[ \t]*+[*_\]>]*+(?::[*_\]]*|[ \t]*+[=~>_-]*+[ \t]*+(?=\r?$))",
    re.MULTILINE,
)


class SectionKind(StrEnum):
    """What a section of a note is about."""

    CHIEF_COMPLAINT = "chief_complaint"
    HISTORY_PRESENT = "history_present"
    PAST_HISTORY = "past_history"
    SURGICAL_HISTORY = "surgical_history"
    FAMILY_HISTORY = "family_history"
    SOCIAL_HISTORY = "social_history"
    MEDICATIONS = "medications"
    ALLERGIES = "allergies"
    REVIEW_OF_SYSTEMS = "review_of_systems"
    VITALS = "vitals"
    EXAM = "exam"
    RESULTS = "results"
    ASSESSMENT = "assessment"
    """The author states the problems."""
    DIAGNOSES = "diagnoses"
    """Final, discharge and postoperative diagnoses, which the author concludes."""
    ADMISSION_DIAGNOSES = "admission_diagnoses"
    """Admitting and preoperative diagnoses, as was thought at first."""
    HOSPITAL_COURSE = "hospital_course"
    PLAN = "plan"
    INSTRUCTIONS = "instructions"
    PROCEDURE = "procedure"
    OTHER = "other"
    """Under a heading that nobody knows."""
    NARRATIVE = "narrative"
    """What stands under no heading."""


STATING = frozenset((SectionKind.ASSESSMENT, SectionKind.DIAGNOSES, SectionKind.ADMISSION_DIAGNOSES))
"""Where the author states the problems."""

# A system of the body stays what it stands under, as it does in a review of systems.
_OF_SYSTEMS = STATING | {
    SectionKind.REVIEW_OF_SYSTEMS,
    SectionKind.EXAM,
    SectionKind.PLAN,
    SectionKind.HOSPITAL_COURSE,
    SectionKind.PAST_HISTORY,
    SectionKind.RESULTS,
    SectionKind.PROCEDURE,
}
# So do headings that nobody knows.
_OF_ANYTHING = _OF_SYSTEMS | {SectionKind.SURGICAL_HISTORY, SectionKind.FAMILY_HISTORY, SectionKind.SOCIAL_HISTORY}


@attrs.frozen(kw_only=True)
class Section:
    """A stretch of a note under one heading.

    Args:
        kind: What it is about; `narrative` without a heading.
        start: First code point behind the heading.
        end: One past the last code point.
    """

    kind: SectionKind
    start: int
    end: int


class Headings:
    """The headings of a lexicon, made ready for finding them: by their words, and by their form.

    Args:
        kinds: Headings in lower case, their words one space apart, and the kind of section that each opens.
        words: Words, one space apart, and the kind of section that a heading with all of them opens.
        systems: Words for systems and parts of the body; a heading of nothing else names one.
        fold: Folds case, spelling and number of one word.
    """

    def __init__(
        self,
        kinds: Mapping[str, SectionKind],
        words: Mapping[str, SectionKind],
        systems: Set[str],
        fold: Callable[[str], str],
    ) -> None:
        names = "|".join(
            r"[ \t]+".join(re.escape(word) for word in heading.split())
            for heading in sorted(kinds, key=len, reverse=True)
        )
        # A whole line; or the start of a line or sentence, up to a colon. Without headings nothing is one.
        self._known = re.compile(
            rf"(?P<mark>^[ \t#*•_=~<\[-]*|(?<=[.;]\s))(?P<heading>{names or '(?!)'})"
            r"(?:[ \t]*+[*_\]>]*+(?::[*_\]]*|[ \t]*+[=~>_-]*+[ \t]*+(?=\r?$))|[ \t]++[-–][ \t])",
            re.IGNORECASE | re.MULTILINE,
        )
        self._kinds = kinds
        self._fold = fold
        self._words: dict[str, list[tuple[frozenset[str], SectionKind]]] = {}
        for phrase, kind in words.items():
            needed = frozenset(map(fold, phrase.split()))
            for word in needed:
                self._words.setdefault(word, []).append((needed, kind))
        self._systems = frozenset(map(fold, systems))

    def kind(self, heading: str) -> SectionKind | None:
        """Say what a heading opens; None for letters that only a pattern takes for the same."""
        return self._kinds.get(" ".join(heading.lower().split()))

    def find(self, text: str) -> Iterator[Heading]:
        """Find what stands where headings stand and is known, or has their form.

        Args:
            text: The whole note.

        Yields:
            Headings in text order; none overlaps another.
        """
        found = [(match, True) for match in self._known.finditer(text) if self.kind(match["heading"]) is not None]
        # Without any heading to know, a text is not divided by the mere form of its lines.
        found += [(match, False) for match in _FORM.finditer(text) if self._words]
        end = 0
        for match, known in sorted(found, key=lambda one: (one[0].start(), not one[1])):
            if match.start() >= end:
                heading = self._heading(text, match, known=known)
                if heading is not None:
                    end = heading.end
                    yield heading

    def _heading(self, text: str, match: re.Match[str], *, known: bool) -> Heading | None:
        name = match["heading"]
        line_end = text.find("\n", match.end())
        alone = not text[match.end() : line_end if line_end >= 0 else len(text)].strip()
        colon = ":" in match.group()[len(match["mark"]) + len(name) :]
        words = [self._fold(word) for word in _WORD.findall(name)]
        kind, telling = (self.kind(name), len(words)) if known else self._of_words(words)
        system = not known and bool(words) and self._systems.issuperset(words)
        capitals = name.isupper()
        if not known and not (capitals or colon):
            return None
        if kind is None and not system and not (capitals and colon):
            return None
        # "Family Medicine: ..." and "Social worker: ..." are no headings, "Final Impression: ..." is one.
        if kind is not None and not known and not capitals and telling < _SURE and not (alone and colon):
            return None
        return Heading(
            start=match.start(),
            end=match.end(),
            kind=kind,
            system=system,
            sure=known or telling >= _SURE,
            colon=colon,
            alone=alone,
            capitals=capitals and len(name) > _SHORT,
            short=len(name) <= _SHORT,
            marked=bool(_LIST_MARK.search(match["mark"])),
        )

    def _of_words(self, words: Sequence[str]) -> tuple[SectionKind | None, int]:
        """Say what a heading of these words opens, and how many of them say so; most say it best, then the first."""
        most: tuple[SectionKind | None, int] = (None, 0)
        held = set(words)
        for word in words if len(words) <= _LONGEST else ():
            for needed, kind in self._words.get(word, ()):
                if len(needed) > most[1] and needed <= held:
                    most = kind, len(needed)
        return most


@attrs.frozen(kw_only=True)
class Heading:
    """What stands where a heading stands.

    Args:
        start: First code point, with the marks in front.
        end: One past its last, with its colon.
        kind: What it opens; None where its words do not say.
        system: True for a system or part of the body.
        sure: True where it is a known heading, or several of its words say what it opens.
        colon: True before a colon.
        alone: True where nothing follows on its line.
        capitals: True where it is written in capitals, and long enough for that to tell something.
        short: True for what may be an abbreviation of a condition.
        marked: True behind the mark of a list item.
    """

    start: int
    end: int
    kind: SectionKind | None
    system: bool
    sure: bool
    colon: bool
    alone: bool
    capitals: bool
    short: bool
    marked: bool


def split_sections(text: str, headings: Headings) -> list[Section]:
    """Find the sections of a note.

    A heading stands alone on its line, or before a colon at the start of a line or of a sentence; one that is not
    known by name is told by its form, in capitals or in title case alone on its line, and says by its words what it
    opens. Where problems are stated a heading with words behind it on its line, as in "Plan: continue.", holds for
    that line alone, and a list item is none: "# PE: on anticoagulation" names a disease.

    Args:
        text: The whole note.
        headings: Those of a lexicon.

    Returns:
        Sections in text order, without gaps but for headings and white space.
    """
    sections: list[Section] = []
    kind, start, capitals = SectionKind.NARRATIVE, 0, False

    def close(end: int) -> None:
        if text[start:end].strip():
            sections.append(Section(kind=kind, start=start, end=end))

    for heading in headings.find(text):
        found = _opens(heading, kind)
        if found is None or heading.start < start:
            continue
        if kind is SectionKind.ASSESSMENT and found not in STATING and not heading.alone:
            if heading.marked:
                continue
            # One of the same rank as the section's own opens the next; others hold for their line.
            if not (capitals and heading.capitals):
                line_end = text.find("\n", heading.end)
                line_end = len(text) if line_end < 0 else line_end
                close(heading.start)
                sections.append(Section(kind=found, start=heading.end, end=line_end))
                start = line_end
                continue
        close(heading.start)
        kind, start, capitals = found, heading.end, heading.capitals
    close(len(text))
    return sections


def _opens(heading: Heading, kind: SectionKind) -> SectionKind | None:
    """Say what a heading opens where a section of some kind is open; None where it is part of that."""
    if kind in STATING:
        # "PE" alone among the problems is an embolism; as a heading it would have its colon. A problem may stand in
        # capitals as well, or under its system.
        return heading.kind if heading.sure and not (heading.short and not heading.colon) else None
    if heading.system:
        return None if kind in _OF_SYSTEMS else SectionKind.EXAM
    if heading.kind is None:
        return None if kind in _OF_ANYTHING or not heading.alone else SectionKind.OTHER
    return heading.kind if heading.sure or kind not in _OF_SYSTEMS else None
