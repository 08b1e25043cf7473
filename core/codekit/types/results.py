"""What coding gives: codes with their path, what was left out, findings, queries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

from codekit.types.conditions import Basis, Condition, Statement

if TYPE_CHECKING:
    from codekit.backends.usage import StepUsage


_LINE = re.compile(r"(?P<code>.+?)(?P<modifiers>(?:-[A-Za-z0-9]{2})*)(?:x(?P<units>[1-9]\d{0,5}))?", re.DOTALL)


@attrs.frozen(kw_only=True)
class ClaimLine:
    """A code as a line of a claim carries it, written `CODE`, `CODE-25`, `CODE-25-59x2` or `CODEx2`.

    Args:
        code: The code as typed.
        modifiers: Two-character modifiers, in order.
        units: How often the service was given; 1 or more.
    """

    code: str
    modifiers: tuple[str, ...] = ()
    units: int = attrs.field(default=1, validator=attrs.validators.ge(1))

    @classmethod
    def read(cls, text: str) -> ClaimLine:
        """Read a line as typed: modifiers behind dashes and in upper case, units behind a small `x`.

        Args:
            text: Anything.

        Returns:
            The line; all of the text is the code where no modifier and no units stand behind it.
        """
        found = _LINE.fullmatch(text.strip())
        if found is None:
            return cls(code=text)
        modifiers = tuple(filter(None, found["modifiers"].upper().split("-")))
        return cls(code=found["code"], modifiers=modifiers, units=int(found["units"] or 1))

    def __str__(self) -> str:
        """Write it in the form that `read` reads."""
        return "-".join((self.code, *self.modifiers)) + (f"x{self.units}" if self.units > 1 else "")


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
    LEAVE = "leave"
    KEEP = "keep"
    REPLACE = "replace"
    MOVE = "move"
    MODIFY = "modify"
    FLAG = "flag"
    QUERY = "query"


@attrs.frozen(kw_only=True)
class Evidence:
    """A verbatim span that supports a code.

    Args:
        document: Id of the document that holds it; empty for a single note.
        start: First code point in the untouched text of the document.
        end: One past the last.
        text: The text between them.
    """

    document: str = ""
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
        rule: Id of the convention that took it; empty where none did.
    """

    step: str
    detail: str
    source: str = ""
    rule: str = ""


@attrs.frozen(kw_only=True)
class Alternative:
    """Another row that the index proposed for the words that led to a code.

    Args:
        code: The row, not always assignable.
        title: Its full title.
        score: 0 to 1, how well the index entry and the words agree.
    """

    code: str
    title: str
    score: float


@attrs.frozen(kw_only=True)
class Assignment:
    """One code of the final set.

    Args:
        code: Assignable in the edition.
        title: Its full title.
        rank: 1-based position in the sequence.
        status: What a coder should do with it.
        confidence: 0 to 1.
        evidence: In the order of the documents, then of the text; never empty.
        reasons: The code's path, in the order in which the steps took it.
        modifiers: What a claim appends to the code, in order; empty in systems without modifiers.
        units: How often the claim counts it; 1 in systems without units.
        alternatives: What the index proposed besides for its leading mention, at most three, best first.
        conditions: Ids of the conditions that it codes, in text order.
        basis: Why the encounter reports it; None in systems without rules for that.
    """

    code: str
    title: str
    rank: int
    status: Status
    confidence: float
    evidence: tuple[Evidence, ...]
    reasons: tuple[Reason, ...] = ()
    modifiers: tuple[str, ...] = ()
    units: int = 1
    alternatives: tuple[Alternative, ...] = ()
    conditions: tuple[str, ...] = ()
    basis: Basis | None = None


@attrs.frozen(kw_only=True)
class Dropped:
    """A code, or a mention without one, that was considered and is not in the final set, and why.

    Args:
        code: The code; None where a mention led to none.
        title: Its title, or an empty text.
        step: The step that dropped it.
        reason: One sentence.
        rule: Id of the rule that dropped it; empty where a step's own logic did.
        evidence: In the order of the documents, then of the text.
        confidence: 0 to 1, as far as it had been worked out.
        basis: Why the record bears it out and it is still not reported; None where it was dropped for another reason.
        conditions: Ids of the conditions that it would have coded, in text order.
        reasons: The code's path up to there; empty where the step that dropped it made no code of it.
    """

    code: str | None
    title: str
    step: str
    reason: str
    rule: str = ""
    evidence: tuple[Evidence, ...] = ()
    confidence: float = 0.0
    basis: Basis | None = None
    conditions: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


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
        modifiers: All modifiers that the code then has, in order, for `MODIFY`; None leaves them.
        units: The units that it then has, 1 or more, for `MODIFY`; None leaves them.
        basis: Why the code is not reported, for `LEAVE`, or is, for `KEEP`.
        doubt: Why a coder should look at a code that is kept, for `KEEP`; empty where it is plain.
        triggers: The codes that call for it, for `ADD`; empty where that is the one beside which it is added.
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
    modifiers: tuple[str, ...] | None = None
    units: int | None = attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.ge(1)))
    basis: Basis | None = None
    doubt: str = ""
    triggers: tuple[str, ...] = ()


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
class Provenance:
    """What a result was made with, so that it can be made again.

    Args:
        codekit: Version of codekit.
        sources: SHA-256, in hexadecimal digits, over the names and contents of the files that it was built from.
        plugins: The plugin of the system and those that extend it, by name: distribution and version.
        workflow: Name of the workflow.
        settings: What else was chosen, such as the threshold, by name.
        model: Name of the language model; None where none was asked.
        prompts: Name and version of each prompt, to the SHA-256 of its text.
    """

    codekit: str
    sources: str
    plugins: Mapping[str, str]
    workflow: str = "rules"
    settings: Mapping[str, str] = attrs.field(factory=dict)
    model: str | None = None
    prompts: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class CodingResult:
    """Everything that coding one note, or one chart, gave.

    Args:
        note_id: Id of the note or the chart.
        system: Id of the code system.
        edition: Label of the compiled edition: version and hash.
        assignments: The final set, in sequence.
        dropped: What was considered and left out, in text order.
        findings: What a coder should look at.
        queries: Questions to the clinician.
        edits: What the conventions did, in order.
        usage: What was asked of a language model, by step; empty where none was.
        thoughts: What the model said before its answers, in the order of the steps; empty unless it was asked for.
        provenance: What it was made with; None where a reconciler was called by itself.
        conditions: The conditions that the record speaks of, in text order; offsets of their mentions count in the text
            of the statement's document.
        statements: What the record says besides, of a relative or of what is no condition, in text order.
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
    provenance: Provenance | None = None
    conditions: tuple[Condition, ...] = ()
    statements: tuple[Statement, ...] = ()
