"""Measure search on labelled mentions: how often the code is among the first candidates, for each set of layers.

Run as `python benchmarks/search.py NOTES.jsonl [--edition VERSION] [--dense] [--model MODEL]`; each line has
`mentions`, each with `mention` (its text) and `code`. A mention is looked up by its own words alone, and one without
any candidate is a miss. A strict hit is the code itself, a lenient one also a row above it within its category. With
`structural` every candidate is an assignable code. For the dense layer, `codekit editions embed` comes first.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

import codekit
from codekit import Coder
from codekit.editions.index.entries import Entry
from codekit.search import Searcher
from codekit.search.layers import DENSE, SPARSE, STRUCTURAL
from codekit.types import CodeKind, IndexTable

_DEPTHS = (1, 5, 10, 25, 50, 100)
_SETS = (
    (SPARSE,),
    (DENSE,),
    (STRUCTURAL,),  # alone it starts from what the sparse layer finds, and stands for both
    (DENSE, STRUCTURAL),
    (SPARSE, DENSE),
    (SPARSE, DENSE, STRUCTURAL),
)
_NEVER = (IndexTable.DRUGS.value, IndexTable.EXTERNAL_CAUSES.value)


def main(arguments: Sequence[str] | None = None) -> None:
    """Look every mention up with every set of layers and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notes", type=Path)
    parser.add_argument("--edition")
    parser.add_argument("--dense", action="store_true", help="measure the dense layer too")
    parser.add_argument("--model", help="model of the dense layer")
    options = parser.parse_args(arguments)
    mentions = _read(options.notes)
    coder = codekit.open("icd10cm", edition=options.edition)
    print(f"{len(mentions)} mentions, edition {coder.edition.label}")
    _print_row("layers", "hit", [f"@{depth}" for depth in _DEPTHS], "ms cold", "ms warm")
    for layers in _SETS:
        if options.dense or DENSE not in layers:
            _measure(coder, layers, options.model, mentions)
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def _read(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8") as lines:
        notes = [json.loads(line) for line in lines]
    return [(str(one["mention"]), str(one["code"])) for note in notes for one in note["mentions"]]


def _measure(coder: Coder, layers: Sequence[str], model: str | None, mentions: Sequence[tuple[str, str]]) -> None:
    searcher = Searcher(coder.system, coder.edition, layers=layers, model=model)
    searcher.search("fever", 1)  # loads the model
    cold: list[float] = []
    warm: list[float] = []
    strict: list[int] = []
    lenient: list[int] = []
    for mention, code in mentions:
        for times in (cold, warm):
            start = time.perf_counter()
            found = _look_up(searcher, mention)
            times.append(time.perf_counter() - start)
        strict.append(_place(found, {code}))
        lenient.append(_place(found, {code, *_above(coder, code)}))
    name = "+".join(layers)
    times_ms = [f"{1000 * median(times):.1f}" for times in (cold, warm)]
    _print_row(name, "strict", [f"{_recall(strict, depth):.3f}" for depth in _DEPTHS], *times_ms)
    _print_row("", "lenient", [f"{_recall(lenient, depth):.3f}" for depth in _DEPTHS], "", "")


def _look_up(searcher: Searcher, mention: str) -> list[str]:
    words = searcher.lexicon.content_words(mention)
    found = searcher.candidates(words, _DEPTHS[-1], text=mention, accept=_may_start_a_mention)
    return [candidate.code for candidate in found]


def _may_start_a_mention(entry: Entry) -> bool:
    return entry.source not in _NEVER


def _above(coder: Coder, code: str) -> Iterable[str]:
    if coder.edition.find(code) is None:
        return ()
    rows = coder.edition.ancestors(code)
    return [row.code for row in rows if row.kind in (CodeKind.CATEGORY, CodeKind.CODE)]


def _place(found: Sequence[str], wanted: set[str]) -> int:
    """Give the 0-based place of the first hit, or one that no depth reaches."""
    return next((place for place, code in enumerate(found) if code in wanted), _DEPTHS[-1])


def _recall(places: Sequence[int], depth: int) -> float:
    return sum(place < depth for place in places) / len(places)


def _print_row(layers: str, hit: str, values: Sequence[str], cold: str, warm: str) -> None:
    sys.stdout.write(f"{layers:<26} {hit:<8} {' '.join(f'{value:>6}' for value in values)} {cold:>8} {warm:>8}\n")


if __name__ == "__main__":
    main()
