"""Make the entries of an index from descriptors, for neither CPT nor HCPCS publishes one that may be used.

Source: CMS, HCPCS descriptors, whose parts are divided by commas, the noun first; AMA, CPT introduction, "Format of the
terminology" (the part before a semicolon is common to the codes that follow).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

import attrs

from codekit.plugin import IndexTable, IndexTerm
from codekit_cpt.records import Record
from codekit_cpt.sections import is_supply
from codekit_cpt.text import fold

# What follows a comma and only says how a thing is packed, counted or made.
_DETAIL = re.compile(
    r"(?:per|each|any|up to|not otherwise|includ\w+|with or without|prefabricated|custom|for \w+ administered|"
    r"administered|includes|replacement only|\d|1st|first \d).*",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])")
_DRUG = re.compile(r"injection,\s*(?P<drug>[^,;]+)", re.IGNORECASE)
# A drug for one way of giving it is not what its name alone means.
_FORM = re.compile(r"\b(?:for|implant|depot|extended|liposom\w*|topical)\b", re.IGNORECASE)
_FULL_WORDS = {
    "inj": "injection",
    "inject": "injection",
    "w/o": "without",
    "w/": "with",
    "surg": "surgical",
    "eval": "evaluation",
    "exc": "excision",
    "bx": "biopsy",
    "dx": "diagnostic",
}
_WORD = re.compile(r"[\w/]+")
_MOST_WORDS = 14
_LEAST_LETTERS = 3


@attrs.frozen
class _Claim:
    """A phrase that leads to a code; a weak one counts only where no other code has it."""

    code: str
    phrase: str
    weak: bool

    @property
    def key(self) -> str:
        return self.phrase.lower()


def derive_terms(records: Iterable[Record]) -> tuple[IndexTerm, ...]:
    """Make the entries.

    A code is found by each of its descriptors; without the parts behind commas that only say how a thing is packed or
    counted, for equipment and supplies also how it is made; and a drug by its name alone. Such shorter phrases are left
    out where several codes have them, and where one word that is no drug is left.

    Args:
        records: Codes in tabular order, without modifiers.

    Returns:
        Entries in the order of their codes, each phrase of a code once.
    """
    claims = [claim for record in records for claim in _claims(record)]
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for claim in claims:
        holders[claim.key].add(claim.code)
    kept = (claim for claim in claims if not claim.weak or len(holders[claim.key]) == 1)
    return tuple(
        IndexTerm(id=f"derived/{number}", path=(claim.phrase,), codes=(claim.code,), table=IndexTable.DERIVED)
        for number, claim in enumerate(kept, start=1)
    )


def _claims(record: Record) -> Iterable[_Claim]:
    found: dict[str, _Claim] = {}
    for text in (record.title, *record.phrases):
        for phrase, weak in _variants(text, supply=is_supply(record.code)):
            claim = _Claim(record.code, phrase.strip(" ,;."), weak)
            if weak and " " not in claim.phrase and not _DRUG.match(text):
                continue
            if _is_phrase(claim.phrase) and (claim.key not in found or (found[claim.key].weak and not weak)):
                found[claim.key] = claim
    return found.values()


def _variants(text: str, *, supply: bool) -> Iterator[tuple[str, bool]]:
    """Yield the phrases of a descriptor, and whether each left out words that may tell codes apart."""
    whole = fold(_ASIDE.sub(" ", _WORD.sub(_in_full, text)))
    yield whole, False
    parts = re.split(r",\s+", whole)
    while len(parts) > 1 and (supply or _DETAIL.fullmatch(parts[-1])):
        parts.pop()
        yield ", ".join(parts), True
    drug = _DRUG.match(whole)
    if drug:
        name = fold(drug["drug"])
        yield name + whole[drug.end() :], True
        if not _FORM.search(name):
            yield name, True
            yield name.split(" ")[0], True


def _in_full(match: re.Match[str]) -> str:
    return _FULL_WORDS.get(match[0].lower(), match[0])


def _is_phrase(phrase: str) -> bool:
    words = phrase.split()
    return len(words) <= _MOST_WORDS and any(sum(map(str.isalpha, word)) >= _LEAST_LETTERS for word in words)
