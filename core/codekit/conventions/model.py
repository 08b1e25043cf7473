"""Conventions as the code reconciler sees them, and the draft that it applies them to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

from codekit.conventions.examples import Example
from codekit.conventions.stages import Stage
from codekit.text.lexicon import Lexicon
from codekit.text.tables import english
from codekit.types import (
    Assertion,
    Candidate,
    Cause,
    CodeReference,
    Condition,
    Edit,
    Encounter,
    Evidence,
    Reason,
    ReportingDecision,
    Setting,
    Statement,
    Status,
)

if TYPE_CHECKING:
    from codekit.editions.edition import Edition


@attrs.frozen(kw_only=True)
class DraftCode:
    """One tentative code.

    Args:
        code: Assignable in the edition, unless a convention has yet to mend it.
        confidence: 0 to 1.
        evidence: In text order; never empty.
        reasons: How the earlier steps came to it.
        status: As far as it is settled.
        position: Offset of its leading mention, for ties in the sequence.
        assertion: What the note says of the condition.
        cause: What the note says it is due to; None where it names no cause.
        accompanies: True where the note only says it behind "with", in a statement of another condition.
        term_id: Index entry that led to it; empty for a code that a convention added.
        stated: True where the note states it, from start to end of a statement, in the classification's own words.
        words: Canonical words of its leading mention, with what qualifies it.
        modifiers: What a claim appends to the code, in order; set by conventions.
        units: How often the claim counts it; set by conventions.
        alternatives: What the index proposed besides for its leading mention, best first.
        conditions: Ids of the conditions that it codes, in text order.
        decision: Whether it is reported, and why; None where nothing was decided, so that it is.
    """

    code: str
    confidence: float
    evidence: tuple[Evidence, ...]
    reasons: tuple[Reason, ...] = ()
    status: Status = Status.READY
    position: int = 0
    assertion: Assertion = Assertion.PRESENT
    cause: Cause | None = None
    accompanies: bool = False
    term_id: str = ""
    stated: bool = False
    words: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    units: int = 1
    alternatives: tuple[Candidate, ...] = ()
    conditions: tuple[str, ...] = ()
    decision: ReportingDecision | None = None

    @property
    def reported(self) -> bool:
        """Whether the encounter reports it, as far as is decided."""
        return self.decision is None or self.decision.reported


@attrs.frozen(kw_only=True)
class Draft:
    """What a convention reads: the tentative codes, and what the note says besides.

    Iterating over it gives the codes.

    Args:
        codes: In sequence.
        statements: All mentions of the note, in text order; empty where codes are reconciled without a note.
        conditions: What the statements say of each condition, in text order.
        lexicon: What the note was read with.
        words_of: Gives the canonical words of a piece of the note, as the lexicon does.
    """

    codes: tuple[DraftCode, ...]
    statements: tuple[Statement, ...] = ()
    conditions: tuple[Condition, ...] = ()
    lexicon: Lexicon = attrs.field(factory=english, repr=False, eq=False)
    words_of: Callable[[str], tuple[str, ...]] = attrs.field(
        default=attrs.Factory(lambda self: self.lexicon.content_words, takes_self=True), repr=False, eq=False
    )

    def __iter__(self) -> Iterator[DraftCode]:
        """Iterate over the codes in sequence."""
        return iter(self.codes)

    def __getitem__(self, at: int) -> DraftCode:
        """Give the code at a 0-based place of the sequence."""
        return self.codes[at]

    def __len__(self) -> int:
        """Count the codes."""
        return len(self.codes)


Apply = Callable[[Draft, "Edition", Encounter], Iterable[Edit]]


class Origin(StrEnum):
    """Where a convention comes from: read off the tabular list of the edition, or written after the guidelines."""

    TABULAR = "tabular"
    WRITTEN = "written"


@attrs.frozen(kw_only=True)
class Convention:
    """One rule of the classification or its guidelines.

    Args:
        id: Stable and unique within the system, such as `excludes1`.
        title: What it says, in a sentence.
        source: Guideline section or kind of tabular note, such as `I.A.12.a`, with its edition.
        stage: What it is about; conventions apply in the order of their stages.
        apply: Reads draft, edition and encounter and returns edits in order; it changes nothing itself.
        after: Ids of conventions of the same stage, or of an earlier one, that apply before it.
        setting: The only setting in which it holds; None for both.
        sections: Ids of the guideline sections that it carries out, as printed; empty where it rests on notes alone.
        origin: Whether it is read off the tabular list, so that it changes with the edition, or written.
        names: Codes and ranges that it was written with, so that `editions impact` can tell which are gone.
        examples: What it makes of short texts and drafts of codes; `codekit.testing.RuleContract` runs them.
    """

    id: str
    title: str
    source: str
    stage: Stage
    apply: Apply = attrs.field(repr=False)
    after: tuple[str, ...] = ()
    setting: Setting | None = None
    sections: tuple[str, ...] = ()
    origin: Origin = Origin.WRITTEN
    names: tuple[CodeReference, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether an example comes out differently without it."""
        return any(one.bites for one in self.examples)
