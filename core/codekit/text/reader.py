"""A note read sentence by sentence, for whoever finds mentions by other means than the index."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import attrs

from codekit.text.assertion import Reading, Scope, assert_span
from codekit.text.layout import Layout
from codekit.text.lexicon import Lexicon
from codekit.text.notation import fold
from codekit.text.repair import Repaired, repair
from codekit.text.sections import Section
from codekit.text.sentences import split_sentences
from codekit.text.tokens import Token
from codekit.types import Assertion, Mention, Note, Setting


@attrs.frozen(kw_only=True)
class Sentence:
    """A sentence of a note.

    Args:
        note: The whole note's text.
        lexicon: What it is read with.
        start: First code point.
        end: One past the last.
        section: The section it stands in.
        line_start: True where it opens a line.
        bullet: The list mark in front of it, or an empty text.
        layout: What the lines of the note are.
    """

    note: str = attrs.field(repr=False)
    lexicon: Lexicon = attrs.field(repr=False, eq=False)
    start: int
    end: int
    section: Section
    line_start: bool = False
    bullet: str = ""
    layout: Layout = attrs.field(default=Layout(), repr=False, eq=False)

    @functools.cached_property
    def reading(self) -> Reading:
        """What its trigger phrases say, and its boxes and answers; worked out when it is asked for."""
        reading = self.lexicon.read_assertions(self.note, self.start, self.end)
        denied = tuple(
            Scope(max(one.start, self.start), min(one.end, self.end), Assertion.NEGATED)
            for one in self.layout.asked(self.start, self.end)
            if not one.stated
        )
        return attrs.evolve(reading, scopes=(*reading.scopes, *denied)) if denied else reading

    @functools.cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Its words in canonical form, with their places in the note; marks and blanks are none."""
        text = self.text
        for start, end in self.layout.void(self.start, self.end):
            first, last = max(start, self.start) - self.start, min(end, self.end) - self.start
            text = text[:first] + ";" * (last - first) + text[last:]
        return tuple(self.lexicon.tokenize(text, offset=self.start))

    @property
    def affirmed(self) -> Iterator[Token]:
        """Its words save stop words and what it says is absent, in text order."""
        absent = [(one.start, one.end) for one in self.reading.scopes if one.assertion is Assertion.NEGATED]
        for token in self.tokens:
            if not token.stop and not any(start <= token.start < end for start, end in absent):
                yield token

    def part(self, start: int, end: int) -> Sentence:
        """Give part of it, read by itself.

        Args:
            start: First code point of the note.
            end: One past the last.

        Returns:
            The part; the sentence itself where it is all of it.
        """
        whole = start <= self.start and self.end <= end
        return self if whole else attrs.evolve(self, start=max(start, self.start), end=min(end, self.end))

    @property
    def text(self) -> str:
        """The sentence as it stands."""
        return self.note[self.start : self.end]

    @functools.cached_property
    def folded(self) -> str:
        """The sentence in lower case, for a cheap test in front of costly patterns."""
        return fold(self.text)

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
            normalized=self.lexicon.content_words(text),
            scope=(self.start, self.end),
        )


@attrs.frozen(kw_only=True)
class ReadNote(Note):
    """A note with what it is read with; its sentences are read once, however many steps ask for them.

    Args:
        lexicon: Words, headings and cues of the system, with those of extensions and of the site.
        repaired: How its text leads back to the untouched one; None where it is that.
        inferred: True where its setting was not given, and its headings say that it is of a stay in hospital.
    """

    lexicon: Lexicon = attrs.field(repr=False, eq=False)
    repaired: Repaired | None = attrs.field(default=None, repr=False, eq=False)
    inferred: bool = False

    @functools.cached_property
    def layout(self) -> Layout:
        """What its lines are."""
        return self.lexicon.lay_out(self.text)

    @functools.cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Its sentences in text order."""
        return tuple(read_sentences(self.text, self.lexicon, self.layout))


def read_note(note: Note, lexicon: Lexicon, *, as_it_stands: bool = False) -> ReadNote:
    """Make a note ready for the steps.

    Args:
        note: The note.
        lexicon: What it is read with.
        as_it_stands: True for a text that was repaired already.

    Returns:
        The note with the lexicon, its text repaired and its setting told where it was not given; one that was read
        before comes without what was read.
    """
    values = {field.name: getattr(note, field.name) for field in attrs.fields(Note)}
    known = note.repaired if isinstance(note, ReadNote) else None
    repaired = known or (Repaired(text=note.text, original=note.text) if as_it_stands else repair(note.text))
    values["text"] = repaired.text
    inferred = note.inferred if isinstance(note, ReadNote) else False
    if note.encounter.setting is None:
        inferred = lexicon.is_stay(repaired.text)
        setting = Setting.INPATIENT if inferred else Setting.OUTPATIENT
        values["encounter"] = attrs.evolve(note.encounter, setting=setting)
    return ReadNote(**values, lexicon=lexicon, repaired=repaired if repaired.starts else None, inferred=inferred)


def read_sentences(text: str, lexicon: Lexicon, layout: Layout | None = None) -> Iterator[Sentence]:
    """Read a note; `ReadNote.sentences` keeps what it yields as long as the note is there.

    Args:
        text: The whole note.
        lexicon: What it is read with.
        layout: What its lines are; worked out where it is not given.

    Yields:
        Its sentences in text order.
    """
    layout = lexicon.lay_out(text) if layout is None else layout
    for section in lexicon.split_sections(text):
        for one in split_sentences(text, section.start, section.end, lexicon.language):
            yield Sentence(
                note=text,
                lexicon=lexicon,
                start=one.start,
                end=one.end,
                section=section,
                line_start=one.line_start,
                bullet=one.bullet,
                layout=layout,
            )
