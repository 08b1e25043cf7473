"""All that a plugin imports: the values that cross its border, hooks, rules, and readers of notes.

A plugin imports from here, and from `codekit.formats` for the formats of release files; nothing else of codekit is
promised to stay. Its tests inherit from `codekit.testing`.
"""

from __future__ import annotations

from codekit import derive, types
from codekit.backends import Answer, Backend, Failure, Message, Request, Sampling, Settings
from codekit.checks import SortedCodes, sort_codes
from codekit.conventions import Convention, Draft, DraftCode, Origin
from codekit.editions.edition import ALIAS, Edition
from codekit.editions.source import Source
from codekit.errors import NotPublishedError, SourceError
from codekit.pipeline.history import HistoryCodes
from codekit.plugins.hookspecs import hookimpl
from codekit.plugins.offers import BackendRegistry, Hooks, SystemRegistry
from codekit.rules import Case, Rule
from codekit.specificity import Facet, FacetValue, Implied, Specificity, read_facets
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
    Link,
    LocatedMention,
    Mention,
    Note,
    NoteKind,
    Passage,
    Problem,
    ProposedCode,
    Publication,
    Query,
    Release,
    RemoteFile,
    Setting,
    SeventhCharacter,
    Severity,
    Sex,
    SourceFile,
    SystemInfo,
    TabularNote,
    Web,
)

__all__ = [
    "ALIAS",
    "ASSESSMENT",
    "NARRATIVE",
    "Action",
    "Answer",
    "Assertion",
    "Backend",
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
    "Failure",
    "Finding",
    "GuidelineSection",
    "HistoryCodes",
    "Hooks",
    "Implied",
    "IndexTable",
    "IndexTerm",
    "InheritedNote",
    "Link",
    "LocatedMention",
    "Mention",
    "Message",
    "NotPublishedError",
    "Note",
    "NoteKind",
    "Origin",
    "Passage",
    "Problem",
    "ProposedCode",
    "Publication",
    "Query",
    "Release",
    "RemoteFile",
    "Request",
    "Rule",
    "Sampling",
    "Sentence",
    "Setting",
    "Settings",
    "SeventhCharacter",
    "Severity",
    "Sex",
    "SortedCodes",
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
    "read_facets",
    "sort_codes",
    "term_words",
    "types",
]
