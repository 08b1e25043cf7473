"""What the lines of a note are, before its language is read: titles, letterheads, names, boxes, questions with answers.

Layout labels and deletes nothing: what a label covers is read like everything else, and is left out with the reason.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from operator import attrgetter
from typing import TypeVar

import attrs

BOX = r"\[[ \txX✓✔]?\]|\([ \txX✓✔]\)|[☐☑☒□◻✓✔○●]"
"""What a box for a tick looks like, as a pattern."""


class LineKind(StrEnum):
    """What a line, or part of one, is that states nothing of the patient; and the words of answers."""

    TITLE = "title"
    """The name of a document: the last word of a line of its own."""
    FIELD = "field"
    """What a letterhead asks, before a colon: name, address, physician."""
    SIGNATURE = "signature"
    """Words that open a line of who wrote, signed or copied."""
    ADMINISTRATIVE = "administrative"
    """Words that open a line about payment, measures of quality, policy or the house."""
    EDUCATION = "education"
    """Words that open a sentence for the patient to read."""
    GENERAL = "general"
    """Words within a sentence about a disease as such; ` ... ` stands for others between."""
    PERSONAL = "personal"
    """Words with which such a sentence is about somebody after all."""
    LISTED = "listed"
    """Words above, or before a colon, what may happen or is asked for: risks, criteria, reasons to call."""
    COPIED = "copied"
    """Words that say that the paragraph was taken from elsewhere."""
    PERSON = "person"
    """Words before the name of a person."""
    CREDENTIAL = "credential"
    """Letters behind the name of a person."""
    SURNAME = "surname"
    """Words before a colon and a surname with its given name."""
    PLACE = "place"
    """Words behind the name of an institution or a street."""
    PLACE_OF = "place_of"
    """Words before the name of an institution."""
    LOCATED = "located"
    """Words before the name of a town."""
    STATE = "state"
    """States behind the name of a town."""
    THING = "thing"
    """Words behind the name of a disease that make it that of something else: a scale, a clinic, a protocol."""
    BETWEEN = "between"
    """Words that may stand between the two."""
    PHRASE = "phrase"
    """Phrases that hold the name of a disease and mean none."""
    WORK = "work"
    """Works of art, before a title in quotation marks."""
    MARK = "mark"
    """Marks for payment, in parentheses."""
    RANGE = "range"
    """Words that open a parenthesis about what values mean."""
    BLANK = "blank"
    """A form that is not filled in, or what was taken out; words that ask to fill in the line."""
    ITEM = "item"
    """Labels of an item in a list of problems, before a number or a colon."""
    INPATIENT = "inpatient"
    """Headings and titles that only the record of a stay has."""
    DISCHARGE = "discharge"
    """Those that it shares with records of an emergency department."""
    OUTPATIENT = "outpatient"
    YES = "yes"
    NO = "no"
    BARE = "bare"
    """Those words for no that answer what stands straight before them."""


_LEFT_OUT: Mapping[LineKind, str] = {
    LineKind.TITLE: "it stands in the title of a document",
    LineKind.FIELD: "it stands in a field of the letterhead",
    LineKind.SIGNATURE: "it stands in a line of who wrote it",
    LineKind.ADMINISTRATIVE: "it stands in a line about payment, quality or the house",
    LineKind.EDUCATION: "it stands in what is told to patients in general",
    LineKind.GENERAL: "it is said of the disease in general",
    LineKind.LISTED: "it is listed as what may happen or is looked for",
    LineKind.COPIED: "it was copied from elsewhere",
    LineKind.MARK: "it is a mark for payment",
    LineKind.RANGE: "it says what a value would mean",
    LineKind.BLANK: "it stands in a form that is not filled in",
    LineKind.PHRASE: "it is part of a phrase that names no disease",
}
_PART_OF_NAME: Mapping[LineKind, str] = {
    LineKind.PERSON: "it is part of the name of a person",
    LineKind.PLACE: "it is part of the name of an institution or a street",
    LineKind.STATE: "it is the name of a state",
    LineKind.WORK: "it is the title of a work",
}
REASONS: Mapping[LineKind, str] = {
    **_LEFT_OUT,
    **_PART_OF_NAME,
    LineKind.THING: "it is part of the name of something else",
}
"""Why what stands in a label of each kind is not coded."""


@attrs.frozen
class Label:
    """A stretch of a note that states nothing; half-open code points."""

    start: int
    end: int
    kind: LineKind


@attrs.frozen
class Thing:
    """The word for a thing that a disease gives its name to, as in "stroke scale".

    Args:
        start: First code point behind the last word that is none of it.
        head: First code point of the word for the thing.
        end: One past its last.
    """

    start: int
    head: int
    end: int


@attrs.frozen
class Answer:
    """What was asked, or stands beside a box, and whether the answer is yes; half-open code points."""

    start: int
    end: int
    stated: bool


S = TypeVar("S", Label, Answer, Thing)


@attrs.frozen(kw_only=True)
class Layout:
    """What the lines of a note are.

    Args:
        labels: What states nothing, in text order; none lies within another.
        answers: What was asked and answered, in the same order.
        things: Words for what a disease gives its name to, in the same order.
    """

    labels: tuple[Label, ...] = ()
    answers: tuple[Answer, ...] = ()
    things: tuple[Thing, ...] = ()

    def unstated(self, start: int, end: int) -> LineKind | None:
        """Say why a span states nothing; None where it may state something.

        What begins before the name of a place says more than that; what ends in the name of a person says no more.
        """
        for one in _touching(self.labels, start, end):
            named = one.kind in _PART_OF_NAME and one.start <= start
            if one.kind in _LEFT_OUT or named or (one.kind is LineKind.PERSON and end <= one.end):
                return one.kind
        return None

    def names(self, start: int, end: int) -> Thing | None:
        """Give the thing to which a span may give its name: its word stands straight behind the span, or within it."""
        return next((one for one in _touching(self.things, start, end + 1) if start < one.head), None)

    def void(self, start: int, end: int) -> list[tuple[int, int]]:
        """Give what of a span are no words of the record: marks for payment, blanks, labels of items."""
        return [
            (one.start, one.end)
            for one in _touching(self.labels, start, end)
            if one.kind in (LineKind.MARK, LineKind.BLANK, LineKind.ITEM)
        ]

    def items(self, start: int, end: int) -> list[Label]:
        """Give the labels of items that touch a span, in text order."""
        return [one for one in _touching(self.labels, start, end) if one.kind is LineKind.ITEM]

    def asked(self, start: int, end: int) -> list[Answer]:
        """Give the answers that touch a span, in text order."""
        return list(_touching(self.answers, start, end))


def _touching(spans: Sequence[S], start: int, end: int) -> Iterator[S]:
    for at in range(bisect_right(spans, start, key=attrgetter("end")), len(spans)):
        if spans[at].start >= end:
            break
        yield spans[at]


def ordered(spans: Iterable[S]) -> tuple[S, ...]:
    """Put spans in text order, without those that lie within one before, so that their ends ascend as well."""
    found: list[S] = []
    for one in sorted(spans, key=lambda span: (span.start, -span.end)):
        if one.start < one.end and (not found or one.end > found[-1].end):
            found.append(one)
    return tuple(found)


def any_of(phrases: Iterable[str]) -> str:
    """Write a pattern for phrases, the longest first; ` ... ` stands for other words, and no phrase for no match."""
    longest_first = sorted(phrases, key=lambda one: (-len(one), one))
    clauses = (r"\b[^.!?\n]{0,100}?\b".join(map(_spaced, one.split(" ... "))) for one in longest_first)
    return "(?:" + ("|".join(clauses) or "(?!)") + ")"


def _spaced(phrase: str) -> str:
    return re.escape(phrase).replace("\\ ", "[ \\t]+")


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Give the lines of a text, each with the place where it begins."""
    at = 0
    for line in text.split("\n"):
        yield at, line
        at += len(line) + 1
