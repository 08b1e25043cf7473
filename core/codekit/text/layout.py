"""What the lines of a note are, before its language is read: titles, letterheads, names, boxes, questions with answers.

Layout labels and deletes nothing: what a label covers is read like everything else, and is left out with the reason.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from enum import StrEnum
from operator import attrgetter
from typing import TypeVar

import attrs

_WORD = re.compile(r"[^\W_]+(?:['’/&-][^\W_]+)*")
_MOST_WORDS = 9
_MOST_OF_A_NAME = 5
BOX = r"\[[ \txX✓✔]?\]|\([ \txX✓✔]\)|[☐☑☒□◻✓✔]"
_BOX = re.compile(rf"(?:{BOX})(?=[ \t]*[^\s\[])")
_TICKS = frozenset("xX✓✔☑☒")
_BLANK = re.compile(r"\[\*\*[^\n\]]*\*\*\]|\{[^{}\n]*:\d+\}|_{2,}(?:[ \t][^\W\d_]+)?")
_UNANSWERED = re.compile(
    r"^[^\n]*?(?::[ \t]*(?:_{3,}|\.{3,}|\*{3}|-{3,})|[ \t(](?:yes[ \t]?/[ \t]?no|y[ \t]?/[ \t]?n)\)?)[ \t]*\r?$",
    re.I | re.M,
)
# Up to what ends it: the line, a tab, a full stop that is none of an initial, or the next label.
_VALUE = (
    r"(?:[^\n\t.;]|(?<=\b[A-Z])\.|(?<=\bDr)\.){0,80}?"
    r"(?=$|[ ]{2}|[\t\n;]|(?<!\b[A-Z])(?<!\bDr)\.|[ ](?-i:[A-Z])\w{1,20}:)"
)
_CAPITALIZED = re.compile(r"[A-Z][\w'’.-]*|and|&|of|for|the")
_PLAIN = re.compile(r"[a-z]+")
_CELLS = re.compile(r"\t|\||[ ]{2,}")


class LineKind(StrEnum):
    """What a line, or part of one, is that states nothing of the patient; and the words of answers."""

    TITLE = "title"
    """The name of a document: the last word of a line of its own."""
    FIELD = "field"
    """What a letterhead asks, before a colon: name, address, physician."""
    SIGNATURE = "signature"
    """Words that open a line of who wrote, signed or copied."""
    EDUCATION = "education"
    """Words that open a sentence for the patient to read."""
    COPIED = "copied"
    """Words that say that the paragraph was taken from elsewhere."""
    PERSON = "person"
    """Words before the name of a person."""
    PLACE = "place"
    """Words behind the name of an institution or a street."""
    MARK = "mark"
    """Marks for payment, in parentheses."""
    BLANK = "blank"
    """A form that is not filled in, or what was taken out."""
    ITEM = "item"
    """Labels of an item in a list of problems, before a number or a colon."""
    INPATIENT = "inpatient"
    """Headings and titles that only the record of a stay has."""
    DISCHARGE = "discharge"
    """Those that it shares with records of an emergency department."""
    OUTPATIENT = "outpatient"
    YES = "yes"
    NO = "no"


REASONS: Mapping[LineKind, str] = {
    LineKind.TITLE: "it stands in the title of a document",
    LineKind.FIELD: "it stands in a field of the letterhead",
    LineKind.SIGNATURE: "it stands in a line of who wrote it",
    LineKind.EDUCATION: "it stands in what is told to patients in general",
    LineKind.COPIED: "it was copied from elsewhere",
    LineKind.PERSON: "it is part of the name of a person",
    LineKind.PLACE: "it is part of the name of an institution or a street",
    LineKind.MARK: "it is a mark for payment",
    LineKind.BLANK: "it stands in a form that is not filled in",
}
"""Why what stands in a label of each kind is not coded."""


@attrs.frozen
class Label:
    """A stretch of a note that states nothing; half-open code points."""

    start: int
    end: int
    kind: LineKind


@attrs.frozen
class Answer:
    """What was asked, or stands beside a box, and whether the answer is yes; half-open code points."""

    start: int
    end: int
    stated: bool


S = TypeVar("S", Label, Answer)


@attrs.frozen(kw_only=True)
class Layout:
    """What the lines of a note are.

    Args:
        labels: What states nothing, in text order; none lies within another.
        answers: What was asked and answered, in the same order.
    """

    labels: tuple[Label, ...] = ()
    answers: tuple[Answer, ...] = ()

    def unstated(self, start: int, end: int) -> LineKind | None:
        """Say why a span states nothing; None where it may state something."""
        return next((one.kind for one in _touching(self.labels, start, end) if one.kind in REASONS), None)

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


def _ordered(spans: Iterable[S]) -> tuple[S, ...]:
    """Put spans in text order, without those that lie within one before, so that their ends ascend as well."""
    found: list[S] = []
    for one in sorted(spans, key=lambda span: (span.start, -span.end)):
        if one.start < one.end and (not found or one.end > found[-1].end):
            found.append(one)
    return tuple(found)


class LayoutReader:
    """Reads the layout of notes by the words of a lexicon.

    Args:
        words: Phrases in lower case, and what they make of the line that they stand in.
        stop: Words in lower case that are part of no name.
    """

    def __init__(self, words: Mapping[str, LineKind], stop: Set[str]) -> None:
        self._stop = stop
        of: dict[LineKind, list[str]] = {kind: [] for kind in LineKind}
        for phrase, kind in words.items():
            of[kind].append(phrase)
        any_of = {kind: _any_of(phrases) for kind, phrases in of.items()}
        self._there = bool(words)
        self._titles = frozenset(of[LineKind.TITLE])
        self._yes = frozenset(of[LineKind.YES])
        self._no = frozenset(of[LineKind.NO])
        start = r"^[ \t#*•<\[-]*"
        self._patterns = (
            (
                LineKind.FIELD,
                re.compile(rf"{start}{any_of[LineKind.FIELD]}[ \t]*(?:#[ \t]*)?:{_VALUE}", re.I | re.M),
            ),
            (LineKind.SIGNATURE, re.compile(rf"{start}{any_of[LineKind.SIGNATURE]}\b[^\n]{{0,80}}", re.I | re.M)),
            (
                LineKind.EDUCATION,
                re.compile(rf"(?:{start}|(?<=[.;:!?]\s)){any_of[LineKind.EDUCATION]}\b[^.;!?\n]*", re.I | re.M),
            ),
            (
                LineKind.COPIED,
                re.compile(
                    rf"^.*\b{any_of[LineKind.COPIED]}\b(?:.|\n(?![ \t]*\r?\n))*?(?=\n[ \t]*\r?$|\Z|\n.*:)",
                    re.I | re.M,
                ),
            ),
            (
                LineKind.PERSON,
                re.compile(
                    rf"\b(?i:{any_of[LineKind.PERSON]})\.?[ \t]+(?:[A-Z][\w'’-]+|[A-Z]\.)(?:[ \t]+[A-Z][a-z'’-]+)?"
                ),
            ),
            (
                LineKind.ITEM,
                re.compile(
                    rf"^[ \t#*•-]*(?:\d{{1,2}}[.)][ \t]*)?{any_of[LineKind.ITEM]}[ \t]*#?\d{{0,2}}[ \t]*:[ \t]*",
                    re.I | re.M,
                ),
            ),
            (LineKind.MARK, re.compile(rf"\({any_of[LineKind.MARK]}\)", re.I)),
        )
        self._places = re.compile(rf"\b{any_of[LineKind.PLACE]}\b", re.I)
        self._settings = re.compile(
            "|".join(
                rf"(?P<{kind}>{start}{any_of[kind]}[ \t*_\]=-]*(?::|\r?$))"
                for kind in (LineKind.INPATIENT, LineKind.DISCHARGE, LineKind.OUTPATIENT)
            ),
            re.I | re.M,
        )
        answers = any_of[LineKind.YES], any_of[LineKind.NO]
        self._answers = re.compile(
            rf"(?:^|(?<=[.;,|\t\]]))[ \t]*+(?P<label>[^\n:?.;|\t]{{2,80}}?)[ \t]*(?:[:?]|\t|\|)[ \t]*"
            rf"(?:(?P<yes>{answers[0]})|(?P<no>{answers[1]}))(?![\w/-])[ \t]*(?=$|[.;,|\r(])",
            re.I | re.M,
        )

    def read(self, text: str) -> Layout:
        """Read the layout of a note.

        Args:
            text: The whole note.

        Returns:
            Its labels and answers.
        """
        if not self._there:
            return Layout()
        labels = [Label(*found.span(), kind) for kind, pattern in self._patterns for found in pattern.finditer(text)]
        labels += self._title_lines(text)
        labels += self._institutions(text)
        labels += [Label(*found.span(), LineKind.BLANK) for found in _BLANK.finditer(text)]
        labels += [Label(*found.span(), LineKind.BLANK) for found in _UNANSWERED.finditer(text)]
        answers = [
            Answer(*found.span("label"), stated=found["yes"] is not None)
            for found in self._answers.finditer(text)
            if found["label"].strip().lower() not in self._yes | self._no
        ]
        boxes, blank = self._boxes(text)
        answers += [*boxes, *self._tables(text)]
        return Layout(labels=_ordered([*labels, *blank]), answers=_ordered(answers))

    def is_stay(self, text: str) -> bool:
        """Say whether the headings and titles of a note are those of a stay in hospital."""
        said = {found.lastgroup for found in self._settings.finditer(text)}
        return LineKind.INPATIENT in said or (LineKind.DISCHARGE in said and LineKind.OUTPATIENT not in said)

    def _title_lines(self, text: str) -> Iterator[Label]:
        """Find lines that are the name of a document: without a full stop or colon, ending with a word for one."""
        for start, line in _lines(text):
            words = _WORD.findall(line) if len(line) <= 80 and ":" not in line else ()
            if not words or len(words) > _MOST_WORDS or line.rstrip().endswith("."):
                continue
            last = (words[-1].lower(), " ".join(words[-2:]).lower(), " ".join(words[-3:]).lower())
            shaped = all(word[0].isupper() or not word[0].isalpha() or len(word) <= 3 for word in words)
            if shaped and not self._titles.isdisjoint(last):
                yield Label(start, start + len(line), LineKind.TITLE)

    def _institutions(self, text: str) -> Iterator[Label]:
        """Find names before words for an institution: capitalised ones, or the word straight before."""
        for found in self._places.finditer(text):
            from_line = text.rfind("\n", 0, found.start()) + 1
            words = list(re.finditer(r"[^\s,.;:()]+[.]?", text[max(from_line, found.start() - 60) : found.start()]))
            base = max(from_line, found.start() - 60)
            start = end = found.start()
            for count, word in enumerate(reversed(words)):
                between = text[base + word.end() : end]
                if between.strip() or count >= _MOST_OF_A_NAME or not _CAPITALIZED.fullmatch(word.group()):
                    break
                start = end = base + word.start()
            if start == found.start() and found.group()[0].islower() and words:
                word = words[-1]
                beside = not text[base + word.end() : found.start()].strip()
                if beside and _PLAIN.fullmatch(word.group()) and word.group() not in self._stop:
                    start = base + word.start()
            if start < found.start():
                yield Label(start, found.end(), LineKind.PLACE)

    def _boxes(self, text: str) -> tuple[list[Answer], list[Label]]:
        """Read boxes: what stands behind one to the next, or what stands before those of a yes and a no."""
        answers: list[Answer] = []
        blank: list[Label] = []
        by_line: dict[int, list[re.Match[str]]] = {}
        for found in _BOX.finditer(text):
            by_line.setdefault(text.rfind("\n", 0, found.start()) + 1, []).append(found)
        for line, boxes in by_line.items():
            end = text.find("\n", line)
            end = len(text) if end < 0 else end
            ends = [*(box.start() for box in boxes[1:]), end]
            said = [text[box.end() : stop].strip(" \t.,;|/\r").lower() for box, stop in zip(boxes, ends, strict=True)]
            ticked = [not _TICKS.isdisjoint(box.group()) for box in boxes]
            if all(each in self._yes or each in self._no for each in said):
                told = {each in self._yes for each, tick in zip(said, ticked, strict=True) if tick}
                if len(told) == 1:
                    answers.append(Answer(line, boxes[0].start(), stated=told.pop()))
                else:
                    blank.append(Label(line, end, LineKind.BLANK))
                continue
            answers += [
                Answer(box.end(), stop, stated=tick) for box, stop, tick in zip(boxes, ends, ticked, strict=True)
            ]
        return answers, blank

    def _tables(self, text: str) -> Iterator[Answer]:
        """Read the rows of tables with a column for yes and one for no."""
        yes = no = -1
        for start, line in _lines(text):
            cells = _cells(line)
            named = [cell.lower() for cell, _, _ in cells]
            found = [
                next((at for at, name in enumerate(named) if name in words), -1) for words in (self._yes, self._no)
            ]
            if len(cells) > 1 and min(found) > 0:
                yes, no = found
            elif len(cells) < 2 or yes < 0:
                yes = no = -1
            else:
                marks = [at < len(cells) and bool(cells[at][0]) for at in (yes, no)]
                if marks[0] != marks[1]:
                    yield Answer(start + cells[0][1], start + cells[0][2], stated=marks[0])


def _any_of(phrases: Sequence[str]) -> str:
    """Write a pattern for phrases, the longest first; without any it matches nothing."""
    longest_first = sorted(phrases, key=len, reverse=True)
    return "(?:" + ("|".join(re.escape(one).replace("\\ ", "[ \\t]+") for one in longest_first) or "(?!)") + ")"


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.split("\n"):
        yield at, line
        at += len(line) + 1


def _cells(line: str) -> Sequence[tuple[str, int, int]]:
    """Divide a row of a table; each cell with its place in the row."""
    if "\t" not in line and "|" not in line and "  " not in line:
        return ()
    first = len(line) - len(line.lstrip(" |"))
    cells: list[tuple[str, int, int]] = []
    at = first
    for mark in [*_CELLS.finditer(line, first), None]:
        stop = mark.start() if mark else len(line)
        cells.append((line[at:stop].strip(), at, stop))
        at = mark.end() if mark else stop
    return cells
