"""Pregnancy, delivery and birth as notes write them: on the mother's record or on the newborn's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from codekit.plugin import Assertion, Candidate, Edition, LocatedMention, Note, SectionKind, Sentence
from codekit_icd10cm.mentions.titles import best_row, rows_below

_NEWBORN = re.compile(
    r"\b(?:newborn|neonate|neonatal|nicu|pre(?:term|mature) (?:infant|baby)|baby (?:boy|girl)|birth ?weight|"
    r"infant of (?:a |the )?(?:gestational )?diabetic mother|apnea of prematurity|hyaline membrane disease)\b",
    re.IGNORECASE,
)
# A birth told of the one who was born; on the mother's record too it may say that an infant was liveborn.
_BORN = re.compile(
    r"\b(?:liveborn infant|live ?born(?: \w+)? (?:in|at|by)(?! \d)|born (?:in|at) (?:this |the |our )?hospital)\b",
    re.IGNORECASE,
)
_OF_MOTHER = re.compile(
    r"\b(?:pregnan\w+|gravida|post-?partum|puerper\w+|in labor|prenatal|perineal|placenta\w*|"
    r"after (?:\w+ )?delivery|mother)\b",
    re.IGNORECASE,
)
MATERNAL = re.compile(
    r"\b(?:pregnan\w+|gravida|multigravida|primigravida|prenatal|antenatal|antepartum|gestational|"
    r"pre-?eclampsia|eclampsia|"
    r"trimester|post-?partum|puerper\w+|in labor|delivery|g\d+ ?p\d+|preterm (?:labor|contractions)|"
    r"rupture of (?:the )?membranes|weeks['’]? gestation)\b",
    re.IGNORECASE,
)
_WEEKS = re.compile(
    r"(?<![\d.-])(?P<number>[1-4]?\d)(?: ?\+ ?\d| \d/7|w\dd)?[ -]?(?:weeks?|wks?)\b(?: (?:and )?\d days?)?"
    r"(?! (?:ago|post|after|later|old|history|since|from|of (?!gest|preg)))",
    re.IGNORECASE,
)
_NOT_GESTATION = re.compile(
    r"\b(?:for|in|past|last|every|after|over|x|within|next|previous|post-?partum)\W+(?:the )?$", re.I
)
_EARLIEST, _LATEST, _FULL = 8, 42, range(1, 45)
_INCIDENTAL = re.compile(
    r"\bincidental(?:ly)? pregnan\w+|\bpregnan\w+\b[^.;\n]{0,40}\b(?:incidental|unrelated|not (?:affect|complicat)\w+)|"
    r"\b(?:unrelated to|not (?:affecting|complicating)) (?:the |her )?pregnancy",
    re.IGNORECASE,
)
_PREGNANT = re.compile(
    r"(?<!not )(?<!previous )(?<!last )(?<!prior )(?<!first )\bpregnan(?:t|cy)\b(?! (?:test|prevention|loss|"
    r"planning|risk|desired))",
    re.IGNORECASE,
)
_GRAVIDA = re.compile(r"\b(?:multi|primi)gravida\b|\bg[1-9] ?p\d+\b|\bgravid\b", re.IGNORECASE)
_NORMAL_DELIVERY = re.compile(
    r"\b(?:normal|spontaneous|uncomplicated|full[- ]term)\b[^.;,\n]{0,30}\b(?:delivery|childbirth)\b|\bNSVD\b|\bSVD\b",
    re.IGNORECASE,
)
_ASSISTED = re.compile(r"\b(?:c(?:a?esarean|-section)|forceps|vacuum|breech extraction)\b", re.IGNORECASE)
# The number of babies and whether they lived, as titles of Z37 say it.
_OUTCOMES = (
    (r"\btwins?\b[^.;\n]{0,30}\b(?:one|1)\b[^.;\n]{0,30}\bstillborn", "Z37.3"),
    (r"\btwins?\b[^.;\n]{0,30}\b(?:both )?stillborn", "Z37.4"),
    (r"\btwins?\b[^.\n]{0,120}\b(?:live ?born|alive|healthy)|\blive ?born twins\b", "Z37.2"),
    (r"\bstill ?born\b|\bstillbirth\b", "Z37.1"),
    (
        r"\b(?:single|one)\b[^.;\n]{0,20}\blive(?: ?born| birth)|\blive ?born (?:male|female|boy|girl|infant)|"
        r"\bsingle live ?born|\b(?:healthy|viable) (?:\w+ )?(?:infant|baby|boy|girl|male|female)",
        "Z37.0",
    ),
)
_PREECLAMPSIA = re.compile(r"\b(?:mild|moderate|severe) pre-?eclampsia\b", re.IGNORECASE)
_HIGH_RISK = re.compile(
    r"\b(?P<object>(?:elderly|young) (?:multi|primi)(?:gravida|para)|advanced maternal age|grand multipar\w+|"
    r"assisted reproduct\w+|history of (?:infertility|ectopic pregnancy|molar pregnancy|pre-?term labor|stillbirth|"
    r"neonatal death)|insufficient (?:prenatal|antenatal) care|high[- ]risk pregnancy)\b",
    re.IGNORECASE,
)
_CONTROL = (
    ("insulin", "insulin controlled"),
    (r"metformin|glyburide|oral", "oral hypoglycemic"),
    ("diet", "diet controlled"),
)
_BIRTH = re.compile(r"\b(?:live ?born|born|birth|deliver(?:y|ed))\b(?! ?weight)[^.;\n]*", re.IGNORECASE)
_BABIES = (("triplet", "Z38.6"), ("quadruplet", "Z38.6"), ("quintuplet", "Z38.6"), ("twin", "Z38.3"))
_OUTSIDE = re.compile(
    r"\b(?:outside (?:the |of )?(?:\w+ )?hospital|at home|en route|ambulance|before (?:arrival|admission))\b", re.I
)
_TRANSFERRED = re.compile(r"\b(?:transferred (?:in|from|to (?:our|this|us))|another hospital|outside hospital)\b", re.I)
_GRAMS = re.compile(r"\b(?:birth ?weight|weigh(?:s|ed|ing))\D{0,12}(?P<grams>\d[\d,]{2,4}) ?(?:g|grams?)\b", re.I)
_PRETERM = re.compile(r"\bpre-?(?:term|matur\w+)\b", re.IGNORECASE)


class Record(StrEnum):
    """Whose record a note is: of a newborn, of a mother to be or a mother, or of neither."""

    NEWBORN = "newborn"
    MATERNAL = "maternal"
    OTHER = "other"


def of_newborn(text: str) -> bool:
    """Say whether a text, a whole note or a part of one, is about a newborn and not the mother."""
    if _NEWBORN.search(text):
        return True
    return _BORN.search(text) is not None and not _OF_MOTHER.search(text)


def record_of(note: Note) -> Record:
    """Say whose record a note is."""
    age = note.encounter.age
    if age == 0 or (age is None and of_newborn(note.text)):
        return Record.NEWBORN
    return Record.MATERNAL if MATERNAL.search(note.text) else Record.OTHER


def find(record: Record, sentence: Sentence, edition: Edition) -> Iterator[LocatedMention]:
    """Find what a sentence says of a pregnancy, a delivery or a birth.

    Args:
        record: Whose record the note is.
        sentence: The sentence.
        edition: The opened edition.

    Yields:
        Mentions with their row as the only candidate.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.15 and I.C.16.
    """
    if record is Record.NEWBORN:
        found = _newborn(sentence.note, sentence, edition)
    elif record is Record.MATERNAL:
        found = _maternal(sentence.note, sentence, edition)
    else:
        return
    for start, end, code in found:
        row = edition.find(code)
        if row is not None:
            mention = sentence.mention(start, end)
            if mention.assertion in (Assertion.PRESENT, Assertion.POSSIBLE):
                best = Candidate(
                    code=code,
                    score=1.0,
                    term=f"{row.title}: {mention.text}",
                    source="I.C.15 and I.C.16",
                    # The "both" of "Twins, both liveborn" is no side.
                    exact=row.assignable,
                )
                yield LocatedMention(mention=mention, candidates=(best,))


def _maternal(text: str, sentence: Sentence, edition: Edition) -> Iterator[tuple[int, int, str]]:
    for match in _WEEKS.finditer(text, sentence.start, sentence.end):
        weeks = int(match["number"])
        if (
            weeks in _FULL
            and not _NOT_GESTATION.search(text, sentence.start, match.start())
            and not _is_postpartum(text)
        ):
            yield match.start(), match.end(), "Z3A.01" if weeks < _EARLIEST else f"Z3A.{min(weeks, _LATEST + 7)}"
    for match in _INCIDENTAL.finditer(text, sentence.start, sentence.end):
        yield match.start(), match.end(), "Z33.1"
    if not _INCIDENTAL.search(text, sentence.start, sentence.end):
        for match in (*_PREGNANT.finditer(text, *_ends(sentence)), *_GRAVIDA.finditer(text, *_ends(sentence))):
            yield match.start(), match.end(), "Z33.1"
    # In a past history it is how a child was born, or an earlier delivery.
    now = sentence.section.kind is not SectionKind.PAST_HISTORY
    for match in _NORMAL_DELIVERY.finditer(text, sentence.start, sentence.end) if now else ():
        if not _ASSISTED.search(text):
            yield match.start(), match.end(), "O80"
    for pattern, code in _OUTCOMES:
        outcome = re.compile(pattern, re.IGNORECASE).search(text, sentence.start, sentence.end)
        if outcome is not None and re.search(r"\b(?:deliver\w*|cesarean|c-section|NSVD|SVD|birth)\b", text, re.I):
            yield outcome.start(), outcome.end(), code
            break
    yield from _visits(text, sentence)
    yield from _high_risk(sentence, edition)
    for match in _PREECLAMPSIA.finditer(text, sentence.start, sentence.end):
        row = best_row(edition, ("O14", "O11"), sentence.lexicon.content_words(match.group()), share=0.3)
        if row is not None:
            yield match.start(), match.end(), row.code
    yield from _gestational_diabetes(text, sentence, edition)


def _ends(sentence: Sentence) -> tuple[int, int]:
    return sentence.start, sentence.end


def _is_postpartum(text: str) -> bool:
    return re.search(r"\bpost-?partum\b|\bpuerper", text, re.IGNORECASE) is not None


def _visits(text: str, sentence: Sentence) -> Iterator[tuple[int, int, str]]:
    visit = r"(?:visit|check(?:-?up)?|care|exam\w*|follow-?up|appointment)\b"
    prenatal = re.compile(rf"\b(?:prenatal|antenatal|ob) {visit}", re.IGNORECASE).search(
        text, sentence.start, sentence.end
    )
    if prenatal is not None:
        first = re.search(r"\b(?:first pregnancy|primigravida|primiparous|nulliparous|g1 ?p0)\b", text, re.IGNORECASE)
        yield prenatal.start(), prenatal.end(), "Z34.0" if first else "Z34.9"
    postpartum = re.compile(rf"\bpost-?partum {visit}", re.IGNORECASE).search(text, sentence.start, sentence.end)
    if postpartum is not None:
        yield postpartum.start(), postpartum.end(), "Z39.2"


def _high_risk(sentence: Sentence, edition: Edition) -> Iterator[tuple[int, int, str]]:
    for match in _HIGH_RISK.finditer(sentence.note, sentence.start, sentence.end):
        said = match["object"].lower().replace("advanced maternal age", "elderly")
        row = best_row(edition, ("O09",), sentence.lexicon.content_words(said), share=0.2)
        yield match.start(), match.end(), row.code if row is not None else "O09.9"


def _gestational_diabetes(text: str, sentence: Sentence, edition: Edition) -> Iterator[tuple[int, int, str]]:
    """Take the strongest way in which it is controlled: insulin, else oral drugs, else diet."""
    named = re.compile(r"\bgestational diabetes(?: mellitus)?|\bGDM\b", re.IGNORECASE).search(
        text, sentence.start, sentence.end
    )
    if named is None:
        return
    row = "O24.43" if _is_postpartum(text) else "O24.41"
    said = next(
        (title for word, title in _CONTROL if re.search(rf"\b(?:{word})", text, re.IGNORECASE)), "unspecified control"
    )
    found = next((one.code for one in rows_below(edition, row) if one.assignable and said in one.title.lower()), row)
    yield named.start(), named.end(), found


def _newborn(text: str, sentence: Sentence, edition: Edition) -> Iterator[tuple[int, int, str]]:
    birth = _BIRTH.search(text, sentence.start, sentence.end)
    if birth is not None and not _TRANSFERRED.search(text):
        yield birth.start(), birth.end(), _liveborn(text)
    grams = _GRAMS.search(text, sentence.start, sentence.end)
    if grams is not None:
        code = _by_weight(int(grams["grams"].replace(",", "")), edition)
        if code is not None:
            yield grams.start(), grams.end(), code
    weeks = _WEEKS.search(text, sentence.start, sentence.end)
    if weeks is not None and _PRETERM.search(text):
        code = _by_weeks(int(weeks["number"]), edition)
        if code is not None:
            yield weeks.start(), weeks.end(), code


def _liveborn(text: str) -> str:
    """Give the code of a birth by number, place and way; the place is a hospital unless the note says otherwise."""
    base = next((code for word, code in _BABIES if re.search(rf"\b{word}", text, re.IGNORECASE)), "Z38.0")
    cesarean = re.search(r"\bc(?:a?esarean|-section)\b", text, re.IGNORECASE) is not None
    vaginal = re.search(r"\bvaginal|\bNSVD\b|\bSVD\b", text, re.IGNORECASE) is not None
    if _OUTSIDE.search(text):
        return {"Z38.0": "Z38.1", "Z38.3": "Z38.4"}.get(base, "Z38.7")
    if not cesarean and not vaginal:
        return {"Z38.0": "Z38.2", "Z38.3": "Z38.5"}.get(base, "Z38.8")
    if base == "Z38.6":
        order = next(at for at, (word, _) in enumerate(_BABIES) if re.search(rf"\b{word}", text, re.IGNORECASE))
        return f"Z38.6{1 + 2 * order + cesarean}"
    return f"{base}{int(cesarean)}"


def _by_weight(grams: int, edition: Edition) -> str | None:
    for row in (*rows_below(edition, "P07.0"), *rows_below(edition, "P07.1")):
        limits: Sequence[str] = re.findall(r"\d+", row.title)
        less = "less than" in row.title.lower() and len(limits) == 1 and grams < int(limits[0])
        if row.assignable and (less or (len(limits) == 2 and int(limits[0]) <= grams <= int(limits[1]))):
            return row.code
    return None


def _by_weeks(weeks: int, edition: Edition) -> str | None:
    for row in (*rows_below(edition, "P07.2"), *rows_below(edition, "P07.3")):
        named = re.search(r"(\d+) completed weeks", row.title)
        if row.assignable and named is not None and int(named[1]) == weeks and "less than" not in row.title.lower():
            return row.code
    return None
