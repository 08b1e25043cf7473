"""The search index that lies in the folder of an edition: how it is written, and how it is read."""

from __future__ import annotations

from codekit.editions.index.store import SearchIndex, build_search_index

__all__ = ["SearchIndex", "build_search_index"]
