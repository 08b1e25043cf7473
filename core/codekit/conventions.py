"""Conventions as objects: the rules that the code reconciler applies to the draft, one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import attrs

from codekit.types import Assertion, Edit, Encounter, Evidence, Reason, Setting, Status

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
        cause: Canonical words of what the note says it is due to; empty where it names no cause.
        accompanies: True where the note only says it behind "with", in a statement of another condition.
        term_id: Index entry that led to it; empty for a code that a convention added.
    """

    code: str
    confidence: float
    evidence: tuple[Evidence, ...]
    reasons: tuple[Reason, ...] = ()
    status: Status = Status.READY
    position: int = 0
    assertion: Assertion = Assertion.PRESENT
    cause: tuple[str, ...] = ()
    accompanies: bool = False
    term_id: str = ""


Draft = Sequence[DraftCode]
"""The tentative codes in sequence."""

Apply = Callable[[Draft, "Edition", Encounter], Iterable[Edit]]


@attrs.frozen(kw_only=True)
class Convention:
    """One rule of the classification or its guidelines.

    Args:
        id: Stable and unique within the system, such as `excludes1`.
        title: What it says, in a sentence.
        source: Guideline section or kind of tabular note, such as `I.A.12.a`.
        priority: Conventions run in ascending order; ties by id.
        setting: The only setting in which it holds; None for both.
        apply: Reads draft, edition and encounter and returns edits in order; it changes nothing itself.
    """

    id: str
    title: str
    source: str
    priority: int
    apply: Apply = attrs.field(repr=False)
    setting: Setting | None = None
