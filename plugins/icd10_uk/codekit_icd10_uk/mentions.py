"""What the NHS's standards make of a mention: conditions that always count, and how sure the author is.

Source: NHS National Clinical Coding Standards ICD-10 5th Edition (2020), general coding standards and guidance:
co-morbidities; absence of a definitive diagnosis.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from codekit.plugin import STATING, Assertion, Candidate, Edition, LocatedMention, Note, SectionKind
from codekit_icd10_uk import checks
from codekit_icd10_uk.tables import links

# Said of a diagnosis that the author goes by; "possible" and "suspected" are not among them.
_GOES_BY = re.compile(r"\b(?:probabl[ey]|presum(?:ed|ably|ptive)|likely|working diagnosis|treat(?:ed|ing)? as)\b", re.I)
_DOUBTS = re.compile(r"\b(?:possibl[ey]|suspect(?:ed)?|query|queried|unlikely|rule out|r/o|differential)\b|\?", re.I)
_NEAR = 60
_AGREES = 0.75
_INFARCTION = re.compile(r"infarct|isch|thromb|embol|occlu|stenos|lacun", re.I)
_WITH = re.compile(r"\W*(?:mellitus\W*)?(?:on [\w ]{1,20} )?(?:with|complicated by)\b[^.;:?\n]{0,60}", re.I)
_DUE_TO = re.compile(
    r"\W*(?:in|due to|secondary to|caused by|from|of|related to|associated with)\b(?: (?:the|a|an|his|her|their|known|"
    r"underlying|longstanding))*\s*",
    re.I,
)
# A diagnosis that a line names first, behind its heading, bullet or number; an adjective may stand before it.
_LISTED = re.compile(r"\s*(?:(?:\w+ ){0,2}diagnos[ei]s\s*:|[-*•]|\d+[.)])\s*(?:[\w-]+ ){0,2}", re.I)
# Core names the condition that a code for history stands for at the end of its term.
_STANDS_FOR = re.compile(r"\((?P<code>[A-Z]\d{2}(?:\.\w+)?)\)$")
# Conditions of the standards' list that may well be over.
_PASSING = ("E66", "F10-F19", "F20-F33", "I20", "J45-J46")
_CERTAIN = (Assertion.PRESENT, Assertion.HISTORICAL)
_HISTORY = (SectionKind.PAST_HISTORY, SectionKind.SURGICAL_HISTORY)


def read_mentions(note: Note, located: Sequence[LocatedMention], edition: Edition) -> Iterator[LocatedMention]:
    """Give the mentions that count for more than their place in the note or their wording says.

    Args:
        note: The note.
        located: What the index gave, in text order.
        edition: The opened edition.

    Yields:
        Mentions that take the place of one with the same span.
    """
    for one in located:
        read = _read(note, _linked(note, _lasting(_stroke(one, edition), edition), located, edition), edition)
        if read is not one:
            yield read


def _read(note: Note, one: LocatedMention, edition: Edition) -> LocatedMention:
    """Say of a mention that it counts, where it does."""
    mention = one.mention
    if mention.assertion in _CERTAIN and _is_queried(note.text, mention.start, mention.end):
        return attrs.evolve(one, mention=attrs.evolve(mention, assertion=Assertion.POSSIBLE))
    if mention.assertion is Assertion.POSSIBLE and _is_gone_by(note, one):
        return attrs.evolve(one, mention=attrs.evolve(mention, assertion=Assertion.PRESENT))
    if mention.assertion in _CERTAIN and always_coded(one, edition):
        # Wherever it is listed, it is a problem of this episode.
        said = attrs.evolve(mention, assertion=Assertion.PRESENT, heading=True)
        # The condition itself, among the candidates of a past one, is none of them any more.
        past = mention.assertion is Assertion.HISTORICAL
        root = one.candidates[0].code[:3]
        kept = tuple(each for each in one.candidates if each.code.startswith(root)) if past else one.candidates
        return attrs.evolve(one, mention=said, candidates=kept)
    if mention.assertion is Assertion.PRESENT and mention.section in _HISTORY:
        # What does not count on every episode is, in a history, past.
        return attrs.evolve(one, mention=attrs.evolve(mention, assertion=Assertion.HISTORICAL))
    if mention.assertion is Assertion.PRESENT and mention.section in STATING and _is_listed(note, one):
        return attrs.evolve(one, mention=attrs.evolve(mention, heading=True))
    return one


def _is_queried(text: str, start: int, end: int) -> bool:
    """Say whether a question mark stands straight before or behind a mention: "?TIA", "TIA?"."""
    before = text[max(start - 3, 0) : start]
    return text[end : end + 1] == "?" or re.search(r"(?:^|[\s(,:;])\? ?$", before) is not None


def always_coded(one: LocatedMention, edition: Edition) -> str:
    """Give the name under which the standards list a mention's condition; empty where they do not."""
    best = edition.find(one.candidates[0].code) if one.candidates else None
    # The asterisk code of a complication belongs to its disease.
    return checks.comorbidity(edition, best.code, *checks.daggers_of(edition, best.code)) if best else ""


def _stroke(one: LocatedMention, edition: Edition) -> LocatedMention:
    """Code a stroke that is not called an infarction as what it is called: other systems take it for one.

    Source: WHO ICD-10 Volume 1 (2016), I64 (cerebrovascular accident NOS).
    """
    best = one.candidates[0] if one.candidates else None
    row = edition.find("I64")
    if best is None or best.code not in ("I63", "I63.9") or row is None or _INFARCTION.search(one.mention.text):
        return one
    said = attrs.evolve(best, code=row.code, term=row.title, term_id="")
    return attrs.evolve(one, candidates=(said, *one.candidates))


def _lasting(one: LocatedMention, edition: Edition) -> LocatedMention:
    """Code a condition that does not pass as present: "history of COPD" is no COPD that is over."""
    best = one.candidates[0] if one.candidates else None
    stands_for = _STANDS_FOR.search(best.term) if best and one.mention.assertion is Assertion.HISTORICAL else None
    row = edition.find(stands_for["code"]) if stands_for else None
    if best is None or row is None or checks.under(edition, row.code, *_PASSING):
        return one
    if not checks.comorbidity(edition, row.code):
        return one
    said = attrs.evolve(best, code=row.code, term=row.title)
    return attrs.evolve(one, candidates=(said, *one.candidates))


def _linked(note: Note, one: LocatedMention, located: Sequence[LocatedMention], edition: Edition) -> LocatedMention:
    """Give a complication the asterisk code that it has behind a disease, where the note links the two.

    Source: WHO ICD-10 Volume 2 (2016), section 3.1.3; Volume 3 (2016), "with" at Diabetes, "in" at Anaemia.
    """
    if not one.candidates or one.mention.assertion not in _CERTAIN:
        return one
    best = one.candidates[0]
    for code, disease, asterisk, words in links():
        row = edition.find(asterisk) if best.code == code else None
        if row is None or not row.assignable:
            continue
        for other in located:
            if _is_under(edition, other, disease) and _links(note.text, other, one, words):
                said = Candidate(code=asterisk, score=best.score, term=row.title, source="the note links it")
                return attrs.evolve(one, candidates=(said, *one.candidates))
    return one


def _is_under(edition: Edition, one: LocatedMention, roots: str) -> bool:
    best = edition.find(one.candidates[0].code) if one.candidates else None
    return best is not None and one.mention.assertion in _CERTAIN and checks.under(edition, best.code, *roots.split())


def _links(text: str, disease: LocatedMention, condition: LocatedMention, words: str) -> bool:
    """Say whether a note says "disease with condition", or "condition due to disease"."""
    first, second = disease.mention, condition.mention
    if words == "with" and first.end <= second.start and _WITH.fullmatch(text, first.end, second.start):
        return True
    return second.end <= first.start and _DUE_TO.fullmatch(text, second.end, first.start) is not None


def _is_listed(note: Note, one: LocatedMention) -> bool:
    """Say whether a line of a list of diagnoses names it first, in words that the index has."""
    if not one.candidates or one.candidates[0].score < _AGREES:
        return False
    line = note.text.rfind("\n", 0, one.mention.start) + 1
    return _LISTED.fullmatch(note.text, line, one.mention.start) is not None


def _is_gone_by(note: Note, one: LocatedMention) -> bool:
    """Say whether the words around a mention, in its sentence, call it probable and do not doubt it."""
    start, end = one.mention.scope
    before = note.text[max(start, one.mention.start - _NEAR) : one.mention.start]
    behind = note.text[one.mention.end : min(end, one.mention.end + _NEAR)]
    around = re.split(r"[.\n]", before)[-1] + " " + re.split(r"[.\n]", behind)[0]
    return _GOES_BY.search(around) is not None and _DOUBTS.search(around) is None
