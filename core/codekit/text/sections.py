"""The sections of a note, by their headings, and what each means."""

from __future__ import annotations

import functools
import re
from importlib import resources

import attrs

ASSESSMENT = "assessment"
"""Kind of the section in which the author states the problems."""

_SHORT = 3

NARRATIVE = "narrative"
"""Kind of the text that stands under no heading."""


@attrs.frozen(kw_only=True)
class Section:
    """A stretch of a note under one heading.

    Args:
        kind: What it means, such as `assessment`; `narrative` without a heading.
        start: First code point behind the heading.
        end: One past the last code point.
    """

    kind: str
    start: int
    end: int


def split_sections(text: str) -> list[Section]:
    """Find the sections of a note.

    A heading stands alone on its line, or before a colon at the start of a line or of a sentence. Within an
    assessment a heading with words behind it on its line, as in "Plan: continue.", holds for that line alone,
    and a list item is none: "# PE: on anticoagulation" names a disease.

    Args:
        text: The whole note.

    Returns:
        Sections in text order, without gaps but for headings and white space.
    """
    pattern, kinds = _headings()
    sections: list[Section] = []
    kind, start = NARRATIVE, 0

    def close(end: int) -> None:
        if text[start:end].strip():
            sections.append(Section(kind=kind, start=start, end=end))

    for match in pattern.finditer(text):
        if match.start() < start:
            continue
        line_end = text.find("\n", match.end())
        line_end = len(text) if line_end < 0 else line_end
        found = kinds[" ".join(match.group("heading").lower().split())]
        # "PE" alone among the problems is an embolism; as a heading it would have its colon.
        short = len(match.group("heading")) <= _SHORT and not match.group().rstrip().endswith(":")
        if kind == ASSESSMENT and short:
            continue
        if kind == ASSESSMENT and found != ASSESSMENT and text[match.end() : line_end].strip():
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


@functools.cache
def _headings() -> tuple[re.Pattern[str], dict[str, str]]:
    kinds: dict[str, str] = {}
    text = resources.files("codekit.text").joinpath("data", "sections.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            kind, _, headings = line.partition("\t")
            kinds.update((heading, kind) for heading in headings.split(" | "))
    names = "|".join(
        r"[ \t]+".join(re.escape(word) for word in heading.split()) for heading in sorted(kinds, key=len, reverse=True)
    )
    # A whole line; or the start of a line or sentence, up to a colon.
    pattern = re.compile(
        rf"(?P<mark>^[ \t#*•_-]*|(?<=[.;]\s))(?P<heading>{names})"
        r"[ \t]*[*_]*(?::[*_]*|(?=[ \t]*\r?$)|[ \t]+[-–][ \t])",
        re.IGNORECASE | re.MULTILINE,
    )
    return pattern, kinds
