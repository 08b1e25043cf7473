"""Find the releases that publishers offer, and download their files."""

from __future__ import annotations

from codekit.fetch.publications import Link, Publication, RemoteFile, Web
from codekit.fetch.records import Record
from codekit.fetch.release import LATEST, Fetched, LeftOut, fetch_release, list_files, list_publications
from codekit.fetch.retries import Patience

__all__ = [
    "LATEST",
    "Fetched",
    "LeftOut",
    "Link",
    "Patience",
    "Publication",
    "Record",
    "RemoteFile",
    "Web",
    "fetch_release",
    "list_files",
    "list_publications",
]
