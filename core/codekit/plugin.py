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
from codekit.text.assertion import Cue, Direction, Effect
from codekit.text.lexicon import Lexicon, Sense
from codekit.text.reader import ReadNote, Sentence
from codekit.text.sections import SectionKind
from codekit.text.tables import read_lexicon
from codekit.text.vocabulary import Ending
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
    "Cue",
    "Direction",
    "Draft",
    "DraftCode",
    "Edit",
    "Edition",
    "Effect",
    "Encounter",
    "Ending",
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
    "Lexicon",
    "Link",
    "LocatedMention",
    "Mention",
    "NotPublishedError",
    "Note",
    "NoteKind",
    "Origin",
    "Passage",
    "Problem",
    "ProposedCode",
    "Publication",
    "Query",
    "ReadNote",
    "Release",
    "RemoteFile",
    "Rule",
    "SectionKind",
    "Sense",
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
    "derive",
    "hookimpl",
    "read_lexicon",
    "types",
]
