"""Twenty diseases in Spanish: a code system whose notes and titles are read with a lexicon of its own language."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from codekit.plugin import (
    Classification,
    Code,
    CodeKind,
    IndexTerm,
    Lexicon,
    Release,
    Source,
    Specificity,
    SystemInfo,
    SystemRegistry,
    hookimpl,
    read_lexicon,
)

CODEKIT_API = 1
HERE = Path(__file__).parent
RELEASE = Release(system="cie", version="2026", title="Veinte enfermedades 2026", valid_from=date(2026, 1, 1))


@hookimpl
def codekit_register_systems(register: SystemRegistry) -> None:
    """Offer the system."""
    register(SystemInfo(id="cie", name="Veinte enfermedades", uri="https://example.org/cie"), Spanish())


class Spanish:
    """The hooks of the system."""

    @hookimpl
    def codekit_lexicon(self) -> Lexicon:
        """Bring Spanish, so that English is not the base."""
        return read_lexicon(HERE / "codekit_cie_lexicon", language="es")

    @hookimpl
    def codekit_specificity(self) -> Specificity:
        """Say how a title leaves its detail open."""
        return Specificity(unspecified=("no especificada", "no especificado", "sin especificar"))

    @hookimpl
    def codekit_releases(self) -> list[Release]:
        """List the one release."""
        return [RELEASE]

    @hookimpl
    def codekit_default_source(self) -> list[Path]:
        """Bring its file."""
        return [HERE / "codekit_cie.csv"]

    @hookimpl
    def codekit_identify_release(self, source: Source) -> Release | None:
        """Know the file by its first line."""
        return RELEASE if _rows(source) else None

    @hookimpl
    def codekit_parse_release(self, release: Release, source: Source) -> Classification:
        """Read codes and the terms that lead to them."""
        rows = _rows(source)
        chapter = Code(code="CIE", title="Veinte enfermedades", kind=CodeKind.CHAPTER)
        codes = (
            Code(code=row["codigo"], title=row["titulo"], kind=CodeKind.CATEGORY, parent="CIE", assignable=True)
            for row in rows
        )
        terms = (term for row in rows for term in _terms(row))
        return Classification(release=release, codes=(chapter, *codes), terms=tuple(terms))


def _rows(source: Source) -> list[dict[str, str]]:
    texts = (source.read(name).decode("utf-8-sig", "replace") for name in source.names())
    found = next((text.splitlines() for text in texts if text.startswith("codigo,")), [])
    return list(csv.DictReader(found))


def _terms(row: dict[str, str]) -> Iterator[IndexTerm]:
    for number, entry in enumerate(row["indice"].split("|")):
        yield IndexTerm(id=f"{row['codigo']}/{number}", path=tuple(entry.split(", ")), codes=(row["codigo"],))
