"""Measure `validate`: a set of 25 codes on an open edition, again and for the first time.

Run as `python benchmarks/validate.py [--edition NAME]`. Times depend on the machine, so each is also given as a
ratio to a fixed piece of work (the unit) timed in the same run; compare ratios, not milliseconds. The goal is 5 ms.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from codekit.editions.edition import Edition
from codekit.editions.store import EditionStore
from codekit.system import System
from codekit.types import Encounter, Setting, Sex

_REPEATS = 50
# An inpatient stay: sepsis with organ failures, chronic diseases, a fall. Most have notes of every kind.
_CODES = (
    "A41.51 R65.21 J96.01 N17.0 J18.9 I13.0 I50.23 N18.4 E11.22 E11.42 E11.65 E11.319 Z79.4 I25.10 I48.91 Z79.01 E78.5 "
    "D63.1 E66.01 Z68.41 F17.210 G47.33 J44.1 S72.001A W01.0XXA"
).split()
_ENCOUNTER = Encounter(setting=Setting.INPATIENT, age=67, sex=Sex.FEMALE)


def main(arguments: Sequence[str] | None = None) -> None:
    """Time both and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edition", help="edition of ICD-10-CM; by default the default one")
    options = parser.parse_args(arguments)
    system = System.open("icd10cm")
    with EditionStore(system).open(options.edition) as edition:
        path = edition.path
    unit = median(_timed(_unit) for _ in range(_REPEATS))
    _print("the unit: sort 50,000 numbers", unit, unit)
    with Edition(path) as edition:
        system.validate(_CODES, edition, _ENCOUNTER)
        again = median(_timed(lambda: system.validate(_CODES, edition, _ENCOUNTER)) for _ in range(_REPEATS))
        _print("25 codes on an open edition", again, unit)
    _print("25 codes right after opening", median(_first(system, path) for _ in range(_REPEATS)), unit)


def _first(system: System, path: Path) -> float:
    with Edition(path) as edition:
        return _timed(lambda: system.validate(_CODES, edition, _ENCOUNTER))


def _unit() -> None:
    sorted((number * 7_919) % 1_000_003 for number in range(50_000))


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _print(what: str, seconds: float, unit: float) -> None:
    sys.stdout.write(f"{what:<32} {seconds * 1000:7.2f} ms  {seconds / unit:6.2f} units\n")


if __name__ == "__main__":
    main()
