"""How sure the rules are that a code is the right one for what the record says; not whether it is reported."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterator, Mapping
from importlib import resources

from codekit.pipeline.hierarchy import Refined
from codekit.types import Candidate

READY_FROM = 0.74
"""A code at least this sure needs no review for its confidence alone."""

KEPT_FROM = 0.45
"""A code less sure than this is left out, and shown among the dropped; a user can move it."""

_LEAST, _MOST = 0.001, 0.999


def features(candidate: Candidate, refined: Refined) -> Iterator[tuple[str, float]]:
    """Say what speaks for and against a tentative code.

    Args:
        candidate: The index entry, with its score.
        refined: The path through the hierarchy.

    Yields:
        Names of weights and their values: 1 for what holds; for `match`, how far the index entry is from a full
        agreement, 0 to 1.
    """
    yield "stated", 1.0
    yield "match", 1.0 - candidate.score
    if refined.unsupported:
        yield "unsupported detail", 1.0
    if refined.open_facets:
        yield "unspecified detail", 1.0


def confidence_of(candidate: Candidate, refined: Refined) -> float:
    """Say how sure a tentative code is, by what one mention led to.

    Args:
        candidate: The index entry, with its score.
        refined: The path through the hierarchy.

    Returns:
        0 to 1: the logistic function of the weighted sum of the features.
    """
    weights = load_weights()
    found = dict(features(candidate, refined))
    return _logistic(sum(weights[name] * value for name, value in found.items()))


@functools.cache
def load_weights() -> Mapping[str, float]:
    """Read the weights, which `benchmarks/fit_confidence.py` wrote."""
    text = resources.files("codekit.pipeline").joinpath("weights.json").read_text(encoding="utf-8")
    weights: dict[str, float] = json.loads(text)["weights"]
    return weights


def _logistic(total: float) -> float:
    return round(min(max(1 / (1 + math.exp(-total)), _LEAST), _MOST), 4)
