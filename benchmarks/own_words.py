"""Measure how a classification's own words are read: each stated as an assessment, it must lead to its row.

Run as `python benchmarks/own_words.py [--edition VERSION] [--of KIND ...] [--sample N] [--processes N]`. The kinds are
official titles of assignable codes, short titles, inclusion terms, and terms of the published index to diseases; an
edition without short titles or without an index has none. Nothing needs labels.

A title is met where its code is given, a term where its code or one below it is; cleanly where every other code is of
the same category, is an external cause or a Z code, or is the manifestation that the index asks for. What is not met is
listed by what took it away. `--failures FILE` writes each as a line: kind, code, text, what was given instead.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import attrs

import codekit
from codekit import Coder, CodingResult, Note
from codekit.editions.edition import Edition
from codekit.editions.index.crossrefs import CrossReferences
from codekit.editions.index.entries import describe
from codekit.types import SHORT_TITLE, Action, IndexTable, NoteKind

KINDS = ("titles", "short", "inclusion", "index")
_BATCH = 500
_SEED = 11
_BESIDE = frozenset("VWXYZ")


@attrs.frozen
class Statement:
    """Words of the classification and the codes that they name, each with all below it unless they are a title."""

    kind: str
    text: str
    codes: tuple[str, ...]
    manifestation: tuple[str, ...] = ()

    def names(self, code: str) -> bool:
        """Say whether a code is what the statement names."""
        return code in self.codes if self.kind in ("titles", "short") else code.startswith(self.codes)


@attrs.frozen
class Outcome:
    """What a statement led to: whether it is met, whether cleanly, what took its code away, and what was given."""

    met: bool
    clean: bool
    why: str
    given: tuple[str, ...]


class _Worker:
    """One process with one coder."""

    coder: Coder

    @classmethod
    def open(cls, edition: str | None) -> None:
        """Open the coder that every batch of this process is read with."""
        cls.coder = codekit.open("icd10cm", edition=edition)

    @classmethod
    def read(cls, batch: Sequence[Statement]) -> list[Outcome]:
        """State each of a batch as an assessment."""
        notes = [Note(id=str(at), text=f"Assessment: {one.text}.") for at, one in enumerate(batch)]
        return [_outcome(one, cls.coder.code(note)) for one, note in zip(batch, notes, strict=True)]


def main(arguments: Sequence[str] | None = None) -> None:
    """State everything and print a table for each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edition", help="edition of ICD-10-CM; by default the default one")
    parser.add_argument("--of", nargs="+", choices=KINDS, default=KINDS, help="which words; by default all")
    parser.add_argument("--sample", type=int, help="so many of each kind, drawn with a fixed seed; by default all")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--failures", type=Path, help="write what is not met cleanly, tab-separated")
    options = parser.parse_args(arguments)
    lines: list[str] = []
    with codekit.open("icd10cm", edition=options.edition) as coder:
        print(f"edition {coder.edition.label}")
        statements = {kind: _drawn(list(_STATEMENTS[kind](coder.edition)), options.sample) for kind in options.of}
    with ProcessPoolExecutor(options.processes, initializer=_Worker.open, initargs=(options.edition,)) as pool:
        for kind, each in statements.items():
            batches = [each[at : at + _BATCH] for at in range(0, len(each), _BATCH)]
            outcomes = [outcome for found in pool.map(_Worker.read, batches) for outcome in found]
            _print(kind, outcomes)
            lines.extend(_failures(each, outcomes))
    if options.failures:
        options.failures.write_text("".join(lines), encoding="utf-8")


def _titles(edition: Edition) -> Iterator[Statement]:
    for row in edition.codes():
        if row.assignable:
            yield Statement("titles", row.title, (row.code,))


def _short_titles(edition: Edition) -> Iterator[Statement]:
    rows = [row for row in edition.codes() if row.assignable]
    if any(SHORT_TITLE in row.attributes for row in rows):
        yield from (Statement("short", row.attributes.get(SHORT_TITLE, row.title), (row.code,)) for row in rows)


def _inclusion_terms(edition: Edition) -> Iterator[Statement]:
    for row in edition.codes():
        for note in row.notes:
            if note.kind is NoteKind.INCLUSION_TERM:
                yield Statement("inclusion", note.text, (row.code,))


def _index_terms(edition: Edition) -> Iterator[Statement]:
    terms = tuple(edition.terms())
    references = CrossReferences(terms, edition.lexicon)
    for term in terms:
        codes, _ = references.codes_of(term) if term.table is IndexTable.DISEASES else ((), ())
        if codes:
            yield Statement("index", describe(term), codes, term.manifestation)


_STATEMENTS = {"titles": _titles, "short": _short_titles, "inclusion": _inclusion_terms, "index": _index_terms}


def _drawn(every: list[Statement], size: int | None) -> list[Statement]:
    return every if size is None or size >= len(every) else random.Random(_SEED).sample(every, size)


def _outcome(one: Statement, result: CodingResult) -> Outcome:
    given = tuple(each.code for each in result.assignments)
    met = any(map(one.names, given))
    categories = {code[:3] for code in (*one.codes, *one.manifestation)}
    others = [code for code in given if code[:3] not in categories and code[0] not in _BESIDE]
    clean = met and not others
    if met:
        added = {edit.code: edit.rule for edit in result.edits if edit.action is Action.ADD}
        rules = sorted({added.get(code, "") for code in others})
        why = "with an unrelated code" if "" in rules else f"with what the rule {' and '.join(rules)} adds"
        return Outcome(met, clean, "" if clean else why, given)
    lost = next((each for each in result.dropped if each.code and one.names(each.code)), None)
    why = "another row" if given else "nothing"
    if lost is not None:
        why = f"the rule {lost.rule}" if lost.rule else "confidence" if lost.step == "verify" else "another reading"
    return Outcome(met, clean, why, given)


def _print(kind: str, outcomes: Sequence[Outcome]) -> None:
    total = len(outcomes)
    if not total:
        print(f"{kind:<10} none in this edition")
        return
    met, clean = sum(one.met for one in outcomes), sum(one.clean for one in outcomes)
    print(f"{kind:<10} {total:>6}  met {met:>6} ({met / total:.4f})  cleanly {clean:>6} ({clean / total:.4f})")
    for why, count in Counter(one.why for one in outcomes if one.why).most_common():
        print(f"  {count:>6}  {why}")


def _failures(statements: Sequence[Statement], outcomes: Sequence[Outcome]) -> Iterator[str]:
    for one, outcome in zip(statements, outcomes, strict=True):
        if not outcome.clean:
            given = " ".join(outcome.given) or "-"
            yield f"{one.kind}\t{' '.join(one.codes)}\t{outcome.why}\t{given}\t{one.text}\n"


if __name__ == "__main__":
    main()
