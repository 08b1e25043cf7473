"""Note text in a prompt, and a model's quotations back in the note."""

from __future__ import annotations

import re
from collections.abc import Iterator

# What opens a tag, a delimiter of a prompt or a control token of a chat template, in any model's spelling of it.
_OPENING = re.compile(r"<(?=[^\s\d=.])|\[(?=/?(?:INST|SYS|TOOL|AVAILABLE)\b)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# What is left where white space and control characters are left out.
_VISIBLE = re.compile(r"[^\s\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")
_HALF = re.compile("[\ud800-\udfff]")


def as_data(text: str) -> str:
    """Write note text so that nothing in it can be taken for a delimiter or a control token of a chat template.

    A space is set behind every `<` that might open a tag (`</note>`, `<|im_end|>`) and behind the bracket of `[INST]`;
    control characters become spaces, halves of surrogate pairs question marks. Words and their order stay.

    Args:
        text: Any part of a note.

    Returns:
        What a prompt may hold; `Quotations` finds its passages in the note again.
    """
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return _OPENING.sub(lambda match: f"{match[0]} ", _CONTROL.sub(" ", whole))


class Quotations:
    """Finds what a model quotes in a note: the same characters in the same order, whatever their case and white space.

    A quotation that stands in the note several times is found at its places one after another, so that a model which
    names it twice means two places.

    Args:
        text: The note.
        start: First code point that may be quoted.
        end: One past the last; None for the whole note.
    """

    def __init__(self, text: str, start: int = 0, end: int | None = None) -> None:
        self._text = text
        self._letters, self._places = _squeeze(text, start, len(text) if end is None else end)
        self._cursor = 0
        self._used: set[tuple[int, int]] = set()

    def find(self, quotation: str) -> tuple[int, int] | None:
        """Find the next place of a quotation.

        Args:
            quotation: As the model wrote it.

        Returns:
            Half-open code points of the note, whole words, with no white space at either end; None where the note does
            not hold it, or not as often as it was quoted.
        """
        wanted, _ = _squeeze(quotation, 0, len(quotation))
        if not any(letter.isalnum() for letter in wanted):
            return None
        spans = [*self._from(wanted, self._cursor), *self._from(wanted, 0)]
        for at, span in spans:
            if span not in self._used:
                self._used.add(span)
                self._cursor = at
                return span
        return None

    def _from(self, wanted: str, first: int) -> Iterator[tuple[int, tuple[int, int]]]:
        at = self._letters.find(wanted, first)
        while at >= 0:
            start, end = self._places[at], self._places[at + len(wanted) - 1] + 1
            if self._is_whole(start, end):
                yield at, (start, end)
            at = self._letters.find(wanted, at + 1)

    def _is_whole(self, start: int, end: int) -> bool:
        """Say whether a span begins and ends where a word does."""
        return not _in_word(self._text, start) and not _in_word(self._text, end)


def _squeeze(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """Give the folded letters of a text without white space and what `as_data` takes for it, and the place of each."""
    letters: list[str] = []
    places: list[int] = []
    for run in _VISIBLE.finditer(text, start, end):
        folded = run[0].casefold()
        letters.append(folded)
        if len(folded) == len(run[0]):
            places.extend(range(*run.span()))
        else:  # some letters fold into several, as "ß" does
            places.extend(place for place in range(*run.span()) for _ in text[place].casefold())
    return _HALF.sub("?", "".join(letters)), places


def _in_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()
