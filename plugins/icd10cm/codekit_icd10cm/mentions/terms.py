"""Terms that the guidelines speak of themselves: those without a code, to be asked about, and those of few words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.editions.edition import Edition
from codekit.text.reader import Sentence
from codekit.types import Candidate, LocatedMention

ASKED = re.compile(r"\burosepsis\b", re.IGNORECASE)
_SEPTIC_SHOCK = re.compile(r"\bseptic shock\b", re.IGNORECASE)
_WITH_SHOCK = "R65.21"


def find(sentence: Sentence, edition: Edition) -> Iterator[LocatedMention]:
    """Find them in a sentence.

    Args:
        sentence: The sentence.
        edition: The opened edition.

    Yields:
        Urosepsis without candidates, for a convention to ask about; septic shock as severe sepsis with it.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.1.d.1.a.ii (urosepsis) and I.C.1.d.2 (septic shock).
    """
    for match in ASKED.finditer(sentence.note, sentence.start, sentence.end):
        yield LocatedMention(mention=sentence.mention(match.start(), match.end()))
    row = edition.find(_WITH_SHOCK)
    for match in _SEPTIC_SHOCK.finditer(sentence.note, sentence.start, sentence.end) if row else ():
        best = Candidate(code=_WITH_SHOCK, score=1.0, term="septic shock", source="I.C.1.d.2")
        yield LocatedMention(mention=sentence.mention(match.start(), match.end()), candidates=(best,))
