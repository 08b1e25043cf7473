"""Mentions made of places that somebody else than the rules found."""

from __future__ import annotations

import attrs

from codekit.text.reader import ReadNote
from codekit.types import Assertion, Mention


def read_place(note: ReadNote, span: tuple[int, int]) -> Mention:
    """Make a mention of a place in a note.

    Args:
        note: The note.
        span: Half-open code points, at least one; it may reach over several sentences, or stand in a heading.

    Returns:
        The mention with what the first of its sentences says of it; its scope are all of them.
    """
    inside = [one for one in note.sentences if one.start < span[1] and span[0] < one.end]
    if inside:
        mention = inside[0].mention(*span)
        return attrs.evolve(mention, scope=(min(inside[0].start, span[0]), max(inside[-1].end, span[1])))
    text = note.text[slice(*span)]
    return Mention(
        start=span[0],
        end=span[1],
        text=text,
        assertion=Assertion.PRESENT,
        section="other",
        normalized=note.lexicon.content_words(text),
        scope=span,
    )
