"""Terms that the guidelines name as having no code of their own, so that the clinician must be asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.text.reader import Sentence
from codekit.types import LocatedMention

ASKED = re.compile(r"\burosepsis\b", re.IGNORECASE)


def find(sentence: Sentence) -> Iterator[LocatedMention]:
    """Find them in a sentence; they have no candidates, and a convention asks about them.

    Source: ICD-10-CM Official Guidelines FY2026, section I.C.1.d.1.a.ii (urosepsis).
    """
    for match in ASKED.finditer(sentence.note, sentence.start, sentence.end):
        yield LocatedMention(mention=sentence.mention(match.start(), match.end()))
