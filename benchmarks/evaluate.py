"""Measure the embedded coder on labelled notes: precision, recall and F1 of exact codes and of categories.

Run as `python benchmarks/evaluate.py NOTES.jsonl [--edition VERSION]`; each line has `text`, `codes` and, if
known, `setting`. Nothing is fitted here and nothing of the notes is kept.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

import codekit
from codekit import Encounter, Note
from codekit.types import Setting

_CATEGORY = 3


@attrs.frozen(kw_only=True)
class Score:
    """Micro-averaged agreement of two sets of codes over all notes."""

    hits: int
    predicted: int
    expected: int

    @property
    def precision(self) -> float:
        """Share of the predicted codes that are expected."""
        return self.hits / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the expected codes that are predicted."""
        return self.hits / self.expected if self.expected else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.predicted + self.expected
        return 2 * self.hits / total if total else 0.0

    def line(self, name: str) -> str:
        """Print as one row."""
        return f"{name:<12} P {self.precision:.3f}  R {self.recall:.3f}  F1 {self.f1:.3f}  ({self.hits} of {self.expected})"


def micro(pairs: Iterable[tuple[set[str], set[str]]]) -> Score:
    """Count agreement over notes.

    Args:
        pairs: Predicted and expected codes of each note.

    Returns:
        The micro-averaged score.
    """
    hits = predicted = expected = 0
    for found, wanted in pairs:
        hits += len(found & wanted)
        predicted += len(found)
        expected += len(wanted)
    return Score(hits=hits, predicted=predicted, expected=expected)


def main(arguments: Sequence[str] | None = None) -> None:
    """Code every note of a file and print the agreement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notes", type=Path)
    parser.add_argument("--edition")
    options = parser.parse_args(arguments)
    coder = codekit.open("icd10cm", edition=options.edition)
    pairs: list[tuple[set[str], set[str]]] = []
    for number, record in enumerate(_records(options.notes)):
        setting = Setting(record.get("setting", Setting.OUTPATIENT))
        note = Note(id=str(number), text=str(record["text"]), encounter=Encounter(setting=setting))
        found = {one.code for one in coder.code(note).assignments}
        pairs.append((found, set(record["codes"])))
    sys.stdout.write(f"{options.notes.name}: {len(pairs)} notes, edition {coder.edition.label}\n")
    sys.stdout.write(micro(pairs).line("exact") + "\n")
    categories = (({c[:_CATEGORY] for c in found}, {c[:_CATEGORY] for c in wanted}) for found, wanted in pairs)
    sys.stdout.write(micro(categories).line("3-character") + "\n")


def _records(path: Path) -> list[dict[str, Any]]:
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as lines:
        return [json.loads(line) for line in lines]


if __name__ == "__main__":
    main()
