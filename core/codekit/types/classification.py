"""What a code system is made of, as a parser gives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

import attrs

SHORT_TITLE = "short"
"""Under which a row's attributes hold the short title that its publisher prints besides."""


class CodeKind(StrEnum):
    """The level of the tabular hierarchy on which a code stands."""

    CHAPTER = "chapter"
    BLOCK = "block"
    CATEGORY = "category"
    CODE = "code"


class NoteKind(StrEnum):
    """The kinds of instructional note in a tabular list; a system uses those that its publisher prints."""

    INCLUDES = "includes"
    INCLUSION_TERM = "inclusion_term"
    EXCLUDES1 = "excludes1"
    EXCLUDES2 = "excludes2"
    CODE_FIRST = "code_first"
    USE_ADDITIONAL_CODE = "use_additional_code"
    CODE_ALSO = "code_also"
    NOTE = "note"


class IndexTable(StrEnum):
    """Which index an entry comes from; `DERIVED` entries were made from titles and inclusion terms."""

    DISEASES = "diseases"
    EXTERNAL_CAUSES = "external_causes"
    NEOPLASMS = "neoplasms"
    DRUGS = "drugs"
    DERIVED = "derived"


@attrs.frozen(kw_only=True)
class SystemInfo:
    """The identity of one code system.

    Args:
        id: Lower-case name used on the command line: a letter, then letters, digits and underscores.
        name: Name for people.
        uri: Canonical URI, as in FHIR's `CodeableConcept.coding.system`.
        revision: Raised by the plugin whenever it reads the same files differently, so that editions are rebuilt.
        obtain: How to get a release, in a sentence or two; told where an edition is missing. Empty where the plugin
            brings one.
        calibrated: Whether the confidence of its codes was fitted to labelled records of the system; results of others
            say that theirs is not.
    """

    id: str = attrs.field(validator=attrs.validators.matches_re(r"[a-z][a-z0-9_]*"))
    name: str
    uri: str
    revision: int = 1
    obtain: str = ""
    calibrated: bool = False


@attrs.frozen(kw_only=True)
class SourceFile:
    """One file that an edition was built from.

    Args:
        name: Path inside the release, with forward slashes.
        sha256: Hexadecimal digest of the content.
        bytes: Size of the content.
    """

    name: str
    sha256: str
    bytes: int


@attrs.frozen(kw_only=True)
class Release:
    """One published edition of a code system.

    Args:
        system: Id of the code system.
        version: Sortable version, unique within the system, such as `2026-04`.
        title: Title for people.
        valid_from: First date of service that it codes.
        valid_to: Last date of service, inclusive; None while no successor is known.
        sources: The files it was read from, by name; empty for a release that is only announced.
    """

    system: str
    version: str
    title: str
    valid_from: date
    valid_to: date | None = None
    sources: tuple[SourceFile, ...] = ()

    def is_valid_on(self, day: date) -> bool:
        """Tell whether it codes a date of service."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@attrs.frozen(kw_only=True)
class Problem:
    """Something wrong in a release file that did not stop the build.

    Args:
        file: Name of the file inside the release.
        line: 1-based line, or None where the format has no lines.
        message: What was wrong and what was done about it.
    """

    file: str
    line: int | None
    message: str


@attrs.frozen(kw_only=True)
class CodeReference:
    """A code, or a range of codes, that a note names.

    Each end stands for its whole subtree: `AB` covers `AB.1`, and `AB` to `AD` covers `AC.2`.

    Args:
        first: First code, without a trailing dash.
        last: Last code of a range, inclusive; None for a single code.
    """

    first: str
    last: str | None = None

    def __str__(self) -> str:
        """Write it as in a note: a code, or `FIRST-LAST`."""
        return f"{self.first}-{self.last}" if self.last else self.first


@attrs.frozen(kw_only=True)
class TabularNote:
    """One instructional note of the tabular list, with the codes parsed from its text.

    Args:
        kind: Which kind of note.
        text: The text as printed, white space folded.
        references: Codes and ranges in order of appearance.
    """

    kind: NoteKind
    text: str
    references: tuple[CodeReference, ...] = ()


@attrs.frozen(kw_only=True)
class InheritedNote:
    """A note together with the code under which it is printed."""

    origin: str
    note: TabularNote


@attrs.frozen(kw_only=True)
class SeventhCharacter:
    """One value of a 7th character and what it means, such as `A` for an initial encounter."""

    character: str
    meaning: str


@attrs.frozen(kw_only=True)
class Code:
    """One row of the tabular list.

    Args:
        code: The code as printed, with its dot.
        title: The full title.
        kind: Level of the hierarchy.
        parent: Code of the row above; None for a chapter.
        assignable: Whether a claim may carry it.
        notes: Its own notes in printed order; ancestors' notes are inherited on request.
        seventh_characters: Those defined at this row, in printed order; descendants inherit them.
        attributes: Further facts, such as `{"placeholder": "true"}`; a shorter form of the title under `SHORT_TITLE`.
    """

    code: str
    title: str
    kind: CodeKind
    parent: str | None = None
    assignable: bool = False
    notes: tuple[TabularNote, ...] = ()
    seventh_characters: tuple[SeventhCharacter, ...] = ()
    attributes: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class IndexTerm:
    """One entry of an alphabetic index, or one cell of a table.

    Args:
        id: Unique within the edition and stable for the same source files.
        path: Main term and sub-terms, outermost first, without nonessential modifiers.
        nonessential_modifiers: The words in parentheses, along the whole path.
        codes: Codes of the entry; without trailing dashes, so not always assignable.
        manifestation: The second code of an etiology/manifestation pair.
        see: Text of the mandatory cross-reference.
        see_also: Text of the optional cross-reference.
        see_category: Category or subcategory the entry sends the coder to.
        table: Which index.
        column: Column of a table cell, such as `malignant primary`; None elsewhere.
    """

    id: str
    path: tuple[str, ...]
    nonessential_modifiers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    manifestation: tuple[str, ...] = ()
    see: str | None = None
    see_also: str | None = None
    see_category: str | None = None
    table: IndexTable = IndexTable.DISEASES
    column: str | None = None


@attrs.frozen(kw_only=True)
class GuidelineSection:
    """One section of the official guidelines.

    Args:
        id: As printed, joined by dots: `I.C.4.a.3`.
        title: The heading.
        text: The body, paragraphs separated by a blank line.
        page: 1-based page of the document on which it starts.
        applies_to: Codes and ranges of its title, or else of what it belongs to, then those that its text names.
    """

    id: str
    title: str
    text: str
    page: int
    applies_to: tuple[CodeReference, ...] = ()


@attrs.frozen(kw_only=True)
class CodePair:
    """A published relation between two codes, such as an edit that forbids to report them together.

    Args:
        kind: Name of the relation within its system, such as `successor`; a table of the publisher gives one kind.
        first: The code in the table's first column.
        second: The code in its second column.
        valid_from: First date of service for which it holds; None where the publisher gives none.
        valid_to: Last date of service, inclusive; None while it holds.
        attributes: Further facts, such as `{"indicator": "1"}`.
    """

    kind: str
    first: str
    second: str
    valid_from: date | None = None
    valid_to: date | None = None
    attributes: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Passage:
    """A section of the official guidelines that answers a query.

    Args:
        section: The section.
        score: 0 to 1, to compare the passages of one answer by.
        reason: What makes it an answer, in a few words.
    """

    section: GuidelineSection
    score: float
    reason: str


@attrs.frozen(kw_only=True)
class Classification:
    """What a plugin's parser returns: a whole release in codekit's terms.

    Args:
        release: The release, with its sources.
        codes: Every row, parents before children, in printed order.
        terms: Every index entry in printed order.
        problems: What was wrong in the files.
        derived_index: True where no index was published and the terms come from titles.
        pairs: Published relations between codes, in any order. A table of millions of rows need not be in memory: an
            iterable that reads it is gone through once, while the source is still open.
    """

    release: Release
    codes: tuple[Code, ...]
    terms: tuple[IndexTerm, ...]
    problems: tuple[Problem, ...] = ()
    derived_index: bool = False
    pairs: Iterable[CodePair] = ()
