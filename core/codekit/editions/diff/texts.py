"""Two wordings of a text side by side: sentence by sentence, and word by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

import attrs

_SENTENCE = re.compile(r"(?<=[.;:!?])\s+|\n+")
_CONTEXT = 12
"""Words that are left on either side of a change."""


class Mark(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"


@attrs.frozen
class Piece:
    """A piece of the two wordings laid over each other."""

    mark: Mark
    text: str


def unified(before: str, after: str) -> tuple[str, ...]:
    """Give the sentences that differ as lines, `- ` in front of the old and `+ ` in front of the new ones."""
    old, new = _sentences(before), _sentences(after)
    lines = []
    for _, start, end, first, last in _differences(old, new):
        lines += [f"- {sentence}" for sentence in old[start:end]]
        lines += [f"+ {sentence}" for sentence in new[first:last]]
    return tuple(lines)


def by_word(before: str, after: str) -> tuple[Piece, ...]:
    """Lay two wordings over each other word by word.

    Args:
        before: The old wording.
        after: The new wording.

    Returns:
        Pieces in order. Of what is the same, only some words around each change are kept, with a mark of omission.
    """
    old, new = _sentences(before), _sentences(after)
    pieces: list[Piece] = []
    for tag, start, end, first, last in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        was, now = " ".join(old[start:end]), " ".join(new[first:last])
        pieces += [Piece(Mark.SAME, was)] if tag == "equal" else _words(was.split(), now.split())
    joined = _joined(pieces)
    return tuple(
        Piece(piece.mark, _shortened(piece.text, first=at == 0, last=at == len(joined) - 1))
        if piece.mark is Mark.SAME
        else piece
        for at, piece in enumerate(joined)
    )


def _words(old: Sequence[str], new: Sequence[str]) -> list[Piece]:
    pieces = []
    for tag, start, end, first, last in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        was, now = " ".join(old[start:end]), " ".join(new[first:last])
        if tag == "equal":
            pieces.append(Piece(Mark.SAME, was))
            continue
        pieces += [Piece(Mark.DELETED, was)] if was else []
        pieces += [Piece(Mark.INSERTED, now)] if now else []
    return pieces


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].mark is piece.mark:
            joined[-1] = Piece(piece.mark, f"{joined[-1].text} {piece.text}")
        else:
            joined.append(piece)
    return joined


def _shortened(text: str, *, first: bool, last: bool) -> str:
    words = text.split()
    before, after = [] if first else words[:_CONTEXT], [] if last else words[-_CONTEXT:]
    return text if len(before) + len(after) >= len(words) else " ".join((*before, "…", *after))


def _differences(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return (code for code in matcher.get_opcodes() if code[0] != "equal")


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.split(text) if sentence]
