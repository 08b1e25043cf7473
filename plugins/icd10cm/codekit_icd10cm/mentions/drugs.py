"""Drugs that a note names, and why: an adverse effect, a poisoning, underdosing, an allergy or long-term use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

import attrs

from codekit.plugin import Candidate, Edition, IndexTable, LocatedMention, PhraseBook, SectionKind, Sentence
from codekit_icd10cm.mentions.coded import coded

_REMEMBERED = 2**14
# A name, without what says of it that it did harm.
_WORD = re.compile(r"[a-z](?:[a-z0-9]|-(?!(?:induced|related|associated)\b)){2,}", re.IGNORECASE)
# The 6th character of T36 to T50 (the columns of the Table of Drugs).
_ACCIDENT, _SELF_HARM, _ASSAULT, _UNDETERMINED, _ADVERSE, _UNDERDOSED = "123456"

_POISONED = re.compile(
    r"\boverdos\w*|\bpoison\w*|\bingest\w*|\btoo (?:much|many)\b|"
    # What is given on purpose is treatment.
    r"(?<!given an )(?<!giving an )(?<!received an )(?<!give an )\bextra (?:dose|pill|tablet)s?|\bdouble dose|"
    r"\bwrong (?:drug|dose|medication|medicine|pill)s?|"
    r"\b(?:by mistake|in error|mistakenly|erroneously|not prescribed)\b|"
    r"\b(?:took|taken|taking|takes|swallowed|given|used|drank|ate)\b[^.;]{0,30}\b(?:wife|husband|mother|father|roommate|"
    r"friend|spouse|brother|sister|grandmother|neighbor|someone else)(?:'s|’s)|"
    r"\binteraction\b[^.;]*\balcohol|\baccidentally (?:took|swallowed|given)",
    re.IGNORECASE,
)
_ON_PURPOSE = re.compile(
    r"suicid\w*|self[- ]harm|self[- ]poison\w*|(?<!un)intentional(?:ly)? (?:overdos\w*|ingest\w*|took|poison\w*|self)|"
    r"to (?:kill|harm|hurt) (?:him|her|them)sel\w+|overdosed? intentionally|"
    r"\b(?:overdos\w*|poison\w*|ingest\w*)[,; (-]+(?:likely |probably )?(?:intentional|deliberate)|"
    r"\bdeliberate(?:ly)? (?:overdos\w*|ingest\w*|took|poison\w*)",
    re.IGNORECASE,
)
_BY_OTHERS = re.compile(r"\bassault\w*|\bdrugged by\b|\bhomicid\w*|\bspiked\b", re.IGNORECASE)
_UNKNOWN_INTENT = re.compile(
    r"intent (?:is |was )?(?:undetermined|unknown|unclear)|"
    r"undetermined intent|intent (?:cannot|could not) be determined",
    re.I,
)
_TOO_LITTLE = re.compile(
    r"\bunder-?dos\w*|\b(?:takes?|taking|took|using|uses) (?:less|half|fewer)|"
    r"\b(?:skip|miss|omit)(?:s|ped|ping|sed|ted|ting)?\b|"
    r"\b(?:not|never|isn't|wasn't|hasn't|hasn’t|isn’t) (?:been )?(?:taking|taken|using|filled|filling)|\bran out of\b|"
    r"\b(?:patient|pt|he|she|they|who) (?:has |had )?(?:\w+ly )?(?:stopped|quit|discontinued|refus\w+|declin\w+)\b|"
    r"\bstopped (?:taking|using)\b|\bnon-?complian\w*|\bnon-?adheren\w*|"
    r"\b(?:cannot|can't|can’t|could not|unable to) afford\b|"
    r"\bforg[eo]t\w*|\bration\w*|\bcut(?:ting)? (?:his|her|their)?\b[^.;]{0,20}\bdose",
    re.IGNORECASE,
)
_BROKEN = re.compile(r"\b(?:breakdown|malfunction\w*|failure|leak\w*) \b|\bpump\b", re.IGNORECASE)
_HARM = re.compile(
    r"(?:due to|caused by|secondary to|because of|induced by|attributed to|related to|result of|reactions? to|"
    r"effects? (?:of|from)|intolerance (?:to|of))\s+(?:\w+[ -]){0,4}$",
    re.IGNORECASE,
)
# These tell the time as well as the cause; the sentence must speak of harm besides.
_THEN = re.compile(r"\b(?:from|after|following)\s+(?:\w+[ -]){0,4}$", re.IGNORECASE)
_HARMED = re.compile(
    r"\badverse|\breaction|\bside effect|\btoxic|\bas (?:prescribed|directed|ordered)|\bprescribed|"
    r"\bproperly|\bcorrectly",
    re.IGNORECASE,
)
_INDUCED = re.compile(r"^[- ](?:induced|related|associated|toxicity)\b", re.IGNORECASE)
# A drug taken, and then what comes of drugs; elsewhere the one after the other is no cause.
_TAKEN = re.compile(
    r"\b(?:took|tak(?:en|ing)|start(?:ed|ing)(?: on)?|given|receiv(?:ed|ing)|dose of|exposure to|course of)\s+"
    r"(?:\w+ ){0,3}$",
    re.IGNORECASE,
)
_DEVELOPED = re.compile(r"\b(?:develop(?:ed|ing|s)?|broke out|caus(?:ed|ing)|resulted in|led to)\b", re.IGNORECASE)
_TOXICITY = re.compile(r"[ -](?:toxicity|intoxication)\b", re.IGNORECASE)
_ALLERGY = re.compile(
    r"\b(?:allerg(?:y|ic|ies)(?: status)?(?: to|:)?|pcn allergy)\s*(?:the |her |his )?$", re.IGNORECASE
)
_ALLERGY_BEHIND = re.compile(r"^\s+allerg(?:y|ies)\b", re.IGNORECASE)
_REACTION = re.compile(r"\b(?:rash|hives|anaphyla\w*|reaction|angio-?edema|swelling|urticaria)\b", re.IGNORECASE)
_USED = re.compile(
    r"(?:\bon|\btak(?:es|ing)|\buses?|\busing|\bmaintained on|\bmanaged with|"
    r"\btreated with|\bcontrolled (?:with|on|by)|\breceiv(?:es|ing)|"
    r"\bcontinues?(?: on)?|\blong[- ]term(?: use of)?|\bchronic(?: use of)?|"
    r"\bdaily|\bhome)\s+(?:[\w%./-]+,? (?:and )?){0,5}$|\badjust(?:ed|ing) (?:his|her|the) (?:\w+ )?$",
    re.IGNORECASE,
)
_DAILY = re.compile(
    r"^(?:,? \d+(?:\.\d+)? ?\w+)?,? (?:once |twice )?(?:p\.?o\.? )?"
    r"(?:daily|a day|every (?:day|morning|night)|weekly|nightly|"
    r"at (?:bedtime|night)|[bt]\.?i\.?d\b|q\.?(?:d|h\.?s|a\.?m|p\.?m)\b)",
    re.IGNORECASE,
)
_BRIEFLY = re.compile(
    r"\b(?:temporar\w*|short[- ]term|short course|-?day course|for (?:\w+ )?(?:days|weeks)|taper|prn|p\.r\.n|as needed|"
    r"sliding[- ]scale|while in)\b",
    re.IGNORECASE,
)
_MISUSED = re.compile(r"^\s+(?:use|abuse|dependen\w+|addiction|withdrawal|intoxication|misuse)\b", re.IGNORECASE)
# Code points between a drug and what is said of taking it.
_NEAR = 45
# Of what is given for a short illness, only a use that is called long is long-term use.
_OFTEN_BRIEF = frozenset(("Z79.2", "Z79.1", "Z79.52", "Z79.891"))
_ANTIBIOTICS, _UNTOLD_NAMES = "Z79.2", frozenset(("heparin", "enoxaparin", "lovenox"))
_DOSE = re.compile(r"[\w-]+ \d")
_RESISTED = re.compile(r"^[- ](?:resistan|deficien|overload|level|store)", re.IGNORECASE)
# What ends a list of what somebody is allergic to.
_ENDS = ".;"
_LASTING = re.compile(
    r"\blong[- ]term|\bchronic|\bdaily\b|\bprophyla|\bsuppress|\bmaintenance|\bindefinite", re.IGNORECASE
)
_SYSTEMIC, _LOCAL = "Z79.52", ("inhaled", "nasal", "topical", "injected")
_FOR_GOOD = re.compile(
    r"\blong[- ]term|\bchronic|\bmaintenance|\bindefinite|\blifelong|\bsuppress|\bprophyla", re.IGNORECASE
)
_ORAL, _INSULIN = "Z79.84", "Z79.4"
_ALLERGIES = (
    ("T36.0X", "Z88.0"),
    ("T36", "Z88.1"),
    ("T37.0X", "Z88.2"),
    ("T37", "Z88.3"),
    ("T41", "Z88.4"),
    ("T40", "Z88.5"),
    ("T39", "Z88.6"),
    ("T50.A", "Z88.7"),
    ("T50.B", "Z88.7"),
    ("T50.Z", "Z88.7"),
)
_OTHER_ALLERGY = "Z88.8"
_FINANCIAL = re.compile(r"\b(?:cost|costs|afford|expens\w*|money|financ\w*|insurance|price|pay)\b", re.IGNORECASE)
_UNINTENDED = re.compile(
    r"\bforg[eo]t\w*|\bunintentional\w*|\bconfus\w*|\bby accident|\baccidental\w*|\bmisunderst\w*", re.I
)
_DEBILITY = re.compile(r"\b(?:dementia|elderly|age-related|debility|frail\w*|memory)\b", re.IGNORECASE)
_INTENDED = re.compile(
    r"(?<!un)intentional\w*|\bdeliberate\w*|\brefus\w*|\bchose\b|\bdeclin\w*|\bon (?:his|her|their) own", re.I
)


@attrs.frozen(kw_only=True)
class Drug:
    """What a drug's name leads to.

    Args:
        row: Row of T36 to T50 whose 6th character says why it is named.
        long_term: Code for its long-term use; empty where there is none.
    """

    row: str
    long_term: str = ""


class Drugs:
    """The drugs that an edition's Table of Drugs names, and those of codekit's own list.

    Args:
        edition: The opened edition.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.19.e (poisoning, adverse effects, underdosing), I.C.4.a.3
        and I.C.21.c.3 (long-term use, allergy status); ICD-10-CM Table of Drugs and Chemicals.
    """

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._names, self._endings, self._beginnings = _read_list()
        self._table = _read_table(edition)
        self._ends = tuple(end for end, _ in self._endings)
        self._starts = tuple(start for start, _ in self._beginnings)
        self.known = lru_cache(maxsize=_REMEMBERED)(self._known)
        """Give what a name, in lower case, leads to; most words of a note recur, and are none."""

    def find(self, sentence: Sentence, phrases: PhraseBook) -> Iterator[LocatedMention]:
        """Find the drugs of a sentence that it gives a reason to code.

        Args:
            sentence: The sentence.
            phrases: The tables of phrases.

        Yields:
            For each drug one mention with the code as its only candidate, and one for the reason of underdosing.
        """
        text, counted = sentence.text, set[str]()
        for match in _WORD.finditer(text):
            drug = self.known(match.group().lower())
            told = drug is not None and not _RESISTED.match(text[match.end() :])
            code, source = self._why(drug, sentence, match, phrases) if drug and told else (None, "")
            if drug is None or code is None or code in counted:
                continue
            counted.add(code)
            found = self._mention(sentence, _span(text, match, code), code, match.group().lower(), source)
            # An allergy is no adverse effect of now, whatever its drug's name alone would lead to; nor is the toxicity
            # of a drug one of another.
            toxic = _TOXICITY.match(text, match.end()) if code.endswith(_ADVERSE) else None
            yield attrs.evolve(found, covers=code.startswith("Z88") or toxic is not None)
            if code.startswith("T") and code[6:7] == _UNDERDOSED:
                yield from self._reason(sentence, text)
        yield from self._described(sentence, phrases)

    def _described(self, sentence: Sentence, phrases: PhraseBook) -> Iterator[LocatedMention]:
        """Find what a sentence says of long-term use and of allergies without the name of a drug."""
        for match in phrases["drugs.long_term"].find_in(sentence):
            row = self._edition.find(match.row.code) if match.row.code else None
            if row and not _BRIEFLY.search(_item(sentence.note, match.start, match.end)):
                yield coded(sentence, (match.start, match.end), row, match.row.section, covers=False)
        for match in phrases["drugs.allergy"].find_in(sentence):
            row = self._edition.find(match.row.code)
            if row and _allergic(sentence, match.start - sentence.start, phrases):
                yield coded(sentence, (match.start, match.end), row, match.row.section)

    def _known(self, name: str) -> Drug | None:
        """Take the row by the edition's table, and the long-term code by codekit's list."""
        listed = self._names.get(name)
        if listed is None and name.endswith(self._ends):
            listed = next(
                (drug for end, drug in self._endings if name.endswith(end) and len(name) > len(end) + 1), None
            )
        if listed is None and name.startswith(self._starts):
            listed = next((drug for start, drug in self._beginnings if name.startswith(start) and len(name) > 6), None)
        row = self._table.get(name)
        if row is not None:
            return Drug(row=row, long_term=listed.long_term if listed else "")
        return listed

    def _why(self, drug: Drug, sentence: Sentence, match: re.Match[str], phrases: PhraseBook) -> tuple[str | None, str]:
        """Say which code a drug's statement leads to, and by which section."""
        text = sentence.text
        front, behind = text[: match.start()], text[match.end() :]
        if _POISONED.search(text):
            return drug.row + intent_of(text), "I.C.19.e.5.b"
        if any(_governs(found, match) for found in _TOO_LITTLE.finditer(text)):
            return drug.row + _UNDERDOSED, "I.C.19.e.5.c"
        if _allergic(sentence, match.start(), phrases) or (
            _ALLERGY_BEHIND.search(behind) and not _REACTION.search(front)
        ):
            return _allergy(drug), "I.C.21.c.3"
        then = _THEN.search(front) and _HARMED.search(text)
        reacted = _TAKEN.search(front) and _DEVELOPED.search(text) and _REACTION.search(text)
        if _HARM.search(front) or then or reacted or _INDUCED.search(behind):
            return drug.row + _ADVERSE, "I.C.19.e.5.a"
        listed = sentence.section.kind is SectionKind.MEDICATIONS and drug.long_term not in _OFTEN_BRIEF
        if self._used_long(drug, text, match, listed=listed):
            return drug.long_term, "I.C.4.a.3" if drug.long_term in (_ORAL, _INSULIN) else "I.C.21.c.3"
        return None, ""

    def _used_long(self, drug: Drug, text: str, match: re.Match[str], *, listed: bool) -> bool:
        """Say whether a sentence tells the long-term use of a drug."""
        name, front, behind = match.group().lower(), text[: match.start()], text[match.end() :]
        about = _item(text, *match.span()) if listed else text
        if not drug.long_term or _BRIEFLY.search(about) or _MISUSED.search(behind):
            return False
        if drug.long_term in _OFTEN_BRIEF and not _LASTING.search(text):
            return False
        if (name in _UNTOLD_NAMES or drug.long_term == _ANTIBIOTICS) and not _FOR_GOOD.search(text):
            return False
        if drug.long_term == _SYSTEMIC and front.rstrip().lower().endswith(_LOCAL):
            return False
        return listed or bool(_USED.search(front) or _DAILY.search(behind))

    def _reason(self, sentence: Sentence, text: str) -> Iterator[LocatedMention]:
        """Give the code for why too little was taken."""
        found = _TOO_LITTLE.search(text)
        if found is None:
            return
        if _FINANCIAL.search(text):
            code = "Z91.120"
        elif _UNINTENDED.search(text):
            code = "Z91.130" if _DEBILITY.search(text) else "Z91.138"
        elif _INTENDED.search(text):
            code = "Z91.128"
        else:
            code = "Z91.14"
        yield self._mention(sentence, found.span(), code, "underdosing", "I.C.19.e.5.c")

    def _mention(self, sentence: Sentence, span: tuple[int, int], code: str, name: str, source: str) -> LocatedMention:
        row = self._edition.find(code)
        mention = sentence.mention(sentence.start + span[0], sentence.start + span[1])
        if row is None:
            return LocatedMention(mention=mention)
        candidate = Candidate(code=row.code, score=1.0, term=f"{name}: {row.title}", source=source)
        return LocatedMention(mention=mention, candidates=(candidate,))


def _allergic(sentence: Sentence, at: int, phrases: PhraseBook) -> bool:
    """Say whether a sentence names something as what the patient is allergic to."""
    text = sentence.text
    allergic = phrases["drugs.allergic"].find(text, 0, at)
    if any(not any(sign in text[one.end : at] for sign in _ENDS) for one in allergic):
        return True
    # The list is the first paragraph: what stands further on may be under a heading that nobody knows.
    before = sentence.note[sentence.section.start : sentence.start].strip()
    return sentence.section.kind is SectionKind.ALLERGIES and "\n\n" not in before and not _DOSE.match(text, at)


def _governs(found: re.Match[str], drug: re.Match[str]) -> bool:
    """Say whether words on taking too little speak of a drug: they stand near it."""
    return -_NEAR <= drug.start() - found.end() <= _NEAR or 0 <= found.start() - drug.end() <= _NEAR


def _item(text: str, start: int, end: int) -> str:
    """Give the item of a list that a span stands in."""
    first = max(text.rfind(sign, 0, start) for sign in ",;\n")
    last = min((at for sign in ",;\n" if (at := text.find(sign, end)) >= 0), default=len(text))
    return text[first + 1 : last]


def _span(text: str, match: re.Match[str], code: str) -> tuple[int, int]:
    """Give the words that state a code: those of an allergy or toxicity with the drug's name, else the name."""
    allergy = _ALLERGY.search(text[: match.start()]) if code.startswith("Z88") else None
    toxic = _TOXICITY.match(text, match.end()) if code.endswith(_ADVERSE) else None
    return (allergy.start() if allergy else match.start()), (toxic.end() if toxic else match.end())


def intent_of(text: str) -> str:
    """Read the intent of a poisoning, as the character of its code; accidental where none is given (I.C.19.e.5.b)."""
    if _ON_PURPOSE.search(text):
        return _SELF_HARM
    if _BY_OTHERS.search(text):
        return _ASSAULT
    return _UNDETERMINED if _UNKNOWN_INTENT.search(text) else _ACCIDENT


def _allergy(drug: Drug) -> str:
    return next((code for row, code in _ALLERGIES if drug.row.startswith(row)), _OTHER_ALLERGY)


def _read_list() -> tuple[dict[str, Drug], list[tuple[str, Drug]], list[tuple[str, Drug]]]:
    names: dict[str, Drug] = {}
    endings: list[tuple[str, Drug]] = []
    beginnings: list[tuple[str, Drug]] = []
    text = resources.files("codekit_icd10cm").joinpath("data", "drugs.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        row, long_term, listed = line.split("\t")
        drug = Drug(row=row, long_term=long_term.strip("-"))
        for name in listed.split():
            if name.startswith("*"):
                endings.append((name[1:], drug))
            elif name.endswith("*"):
                beginnings.append((name[:-1], drug))
            else:
                names[name] = drug
    # Of two stems the longer one says more: "-vastatin" before "-statin".
    return names, sorted(endings, key=lambda one: -len(one[0])), beginnings


def _read_table(edition: Edition) -> dict[str, str]:
    """Read the substances of the Table of Drugs that are drugs: those with an adverse effect."""
    table: dict[str, str] = {}
    for term in edition.cells(IndexTable.DRUGS, "adverse effect"):
        if len(term.path) == 1 and term.codes:
            table.setdefault(term.path[0].lower(), term.codes[0][:-1])
    return table
