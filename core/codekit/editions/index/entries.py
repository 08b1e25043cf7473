"""The entries that a search runs over: index terms with their words, codes and resolved cross-references."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import attrs

from codekit.editions.index.crossrefs import CrossReferences
from codekit.text.lexicon import Lexicon
from codekit.types import Classification, IndexTable, IndexTerm

_JOINED = re.compile(r"\b(?:and|or|with)\b")
# A mention never starts in these: drugs are not conditions, and causes only matter behind an injury.
_NOT_FOR_MENTIONS = frozenset((IndexTable.DRUGS, IndexTable.EXTERNAL_CAUSES))
ILLNESS = frozenset(("disease", "disorder", "syndrome", "condition"))
"""Words for illness, which make the name of one out of a part of the body or an everyday word."""
# Entries for "specified type NEC" and the like are reached through the hierarchy, never by their own words.
_RESIDUAL = frozenset(("specified", "other", "nec", "unspecified"))


@attrs.frozen(kw_only=True)
class Entry:
    """What a phrase of the note is compared with.

    Args:
        id: 0-based, in the order of the index.
        text: The index path in words, for people.
        required: Words that name the term, in path order; never empty.
        qualifying: Words that narrow it; a phrase without them still meets the entry, a little less well.
        optional: Words of nonessential modifiers, which never count against a phrase.
        codes: Codes that the entry leads to, cross-references followed.
        also: Codes of its `see also`.
        manifestation: Second codes of an etiology/manifestation pair.
        source: Which index it comes from.
        term_id: Id of the index term.
    """

    id: int
    text: str
    required: tuple[str, ...]
    qualifying: tuple[str, ...]
    optional: tuple[str, ...]
    codes: tuple[str, ...]
    also: tuple[str, ...]
    manifestation: tuple[str, ...]
    source: str
    term_id: str

    @property
    def for_mentions(self) -> bool:
        """Say whether a condition of a note may lead here."""
        return self.source not in _NOT_FOR_MENTIONS

    @property
    def joins(self) -> bool:
        """Say whether the entry itself joins two things, so that a phrase may have `and` between its words."""
        return _JOINED.search(self.text) is not None


def build_entries(classification: Classification, lexicon: Lexicon) -> Iterator[Entry]:
    """Turn the index of a release into entries.

    Args:
        classification: The parsed release.
        lexicon: What titles are read with.

    Yields:
        Entries in index order; terms that lead to no code, not even by a cross-reference, are left out.
    """
    number = 0
    references = CrossReferences(classification.terms, lexicon)
    for term in classification.terms:
        codes, also = references.codes_of(term)
        if not codes:
            continue
        required, qualifying = _words_of(term, lexicon)
        if not required:
            continue
        optional = lexicon.term_words(" ".join(term.nonessential_modifiers))
        yield Entry(
            id=number,
            text=describe(term),
            required=required,
            qualifying=qualifying,
            optional=tuple(word for word in optional if word not in required),
            codes=codes,
            also=also,
            manifestation=term.manifestation,
            source=term.table.value,
            term_id=term.id,
        )
        number += 1


def anchor_of(entry: Entry, frequency: Mapping[str, int]) -> str:
    """Choose the word under which an entry is kept.

    Args:
        entry: The entry.
        frequency: In how many entries each word is required.

    Returns:
        Its rarest required word, the first in the alphabet of equally rare ones; an empty text where no mention
        may start from the entry.
    """
    if not entry.for_mentions or _is_residual(entry):
        return ""
    return min(entry.required, key=lambda word: (frequency[word], word))


def describe(term: IndexTerm) -> str:
    """Write an index path the way a coder reads it, such as `Pain, joint, knee`."""
    words = ", ".join(term.path)
    return f"{words} [{term.column}]" if term.column else words


def _is_residual(entry: Entry) -> bool:
    last = entry.text.rpartition(", ")[2].lower()
    return last.partition(" ")[0] in _RESIDUAL


def _words_of(term: IndexTerm, lexicon: Lexicon) -> tuple[tuple[str, ...], tuple[str, ...]]:
    pieces = [_main_term(term.path[0]), *term.path[1:]]
    if term.column:
        pieces.append(term.column)
    vocabulary = lexicon.vocabulary
    words = dict.fromkeys(word for piece in pieces for word in lexicon.term_words(piece))
    required = [word for word in words if word not in vocabulary.weak]
    if vocabulary.sites.issuperset(required):
        # "Lung disease" is more than "lung": where a site is all there is, the word for illness is needed.
        required = [word for word in words if word not in vocabulary.weak or word in ILLNESS]
        if ILLNESS.isdisjoint(required):
            return (), ()
    if ILLNESS.issuperset(required):
        return (), ()
    return tuple(required), tuple(word for word in words if word not in required)


def _main_term(title: str) -> str:
    """Keep the first of the word forms that a main term lists, as in `Hypertension, hypertensive`."""
    first, *others = title.split(", ")
    forms = [other for other in others if other[:4].lower() == first[:4].lower()]
    return first if others and len(forms) == len(others) else title
