"""What the NHS's standards make of a mention: conditions that always count, and how sure the author is.

Source: NHS National Clinical Coding Standards ICD-10 5th Edition (2020), general coding standards and guidance:
co-morbidities; absence of a definitive diagnosis.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from codekit.editions.edition import Edition
from codekit.types import Assertion, LocatedMention, Note
from codekit_icd10_uk import checks
from codekit_icd10_uk.tables import comorbidities

# Said of a diagnosis that the author goes by; "possible" and "suspected" are not among them.
_GOES_BY = re.compile(r"\b(?:probabl[ey]|presum(?:ed|ably|ptive)|likely|working diagnosis|treat(?:ed|ing)? as)\b", re.I)
_DOUBTS = re.compile(r"\b(?:possibl[ey]|suspect(?:ed)?|query|queried|unlikely|rule out|r/o|differential)\b|\?", re.I)
_NEAR = 60


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
        mention = one.mention
        if mention.assertion is Assertion.POSSIBLE and _is_gone_by(note, one):
            yield attrs.evolve(one, mention=attrs.evolve(mention, assertion=Assertion.PRESENT))
        elif mention.assertion in (Assertion.PRESENT, Assertion.HISTORICAL) and always_coded(one, edition):
            # Wherever it is listed, it is a problem of this episode.
            yield attrs.evolve(one, mention=attrs.evolve(mention, assertion=Assertion.PRESENT, heading=True))


def always_coded(one: LocatedMention, edition: Edition) -> str:
    """Give the name under which the standards list a mention's condition; empty where they do not."""
    best = edition.find(one.candidates[0].code) if one.candidates else None
    if best is None:
        return ""
    # The asterisk code of a complication belongs to its disease.
    codes = (best.code, *checks.daggers_of(edition, best.code))
    named = (name for name, roots in comorbidities() for code in codes if checks.under(edition, code, *roots))
    return next(named, "")


def _is_gone_by(note: Note, one: LocatedMention) -> bool:
    """Say whether the words around a mention, in its sentence, call it probable and do not doubt it."""
    start, end = one.mention.scope
    before = note.text[max(start, one.mention.start - _NEAR) : one.mention.start]
    behind = note.text[one.mention.end : min(end, one.mention.end + _NEAR)]
    around = re.split(r"[.\n]", before)[-1] + " " + re.split(r"[.\n]", behind)[0]
    return _GOES_BY.search(around) is not None and _DOUBTS.search(around) is None
