"""How a convention of ICD-10-CM is written: a rule with its sections, and the case that it is applied to."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from codekit.conventions import Convention, Draft, DraftCode, Origin
from codekit.editions.edition import Edition
from codekit.queries import write_query
from codekit.types import (
    Action,
    Edit,
    Encounter,
    Evidence,
    Finding,
    InheritedNote,
    Release,
    Setting,
    Severity,
)
from codekit_icd10cm.conventions.named import named_codes
from codekit_icd10cm.sources import guideline, tabular_note


@attrs.frozen(kw_only=True)
class Rule:
    """One rule.

    Args:
        id: Unique within ICD-10-CM.
        title: What it says, in a sentence.
        sections: Ids of the guideline sections that it carries out, as printed; its edits cite the first.
        priority: Rules run in ascending order: 100s decide what counts as coded, 200s combine and add, 300s choose
            between codes, 400s sequence, 500s report.
        apply: Reads a case and yields edits in order.
        setting: The only setting in which it holds; None for both.
        origin: Whether it is read off the tabular list or written.
    """

    id: str
    title: str
    sections: tuple[str, ...]
    priority: int
    apply: Callable[[Case], Iterable[Edit]] = attrs.field(repr=False)
    setting: Setting | None = None
    origin: Origin = Origin.WRITTEN

    def convention(self, release: Release) -> Convention:
        """Make it a convention of a release."""

        def apply(draft: Draft, edition: Edition, encounter: Encounter) -> Iterable[Edit]:
            return self.apply(Case(rule=self, draft=draft, edition=edition, encounter=encounter))

        return Convention(
            id=self.id,
            title=self.title,
            source=guideline(self.sections[0], release),
            priority=self.priority,
            apply=apply,
            setting=self.setting,
            sections=self.sections,
            origin=self.origin,
            names=named_codes(self.apply),
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
        return [one for one in self.draft if self.edition.is_under(one.code, roots)]

    def has(self, *roots: str) -> bool:
        """Say whether the draft holds a code under any of some rows or ranges."""
        return bool(self.under(*roots))

    def knows(self, code: str) -> bool:
        """Say whether the edition has a code and a claim may carry it."""
        row = self.edition.find(code)
        return row is not None and row.assignable

    def title(self, code: str) -> str:
        """Give the title of a code of the edition, in lower case."""
        return self.edition.get(code).title.lower()

    def causes(self, one: DraftCode) -> list[DraftCode]:
        """Give the codes of the draft that the note names as the cause of another."""
        cause = one.cause
        if cause is None:
            return []
        return [
            other
            for other in self.draft
            if other.code != one.code and any(cause.start <= e.start < cause.end for e in other.evidence)
        ]

    def drop(self, code: str, reason: str, note: InheritedNote | None = None) -> Edit:
        """Take a code out of the draft."""
        return self._edit(Action.DROP, code, reason, note)

    def replace(self, code: str, by: str, reason: str, note: InheritedNote | None = None) -> Edit:
        """Put another code in the place of one."""
        return attrs.evolve(self._edit(Action.REPLACE, code, reason, note), replacement=by)

    def add(
        self,
        code: str,
        reason: str,
        *,
        before: str | None = None,
        after: str | None = None,
        note: InheritedNote | None = None,
    ) -> Edit:
        """Add a code in front of another, or behind it, on the same evidence."""
        return attrs.evolve(self._edit(Action.ADD, code, reason, note), before=before, after=after)

    def move(self, code: str, before: str, reason: str, note: InheritedNote | None = None) -> Edit:
        """Move a code in front of one that stands before it; nothing happens if it stands there already."""
        return attrs.evolve(self._edit(Action.MOVE, code, reason, note), before=before)

    def flag(
        self,
        code: str,
        message: str,
        *,
        others: Iterable[str] = (),
        severity: Severity = Severity.INFO,
        note: InheritedNote | None = None,
        rule: str = "",
    ) -> Edit:
        """Report something about a code, without changing it."""
        edit = self._edit(Action.FLAG, code, message, note)
        finding = Finding(
            rule=rule or self.rule.id, severity=severity, codes=(code, *others), message=message, source=edit.source
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
        note: InheritedNote | None = None,
    ) -> Edit:
        """Ask the clinician; see `codekit.queries.write_query` for the kinds."""
        edit = self._edit(Action.QUERY, codes[0] if codes else "", reason, note)
        query = write_query(
            kind, topic=topic, indicators=tuple(indicators), options=tuple(options), source=edit.source, codes=codes
        )
        return attrs.evolve(edit, query=query)

    def _edit(self, action: Action, code: str, reason: str, note: InheritedNote | None) -> Edit:
        release = self.edition.release
        source = guideline(self.rule.sections[0], release)
        if note is not None:
            source = tabular_note(note.origin, note.note.text, release)
        return Edit(rule=self.rule.id, action=action, code=code, source=source, reason=reason)
