"""When a layer cannot answer: the others stand in for it, and what they found alone is told from the rest."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from codekit.errors import VectorServerError
from codekit.search.layers import Layer, Query
from codekit.types import Candidate

R = TypeVar("R")


class Losses:
    """Counts the look-ups that went without a layer; several threads may share it.

    Args:
        warnings: Where to say why, each reason once.
    """

    def __init__(self, warnings: list[str]) -> None:
        self.count = 0
        self._warnings = warnings
        self._lock = threading.Lock()

    def note(self, layer: str, error: VectorServerError) -> None:
        """Count one."""
        said = f"searched without the {layer} layer: {error}; notes coded meanwhile have the finding search-layer-lost"
        with self._lock:
            self.count += 1
            if said not in self._warnings:
                self._warnings.append(said)

    def remember(self, look_up: Callable[..., R], most: int) -> Callable[..., R]:
        """Remember what look-ups gave, until one goes without a layer: what was found then is no answer for later.

        Args:
            look_up: Called with what can be hashed.
            most: How many answers are kept.

        Returns:
            The same, remembering.
        """

        @functools.lru_cache(maxsize=most)
        def remembered(_losses: int, *asked: Hashable) -> R:
            return look_up(*asked)

        return lambda *asked: remembered(self.count, *asked)


class Spared:
    """A layer that finds nothing where its server is lost.

    Args:
        name: Of the layer.
        layer: The layer.
        losses: Counts where it did.
    """

    def __init__(self, name: str, layer: Layer, losses: Losses) -> None:
        self._name = name
        self._layer = layer
        self._losses = losses

    def rank(self, query: Query, found: Sequence[Candidate], limit: int) -> Sequence[Candidate]:
        """See `Layer`."""
        try:
            return self._layer.rank(query, found, limit)
        except VectorServerError as error:
            self._losses.note(self._name, error)
            return ()
