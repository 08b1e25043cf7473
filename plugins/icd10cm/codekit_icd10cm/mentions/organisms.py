"""Organisms that a note names as the cause of a disease, and carriers of one."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import attrs

from codekit.plugin import (
    Assertion,
    Candidate,
    Cause,
    Code,
    Edition,
    LocatedMention,
    Sentence,
)
from codekit_icd10cm.checks import assignable_below
from codekit_icd10cm.mentions.coded import coded
from codekit_icd10cm.mentions.cues import holds_any

_AGENTS = ("B95", "B96", "B97")
_FILLER = frozenset(
    "cause disease classified elsewhere other unspecified specified infection organism "
    "bacterial virus viral agent not producing".split()
)
# Words of an organism's name, at most.
_LONGEST_NAME = 4
_SHARED = 8
_BRACKETS = re.compile(r"\[[^]]*\]|\([^)]*\)")
_CARRIED = re.compile(
    r"\b(?P<name>MRSA|MSSA)\b[^.;]{0,30}?\b(?:coloniz\w+|carrier|nasal (?:swab|screen)\w*|screen\w*|swab)\b|"
    r"\b(?:coloniz\w+ (?:with|by)|carrier of)\b[^.;]{0,20}?\b(?P<other>MRSA|MSSA)\b",
    re.IGNORECASE,
)
_CARRIERS = {"MRSA": "Z22.322", "MSSA": "Z22.321"}
_CARRIED_CUES = ("mrsa", "mssa")


@attrs.frozen(kw_only=True)
class _Agent:
    row: Code
    words: frozenset[str]
    optional: frozenset[str]


class Organisms:
    """The rows of an edition for organisms as the cause of diseases classified elsewhere.

    Args:
        edition: The opened edition.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.1.b (infectious agents as the cause of diseases
        classified to other chapters) and I.C.1.e.1.c (colonization).
    """

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._agents = tuple(_load(edition))
        self._names = frozenset(word for agent in self._agents for word in agent.words)

    def link(self, located: Sequence[LocatedMention]) -> Iterator[LocatedMention]:
        """Give the mentions that name the organism behind another mention's disease.

        Args:
            located: The mentions of a note, in text order.

        Yields:
            The organism with its row as its best candidate.
        """
        causes = _causes(located)
        for one in located:
            if one.mention.assertion is Assertion.PRESENT and _is_cause(one, causes):
                row = self._find(set(one.mention.normalized))
                if row is not None:
                    yield attrs.evolve(one, candidates=(_candidate(row), *one.candidates))

    def named(self, sentence: Sentence, located: Sequence[LocatedMention]) -> Iterator[LocatedMention]:
        """Find the organisms that stand in front of a disease, as in "MRSA cellulitis".

        Args:
            sentence: The sentence.
            located: The mentions of the sentence, in text order.

        Yields:
            The organism with its row, and the disease with it as its cause.
        """
        diseases = [one for one in located if one.mention.start > sentence.start]
        tokens = sentence.tokens
        for disease in diseases:
            at = next((at for at, token in enumerate(tokens) if token.start == disease.mention.start), 0)
            front = [token for token in tokens[max(at - _LONGEST_NAME, 0) : at] if not token.stop]
            for size in range(len(front), 0, -1):
                row = self._find({token.word for token in front[-size:]})
                if row is not None and disease.mention.cause is None:
                    mention = sentence.mention(front[-size].start, front[-1].end)
                    yield LocatedMention(mention=mention, candidates=(_candidate(row),))
                    cause = Cause(start=mention.start, end=mention.end, words=mention.normalized)
                    yield attrs.evolve(disease, mention=attrs.evolve(disease.mention, cause=cause))
                    break

    def carried(self, sentence: Sentence) -> Iterator[LocatedMention]:
        """Find what the patient merely carries.

        Args:
            sentence: The sentence.

        Yields:
            A mention with the carrier code, in place of an infection.
        """
        if not holds_any(sentence, _CARRIED_CUES):
            return
        for match in _CARRIED.finditer(sentence.note, sentence.start, sentence.end):
            row = self._edition.find(_CARRIERS[(match["name"] or match["other"]).upper()])
            if row is not None:
                yield coded(sentence, match.span(), row, "I.C.1.e.1.c")

    def _find(self, said: set[str]) -> Code | None:
        if self._names.isdisjoint(said):
            return None
        telling = said - self._edition.lexicon.vocabulary.weak - _FILLER
        # "Pneumococcal sepsis" names more than its organism.
        fitting = [agent for agent in self._agents if agent.words <= said and telling <= agent.words | agent.optional]
        return max(fitting, key=lambda agent: len(agent.words)).row if fitting else None


def _load(edition: Edition) -> Iterator[_Agent]:
    for category in _AGENTS:
        if edition.find(category) is None:
            continue
        for row in assignable_below(edition, category):
            named = row.title.split(" as the cause")[0]
            words = frozenset(edition.lexicon.term_words(_BRACKETS.sub(" ", named))) - _FILLER
            if words and not row.title.startswith("Other"):
                yield _Agent(row=row, words=words, optional=frozenset(edition.lexicon.term_words(named)))


def _candidate(row: Code) -> Candidate:
    return Candidate(code=row.code, score=1.0, term=row.title, source="I.C.1.b")


def _causes(located: Sequence[LocatedMention]) -> list[tuple[int, int]]:
    """Give the spans that name causes, in text order."""
    return sorted({(one.mention.cause.start, one.mention.cause.end) for one in located if one.mention.cause})


def _is_cause(one: LocatedMention, causes: Sequence[tuple[int, int]]) -> bool:
    # Several mentions of a sentence may share their cause's end, so a few spans before the nearest are asked too.
    last = bisect_right(causes, (one.mention.start, one.mention.start + 1_000_000))
    return any(start <= one.mention.start < end for start, end in causes[max(last - _SHARED, 0) : last])
