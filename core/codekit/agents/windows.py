"""What fits into a model's window: tokens estimated, long notes split, and the part of a note around its mentions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

Span = tuple[int, int]

_BYTES_PER_TOKEN = 3
# A piece overlaps with the one before it by an eighth, so that what is cut in two stands whole in one of them.
_OVERLAP = 8
_LINE = re.compile(r"\n+")
_SENTENCE = re.compile(r"(?<=[.;!?])\s+")
_SPACE = re.compile(r"\s+")


def tokens(text: str) -> int:
    """Estimate how many tokens a text has, rather too many than too few.

    English has some four characters a token with today's vocabularies, clinical shorthand and numbers three; scripts
    whose letters take three bytes have one a token. So it is a third of the bytes of UTF-8, rounded up.

    Args:
        text: Any text.

    Returns:
        The estimate; 0 for an empty text.
    """
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_PER_TOKEN)


def split(text: str, most: int, sections: Sequence[int] = ()) -> list[Span]:
    """Split a note into pieces that fit.

    A piece ends where a section does, or else a line, a sentence, a word, whichever comes first in this list within
    the second half of what fits.

    Args:
        text: The note.
        most: Estimated tokens that a piece may have; at least 8.
        sections: Where its sections begin, ascending.

    Returns:
        Half-open spans in text order, which together cover the note and overlap; the whole note where it fits.

    Raises:
        ValueError: `most` is below 8.
    """
    if most < _OVERLAP:
        raise ValueError(f"a piece of {most} tokens is too small; expected {_OVERLAP} or more")
    if tokens(text) <= most:
        return [(0, len(text))]
    boundaries = [
        sections,
        *([match.end() for match in pattern.finditer(text)] for pattern in (_LINE, _SENTENCE, _SPACE)),
    ]
    pieces: list[Span] = []
    start = 0
    while True:
        end = _reach(text, start, most)
        if end == len(text):
            return [*pieces, (start, end)]
        end = _cut(boundaries, (start + end) // 2, end)
        pieces.append((start, end))
        back = max(end - max((end - start) // _OVERLAP, 1), start + 1)
        start = _cut(boundaries[1:], back, end - 1, default=back)


def around(text: str, spans: Iterable[Span], most: int) -> str:
    """Give a note, or where it does not fit what stands around some spans.

    Args:
        text: The note.
        spans: What must be seen, in any order.
        most: Estimated tokens that there is room for.

    Returns:
        The note, or its parts around the spans, in text order, as long as one another and joined by a line with dots;
        as many of the first spans as there is room for.
    """
    if tokens(text) <= most:
        return text
    wanted = sorted(set(spans))[: max(most // 40, 1)] or [(0, 0)]
    share = max(most // len(wanted) - 2, 1)
    parts: list[Span] = []
    for start, end in wanted:
        beside = max(share * _BYTES_PER_TOKEN - (end - start), 0) // 2
        low = max(start - beside, parts[-1][1] if parts else 0)
        high = _reach(text, low, share)
        if parts and low == parts[-1][1]:
            parts[-1] = (parts[-1][0], max(high, low))
        else:
            parts.append((low, high))
    return "\n[...]\n".join(text[low:high].strip() for low, high in parts)


def first_that_fit(texts: Sequence[str], most: int) -> list[str]:
    """Give the first texts that together have no more than some tokens."""
    kept: list[str] = []
    for text in texts:
        most -= tokens(text) + 1
        if most < 0:
            break
        kept.append(text)
    return kept


def _reach(text: str, start: int, most: int) -> int:
    """Say how far a piece of a number of tokens reaches."""
    piece = text[start : start + most * _BYTES_PER_TOKEN].encode("utf-8", "replace")[: most * _BYTES_PER_TOKEN]
    return max(start + len(piece.decode("utf-8", "ignore")), min(start + 1, len(text)))


def _cut(boundaries: Sequence[Sequence[int]], low: int, high: int, default: int | None = None) -> int:
    """Find the last boundary of the best kind above one place and up to another."""
    for kind in boundaries:
        inside = [at for at in kind if low < at <= high]
        if inside:
            return inside[-1] if default is None else inside[0]
    return high if default is None else default
