"""Writes a classification into the database of a compiled edition."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from codekit.editions.schema import DATABASE, INDEXES, SCHEMA, TABLES, code_key
from codekit.errors import PluginError
from codekit.text.lexicon import Lexicon
from codekit.types import Classification, Code, CodePair, CodeReference, GuidelineSection

# json.dumps would make an encoder for each of half a million calls.
_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode

# A crash while writing costs nothing but the build folder, so the database needs no journal.
_PRAGMAS = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"


def write_database(
    folder: Path,
    edition_hash: str,
    classification: Classification,
    guidelines: Sequence[GuidelineSection],
    lexicon: Lexicon,
) -> dict[str, int]:
    """Write `edition.sqlite`.

    Args:
        folder: An existing folder without a database.
        edition_hash: Recorded, so that a database under a foreign manifest is noticed.
        classification: What the plugin parsed.
        guidelines: Sections in printed order.
        lexicon: What titles are read with; it is kept with them.

    Returns:
        How many codes, assignable codes, terms, guidelines, pairs and problems there are.

    Raises:
        PluginError: A code, term or section comes twice, or a code's parent not before it.
        sqlite3.Error: The disk is full or cannot be written.
    """
    codes = _in_tree_order(classification.codes)
    _refuse_twice("index term", (term.id for term in classification.terms))
    _refuse_twice("guideline section", (section.id for section in guidelines))
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as connection:
        connection.executescript(_PRAGMAS + TABLES)
        connection.execute("BEGIN")
        _write_codes(connection, codes)
        _write_terms(connection, classification)
        connection.executemany(
            "INSERT INTO guideline VALUES (?, ?, ?, ?, ?, ?)",
            ((n, s.id, s.title, s.text, s.page, _references(s.applies_to)) for n, s in enumerate(guidelines)),
        )
        pairs = connection.executemany(
            "INSERT INTO pair VALUES (?, ?, ?, ?, ?, ?, ?, ?)", map(_pair, classification.pairs)
        ).rowcount
        connection.executemany(
            "INSERT INTO problem VALUES (?, ?, ?, ?)",
            ((n, p.file, p.line, p.message) for n, p in enumerate(classification.problems)),
        )
        meta = {"schema": str(SCHEMA), "hash": edition_hash, "lexicon": lexicon.to_json()}
        connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
        connection.execute("COMMIT")
        connection.executescript(INDEXES)
    return {
        "codes": len(codes),
        "assignable": sum(code.assignable for code in codes),
        "terms": len(classification.terms),
        "guidelines": len(guidelines),
        "pairs": max(pairs, 0),
        "problems": len(classification.problems),
    }


def _in_tree_order(codes: Sequence[Code]) -> list[Code]:
    """Return every row directly behind its parent's earlier subtrees, which makes each subtree a range."""
    children: dict[str | None, list[Code]] = {None: []}
    for code in codes:
        key, parent = code_key(code.code), code.parent and code_key(code.parent)
        if key in children:
            raise PluginError(f"the parser gave code {code.code} twice; each row of the tabular list comes once")
        if parent not in children:
            raise PluginError(f"the parser gave code {code.code} before its parent {code.parent}")
        children[parent].append(code)
        children[key] = []
    ordered: list[Code] = []
    stack = children[None][::-1]
    while stack:
        code = stack.pop()
        ordered.append(code)
        stack.extend(reversed(children[code_key(code.code)]))
    return ordered


def _write_codes(connection: sqlite3.Connection, codes: list[Code]) -> None:
    keys = [code_key(code.code) for code in codes]
    printed = dict(zip(keys, (code.code for code in codes), strict=True))
    last = _subtree_ends(codes, keys)
    connection.executemany(
        "INSERT INTO code VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                ordinal,
                keys[ordinal],
                code.code,
                code.title,
                code.kind.value,
                code.parent and printed[code_key(code.parent)],
                code.assignable,
                last[ordinal],
                _mapping(code.attributes),
            )
            for ordinal, code in enumerate(codes)
        ),
    )
    connection.executemany(
        "INSERT INTO note VALUES (?, ?, ?, ?, ?)",
        (
            (ordinal, position, note.kind.value, note.text, _references(note.references))
            for ordinal, code in enumerate(codes)
            for position, note in enumerate(code.notes)
        ),
    )
    connection.executemany(
        "INSERT INTO seventh VALUES (?, ?, ?, ?)",
        (
            (ordinal, position, seventh.character, seventh.meaning)
            for ordinal, code in enumerate(codes)
            for position, seventh in enumerate(code.seventh_characters)
        ),
    )


def _subtree_ends(codes: list[Code], keys: list[str]) -> list[int]:
    ordinals = {key: ordinal for ordinal, key in enumerate(keys)}
    last = list(range(len(codes)))
    for ordinal in range(len(codes) - 1, -1, -1):
        parent = codes[ordinal].parent
        if parent is not None:
            above = ordinals[code_key(parent)]
            last[above] = max(last[above], last[ordinal])
    return last


def _write_terms(connection: sqlite3.Connection, classification: Classification) -> None:
    connection.executemany(
        "INSERT INTO term VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                ordinal,
                term.id,
                _json(term.path),
                _texts(term.nonessential_modifiers),
                _texts(term.codes),
                _texts(term.manifestation),
                term.see,
                term.see_also,
                term.see_category,
                term.table.value,
                term.column,
            )
            for ordinal, term in enumerate(classification.terms)
        ),
    )
    connection.executemany("INSERT INTO term_code VALUES (?, ?, ?)", _term_codes(classification))


def _term_codes(classification: Classification) -> Iterator[tuple[str, int, str]]:
    for ordinal, term in enumerate(classification.terms):
        for code in term.codes:
            yield code_key(code), ordinal, "code"
        for code in term.manifestation:
            yield code_key(code), ordinal, "manifestation"


def _pair(pair: CodePair) -> tuple[str | None, ...]:
    return (
        pair.kind,
        code_key(pair.first),
        code_key(pair.second),
        pair.first,
        pair.second,
        pair.valid_from.isoformat() if pair.valid_from else None,
        pair.valid_to.isoformat() if pair.valid_to else None,
        _mapping(pair.attributes),
    )


def _refuse_twice(what: str, ids: Iterable[str]) -> None:
    twice = [text for text, number in Counter(ids).items() if number > 1]
    if twice:
        raise PluginError(f"the parser gave {len(twice)} ids of {what} twice, {twice[0]!r} first; ids are unique")


def _texts(texts: tuple[str, ...]) -> str | None:
    return _json(texts) if texts else None


def _mapping(values: Mapping[str, str]) -> str | None:
    return _json(dict(values)) if values else None


def _references(references: tuple[CodeReference, ...]) -> str | None:
    return _json([[r.first, r.last] if r.last else [r.first] for r in references]) if references else None
