"""The conventions that the code reconciler applies to a draft of ICD-10-CM codes."""

from __future__ import annotations

from collections.abc import Iterator

from codekit.conventions import Convention, Draft
from codekit.editions.edition import Edition
from codekit.types import Action, Assertion, Edit, Encounter, Finding, Release, Setting, Severity
from codekit_icd10cm import checks, combinations
from codekit_icd10cm.sources import guideline, tabular_note

# Code points between a diagnosis and a symptom that the same few words give it.
_SAME_STATEMENT = 60


def conventions(release: Release) -> tuple[Convention, ...]:
    """Give the conventions of a release.

    Args:
        release: Named in every source.

    Returns:
        In order of priority.
    """
    rules = _Rules(release)
    return (
        Convention(
            id="uncertain-outpatient",
            title="An uncertain diagnosis is not coded for an outpatient.",
            source=rules.guideline("IV.H"),
            priority=100,
            setting=Setting.OUTPATIENT,
            apply=rules.uncertain,
        ),
        Convention(
            id=combinations.RULE,
            title="A disease and what it is presumed to cause are one combination code.",
            source=rules.guideline("I.A.15"),
            priority=150,
            apply=rules.presumed_links,
        ),
        Convention(
            id="integral-symptom",
            title="A symptom that is part of a stated disease is not coded.",
            source=rules.guideline("I.B.5"),
            priority=180,
            apply=rules.integral_symptoms,
        ),
        Convention(
            id="highest-detail",
            title="An unspecified code gives way to a code of its category that says more.",
            source=rules.guideline("I.B.2"),
            priority=200,
            apply=rules.highest_detail,
        ),
        Convention(
            id="excludes1",
            title="Two codes of which one excludes the other do not stand together.",
            source=rules.guideline("I.A.12.a"),
            priority=300,
            apply=rules.excludes1,
        ),
        Convention(
            id="etiology-first",
            title="The etiology stands before its manifestation.",
            source=rules.guideline("I.A.13"),
            priority=400,
            apply=rules.etiology_first,
        ),
        Convention(
            id="external-cause-last",
            title="An external cause never stands first.",
            source=rules.guideline("I.C.20.a.6"),
            priority=500,
            apply=rules.external_cause_last,
        ),
        Convention(
            id="use-additional-code",
            title="Some codes ask for another one, if the note supports it.",
            source=rules.guideline("I.B.7"),
            priority=600,
            apply=rules.use_additional,
        ),
    )


class _Rules:
    def __init__(self, release: Release) -> None:
        self._release = release

    def guideline(self, section: str) -> str:
        return guideline(section, self._release)

    def note(self, origin: str, text: str) -> str:
        return tabular_note(origin, text, self._release)

    def uncertain(self, draft: Draft, edition: Edition, encounter: Encounter) -> Iterator[Edit]:  # noqa: ARG002
        for one in draft:
            if one.assertion is Assertion.POSSIBLE:
                yield Edit(
                    rule="uncertain-outpatient",
                    action=Action.DROP,
                    code=one.code,
                    source=self.guideline("IV.H"),
                    reason="the note only calls it possible, and an outpatient's uncertain diagnosis is not coded",
                )

    def presumed_links(self, draft: Draft, edition: Edition, encounter: Encounter) -> Iterator[Edit]:  # noqa: ARG002
        for family in combinations.FAMILIES:
            yield from combinations.link(draft, edition, family, self.guideline(family.section))

    def integral_symptoms(self, draft: Draft, edition: Edition, encounter: Encounter) -> Iterator[Edit]:  # noqa: ARG002
        diagnoses = [one for one in draft if not checks.is_symptom(edition, one.code)]
        for one in draft:
            stated = any(0 <= one.position - e.end <= _SAME_STATEMENT for other in diagnoses for e in other.evidence)
            if stated and one.accompanies and checks.is_symptom(edition, one.code):
                yield Edit(
                    rule="integral-symptom",
                    action=Action.DROP,
                    code=one.code,
                    source=self.guideline("I.B.5"),
                    reason="the note gives it as a symptom of a diagnosis that is coded",
                )

    def highest_detail(self, draft: Draft, edition: Edition, encounter: Encounter) -> Iterator[Edit]:  # noqa: ARG002
        for one in draft:
            better = next((other for other in draft if checks.says_more(edition, other.code, one.code)), None)
            if better is not None:
                yield Edit(
                    rule="highest-detail",
                    action=Action.DROP,
                    code=one.code,
                    source=self.guideline("I.B.2"),
                    reason=f"{better.code} of the same category says more",
                )

    def excludes1(self, draft: Draft, edition: Edition, encounter: Encounter) -> Iterator[Edit]:  # noqa: ARG002
        confidence = {one.code: one.confidence for one in draft}
        gone: set[str] = set()
        for conflict in checks.excludes1_conflicts(edition, [one.code for one in draft]):
            if gone & {conflict.code, conflict.excluded}:
                continue
            # The surer code stays; between equals the one that carries the note, since the other belongs elsewhere.
            loser, winner = conflict.excluded, conflict.code
            if confidence[loser] > confidence[winner]:
                loser, winner = winner, loser
            gone.add(loser)
            source = self.note(conflict.note.origin, conflict.note.note.text)
            yield Edit(
                rule="excludes1",
                action=Action.FLAG,
                code=loser,
                source=source,
                reason=f"Excludes1 between {winner} and {loser}",
                finding=Finding(
                    rule="excludes1",
                    severity=Severity.WARNING,
                    codes=(loser, winner),
                    message=f"{winner} and {loser} exclude each other; {winner} was kept. "
                    "If the two conditions are unrelated, both may be coded.",
                    source=source,
                ),
            )
            yield Edit(
                rule="excludes1",
                action=Action.DROP,
                code=loser,
                source=source,
                reason=f"an Excludes1 note keeps it from standing beside {winner}",
            )

    def etiology_first(self, draft: Draft, edition: Edition, encounter: Encounter) -> Iterator[Edit]:  # noqa: ARG002
        for unmet in checks.missing_first(edition, [one.code for one in draft]):
            source = self.note(unmet.origin, unmet.text)
            if unmet.behind is not None:
                yield Edit(
                    rule="etiology-first",
                    action=Action.MOVE,
                    code=unmet.behind,
                    before=unmet.code,
                    source=source,
                    reason=f"{unmet.code} asks that it be coded first",
                )
            else:
                message = f"{unmet.code} asks for another code first: {unmet.text}"
                severity = Severity.WARNING if unmet.required else Severity.INFO
                yield self._flag("code-first", unmet.code, source, message, severity)

    def external_cause_last(
        self,
        draft: Draft,
        edition: Edition,
        encounter: Encounter,  # noqa: ARG002
    ) -> Iterator[Edit]:
        others = [one.code for one in draft if not checks.is_external_cause(edition, one.code)]
        causes = [one.code for one in draft if checks.is_external_cause(edition, one.code)]
        for cause in causes if others else ():
            for other in others:
                yield Edit(
                    rule="external-cause-last",
                    action=Action.MOVE,
                    code=other,
                    before=cause,
                    source=self.guideline("I.C.20.a.6"),
                    reason=f"the external cause {cause} never stands before a diagnosis",
                )

    def use_additional(self, draft: Draft, edition: Edition, encounter: Encounter) -> Iterator[Edit]:  # noqa: ARG002
        for code, origin, text in checks.missing_additional(edition, [one.code for one in draft]):
            source = self.note(origin, text)
            yield self._flag("use-additional-code", code, source, f"use additional, if documented: {text}")

    def _flag(self, rule: str, code: str, source: str, message: str, severity: Severity = Severity.INFO) -> Edit:
        finding = Finding(rule=rule, severity=severity, codes=(code,), message=message, source=source)
        return Edit(rule=rule, action=Action.FLAG, code=code, source=source, reason=message, finding=finding)
