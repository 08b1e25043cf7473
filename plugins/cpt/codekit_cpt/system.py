"""The object that carries the hooks of CPT and HCPCS."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from codekit.plugin import (
    Classification,
    Convention,
    Edition,
    Encounter,
    Finding,
    LocatedMention,
    Note,
    Publication,
    Release,
    RemoteFile,
    Source,
    Web,
    hookimpl,
)
from codekit_cpt.conventions import conventions
from codekit_cpt.mentions import locate_mentions
from codekit_cpt.parse import parse_release
from codekit_cpt.publications import publication_files, publications
from codekit_cpt.releases import identify_release, known_releases
from codekit_cpt.validate import validate


class Cpt:
    """CPT as the AMA delivers it and HCPCS as CMS publishes it; each method implements the hook of its name."""

    @hookimpl
    def codekit_releases(self) -> Iterable[Release]:
        """List the known releases; none of them comes with codekit."""
        return known_releases()

    @hookimpl
    def codekit_publications(self, web: Web) -> Iterable[Publication]:
        """List the quarters of HCPCS that CMS offers."""
        return publications(web)

    @hookimpl
    def codekit_publication_files(self, web: Web, publication: Publication) -> Sequence[RemoteFile] | None:
        """Find HCPCS and the NCCI tables of a quarter at CMS."""
        return publication_files(web, publication)

    @hookimpl
    def codekit_identify_release(self, source: Source) -> Release | None:
        """Recognise a delivery by its lists of codes."""
        return identify_release(source)

    @hookimpl
    def codekit_parse_release(self, release: Release, source: Source) -> Classification:
        """Read every file of a delivery."""
        return parse_release(release, source)

    @hookimpl
    def codekit_locate_mentions(
        self, note: Note, located: Sequence[LocatedMention], edition: Edition
    ) -> Iterable[LocatedMention]:
        """Find doses, units and sides beside services, codes that the note names, and the level of a visit."""
        return locate_mentions(note, located, edition)

    @hookimpl
    def codekit_conventions(self, release: Release) -> Iterable[Convention]:
        """Give the conventions of the reconciler."""
        return conventions(release)

    @hookimpl
    def codekit_validate_codes(self, codes: Sequence[str], edition: Edition, encounter: Encounter) -> Iterable[Finding]:
        """Check the lines of a claim without a note."""
        return validate(codes, edition, encounter)
