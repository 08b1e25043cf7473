"""Whom a code is for, by sex and age, as titles and notes of the tabular list say it.

There is no list of codes here. A rule is a pattern; notes decide before titles, and the row nearest to the code
before those above it, so `C50.011` is for a woman although `C50` is for both. A title that names both sexes, or
two ages, decides nothing.

Source: NCHS, ICD-10-CM tabular list, April 2026 (titles, inclusion terms, notes). Ages that it gives in words, such
as `child` or `adult`: CMS, Medicare Code Editor, edit 4 `age conflict`: newborn 0, pediatric 0-17, maternity 9-64,
adult 15-124. Medicare Claims Processing Manual, chapter 32, section 240 (condition code 45): anatomy and the sex on
record may differ, so words for a part of the body only warn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import attrs

from codekit.plugin import Code, Edition, Encounter, Finding, NoteKind, Severity, Sex
from codekit_icd10cm.sources import tabular_note, tabular_title

_OLDEST = 130
_NEWBORN = (0, 0)
_PEDIATRIC = (0, 17)
_MATERNITY = (9, 64)
_ADULT = (15, 124)
_ANY_AGE = (0, _OLDEST)
_EXTERNAL_CAUSES = frozenset("VWXY")  # they name perpetrators, victims and devices, not the patient
_PERINATAL = "P"
_PERSONS = (
    "Z"  # in chapter 21 a title names who is seen; elsewhere a disease, which may outlast the age it is named for
)
_SAYING = (NoteKind.NOTE, NoteKind.INCLUSION_TERM)
_MEDICARE_CODE_EDITOR = "CMS Medicare Code Editor, age conflict"


@attrs.frozen(kw_only=True, eq=False)
class SexRule:
    """Words that set the sex of the patient.

    Args:
        sex: Whom a code with these words is for.
        words: What the text holds.
        unless: What it does not hold.
        severity: How bad it is when the patient's sex is the other one.
    """

    sex: Sex
    words: re.Pattern[str]
    unless: re.Pattern[str]
    severity: Severity


@attrs.frozen(kw_only=True, eq=False)
class AgeRule:
    """Words that set the age of the patient.

    Args:
        ages: Youngest and oldest in completed years, both inclusive.
        words: What the text holds.
        unless: What it does not hold.
        severity: How bad another age is; None leaves it to the chapter.
    """

    ages: tuple[int, int]
    words: re.Pattern[str]
    unless: re.Pattern[str]
    severity: Severity | None = None


@attrs.frozen(kw_only=True)
class Said:
    """What one row says of the patient, by its title or by the text of a note."""

    row: Code
    severity: Severity
    note: str | None = None
    sex: Sex | None = None
    ages: tuple[int, int] = _ANY_AGE


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


_NOTHING = re.compile(r"(?!)")
_OTHERS = _words(
    "family history|genetic susceptibility|artificial|eustachian|pseudohermaphroditism|phenotype|karyotype|chromosomes?"
)
_PAST = _words("history|sequelae?")

_SEX_TITLES = (
    SexRule(
        sex=Sex.FEMALE,
        words=_words("pregnan[ct]y?|obstetric(?:al)?|puerper(?:al|ium)|childbirth|maternal|antenatal|gestation(?:al)?"),
        unless=_words("family history|childcare|not associated with|avoid pregnancy"),
        severity=Severity.ERROR,
    ),
    SexRule(
        sex=Sex.FEMALE,
        words=_words(
            "female (?:external )?genital(?:ia)?|genital organs?, female|female pelvic|vulva[elr]?|vulvovagin\\w+|"
            "vagina|vaginal|vaginitis|vaginismus|uterus|uterine|corpus uteri|cervix|endometri\\w+|parametri\\w+|hymen|"
            "ovar(?:y|ies|ian)|oophoritis|salpingitis|fallopian|clitoris|labia|labium|menstrua\\w+|"
            "(?:post|peri)?menopaus\\w+|placenta\\w*|intrauterine|oocyte|gynecological|tubal ligation"
        ),
        unless=_OTHERS,
        severity=Severity.WARNING,
    ),
    SexRule(sex=Sex.FEMALE, words=_words("females?"), unless=_OTHERS, severity=Severity.ERROR),
    SexRule(
        sex=Sex.MALE,
        words=_words(
            "male (?:external )?genital|genital organs?, male|penis|penile|prostat\\w+|scrot\\w+|prepuce|orchitis|"
            "test(?:is|es|icles?|icular)|epididym\\w+|spermat\\w+|seminal|azoospermia|balanitis|hypospadias|"
            "ejaculat\\w+|vasectomy"
        ),
        unless=_OTHERS,
        severity=Severity.WARNING,
    ),
    SexRule(sex=Sex.MALE, words=_words("males?"), unless=_OTHERS, severity=Severity.ERROR),
)

_MATERNAL_RECORD = _words("only on (?:the )?maternal records?|outcome of delivery on the mother's record")
_SEX_NOTES = (SexRule(sex=Sex.FEMALE, words=_MATERNAL_RECORD, unless=_NOTHING, severity=Severity.ERROR),)

_AGE_NOTES = (
    AgeRule(
        ages=_ANY_AGE,
        words=_words("regardless of the age of a patient|at any time after the puerperium"),
        unless=_NOTHING,
    ),
    AgeRule(ages=_MATERNITY, words=_MATERNAL_RECORD, unless=_NOTHING, severity=Severity.ERROR),
    # Source: Official Guidelines FY2026, I.C.16.a.4: a perinatal condition may be coded throughout life.
    AgeRule(ages=_NEWBORN, words=_words("newborn records only"), unless=_NOTHING, severity=Severity.WARNING),
    AgeRule(
        ages=_NEWBORN,
        words=_words("initial record of a newborn|used for newborns, within the neonatal period"),
        unless=_NOTHING,
        severity=Severity.ERROR,
    ),
)

_AGE_TITLES = (
    AgeRule(ages=_NEWBORN, words=_words("newborn|neonatorum"), unless=_words("history|not of newborn")),
    AgeRule(
        ages=_PEDIATRIC,
        words=_words(
            "infants?|infancy and childhood|peculiar to infancy|child|pediatric|adolescent development state|"
            "in childhood|(?:disorder|insomnia) of childhood"
        ),
        unless=_words("history|adults?|conflict|estrangement|hostility|mental health services|sequelae?"),
    ),
    AgeRule(
        ages=_ADULT,
        words=_words("adults?"),
        unless=_words("history|child(?:hood)?|pediatric|adult type|adult personality|sequelae?"),
    ),
    AgeRule(ages=_ADULT, words=_words("senile|senilis|age-related"), unless=_PAST, severity=Severity.WARNING),
)

# "BMI adult codes are for use for persons 20 years of age or older"
_GROUP_NOTE = re.compile(
    r"\b(?P<group>adult|pediatric) codes are for use for persons (?P<first>\d+)(?:-(?P<last>\d+))? years of age"
)
# "Pregnancy for a female 35 years and older at expected date of delivery"; "Egg (Oocyte) donor under age 35"
_FROM_AGE = re.compile(r"\b(?:age|female) (\d+)(?: years)? and (?:older|over)(?P<delivery> at expected date)?")
_BELOW_AGE = re.compile(r"\b(?:under age|female less than) (\d+)\b")


def check_patient(edition: Edition, codes: Iterable[str], encounter: Encounter) -> Iterator[Finding]:
    """Find the codes that are not for a patient of this sex or age.

    Args:
        edition: The opened edition.
        codes: Codes of the edition.
        encounter: Of which age and sex are read; one that is None is not checked.

    Yields:
        Findings `sex` and `age`, at most one of each for a code, in the order of the codes.
    """
    for code in codes:
        rows = (edition.get(code), *edition.ancestors(code))
        said = sex_of(rows) if encounter.sex else None
        if said and said.sex is not encounter.sex:
            yield _sex_finding(code, said, encounter, edition)
        said = ages_of(rows) if encounter.age is not None else None
        if said and encounter.age is not None and not said.ages[0] <= encounter.age <= said.ages[1]:
            yield _age_finding(code, said, encounter.age, edition)


def sex_of(rows: Sequence[Code]) -> Said | None:
    """Say which sex a code is for.

    Args:
        rows: The code and the rows above it, nearest first.

    Returns:
        The sex, how sure it is and which row says it; None where no row does.
    """
    if rows[0].code[0] in _EXTERNAL_CAUSES:
        return None
    for row, text in _texts(rows):
        rule = _only_sex(_SEX_NOTES, text)
        if rule:
            return Said(row=row, note=text, sex=rule.sex, severity=rule.severity)
    if rows[0].code[0] == _PERINATAL:
        return None  # its titles speak of the mother
    for row in rows:
        rule = _only_sex(_SEX_TITLES, row.title)
        if rule:
            return Said(row=row, sex=rule.sex, severity=rule.severity)
    return None


def ages_of(rows: Sequence[Code]) -> Said | None:
    """Say which ages a code is for.

    Args:
        rows: The code and the rows above it, nearest first.

    Returns:
        The ages, how sure they are and which row says it; None where no row does.
    """
    if rows[0].code[0] in _EXTERNAL_CAUSES or _PAST.search(rows[0].title):
        return None
    return _ages_by_notes(rows) or _ages_by_titles(rows)


def _ages_by_notes(rows: Sequence[Code]) -> Said | None:
    titles = " ".join(row.title.lower() for row in rows[:-1])
    for row, text in _texts(rows):
        rule = _only_age(_AGE_NOTES, text)
        if rule:
            return Said(row=row, note=text, ages=rule.ages, severity=rule.severity or Severity.ERROR)
        ages = _group_ages(text, titles) or _ages_in_years(text)
        if ages:
            return Said(row=row, note=text, ages=ages, severity=Severity.ERROR)
    return None


def _ages_by_titles(rows: Sequence[Code]) -> Said | None:
    for row in rows:
        ages = _ages_in_years(row.title)
        if ages:
            return Said(row=row, ages=ages, severity=Severity.ERROR)
        rule = _only_age(_AGE_TITLES, row.title)
        if rule:
            plain = row.code == rows[0].code and row.code[0] == _PERSONS
            default = Severity.ERROR if plain else Severity.WARNING
            return Said(row=row, ages=rule.ages, severity=rule.severity or default)
        if _PAST.search(row.title):
            return None
    return None


def _texts(rows: Iterable[Code]) -> Iterator[tuple[Code, str]]:
    return ((row, note.text) for row in rows for note in row.notes if note.kind in _SAYING)


@lru_cache(maxsize=4096)
def _only_sex(rules: tuple[SexRule, ...], text: str) -> SexRule | None:
    matching = [rule for rule in rules if rule.words.search(text) and not rule.unless.search(text)]
    return matching[0] if len({rule.sex for rule in matching}) == 1 else None


@lru_cache(maxsize=4096)
def _only_age(rules: tuple[AgeRule, ...], text: str) -> AgeRule | None:
    matching = [rule for rule in rules if rule.words.search(text) and not rule.unless.search(text)]
    return matching[0] if len({rule.ages for rule in matching}) == 1 else None


@lru_cache(maxsize=4096)
def _group_ages(text: str, titles: str) -> tuple[int, int] | None:
    match = _GROUP_NOTE.search(text)
    if match is None or match["group"] not in titles:
        return None
    return int(match["first"]), int(match["last"] or _OLDEST)


@lru_cache(maxsize=4096)
def _ages_in_years(text: str) -> tuple[int, int] | None:
    if match := _FROM_AGE.search(text):
        # Who reaches an age at delivery may be a year younger at the visit.
        return int(match[1]) - bool(match["delivery"]), _OLDEST
    if match := _BELOW_AGE.search(text):
        return 0, int(match[1]) - 1
    return None


def _sex_finding(code: str, said: Said, encounter: Encounter, edition: Edition) -> Finding:
    assert said.sex is not None and encounter.sex is not None
    message = f"it is for {said.sex.value} patients, and this one is {encounter.sex.value}; check the code and the sex"
    if said.severity is Severity.WARNING:
        message += " on record, and leave both where the anatomy is the patient's"
    return Finding(rule="sex", severity=said.severity, codes=(code,), message=message, source=_source(said, edition))


def _age_finding(code: str, said: Said, age: int, edition: Edition) -> Finding:
    youngest, oldest = said.ages
    whom = f"patients aged {youngest} to {oldest}"
    if said.ages == _NEWBORN:
        whom = "newborns, aged 0"
    elif oldest == _OLDEST:
        whom = f"patients aged {youngest} and older"
    message = f"it is for {whom}, and this one is {age}; check the code and the age"
    source = _source(said, edition)
    if said.ages in (_NEWBORN, _PEDIATRIC, _MATERNITY, _ADULT):
        source += f"; {_MEDICARE_CODE_EDITOR}"
    return Finding(rule="age", severity=said.severity, codes=(code,), message=message, source=source)


def _source(said: Said, edition: Edition) -> str:
    if said.note is None:
        return tabular_title(said.row, edition.release)
    return tabular_note(said.row.code, said.note, edition.release)
