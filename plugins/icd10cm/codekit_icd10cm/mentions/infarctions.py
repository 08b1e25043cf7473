"""Myocardial infarctions: their site, type and age decide the code."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from codekit.plugin import Assertion, Candidate, Edition, LocatedMention, Sentence
from codekit_icd10cm.mentions.cues import holds_any

OLD = "I25.2"
_SOURCE = "I.C.9.e"
_SITE = (
    r"acute|new|recent|anterior|inferior|lateral|posterior|septal|apical|anteroseptal|anterolateral|inferolateral|"
    r"inferoposterior|posterolateral|transmural|non-?transmural|subendocardial|q[- ]wave|non-?q[- ]wave|wall|"
    r"troponin[- ]positive"
)
_NAME = (
    rf"(?:\b(?:{_SITE}),?\s+){{0,5}}\b(?:(?-i:N?STEMI|A?MI)|heart attack|"
    r"(?:(?:non[- ]?)?ST[- ](?:segment )?elevation )?myocardial infarct(?:ion)?|"
    r"(?<=\bsubendocardial )infarct(?:ion)?)\b(?! ?syndrome)"
)
_TYPE = r"type (?P<{}>[1-5]|I{{1,3}}|IV|V)(?P<{}>[abc])?"
_WHERE = (
    r"(?:,? (?:of|involving|in|due to occlusion of) (?:the )?[\w ]{3,40}?\b(?:wall|artery|LAD|RCA|descending|main"
    r"|septum)\b|"
    r", (?:anterior|inferior|lateral|posterior)[\w ]{0,12}\bwall\b)"
)
_NUMBER = r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|several|few|a few|couple|a couple of)"
_AGE = (
    rf"(?:,? (?:about |approximately |some )?(?P<number>{_NUMBER}) (?P<unit>day|week|month|year)s? "
    r"(?:ago|earlier|prior|back))"
)
_INFARCTION = re.compile(
    rf"(?P<past_name>\b(?:old|healed|remote|prior|previous|past|history of(?: an?)?) )?"
    rf"(?:{_TYPE.format('type', 'letter')} )?(?P<name>{_NAME})(?:,? {_TYPE.format('behind', 'behind_letter')})?"
    rf"(?P<where>{_WHERE})?{_AGE}?(?P<past>,? (?:last year|in (?:\w+,? (?:of )?)?(?:19|20)\d\d))?",
    re.IGNORECASE,
)
# Besides "MI", which counts in capitals only.
_CUES = ("heart attack", "infarct")
_MICROVASCULAR = re.compile(r"\bmicrovascular\b|\bMINOCA\b", re.IGNORECASE)
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_NUMBERS = "one two three four five six seven eight nine ten".split()
_FOUR_WEEKS = 28
# In the order in which they are asked: the artery says more than the wall.
_SITES = (
    (r"non-?\s?ST|NSTEMI|sub-?endocardial|non-?transmural|non-?q[- ]wave", "I21.4"),
    (r"left main", "I21.01"),
    (r"left anterior descending|\bLAD\b|diagonal", "I21.02"),
    (r"right coronary|\bRCA\b", "I21.11"),
    (r"circumflex|oblique marginal", "I21.21"),
    (r"anter|septal|septum|apical", "I21.09"),
    (r"inferior|diaphragm", "I21.19"),
    (r"lateral|posterior|inferolateral", "I21.29"),
    (r"\bSTEMI\b|\bST\b|transmural|q[- ]wave", "I21.3"),
)
_BY_TYPE = {"2": "I21.A1", "3": "I21.A9", "4": "I21.A9", "5": "I21.A9"}
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}


def find(sentence: Sentence, edition: Edition) -> Iterator[LocatedMention]:
    """Find the infarctions of a sentence.

    Args:
        sentence: The sentence.
        edition: The opened edition.

    Yields:
        A mention of each with its code as the only candidate: an old one where the note gives it more than four weeks
        or calls it past; its span takes in the age. A relative's is left to the index.

    Source: ICD-10-CM Official Guidelines FY2026, section I.C.9.e (acute myocardial infarction).
    """
    if "MI" not in sentence.text and not holds_any(sentence, _CUES):
        return
    for match in _INFARCTION.finditer(sentence.note, sentence.start, sentence.end):
        mention = sentence.mention(match.start(), match.end())
        name = sentence.mention(match.start("name"), match.end("name"))
        if Assertion.FAMILY in (mention.assertion, name.assertion):
            continue
        recent = _is_recent(match)
        historical = Assertion.HISTORICAL in (mention.assertion, name.assertion)
        if recent and historical:
            mention = attrs.evolve(mention, assertion=Assertion.PRESENT)
        old = not recent and (historical or bool(match["unit"] or match["past"] or match["past_name"]))
        code = OLD if old else _code(match, sentence.text)
        row = edition.find(code)
        if row is not None:
            best = Candidate(code=row.code, score=1.0, term=row.title, source=_SOURCE)
            yield LocatedMention(mention=mention, candidates=(best,), covers=True)


def _is_recent(match: re.Match[str]) -> bool:
    if not match["unit"]:
        return False
    said = match["number"].lower()
    number = int(said) if said.isdigit() else _NUMBERS.index(said) + 1 if said in _NUMBERS else _vague(said)
    return number * _DAYS[match["unit"].lower()] <= _FOUR_WEEKS


def _vague(said: str) -> int:
    """Read "a" as one and "several" as three."""
    return 1 if said in ("a", "an") else 3


def _code(match: re.Match[str], sentence: str) -> str:
    kind = (match["type"] or match["behind"] or "1").lower()
    by_type = _BY_TYPE.get(_ROMAN.get(kind, kind))
    if by_type:
        return by_type
    if _MICROVASCULAR.search(sentence):
        return "I21.B"
    said = match["name"] + (match["where"] or "")
    return next((code for pattern, code in _SITES if re.search(pattern, said, re.IGNORECASE)), "I21.9")
