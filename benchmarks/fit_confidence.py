"""Fit the weights of the confidence on labelled notes, and write `core/codekit/pipeline/weights.json`.

Run as `python benchmarks/fit_confidence.py NOTES.jsonl NOTES.jsonl.gz:train ...`: files as `codekit eval` reads them,
with a split behind a colon. A logistic regression with a little shrinkage: for each tentative code of each note, did
the experts give it? No word of any note enters, only how well the index agrees and what is left open.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import codekit
from codekit import Coder
from codekit.evaluation.corpora import load_dataset
from codekit.evaluation.datasets import LabelledNote
from codekit.pipeline.confidence import features
from codekit.pipeline.context import NoteContext
from codekit.pipeline.hierarchy import Hierarchy
from codekit.types import Assertion

_TARGET = Path(__file__).resolve().parent.parent / "core" / "codekit" / "pipeline" / "weights.json"
_SHRINKAGE = 0.02
_STEPS = 400
_RATE = 2.0

Example = tuple[dict[str, float], bool, float]
"""Features of a tentative code, whether the experts gave it, and how much it counts."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the notes, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notes", nargs="+", metavar="FILE[:SPLIT]")
    parser.add_argument("--edition")
    options = parser.parse_args(arguments)
    with codekit.open("icd10cm", edition=options.edition) as coder:
        files = [[one for note in _load(file) for one in _read(coder, note)] for file in options.notes]
    # Every file counts the same, however long it is.
    examples = [(found, given, 1000 / len(one)) for one in files for found, given in one]
    weights = fit(examples)
    content = {"written by": "benchmarks/fit_confidence.py", "examples": len(examples), "weights": weights}
    _TARGET.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(examples)} examples, {len(weights)} weights\n{_TARGET.read_text(encoding='utf-8')}")


def fit(examples: Sequence[Example]) -> dict[str, float]:
    """Fit a logistic regression by gradient descent.

    Args:
        examples: What to fit to.

    Returns:
        The weight of each feature, rounded to two digits.
    """
    names = sorted({name for found, _, _ in examples for name in found})
    mass = {name: sum(counts for found, _, counts in examples if name in found) for name in names}
    weights = dict.fromkeys(names, 0.0)
    for _ in range(_STEPS):
        slope = {name: _SHRINKAGE * weights[name] for name in names}
        for found, given, counts in examples:
            error = 1 / (1 + math.exp(-sum(weights[name] * value for name, value in found.items()))) - given
            for name, value in found.items():
                slope[name] += counts * error * value
        for name in names:
            weights[name] -= _RATE * slope[name] / (mass[name] + 1)
    rare = min(weights.values())
    # What no note of these files showed is taken for as little as the least of what they did.
    return {"in other": round(rare, 2)} | {name: round(value, 2) for name, value in weights.items()}


def _load(file: str) -> Sequence[LabelledNote]:
    path, _, split = file.partition(":")
    return load_dataset(Path(path), split=split or None).notes


def _read(coder: Coder, labelled: LabelledNote) -> Iterator[tuple[dict[str, float], bool]]:
    """Give one example for each tentative code: the features of its surest mention.

    How often a code is said was tried and left out: it told nothing once the surest mention was known.
    """
    trace = coder.trace(labelled.note)
    rules = coder.system.specificity(coder.edition.release)
    hierarchy = Hierarchy(coder.edition, rules)
    around = NoteContext(coder.read(labelled.note), rules.facets).around
    best: dict[str, tuple[float, dict[str, float]]] = {}
    for mention, candidates, tentative in zip(trace.mentions, trace.located, trace.tentative, strict=True):
        if mention.assertion is Assertion.POSSIBLE:
            continue  # the conventions decide on these
        for draft in tentative.draft:
            candidate = next(one for one in candidates if one.term_id == draft.term_id)
            refined = hierarchy.refine(coder.edition.get(candidate.code), around(mention))
            found = dict(features(candidate, refined))
            if draft.code not in best or draft.confidence > best[draft.code][0]:
                best[draft.code] = (draft.confidence, found)
    for code, (_, found) in best.items():
        yield found, code in {given.upper() for given in labelled.codes}


if __name__ == "__main__":
    main()
