"""Ulcers with their sites and stages: several in one statement, one that grew worse, one that is healed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from codekit.plugin import Assertion, Candidate, Edition, LocatedMention, Sentence
from codekit_icd10cm.mentions.cues import holds_any
from codekit_icd10cm.mentions.titles import best_row

_PRESSURE = re.compile(
    r"\b(?:pressure (?:ulcers?|injur(?:y|ies)|sores?|areas?)|pressure-induced|decubit(?:us|i)(?: ulcers?)?|bed "
    r"?sores?)\b",
    re.I,
)
_CUES = ("healed", "resolved", "closed", "pressure", "decubit", "bed")
_ULCER = ("L89", "L97", "L98.4")
_HEALED = re.compile(r"(?<!not )(?<!non-)(?<!not yet )(?<!partially )\b(?:healed|resolved|closed)\b", re.IGNORECASE)
_STAGE = re.compile(
    r"\bstage (?P<stage>[1-4]|i{1,3}v?|iv)\b|\b(?P<other>unstageable|unstaged|deep tissue (?:pressure "
    r")?(?:injur|damag)\w*)",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"\b(?:(?P<side>right|left|both|bilateral)\s+)?(?:\w+ )?(?P<site>elbows?|upper back|shoulder blades?|lower "
    r"back|sacr(?:um|al)|"
    r"coccyx|coccygeal|tailbone|hips?|trochanter\w*|buttocks?|gluteal|ischi\w+|ankles?|malleol\w+|heels?|head|occiput|"
    r"occipital|knees?|foot|feet|toes?|ears?|nose|chin|neck|leg|arm|thigh|calf)\b",
    re.IGNORECASE,
)
# Sites that are known under the name of another.
_NAMED = (
    (r"sacr|coccy|tailbone", "sacral region"),
    ("trochanter", "hip"),
    ("gluteal|ischi", "buttock"),
    ("malleol", "ankle"),
    ("occip", "head"),
    ("shoulder blade", "upper back"),
)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_OTHER_SITE = "L89.89"


@attrs.frozen(kw_only=True)
class Ulcer:
    """One pressure ulcer of a sentence, offsets in the note.

    Args:
        start: First code point of its words.
        end: One past the last.
        site: The site as titles name it, with its side; empty where none is said.
        stage: Words of the stage as titles have them; empty where none is said.
    """

    start: int
    end: int
    site: str
    stage: str


def find(sentence: Sentence, located: Sequence[LocatedMention], edition: Edition) -> Iterator[LocatedMention]:
    """Find the pressure ulcers of a sentence, and mark the ulcers that it calls healed.

    Args:
        sentence: The sentence.
        located: What the index gave for the sentence.
        edition: The opened edition.

    Yields:
        A mention for each site and stage. One that is healed is given as history.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.C.12.a and I.C.12.b.
    """
    if not holds_any(sentence, _CUES):
        return
    healed = _HEALED.search(sentence.text) is not None and not re.search(r"\bhealing\b", sentence.text, re.I)
    if healed:
        for one in located:
            inside = sentence.start <= one.mention.start < sentence.end
            if inside and one.candidates and one.candidates[0].code.startswith(_ULCER):
                yield attrs.evolve(one, mention=attrs.evolve(one.mention, assertion=Assertion.HISTORICAL))
    elif _PRESSURE.search(sentence.text):
        for ulcer in _ulcers(sentence):
            row = _row(ulcer, sentence.lexicon.content_words(_site(ulcer)), edition)
            mention = sentence.mention(ulcer.start, ulcer.end)
            if row is not None and mention.assertion in (Assertion.PRESENT, Assertion.POSSIBLE):
                words = sentence.lexicon.content_words(f"pressure ulcer {ulcer.site} {ulcer.stage}")
                term = f"Pressure ulcer, {ulcer.site}, {ulcer.stage or 'unspecified stage'}"
                candidate = Candidate(code=row, score=1.0, term=term, source="I.C.12.a")
                narrow = attrs.evolve(mention, normalized=words, scope=(ulcer.start, ulcer.end))
                yield LocatedMention(mention=narrow, candidates=(candidate,))


def _ulcers(sentence: Sentence) -> Iterator[Ulcer]:
    """Pair each site with its stage: the nearest within its clause; a second stage of one site is an ulcer more."""
    sites = list(_SITE.finditer(sentence.note, sentence.start, sentence.end))
    stages = list(_STAGE.finditer(sentence.note, sentence.start, sentence.end))
    if not sites:
        return
    for at, site in enumerate(sites):
        own: list[re.Match[str] | None] = [stage for stage in stages if _nearest(stage, sites) == at]
        named = _site_name(site)
        for stage in own or [None]:
            spans = [site.span(), *([stage.span()] if stage else [])]
            yield Ulcer(
                start=min(span[0] for span in spans),
                end=max(span[1] for span in spans),
                site=named,
                stage=_stage_name(stage) if stage else "",
            )


def _nearest(stage: re.Match[str], sites: Sequence[re.Match[str]]) -> int:
    def distance(at: int) -> tuple[int, int]:
        site = sites[at]
        gap = stage.start() - site.end() if stage.start() >= site.end() else site.start() - stage.end()
        text = stage.string[min(stage.end(), site.end()) : max(stage.start(), site.start())]
        return len(re.findall(r"[,;]|\band\b", text)), gap

    return min(range(len(sites)), key=distance)


def _site_name(match: re.Match[str]) -> str:
    said = match["site"].lower()
    name = next((title for pattern, title in _NAMED if re.search(pattern, said)), said)
    side = (match["side"] or "").lower()
    return f"{side} {name}".strip()


def _stage_name(match: re.Match[str]) -> str:
    if match["stage"]:
        number = match["stage"].lower()
        return f"stage {_ROMAN.get(number, number)}"
    said = match["other"].lower()
    if said.startswith("deep"):
        return "pressure-induced deep tissue damage"
    return "unstageable" if said == "unstageable" else ""


def _site(ulcer: Ulcer) -> str:
    """Give the site of an ulcer without its side."""
    return ulcer.site.removeprefix("right ").removeprefix("left ").removeprefix("both ").removeprefix("bilateral ")


def _row(ulcer: Ulcer, words: Sequence[str], edition: Edition) -> str | None:
    """Find the row of the site, below which the walk takes side and stage."""
    sites = [row.code for row in edition.children("L89")] if edition.find("L89") else []
    site = _site(ulcer)
    for code in sites:
        if site.rstrip("s") in edition.get(code).title.lower():
            return code
    found = best_row(edition, sites, words)
    return found.code[:5] if found else (_OTHER_SITE if edition.find(_OTHER_SITE) else None)
