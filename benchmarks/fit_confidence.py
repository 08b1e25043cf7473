"""Fit the weights of the confidence on labelled notes, and write `core/codekit/pipeline/weights.json`.

Run as `python benchmarks/fit_confidence.py NOTES.jsonl NOTES.jsonl.gz:train ...`: files as `codekit eval` reads them,
with a split behind a colon. A logistic regression with a little shrinkage: of each code that a note is given as one of
its mentions led to it, is it a right one? Right is what experts require or accept, or what they marked in the note.
What the reporting policy leaves, and what a convention made of other codes, is not judged, for the confidence does not
speak of it. No word of any note enters, only how well the index agrees and what is left open.
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
    with codekit.open("icd10cm", edition=options.edition, threshold=0.0) as coder:
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
    return {name: round(value, 2) for name, value in weights.items()}


def _load(file: str) -> Sequence[LabelledNote]:
    path, _, split = file.partition(":")
    return load_dataset(Path(path), split=split or None).notes


def _read(coder: Coder, labelled: LabelledNote) -> Iterator[tuple[dict[str, float], bool]]:
    """Give one example for each reported code that a mention led to: the features of its surest mention."""
    trace = coder.trace(labelled.note)
    reported = {one.code for one in trace.result.assignments}
    rules = coder.system.specificity(coder.edition.release)
    hierarchy = Hierarchy(coder.edition, rules)
    around = NoteContext(coder.read(labelled.note), rules.facets).around
    best: dict[str, tuple[float, dict[str, float]]] = {}
    for mention, candidates, tentative in zip(trace.mentions, trace.located, trace.tentative, strict=True):
        for draft in tentative.draft:
            candidate = next((one for one in candidates if one.term_id == draft.term_id), None)
            if candidate is None or draft.code not in reported or mention.assertion is Assertion.POSSIBLE:
                continue  # what is merely possible the conventions decide on
            refined = hierarchy.refine(coder.edition.get(candidate.code), around(mention))
            if draft.code not in best or draft.confidence > best[draft.code][0]:
                best[draft.code] = (draft.confidence, dict(features(candidate, refined)))
    right = {code.upper() for code in (*labelled.labels.acceptable, *(one.code for one in labelled.mentions))}
    for code, (_, found) in best.items():
        yield found, code in right


if __name__ == "__main__":
    main()
