"""Tables of phrases: what a plugin finds in notes by their turns of phrase, as rows with a source and examples."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import attrs

from codekit.errors import PhraseError
from codekit.text.notation import (
    Compiled,
    NotationError,
    Phrase,
    Slot,
    check_slots,
    compile_phrase,
    cues,
    fold,
    parse_phrase,
)
from codekit.text.reader import Sentence

_SOURCE, _LISTS = "source", "lists"
_KEYS = {"id": str, "phrase": str, "source": str, "section": str, "code": str, "values": dict, "examples": list}
_EXAMPLE_KEYS = {"text": str, "gives": str, "without": str}


@attrs.frozen(kw_only=True)
class PhraseExample:
    """A short text that shows what a row is for.

    Args:
        text: The whole note.
        gives: The codes that it is given, in order, with a space between; empty where it is given none.
        without: The same where the row is left out; it differs from `gives`.
    """

    text: str
    gives: str = ""
    without: str = ""


@attrs.frozen(kw_only=True)
class PhraseRow:
    """One row of a table.

    Args:
        id: Its name within the table.
        phrase: In the notation.
        source: Publisher and edition, as the file or the row names them.
        section: Section of the source.
        code: The code, or the row to be refined, that the phrase leads to; empty where it gives values alone.
        values: What the finder reads besides, by name.
        examples: Texts that the row makes a difference to.
        lists: The lists of its table, for its slots.
    """

    id: str
    phrase: Phrase
    source: str
    section: str
    code: str = ""
    values: Mapping[str, str] = MappingProxyType({})
    examples: tuple[PhraseExample, ...] = ()
    lists: Mapping[str, Phrase] = attrs.field(default=MappingProxyType({}), repr=False)

    @functools.cached_property
    def cues(self) -> tuple[frozenset[str], ...]:
        """Sets of words, or parts of words, of each of which whatever the phrase matches holds one, in lower case."""
        return cues(self.phrase, self.lists)

    @functools.cached_property
    def compiled(self) -> Compiled:
        """The phrase, compiled when a text first holds a cue."""
        return compile_phrase(self.phrase, self.lists)

    def matches(self, text: str, start: int, end: int) -> Iterator[PhraseMatch]:
        """Find the phrase, without a look at its cues.

        Args:
            text: Any text.
            start: First code point to look at.
            end: One past the last.

        Yields:
            Matches in text order, none of which overlap; a number out of its bounds is none.
        """
        for found in self.compiled.pattern.finditer(text, start, end):
            named = {group: said for group, said in found.groupdict().items() if said is not None}
            if all(_within(self.compiled.slots[group], said) for group, said in named.items()):
                slots = {self.compiled.slots[group].name: found.span(group) for group in reversed(named)}
                yield PhraseMatch(row=self, text=text, start=found.start(), end=found.end(), slots=slots)


@attrs.frozen(kw_only=True)
class PhraseMatch:
    """A place where a phrase stands.

    Args:
        row: Its row.
        text: The text that was looked through.
        start: First code point.
        end: One past the last.
        slots: Half-open offsets of what fills its slots, by the slot's name; of several of one name, the first.
    """

    row: PhraseRow
    text: str = attrs.field(repr=False)
    start: int
    end: int
    slots: Mapping[str, tuple[int, int]]

    def __getitem__(self, slot: str) -> str:
        """Give the words that fill a slot."""
        start, end = self.slots[slot]
        return self.text[start:end]


@attrs.frozen(kw_only=True)
class PhraseTable:
    """Rows that are tried together.

    Args:
        name: File and array of the rows, such as `lungs.influenza`.
        rows: In the order in which they are tried.
    """

    name: str
    rows: tuple[PhraseRow, ...]

    @functools.cached_property
    def _cues(self) -> tuple[str, ...]:
        return tuple({cue for row in self.rows for cue in row.cues[0]})

    def find(self, text: str, start: int = 0, end: int | None = None) -> Iterator[PhraseMatch]:
        """Find every row on its own.

        Args:
            text: Any text.
            start: First code point to look at.
            end: One past the last; None looks to the end.

        Yields:
            Matches row by row, those of one row in text order; those of several rows may overlap.
        """
        if not self.rows:
            return
        end = len(text) if end is None else end
        said = fold(text[start:end])
        holds = said.__contains__
        if any(map(holds, self._cues)):
            for row in self.rows:
                if all(any(map(holds, words)) for words in row.cues):
                    yield from row.matches(text, start, end)

    def find_apart(self, text: str, start: int = 0, end: int | None = None) -> Iterator[PhraseMatch]:
        """Do as `find` does, and pass over what overlaps with the match of a row above."""
        taken: list[tuple[int, int]] = []
        for match in self.find(text, start, end):
            if not any(match.start < last and first < match.end for first, last in taken):
                taken.append((match.start, match.end))
                yield match

    def find_in(self, sentence: Sentence) -> Sequence[PhraseMatch]:
        """Do as `find_apart` does with a sentence; most hold nothing of a table, which its folded words tell."""
        if any(map(sentence.folded.__contains__, self._cues)):
            return tuple(self.find_apart(sentence.note, sentence.start, sentence.end))
        return ()

    def first(self, text: str) -> PhraseMatch | None:
        """Find the first row that stands anywhere in a text, at its first place."""
        return next(self.find(text), None)

    def within(self, text: str) -> PhraseTable:
        """Leave out the rows of which a text holds no cue, so that its sentences are asked for fewer.

        Args:
            text: The whole text, as `fold` writes it.
        """
        holds = text.__contains__
        kept = (row for row in self.rows if all(any(map(holds, words)) for words in row.cues))
        return attrs.evolve(self, rows=tuple(kept))

    def without(self, row_id: str) -> PhraseTable:
        """Leave a row out.

        Raises:
            KeyError: There is none of that id.
        """
        kept = tuple(row for row in self.rows if row.id != row_id)
        if len(kept) == len(self.rows):
            raise KeyError(f"{self.name}.{row_id}")
        return attrs.evolve(self, rows=kept)


@attrs.frozen
class PhraseBook:
    """The tables of a plugin, each file of which is read when it is first asked for.

    Args:
        folder: Where its `.toml` files are.
    """

    folder: Path
    _changed: Mapping[str, PhraseTable] = attrs.field(factory=dict, kw_only=True)
    _text: str | None = attrs.field(default=None, kw_only=True, repr=False)
    _tables: dict[str, PhraseTable] = attrs.field(factory=dict, init=False, repr=False, eq=False)
    _whole: PhraseBook | None = attrs.field(default=None, kw_only=True, repr=False, eq=False)

    def __getitem__(self, name: str) -> PhraseTable:
        """Give a table.

        Args:
            name: File and array, such as `lungs.influenza` for `[[influenza]]` in `lungs.toml`.

        Raises:
            PhraseError: There is no such table, or it is not of its form.
        """
        if name not in self._tables:
            whole = self._whole
            self._tables[name] = (
                whole[name].within(self._text) if whole and self._text is not None else self._read(name)
            )
        return self._tables[name]

    def _read(self, name: str) -> PhraseTable:
        if name in self._changed:
            return self._changed[name]
        file, _, array = name.partition(".")
        tables = read_tables(self.folder / f"{file}.toml")
        if array not in tables:
            known = ", ".join(f"[[{each}]]" for each in tables)
            raise PhraseError(f"{self.folder / file}.toml: got no array [[{array}]], expected one of {known}")
        return tables[array]

    def tables(self) -> Iterator[PhraseTable]:
        """Give every table, by file and in the order of the file."""
        for path in sorted(self.folder.glob("*.toml")):
            for array in read_tables(path):
                yield self[f"{path.stem}.{array}"]

    def within(self, text: str) -> PhraseBook:
        """Leave out what a text can hold nowhere, for whoever looks through it part by part.

        Args:
            text: The whole text.
        """
        # A cue is a word or part of one, and most words of a text recur.
        return attrs.evolve(self, text=" ".join(set(fold(text).split())), whole=self)

    def without(self, table: str, row_id: str) -> PhraseBook:
        """Leave a row of a table out, to see what it is good for.

        Raises:
            KeyError: There is none of that id.
            PhraseError: There is no such table.
        """
        return attrs.evolve(self, changed={**self._changed, table: self[table].without(row_id)})


@functools.cache
def read_tables(path: Path) -> Mapping[str, PhraseTable]:
    """Read a file of tables and check its form; what the rows are good for is checked by their examples.

    Args:
        path: A TOML file: `source` for the rows that name none, `[lists]` with the phrases that slots may name, each of
            which may name those above it, and an array of tables for each `PhraseTable`.

    Returns:
        The tables by the name of their array, in order.

    Raises:
        PhraseError: It cannot be read, or a row is not of its form.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise PhraseError(f"{path}: got no TOML that can be read, expected a table of phrases: {error}") from error
    common = {_SOURCE: data.pop(_SOURCE)} if _SOURCE in data else {}
    listed = data.pop(_LISTS, {})
    if not isinstance(listed, dict):
        raise PhraseError(f"{path}: got {type(listed).__name__} for {_LISTS!r}, expected a table of phrases by name")
    lists: dict[str, Phrase] = {}
    for name, text in listed.items():
        lists[name] = _parse(f"{path}, list {name!r}", text, lists)
    return MappingProxyType({array: _table(path, array, rows, common, lists) for array, rows in data.items()})


def _table(
    path: Path, array: str, rows: object, common: Mapping[str, object], lists: Mapping[str, Phrase]
) -> PhraseTable:
    if not isinstance(rows, list):
        raise PhraseError(f"{path}: got {array!r} by itself, expected rows, [[{array}]], or one of source and [lists]")
    read = tuple(_row(f"{path}, [[{array}]] row {at}", row, common, lists) for at, row in enumerate(rows, start=1))
    ids = [row.id for row in read]
    if twice := next((one for one in ids if ids.count(one) > 1), None):
        raise PhraseError(f"{path}, [[{array}]]: got two rows {twice!r}, expected ids that differ")
    return PhraseTable(name=f"{path.stem}.{array}", rows=read)


def _row(where: str, data: object, common: Mapping[str, object], lists: Mapping[str, Phrase]) -> PhraseRow:
    known = {**common, **data} if isinstance(data, dict) else data
    row = _checked(where, known, _KEYS, needed=("id", "phrase", "source", "section"))
    where = f"{where} ({row['id']})"
    if not all(isinstance(value, str) for value in row.get("values", {}).values()):
        raise PhraseError(f"{where}: got values that are no texts, expected each in quotes")
    examples = [
        _checked(f"{where}, example {at}", example, _EXAMPLE_KEYS, needed=("text",))
        for at, example in enumerate(row.get("examples", ()), start=1)
    ]
    read = PhraseRow(
        id=row["id"],
        phrase=_parse(where, row["phrase"], lists),
        source=row["source"],
        section=row["section"],
        code=row.get("code", ""),
        values=MappingProxyType(row.get("values", {})),
        examples=tuple(PhraseExample(**example) for example in examples),
        lists=lists,
    )
    if not read.cues:
        raise PhraseError(f"{where}: got a phrase without a word that must be there, expected one in each alternative")
    return read


def _parse(where: str, text: object, lists: Mapping[str, Phrase]) -> Phrase:
    """Read a phrase and make sure that its slots are known."""
    if not isinstance(text, str):
        raise PhraseError(f"{where}: got {type(text).__name__}, expected a phrase in quotes")
    try:
        phrase = parse_phrase(text)
        check_slots(phrase, lists)
    except NotationError as error:
        raise PhraseError(f"{where}: {error}") from error
    return phrase


def _checked(where: str, data: object, kinds: Mapping[str, type], needed: tuple[str, ...]) -> dict[str, Any]:
    """Make sure that a table has the keys that it needs, no others, and values of their kinds."""
    if not isinstance(data, dict):
        raise PhraseError(f"{where}: got {type(data).__name__}, expected a table with {', '.join(needed)}")
    for key, value in data.items():
        if key not in kinds:
            raise PhraseError(f"{where}: got the key {key!r}, expected only {', '.join(kinds)}")
        if not isinstance(value, kinds[key]):
            raise PhraseError(f"{where}: got {type(value).__name__} for {key!r}, expected {kinds[key].__name__}")
    if missing := [key for key in needed if not data.get(key)]:
        raise PhraseError(f"{where}: got no {missing[0]!r}, expected {', '.join(needed)}")
    return data


def _within(slot: Slot, said: str) -> bool:
    return slot.least is None or slot.most is None or slot.least <= float(said) <= slot.most
