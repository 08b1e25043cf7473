"""What the note says that no index entry matches by its words: numbers, drugs, terms to ask about, links."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from weakref import WeakKeyDictionary

import attrs

from codekit.plugin import Edition, HistoryCodes, LocatedMention, PhraseBook, ReadNote, Sentence
from codekit_icd10cm.mentions import (
    births,
    choices,
    encounters,
    eyes,
    infarctions,
    injuries,
    lasting,
    limbs,
    lungs,
    named,
    numbers,
    overruled,
    poisonings,
    purpose,
    statuses,
    substances,
    surface,
    terms,
    tobacco,
    ulcers,
    visits,
    written,
)
from codekit_icd10cm.mentions.drugs import Drugs
from codekit_icd10cm.mentions.external_causes import ExternalCauses
from codekit_icd10cm.mentions.links import Manifestations
from codekit_icd10cm.mentions.neoplasms import Metastases
from codekit_icd10cm.mentions.organisms import Organisms
from codekit_icd10cm.mentions.sequelae import Sequelae

PHRASES = PhraseBook(Path(__file__).parents[1] / "phrases")


class _Readers:
    """What is read off one edition."""

    def __init__(self, edition: Edition, phrases: PhraseBook) -> None:
        self.phrases = phrases
        self.histories = HistoryCodes(edition)
        self.drugs = Drugs(edition)
        self.external_causes = ExternalCauses(edition, phrases)
        self.manifestations = Manifestations(edition)
        self.metastases = Metastases(edition, self.histories)
        self.organisms = Organisms(edition)
        self.sequelae = Sequelae(edition)


@attrs.frozen(eq=False)
class MentionFinder:
    """Finds mentions besides those of the index, and links some of those.

    What it reads off an edition is kept as long as the edition is open.

    Args:
        phrases: The tables of phrases.
    """

    _phrases: PhraseBook = PHRASES
    _readers: WeakKeyDictionary[Edition, _Readers] = attrs.field(factory=WeakKeyDictionary)

    def locate(self, note: ReadNote, located: Sequence[LocatedMention], edition: Edition) -> Iterator[LocatedMention]:
        """Read a note.

        Args:
            note: The note.
            located: What the index gave, in text order.
            edition: The opened edition.

        Yields:
            New mentions, and mentions that take the place of one with the same span.
        """
        if edition not in self._readers:
            self._readers[edition] = _Readers(edition, self._phrases)
        readers = self._readers[edition]
        phrases = readers.phrases.within(note.text)
        found = tuple(_locate(readers, phrases, note, located, edition))
        yield from overruled.take_back(note, found, phrases)


def _locate(
    readers: _Readers, phrases: PhraseBook, note: ReadNote, located: Sequence[LocatedMention], edition: Edition
) -> Iterator[LocatedMention]:
    chosen = choices.choose(note, tuple(lasting.keep(note, located)), edition)
    located = sorted(chosen, key=lambda one: one.mention.start)
    starts = [one.mention.start for one in located]
    yield from located
    sentences, record = note.sentences, births.record_of(note)
    told: list[LocatedMention] = []
    for sentence in sentences:
        # A number or a drug in a line of the problem list is part of the problem.
        inside = located[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]
        stated = any(one.mention.heading for one in inside)
        for found in _in_sentence(readers, phrases, note, record, sentence, inside, edition):
            heading = stated or found.mention.heading
            told.append(attrs.evolve(found, mention=attrs.evolve(found.mention, heading=heading)))
    yield from told
    yield from statuses.find_together(note, phrases, edition)
    injuries = sorted((*located, *told), key=lambda one: one.mention.start)
    yield from readers.external_causes.find(sentences, injuries)
    yield from readers.metastases.link(note, sentences, located)
    yield from readers.manifestations.link(located, note.text, phrases)
    yield from readers.organisms.link(located)
    yield from readers.sequelae.link(located)


def _in_sentence(
    readers: _Readers,
    phrases: PhraseBook,
    note: ReadNote,
    record: births.Record,
    sentence: Sentence,
    inside: Sequence[LocatedMention],
    edition: Edition,
) -> Iterator[LocatedMention]:
    yield from readers.drugs.find(sentence, phrases)
    yield from readers.organisms.carried(sentence)
    yield from readers.organisms.named(sentence, inside)
    yield from numbers.find(sentence, phrases, edition)
    yield from terms.find(sentence, edition)
    yield from purpose.find(sentence, inside, phrases)
    yield from infarctions.find(sentence, edition)
    yield from substances.find(sentence, edition)
    yield from lungs.find(sentence, phrases, edition)
    sited = tuple(surface.find(sentence, phrases, edition, readers.histories))
    yield from sited
    yield from poisonings.find(sentence, phrases, edition)
    yield from named.find(record, sentence, inside, phrases, edition)
    yield from limbs.find(sentence, edition)
    yield from eyes.find(sentence, inside, edition)
    yield from encounters.find(sentence, edition)
    yield from tobacco.find(sentence, phrases, edition)
    yield from statuses.find(sentence, phrases, edition, record)
    yield from births.find(record, sentence, edition)
    yield from ulcers.find(sentence, inside, edition)
    yield from injuries.find(note, sentence, inside, edition)
    yield from visits.find(note, sentence, (*inside, *sited), edition, readers.histories, phrases)
    yield from written.find(sentence, inside, edition)
