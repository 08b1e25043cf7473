"""Questions of a form with their answers: behind a sign, beside boxes, and under columns for yes and no."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from codekit.text.layout import BOX, Answer, Label, LineKind, any_of, lines

_BOX = re.compile(rf"(?:{BOX})(?=[ \t]*[^\s\[])")
_TICKS = frozenset("xX✓✔☑☒●")
_BARS = re.compile(r"\t|\|")
_COLUMNS = re.compile(r"[ ]{2,}")


class AnswerReader:
    """Reads what was asked, or stands beside a box, and whether the answer is yes.

    Args:
        words: Phrases in lower case by their kind; those of answers are taken.
    """

    def __init__(self, words: Mapping[LineKind, Sequence[str]]) -> None:
        self._yes, self._no = frozenset(words[LineKind.YES]), frozenset(words[LineKind.NO])
        yes, no = any_of(words[LineKind.YES]), any_of(words[LineKind.NO])
        # Within a run of blanks only its end begins a label, and a label ends in no blank: else long runs take forever.
        start = r"(?:(?:^|(?<=[.;:,|\]]))[ \t]*+|(?:(?<=[ ]{2})|(?<=\t))(?![ \t]))"
        end = r"(?![\w/-])[\])]?[ \t]*(?=$|[.;,|\r(]|(?<=[ ]{2}))"
        self._questions = re.compile(
            rf"{start}(?P<label>[^\n:?.;|\t]{{1,79}}?[^\s:?.;|])[ \t]*(?:[:?]|\t|\|)[ \t]*"
            rf"(?:(?P<yes>{yes})|[\[(]?{no}(?:[ \t]?/[ \t]?{no})*){end}",
            re.I | re.M,
        )
        # Behind a mere dash, or nothing at all, a word for yes may as well be part of what is said: "HIV positive".
        self._denied = re.compile(
            rf"{start}(?P<label>[\w'’/& -]{{2,60}}?)[ ]"
            rf"(?:(?:[-–—=][ \t]*|[\[(]){no}|{any_of(words[LineKind.BARE])}){end}",
            re.I | re.M,
        )

    def questions(self, text: str) -> Iterator[Answer]:
        """Read questions with their answers on the same line."""
        for found in [*self._questions.finditer(text), *self._denied.finditer(text)]:
            if found["label"].strip().lower() not in self._yes | self._no:
                yield Answer(*found.span("label"), stated=bool(found.groupdict().get("yes")))

    def boxes(self, text: str) -> tuple[list[Answer], list[Label]]:
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

    def tables(self, text: str) -> Iterator[Answer]:
        """Read the rows of tables with a column for yes and one for no."""
        yes = no = -1
        for start, line in lines(text):
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


def _cells(line: str) -> Sequence[tuple[str, int, int]]:
    """Divide a row of a table at its bars or tabs, or else at its gaps; each cell with its place in the row."""
    between = _BARS if _BARS.search(line) else _COLUMNS
    first = len(line) - len(line.lstrip(" |"))
    cells: list[tuple[str, int, int]] = []
    at = first
    for mark in [*between.finditer(line, first), None]:
        stop = mark.start() if mark else len(line)
        cells.append((line[at:stop].strip(), at, stop))
        at = mark.end() if mark else stop
    return cells if len(cells) > 1 else ()
