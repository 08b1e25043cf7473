"""Find the releases that publishers offer, and download their files."""

from __future__ import annotations

from codekit.fetch.records import Record
from codekit.fetch.release import LATEST, Fetched, LeftOut, fetch_release, list_files, list_publications
from codekit.fetch.retries import Patience

__all__ = [
    "LATEST",
    "Fetched",
    "LeftOut",
    "Patience",
    "Record",
    "fetch_release",
    "list_files",
    "list_publications",
]
