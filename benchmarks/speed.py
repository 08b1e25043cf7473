"""Measure what a user waits for: building, opening, one note through the command, many notes in one process.

Run as `python benchmarks/speed.py [--release ZIP] [--notes NOTES.jsonl.gz]`. Times depend on the machine, so each
is also given as a ratio to a fixed piece of work (the unit) timed in the same run; compare ratios, not seconds.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

_REPEATS = 5
_EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "note.txt"


def main(arguments: Sequence[str] | None = None) -> None:
    """Time everything once and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--release", type=Path, help="zip of a full ICD-10-CM release")
    parser.add_argument("--notes", type=Path, help="JSON Lines of notes, gzipped")
    options = parser.parse_args(arguments)
    unit = median(_timed(_unit) for _ in range(_REPEATS))
    _print("the unit: sort a million numbers", unit, unit)
    with tempfile.TemporaryDirectory() as home:
        os.environ["CODEKIT_HOME"] = home
        if options.release:
            _print("build the release given", _timed(lambda: _command("editions", "add", str(options.release))), unit)
        _print("build the embedded edition", _timed(lambda: _command("show", "I10")), unit)
        _print("`codekit --help`", _repeat(lambda: _command("--help")), unit)
        _print("one note through the command", _repeat(lambda: _command("run", str(_EXAMPLE))), unit)
        _print("open a built edition", _repeat(_opener()), unit)
        if options.notes:
            _many(options.notes, unit)
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    sys.stdout.write(f"most memory of any command: {children:.0f} MiB\n")


def _unit() -> None:
    sorted((number * 7_919) % 1_000_003 for number in range(1_000_000))


def _command(*arguments: str) -> None:
    command = [sys.executable, "-m", "codekit", "--quiet", "--system", "icd10cm", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _opener() -> Callable[[], None]:
    from codekit.editions.edition import Edition
    from codekit.editions.store import EditionStore
    from codekit.system import System

    path = EditionStore(System.open("icd10cm")).open().path

    def open_and_look() -> None:
        with Edition(path) as edition:
            edition.get("I10")

    return open_and_look


def _many(notes: Path, unit: float) -> None:
    import codekit

    with gzip.open(notes, "rt", encoding="utf-8") as lines:
        texts = [str(json.loads(line)["text"]) for line in lines]
    coder = codekit.open("icd10cm")
    before = time.process_time()
    _print(f"{len(texts)} notes in one process", _timed(lambda: [coder.code(text) for text in texts]), unit)
    # Whatever else the machine does, this says what the notes themselves cost.
    sys.stdout.write(f"{len(texts) / (time.process_time() - before):.1f} notes a second of processor time\n")


def _repeat(work: Callable[[], object]) -> float:
    return median(_timed(work) for _ in range(_REPEATS))


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _print(what: str, seconds: float, unit: float) -> None:
    sys.stdout.write(f"{what:<36} {seconds:8.3f} s  {seconds / unit:8.2f} units\n")


if __name__ == "__main__":
    main()
