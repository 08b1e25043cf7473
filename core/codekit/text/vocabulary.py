"""The words of clinical language that note and classification are compared in."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from importlib import resources

import attrs

_BRITISH = (
    ("haem", "hem"),
    ("aem", "em"),
    ("oedem", "edem"),
    ("oestr", "estr"),
    ("foet", "fet"),
    ("rrhoea", "rrhea"),
    ("pnoea", "pnea"),
    ("paed", "ped"),
    ("caec", "cec"),
    ("faec", "fec"),
    ("aetiol", "etiol"),
    ("gynaec", "gynec"),
    ("coel", "cel"),
    ("tumour", "tumor"),
    ("behaviour", "behavior"),
    ("colour", "color"),
    ("fibre", "fiber"),
    ("sulph", "sulf"),
    ("ischaem", "ischem"),
    ("orthopaed", "orthoped"),
    ("hyperkinaes", "hyperkines"),
    ("anaesth", "anesth"),
)
_JOINING_PREFIX = frozenset(
    [
        "gastro",
        "post",
        "non",
        "anti",
        "hyper",
        "hypo",
        "intra",
        "extra",
        "sub",
        "peri",
        "musculo",
        "cardio",
        "cerebro",
        "naso",
        "oro",
        "trans",
        "inter",
        "co",
        "pre",
        "re",
        "multi",
        "neuro",
        "broncho",
        "entero",
        "utero",
        "vesico",
        "recto",
        "ano",
        "micro",
        "macro",
        "poly",
        "pseudo",
        "semi",
        "supra",
        "infra",
        "retro",
        "para",
        "endo",
        "myo",
        "osteo",
        "arterio",
        "thrombo",
        "hemo",
        "fibro",
    ]
)
_KEEP_S = frozenset(
    [
        "diabetes",
        "herpes",
        "rabies",
        "scabies",
        "caries",
        "facies",
        "ascites",
        "biceps",
        "triceps",
        "pes",
        "tabes",
        "mumps",
        "measles",
        "rickets",
        "pancreas",
        "hiccups",
        "status",
        "abscess",
        "series",
        "feces",
        "menses",
        "yaws",
        "pubes",
        "species",
        "tetanus",
        "cms",
        "bends",
        "christmas",
        "atlas",
        "caput",
        "graves",
        "addisons",
        "parkinsons",
        "alzheimers",
        "crohns",
        "cushings",
        "hodgkins",
        "wilsons",
        "raynauds",
        "lyme",
        "sjogrens",
        "meniere",
    ]
)
_LEVEL = re.compile(r"([ctls])\d{1,2}")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}
_NUMBERED = frozenset(("type", "stage", "grade", "class"))


@attrs.frozen(kw_only=True)
class Vocabulary:
    """Abbreviations, synonyms, and the words that weigh little or nothing.

    Args:
        abbreviations: Abbreviation to its words; in capitals where only those count, else in lower case.
        senses: Abbreviations with several senses, to the words of each sense and the words that tell it; a sense
            without words names no condition.
        phrases: Normalized words to their canonical words.
        weak: Words that qualify a term without naming it.
        stop: Words that carry no meaning for a look-up.
        sites: Words for parts of the body.
        implied: Word to the words that it implies.
        longest: First word of a phrase to the number of words of the longest that it opens.
    """

    abbreviations: Mapping[str, tuple[str, ...]]
    senses: Mapping[str, tuple[tuple[tuple[str, ...], frozenset[str]], ...]]
    phrases: Mapping[tuple[str, ...], tuple[str, ...]]
    weak: frozenset[str]
    stop: frozenset[str]
    sites: frozenset[str]
    implied: Mapping[str, tuple[str, ...]]
    longest: Mapping[str, int]

    def expand(self, surface: str, around: frozenset[str]) -> tuple[str, ...] | None:
        """Spell an abbreviation out.

        Args:
            surface: A word as the note has it.
            around: The words of its sentence, in lower case, which tell one sense from another.

        Returns:
            Its words; none for a sense that names no condition, and None where it is no abbreviation that codekit
            knows, or one whose sense the sentence does not tell.
        """
        for words, telling in self.senses.get(surface, ()):
            if not telling.isdisjoint(around):
                return words
        return self.abbreviations.get(surface) or self.abbreviations.get(surface.lower())

    def canonical(self, words: tuple[str, ...]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Replace synonyms, longest phrase first, from left to right.

        Args:
            words: Normalized words.

        Yields:
            Half-open range of the words replaced, and the words that stand for them.
        """
        at = 0
        while at < len(words):
            for size in range(min(self.longest.get(words[at], 0), len(words) - at), 0, -1):
                found = self.phrases.get(words[at : at + size])
                if found is not None:
                    yield at, at + size, found
                    at += size
                    break
            else:
                yield at, at + 1, (_numbered(words, at),)
                at += 1


def _numbered(words: tuple[str, ...], at: int) -> str:
    """Join a number to the word that it counts by: the 1 of "type 1" is not that of "stage 1"."""
    word = words[at]
    if not at or words[at - 1] not in _NUMBERED:
        return word
    number = _ROMAN.get(word, word)
    return words[at - 1] + number if number[0].isdigit() else word


def _split(phrase: str) -> tuple[str, ...]:
    return tuple(part for word in phrase.split() for part in split_word(word))


@functools.cache
def load_vocabulary() -> Vocabulary:
    """Read codekit's word lists, once per process."""
    abbreviations: dict[str, tuple[str, ...]] = {}
    for short, words in _rows("abbreviations.tsv"):
        capitals_only = short.startswith("!") or (len(short) <= 3 and short.isupper())
        key = short.lstrip("!") if capitals_only else short.lower()
        abbreviations[key] = tuple(part for word in words.split() for part in split_word(word))
    phrases = {
        _split(left): tuple(_numbered(_split(right), at) for at in range(len(_split(right))))
        for left, right in _rows("synonyms.tsv")
    }
    return Vocabulary(
        abbreviations=abbreviations,
        senses=_senses(),
        phrases=phrases,
        longest=longest_by_first(phrases),
        weak=frozenset(normalize_word(word) for word in _words("weak.txt")),
        stop=frozenset(_words("stop.txt")),
        implied={left: tuple(right.split()) for left, right in _rows("implied.tsv")},
        sites=frozenset(normalize_word(word) for word in _words("sites.txt")),
    )


def longest_by_first(phrases: Iterable[tuple[str, ...]]) -> Mapping[str, int]:
    """Give the length of the longest phrase that each first word opens, so that other words cost no look-up."""
    longest: dict[str, int] = {}
    for words in phrases:
        longest[words[0]] = max(longest.get(words[0], 0), len(words))
    return longest


def word_lists_digest() -> str:
    """Give the SHA-256 of all word lists: an index built with other lists does not fit the notes read with these."""
    folder = resources.files("codekit.text").joinpath("data")
    names = sorted(item.name for item in folder.iterdir() if item.is_file())
    return sha256(b"\n".join(folder.joinpath(name).read_bytes() for name in names)).hexdigest()


@functools.lru_cache(maxsize=100_000)
def split_word(surface: str) -> tuple[str, ...]:
    """Normalize a word and split it at its hyphens, save behind a prefix that notes write joined or apart.

    Args:
        surface: A word as written: letters, digits, inner hyphens and apostrophes.

    Returns:
        One word or several, as `normalize_word` gives them.
    """
    parts = [part for part in re.split(r"[-/]", surface.lower()) if part]
    joined: list[str] = []
    level = _LEVEL.fullmatch(parts[0]) if parts else None
    for part in parts:
        if level and part.isdigit():
            # "C5-6" are the vertebrae C5 and C6.
            joined.append(level[1] + part)
            continue
        if joined and joined[-1] in _JOINING_PREFIX:
            joined[-1] += part
        else:
            joined.append(part)
    return tuple(normalize_word(part) for part in joined)


@functools.lru_cache(maxsize=100_000)
def normalize_word(word: str) -> str:
    """Fold case, British spelling, possessive and plural endings.

    Args:
        word: One word.

    Returns:
        The form under which it is compared; the folding is idempotent.
    """
    word = word.lower().replace("’", "'").replace("ooesoph", "oesoph")
    word = word.removesuffix("'s").replace("'", "")
    for british, american in _BRITISH:
        if british in word:
            word = word.replace(british, american)
    # "gastroesophageal" holds the letters of "oesoph" too, so only the start and the British double vowel count.
    if word.startswith("oesoph"):
        word = word[1:]
    return _singular(word)


def _singular(word: str) -> str:
    if word.endswith(("metastases", "diagnoses")) or (len(word) > 6 and word.endswith("oses")):
        return word[:-2] + "is"
    if word.endswith("ae") and len(word) > 5:
        return word[:-1]
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")) or word in _KEEP_S:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses")) and not word.endswith("aches"):
        return word[:-2]
    return _singular(word[:-1])


def _senses() -> dict[str, tuple[tuple[tuple[str, ...], frozenset[str]], ...]]:
    found: dict[str, tuple[tuple[tuple[str, ...], frozenset[str]], ...]] = {}
    for line in _lines("senses.tsv"):
        short, words, telling = line.split("\t")
        spelled = () if words == "-" else tuple(part for word in words.split() for part in split_word(word))
        found[short] = (*found.get(short, ()), (spelled, frozenset(telling.split())))
    return found


def _rows(name: str) -> Iterator[tuple[str, str]]:
    for line in _lines(name):
        left, _, right = line.partition("\t")
        yield left, right


def _words(name: str) -> Iterator[str]:
    for line in _lines(name):
        yield from line.split()


def _lines(name: str) -> Iterator[str]:
    text = resources.files("codekit.text").joinpath("data", name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))
