"""All that a plugin imports: the values that cross its border, hooks, rules, and readers of notes.

A plugin imports from here, and from `codekit.formats` for the formats of release files; nothing else of codekit is
promised to stay. Its tests inherit from `codekit.testing`.
"""

from __future__ import annotations

from codekit import derive, types
from codekit.conventions import Convention, Draft, DraftCode, Origin
from codekit.editions.edition import ALIAS, Edition
from codekit.editions.source import Source
from codekit.errors import NotPublishedError, SourceError
from codekit.fetch import Link, Publication, RemoteFile, Web
from codekit.hookspecs import hookimpl
from codekit.pipeline.history import HistoryCodes
from codekit.registry import BackendRegistry, SystemRegistry
from codekit.rules import Case, Rule
from codekit.specificity import Facet, FacetValue, Implied, Specificity
from codekit.text.phrases import PhraseBook, PhraseExample, PhraseMatch, PhraseRow, PhraseTable
from codekit.text.reader import Sentence
from codekit.text.sections import ASSESSMENT, NARRATIVE
from codekit.text.tokens import content_words, term_words
from codekit.text.vocabulary import load_vocabulary
from codekit.types import (
    Action,
    Assertion,
    Candidate,
    Cause,
    ClaimLine,
    Classification,
    Code,
    CodeKind,
    CodePair,
    CodeReference,
    Edit,
    Encounter,
    Evidence,
    Finding,
    GuidelineSection,
    IndexTable,
    IndexTerm,
    InheritedNote,
    LocatedMention,
    Mention,
    Note,
    NoteKind,
    Passage,
    Problem,
    ProposedCode,
    Query,
    Release,
    Setting,
    SeventhCharacter,
    Severity,
    Sex,
    SourceFile,
    SystemInfo,
    TabularNote,
)

__all__ = [
    "ALIAS",
    "ASSESSMENT",
    "NARRATIVE",
    "Action",
    "Assertion",
    "BackendRegistry",
    "Candidate",
    "Case",
    "Cause",
    "ClaimLine",
    "Classification",
    "Code",
    "CodeKind",
    "CodePair",
    "CodeReference",
    "Convention",
    "Draft",
    "DraftCode",
    "Edit",
    "Edition",
    "Encounter",
    "Evidence",
    "Facet",
    "FacetValue",
    "Finding",
    "GuidelineSection",
    "HistoryCodes",
    "Implied",
    "IndexTable",
    "IndexTerm",
    "InheritedNote",
    "Link",
    "LocatedMention",
    "Mention",
    "NotPublishedError",
    "Note",
    "NoteKind",
    "Origin",
    "Passage",
    "PhraseBook",
    "PhraseExample",
    "PhraseMatch",
    "PhraseRow",
    "PhraseTable",
    "Problem",
    "ProposedCode",
    "Publication",
    "Query",
    "Release",
    "RemoteFile",
    "Rule",
    "Sentence",
    "Setting",
    "SeventhCharacter",
    "Severity",
    "Sex",
    "Source",
    "SourceError",
    "SourceFile",
    "Specificity",
    "SystemInfo",
    "SystemRegistry",
    "TabularNote",
    "Web",
    "content_words",
    "derive",
    "hookimpl",
    "load_vocabulary",
    "term_words",
    "types",
]
