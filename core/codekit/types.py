"""The values that cross a boundary: between plugins and core, between the four steps, and out to the user.

All are frozen attrs classes. Offsets are half-open and count Unicode code points; scores and confidences
run from 0 to 1, higher is better; tuples are ordered and the docstring of the field says by what.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from codekit.backends.usage import StepUsage


class CodeKind(StrEnum):
    """The level of the tabular hierarchy on which a code stands."""

    CHAPTER = "chapter"
    BLOCK = "block"
    CATEGORY = "category"
    CODE = "code"


class NoteKind(StrEnum):
    """The kinds of instructional note in a tabular list.

    Source: ICD-10-CM Official Guidelines, section I.A.10 to I.A.17 (the conventions).
    """

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


class Setting(StrEnum):
    """Where the patient was seen; several guidelines differ by it."""

    INPATIENT = "inpatient"
    OUTPATIENT = "outpatient"


class Sex(StrEnum):
    """The administrative sex of the patient, as edits on age and sex use it."""

    FEMALE = "female"
    MALE = "male"


class Assertion(StrEnum):
    """What a note says about a mentioned condition."""

    PRESENT = "present"
    NEGATED = "negated"
    POSSIBLE = "possible"
    HISTORICAL = "historical"
    FAMILY = "family"
    HYPOTHETICAL = "hypothetical"


class Severity(StrEnum):
    """How bad a finding is: only `ERROR` makes `validate` end with status 3."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Status(StrEnum):
    """What a coder should do with an assignment."""

    READY = "ready"
    REVIEW = "review"
    QUERY = "query"


class Action(StrEnum):
    """What a convention does to the draft."""

    ADD = "add"
    DROP = "drop"
    REPLACE = "replace"
    MOVE = "move"
    FLAG = "flag"
    QUERY = "query"


@attrs.frozen(kw_only=True)
class SystemInfo:
    """The identity of one code system.

    Args:
        id: Lower-case name used on the command line, such as `icd10cm`.
        name: Name for people.
        uri: Canonical URI, as in FHIR's `CodeableConcept.coding.system`.
        revision: Raised by the plugin whenever it reads the same files differently, so that editions are rebuilt.
    """

    id: str = attrs.field(validator=attrs.validators.matches_re(r"[a-z][a-z0-9_]*"))
    name: str
    uri: str
    revision: int = 1


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

    Each end stands for its whole subtree: `E11` covers `E11.9`, and `I20` to `I25` covers `I25.10`.

    Args:
        first: First code, without a trailing dash.
        last: Last code of a range, inclusive; None for a single code.
    """

    first: str
    last: str | None = None


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
        attributes: Further facts, such as `{"placeholder": "true"}`.
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
    """

    release: Release
    codes: tuple[Code, ...]
    terms: tuple[IndexTerm, ...]
    problems: tuple[Problem, ...] = ()
    derived_index: bool = False


@attrs.frozen(kw_only=True)
class Encounter:
    """What is known of the encounter besides the note.

    Args:
        setting: Inpatient or outpatient.
        date_of_service: Picks the edition when none is named.
        age: In completed years, 0 to 130.
        sex: Administrative sex.
    """

    setting: Setting = Setting.OUTPATIENT
    date_of_service: date | None = None
    age: int | None = attrs.field(
        default=None, validator=attrs.validators.optional([attrs.validators.ge(0), attrs.validators.le(130)])
    )
    sex: Sex | None = None


@attrs.frozen(kw_only=True)
class Note:
    """One clinical note to code.

    Args:
        id: Unique within the batch.
        text: The whole text, never changed by codekit.
        encounter: What is known besides.
    """

    id: str
    text: str
    encounter: Encounter = Encounter()


@attrs.frozen(kw_only=True)
class Cause:
    """What a note says a condition is due to.

    Args:
        start: First code point of the words that name it.
        end: One past their last.
        words: Those words in canonical form, in text order.
        link: The words that say how, such as `due to` or `late effect of`, in lower case.
        denied: Words of what it is said not to be due to; the span is then empty, and so are `words`.
    """

    start: int
    end: int
    words: tuple[str, ...]
    link: str = ""
    denied: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Mention:
    """A verbatim span of the note that names a codable condition.

    Args:
        start: First code point.
        end: One past the last code point.
        text: `note.text[start:end]`, always.
        assertion: What the note says of it.
        section: Kind of section it stands in, such as `assessment`.
        normalized: Its words in the form in which the index is searched, in text order.
        heading: True where the author set it as a problem of its own (a line of a problem list).
        scope: Span around it whose words may refine its code: the sentence, or its problem's paragraph.
        cause: What the note says it is due to; None where it names no cause.
        accompanies: True where it stands behind "with" in a statement of another condition.
        parts: What the index knows within a heading that it does not know whole: they count where the whole, looked
            up, leads nowhere.
    """

    start: int
    end: int
    text: str
    assertion: Assertion
    section: str
    normalized: tuple[str, ...]
    heading: bool = False
    scope: tuple[int, int]
    cause: Cause | None = None
    accompanies: bool = False
    parts: tuple[Mention, ...] = ()


@attrs.frozen(kw_only=True)
class Candidate:
    """A code that the index proposes for a mention or a query.

    Args:
        code: Possibly not assignable yet.
        score: 0 to 1, how well the entry's words and the query's agree.
        term: The index entry in words, cross-references resolved.
        source: Which index or layer proposed it.
        term_id: Id of the index entry; empty where the candidate comes from elsewhere.
        manifestation: Codes that the entry asks for besides.
    """

    code: str
    score: float
    term: str
    source: str
    term_id: str = ""
    manifestation: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class LocatedMention:
    """A mention with the codes that the index proposes for it.

    Args:
        mention: The mention.
        candidates: Best first; empty where the index has nothing for it.
        covers: True where it says what the mentions that overlap with it say, so that those give way to it.
    """

    mention: Mention
    candidates: tuple[Candidate, ...] = ()
    covers: bool = False


@attrs.frozen(kw_only=True)
class ProposedCode:
    """A code that a trained classifier, or whoever else reads notes as a whole, proposes for a note.

    Args:
        code: As its author writes it; one that the edition does not hold is left out.
        score: 0 to 1, higher is surer.
        spans: Half-open code points of the note that it rests on, in text order; empty where the author cannot say.
    """

    code: str
    score: float
    spans: tuple[tuple[int, int], ...] = ()


@attrs.frozen(kw_only=True)
class Evidence:
    """A verbatim span of the note that supports a code; half-open offsets in code points."""

    start: int
    end: int
    text: str


@attrs.frozen(kw_only=True)
class Reason:
    """One step on the way to a code, as `--explain` prints it.

    Args:
        step: `analyze`, `locate`, `assign` or `verify`.
        detail: One sentence.
        source: The index entry, tabular note or guideline section that it rests on; may be empty.
    """

    step: str
    detail: str
    source: str = ""


@attrs.frozen(kw_only=True)
class Assignment:
    """One code of the final set.

    Args:
        code: Assignable in the edition.
        title: Its full title.
        rank: 1-based position in the sequence.
        status: What a coder should do with it.
        confidence: 0 to 1.
        evidence: In text order; never empty.
        reasons: The code's path, in the order in which the steps took it.
    """

    code: str
    title: str
    rank: int
    status: Status
    confidence: float
    evidence: tuple[Evidence, ...]
    reasons: tuple[Reason, ...] = ()


@attrs.frozen(kw_only=True)
class Dropped:
    """A code, or a mention without one, that was considered and is not in the final set, and why.

    Args:
        code: The code; None where a mention led to none.
        title: Its title, or an empty text.
        step: The step that dropped it.
        reason: One sentence.
        rule: Id of the rule that dropped it; empty where a step's own logic did.
        evidence: In text order.
        confidence: 0 to 1, as far as it had been worked out.
    """

    code: str | None
    title: str
    step: str
    reason: str
    rule: str = ""
    evidence: tuple[Evidence, ...] = ()
    confidence: float = 0.0


@attrs.frozen(kw_only=True)
class Finding:
    """A rule that a code set does not meet.

    Args:
        rule: Stable id, such as `excludes1`.
        severity: How bad.
        codes: The codes involved, the one to change first.
        message: What is wrong and what would mend it.
        source: Tabular note or guideline section, with the edition.
    """

    rule: str
    severity: Severity
    codes: tuple[str, ...]
    message: str
    source: str


@attrs.frozen(kw_only=True)
class Query:
    """A neutral question to the clinician, which names no payment and suggests no answer.

    Args:
        topic: What is asked for, such as `laterality`.
        text: The whole question as the clinician reads it, with indicators and options.
        codes: The codes whose choice depends on the answer; may be empty.
        source: Guideline section or tabular row, with the edition.
        indicators: What the note says, in text order.
        options: The answers offered, "other" and "unable to determine" among them.
    """

    topic: str
    text: str
    codes: tuple[str, ...]
    source: str
    indicators: tuple[Evidence, ...] = ()
    options: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Edit:
    """One change that a convention makes to the draft.

    Args:
        rule: Id of the convention.
        action: What it does.
        code: The code that it acts on; empty for a query about words that have no code.
        source: Guideline section or tabular note with edition.
        reason: One sentence.
        replacement: New code, for `REPLACE`.
        before: Code in front of which the code moves, for `MOVE`, or is added, for `ADD`.
        after: Code behind which the code is added, for `ADD`.
        finding: What is reported, for `FLAG`.
        query: What is asked, for `QUERY`.
    """

    rule: str
    action: Action
    code: str
    source: str
    reason: str
    replacement: str | None = None
    before: str | None = None
    after: str | None = None
    finding: Finding | None = None
    query: Query | None = None


@attrs.frozen(kw_only=True)
class StepAccount:
    """What one step asked of a language model for one note.

    Args:
        step: `analyze`, `locate`, `assign` or `verify`.
        prompt: Name and version of its prompt, as `clh/index_navigator@1`.
        took: Calls, tokens, seconds and cost.
        repaired: Questions asked a second time, because the first answer could not be read.
        fallbacks: Questions without a readable answer, whose items the rules did instead.
        unfound: Passages that the model quoted and that are not in the note.
    """

    step: str
    prompt: str
    took: StepUsage
    repaired: int = 0
    fallbacks: int = 0
    unfound: int = 0


@attrs.frozen(kw_only=True)
class Thought:
    """What a model said before an answer; it may quote the note."""

    step: str
    text: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class CodingResult:
    """Everything that coding one note gave.

    Args:
        note_id: Id of the note.
        system: Id of the code system.
        edition: Label of the compiled edition: version and hash.
        assignments: The final set, in sequence.
        dropped: What was considered and left out, in text order.
        findings: What a coder should look at.
        queries: Questions to the clinician.
        edits: What the conventions did, in order.
        usage: What was asked of a language model, by step; empty where none was.
        thoughts: What the model said before its answers, in the order of the steps; empty unless it was asked for.
    """

    note_id: str
    system: str
    edition: str
    assignments: tuple[Assignment, ...]
    dropped: tuple[Dropped, ...] = ()
    findings: tuple[Finding, ...] = ()
    queries: tuple[Query, ...] = ()
    edits: tuple[Edit, ...] = ()
    usage: tuple[StepAccount, ...] = ()
    thoughts: tuple[Thought, ...] = ()
