"""Make index entries from the titles and inclusion terms of a tabular list.

Source: ICD-10-CM Official Guidelines FY2026, sections I.A.14 ("and") and I.A.6 (NEC and NOS), I.A.7 (brackets enclose
synonyms, parentheses nonessential modifiers), I.A.9 (other and unspecified) and I.A.11 (inclusion terms).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import attrs

from codekit.types import Code, CodeKind, IndexTable, IndexTerm, NoteKind
from codekit_icd10cm.index import split_parentheses, term_id
from codekit_icd10cm.xml import fold

# The term ends at NOS; what follows says where it was found. "X NOS, Y" goes on.
_NOS = re.compile(r",?\s+NOS(?:(?=,)|$| (?:found|noted|discovered) .*)")
_LEADING = re.compile(r"^unspecified ", re.I)
# What a title adds after a comma where the note says nothing more: `, unspecified organism`.
_KINDS = r"(?:site|organism|type|severity|degree|cause|part|stage|agent|episode|level|intractability)"
# A place that is left open (`, unspecified hand`) stays, for "bursitis" alone is not known to be one of the hand.
_DEFAULT_PART = re.compile(
    rf"(?:{_KINDS} )?(?:unspecified|not (?:otherwise )?specified)(?: (?:as|whether) .+| {_KINDS})?"
    r"|uncomplicated|not intractable|without .+",
    re.I,
)
_IN_DISEASE = re.compile(
    r" in (?P<disease>(?:\w+ ){0,3}(?:disease|syndrome|syphilis|tuberculosis|fever|deficiency))$", re.I
)
_MASS = re.compile(r"(?P<before>.*?)swelling, mass and lump(?P<after>.*)", re.I)
_PRESENCE = re.compile(r"^Presence of (?!other )", re.I)
_AGENTS = ("B95", "B96", "B97")
_AGENT = re.compile(r"(?P<name>.+?)(?: infection)? as the cause of diseases classified elsewhere", re.I)
_UNSPECIFIED_ENDING = re.compile(r" of unspecified (?:site|organism|type|severity|degree|cause)$", re.I)
# "Without foreign body of scalp" names the place of the wound; "without loss of consciousness" names none.
_WITHOUT_ENDING = re.compile(r" without (?!.*\b(?:in|with|mention)\b)(?!(?:(?!loss\b)[\w-]+ )+of )[^,]+$", re.I)
_WITHOUT_INSIDE = re.compile(r" without (?:(?!of |in |with )[\w-]+ )+(?=of |in )", re.I)
# "And" in a title means "and/or" (I.A.14), so each of two nouns that it joins is meant by itself too. Only where
# they are all of the title or of what stands behind "of": in "renal and perinephric abscess" the first is no noun.
_JOINED = re.compile(r"[\w-]+ and [\w-]+")
_JOINED_BEHIND = re.compile(
    r"(?P<before>.+ of )(?!(?:upper|lower|right|left|other|unspecified|first|second|inner|outer|front|back|major)\b)"
    r"(?P<items>[\w-]+(?:, [\w-]+)*,? and [\w-]+(?: (?!of )[\w-]+){0,3})(?P<after> (?:of|at) .+)?"
)
# In "pain in ankle and joints of foot" what stands at the end belongs to the last item alone.
_JOINED_IN = re.compile(r"(?P<before>.+ in )(?P<first>[\w-]+) and (?P<last>[\w-]+ of .+)")
_DEFAULT_TYPE = ("E11", "Type 2 diabetes mellitus", "Diabetes mellitus")
_NEC = re.compile(r",? (?:not elsewhere classified|NEC)\b")
# What stands before the words that a bracket explains.
_CONNECTED = re.compile(r".*(?:\b(?:of|in|with|to|by)|,|\b(?:abnormal|elevated|increased|decreased))\s+", re.I)
_SYNONYM = re.compile(r"\s*\[([^\]]*)\]\s*")
_REFERENCE = re.compile(r"\s*\([^()]*\b[A-Z]\d[0-9A-Z][^()]*\)")
_EXPLAINS = re.compile(r"\b(?:conditions?|codes?|categor\w+|classifi\w+)\b|\.$")
_MOST_WORDS = 12
# Chapter 17.
_CONGENITAL = "Q"
# Chapter 20: V00 to Y99.
_EXTERNAL_CAUSES = frozenset("VWXY")


@attrs.frozen(kw_only=True)
class _Claim:
    """A phrase that leads to a code; a weak one gives way to a row that states it as printed.

    Its `disease` is the one in which the row's title says that the condition stands, where the phrase does not.
    """

    code: str
    phrase: str
    modifiers: tuple[str, ...]
    weak: bool
    disease: str = ""

    @property
    def key(self) -> str:
        return self.phrase.lower()


def derive_terms(codes: Sequence[Code]) -> tuple[IndexTerm, ...]:
    """Make the entries of an index.

    Codes with a 7th character are left out: their base code leads to them. A title that says
    `unspecified`, `NOS` or `without ...` gives its phrase without these words too, for that is the code
    of a bare diagnosis. Titles of residual codes keep their `other`, so that no bare diagnosis leads there.

    Args:
        codes: Rows of the tabular list in printed order.

    Returns:
        Entries in order of their codes, each phrase of a code once.
    """
    claims = [claim for row in codes if _is_source(row) for claim in _claims(row)]
    printed: defaultdict[str, list[str]] = defaultdict(list)
    for claim in claims:
        if not claim.weak:
            printed[claim.key].append(claim.code)
    kept = [claim for claim in claims if not claim.weak or _unrivalled(claim.code, printed[claim.key])]
    return tuple(
        IndexTerm(
            id=term_id(IndexTable.DERIVED, number),
            path=_path(claim),
            nonessential_modifiers=claim.modifiers,
            codes=(claim.code,),
            table=IndexTable.EXTERNAL_CAUSES if claim.code[0] in _EXTERNAL_CAUSES else IndexTable.DERIVED,
        )
        for number, claim in enumerate(kept, start=1)
    )


def _path(claim: _Claim) -> tuple[str, ...]:
    """Say what a phrase leaves to its row: that what chapter 17 lists is congenital, or what disease it stands in."""
    if claim.code[0] == _CONGENITAL and "congenital" not in claim.key:
        return (claim.phrase, "congenital")
    return (claim.phrase, claim.disease) if claim.disease else (claim.phrase,)


def _unrivalled(code: str, others: Iterable[str]) -> bool:
    """Say whether only rows above a code claim its phrase, so that no other code is meant by it."""
    return all(code.startswith(other) for other in others)


def _is_source(row: Code) -> bool:
    return row.kind in (CodeKind.CATEGORY, CodeKind.CODE) and "seventh_character" not in row.attributes


def _claims(row: Code) -> Iterable[_Claim]:
    found: dict[str, _Claim] = {}
    for text in _texts(row):
        for variant, weak in (*_variants(text, title=text == row.title), *_default_type(row, text), *_agent(row, text)):
            phrase, modifiers = split_parentheses(variant)
            phrase = phrase.replace(" ,", ",").strip(" ,;:-")
            disease = _disease(row, phrase) if text != row.title else ""
            claim = _Claim(code=row.code, phrase=phrase, modifiers=modifiers, weak=weak, disease=disease)
            if phrase and (claim.key not in found or (found[claim.key].weak and not weak)):
                found[claim.key] = claim
    return found.values()


def _disease(row: Code, phrase: str) -> str:
    """Give the disease that a title names behind "in", for an inclusion term that leaves it to the title.

    "Polyneuropathy" under "Other neurologic disorders in Lyme disease" is not polyneuropathy as such.
    """
    found = _IN_DISEASE.search(row.title)
    if found is None or not set(found["disease"].lower().split()).isdisjoint(phrase.lower().split()):
        return ""
    return found["disease"]


def _texts(row: Code) -> Iterator[str]:
    yield row.title
    for note in row.notes:
        includes = note.kind is NoteKind.INCLUDES and _reads_like_term(note.text)
        if includes or note.kind is NoteKind.INCLUSION_TERM:
            yield _REFERENCE.sub("", note.text)


def _reads_like_term(text: str) -> bool:
    """Tell an includes note that names a disease from one that explains or sends elsewhere."""
    return len(text.split()) <= _MOST_WORDS and _EXPLAINS.search(text) is None


def _variants(text: str, *, title: bool) -> Iterator[tuple[str, bool]]:
    """Yield the phrases of a text, and whether each left out words that tell, which makes it weak."""
    for phrase in _synonyms(text):
        yield phrase, False
        parts = _LEADING.sub("", _NEC.sub("", _NOS.sub("", phrase))).split(", ")
        while len(parts) > 1 and _DEFAULT_PART.fullmatch(parts[-1]):
            parts.pop()
        bare = _UNSPECIFIED_ENDING.sub("", ", ".join(parts))
        if bare != phrase:
            yield bare, False
        items = _items(bare) if title else ()
        # Whoever names a device that is in the body says that it is there.
        for shorter in (_PRESENCE.sub("", bare), _WITHOUT_ENDING.sub("", bare), _WITHOUT_INSIDE.sub(" ", bare), *items):
            if shorter != bare:
                yield shorter, True


def _default_type(row: Code, text: str) -> Iterator[tuple[str, bool]]:
    """Yield a title of type 2 diabetes without its type, which is what stands where a note names none.

    Source: ICD-10-CM Official Guidelines FY2026, section I.C.4.a.2.
    """
    category, typed, bare = _DEFAULT_TYPE
    if row.code.startswith(category) and text.startswith(typed):
        for variant, _ in _variants(text, title=False):
            yield variant.replace(typed, bare), True


def _agent(row: Code, text: str) -> Iterator[tuple[str, bool]]:
    """Yield the bare name of an organism for its code as the cause of a disease.

    Source: ICD-10-CM Official Guidelines FY2026, section I.C.1.b.
    """
    found = _AGENT.fullmatch(text) if row.code.startswith(_AGENTS) else None
    if found:
        for name in _synonyms(found["name"]):
            yield name, True


def _items(phrase: str) -> Iterator[str]:
    """Yield a phrase once for each of what it joins: `Strain of muscle` and `Strain of tendon`."""
    if mass := _MASS.fullmatch(phrase):
        for site in re.split(r" and ", mass["before"].replace("Localized ", "").strip()):
            yield from (f"{site} {noun}{mass['after']}" for noun in ("mass", "lump", "swelling"))
    elif _JOINED.fullmatch(phrase):
        yield from phrase.split(" and ")
    elif joined := _JOINED_BEHIND.fullmatch(phrase):
        for item in re.split(r",? and |, ", joined["items"]):
            yield f"{joined['before']}{item}{joined['after'] or ''}"
    elif joined := _JOINED_IN.fullmatch(phrase):
        yield joined["before"] + joined["first"]
        yield joined["before"] + joined["last"]


def _synonyms(text: str) -> Iterator[str]:
    """Yield the phrase without its brackets, then with each bracket in place of what it abbreviates."""
    if "[" not in text:
        yield text
        return
    yield fold(_SYNONYM.sub(" ", text)).replace(" ,", ",")
    for match in _SYNONYM.finditer(text):
        kept = _CONNECTED.match(_SYNONYM.sub(" ", text[: match.start()]) + " ")
        after = _SYNONYM.sub(" ", text[match.end() :])
        if match[1].strip():
            yield fold(f"{kept.group() if kept else ''} {match[1]} {after}").replace(" ,", ",")
