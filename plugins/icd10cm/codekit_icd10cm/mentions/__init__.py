"""What the note says that no index entry matches by its words: numbers, drugs, terms to ask about, linked conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codekit.editions.edition import Edition
from codekit.text.reader import read_sentences
from codekit.types import LocatedMention, Note
from codekit_icd10cm.mentions import numbers, terms


def locate_mentions(note: Note, located: Sequence[LocatedMention], edition: Edition) -> Iterator[LocatedMention]:  # noqa: ARG001
    """Find mentions besides those of the index, and link some of those.

    Args:
        note: The note.
        located: What the index gave, in text order.
        edition: The opened edition.

    Yields:
        New mentions, and mentions that take the place of one with the same span.
    """
    for sentence in read_sentences(note):
        yield from numbers.find(sentence, edition)
        yield from terms.find(sentence)
