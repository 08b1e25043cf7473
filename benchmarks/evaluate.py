"""Measure the embedded coder on labelled notes, in three lines; `codekit eval` tells everything else.

Run as `python benchmarks/evaluate.py NOTES.jsonl [--edition VERSION]`; each line has `text`, `codes` and, if
known, `setting`. Nothing is fitted here and nothing of the notes is kept.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import codekit
from codekit.evaluation.corpora import load_dataset
from codekit.evaluation.run import evaluate


def main(arguments: Sequence[str] | None = None) -> None:
    """Code every note of a file and print the agreement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notes", type=Path)
    parser.add_argument("--edition")
    parser.add_argument("--split")
    options = parser.parse_args(arguments)
    run = evaluate(
        load_dataset(options.notes, split=options.split),
        codekit.open("icd10cm", edition=options.edition),
        stages=False,
    )
    sys.stdout.write(f"{run.dataset}: {len(run.notes)} notes, edition {run.edition}\n")
    for level in run.levels:
        counts = level.micro
        figures = f"P {counts.precision:.3f}  R {counts.recall:.3f}  F1 {counts.f1:.3f}"
        sys.stdout.write(f"{level.name:<12} {figures}  ({counts.hits} of {counts.expected})\n")


if __name__ == "__main__":
    main()
