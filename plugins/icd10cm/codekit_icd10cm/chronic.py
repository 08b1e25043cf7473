"""Which diseases are chronic: those that last a year or more, and limit the patient or need care all that time.

Source: AHRQ HCUP, Chronic Condition Indicator Refined for ICD-10-CM, v2023.1.
"""

from __future__ import annotations

import functools
from bisect import bisect_left
from importlib import resources

import attrs

_VALUES = {"0": False, "1": True, "9": None}
_CATEGORY = 3
# Sorts behind whatever may follow in a code.
_LAST = "~"


@attrs.frozen
class _Run:
    """Codes without dots, next to each other in the list, that have one value."""

    first: str
    last: str
    chronic: bool | None


def chronicity(code: str) -> bool | None:
    """Say whether a disease is chronic.

    Args:
        code: A code or a category of any edition, with its dot.

    Returns:
        True for a chronic disease and False for one that is not; None where the list makes no determination, as for the
        factors of chapter 21, and where it knows neither the code nor one value for all of its subcategory or category.

    Source: AHRQ HCUP, Chronic Condition Indicator Refined for ICD-10-CM, v2023.1.
    """
    plain = code.replace(".", "")
    found = _between(plain, plain)
    if len(found) == 1 and found[0].first <= plain <= found[0].last:
        return found[0].chronic
    for size in range(len(plain), _CATEGORY - 1, -1):
        values = {one.chronic for one in _between(plain[:size], plain[:size] + _LAST)}
        if values:
            return values.pop() if len(values) == 1 else None
    return None


def _between(first: str, last: str) -> list[_Run]:
    """Give the runs that hold codes between two."""
    runs, ends = _list()
    found: list[_Run] = []
    for at in range(bisect_left(ends, first), len(runs)):
        if runs[at].first > last:
            break
        found.append(runs[at])
    return found


@functools.cache
def _list() -> tuple[list[_Run], list[str]]:
    text = (resources.files("codekit_icd10cm") / "data" / "chronic.tsv").read_text("ascii")
    cells = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    runs = [_Run(first, last, _VALUES[value]) for first, last, value in cells]
    return runs, [run.last for run in runs]
