"""Sentences and list items with their offsets."""

from __future__ import annotations

import re

import attrs

from codekit.text.layout import BOX

# A line break ends a sentence unless the text plainly runs on: a long line without a full stop before a small letter.
_WRAPPED = re.compile(r"(?<=[^\n]{40})(?<![.:;!?])(?<![.:;!?]\r)\n(?=[ \t]*[a-z])")
_LONGEST = 1000
_BULLET = re.compile(
    r"(?:[ \t]*(?:[-–•*+#]+|#?\(?\d{1,2}[a-z]?[.):]|#\d{1,2}"
    r"|\d\.\d{1,2}[.)]?(?=[ \t]+[A-Z])|\d{1,2}(?:/|[ \t]?[-–])(?=[ \t]+[A-Za-z])"
    r"|[ivx]{1,4}[.)]|[a-z][.)]|[A-Z][.)](?=[ \t]+[^a-z]))[ \t]+)?"
    rf"(?:[ \t]*(?:{BOX})[ \t]*)?"
)
_BOX = re.compile(rf"(?={BOX})")


@attrs.frozen(kw_only=True)
class Sentence:
    """One sentence or list item.

    Args:
        start: First code point, behind bullets and white space.
        end: One past the last code point that is not white space.
        line_start: True where it opens a line.
        bullet: The list mark in front of it, or an empty text.
    """

    start: int
    end: int
    line_start: bool
    bullet: str


def split_sentences(text: str, start: int, end: int, language: str) -> list[Sentence]:
    """Split part of a note into sentences.

    Args:
        text: The whole note.
        start: First code point of the part.
        end: One past its last.
        language: ISO 639-1 code of its language.

    Returns:
        Sentences in text order; none is empty, none crosses another.
    """
    part = _WRAPPED.sub(" ", text[start:end])
    sentences: list[Sentence] = []
    at = 0
    for line in part.split("\n"):
        for part_of_line in _BOX.split(line) if _BOX.search(line) else (line,):
            sentences.extend(_sentences_of_line(part_of_line, start + at, language))
            at += len(part_of_line)
        at += 1
    return sentences


def _sentences_of_line(line: str, offset: int, language: str) -> list[Sentence]:
    match = _BULLET.match(line)
    bullet = match.group().strip() if match else ""
    at = match.end() if match else 0
    sentences: list[Sentence] = []
    for piece in _segment(line[at:], language):
        body = piece.strip()
        if body:
            first = at + len(piece) - len(piece.lstrip())
            sentences.append(
                Sentence(
                    start=offset + first,
                    end=offset + first + len(body),
                    line_start=not sentences,
                    bullet=bullet if not sentences else "",
                )
            )
        at += len(piece)
    return sentences


def _segment(line: str, language: str) -> list[str]:
    """Cut a line at its sentence ends; the pieces joined are the line."""
    from sentencex import segment  # pyright: ignore[reportAttributeAccessIssue]  a compiled module without types

    pieces = [line]
    if "." in line[:-1] or "?" in line or "!" in line:
        found = list(segment(language, line))
        # Offsets rest on the library's promise to keep every character; where it is broken the line stays whole.
        pieces = found if "".join(found) == line else pieces
    return [part for piece in pieces for part in _cut(piece)]


def _cut(piece: str) -> list[str]:
    """Cut what is too long for a sentence at white space, so that time stays in proportion to the text."""
    parts: list[str] = []
    start = 0
    while len(piece) - start > _LONGEST:
        at = piece.rfind(" ", start + 1, start + _LONGEST) + 1 or start + _LONGEST
        parts.append(piece[start:at])
        start = at
    return [*parts, piece[start:]]
