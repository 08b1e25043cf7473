"""Retrieval of the official guidelines: by code, by the id of a section, or by words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from codekit.editions.edition import Edition
from codekit.editions.index.bm25 import Bm25Index
from codekit.editions.schema import code_key
from codekit.errors import EditionError, UnknownCodeError, UsageError
from codekit.text.lexicon import Lexicon
from codekit.types import Code, CodeKind, CodeReference, GuidelineSection, Passage

if TYPE_CHECKING:
    from codekit.system import System

# Ids as printed begin with a Roman number: `I.C.4.a.3`.
_SECTION_ID = re.compile(r"[ivx]+(?:\.\w{1,5})+", re.IGNORECASE)
_ADD = (
    "The guidelines are a file of their own: give it together with the release, "
    "`codekit editions add RELEASE.zip GUIDELINES.pdf`, and choose that edition with --edition"
)


def find_guidelines(system: System, edition: Edition, query: str, limit: int) -> tuple[Passage, ...]:
    """Find the sections of the official guidelines that answer a query: by a plugin, or else by codekit itself.

    Args:
        system: The code system.
        edition: The opened edition.
        query: A code, the id of a section, or words.
        limit: At most so many passages.

    Returns:
        Passages, best first.

    Raises:
        EditionError: The edition has no guidelines, or none that name codes where the query is one.
        UsageError: It is a code or a section that the edition does not hold.
    """
    found = system.retrieve_guidelines(query, edition, limit)
    if found is not None:
        return found
    return retrieve_guidelines(query, edition, limit, system.note_lexicon(edition))


def retrieve_guidelines(query: str, edition: Edition, limit: int, lexicon: Lexicon) -> tuple[Passage, ...]:
    """Find the sections of the official guidelines that answer a query.

    Words are looked up by BM25 in an index that is made for the one query, which takes some 0.2 s.

    Args:
        query: A section's id, such as `I.C.4.a`, in any case: that section and those below it, in printed order. A
            row of the tabular list, such as `AB.1`, `AB.-` or `AB-AD`: the sections that apply to it, those that
            apply to the fewest codes first. Anything else: the sections with the words, by BM25.
        edition: The opened edition.
        limit: At most so many passages.
        lexicon: What notes are read with, which query and sections are read with as well.

    Returns:
        Passages, best first; ties in printed order. None where no section has the words.

    Raises:
        EditionError: The edition has no guidelines, or none that name codes where the query is one.
        UsageError: It is a code or a section that the edition does not hold.
    """
    sections = edition.guidelines()
    if not sections:
        raise EditionError(f"{edition.label} has no guidelines. {_ADD}")
    words = " ".join(query.split())
    if section_id := _section_id(words, edition):
        return tuple(_section_and_below(section_id, sections))[:limit]
    if code := _code(words, edition):
        return _by_code(code, edition, limit)
    return _by_words(words, sections, limit, lexicon)


def _section_id(query: str, edition: Edition) -> str | None:
    """Read the id of a section, also as printed in a text: `Section I.C.16. f.`."""
    ids = {section.id.casefold(): section.id for section in edition.guidelines()}
    plain = query.casefold()
    wanted = re.sub(r"\.\s+", ".", plain.removeprefix("section ")).rstrip(".")
    if plain in ids or wanted in ids:
        return ids.get(plain) or ids[wanted]
    if _SECTION_ID.fullmatch(wanted) and edition.find(query) is None:
        raise UsageError(f"unknown guideline section {query!r} in {edition.label}; {_nearest(wanted, ids)}")
    return None


def _nearest(wanted: str, ids: dict[str, str]) -> str:
    above = wanted.rpartition(".")[0]
    while above and above not in ids:
        above = above.rpartition(".")[0]
    if not above:
        return f"it has {_names([name for name in ids.values() if _parent(name) not in ids.values()])}. {_ADD}"
    below = [name for name in ids.values() if _parent(name) == ids[above]]
    return f"{ids[above]} has {_names(below)}" if below else f"{ids[above]} has no sections below it"


def _names(ids: Sequence[str]) -> str:
    return ids[0] if len(ids) == 1 else f"{', '.join(ids[:-1])} and {ids[-1]}"


def _parent(section_id: str) -> str:
    return section_id.rpartition(".")[0]


def _section_and_below(section_id: str, sections: Sequence[GuidelineSection]) -> Iterator[Passage]:
    for section in sections:
        if section.id == section_id:
            yield Passage(section=section, score=1.0, reason="the section")
        elif section.id.startswith(f"{section_id}."):
            yield Passage(section=section, score=1.0, reason=f"below {section_id}")


def _code(query: str, edition: Edition) -> Code | None:
    """Read a row of the tabular list; the dash of `AB.-` stands for further characters."""
    typed = query.rstrip("-").rstrip(".") if query.endswith("-") else query
    found = edition.find(typed)
    if found is None and " " not in typed and _is_below_a_category(typed, edition):
        raise UnknownCodeError(query, edition.label)
    return found


def _is_below_a_category(word: str, edition: Edition) -> bool:
    key = code_key(word)
    rows = (edition.find(key[:length]) for length in range(1, len(key)))
    return any(row is not None and row.kind in (CodeKind.CATEGORY, CodeKind.CODE) for row in rows)


def _by_code(code: Code, edition: Edition, limit: int) -> tuple[Passage, ...]:
    if not any(section.applies_to for section in edition.guidelines()):
        raise EditionError(f"no section of the guidelines in {edition.label} names a code. {_ADD}")
    # A heading without a text of its own has nothing to say; the sections below it are found by themselves.
    found = [_applying(section, code, edition) for section in edition.guidelines() if section.text]
    passages = [passage for passage in found if passage is not None]
    return tuple(sorted(passages, key=lambda passage: -passage.score)[:limit])


def _applying(section: GuidelineSection, code: Code, edition: Edition) -> Passage | None:
    """Say how a section concerns a code: by the smallest of its references that covers it or stands below it."""
    whole = CodeReference(first=code.code)
    sizes: dict[CodeReference, int] = {}
    for reference in section.applies_to:
        if edition.covers(reference, code.code):
            sizes[reference] = _size(reference, edition)
        elif edition.covers(whole, reference.first):
            # It comes right behind what is on the code itself, and ahead of what is on more.
            sizes[reference] = _size(whole, edition) + 1
    if not sizes:
        return None
    nearest = min(sizes, key=sizes.__getitem__)
    return Passage(section=section, score=_score(sizes[nearest]), reason=f"applies to {_range(nearest)}")


def _size(reference: CodeReference, edition: Edition) -> int:
    """Count the rows of the tabular list that a reference covers; all where an end is not in the edition."""
    ends = [
        edition.query("SELECT ordinal, last FROM code WHERE key = ?", (code_key(end),))
        for end in (reference.first, reference.last or reference.first)
    ]
    if not all(ends):
        return edition.counts()["codes"]
    return int(ends[1][0][1] - ends[0][0][0] + 1)


def _score(size: int) -> float:
    """Fall from 1 for a section on one code towards 0 for one on the whole tabular list."""
    return 1 / (1 + math.log10(size))


def _range(reference: CodeReference) -> str:
    return f"{reference.first}-{reference.last}" if reference.last else reference.first


def _by_words(query: str, sections: Sequence[GuidelineSection], limit: int, lexicon: Lexicon) -> tuple[Passage, ...]:
    wanted = lexicon.content_words(query)
    rows = [_words(section, lexicon) for section in sections]
    hits = Bm25Index.of(enumerate(rows)).scored(wanted, limit)
    best = hits[0][1] if hits else 1.0
    return tuple(
        Passage(
            section=sections[number],
            score=score / best,
            reason=f"has {', '.join(word for word in wanted if word in rows[number])}",
        )
        for number, score in hits
    )


def _words(section: GuidelineSection, lexicon: Lexicon) -> list[str]:
    """Give a section's canonical words as often as they occur, those of its title twice."""
    tokens = lexicon.tokenize(f"{section.title}. {section.title}. {section.text}")
    return [token.word for token in tokens if not token.stop]
