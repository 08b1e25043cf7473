"""A lexicon in a folder of tables, one file a kind, all optional; `docs/how-to/lexicon.md` shows their forms."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

import attrs

from codekit.errors import LexiconError
from codekit.text.assertion import Cue, Direction, Effect
from codekit.text.layout import LineKind
from codekit.text.lexicon import ENGLISH, Lexicon, Sense
from codekit.text.policy import PolicyRow
from codekit.text.sections import SectionKind
from codekit.text.vocabulary import Ending
from codekit.types import Assertion, Setting

E = TypeVar("E", bound=StrEnum)

_BETWEEN = " | "
_NOTHING = "-"
_CAPITALS_ONLY = 3
_OUTSIDE = "not"
# What a cue may say: a condition is present where no cue says otherwise.
_ASSERTED = tuple(one for one in Assertion if one is not Assertion.PRESENT)


class _Decision(StrEnum):
    """What a row of a policy says of its codes."""

    REPORT = "report"
    LEAVE = "leave"


@attrs.frozen(kw_only=True)
class _Row:
    """One row of a table."""

    path: Traversable
    line: int
    cells: tuple[str, ...]

    def refuse(self, got: str, expected: str) -> LexiconError:
        return LexiconError(f"{self.path}, line {self.line}: got {got}; expected {expected}")

    def one_of(self, kind: type[E], cell: str) -> E:
        try:
            return kind(cell)
        except ValueError:
            raise self.refuse(repr(cell), f"one of {', '.join(kind)}") from None


def read_lexicon(folder: Path, *, language: str = ENGLISH) -> Lexicon:
    """Read a folder of tables.

    Args:
        folder: It holds any of the files that `TABLES` names, in UTF-8; lines that begin with `#` are comments.
        language: ISO 639-1 code of their language.

    Returns:
        What they hold; a key that comes twice keeps its last row, and a phrase that is a cue twice does both.

    Raises:
        LexiconError: The folder is not there, holds a table of another name or none at all, or a row has another form.
    """
    return _read(folder, language)


def _read(folder: Traversable, language: str) -> Lexicon:
    if not folder.is_dir():
        raise LexiconError(f"{folder}: not a folder; give one with any of {', '.join(map(_name, TABLES))}")
    names = sorted(item.name for item in folder.iterdir() if item.is_file() and item.name.endswith(".tsv"))
    unknown = [name for name in names if name.removesuffix(".tsv") not in TABLES]
    if unknown or not names:
        got = f"{unknown[0]}: no table of a lexicon" if unknown else "no table"
        raise LexiconError(f"{folder}: {got}; expected any of {', '.join(map(_name, TABLES))}")
    read = {name.removesuffix(".tsv"): folder.joinpath(name) for name in names}
    return Lexicon(language=language, **{kind: TABLES[kind](path) for kind, path in read.items()})


@functools.cache
def load_language(language: str) -> Lexicon:
    """Give the lexicon that core has of a language, read once; an empty one where it has none."""
    folder = resources.files("codekit.text").joinpath("languages", language)
    return _read(folder, language) if folder.is_dir() else Lexicon(language=language)


def english() -> Lexicon:
    """Give the lexicon of English."""
    return load_language(ENGLISH)


def _name(kind: str) -> str:
    return f"{kind}.tsv"


def _words(path: Traversable) -> frozenset[str]:
    return frozenset(word for row in _rows(path, "words") for word in row.cells[0].split())


def _pairs(path: Traversable) -> dict[str, str]:
    return {row.cells[0]: row.cells[1] for row in _rows(path, "words", "words")}


def _synonyms(path: Traversable) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in _rows(path, "words", "words"):
        if not any(map(str.isalnum, row.cells[0])):
            raise row.refuse("no word in the first column", "the words that others stand for")
        found[row.cells[0]] = row.cells[1]
    return found


def _abbreviations(path: Traversable) -> dict[str, str]:
    return {_key(row.cells[0]): row.cells[1] for row in _rows(path, "abbreviation", "words")}


def _key(short: str) -> str:
    """Short forms in capitals count in capitals alone: "all" is a word. So do others behind an exclamation mark."""
    if short.startswith("!"):
        return short[1:]
    return short if len(short) <= _CAPITALS_ONLY and short.isupper() else short.lower()


def _senses(path: Traversable) -> dict[str, tuple[Sense, ...]]:
    found: dict[str, tuple[Sense, ...]] = {}
    for row in _rows(path, "abbreviation", "words, or - for no condition", "telling words"):
        short, words, telling = row.cells
        sense = Sense(words="" if words == _NOTHING else words, telling=frozenset(telling.lower().split()))
        found[short] = (*found.get(short, ()), sense)
    return found


def _endings(path: Traversable) -> dict[str, Ending]:
    found: dict[str, Ending] = {}
    for row in _rows(path, "ending", "ending of the singular, or - for none", "least letters"):
        ending, singular, least = row.cells
        if not least.isdecimal():
            raise row.refuse(repr(least), "a number of letters")
        found[ending] = Ending(singular="" if singular == _NOTHING else singular, least=int(least))
    return found


def _headings(path: Traversable) -> dict[str, SectionKind]:
    found: dict[str, SectionKind] = {}
    for row in _rows(path, "kind of section", "headings"):
        kind = row.one_of(SectionKind, row.cells[0])
        found.update((heading, kind) for heading in _phrases(row.cells[1]))
    return found


def _layout(path: Traversable) -> dict[str, tuple[LineKind, ...]]:
    found: dict[str, tuple[LineKind, ...]] = {}
    for row in _rows(path, "kind of line", "words"):
        kind = row.one_of(LineKind, row.cells[0])
        for phrase in _phrases(row.cells[1]):
            found[phrase] = (*found.get(phrase, ()), kind)
    return found


def _heading_words(path: Traversable) -> dict[str, SectionKind]:
    found: dict[str, SectionKind] = {}
    for row in _rows(path, "kind of section", "words", "words besides, or - for none"):
        kind, (words, besides) = row.one_of(SectionKind, row.cells[0]), row.cells[1:]
        others = ("",) if besides == _NOTHING else besides.lower().split()
        phrases = (f"{word} {other}".strip() for word in words.lower().split() for other in others)
        found.update((phrase, kind) for phrase in phrases if phrase not in found)
    return found


def _cues(path: Traversable) -> dict[str, tuple[Cue, ...]]:
    found: dict[str, tuple[Cue, ...]] = {}
    for row in _rows(path, "what it says", "direction", "phrases"):
        effect, direction, phrases = row.cells
        if effect not in (*_ASSERTED, *Effect):
            raise row.refuse(repr(effect), f"one of {', '.join((*_ASSERTED, *Effect))}")
        says = Effect(effect) if effect in tuple(Effect) else Assertion(effect)
        cue = Cue(says, row.one_of(Direction, direction))
        for phrase in _phrases(phrases):
            found[phrase] = (*found.get(phrase, ()), cue)
    return found


def _policy(path: Traversable) -> tuple[PolicyRow, ...]:
    columns = ("codes", "report or leave", "setting, or - for both", "sections, or - for all", "reason")
    return tuple(_policy_row(row) for row in _rows(path, *columns))


def _policy_row(row: _Row) -> PolicyRow:
    codes, decision, setting, sections, reason = row.cells
    for code in codes.split():
        first, *last = code.split("-")
        if len(last) > 1 or not all(any(map(str.isdigit, end)) for end in (first, *last)):
            raise row.refuse(repr(code), "a code, or a range as FIRST-LAST")
    outside, kinds = False, [] if sections == _NOTHING else sections.split()
    if kinds[:1] == [_OUTSIDE]:
        outside, kinds = True, kinds[1:]
        if not kinds:
            raise row.refuse(repr(sections), f"{_OUTSIDE!r} with sections behind it")
    return PolicyRow(
        codes=tuple(codes.split()),
        report=row.one_of(_Decision, decision) is _Decision.REPORT,
        reason=reason,
        source=f"{row.path.name}, line {row.line}",
        setting=None if setting == _NOTHING else row.one_of(Setting, setting),
        sections=frozenset(row.one_of(SectionKind, kind) for kind in kinds),
        outside=outside,
    )


def _phrases(cell: str) -> Iterator[str]:
    return (" ".join(phrase.lower().split()) for phrase in cell.split(_BETWEEN))


def _rows(path: Traversable, *columns: str) -> Iterator[_Row]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise LexiconError(f"{path}: cannot be read ({type(error).__name__}); expected a text in UTF-8") from error
    for line, row in enumerate(text.splitlines(), start=1):
        if not row.strip() or row.startswith("#"):
            continue
        found = _Row(path=path, line=line, cells=tuple(cell.strip() for cell in row.split("\t")))
        if len(found.cells) != len(columns) or not all(found.cells):
            raise found.refuse(_shown(found.cells), f"{len(columns)} joined by tabs: {' / '.join(columns)}")
        yield found


def _shown(cells: tuple[str, ...]) -> str:
    filled = sum(map(bool, cells))
    return f"{len(cells)} cells, {len(cells) - filled} of them empty" if filled < len(cells) else f"{filled} cells"


TABLES: Mapping[str, Callable[[Traversable], Any]] = {
    "abbreviations": _abbreviations,
    "senses": _senses,
    "printed": _words,
    "synonyms": _synonyms,
    "implied": _pairs,
    "sites": _words,
    "stop": _words,
    "weak": _words,
    "everyday": _words,
    "numbered": _words,
    "spelling": _pairs,
    "endings": _endings,
    "unchanged": _words,
    "prefixes": _words,
    "headings": _headings,
    "heading_words": _heading_words,
    "systems": _words,
    "layout": _layout,
    "cues": _cues,
    "policy": _policy,
}
"""The tables of a lexicon, by the name of the part and of its file, and what reads each."""
