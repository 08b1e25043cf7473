"""The turns of phrase of an invented hospital, read beside the index of ICD-10-CM."""

from pathlib import Path

from codekit.plugin import Candidate, LocatedMention, PhraseBook, hookimpl

CODEKIT_API = 1
PHRASES = PhraseBook(Path(__file__).with_name("phrases"))


class Ward:
    def __init__(self, phrases=PHRASES):
        self.phrases = phrases

    @hookimpl
    def codekit_locate_mentions(self, note, edition):
        for sentence in note.sentences:
            for match in self.phrases["ward.phrase"].find(sentence.note, sentence.start, sentence.end):
                row = edition.get(match.row.code)
                best = Candidate(code=row.code, score=1.0, term=row.title, source=match.row.source)
                mention = sentence.mention(match.start, match.end)
                yield LocatedMention(mention=mention, candidates=(best,), covers=True)


@hookimpl
def codekit_extend_system(system_id):
    return Ward() if system_id == "icd10cm" else None
