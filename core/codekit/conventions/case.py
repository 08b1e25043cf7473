"""What a rule reads, and how it writes its edits."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate
from typing import TYPE_CHECKING

import attrs

from codekit.conventions.model import Draft, DraftCode
from codekit.queries import write_query
from codekit.types import Action, Basis, Edit, Encounter, Evidence, Finding, Severity, Statement

if TYPE_CHECKING:
    from codekit.editions.edition import Edition


@attrs.frozen(kw_only=True)
class Case:
    """What a rule reads, and how it writes its edits: each cites the rule, and its source unless another is given.

    Args:
        rule: Id of the rule being applied.
        source: What its edits cite.
        draft: The tentative codes, with what the note says besides.
        edition: The opened edition.
        encounter: Setting, date, age and sex, as far as known.
    """

    rule: str
    source: str
    draft: Draft
    edition: Edition
    encounter: Encounter

    def title(self, code: str) -> str:
        """Give the title of a code of the edition, in lower case."""
        return self.edition.get(code).title.lower()

    def causes(self, one: DraftCode) -> list[DraftCode]:
        """Give the codes of the draft that the note names as the cause of another, in sequence."""
        cause = one.cause
        if cause is None:
            return []
        return [
            other
            for other in self.draft
            if other.code != one.code and any(cause.start <= e.start < cause.end for e in other.evidence)
        ]

    def under(self, *roots: str) -> list[DraftCode]:
        """Give the codes of the draft under any of some rows or ranges (`FIRST-LAST`), in sequence."""
        is_under = self.edition.is_under
        return [one for one in self.draft.codes if is_under(one.code, roots)]

    def has(self, *roots: str) -> bool:
        """Say whether the draft holds a code under any of some rows or ranges."""
        return bool(self.under(*roots))

    def knows(self, code: str) -> bool:
        """Say whether the edition has a code and it is assignable."""
        row = self.edition.find(code)
        return row is not None and row.assignable

    def words(self, one: DraftCode) -> set[str]:
        """Give the canonical words of a code's evidence, as the note was read."""
        return {word for each in one.evidence for word in self.draft.words_of(each.text)}

    def statements_of(self, one: DraftCode) -> list[Statement]:
        """Give the statements of the note that a code rests on, in text order."""
        spans = sorted((each.start, each.end) for each in one.evidence)
        starts, ends = [start for start, _ in spans], list(accumulate((end for _, end in spans), max))
        return [
            each
            for each in self.draft.statements
            if (before := bisect_left(starts, each.mention.end)) and ends[before - 1] > each.mention.start
        ]

    def drop(self, code: str, reason: str, source: str | None = None) -> Edit:
        """Take a code out of the draft."""
        return self.edit(Action.DROP, code, reason, source)

    def leave(self, code: str, basis: Basis, reason: str, source: str | None = None) -> Edit:
        """Leave a code that the record bears out unreported; it stays visible among the dropped, with the basis."""
        return attrs.evolve(self.edit(Action.LEAVE, code, reason, source), basis=basis)

    def keep(self, code: str, basis: Basis, reason: str, *, doubt: str = "", source: str | None = None) -> Edit:
        """Say on what basis a code is reported, and why a coder should look at it; nothing where it is plain."""
        return attrs.evolve(self.edit(Action.KEEP, code, reason, source), basis=basis, doubt=doubt)

    def replace(self, code: str, by: str, reason: str, source: str | None = None) -> Edit:
        """Put another code in the place of one."""
        return attrs.evolve(self.edit(Action.REPLACE, code, reason, source), replacement=by)

    def add(
        self,
        code: str,
        reason: str,
        *,
        before: str | None = None,
        after: str | None = None,
        triggers: tuple[str, ...] = (),
        source: str | None = None,
    ) -> Edit:
        """Add a code in front of another, or behind it, on the evidence of its triggers, or else of that other."""
        return attrs.evolve(self.edit(Action.ADD, code, reason, source), before=before, after=after, triggers=triggers)

    def move(self, code: str, before: str, reason: str, source: str | None = None) -> Edit:
        """Move a code in front of one that stands before it; nothing happens if it stands there already."""
        return attrs.evolve(self.edit(Action.MOVE, code, reason, source), before=before)

    def flag(
        self,
        code: str,
        message: str,
        *,
        others: Iterable[str] = (),
        severity: Severity = Severity.INFO,
        source: str | None = None,
        rule: str | None = None,
    ) -> Edit:
        """Report something about a code, without changing it.

        Args:
            code: The code.
            message: What is to be said of it, in a sentence.
            others: Further codes that it concerns.
            severity: How bad it is.
            source: What the report cites; None cites the source of the rule.
            rule: Id under which it is reported; None takes that of the rule.

        Returns:
            The edit, with its finding.
        """
        edit = self.edit(Action.FLAG, code, message, source)
        finding = Finding(
            rule=rule or self.rule, severity=severity, codes=(code, *others), message=message, source=edit.source
        )
        return attrs.evolve(edit, finding=finding)

    def query(
        self,
        kind: str,
        *,
        topic: str,
        indicators: Iterable[Evidence],
        options: Iterable[str],
        reason: str,
        codes: tuple[str, ...] = (),
        source: str | None = None,
    ) -> Edit:
        """Ask the clinician; see `codekit.queries.write_query` for the kinds."""
        edit = self.edit(Action.QUERY, codes[0] if codes else "", reason, source)
        query = write_query(
            kind, topic=topic, indicators=tuple(indicators), options=tuple(options), source=edit.source, codes=codes
        )
        return attrs.evolve(edit, query=query)

    def edit(self, action: Action, code: str, reason: str, source: str | None = None) -> Edit:
        """Begin an edit; what its action needs besides is set by `attrs.evolve`."""
        return Edit(rule=self.rule, action=action, code=code, source=source or self.source, reason=reason)
