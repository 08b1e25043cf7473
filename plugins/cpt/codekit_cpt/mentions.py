"""What the note says beside a service: doses, counts, sides; codes that it names; and the level of an office visit."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

import attrs

from codekit.plugin import STATING, Assertion, Candidate, Code, Edition, LocatedMention, Mention, Note, SectionKind
from codekit_cpt.cues import UNRELATED_VISIT, cue_spans
from codekit_cpt.sections import is_measure
from codekit_cpt.visit_levels import choose, missing, read_visit, visit_codes

LEVEL_OPEN = "level of service"
"""First of the normalized words of a visit whose level the note does not document; what is missing follows."""

_SENTENCE_END = re.compile(r"[.;](?=\s)|\n")
_RESIDUAL = re.compile(r"not otherwise (?:specified|classified)|\bunlisted\b|\bnoc\b", re.IGNORECASE)
_REACH = 60
# A heading is looked up whole, and what hardly agrees with it is the diagnosis that it names.
_SURE = 0.7
_NAMED = re.compile(r"\b(?:CPT|HCPCS)(?:®| codes?)?[ :#]*(?P<code>[A-Z]\d{4}|\d{4}[0-9AFMTU])\b")
_SECTION = "procedure"
# Where a note tells what was done; elsewhere it lists what was done before, taken at home, or not tolerated.
_DONE_IN = STATING | {_SECTION, SectionKind.NARRATIVE, "plan", "results"}


def locate_mentions(note: Note, located: Sequence[LocatedMention], edition: Edition) -> Iterator[LocatedMention]:
    """Extend the mentions of services by what is said of them, and add what no index entry finds.

    A service is stated wherever a note tells what was done, so that its mention there is a statement of its own.

    Args:
        note: The note.
        located: The mentions that core found, in text order.
        edition: The opened edition.

    Yields:
        Mentions with the words of dose, count, side and administration that stand near in the sentence; codes that the
        note names; and the office visit, without candidates where its level is not documented.
    """
    yield from _extended(note.text, (*located, *_named(note.text, edition)), edition)
    yield from _visit(note.text, edition)


def _named(text: str, edition: Edition) -> Iterator[LocatedMention]:
    """Yield the codes that the note names as such."""
    for found in _NAMED.finditer(text):
        row = edition.find(found["code"])
        if row is not None and row.assignable:
            candidate = Candidate(code=row.code, score=1.0, term=f"the note names {row.code}", source="note")
            yield LocatedMention(mention=_mention(text, *found.span()), candidates=(candidate,))


def _extended(text: str, located: Sequence[LocatedMention], edition: Edition) -> Iterator[LocatedMention]:
    spans = sorted((one.mention.start, one.mention.end) for one in located if one.candidates)
    for found in located:
        one = attrs.evolve(found, candidates=_of_services(found.candidates, edition))
        if not one.candidates:
            yield one
            continue
        row = edition.get(one.candidates[0].code)
        start, end = one.mention.start, one.mention.end
        before, behind = bisect_left(spans, (start, 0)) - 1, bisect_left(spans, (end, 0))
        low = max(start - _REACH, spans[before][1] if before >= 0 else 0)
        high = min(end + _REACH, spans[behind][0] if behind < len(spans) else len(text))
        low, high = _sentence(text, start, end, min(low, start), high)
        cues = [(low + left, low + right) for left, right in cue_spans(row, text[low:high])]
        wider = min((left for left, _ in cues), default=start), max((right for _, right in cues), default=end)
        first, last = min(start, wider[0]), max(end, wider[1])
        done = one.mention.section in _DONE_IN and one.candidates[0].score >= _SURE
        mention = attrs.evolve(one.mention, start=first, end=last, text=text[first:last], heading=done)
        yield attrs.evolve(one, mention=mention, covers=True)


def _of_services(candidates: Sequence[Candidate], edition: Edition) -> tuple[Candidate, ...]:
    """Leave out what the words of a note do not call for: measures of quality, and codes for whatever has no code."""

    def is_service(row: Code) -> bool:
        return not is_measure(row.code, row.attributes.get("pricing", "")) and not _RESIDUAL.search(row.title)

    rows = ((one, edition.find(one.code)) for one in candidates)
    return tuple(one for one, row in rows if row is not None and is_service(row))


def _sentence(text: str, start: int, end: int, low: int, high: int) -> tuple[int, int]:
    """Narrow a stretch around a span to the sentence that the span stands in, at whole words."""
    before = [found.end() for found in _SENTENCE_END.finditer(text, low, start)]
    behind = _SENTENCE_END.search(text, end, high)
    low = before[-1] if before else low
    high = behind.start() if behind else high
    while low > 0 and low < start and text[low - 1].isalnum() and text[low].isalnum():
        low += 1
    while end < high < len(text) and text[high - 1].isalnum() and text[high].isalnum():
        high -= 1
    return low, high


def _visit(text: str, edition: Edition) -> Iterator[LocatedMention]:
    codes = visit_codes(edition)
    documented = read_visit(text) if codes else None
    if documented is None:
        return
    chosen = choose(documented, codes)
    mention = _mention(text, *documented.span)
    if chosen is None:
        yield LocatedMention(mention=attrs.evolve(mention, normalized=(LEVEL_OPEN, *missing(documented))))
        return
    code, why = chosen
    candidate = Candidate(code=code.code, score=1.0, term=why, source="CPT E/M guidelines")
    yield LocatedMention(mention=mention, candidates=(candidate,), covers=True)
    for found in UNRELATED_VISIT.finditer(text):
        yield LocatedMention(mention=_mention(text, *found.span()), candidates=(candidate,))


def _mention(text: str, start: int, end: int) -> Mention:
    return Mention(
        start=start,
        end=end,
        text=text[start:end],
        assertion=Assertion.PRESENT,
        section=_SECTION,
        normalized=("visit",),
        heading=True,
        scope=(start, end),
    )
