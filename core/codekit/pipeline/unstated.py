"""What an index entry says that the note does not: a condition or a qualifier that must not be assumed."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from enum import IntEnum

from codekit.editions.index.entries import ILLNESS
from codekit.text.lexicon import Lexicon
from codekit.types import Candidate, IndexTable

# Where the name of a condition ends and its place, cause or kind begins: "Old laceration | of cervix".
_END = re.compile(r"[,(\[:;]| (?:of|in|due|with|for|from|without|by|to|at|on|as|following|after|during|complicating)\b")
# Latin qualifiers that stand behind the name: "serous otitis media".
_BEHIND = frozenset(("media", "externa", "interna", "mellitus", "insipidus", "vulgaris"))
# Qualifiers that turn a condition into another one. They weigh little in a look-up, for a title often repeats them.
_QUALIFIERS = frozenset(("traumatic",))
# Those of which no reader would think: what is inborn, malignant, come again or left behind is called so.
_NEVER_ASSUMED = frozenset(("congenital", "malignant", "pathological", "recurrent", "sequela"))
_WITHOUT = "without"
_WITH = re.compile(r"\bwith\b")
# In front of the name of what a patient comes for, or had.
_COMES_FOR = re.compile(r"^(?:Encounter for (?:other )?|(?:Personal|Family) history of (?:\(\w+\) )?)", re.I)
_PAST = re.compile(r"(?:Personal|Family) history of ", re.I)
# An entry with complications is not that of the plain name, whatever of theirs is said.
_COMPLICATION = "complication"
# In a title "and" means "and/or".
_JOINED = re.compile(r" (?:and|or) ")
# Names that a note has no need to say: "toxic effect of chlorine", "elevated blood pressure reading".
_LOOSE = frozenset(("effect", "reading", "level", "finding", "use", "issue"))
# What a finding was: a measure without it, or with another, is no finding.
_VALUES = frozenset(
    ("elevated", "increased", "decreased", "low", "high", "reduced", "limited", "excessive", "positive")
)
# An abbreviation in the name of an entry is a name of its own: "NIHSS score 4" is no other score of 4.
_SHORT = re.compile(r"\b[A-Z]{3,}\b")
# What chapter XVII adds to the entries that are derived from its rows, which say nothing of it themselves.
_OF_CHAPTER = ", congenital"
# An entry that agrees this well may have another word for the same thing, such as "sprain" for "strain".
_WELL_MET = 0.7
# With less than this more is missing than is said.
_HALF_MET = 0.52
# Letters by which the forms of a word are told, such as "hypertension, hypertensive".
_STEM = 4


class Doubt(IntEnum):
    """How far an entry goes beyond what the note says."""

    NONE = 0
    MORE = 1
    """It says more, such as a kind or a place."""
    ASSUMED = 2
    """It has a qualifier that makes another condition, or another name for it."""
    UNNAMED = 3
    """The note does not name its condition."""


def doubt(candidate: Candidate, words: Collection[str], lexicon: Lexicon) -> tuple[Doubt, str]:
    """Compare an entry of the index with the words that led to it.

    Args:
        candidate: The entry; one that comes from elsewhere is in no doubt.
        words: Canonical words of the mention, and what they imply.
        lexicon: That of the edition.

    Returns:
        The doubt, and the word that the note does not say; an empty text where there is none.
    """
    if not candidate.term_id:
        return Doubt.NONE, ""
    own = lexicon.term_words(candidate.term)
    unsaid = [word for word in own if word not in words]
    if head := _head_unsaid(candidate.term, own, words, lexicon):
        # Whoever names a part of the body names no disease of it, however well the entry is met, and who had one thing
        # had no other.
        placed = lexicon.vocabulary.sites.issuperset(set(words) - lexicon.vocabulary.weak)
        well = candidate.score >= _WELL_MET and not placed and _PAST.match(candidate.term) is None
        return (Doubt.ASSUMED if well else Doubt.UNNAMED), head
    printed = candidate.term
    if candidate.source == IndexTable.DERIVED:
        printed = printed.removesuffix(_OF_CHAPTER)
    more = [word for word in lexicon.term_words(printed) if word in unsaid]
    if needed := _needed(printed, own, more, words):
        return Doubt.UNNAMED, needed
    weak, forms = lexicon.vocabulary.weak, {word[:_STEM] for word in own if word in words}
    assumed = next((word for word in more if word in _QUALIFIERS), "") or _absent(candidate.term, words, lexicon)
    beyond = next((word for word in more if word not in weak and word[:_STEM] not in forms), "")
    telling = [word for word in words if word not in weak]
    if beyond and len(telling) == 1 and candidate.score < _HALF_MET:
        # One word is too little to take a kind or a place for granted: "narrowing" is not one of an artery.
        return Doubt.UNNAMED, beyond
    return (Doubt.ASSUMED, assumed) if assumed else (Doubt.MORE if beyond else Doubt.NONE, beyond)


def _head_unsaid(term: str, own: Sequence[str], words: Collection[str], lexicon: Lexicon) -> str:
    """Give the word that names the condition of an entry, where none that does so is said."""
    vocabulary = lexicon.vocabulary
    unsaid = {word for word in own if word not in words}
    if all(word in vocabulary.weak and word not in ILLNESS for word in unsaid):
        return ""
    heads = _heads(term, lexicon)
    if heads.isdisjoint(ILLNESS):
        unnamed = bool(heads) and heads <= unsaid - vocabulary.weak - _LOOSE
    else:
        said = {word for word in own if word in words and word not in vocabulary.weak}
        unnamed = ILLNESS.isdisjoint(words) and said <= vocabulary.sites
    return min(heads) if unnamed else ""


def _needed(printed: str, own: Sequence[str], unsaid: Sequence[str], words: Collection[str]) -> str:
    """Give an unsaid word without which an entry is another: a value, an abbreviation, what no reader would assume."""
    values = _VALUES.intersection(own)
    if values and values.isdisjoint(words):
        return min(values)
    short: set[str] = {word.lower() for word in _SHORT.findall(_END.split(printed, maxsplit=1)[0])}
    if missing := short.intersection(own).difference(words):
        return min(missing)
    if _COMPLICATION in unsaid and _WITH.search(printed):
        return _COMPLICATION
    return next((word for word in unsaid if word in _NEVER_ASSUMED), "")


def _absent(term: str, words: Collection[str], lexicon: Lexicon) -> str:
    """Give the "without" of an entry that is without what the note says."""
    behind = lexicon.term_words(term.partition(_WITHOUT)[2])
    return _WITHOUT if behind and _WITHOUT not in words and set(behind) <= set(words) else ""


def _heads(term: str, lexicon: Lexicon) -> set[str]:
    """Give the words that name the condition of an entry: the last before its place, cause or kind, of each joined."""
    name = _END.split(_COMES_FOR.sub("", term), maxsplit=1)[0]
    passed = _BEHIND | lexicon.vocabulary.sites
    last = (
        next((word for word in reversed(lexicon.term_words(part)) if word not in passed), "")
        for part in _JOINED.split(name)
    )
    return {word for word in last if word}
