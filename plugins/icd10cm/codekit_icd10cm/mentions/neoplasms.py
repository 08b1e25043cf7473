"""Where a malignancy has spread to and come from, and whether it is still treated."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

import attrs

from codekit.plugin import (
    Assertion,
    Candidate,
    Code,
    CodeReference,
    Edition,
    HistoryCodes,
    Lexicon,
    LocatedMention,
    ReadNote,
    Sentence,
)
from codekit_icd10cm.mentions.cues import holds_any

SECONDARY = CodeReference(first="C77", last="C79")
_OPEN_HISTORY = ("", "Z85", "Z85.9", "Z85.89")
_UNKNOWN_PRIMARY, _UNKNOWN_SECONDARY, _SOURCE = "C80.1", "C79.9", "I.C.2"
_SPREAD = r"metasta(?:tic|s[ei]s|si[sz]ed|si[sz]ing)|mets"
_SPREADS = re.compile(rf"\b(?:{_SPREAD})\b", re.IGNORECASE)
_TRAILING = re.compile(r"[\s,]*(?:\b(?:with|and|has|had|now|known|which|that|is|was)\b[\s,]*)*$", re.IGNORECASE)
_TO = re.compile(
    rf"\b(?:{_SPREAD}|(?:has |had )?spread|extension|invasion)\b(?:[ \w-]{{0,40}}?)"
    # Behind a comma only nodes are where it has spread to: "metastatic carcinoma, left obturator lymph node".
    r"(?:\s(?:to|in|into|involving|within|of|throughout)\s+|,\s+(?=[^.;:,()\n]*\blymph nodes?\b))"
    r"(?P<sites>[^.;:()\n]+)",
    re.IGNORECASE,
)
_FROM = re.compile(rf"\b(?:{_SPREAD})\b[^.;:\n]{{0,80}}?\sfrom\s+(?P<site>[^.;:,()\n]+)", re.IGNORECASE)
_IN_FRONT = re.compile(r"(?<=\s)(?:metastas[ei]s|mets|metastatic (?:disease|lesions?|deposits?))\b", re.IGNORECASE)
_SITE_CUES = ("metasta", "mets", "spread", "extension", "invasion", "primary", "origin")
_CLAUSE_END = re.compile(r"[.;:()\n]")
# Code points in front of a word of spread within which its sites are looked for.
_REACH = 120
_ADJECTIVE = re.compile(
    r"\bmetastatic (?P<site>[\w -]{3,40}?) (?:cancer|carcinoma|adenocarcinoma|tumou?rs?|malignancy|neoplasm)\b", re.I
)
_NO_PRIMARY = re.compile(
    r"(?<!fever of )\b(?:unknown|undetermined|unidentified|occult) (?:primary|origin)(?: site)?|"
    r"\bprimary (?:(?:site|tumou?r|source|cancer|malignancy|origin) )?(?:(?:is|was|remains) )?"
    r"(?:unknown|undetermined|unidentified|not (?:known|found|identified|determined))",
    re.IGNORECASE,
)
_NOR_SECONDARY = re.compile(r"\bprimary (?:and|or|nor) secondary\b", re.IGNORECASE)
# A joined site ends where another statement begins.
_ENDS = re.compile(
    r"\b(?:from|with|who|which|status|s/p|on|for|without|but|due|at|now|found|after|requiring)\b", re.IGNORECASE
)
_JOINTS = re.compile(r"\s{0,2}(?:,|/|\band\b|\bas well as\b)\s{0,2}", re.IGNORECASE)
_SEPARATORS = re.compile(
    r"\b(?:with|has|have|had|from|to|for|of|the|known|multiple|widespread|diffuse|new|extensive|her|his)\b", re.I
)
_MALIGNANT = frozenset(("malignant", "neoplasm", "melanoma", "sarcoma", "lymphoma", "leukemia", "metastatic"))
# What a sentence says of a treatment that goes on.
STATUS = re.compile(
    r"\b(?:on|receiv(?:es|ing)|undergoing|getting|under|continu(?:es|ing)|started|starting|requires)\s+(?:[\w-]+\s+){0,4}?"
    r"(?:chemo\w*|radiation|radiotherapy|immunotherapy|hormon\w+|tamoxifen|letrozole|anastrozole|exemestane|trastuzumab|"
    r"pembrolizumab|adjuvant|antineoplastic|targeted therapy|treatment)\b",
    re.IGNORECASE,
)
_MALIGNANCY = re.compile(
    r"\bcancer|carcinoma|melanoma|sarcoma|malignan|tumou?r|neoplasm|seminoma|adenocarcinoma", re.IGNORECASE
)
_MALIGNANCY_CUES = ("cancer", "oma", "malignan", "tumo", "neoplasm")
# What takes the malignancy that it is of into its name: a therapy, a receptor, a node, what it brings.
_TAKES_IN = ("Z51", "Z17", "C77", "G89.3", "D63.0", "J91.0", "R18.0", "M84.5")
_PHRASES = re.compile(r"\s{0,2}[,;:.]\s{0,2}|\s(?:for|with|and|to)\s", re.IGNORECASE)
_FILLER = frozenset(
    "secondary malignant neoplasm unspecified other specified site part primary origin right left bilateral "
    "cell squamous basal nonsmall small large related".split()
)
_SIDES = frozenset(("right", "left", "bilateral", "both"))
# Bones and lymph nodes by the names that notes use (neoplasm table: bone; lymph, gland).
_NAMED = {
    "C79.51": (
        "bony osseous vertebra vertebrae spine rib skull femur humerus pelvis sacrum sternum skeleton skeletal".split()
    ),
    "C77.0": "cervical supraclavicular neck".split(),
    "C77.1": "mediastinal hilar intrathoracic mediastinum bronchopulmonary".split(),
    "C77.2": "retroperitoneal mesenteric paraaortic abdomen para-aortic periaortic".split(),
    "C77.3": "axillary axilla".split(),
    "C77.4": "inguinal femoral groin".split(),
    "C77.5": "pelvis iliac obturator".split(),
    "C78.6": "omentum omental peritoneal".split(),
    "C78.2": "pleural".split(),
    "C79.32": "leptomeningeal meningeal".split(),
}
# Sites at which what is called metastatic has come from elsewhere, whatever word follows.
_ALWAYS_SECONDARY = ("C77", "C78.1", "C78.2", "C78.6", "C78.7", "C79.3", "C79.4", "C79.5")


@attrs.frozen(kw_only=True)
class Site:
    """A row of the tabular list that names the site of a malignancy."""

    row: Code
    words: frozenset[str]


class Metastases:
    """The rows of an edition for primary and secondary malignancies.

    Args:
        edition: The opened edition.
        histories: Its codes for what is over.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.2 (neoplasm table), I.C.2.b, I.C.2.d and I.C.2.k.
    """

    def __init__(self, edition: Edition, histories: HistoryCodes) -> None:
        self._edition = edition
        self._secondary = tuple(_sites(edition, ("C77", "C78", "C79")))
        self._primary = tuple(_sites(edition, [f"C{number:02}" for number in range(76)]))
        self._site_words = frozenset(word for site in self._primary for word in site.words)
        self._histories = histories

    def link(
        self, note: ReadNote, sentences: Sequence[Sentence], located: Sequence[LocatedMention]
    ) -> Iterator[LocatedMention]:
        """Find what a note says of spread, origin and treatment.

        Args:
            note: The note.
            sentences: Its sentences.
            located: What the index gave, in text order.

        Yields:
            A mention for each secondary site, for a primary that is named behind "from", and for an unknown primary;
            a mention of the index that takes in a word of spread, read as the primary alone; and, without candidates,
            each sentence that names a malignancy, for conventions to read what it says of treatment.
        """
        taken = {(one.mention.start, one.mention.end) for one in located}
        by_start = sorted(located, key=lambda one: one.mention.start)
        starts = [one.mention.start for one in by_start]
        for sentence in sentences:
            inside = by_start[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]
            stated = any(one.mention.heading for one in inside)
            found = tuple(self._all(sentence))
            for one in found:
                yield attrs.evolve(one, mention=attrs.evolve(one.mention, heading=stated))
            settled = tuple(self._settle(note, inside, [(one.mention.start, one.mention.end) for one in found]))
            yield from settled
            yield from filter(None, map(self._named, inside))
            lost = bool(found) and not settled and not any(_is_primary(one) for one in inside)
            if lost or any(_takes_in_malignancy(one) for one in inside):
                yield from self._primaries(sentence, heading=stated)
            named = holds_any(sentence, _MALIGNANCY_CUES) and _MALIGNANCY.search(sentence.text)
            if named and (sentence.start, sentence.end) not in taken:
                yield LocatedMention(mention=sentence.mention(sentence.start, sentence.end))

    def _primaries(self, sentence: Sentence, *, heading: bool) -> Iterator[LocatedMention]:
        """Give the primaries of a sentence in which the index took one into the name of its therapy or its spread."""
        start = sentence.start
        for stop in (*_PHRASES.finditer(sentence.note, sentence.start, sentence.end), None):
            end = stop.start() if stop else sentence.end
            words = frozenset(sentence.lexicon.content_words(sentence.note[start:end]))
            stated = words & _MALIGNANT and not _SPREADS.search(sentence.note, start, end)
            row = _closest(self._primary, words & self._site_words - _FILLER) if stated else None
            if row is not None:
                best = Candidate(code=row.code, score=1.0, term=row.title, source=_SOURCE)
                mention = attrs.evolve(sentence.mention(start, end), heading=heading)
                yield LocatedMention(mention=mention, candidates=(best,))
            start = stop.end() if stop else end

    def _named(self, one: LocatedMention) -> LocatedMention | None:
        """Read a malignancy without a word of spread as a primary, and a past one as the history of a primary."""
        words = frozenset(one.mention.normalized)
        code = one.candidates[0].code if one.candidates else ""
        past = one.mention.assertion is Assertion.HISTORICAL
        if not words >= {"malignant", "neoplasm"} or "secondary" in words:
            return None
        if not (code in _OPEN_HISTORY if past else code.startswith(("C77", "C78", "C79"))):
            return None
        row = _closest(self._primary, words & self._site_words - _FILLER)
        if row is not None and past:
            row = self._histories.find(row.code, Assertion.HISTORICAL)
        if row is None:
            return None
        best = Candidate(code=row.code, score=1.0, term=row.title, source=_SOURCE)
        return attrs.evolve(one, candidates=(best, *one.candidates))

    def _settle(
        self, note: ReadNote, located: Sequence[LocatedMention], spans: Sequence[tuple[int, int]]
    ) -> Iterator[LocatedMention]:
        """Trim the mentions that reach into a word of spread to the primary in front of it."""
        for one in located:
            mention = one.mention
            first = min((start for start, end in spans if start < mention.end and mention.start < end), default=None)
            if first is None:
                continue
            head = _TRAILING.sub("", note.text[mention.start : first])
            own = note.lexicon.content_words(head)
            words = frozenset(own)
            if words & _MALIGNANT:
                kept = tuple(each for each in one.candidates if not self._edition.covers(SECONDARY, each.code))
                of_spread = {word for start, end in spans for word in note.lexicon.content_words(note.text[start:end])}
                around = words | (set(mention.normalized) - of_spread)
                row = _closest(self._primary, around & self._site_words - _FILLER)
                named = (Candidate(code=row.code, score=1.0, term=row.title, source=_SOURCE),) if row else ()
                trimmed = attrs.evolve(mention, end=mention.start + len(head), text=head, normalized=own, parts=())
                yield attrs.evolve(one, mention=trimmed, candidates=(*named, *kept), covers=True)

    def _all(self, sentence: Sentence) -> Iterator[LocatedMention]:
        if not holds_any(sentence, _SITE_CUES):
            return
        note, start, end = sentence.note, sentence.start, sentence.end
        for match in _TO.finditer(note, start, end):
            yield from self._listed(sentence, match, self._pieces(note, match.start("sites"), match.end("sites")))
        for match in _IN_FRONT.finditer(note, start, end):
            yield from self._in_front(sentence, match)
        for match in _FROM.finditer(note, start, end):
            yield from self._origin(sentence, match)
        unknown = _NO_PRIMARY.search(note, start, end)
        if unknown and not _NOR_SECONDARY.search(note, start, end):
            yield self._mention(sentence, unknown.start(), unknown.end(), self._edition.find(_UNKNOWN_PRIMARY))
        for match in _ADJECTIVE.finditer(note, start, end):
            row = self._secondary_at(match["site"], sentence.lexicon)
            if row is not None and (unknown or row.code.startswith(_ALWAYS_SECONDARY)):
                yield self._mention(sentence, match.start(), match.end(), row)
            else:
                yield from self._spread_from(sentence, match)

    def _listed(
        self, sentence: Sentence, match: re.Match[str], pieces: Sequence[tuple[int, int]]
    ) -> Iterator[LocatedMention]:
        """Give the sites behind "metastatic to"; the first takes the word of spread into its span."""
        start = match.start()
        for first, last in pieces:
            row = self._secondary_at(sentence.note[first:last], sentence.lexicon)
            if row is None:
                return
            if _MALIGNANT & set(sentence.lexicon.content_words(_SPREADS.sub(" ", sentence.note[start:first]))):
                # "Metastatic melanoma to the lung": the name of the primary stands between.
                start = first
            yield self._mention(sentence, start, last, row)
            start = first

    def _pieces(self, note: str, start: int, end: int) -> list[tuple[int, int]]:
        stop = _ENDS.search(note, start, end)
        end = stop.start() if stop else end
        pieces: list[tuple[int, int]] = []
        for joint in (*_JOINTS.finditer(note, start, end), None):
            last = joint.start() if joint else end
            if note[start:last].strip():
                pieces.append((start, start + len(note[start:last].rstrip())))
            start = joint.end() if joint else end
        return pieces

    def _in_front(self, sentence: Sentence, match: re.Match[str]) -> Iterator[LocatedMention]:
        """Give the sites in front of "metastases", from the nearest back to the first that is none."""
        last = match.end()
        for first, end in reversed(self._pieces_in_front(match, sentence.start)):
            said = sentence.note[first:end]
            malignant = _MALIGNANT & set(sentence.lexicon.content_words(said))
            row = None if malignant else self._secondary_at(said, sentence.lexicon)
            if row is None:
                return
            yield self._mention(sentence, first, last, row)
            last = end

    def _pieces_in_front(self, match: re.Match[str], first: int) -> list[tuple[int, int]]:
        text, stop = match.string, match.start()
        start = max(first, stop - _REACH)
        for separator in (*_CLAUSE_END.finditer(text, start, stop), *_SEPARATORS.finditer(text, start, stop)):
            start = max(start, separator.end())
        pieces: list[tuple[int, int]] = []
        for joint in (*_JOINTS.finditer(text, start, stop), None):
            last = joint.start() if joint else stop
            while start < last and text[start].isspace():
                start += 1
            if start < last:
                pieces.append((start, last))
            start = joint.end() if joint else last
        return pieces

    def _origin(self, sentence: Sentence, match: re.Match[str]) -> Iterator[LocatedMention]:
        stop = re.compile(r"\bto\b").search(sentence.note, *match.span("site"))
        end = stop.start() if stop else match.end("site")
        words = frozenset(sentence.lexicon.content_words(sentence.note[match.start("site") : end])) - _FILLER
        row = _closest(self._primary, words)
        if row is not None:
            yield self._mention(
                sentence,
                match.start("site"),
                match.start("site") + len(sentence.note[match.start("site") : end].rstrip()),
                row,
            )

    def _spread_from(self, sentence: Sentence, match: re.Match[str]) -> Iterator[LocatedMention]:
        """Give the primary that is called metastatic, and its spread, whose site the words do not say."""
        words = frozenset(sentence.lexicon.content_words(match["site"])) & self._site_words - _FILLER
        row = _closest(self._primary, words)
        if row is not None:
            first, last = match.span("site")
            yield self._mention(sentence, match.start(), first - 1, self._edition.find(_UNKNOWN_SECONDARY))
            yield self._mention(sentence, first, max(last, match.end()), row)

    def _secondary_at(self, said: str, lexicon: Lexicon) -> Code | None:
        words = frozenset(lexicon.content_words(said)) - _FILLER - _MALIGNANT
        if not words:
            return None
        nodes = bool(words & {"lymph", "node", "nodes", "nodal", "lymphatic"})
        for code, names in _NAMED.items():
            if not words.isdisjoint(names) and code.startswith("C77") == nodes:
                return self._edition.find(code)
        if nodes:
            return self._edition.find("C77.9")
        row = _closest(self._secondary, words)
        return row if row is None or _SIDES & set(lexicon.content_words(said)) else self._unsided(row)

    def _unsided(self, row: Code) -> Code:
        """Take the code that leaves the side open, for the side that a sentence names may be the primary's."""
        children = self._edition.children(row.code) if not row.assignable else ()
        return next((child for child in children if "unspecified" in child.title.lower()), row)

    def _mention(self, sentence: Sentence, start: int, end: int, row: Code | None) -> LocatedMention:
        mention = attrs.evolve(sentence.mention(start, end), scope=(start, end))
        candidates = (Candidate(code=row.code, score=1.0, term=row.title, source=_SOURCE),) if row else ()
        return LocatedMention(mention=mention, candidates=candidates, covers=True)


def _takes_in_malignancy(one: LocatedMention) -> bool:
    takes_in = bool(one.candidates) and one.candidates[0].code.startswith(_TAKES_IN)
    return takes_in and not _MALIGNANT.isdisjoint(one.mention.normalized)


def _is_primary(one: LocatedMention) -> bool:
    code = one.candidates[0].code if one.candidates else ""
    return "C00" <= code < "C76"


def _sites(edition: Edition, roots: Sequence[str]) -> Iterator[Site]:
    rows = [row for row in map(edition.find, roots) if row is not None]
    while rows:
        row = rows.pop(0)
        words = frozenset(edition.lexicon.term_words(row.title.split(", except")[0])) - _FILLER
        if words:
            yield Site(row=row, words=words)
        rows.extend(edition.children(row.code))


def _closest(sites: Sequence[Site], words: frozenset[str]) -> Code | None:
    """Find the row that names all the words of a site and the fewest others, the highest of several."""
    words = words - _MALIGNANT
    named = [site for site in sites if words and words <= site.words]
    return min(named, key=lambda site: (len(site.words), len(site.row.code))).row if named else None
