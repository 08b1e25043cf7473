"""The object that carries ICD-10-CM's hooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from codekit.plugin import (
    Classification,
    Convention,
    Edition,
    Encounter,
    Finding,
    GuidelineSection,
    LocatedMention,
    Note,
    PhraseBook,
    Publication,
    Release,
    RemoteFile,
    Source,
    Specificity,
    Web,
    hookimpl,
)
from codekit_icd10cm.conventions import conventions
from codekit_icd10cm.guidelines import read_guidelines
from codekit_icd10cm.mentions import PHRASES, MentionFinder
from codekit_icd10cm.parse import parse_release
from codekit_icd10cm.publications import publication_files, publications
from codekit_icd10cm.releases import default_source, identify_release, known_releases
from codekit_icd10cm.rules import specificity
from codekit_icd10cm.truth import check_edition
from codekit_icd10cm.validate import validate


class Icd10cm:
    """ICD-10-CM as published by NCHS; each method implements the hook of its name in `SystemSpecs`.

    Args:
        phrases: Its tables of phrases, to be given with a row less by whoever tests that row.
    """

    def __init__(self, phrases: PhraseBook = PHRASES) -> None:
        self._mentions = MentionFinder(phrases)

    @hookimpl
    def codekit_releases(self) -> Iterable[Release]:
        """List the known releases."""
        return known_releases()

    @hookimpl
    def codekit_publications(self, web: Web) -> Iterable[Publication]:
        """List what NCHS and CMS offer."""
        return publications(web)

    @hookimpl
    def codekit_publication_files(self, web: Web, publication: Publication) -> Sequence[RemoteFile] | None:
        """Find the files of a release at NCHS and CMS."""
        return publication_files(web, publication)

    @hookimpl
    def codekit_default_source(self) -> Sequence[Path] | None:
        """Find the files that the package simple-icd-10-cm brings."""
        return default_source()

    @hookimpl
    def codekit_identify_release(self, source: Source) -> Release | None:
        """Recognise a release by its tabular list."""
        return identify_release(source)

    @hookimpl
    def codekit_parse_release(self, release: Release, source: Source) -> Classification:
        """Read every file of a release."""
        return parse_release(release, source)

    @hookimpl
    def codekit_guidelines(self, release: Release, source: Source) -> Iterable[GuidelineSection]:
        """Read the guidelines PDF and the instructions that open the tabular list."""
        return read_guidelines(release, source)

    @hookimpl
    def codekit_specificity(self, release: Release) -> Specificity:  # noqa: ARG002  the facets are the same every year
        """Give the facets of side, encounter and fracture."""
        return specificity()

    @hookimpl
    def codekit_locate_mentions(
        self, note: Note, located: Sequence[LocatedMention], edition: Edition
    ) -> Iterable[LocatedMention]:
        """Find numbers, drugs, terms to ask about, and what the note links."""
        return self._mentions.locate(note, located, edition)

    @hookimpl
    def codekit_conventions(self, release: Release) -> Iterable[Convention]:
        """Give the conventions of the reconciler."""
        return conventions(release)

    @hookimpl
    def codekit_check_edition(self, edition: Edition, source: Source) -> Iterable[Finding]:
        """Compare an edition with the order file."""
        return check_edition(edition, source)

    @hookimpl
    def codekit_validate_codes(self, codes: Sequence[str], edition: Edition, encounter: Encounter) -> Iterable[Finding]:
        """Check a code set without a note."""
        return validate(codes, edition, encounter)
