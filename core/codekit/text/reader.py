"""A note read sentence by sentence, for whoever finds mentions by other means than the index."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import attrs

from codekit.text.assertion import Reading, assert_span, read_assertions
from codekit.text.sections import Section, split_sections
from codekit.text.sentences import split_sentences
from codekit.text.tokens import content_words
from codekit.types import Mention, Note


@attrs.frozen(kw_only=True)
class Sentence:
    """A sentence of a note.

    Args:
        note: The whole note's text.
        start: First code point.
        end: One past the last.
        section: The section it stands in.
    """

    note: str = attrs.field(repr=False)
    start: int
    end: int
    section: Section

    @functools.cached_property
    def reading(self) -> Reading:
        """What its trigger phrases say; worked out when it is asked for."""
        return read_assertions(self.note, self.start, self.end)

    @property
    def text(self) -> str:
        """The sentence as it stands."""
        return self.note[self.start : self.end]

    def mention(self, start: int, end: int) -> Mention:
        """Make a mention of a span of the sentence.

        Args:
            start: First code point of the note, within the sentence.
            end: One past the last.

        Returns:
            The mention with what the note says of it; its scope is the sentence.
        """
        text = self.note[start:end]
        return Mention(
            start=start,
            end=end,
            text=text,
            assertion=assert_span(self.reading.scopes, self.section, start, end),
            section=self.section.kind,
            normalized=content_words(text),
            scope=(self.start, self.end),
        )


def read_sentences(note: Note) -> Iterator[Sentence]:
    """Read a note.

    Args:
        note: The note.

    Yields:
        Its sentences in text order.
    """
    for section in split_sections(note.text):
        for one in split_sentences(note.text, section.start, section.end):
            yield Sentence(note=note.text, start=one.start, end=one.end, section=section)
