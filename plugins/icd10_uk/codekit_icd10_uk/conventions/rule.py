"""How a convention of ICD-10 UK is written: a rule with its source, and the case that it is applied to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import attrs

from codekit.conventions import Convention, Draft, DraftCode, Origin
from codekit.editions.edition import Edition
from codekit.queries import write_query
from codekit.types import Action, Edit, Encounter, Finding, Severity
from codekit_icd10_uk import checks

_PAST = "past_history"


@attrs.frozen(kw_only=True)
class Rule:
    """One rule.

    Args:
        id: Unique within ICD-10 UK.
        title: What it says, in a sentence.
        source: Publisher, edition and section; its edits cite it.
        priority: Rules run in ascending order: 100s decide what counts as coded, 200s combine and add, 300s choose
            between codes, 400s sequence, 500s report.
        apply: Reads a case and yields edits in order.
        origin: Whether it is read off the tabular list or written.
    """

    id: str
    title: str
    source: str
    priority: int
    apply: Callable[[Case], Iterable[Edit]] = attrs.field(repr=False)
    origin: Origin = Origin.WRITTEN

    def convention(self) -> Convention:
        """Make it a convention."""

        def apply(draft: Draft, edition: Edition, encounter: Encounter) -> Iterable[Edit]:
            return self.apply(Case(rule=self, draft=draft, edition=edition, encounter=encounter))

        return Convention(
            id=self.id, title=self.title, source=self.source, priority=self.priority, apply=apply, origin=self.origin
        )


@attrs.frozen(kw_only=True)
class Case:
    """What a rule reads, and how it writes its edits: each cites the rule and its source.

    Args:
        rule: The rule being applied.
        draft: The tentative codes, with what the note says besides.
        edition: The opened edition.
        encounter: Setting, date, age and sex, as far as known.
    """

    rule: Rule
    draft: Draft
    edition: Edition
    encounter: Encounter

    def under(self, *roots: str) -> list[DraftCode]:
        """Give the codes of the draft under any of some rows or ranges (`A40-A41`), in sequence."""
        return [one for one in self.draft if checks.under(self.edition, one.code, *roots)]

    def knows(self, code: str) -> bool:
        """Say whether the edition has a code and it is assignable."""
        row = self.edition.find(code)
        return row is not None and row.assignable

    def only_history(self, one: DraftCode) -> bool:
        """Say whether the note names a condition under past history and nowhere else."""
        told = {(s.mention.start, s.mention.end) for s in self.draft.statements if s.mention.section == _PAST}
        return all((each.start, each.end) in told for each in one.evidence)

    def drop(self, code: str, reason: str) -> Edit:
        """Take a code out of the draft."""
        return self._edit(Action.DROP, code, reason)

    def replace(self, code: str, by: str, reason: str) -> Edit:
        """Put another code in the place of one."""
        return attrs.evolve(self._edit(Action.REPLACE, code, reason), replacement=by)

    def add(self, code: str, reason: str, *, before: str | None = None, after: str | None = None) -> Edit:
        """Add a code in front of another, or behind it, on the same evidence."""
        return attrs.evolve(self._edit(Action.ADD, code, reason), before=before, after=after)

    def move(self, code: str, before: str, reason: str) -> Edit:
        """Move a code in front of one that stands before it; nothing happens if it stands there already."""
        return attrs.evolve(self._edit(Action.MOVE, code, reason), before=before)

    def flag(
        self,
        code: str,
        message: str,
        *,
        others: Iterable[str] = (),
        severity: Severity = Severity.INFO,
        source: str | None = None,
    ) -> Edit:
        """Report something about a code, without changing it."""
        edit = self._edit(Action.FLAG, code, message)
        edit = attrs.evolve(edit, source=source or edit.source)
        finding = Finding(
            rule=self.rule.id, severity=severity, codes=(code, *others), message=message, source=edit.source
        )
        return attrs.evolve(edit, finding=finding)

    def ask(self, one: DraftCode, topic: str, options: Iterable[str], reason: str) -> Edit:
        """Ask the clinician for a detail of a condition."""
        edit = self._edit(Action.QUERY, one.code, reason)
        query = write_query(
            "detail", topic=topic, indicators=one.evidence, options=tuple(options), source=edit.source, codes=()
        )
        return attrs.evolve(edit, query=query)

    def _edit(self, action: Action, code: str, reason: str) -> Edit:
        return Edit(rule=self.rule.id, action=action, code=code, source=self.rule.source, reason=reason)


@attrs.define
class Sequence:
    """The order of a draft while a rule changes it, with the moves that lead there.

    Args:
        case: The case.
        codes: Codes in sequence.
    """

    case: Case
    codes: list[str]

    def move(self, code: str, before: str, reason: str) -> Iterator[Edit]:
        """Move a code in front of one that stands before it; yields nothing where it stands there already."""
        if self.codes.index(code) > self.codes.index(before):
            self.codes.remove(code)
            self.codes.insert(self.codes.index(before), code)
            yield self.case.move(code, before, reason)

    def behind(self, code: str, leader: str, reason: str, company: Iterable[str] = ()) -> Iterator[Edit]:
        """Move a code straight behind another; `company` may stand between the two."""
        yield from self.move(leader, code, reason)
        at = self.codes.index(leader) + 1
        while self.codes[at] in company and self.codes[at] != code:
            at += 1
        yield from self.move(code, self.codes[at], reason)
