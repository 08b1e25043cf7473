"""A compiled edition, opened for reading."""

from __future__ import annotations

import sqlite3
import weakref
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

from codekit.editions.rows import (
    CODE_COLUMNS,
    PAIR_COLUMNS,
    TERM_COLUMNS,
    Row,
    connect,
    not_after,
    not_before,
    read_code,
    read_pair,
    read_ranges,
    read_references,
    read_term,
)
from codekit.editions.schema import DATABASE, Manifest, code_key, damaged
from codekit.errors import UnknownCodeError, UsageError
from codekit.text.lexicon import Lexicon
from codekit.types import (
    Code,
    CodePair,
    CodeReference,
    GuidelineSection,
    IndexTable,
    IndexTerm,
    InheritedNote,
    NoteKind,
    Problem,
    Release,
    SeventhCharacter,
)

ALIAS = "alias"
"""Kind of the pairs whose first code is another way of writing the second, under which it is found as well."""

_TYPED = 2**16  # ways of writing codes that are remembered: more than one claim or note ever holds


class Edition:
    """One compiled edition: codes, index, guidelines, and what was wrong in its files.

    Codes are accepted in any case and without their dot, and given back as printed. What was looked up once
    is kept, so asking again costs microseconds. Several threads may share an edition.

    Args:
        path: The edition's folder.

    Raises:
        EditionError: It is not there, is damaged, or was built by another codekit.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._manifest = Manifest.read(path)
        self._connection = connect(path, self._manifest.hash)
        # Whoever drops an edition without closing it leaves no connection behind.
        weakref.finalize(self, self._connection.close)
        # Bound to the object and not to the class, so that the cache goes when the edition goes.
        self._row = lru_cache(maxsize=None)(self._load_row)
        self._code = lru_cache(maxsize=None)(self._load_code)
        self._typed = lru_cache(maxsize=_TYPED)(self._read_typed)
        self._under = lru_cache(maxsize=_TYPED)(self._find_under)
        self._spans = lru_cache(maxsize=4096)(self._load_spans)
        self._children = lru_cache(maxsize=None)(self._load_children)
        self._ancestors = lru_cache(maxsize=None)(self._load_ancestors)
        self._notes = lru_cache(maxsize=None)(self._load_notes)
        self._terms_for = lru_cache(maxsize=4096)(self._load_terms_for)
        self._pairs = lru_cache(maxsize=4096)(self._load_pairs)
        self._guidelines = lru_cache(maxsize=None)(self._load_guidelines)

    @property
    def release(self) -> Release:
        """The release, with its sources."""
        return self._manifest.release

    @property
    def system(self) -> str:
        """Id of the code system."""
        return self.release.system

    @property
    def hash(self) -> str:
        """12 hexadecimal digits over the sources, the system and the builder's version."""
        return self._manifest.hash

    @property
    def label(self) -> str:
        """Version and hash, as `2026-04+0123456789ab`."""
        return f"{self.release.version}+{self.hash}"

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words that its titles and terms were read with when it was built, for whoever reads more of them."""
        try:
            ((text,),) = self.query("SELECT value FROM meta WHERE key = 'lexicon'")
            return Lexicon.from_json(text)
        except (KeyError, TypeError, ValueError) as error:
            raise damaged(self.path, DATABASE, error) from error

    @property
    def derived_index(self) -> bool:
        """True where no index was published and the terms come from titles and inclusion terms."""
        return self._manifest.derived_index

    def counts(self) -> Mapping[str, int]:
        """Return the number of codes, assignable codes, terms, guidelines, pairs and problems."""
        return dict(self._manifest.counts)

    def get(self, code: str) -> Code:
        """Return a row of the tabular list.

        Raises:
            UnknownCodeError: The edition does not hold it.
        """
        return self._code(self._known(code))

    def find(self, code: str) -> Code | None:
        """Return a row of the tabular list, also by an alias of its code, or None if the edition does not hold it."""
        row = self._typed(code)
        return self._code(row) if row else None

    def order(self, code: str) -> int:
        """Return the 0-based position of a code in the tabular list.

        Raises:
            UnknownCodeError: The edition does not hold it.
        """
        return self._known(code).ordinal

    def codes(self) -> Iterator[Code]:
        """Yield every row in tabular order."""
        notes: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for row, *note in self.query("SELECT row, kind, text, refs FROM note ORDER BY row, position"):
            notes[row].append(tuple(note))
        sevenths: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for row, *seventh in self.query("SELECT row, character, meaning FROM seventh ORDER BY row, position"):
            sevenths[row].append(tuple(seventh))
        for values in self._rows(f"{CODE_COLUMNS} ORDER BY ordinal"):
            yield read_code(values, notes.get(values[0], ()), sevenths.get(values[0], ()))

    def assignable_codes(self) -> Iterator[str]:
        """Yield every code that a claim may carry, in tabular order."""
        for (code,) in self._rows("SELECT code FROM code WHERE assignable ORDER BY ordinal"):
            yield code

    def titled(self, phrase: str) -> tuple[Code, ...]:
        """Give the rows whose titles hold a phrase, in any case, in printed order."""
        rows = self.query("SELECT code FROM code WHERE title LIKE ? ORDER BY ordinal", (f"%{phrase}%",))
        return tuple(self.get(row[0]) for row in rows)

    def noted(self, kind: NoteKind) -> tuple[Code, ...]:
        """Give the rows that have a note of a kind themselves, in printed order."""
        found = "SELECT code FROM code WHERE ordinal IN (SELECT row FROM note WHERE kind = ?) ORDER BY ordinal"
        return tuple(self.get(row[0]) for row in self.query(found, (kind.value,)))

    def roots(self) -> tuple[Code, ...]:
        """Return the chapters in tabular order."""
        return self._children(None)

    def children(self, code: str) -> tuple[Code, ...]:
        """Return the rows directly below a code, in tabular order.

        Raises:
            UnknownCodeError: The edition does not hold it.
        """
        return self._children(self.get(code).code)

    def ancestors(self, code: str) -> tuple[Code, ...]:
        """Return the rows above a code, nearest first, its chapter last.

        Raises:
            UnknownCodeError: The edition does not hold it.
        """
        return self._ancestors(self._known(code).key)

    def notes(self, code: str, inherited: bool = True) -> tuple[InheritedNote, ...]:
        """Return the instructional notes that hold for a code.

        Args:
            code: Any row.
            inherited: Whether the notes of its ancestors are wanted too.

        Returns:
            Its own in printed order, then those of its ancestors, nearest first.

        Raises:
            UnknownCodeError: The edition does not hold it.
        """
        return self._notes(self._known(code).key, inherited)

    def seventh_characters(self, code: str) -> tuple[SeventhCharacter, ...]:
        """Return the 7th characters that hold for a code: its own, or those of the nearest ancestor with any.

        Raises:
            UnknownCodeError: The edition does not hold it.
        """
        rows = (self.get(code), *self.ancestors(code))
        return next((row.seventh_characters for row in rows if row.seventh_characters), ())

    def covers(self, reference: CodeReference, code: str) -> bool:
        """Tell whether a code stands under a reference, by the order of the tabular list.

        An end of a range that the edition does not hold is compared as text. A reference to a single code
        that the edition does not hold covers nothing, nor is an unknown code covered.
        """
        row, first = self._typed(code), self._typed(reference.first)
        if row is None:
            return False
        if reference.last is None:
            return first is not None and first.ordinal <= row.ordinal <= first.last
        last = self._typed(reference.last)
        return not_before(row, first, reference.first) and not_after(row, last, reference.last)

    def is_under(self, code: str, roots: tuple[str, ...]) -> bool:
        """Tell whether a code stands under any of some rows or ranges; what was asked once is remembered.

        Args:
            code: A code.
            roots: Each a row, or a range as `FIRST-LAST`; what `covers` says of references holds for them.
        """
        return self._under(code, roots)

    def term(self, term_id: str) -> IndexTerm:
        """Return an index entry.

        Raises:
            UsageError: The edition has none with this id.
        """
        found = self.query(f"{TERM_COLUMNS} WHERE id = ?", (term_id,))
        if not found:
            raise UsageError(f"unknown index entry {term_id!r} in {self.label}; ids hold for one edition only")
        return read_term(found[0])

    def terms_around(self, term_id: str, reach: int) -> tuple[IndexTerm, ...]:
        """Return the index entries printed around one, with it.

        Args:
            term_id: Id of the entry.
            reach: How many entries before and behind it.

        Returns:
            Entries in printed order; none where the edition does not have the id.
        """
        near = "WHERE ordinal BETWEEN ? AND ? ORDER BY ordinal"
        at = self.query("SELECT ordinal FROM term WHERE id = ?", (term_id,))
        found = self.query(f"{TERM_COLUMNS} {near}", (at[0][0] - reach, at[0][0] + reach)) if at else ()
        return tuple(map(read_term, found))

    def terms(self) -> Iterator[IndexTerm]:
        """Yield every index entry in printed order."""
        yield from map(read_term, self._rows(f"{TERM_COLUMNS} ORDER BY ordinal"))

    def cells(self, table: IndexTable, column: str) -> tuple[IndexTerm, ...]:
        """Return the cells of one column of a table, in printed order."""
        found = self.query(f"{TERM_COLUMNS} WHERE tbl = ? AND col = ? ORDER BY ordinal", (table.value, column))
        return tuple(map(read_term, found))

    def terms_for(self, code: str) -> tuple[IndexTerm, ...]:
        """Return the index entries that name exactly this code, also as a manifestation, in printed order."""
        return self._terms_for(code_key(code))

    def pairs(self, kind: str, code: str, other: str | None = None) -> tuple[CodePair, ...]:
        """Return the published relations of one kind in which a code stands, as first or as second.

        Args:
            kind: As the system's plugin names it.
            code: Any code, also one that the edition does not hold.
            other: Only pairs with this code on the other side; None for all.

        Returns:
            Pairs by first code, second code and first date, of which none comes first.
        """
        return self._pairs(kind, code_key(code), None if other is None else code_key(other))

    def guidelines(self) -> tuple[GuidelineSection, ...]:
        """Return the sections of the official guidelines in printed order."""
        return tuple(self._guidelines().values())

    def guideline(self, section_id: str) -> GuidelineSection:
        """Return a section of the official guidelines.

        Raises:
            UsageError: The edition has none with this id.
        """
        section = self._guidelines().get(section_id)
        if section is None:
            raise UsageError(f"unknown guideline section {section_id!r} in {self.label}")
        return section

    def problems(self) -> tuple[Problem, ...]:
        """Return what was wrong in the release's files, in the order in which it was met."""
        found = self.query("SELECT file, line, message FROM problem ORDER BY position")
        return tuple(Problem(file=file, line=line, message=message) for file, line, message in found)

    def query(self, sql: str, parameters: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """Ask the database, whose tables `codekit.editions.schema` describes.

        Args:
            sql: A SELECT statement.
            parameters: Values of its question marks.

        Returns:
            All rows.

        Raises:
            EditionError: The database is damaged.
        """
        try:
            return self._connection.execute(sql, tuple(parameters)).fetchall()
        except sqlite3.DatabaseError as error:
            raise damaged(self.path, DATABASE, error) from error

    def close(self) -> None:
        """Close the database; what was looked up before stays known."""
        self._connection.close()

    def __enter__(self) -> Edition:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Edition {self.system} {self.label}>"

    def _rows(self, sql: str, parameters: Iterable[Any] = ()) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._connection.execute(sql, tuple(parameters))
        except sqlite3.DatabaseError as error:
            raise damaged(self.path, DATABASE, error) from error

    def _known(self, code: str) -> Row:
        row = self._typed(code)
        if row is None:
            raise UnknownCodeError(code, f"{self.system} {self.label}")
        return row

    def _read_typed(self, code: str) -> Row | None:
        return self._row(code_key(code)) or self._aliased(code)

    def _aliased(self, typed: str) -> Row | None:
        """Find the row that its publisher writes otherwise too."""
        found = self.query("SELECT second_key FROM pair WHERE kind = ? AND first_key = ?", (ALIAS, code_key(typed)))
        return self._row(found[0][0]) if found else None

    def _find_under(self, code: str, roots: tuple[str, ...]) -> bool:
        row = self._typed(code)
        spans, others = self._spans(roots)
        return row is not None and (
            any(first <= row.ordinal <= last for first, last in spans) or any(self.covers(one, code) for one in others)
        )

    def _load_spans(self, roots: tuple[str, ...]) -> tuple[list[tuple[int, int]], list[CodeReference]]:
        """Give what rows and ranges cover by its first and last ordinal; apart, those with an end that is no row."""
        spans: list[tuple[int, int]] = []
        others: list[CodeReference] = []
        for one in read_ranges(roots):
            first, last = self._typed(one.first), self._typed(one.last or one.first)
            if first is not None and last is not None:
                spans.append((first.ordinal, last.last))
            else:
                others.append(one)
        return spans, others

    def _load_row(self, key: str) -> Row | None:
        found = self.query(f"{CODE_COLUMNS} WHERE key = ?", (key,))
        return Row(found[0], found[0][1], found[0][0], found[0][7]) if found else None

    def _load_children(self, parent: str | None) -> tuple[Code, ...]:
        found = self.query(f"{CODE_COLUMNS} WHERE parent IS ? ORDER BY ordinal", (parent,))
        return tuple(map(self._build, found))

    def _load_ancestors(self, key: str) -> tuple[Code, ...]:
        parent = self.get(key).parent
        if parent is None:
            return ()
        return (self.get(parent), *self.ancestors(parent))

    def _load_notes(self, key: str, inherited: bool) -> tuple[InheritedNote, ...]:
        rows = (self.get(key), *(self.ancestors(key) if inherited else ()))
        return tuple(InheritedNote(origin=row.code, note=note) for row in rows for note in row.notes)

    def _load_code(self, row: Row) -> Code:
        return self._build(row.values)

    def _build(self, values: tuple[Any, ...]) -> Code:
        notes = self.query("SELECT kind, text, refs FROM note WHERE row = ? ORDER BY position", values[:1])
        sevenths = self.query("SELECT character, meaning FROM seventh WHERE row = ? ORDER BY position", values[:1])
        return read_code(values, notes, sevenths)

    def _load_terms_for(self, key: str) -> tuple[IndexTerm, ...]:
        leading = "WHERE ordinal IN (SELECT term FROM term_code WHERE key = ?) ORDER BY ordinal"
        return tuple(map(read_term, self.query(f"{TERM_COLUMNS} {leading}", (key,))))

    def _load_pairs(self, kind: str, key: str, other: str | None) -> tuple[CodePair, ...]:
        here, there = (
            ("first_key", "second_key")
            if other is None
            else ("first_key = ? AND second_key", "second_key = ? AND first_key")
        )
        asked = (kind, key) if other is None else (kind, key, other)
        found = self.query(
            f"{PAIR_COLUMNS} WHERE kind = ? AND {here} = ? UNION {PAIR_COLUMNS} WHERE kind = ? AND {there} = ? "
            "ORDER BY first, second, valid_from",
            (*asked, *asked),
        )
        return tuple(map(read_pair, found))

    def _load_guidelines(self) -> dict[str, GuidelineSection]:
        return {
            section_id: GuidelineSection(
                id=section_id, title=title, text=text, page=page, applies_to=read_references(refs)
            )
            for section_id, title, text, page, refs in self.query(
                "SELECT id, title, text, page, refs FROM guideline ORDER BY ordinal"
            )
        }
