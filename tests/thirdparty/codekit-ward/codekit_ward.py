"""The turns of phrase of an invented hospital, read beside the index of ICD-10-CM."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from codekit.plugin import Candidate, Edition, LocatedMention, Note, PhraseBook, hookimpl

CODEKIT_API = 1
PHRASES = PhraseBook(Path(__file__).with_name("phrases"))


@hookimpl
def codekit_extend_system(system_id: str) -> object | None:
    """Extend ICD-10-CM, and leave every other system as it is."""
    return Ward(PHRASES) if system_id == "icd10cm" else None


class Ward:
    """The hooks that this hospital adds to those of the system."""

    def __init__(self, phrases: PhraseBook) -> None:
        self.phrases = phrases

    @hookimpl
    def codekit_locate_mentions(self, note: Note, edition: Edition) -> Iterator[LocatedMention]:
        """Find the hospital's phrases, in place of what the index has for the same words."""
        for sentence in note.sentences:
            for match in self.phrases["ward.phrase"].find(sentence.note, sentence.start, sentence.end):
                row = edition.get(match.row.code)
                best = Candidate(code=row.code, score=1.0, term=row.title, source=match.row.source)
                mention = sentence.mention(match.start, match.end)
                yield LocatedMention(mention=mention, candidates=(best,), covers=True)
