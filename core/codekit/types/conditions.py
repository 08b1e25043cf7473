"""The conditions that a record speaks of, and what is decided about reporting them."""

from __future__ import annotations

from enum import StrEnum

import attrs

from codekit.types.notes import Mention


class Course(StrEnum):
    """How far a condition has come, by what the record says of it last."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    RULED_OUT = "ruled_out"
    RESOLVED = "resolved"


class Basis(StrEnum):
    """Why a code that the record bears out is reported for the encounter, or left: a closed list."""

    MENTIONED = "mentioned"
    """Mentioned, and neither treated nor assessed here."""
    INTEGRAL = "integral"
    """Part of another condition that is reported."""
    RESOLVED = "resolved"
    """Resolved before the encounter."""
    RULED_OUT = "ruled_out"
    """Ruled out."""
    RELATIVE = "relative"
    """A relative's."""
    HYPOTHETICAL = "hypothetical"
    """Spoken of as what may come."""
    FINDING = "finding"
    """A finding without a diagnosis."""
    FINAL_DIAGNOSIS = "final_diagnosis"
    """A final diagnosis of the encounter."""
    TREATED = "treated"
    """Treated or assessed here."""
    CHRONIC = "chronic"
    """Chronic and under care."""
    STATUS = "status"
    """A status of the patient."""
    COMPLICATION = "complication"
    """A complication."""
    HISTORY = "history"
    """History that bears on the encounter."""
    LEFT_BY_SITE = "left_by_site"
    """The site's own policy leaves it."""
    REPORTED_BY_SITE = "reported_by_site"
    """The site's own policy reports it."""

    @property
    def reported(self) -> bool:
        """Whether a code is reported on this basis; else it is left."""
        return self in _REPORTED


_REPORTED = frozenset(
    (
        Basis.FINAL_DIAGNOSIS,
        Basis.TREATED,
        Basis.CHRONIC,
        Basis.STATUS,
        Basis.COMPLICATION,
        Basis.HISTORY,
        Basis.REPORTED_BY_SITE,
    )
)


@attrs.frozen(kw_only=True)
class Statement:
    """Something that a record says, whether or not it led to a code of the draft.

    Args:
        mention: The mention.
        code: The row of the tabular list that it led to, not always assignable; None where it led to none.
        document: Id of its document; empty for a single note.
    """

    mention: Mention
    code: str | None
    document: str = ""


@attrs.frozen(kw_only=True)
class Condition:
    """What several statements of a record say of one condition of the patient.

    Args:
        id: Unique within the result.
        row: The row of the tabular list on which it stands: the narrowest that a statement led to.
        title: Its full title.
        statements: All of it, in text order; never empty.
        first: Id of the document that speaks of it first; empty for a single note.
        last: Id of the document that speaks of it last.
        course: What the last statement says.
    """

    id: str
    row: str
    title: str
    statements: tuple[Statement, ...]
    first: str
    last: str
    course: Course


@attrs.frozen(kw_only=True)
class ReportingDecision:
    """Whether a code is reported for the encounter, and why.

    Args:
        basis: Why.
        source: Guideline section or policy that it rests on, with its edition.
        facts: What else it rests on, each in a sentence, such as the code that a symptom is integral to.
        rule: Id of the rule that decided it.
    """

    basis: Basis
    source: str
    facts: tuple[str, ...] = ()
    rule: str = ""

    @property
    def reported(self) -> bool:
        """Whether it is reported, as its basis says."""
        return self.basis.reported
