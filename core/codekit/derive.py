"""Make index entries from titles and inclusion terms, for a system without a published alphabetic index.

What is here holds for any classification that is written in the English of the WHO's. What a system adds, such as
chapters whose words leave something out, it gives as a `Wording`.

Source: WHO, Instruction Manual (Volume 2, 2016), section 3.1.4 (parentheses, square brackets, NOS, NEC, "and").
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set

import attrs

from codekit.types import Code, IndexTable, IndexTerm, NoteKind

# The term ends at NOS; what follows says where it was found. "X NOS, Y" goes on.
_NOS = re.compile(r",?\s+NOS(?:(?=,)|$| (?:found|noted|discovered) .*)")
_LEADING = re.compile(r"^unspecified ", re.I)
# What a title adds after a comma where the note says nothing more: `, unspecified organism`.
_KINDS = r"(?:site|organism|type|severity|degree|cause|part|stage|agent|episode|level|intractability)"
# A place that is left open (`, unspecified hand`) stays, for "bursitis" alone is not known to be one of the hand.
_DEFAULT_PART = re.compile(
    rf"(?:{_KINDS} (?:and extent )?)?(?:unspecified|not (?:otherwise )?specified)(?: (?:as|whether) .+| {_KINDS})?"
    r"|uncomplicated|not intractable|without .+",
    re.I,
)
_IN_DISEASE = re.compile(
    r" in (?P<disease>(?:\w+ ){0,3}(?:disease|syndrome|syphilis|tuberculosis|fever|deficiency))$", re.I
)
_MASS = re.compile(r"(?P<before>.*?)swelling, mass and lump(?P<after>.*)", re.I)
_PRESENCE = re.compile(r"^Presence of (?!other )", re.I)
_UNSPECIFIED_PART = re.compile(
    r" of unspecified (?:site|organism|type|severity|degree|cause|duration|behavior|part)(?= of |$)| unspecified side$",
    re.I,
)
# An injury is a current one where none is said to be old, and what a name takes in or leaves out need not be said.
_DEFAULT_INSIDE = re.compile(r", (?:current injury|(?:including|except) [\w -]+)(?=,|$)", re.I)
# "Without foreign body of scalp" names the place of the wound; "without loss of consciousness" names none.
_WITHOUT_ENDING = re.compile(r" without (?!.*\b(?:in|with|mention)\b)(?!(?:(?!loss\b)[\w-]+ )+of )[^,]+$", re.I)
_WITHOUT_INSIDE = re.compile(
    r" without (?:(?!of |in |with )[\w-]+ )+(?=of |in )|(?<!,) without [\w -]+(?=, [\w-]+ region$)", re.I
)
# "Chronic or unspecified gastric ulcer with hemorrhage" is that of the ulcer of which no more is said.
_OR_UNSPECIFIED = re.compile(r"^\w+ or unspecified ", re.I)
_WITH, _WITHOUT = re.compile(r"\bwith\b", re.I), re.compile(r"\bwithout\b", re.I)
# "And" in a title means "and/or", so each of two nouns that it joins is meant by itself too. Only where they are all of
# the title or of what stands behind "of": in "renal and perinephric abscess" the first is no noun.
_JOINED = re.compile(r"[\w-]+ and [\w-]+")
_JOINED_BEHIND = re.compile(
    r"(?P<before>.+ of )(?!(?:upper|lower|right|left|other|unspecified|first|second|inner|outer|front|back|major)\b)"
    r"(?P<items>[\w-]+(?:, [\w-]+)*,? and [\w-]+(?: (?!of |at )[\w-]+){0,3})(?P<after> (?:of|at) .+)?"
)
_JOINED_BEFORE = re.compile(r"(?P<items>[\w-]+(?:, [\w-]+)*,? and [\w-]+) (?P<after>of .+)")
# "Acute and subacute hepatic failure", "osteoarthritis, left ankle and foot".
_JOINED_COURSES = re.compile(
    r"(?P<items>(?:acute|subacute|chronic) and (?:acute|subacute|chronic)) (?P<after>.+)", re.I
)
_JOINED_LAST = re.compile(r"(?P<before>.+, (?:right|left) )(?P<items>[\w-]+ and [\w-]+)")
# In "pain in ankle and joints of foot" what stands at the end belongs to the last item alone.
_JOINED_IN = re.compile(r"(?P<before>.+ in )(?P<first>[\w-]+) and (?P<last>[\w-]+ of .+)")
_NEC = re.compile(r",? (?:not elsewhere classified|NEC)\b")
# What stands before the words that a bracket explains.
_CONNECTED = re.compile(r".*(?:\b(?:of|in|with|to|by)|,|\b(?:abnormal|elevated|increased|decreased))\s+", re.I)
_SYNONYM = re.compile(r"\s*\[([^\]]*)\]\s*")
# "Brain [any part]" says how far a name reaches, and is no other name for it.
_REACH = re.compile(r"\s*\[any\b[^\]]*\]")
# A word in the middle of a name explains the one before it: "anogenital herpesviral [herpes simplex] infection".
_GOES_ON = re.compile(r"\s*(?!(?:and|or)\b)\w")
_EXPLAINS = re.compile(r"\b(?:conditions?|codes?|categor\w+|classifi\w+)\b|\.$")
_MOST_WORDS = 12


def _nothing(row: Code, text: str) -> tuple[()]:  # noqa: ARG001  the signature of a `Wording`
    return ()


def _derived(row: Code) -> IndexTable:  # noqa: ARG001  the signature of a `Wording`
    return IndexTable.DERIVED


@attrs.frozen(kw_only=True)
class Wording:
    """What a system adds to the phrases of its rows.

    Args:
        more: Further phrases of a row for one of its texts, each with whether it is weak: it gives way to a row that
            prints it.
        beside: What a phrase leaves to its row, such as that its chapter lists congenital conditions only; it stands
            as a sub-term.
        table: The index that a row's entries belong to.
        reference: What is taken out of an inclusion term: codes that it names in parentheses.
    """

    more: Callable[[Code, str], Iterable[tuple[str, bool]]] = _nothing
    beside: Callable[[Code, str], tuple[str, ...]] = _nothing
    table: Callable[[Code], IndexTable] = _derived
    reference: re.Pattern[str] | None = None


@attrs.frozen(kw_only=True)
class _Claim:
    """A phrase that leads to a row; a weak one gives way to a row that states it as printed.

    Its `disease` is the one in which the row's title says that the condition stands, where the phrase does not.
    """

    row: Code
    phrase: str
    modifiers: tuple[str, ...]
    weak: bool
    disease: str = ""

    @property
    def key(self) -> str:
        return self.phrase.lower()


def derive_terms(rows: Sequence[Code], wording: Wording | None = None) -> tuple[IndexTerm, ...]:
    """Make the entries of an index.

    A title that says `unspecified`, `NOS` or `without ...` gives its phrase without these words too, for that is the
    code of a bare diagnosis. Titles of residual codes keep their `other`, so that no bare diagnosis leads there.

    Args:
        rows: The rows that a phrase may lead to, in printed order, those above others first.
        wording: What the system adds.

    Returns:
        Entries in order of their rows, each phrase of a row once; an id is `x`, a colon, and a number from 1.
    """
    wording = wording or Wording()
    parents = {row.code: row.parent for row in rows}
    opposed = frozenset(_first_word(row.title) for row in rows if _WITH.search(row.title))
    claims = [claim for row in rows for claim in _claims(row, wording, opposed)]
    printed: defaultdict[str, list[str]] = defaultdict(list)
    for claim in claims:
        if not claim.weak:
            printed[claim.key].append(claim.row.code)
    kept = [one for one in claims if not one.weak or _unrivalled(one.row.code, printed[one.key], parents)]
    return tuple(
        IndexTerm(
            id=f"x:{number}",
            path=_path(claim, wording),
            nonessential_modifiers=claim.modifiers,
            codes=(claim.row.code,),
            table=wording.table(claim.row),
        )
        for number, claim in enumerate(kept, start=1)
    )


def variants(text: str, *, title: bool) -> Iterator[tuple[str, bool]]:
    """Give the phrases that a title or an inclusion term stands for.

    Args:
        text: As printed.
        title: Whether it is a title, in which "and" means "and/or".

    Yields:
        Each phrase, and whether it left out words that tell, which makes it weak.
    """
    for phrase in synonyms(text):
        yield phrase, False
        parts = _LEADING.sub("", _NEC.sub("", _NOS.sub("", phrase))).split(", ")
        while len(parts) > 1 and _DEFAULT_PART.fullmatch(parts[-1]):
            parts.pop()
        bare = ", ".join(parts)
        for left_out in (_UNSPECIFIED_PART, _DEFAULT_INSIDE, _OR_UNSPECIFIED):
            bare = left_out.sub("", bare)
        if bare != phrase:
            yield bare, False
        items = _items(bare) if title else ()
        # Whoever names a device that is in the body says that it is there.
        ended = _WITHOUT_ENDING.sub("", bare)
        for shorter in (
            _PRESENCE.sub("", bare),
            ended,
            *(_WITHOUT_INSIDE.sub(" ", one) for one in (bare, ended)),
            *items,
        ):
            if shorter != bare:
                yield shorter, True


def synonyms(text: str) -> Iterator[str]:
    """Give the phrase without its brackets, then with each bracket in place of what it abbreviates."""
    text = _REACH.sub("", text)
    if "[" not in text:
        yield text
        return
    yield _fold(_SYNONYM.sub(" ", text)).replace(" ,", ",")
    for match in _SYNONYM.finditer(text):
        before = _SYNONYM.sub(" ", text[: match.start()])
        after = _SYNONYM.sub(" ", text[match.end() :])
        connected = _CONNECTED.match(f"{before} ")
        kept = connected.group() if connected else ""
        if kept.strip() != before.strip() and match[1][:1].islower() and _GOES_ON.match(after):
            kept = before.rpartition(" ")[0]
        if match[1].strip():
            yield _fold(f"{kept} {match[1]} {after}").replace(" ,", ",")


def split_parentheses(text: str) -> tuple[str, tuple[str, ...]]:
    """Part the words outside of parentheses from those inside, which are nonessential modifiers.

    Args:
        text: Such as `(stepping) exercise (class)`.

    Returns:
        The text outside, white space folded, and the content of each outermost pair in order; a pair
        inside another stays in its text, and one that is never closed ends with the text.
    """
    if "(" not in text:
        return _fold(text), ()
    outside: list[str] = []
    groups: list[str] = []
    depth, start = 0, 0
    for position, character in enumerate(text):
        if character == "(":
            if depth == 0:
                outside.append(text[start:position])
                start = position + 1
            depth += 1
        elif character == ")" and depth:
            depth -= 1
            if depth == 0:
                groups.append(text[start:position])
                start = position + 1
    (groups if depth else outside).append(text[start:])
    return _fold(" ".join(outside)), tuple(filter(None, map(_fold, groups)))


def _claims(row: Code, wording: Wording, opposed: Set[str]) -> Iterable[_Claim]:
    found: dict[str, _Claim] = {}
    for text in _texts(row, wording):
        # "Incontinence without sensory awareness" is not what the word alone means, for none is listed "with" it.
        kind = _first_word(text) not in opposed and _WITHOUT.search(text) is not None
        for variant, weak in (*variants(text, title=text == row.title), *wording.more(row, text)):
            if kind and " " not in variant:
                continue
            phrase, modifiers = split_parentheses(variant)
            phrase = phrase.replace(" ,", ",").strip(" ,;:-")
            disease = _disease(row, phrase) if text != row.title else ""
            claim = _Claim(row=row, phrase=phrase, modifiers=modifiers, weak=weak, disease=disease)
            if phrase and (claim.key not in found or (found[claim.key].weak and not weak)):
                found[claim.key] = claim
    return found.values()


def _first_word(text: str) -> str:
    return text.partition(" ")[0].strip(",").lower()


def _texts(row: Code, wording: Wording) -> Iterator[str]:
    yield row.title
    for note in row.notes:
        includes = note.kind is NoteKind.INCLUDES and _reads_like_term(note.text)
        if includes or note.kind is NoteKind.INCLUSION_TERM:
            yield wording.reference.sub("", note.text) if wording.reference else note.text


def _reads_like_term(text: str) -> bool:
    """Tell an includes note that names a disease from one that explains or sends elsewhere."""
    return len(text.split()) <= _MOST_WORDS and _EXPLAINS.search(text) is None


def _disease(row: Code, phrase: str) -> str:
    """Give the disease that a title names behind "in", for an inclusion term that leaves it to the title.

    "Polyneuropathy" under "Other neurologic disorders in Lyme disease" is not polyneuropathy as such.
    """
    found = _IN_DISEASE.search(row.title)
    if found is None or not set(found["disease"].lower().split()).isdisjoint(phrase.lower().split()):
        return ""
    return found["disease"]


def _path(claim: _Claim, wording: Wording) -> tuple[str, ...]:
    beside = wording.beside(claim.row, claim.phrase)
    return (claim.phrase, *(beside or filter(None, (claim.disease,))))


def _unrivalled(code: str, others: Iterable[str], parents: Mapping[str, str | None]) -> bool:
    """Say whether only rows above a code claim its phrase, so that no other code is meant by it."""
    above: set[str] = set()
    at: str | None = code
    while at is not None:
        above.add(at)
        at = parents.get(at)
    return above.issuperset(others)


def _items(phrase: str) -> Iterator[str]:
    """Yield a phrase once for each of what it joins: `Strain of muscle` and `Strain of tendon`."""
    if mass := _MASS.fullmatch(phrase):
        for site in re.split(r" and ", mass["before"].replace("Localized ", "").strip()):
            yield from (f"{site} {noun}{mass['after']}" for noun in ("mass", "lump", "swelling"))
    elif _JOINED.fullmatch(phrase):
        yield from phrase.split(" and ")
    elif joined := _JOINED_BEHIND.fullmatch(phrase):
        for item in _split(joined["items"]):
            yield f"{joined['before']}{item}{joined['after'] or ''}"
    elif joined := _JOINED_BEFORE.fullmatch(phrase) or _JOINED_COURSES.fullmatch(phrase):
        yield from (f"{item} {joined['after']}" for item in _split(joined["items"]))
    elif joined := _JOINED_LAST.fullmatch(phrase):
        yield from (f"{joined['before']}{item}" for item in _split(joined["items"]))
    elif joined := _JOINED_IN.fullmatch(phrase):
        yield joined["before"] + joined["first"]
        yield joined["before"] + joined["last"]


def _split(items: str) -> list[str]:
    return re.split(r",? and |, ", items)


def _fold(text: str) -> str:
    return " ".join(text.split())
