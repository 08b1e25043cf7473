"""What plugins write their conventions with: a rule reads a case and writes its edits, each with the rule's source.

A `Convention` asks for a function of draft, edition and encounter that builds every `Edit` field by field. `Rule` and
`Case` do that for a plugin::

    def history(case: Case) -> Iterator[Edit]:
        for one in case.draft:
            if one.assertion is Assertion.HISTORICAL:
                yield case.drop(one.code, "the condition is past")

    Rule(id="history", title="What is past is not coded.", source="Rules 1", priority=100, apply=history)

A system that needs more of a case subclasses `Case`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

import attrs

from codekit.conventions import Convention, Draft, DraftCode, Origin
from codekit.queries import write_query
from codekit.types import Action, Edit, Encounter, Evidence, Finding, Setting, Severity

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

    def under(self, *roots: str) -> list[DraftCode]:
        """Give the codes of the draft under any of some rows or ranges (`FIRST-LAST`), in sequence."""
        return [one for one in self.draft if self.edition.is_under(one.code, roots)]

    def has(self, *roots: str) -> bool:
        """Say whether the draft holds a code under any of some rows or ranges."""
        return bool(self.under(*roots))

    def knows(self, code: str) -> bool:
        """Say whether the edition has a code and it is assignable."""
        row = self.edition.find(code)
        return row is not None and row.assignable

    def words(self, one: DraftCode) -> set[str]:
        """Give the canonical words of a code's evidence, as the note was read."""
        return {word for each in one.evidence for word in self.draft.lexicon.content_words(each.text)}

    def drop(self, code: str, reason: str, source: str | None = None) -> Edit:
        """Take a code out of the draft."""
        return self.edit(Action.DROP, code, reason, source)

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
        source: str | None = None,
    ) -> Edit:
        """Add a code in front of another, or behind it, on the same evidence."""
        return attrs.evolve(self.edit(Action.ADD, code, reason, source), before=before, after=after)

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


CaseT = TypeVar("CaseT", bound=Case)
"""The kind of case that a system's rules read."""


@attrs.frozen(kw_only=True)
class Rule(Generic[CaseT]):
    """One rule of a system, before it is known for which release.

    Args:
        id: Stable and unique within the system.
        title: What it says, in a sentence.
        source: Publisher, edition and section.
        priority: Rules run in ascending order; ties by id. By custom 100s decide what counts as coded, 200s combine
            and add, 300s choose between codes, 400s sequence, 500s report.
        apply: Reads a case and yields edits in order.
        setting: The only setting in which it holds; None for both.
        sections: Ids of the guideline sections that it carries out, as printed.
        origin: Whether it is read off the tabular list or written.
    """

    id: str
    title: str
    source: str
    priority: int
    apply: Callable[[CaseT], Iterable[Edit]] = attrs.field(repr=False)
    setting: Setting | None = None
    sections: tuple[str, ...] = ()
    origin: Origin = Origin.WRITTEN

    def convention(self, case: type[CaseT], source: str | None = None) -> Convention:
        """Make it a convention.

        Args:
            case: The kind of case that it reads: `Case`, or the system's subclass.
            source: How the system cites it for a release; None cites the source as it stands.

        Returns:
            The convention; its edits cite the same source.
        """
        cited = source or self.source

        def apply(draft: Draft, edition: Edition, encounter: Encounter) -> Iterable[Edit]:
            return self.apply(case(rule=self.id, source=cited, draft=draft, edition=edition, encounter=encounter))

        return Convention(
            id=self.id,
            title=self.title,
            source=cited,
            priority=self.priority,
            apply=apply,
            setting=self.setting,
            sections=self.sections,
            origin=self.origin,
        )
