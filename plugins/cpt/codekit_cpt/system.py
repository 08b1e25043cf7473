"""Which function of this plugin answers which hook."""

from __future__ import annotations

from codekit.plugin import Hooks
from codekit_cpt.conventions import conventions
from codekit_cpt.mentions import locate_mentions
from codekit_cpt.parse import parse_release
from codekit_cpt.publications import publication_files, publications
from codekit_cpt.releases import identify_release, known_releases
from codekit_cpt.validate import validate


def hooks() -> Hooks:
    """Give the hooks of CPT as the AMA delivers it and HCPCS as CMS publishes it; no edition comes with codekit."""
    return Hooks(
        codekit_releases=known_releases,
        codekit_publications=publications,
        codekit_publication_files=publication_files,
        codekit_identify_release=identify_release,
        codekit_parse_release=parse_release,
        codekit_locate_mentions=locate_mentions,
        codekit_conventions=conventions,
        codekit_validate_codes=validate,
    )
