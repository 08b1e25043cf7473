"""What the surface of the body has, by regions that notes seldom name: growths of the skin, and wounds."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.plugin import Assertion, Code, Edition, HistoryCodes, LocatedMention, PhraseBook, PhraseMatch, Sentence
from codekit_icd10cm.mentions.coded import coded
from codekit_icd10cm.mentions.titles import rows_below

_OVER = (Assertion.HISTORICAL, Assertion.FAMILY)
# Superficial injuries and open wounds of each region of the body.
_WOUNDS = "S00 S01 S10 S11 S20 S21 S30 S31 S40 S41 S50 S51 S60 S61 S70 S71 S80 S81 S90 S91"
_WITH, _WITHOUT = " with ", " without "
# What every title of a growth says.
_FILLER = frozenset(("skin", "unspecified"))
# A kind whose words tell how it came about as well.
_SHARES = "shares"


def find(
    sentence: Sentence, phrases: PhraseBook, edition: Edition, histories: HistoryCodes
) -> Iterator[LocatedMention]:
    """Find those that a sentence gives with their site.

    Args:
        sentence: The sentence.
        phrases: The tables of phrases.
        edition: The opened edition.
        histories: Its codes for what is over, or was a relative's.

    Yields:
        A mention of each with the row of its kind and region, below which the side decides, or that of its history.

    Source: ICD-10-CM Official Guidelines FY2026, section I.C.2 (neoplasm table); its entry for the skin; alphabetic
        index FY2025, Contusion, Laceration, Abrasion and the like.
    """
    for what, where in (("growth", "region"), ("wound", "part")):
        for match in phrases[f"surface.{what}"].find_apart(sentence.note, sentence.start, sentence.end):
            row = _row(sentence, match, phrases, where, edition)
            said = sentence.mention(match.start, match.end).assertion
            if row is not None and said in _OVER:
                row = histories.find(row.code, said)
            if row is not None:
                covers = _SHARES not in match.row.values
                yield coded(sentence, (match.start, match.end), row, match.row.section, covers=covers)


def _row(sentence: Sentence, match: PhraseMatch, phrases: PhraseBook, where: str, edition: Edition) -> Code | None:
    """Find the row of a kind at a site: that whose title names the site, else that of its region."""
    text = sentence.note[match.start : match.end]
    kind, categories = match.row.values["titles"], match.row.values.get("under", _WOUNDS).split()
    rows = [
        row for category in categories for row in rows_below(edition, category) if row.title.startswith(f"{kind} of ")
    ]
    said = frozenset(sentence.lexicon.content_words(text))
    named = {row.code: words for row in rows if (words := _site(row, kind, edition)) and words <= said}
    if named:
        most = max(map(len, named.values()))
        return min((row for row in rows if len(named.get(row.code, ())) == most), key=_plainness)
    region = phrases[f"surface.{where}"].first(text)
    titles = region.row.values["titles"].split(" | ") if region else ()
    found = ([row for row in rows if title in row.title] for title in titles)
    return min(next(filter(None, found), ()), key=_plainness, default=None)


def _site(row: Code, kind: str, edition: Edition) -> frozenset[str]:
    """Give the words of the site that a title names, with what it says besides that must be said too."""
    site, _, besides = row.title.removeprefix(kind).partition(_WITHOUT)[0].partition(_WITH)
    words = (*edition.lexicon.term_words(site), *edition.lexicon.term_words(besides))
    return frozenset(words) - _FILLER


def _plainness(row: Code) -> tuple[bool, int]:
    return _WITH in row.title, len(row.title)
