"""Analyze: the evidence extractor finds what a note mentions, where, and what it says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from itertools import groupby
from operator import attrgetter

import attrs

from codekit.editions.index.store import SearchIndex
from codekit.pipeline.coordination import other_sites, split_courses
from codekit.pipeline.names import AND, WITH, choose, gather, keeps_sense
from codekit.search.matching import Match, match_sentence, names
from codekit.text.assertion import Reading, assert_span
from codekit.text.layout import Answer
from codekit.text.notation import fold
from codekit.text.reader import ReadNote, Sentence
from codekit.text.sections import STATING, Section, SectionKind
from codekit.text.tokens import Token
from codekit.text.vocabulary import Vocabulary
from codekit.types import Assertion, Cause, Mention

# In these sections a line without a verb states a problem.
_PROBLEM_SECTIONS = STATING | {SectionKind.NARRATIVE}
# In these what an author states of the patient stands; elsewhere the same words may be a relative's, or a question.
_TOLD_IN = _PROBLEM_SECTIONS | {
    SectionKind.CHIEF_COMPLAINT,
    SectionKind.HISTORY_PRESENT,
    SectionKind.PAST_HISTORY,
    SectionKind.HOSPITAL_COURSE,
    SectionKind.OTHER,
}
_MOST_WORDS = 60
_LONGEST_HEADING = 14
_COVERED = 0.6
_TRIGGER_GAP = 4
_DUE_TO = re.compile(
    r"[ ,]*(?:[\w'’-]+ ){0,4}?(?P<link>due to|secondary to|2/2|d/t|r/t|caused by|because of|as a result of|"
    r"resulting from|result of|(?:un)?related to|"
    r"late effects? of|sequelae? of|residuals? (?:of|from)|induced by|associated with|attributed to|"
    r"attributable to|following|from|after)\s+(?P<cause>[^.;,\n]+)",
    re.I,
)
# In front of a condition: "ibuprofen-induced gastritis", "pneumonia causing sepsis".
_CAUSING = re.compile(
    r"(?P<cause>[^.;,\n]{2,60}?)"
    r"(?P<link>[- ](?:induced|related|associated)|\s(?:causing|resulting in|leading to))\W+(?:\w+\W+)?$",
    re.I,
)
_CAUSING_CUES = ("induced", "related", "associated", "causing", "resulting", "leading")
_NOT_DUE = re.compile(r"\b(?:not|never|unrelated)\b", re.I)
# What a patient comes with is why they come, and no part of what was named before.
_WITH = re.compile(
    r"(?<!\bpresents )(?<!\bpresenting )(?<!\bpresented )(?<!\badmitted )(?<!\bin )(?<!\bseen )\bwith\b", re.I
)
_LABELLED = re.compile(r"([^:\n]{3,60}):\s+(?=\S)")
# A few words before a colon that name the visit or the list, as in "Follow-up visit: ...".
_LABEL = re.compile(r"^(?:[\w-]+ ){0,2}[\w-]+:\s+")
_VERB = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|should|can|could|may|might|reports?|reported|denies|denied|presents?|"
    r"presented|continues?|continued|start(?:ed)?|recommend(?:ed)?|discussed|advised|ordered|states?|stated|appears?|"
    r"he|she|we|i|they|patient(?!'s)|please|return|call|take|takes|shows?|showed|reveals?|revealed|demonstrates?|today)\b",
    re.IGNORECASE | re.ASCII,
)


@attrs.frozen
class _Line:
    """A sentence, or part of one, and, if it states a problem, the paragraph that belongs to it.

    A label is what stands before a colon; it states a problem only if the index knows it whole. What opens an item of
    a list names its problem first, and says more of it.
    """

    sentence: Sentence
    heading: bool
    scope: tuple[int, int]
    label: bool = False
    opens: bool = False


class RulesEvidenceExtractor:
    """Finds mentions by the vocabulary of the classification itself.

    Args:
        index: Search index of the edition.
    """

    def __init__(self, index: SearchIndex) -> None:
        self._index = index

    def extract(self, note: ReadNote) -> tuple[Mention, ...]:
        """Find the mentions of a note.

        Args:
            note: The note.

        Returns:
            Mentions in text order; their spans may touch but a word belongs to one mention only.
        """
        mentions = [
            mention
            for section, sentences in groupby(note.sentences, key=attrgetter("section"))
            for line in _lines(section, list(sentences))
            for mention in self._mentions(note.text, line)
        ]
        return tuple(sorted(mentions, key=lambda mention: (mention.start, mention.end)))

    def _mentions(self, text: str, line: _Line) -> Iterator[Mention]:
        if whole := self._stated(line):
            yield whole
            return
        reading, lexicon = line.sentence.reading, line.sentence.lexicon
        tokens = _without_triggers(line.sentence.tokens, reading)
        mended: dict[int, str] = {}
        if line.heading and not line.label:
            unknown = ((at, token.word) for at, token in enumerate(tokens) if not token.stop)
            words = ((at, self._index.corrections.correct(word)) for at, word in unknown)
            mended = {at: word for at, word in words if word is not None}
            tokens = [attrs.evolve(one, word=mended.get(at, one.word)) for at, one in enumerate(tokens)]
        absent = _absent(tokens, reading)
        stated = match_sentence(tokens, self._index)
        matches = [
            match
            for match in stated
            if _names(match, tokens, line) and keeps_sense(match, tokens, absent, self._index.lexicon)
        ]
        chosen = choose(matches, tokens, lexicon.vocabulary)
        matched = [group for match in chosen for group in split_courses(tokens, match)]
        groups = matched
        if line.heading:
            segments = _segments(tokens, reading, absent, groups, self._telling(tokens, lexicon.vocabulary))
            groups = [group for segment in segments for group in self._settle(tokens, segment, matched, line)]
        taken = {at for group in groups for at in group}
        groups += [
            other
            for group in groups
            for other in other_sites(tokens, group, taken, self._index, lexicon.vocabulary.sites)
        ]
        found = _Found(
            text=text, line=line, tokens=tokens, mended=frozenset(mended), reading=reading, absent=absent, groups=groups
        )
        first = min(groups, default=None)
        for group in groups:
            parts = [part for part in matched if part not in groups and set(part) <= set(group)]
            yield found.mention(
                group,
                whole=line.heading,
                heading=line.heading or (line.opens and group == first),
                parts=tuple(found.mention(part) for part in parts),
            )

    def _stated(self, line: _Line) -> Mention | None:
        """Take a statement that is, from its start to its end, a title or term of the classification.

        No cue within it counts: a "without", a "history of" or a "suspected" is part of its name. An answer does.
        """
        kind, tokens = line.sentence.section.kind, line.sentence.tokens
        if any(not one.stated for one in line.sentence.layout.asked(line.sentence.start, line.sentence.end)):
            return None
        one_word = not tokens or tokens[0].start == tokens[-1].start
        if kind not in _TOLD_IN or one_word or len(tokens) > _MOST_WORDS:
            return None
        stated = self._index.stated([token.word for token in tokens])
        if not stated and line.sentence.lexicon.abbreviates(line.sentence.text):
            # A short title is full of abbreviations, which a title does not spell out.
            stated = self._index.stated(self._index.lexicon.canonical(line.sentence.text))
        if not stated:
            return None
        start, end = tokens[0].start, tokens[-1].end
        # But a box that is not ticked, or an answer, stands beside it.
        denied = any(not one.stated for one in line.sentence.layout.asked(start, end))
        return Mention(
            start=start,
            end=end,
            text=line.sentence.note[start:end],
            assertion=Assertion.NEGATED if denied else Assertion.PRESENT,
            section=kind,
            normalized=tuple(dict.fromkeys(token.word for token in tokens if not token.stop)),
            heading=line.heading or kind in _PROBLEM_SECTIONS,
            scope=line.scope,
            stated=stated,
        )

    def _telling(self, tokens: Sequence[Token], vocabulary: Vocabulary) -> set[int]:
        """Find the words that may name a condition: the index knows them, and they neither qualify nor place one."""
        return {
            at
            for at, token in enumerate(tokens)
            if not token.stop
            and token.word not in vocabulary.weak
            and token.word not in vocabulary.sites
            and self._index.knows(token.word)
        }

    def _settle(
        self, tokens: Sequence[Token], segment: Sequence[int], groups: Sequence[tuple[int, ...]], line: _Line
    ) -> list[tuple[int, ...]]:
        """Keep the matches of a heading's segment if they explain it, else take the segment as one mention."""
        inside = [group for group in groups if group[0] in segment]
        if not inside and any(at in group for group in groups for at in segment):
            return []
        met = {at for group in inside for at in group}
        vocabulary = line.sentence.lexicon.vocabulary
        telling = [at for at in segment if tokens[at].word not in vocabulary.weak]
        known = [at for at in telling if self._index.knows(tokens[at].word)]
        total = sum(self._index.weight(tokens[at].word) for at in known)
        covered = sum(self._index.weight(tokens[at].word) for at in known if at in met)
        if inside and covered >= _COVERED * total:
            return inside
        # One everyday word beside others that mean nothing, as in "fit and well", is no problem.
        idle = len(segment) == 1 and tokens[segment[0]].word in vocabulary.everyday
        return [tuple(segment)] if telling and not idle and not line.label else []


@attrs.frozen(kw_only=True)
class _Found:
    """The words of a line that make up its mentions."""

    text: str
    line: _Line
    tokens: Sequence[Token]
    mended: Set[int]
    reading: Reading
    absent: set[int]
    groups: Sequence[tuple[int, ...]]

    def mention(
        self, group: tuple[int, ...], *, whole: bool = False, heading: bool = False, parts: tuple[Mention, ...] = ()
    ) -> Mention:
        """Make a mention of some words; where the whole line is one problem, all the words near them belong to it."""
        text, line, tokens = self.text, self.line, self.tokens
        taken = {at for other in self.groups if not set(group) <= set(other) for at in other} | set(group)
        first = min(tokens[at].end for other in self.groups for at in other)
        lexicon = line.sentence.lexicon
        own = gather(tokens, group, taken | (self.absent - set(group)), lexicon.vocabulary, whole=whole)
        start, end = min(tokens[at].start for at in group), max(tokens[at].end for at in group)
        return Mention(
            start=start,
            end=end,
            text=text[start:end],
            assertion=assert_span(self.reading.scopes, line.sentence.section, _named_from(tokens, group), end),
            section=line.sentence.section.kind,
            normalized=tuple(dict.fromkeys(tokens[at].word for at in own)),
            heading=heading,
            scope=line.scope,
            cause=_cause(line.sentence, start, end),
            accompanies=_WITH.search(text, first, start) is not None if first < start else False,
            mended=not self.mended.isdisjoint(own),
            parts=parts,
        )


def _named_from(tokens: Sequence[Token], group: Sequence[int]) -> int:
    """Say where the name of a mention begins: behind a "without" that opens its own scope."""
    return min((tokens[at].start for at in group if tokens[at].word != "without"), default=tokens[group[0]].start)


def _cause(sentence: Sentence, start: int, end: int) -> Cause | None:
    """Read what the words behind a mention, or those in front of it, say that it is due to.

    What it is said not to be due to is no cause, but tells what it must not be linked to.
    """
    text, words = sentence.note, sentence.lexicon.content_words
    found = _DUE_TO.match(text, end, sentence.end)
    if found is None and any(map(fold(text[sentence.start : start]).__contains__, _CAUSING_CUES)):
        found = _CAUSING.search(text, sentence.start, start)
    if found is None:
        return None
    if found.start("cause") > end and _NOT_DUE.search(text, end, found.start("cause")):
        return Cause(start=end, end=end, words=(), denied=words(found["cause"]))
    return Cause(
        start=found.start("cause"),
        end=found.end("cause"),
        words=words(found["cause"]),
        link=found["link"].strip(" -").lower(),
    )


def _without_triggers(tokens: Sequence[Token], reading: Reading) -> list[Token]:
    """Mark the words that only say whether a condition is present, or why: they are no part of its name.

    The words behind them move away, so that no name reaches across. "Without" stays, for many a name says what a
    disease is without.
    """
    found: list[Token] = []
    triggers = list(reading.triggers)
    away = 0
    for token in tokens:
        while triggers and triggers[0][1] <= token.start:
            triggers.pop(0)
        inside = bool(triggers) and triggers[0][0] <= token.start and token.word != "without"
        if inside and token.start == triggers[0][0]:
            away += _TRIGGER_GAP
        found.append(token.moved(away, stop=token.stop or inside) if away or inside else token)
    return found


def _segments(
    tokens: Sequence[Token],
    reading: Reading,
    absent: Set[int],
    groups: Sequence[tuple[int, ...]],
    telling: Set[int],
) -> Iterator[list[int]]:
    """Split a heading's words where another statement begins.

    That is at a trigger phrase, for what is possible is no part of what is present; behind what is absent, for the same
    reason; at a comma behind a whole match; and at an "and" of which one side is matched and the other names something
    else. Words behind such a comma without a match of their own only describe it and are left to refine its code.
    """
    matched = {at for group in groups for at in group}
    starts = [start for start, _ in reading.triggers]
    segment: list[int] = []
    describing = False
    for at, token in enumerate(tokens):
        triggered = (bool(starts) and token.start >= starts[0]) or (at - 1 in absent and at not in absent)
        comma = at > 0 and token.gap > 0 and not matched.isdisjoint(segment)
        joined = at > 0 and tokens[at - 1].word == AND and _names_two(segment, at, matched, telling)
        # What stands behind a "with" belongs to what stands before it: "failure with hypoxia and hypercapnia".
        joined = joined and not any(tokens[one].word == WITH for one in range(segment[0], at))
        if triggered or comma or joined:
            starts = [start for start in starts if start > token.start]
            if segment and not (describing and matched.isdisjoint(segment)):
                yield segment
            segment, describing = [], comma and not triggered and not joined
        if not token.stop:
            segment.append(at)
    if segment and not (describing and matched.isdisjoint(segment)):
        yield segment


def _names_two(before: Sequence[int], at: int, matched: Set[int], telling: Set[int]) -> bool:
    """Say whether a match and another name stand on the two sides of an "and"."""
    met, other = not matched.isdisjoint(before), not telling.isdisjoint(set(before) - matched)
    return (met and at in telling - matched) or (other and not met and at in matched)


def _lines(section: Section, sentences: Sequence[Sentence]) -> Iterator[_Line]:
    sentences = [_without_label(sentence) for sentence in sentences]
    headings = [section.kind in _PROBLEM_SECTIONS and _is_heading(sentence.text, section) for sentence in sentences]
    outer = next((_list_of(sentence) for sentence in sentences if sentence.bullet), "")
    for at, sentence in enumerate(sentences):
        end = sentence.end
        asked = sentence.layout.asked(sentence.start, sentence.end)
        if section.kind in _PROBLEM_SECTIONS and asked:
            yield from _answered(sentence, asked)
            continue
        if headings[at] and section.kind is not SectionKind.NARRATIVE:
            follower = next((later for later in range(at + 1, len(sentences)) if headings[later]), None)
            end = sentences[follower].start if follower is not None else section.end
        start = sentence.start
        label = None if headings[at] else _LABELLED.match(sentence.note, start, sentence.end)
        if label and section.kind in STATING and sentence.line_start and _is_heading(label[1], section):
            yield _Line(sentence.part(start, label.end(1)), True, (start, end), True)
            start = label.end()
        opens = section.kind in STATING and bool(sentence.bullet) and _list_of(sentence) == outer
        yield _Line(sentence.part(start, sentence.end), headings[at], (start, end), opens=opens and label is None)


def _list_of(sentence: Sentence) -> str:
    """Tell the lists of a section apart by their marks: numbers, letters, or the very sign."""
    mark = sentence.bullet.strip("#().: \t")
    return "1" if mark[:1].isdigit() else "a" if mark[:1].isalpha() else sentence.bullet[:1]


def _without_label(sentence: Sentence) -> Sentence:
    """Leave the label of an item out, such as "Problem 1:" or "Secondary:"."""
    label = next(iter(sentence.layout.items(sentence.start, sentence.end)), None)
    opens = label is not None and label.start <= sentence.start and label.end < sentence.end
    return sentence.part(label.end, sentence.end) if opens and label is not None else sentence


def _answered(sentence: Sentence, asked: Sequence[Answer]) -> Iterator[_Line]:
    """Divide a line of questions: what is asked is stated as a problem, or denied, by its answer."""
    at = sentence.start
    for one in asked:
        start, end = max(one.start, at), min(one.end, sentence.end)
        if at < start:
            yield _Line(sentence.part(at, start), False, (at, start))
        if start < end:
            yield _Line(sentence.part(start, end), True, (start, end))
        at = max(at, end)
    if at < sentence.end:
        yield _Line(sentence.part(at, sentence.end), False, (at, sentence.end))


def _is_heading(sentence: str, section: Section) -> bool:
    body = sentence.rstrip(".:;")
    if section.kind is SectionKind.NARRATIVE:
        body = _LABEL.sub("", body)
    return ":" not in body and len(body.split()) <= _LONGEST_HEADING and not _VERB.search(body)


def _absent(tokens: Sequence[Token], reading: Reading) -> set[int]:
    """Find the words that the sentence says are absent."""
    spans = [(one.start, one.end) for one in reading.scopes if one.assertion is Assertion.NEGATED]
    return {at for at, token in enumerate(tokens) if any(start <= token.start < end for start, end in spans)}


def _names(match: Match, tokens: Sequence[Token], line: _Line) -> bool:
    """Say whether a match names its entry, if only by being all that a line of diagnoses says."""
    own = {tokens[at].word for at in match.tokens}
    beside = (tokens[at].word for at in (match.tokens[0] - 1, match.tokens[-1] + 1) if 0 <= at < len(tokens))
    if names(match.entry, own.union(beside), line.sentence.lexicon.vocabulary):
        return True
    said = (token.word for token in tokens if not token.word.isdigit())
    return line.heading and line.sentence.section.kind in STATING and own.issuperset(said)
