"""What an addendum takes back: a record says last what holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from codekit.plugin import Assertion, LocatedMention, Mention, PhraseBook, ReadNote

_STATED = (Assertion.PRESENT, Assertion.POSSIBLE)


def take_back(note: ReadNote, located: Sequence[LocatedMention], phrases: PhraseBook) -> Iterator[LocatedMention]:
    """Read a condition as absent that an addendum says is absent, and that nothing states behind it.

    Args:
        note: The note.
        located: Its mentions.
        phrases: The tables of phrases.

    Yields:
        All mentions.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.B.14 and IV.H: what is reported is what the provider
        finally documents.
    """
    opening = (one.start for one in phrases["records.later"].find(note.text) if _opens(note.text, one.start))
    later = min(opening, default=len(note.text))
    behind = [one.mention for one in located if later <= one.mention.start and one.candidates]
    stated = [_words(one) for one in behind if one.assertion in _STATED]
    denied = [_words(one) for one in behind if one.assertion is Assertion.NEGATED]
    denied = [words for words in denied if words and not any(words <= other for other in stated)]
    for one in located:
        before = one.mention.start < later and one.mention.assertion in _STATED
        taken = before and any(words <= _words(one.mention) for words in denied)
        yield attrs.evolve(one, mention=attrs.evolve(one.mention, assertion=Assertion.NEGATED)) if taken else one


def _opens(text: str, at: int) -> bool:
    """Say whether a place is the first of its line, but for signs."""
    return not any(letter.isalnum() for letter in text[text.rfind("\n", 0, at) + 1 : at])


def _words(mention: Mention) -> frozenset[str]:
    return frozenset(mention.normalized)
