"""Use, abuse and dependence of a substance, by the substance's category and the word that names the pattern."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codekit.plugin import Code, Edition, LocatedMention, Sentence
from codekit_icd10cm.mentions.coded import coded
from codekit_icd10cm.mentions.cues import holds_any
from codekit_icd10cm.mentions.titles import rows_below

_SOURCE = "I.C.5.b"
# Source: ICD-10-CM tabular list, titles of F10-F19, and index, Dependence (on), by drug.
_SUBSTANCES = {
    "F10": r"alcohol|ethanol|etoh",
    "F11": r"opioid|opiate|heroin|fentanyl|oxycodone|hydrocodone|morphine|methadone|codeine",
    "F12": r"cannabis|marijuana|thc|cannabinoid",
    "F13": r"(?:sedative|hypnotic|anxiolytic)(?:(?:,|,? or|/)\s*(?:sedative|hypnotic|anxiolytic))*|"
    r"benzodiazepine|barbiturate|alprazolam|xanax|lorazepam|clonazepam|diazepam",
    "F14": r"cocaine|crack",
    "F15": r"(?:meth)?amphetamine|(?:other )?stimulant|caffeine|crystal meth|methylphenidate",
    "F16": r"hallucinogen|lsd|pcp|phencyclidine|ecstasy|mdma|ketamine|psilocybin",
    "F18": r"inhalant|glue|solvent",
    "F19": r"(?:poly|other psychoactive )?substance|polydrug",
}
_PATTERNS = r"use disorder|dependence|dependent|addiction|addicted|abuse|misuse|use"
# What every pattern of use holds.
_CUES = ("use", "depend", "addict")
# What a disorder of use may bring, as the titles of F10-F19 say it; other diseases are no part of its name.
_DETAILS = (
    r"intoxication|withdrawal|delirium|delusions|hallucinations|psycho\w+(?: disorder)?|mood disorder|"
    r"depressi(?:ve disorder|on)|anxiety(?: disorder)?|sleep disorder|insomnia|(?:sexual|erectile) dysfunction|"
    r"amnestic disorder|dementia|perceptual disturbances?"
)
_NAMED = re.compile(
    r"(?:\b(?P<severity>mild|moderate|severe)[, ]+)?"
    + "(?:"
    + "|".join(rf"(?P<{category}>\b(?:{names})s?\b)" for category, names in _SUBSTANCES.items())
    + rf")\s+(?P<pattern>{_PATTERNS})\b(?P<joined>(?:(?:, | and |, and |/)(?:{_PATTERNS})\b)*)"
    r"(?:[ ,(-]+(?P<behind>mild|moderate|severe)\b\)?)?"
    rf"(?P<detail>(?:[, ]+(?:in (?:\w+ )?remission|with (?:[\w-]+[ -]){{0,2}}?(?:{_DETAILS})"
    rf"(?: and (?:[\w-]+ )?(?:{_DETAILS}))?|uncomplicated))*)",
    re.IGNORECASE,
)
# Disorders that a substance brings, as titles name them; what else psychosis may be is left to its own words.
_INDUCED = (
    (re.compile(r"\banxiety\b", re.IGNORECASE), "anxiety disorder"),
    (re.compile(r"\b(?:sleep disorder|insomnia)\b", re.IGNORECASE), "sleep disorder"),
    (re.compile(r"\b(?:sexual|erectile) dysfunction\b", re.IGNORECASE), "sexual dysfunction"),
    (re.compile(r"\b(?:mood disorder|depressi(?:on|ve disorder))\b", re.IGNORECASE), "mood disorder"),
)
_UNSPECIFIED, _UNCOMPLICATED = "9", "0"
_STATED = re.compile(r"uncomplicated|delirium|perceptual|disturbance", re.IGNORECASE)
_KINDS = ((re.compile(r"intoxicat", re.IGNORECASE), "2"), (re.compile(r"withdrawal", re.IGNORECASE), "3"))
_USE, _ABUSE, _DEPENDENCE = "9", "1", "2"
_BY_PATTERN = {
    "dependence": _DEPENDENCE,
    "dependent": _DEPENDENCE,
    "addiction": _DEPENDENCE,
    "addicted": _DEPENDENCE,
    "abuse": _ABUSE,
    "misuse": _ABUSE,
    "use": _USE,
}
_BY_SEVERITY = {"mild": _ABUSE, "moderate": _DEPENDENCE, "severe": _DEPENDENCE}


def find(sentence: Sentence, edition: Edition) -> Iterator[LocatedMention]:
    """Find the patterns of use that a sentence names.

    Args:
        sentence: The sentence.
        edition: The opened edition.

    Yields:
        A mention of each with the row of its pattern; the words around it choose the code below. A use disorder of
        unknown severity is left to the index.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.5.b.1 (severity) and I.C.5.b.2 (patterns).
    """
    if not holds_any(sentence, _CUES):
        return
    for match in _NAMED.finditer(sentence.note, sentence.start, sentence.end):
        category = next(name for name in _SUBSTANCES if match[name])
        pattern = _pattern(match)
        row = _row(edition, f"{category}.{pattern}", match["detail"]) if pattern else None
        if row is not None:
            yield coded(sentence, match.span(), row, _SOURCE)


def _row(edition: Edition, pattern: str, detail: str) -> Code | None:
    """Find the row of a pattern; an intoxication or a withdrawal of which no more is said is unspecified (index)."""
    for named, kind in _KINDS:
        if named.search(detail) and not _STATED.search(detail):
            return edition.find(pattern + kind + _UNSPECIFIED) or edition.find(pattern + kind) or edition.find(pattern)
    for named, disorder in _INDUCED:
        if named.search(detail):
            rows = (row for row in rows_below(edition, pattern) if f"-induced {disorder}" in row.title)
            return next(rows, edition.find(pattern))
    return (edition.find(pattern + _UNCOMPLICATED) if not detail else None) or edition.find(pattern)


def _pattern(match: re.Match[str]) -> str | None:
    named = match["pattern"].lower()
    if named == "use disorder":
        severity = (match["severity"] or match["behind"] or "").lower()
        return _BY_SEVERITY.get(severity)
    # "Abuse and dependence" of one substance is dependence, "use and abuse" is abuse.
    found = [_BY_PATTERN[named], *(_BY_PATTERN[word] for word in _joined(match["joined"]))]
    return next(each for each in (_DEPENDENCE, _ABUSE, _USE) if each in found)


def _joined(text: str) -> list[str]:
    return [word for word in re.findall(r"[a-z]+", text.lower()) if word in _BY_PATTERN]
