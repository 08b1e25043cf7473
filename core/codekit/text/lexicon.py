"""The words of clinical language as a value: what a language, a system, an extension and a site each bring of it."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

import attrs

from codekit.errors import LexiconError
from codekit.text.assertion import Cue, Cues, Reading, read_assertions
from codekit.text.layout import Layout, LineKind
from codekit.text.lines import LayoutReader
from codekit.text.policy import PolicyRow
from codekit.text.sections import Headings, Section, SectionKind, split_sections
from codekit.text.tokens import Token, canonical_words, tokenize
from codekit.text.vocabulary import Ending, Spelling, Vocabulary, longest_by_first, with_number

ENGLISH = "en"
_REMEMBERED = 200_000
# A note that is spelled otherwise than the index does not meet it.
_OF_INDEX = ("printed", "numbered", "spelling", "endings", "unchanged", "prefixes")

# Of notes alone: an edition's own lexicon has none of them, and so does not name them.
_OF_NOTES = ("heading_words", "systems", "layout", "everyday", "policy")


@attrs.frozen(kw_only=True)
class Sense:
    """One of the senses of an abbreviation.

    Args:
        words: What it stands for; empty for a sense that names no condition.
        telling: Words in lower case, one of which must stand in the same sentence.
    """

    words: str
    telling: frozenset[str]


@attrs.frozen(kw_only=True)
class Lexicon:
    """Words, headings and cues: those of a language, or a layer of them that goes over others.

    Values stand as they are written; `vocabulary` has them ready for comparing. Every part may be empty.

    Args:
        language: ISO 639-1 code of the language, which chooses the base that a system's own lexicon goes over.
        abbreviations: Abbreviation to its words; as it is written, or in lower case where any case counts.
        senses: Abbreviations with several senses; the first whose telling words stand in the sentence is taken.
        printed: Abbreviations that classifications print, which are spelled out in their titles and terms as well.
        synonyms: Words to the words under which they are compared.
        implied: A canonical word to the canonical words that it implies.
        sites: Words for parts and functions of the body.
        stop: Words that carry no meaning for a look-up, in lower case.
        weak: Words that qualify a term without naming it.
        everyday: Canonical words that everyday English or the language of records uses otherwise than a classification
            does; alone they name no disease.
        numbered: Words that a number behind them belongs to, such as `type`.
        spelling: Letters to those that take their place; `^` in front stands for the start of a word.
        endings: Endings of plurals; the longest that a word has decides.
        unchanged: Words that end like a plural and are none.
        prefixes: What is written joined to a word or apart.
        headings: Headings in lower case to the kind of section that they open.
        heading_words: Words in lower case, one space apart, to the kind of section that a heading with all of them
            opens; that with the most words decides, and of equals that whose words come first in the heading.
        systems: Words for systems and parts of the body, of which a heading may consist.
        layout: Phrases in lower case to what they make of the line that they stand in, and the words of answers.
        cues: Phrases in lower case to what they do to the conditions near them.
        policy: What the site reports and leaves; of the rows that hold for a code the last decides.
    """

    language: str = ENGLISH
    abbreviations: Mapping[str, str] = attrs.field(factory=dict)
    senses: Mapping[str, tuple[Sense, ...]] = attrs.field(factory=dict)
    printed: frozenset[str] = frozenset()
    synonyms: Mapping[str, str] = attrs.field(factory=dict)
    implied: Mapping[str, str] = attrs.field(factory=dict)
    sites: frozenset[str] = frozenset()
    stop: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    everyday: frozenset[str] = frozenset()
    numbered: frozenset[str] = frozenset()
    spelling: Mapping[str, str] = attrs.field(factory=dict)
    endings: Mapping[str, Ending] = attrs.field(factory=dict)
    unchanged: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    headings: Mapping[str, SectionKind] = attrs.field(factory=dict)
    heading_words: Mapping[str, SectionKind] = attrs.field(factory=dict)
    systems: frozenset[str] = frozenset()
    layout: Mapping[str, tuple[LineKind, ...]] = attrs.field(factory=dict)
    cues: Mapping[str, tuple[Cue, ...]] = attrs.field(factory=dict)
    policy: tuple[PolicyRow, ...] = ()

    def over(self, base: Lexicon) -> Lexicon:
        """Lay this one over another: rows are added, and one with the same key takes the other's place.

        Rows of the policy have no key, and stand behind those of the base.

        Args:
            base: What lies below.

        Returns:
            Both as one, in the language of the base.
        """
        joined: dict[str, Any] = {}
        for field in attrs.fields(Lexicon):
            below, above = getattr(base, field.name), getattr(self, field.name)
            if isinstance(above, frozenset):
                joined[field.name] = below | above
            elif isinstance(above, Mapping):
                joined[field.name] = {**below, **above}
            elif isinstance(above, tuple):
                joined[field.name] = below + above
        # An abbreviation in any writing takes the place of all that was known of it.
        short = {each.lower() for each in (*self.abbreviations, *self.senses)}
        for name in ("abbreviations", "senses"):
            below, above = getattr(base, name), getattr(self, name)
            joined[name] = {**{key: value for key, value in below.items() if key.lower() not in short}, **above}
        return Lexicon(language=base.language, **joined)

    @functools.cached_property
    def for_titles(self) -> Lexicon:
        """What a classification is read and searched with: all that its index depends on, and nothing else.

        Of the abbreviations those alone that classifications print; headings and cues belong to notes.
        """
        printed = {each.lower() for each in self.printed}
        return attrs.evolve(
            self,
            abbreviations={key: words for key, words in self.abbreviations.items() if key.lower() in printed},
            senses={key: senses for key, senses in self.senses.items() if key.lower() in printed},
            headings={},
            cues={},
            **{name: type(getattr(self, name))() for name in _OF_NOTES},
        )

    def for_notes(self, titles: Lexicon, layers: Sequence[Lexicon]) -> Lexicon:
        """Make what the notes of an edition are read with.

        The words of the layers are told apart on the side of the note alone: what they stand for is put into the words
        under which the edition was built, so that its index stays as it is.

        Args:
            titles: What the edition was built with.
            layers: What extensions and a site bring, the last on top.

        Returns:
            This one with the layers over it.

        Raises:
            LexiconError: A layer brings what only a language or a system can.
        """
        notes = titles.for_notes_of(self)
        for layer in layers:
            if besides := [name for name in _OF_INDEX if getattr(layer, name)]:
                raise LexiconError(
                    f"a layer for notes brings {', '.join(besides)}, on which the index depends; "
                    "such tables belong to the lexicon of a language or a system"
                )
            synonyms = {left: " ".join(titles.canonical(right)) for left, right in layer.synonyms.items()}
            notes = attrs.evolve(layer, synonyms=synonyms).over(notes)
        return notes

    def for_notes_of(self, notes: Lexicon) -> Lexicon:
        """Put what notes alone are read with to what an edition was built with.

        Args:
            notes: A lexicon whose abbreviations, senses, everyday words, headings and cues are taken.

        Returns:
            Words of this one, and those of the notes.
        """
        return attrs.evolve(
            self,
            abbreviations=notes.abbreviations,
            senses=notes.senses,
            headings=notes.headings,
            cues=notes.cues,
            **{name: getattr(notes, name) for name in _OF_NOTES},
        )

    @functools.cached_property
    def vocabulary(self) -> Vocabulary:
        """Its words, made ready for comparing."""
        spelling = Spelling(self.spelling, self.endings, self.unchanged, self.prefixes)

        def split(phrase: str) -> tuple[str, ...]:
            return tuple(part for word in phrase.split() for part in spelling.split(word))

        def counted(words: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(with_number(words, at, self.numbered) for at in range(len(words)))

        phrases = {split(left): counted(split(right)) for left, right in self.synonyms.items()}
        return Vocabulary(
            spelling=spelling,
            abbreviations={short: split(words) for short, words in self.abbreviations.items()},
            senses={
                short: tuple((split(one.words), one.telling) for one in senses) for short, senses in self.senses.items()
            },
            phrases=phrases,
            numbered=self.numbered,
            weak=frozenset(map(spelling.normalize, self.weak)),
            stop=self.stop,
            sites=frozenset(map(spelling.normalize, self.sites)),
            everyday=self.everyday,
            implied={word: tuple(words.split()) for word, words in self.implied.items()},
            longest=longest_by_first(phrases),
        )

    def tokenize(self, text: str, *, offset: int = 0) -> list[Token]:
        """Split text into canonical words; see `codekit.text.tokens.tokenize`."""
        return tokenize(text, self.vocabulary, offset=offset)

    def canonical(self, text: str) -> tuple[str, ...]:
        """Give the canonical words of a phrase, stop words among them, in text order."""
        return canonical_words(text, self.vocabulary)

    def content_words(self, text: str) -> tuple[str, ...]:
        """Give the canonical words of a phrase without stop words, each once, in order of appearance."""
        return tuple(dict.fromkeys(token.word for token in self.tokenize(text) if not token.stop))

    def abbreviates(self, text: str) -> bool:
        """Say whether a text may hold an abbreviation that the lexicon knows."""
        words = (word.strip(".,;:()[]") for word in text.split())
        known, senses = self.vocabulary.abbreviations, self.vocabulary.senses
        return any(word in known or word in senses or word.lower() in known for word in words)

    def term_words(self, phrase: str) -> tuple[str, ...]:
        """Give `content_words` of a phrase of the classification, remembered because they recur.

        It is not for notes, whose phrases are patient data and not to be kept.
        """
        return self._term_words(phrase)

    @functools.cached_property
    def _term_words(self) -> Callable[[str], tuple[str, ...]]:
        return functools.lru_cache(maxsize=_REMEMBERED)(self.content_words)

    def split_sections(self, text: str) -> list[Section]:
        """Find the sections of a note; see `codekit.text.sections.split_sections`."""
        return split_sections(text, self._headings)

    def lay_out(self, text: str) -> Layout:
        """Say what the lines of a note are; see `codekit.text.lines.LayoutReader.read`."""
        return self._layout.read(text)

    def is_stay(self, text: str) -> bool:
        """Say whether a note is of a stay in hospital; see `codekit.text.lines.LayoutReader.is_stay`."""
        return self._layout.is_stay(text)

    @functools.cached_property
    def _layout(self) -> LayoutReader:
        return LayoutReader(self.layout, self.stop)

    def read_assertions(self, text: str, start: int, end: int) -> Reading:
        """Find the cues of a sentence and their scopes; see `codekit.text.assertion.read_assertions`."""
        return read_assertions(text, start, end, self._cues)

    @functools.cached_property
    def _headings(self) -> Headings:
        return Headings(self.headings, self.heading_words, self.systems, self.vocabulary.spelling.normalize)

    @functools.cached_property
    def _cues(self) -> Cues:
        return Cues(self.cues)

    def to_json(self) -> str:
        """Write it as one line of JSON; the same lexicon gives the same text, in whatever order its rows came.

        Only the order of the policy's rows tells, for it says which of them decides.
        """

        def is_there(field: attrs.Attribute[Any], value: object) -> bool:
            return field.name not in _OF_NOTES or bool(value)

        return json.dumps(attrs.asdict(self, filter=is_there), default=sorted, sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Lexicon:
        """Read what `to_json` wrote of a lexicon without headings and cues, and of nothing that notes alone have.

        Raises:
            ValueError, KeyError, TypeError: It is nothing of that kind.
        """
        data: dict[str, Any] = {"everyday": [], **json.loads(text)}
        for field in attrs.fields(cls):
            if isinstance(data.get(field.name), list):
                data[field.name] = frozenset(data[field.name])
        data["endings"] = {key: Ending(**value) for key, value in data["endings"].items()}
        data["senses"] = {
            key: tuple(Sense(words=one["words"], telling=frozenset(one["telling"])) for one in senses)
            for key, senses in data["senses"].items()
        }
        return cls(**data)

    @property
    def digest(self) -> str:
        """SHA-256 of all of it, in hexadecimal digits."""
        return sha256(self.to_json().encode()).hexdigest()
