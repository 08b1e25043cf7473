"""Which function of this plugin answers which hook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from codekit.plugin import Edition, Hooks, LocatedMention, PhraseBook, ReadNote
from codekit_icd10cm.conventions import conventions
from codekit_icd10cm.guidelines import read_guidelines
from codekit_icd10cm.mentions import PHRASES, MentionFinder
from codekit_icd10cm.parse import parse_release
from codekit_icd10cm.publications import publication_files, publications
from codekit_icd10cm.releases import default_source, identify_release, known_releases
from codekit_icd10cm.rules import specificity
from codekit_icd10cm.truth import check_edition
from codekit_icd10cm.validate import validate


def hooks(phrases: PhraseBook = PHRASES) -> Hooks:
    """Give the hooks of ICD-10-CM as published by NCHS.

    Args:
        phrases: Its tables of phrases, to be given with a row less by whoever tests that row.
    """
    finder = MentionFinder(phrases)

    def locate(note: ReadNote, located: Sequence[LocatedMention], edition: Edition) -> Iterable[LocatedMention]:
        return finder.locate(note, located, edition)

    return Hooks(
        codekit_releases=known_releases,
        codekit_publications=publications,
        codekit_publication_files=publication_files,
        codekit_default_source=default_source,
        codekit_identify_release=identify_release,
        codekit_parse_release=parse_release,
        codekit_guidelines=read_guidelines,
        codekit_specificity=specificity,
        codekit_locate_mentions=locate,
        codekit_conventions=conventions,
        codekit_check_edition=check_edition,
        codekit_validate_codes=validate,
    )
