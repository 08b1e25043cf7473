"""What the title of a row says beyond its parent's, read once for all the notes that are compared with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

import attrs

from codekit.editions.edition import Edition
from codekit.specificity import Facet, FacetValue, Specificity
from codekit.text.facets import title_values
from codekit.types import Code, NoteKind

_STATES = re.compile(r"\b(?:with|due to|of|in)\b")
# In a title "and" stands for "or" as well, as "to" does in "mild to moderate".
_EITHER = re.compile(r"\b(\w+) (?:to|and) (\w+)\b")
_REMEMBERED = 2**12


@attrs.frozen(kw_only=True)
class Wording:
    """A title without its answers and absences, or an inclusion term.

    Args:
        text: As printed; a title in lower case.
        whole: True for an inclusion term: its first clause names the condition, though it may say "unspecified".
        words: Canonical words that it adds to the title of the row above.
        either: Words of which one alone makes the term true, as in "mild to moderate" and "ankle and foot".
    """

    text: str
    whole: bool
    words: frozenset[str]
    either: frozenset[str]


@attrs.frozen(kw_only=True)
class RowTitle:
    """What a row says that the row above it does not.

    Args:
        answers: The facets that the title answers otherwise, with the answer.
        absences: For each absence that it states the canonical words of what is absent.
        marked: True where it says that something is left open.
        residual: True where it is the row for what has none of its own.
        terms: The title itself, then the inclusion terms.
    """

    answers: tuple[tuple[Facet, FacetValue], ...]
    absences: tuple[frozenset[str], ...]
    marked: bool
    residual: bool
    terms: tuple[Wording, ...]


class RowTitles:
    """Reads the titles of an edition; those read last are remembered.

    Args:
        edition: The opened edition.
        rules: What distinguishes sibling codes in this system.
    """

    def __init__(self, edition: Edition, rules: Specificity) -> None:
        self._edition = edition
        self._rules = rules
        self._words_of = edition.lexicon.term_words
        self._left_open = frozenset((*rules.filler, *rules.other, *rules.unspecified))
        self.answers = frozenset(
            phrase for facet in rules.facets for value in facet.values for phrase in value.in_titles
        )
        """What titles say in answer to a facet, such as a side."""
        self.below = lru_cache(maxsize=_REMEMBERED)(self._below)
        """Give by its code what each row says that stands straight below a code."""

    def is_open(self, text: str) -> bool:
        """Say whether a text, in lower case, says that something is left open."""
        return any(phrase in text for phrase in self._rules.unspecified)

    def narrowed(self, term: Wording, parent: str, said: frozenset[str]) -> frozenset[str]:
        """Give the words that a term adds if of "ankle and foot" it need hold only the one that a note says.

        Args:
            term: The term.
            parent: Code of the row above.
            said: Canonical words of the mention.
        """

        def said_alone(match: re.Match[str]) -> str:
            words = [word for word in match.groups() if word in said]
            return words[0] if len(words) == 1 else match[0]

        if said.isdisjoint(term.either):
            return term.words
        return self._added(_EITHER.sub(said_alone, term.text), self._edition.get(parent).title, whole=term.whole)

    def _below(self, code: str) -> Mapping[str, RowTitle]:
        parent = self._edition.get(code)
        return {row.code: self._read(row, parent) for row in self._edition.children(code)}

    def _read(self, row: Code, parent: Code) -> RowTitle:
        parent_title = parent.title.lower()
        title, answers = self._answers(row.title.lower(), parent_title)
        title, absences = self._absences(title, parent_title)
        # "Unspecified hernia with obstruction" under "Unspecified hernia" leaves open no more than its parent.
        added = title.replace(parent_title, " ")
        inclusions = (note.text for note in row.notes if note.kind is NoteKind.INCLUSION_TERM)
        return RowTitle(
            answers=answers,
            absences=absences,
            marked=self.is_open(title if _STATES.search(added) is None else added),
            residual=any(re.search(rf"\b{phrase}\b", title) for phrase in self._rules.other),
            terms=(
                self._term(title, parent.title, whole=False),
                *(self._term(text, parent.title, whole=True) for text in inclusions),
            ),
        )

    def _answers(self, title: str, parent_title: str) -> tuple[str, tuple[tuple[Facet, FacetValue], ...]]:
        """Find the facets that a title answers, and give the title without them."""
        answers: list[tuple[Facet, FacetValue]] = []
        for facet in self._rules.facets:
            named = title_values(title, facet)
            if named:
                for phrase in named[0].in_titles:
                    title = re.sub(rf"\b{re.escape(phrase)}\b", " ", title)
                if named[0] not in title_values(parent_title, facet):
                    answers.append((facet, named[0]))
        return title, tuple(answers)

    def _absences(self, title: str, parent_title: str) -> tuple[str, tuple[frozenset[str], ...]]:
        """Find the parts of a title that state an absence, and give the title without them."""
        absences: list[frozenset[str]] = []
        for phrase in self._rules.absent:
            for clause in re.findall(rf"\b{re.escape(phrase)}\b[^,;()]*", title):
                title = title.replace(clause, " ")
                if clause not in parent_title:
                    # What is absent is named by the words behind "without", not by the word itself.
                    besides = {*self._rules.absent, *self._rules.filler, *self._words_of(parent_title)}
                    absences.append(frozenset(self._words_of(clause)) - besides)
        return title, tuple(absences)

    def _term(self, text: str, parent_title: str, *, whole: bool) -> Wording:
        words = self._added(text, parent_title, whole=whole)
        either = frozenset(word for pair in _EITHER.findall(text) for word in pair)
        return Wording(text=text, whole=whole, words=words, either=either)

    def _added(self, text: str, parent_title: str, *, whole: bool) -> frozenset[str]:
        # A clause that only says what is left open ("severity unspecified") holds nothing to find in a note.
        first, *others = text.lower().split(", ")
        named = [first] if whole or self._states(first) else []
        words = {word for clause in (*named, *filter(self._states, others)) for word in self._words_of(clause)}
        return frozenset(words.difference(self._words_of(parent_title), self._left_open))

    def _states(self, clause: str) -> bool:
        return _STATES.search(clause) is not None or not self.is_open(clause)
