"""The sections of a note, by their headings, and what each means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

import attrs

_SHORT = 3


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
    """What the author concludes: final, discharge, postoperative diagnoses."""
    ADMISSION_DIAGNOSES = "admission_diagnoses"
    """What was thought at first: admitting, preoperative diagnoses."""
    HOSPITAL_COURSE = "hospital_course"
    PLAN = "plan"
    INSTRUCTIONS = "instructions"
    PROCEDURE = "procedure"
    OTHER = "other"
    """Under a heading that nobody knows."""
    NARRATIVE = "narrative"
    """What stands under no heading."""


STATES_DIAGNOSES = frozenset((SectionKind.ASSESSMENT, SectionKind.DIAGNOSES, SectionKind.ADMISSION_DIAGNOSES))
"""Where a line of one word is a diagnosis, whatever the word means elsewhere."""


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
    """The headings of a lexicon, made ready for finding them.

    Args:
        kinds: Headings in lower case, their words one space apart, and the kind of section that each opens.
    """

    def __init__(self, kinds: Mapping[str, SectionKind]) -> None:
        names = "|".join(
            r"[ \t]+".join(re.escape(word) for word in heading.split())
            for heading in sorted(kinds, key=len, reverse=True)
        )
        # A whole line; or the start of a line or sentence, up to a colon. Without headings nothing is one.
        self.pattern = re.compile(
            rf"(?P<mark>^[ \t#*•_-]*|(?<=[.;]\s))(?P<heading>{names or '(?!)'})"
            r"[ \t]*[*_]*(?::[*_]*|(?=[ \t]*\r?$)|[ \t]+[-–][ \t])",
            re.IGNORECASE | re.MULTILINE,
        )
        self._kinds = kinds

    def kind(self, heading: str) -> SectionKind | None:
        """Say what a heading opens; None for letters that only a pattern takes for the same."""
        return self._kinds.get(" ".join(heading.lower().split()))


def split_sections(text: str, headings: Headings) -> list[Section]:
    """Find the sections of a note.

    A heading stands alone on its line, or before a colon at the start of a line or of a sentence. Within an
    assessment a heading with words behind it on its line, as in "Plan: continue.", holds for that line alone,
    and a list item is none: "# PE: on anticoagulation" names a disease.

    Args:
        text: The whole note.
        headings: Those of a lexicon.

    Returns:
        Sections in text order, without gaps but for headings and white space.
    """
    sections: list[Section] = []
    kind, start = SectionKind.NARRATIVE, 0

    def close(end: int) -> None:
        if text[start:end].strip():
            sections.append(Section(kind=kind, start=start, end=end))

    for match in headings.pattern.finditer(text):
        found = headings.kind(match.group("heading"))
        if found is None or match.start() < start:
            continue
        line_end = text.find("\n", match.end())
        line_end = len(text) if line_end < 0 else line_end
        # "PE" alone among the problems is an embolism; as a heading it would have its colon.
        short = len(match.group("heading")) <= _SHORT and not match.group().rstrip().endswith(":")
        if kind is SectionKind.ASSESSMENT and short:
            continue
        if (
            kind is SectionKind.ASSESSMENT
            and found is not SectionKind.ASSESSMENT
            and text[match.end() : line_end].strip()
        ):
            if match.group("mark").strip():
                continue
            close(match.start())
            sections.append(Section(kind=found, start=match.end(), end=line_end))
            start = line_end
            continue
        close(match.start())
        kind, start = found, match.end()
    close(len(text))
    return sections
