"""Rules read off the tabular list: its notes hold for every code below the row under which they are printed."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from codekit.plugin import (
    CHECK,
    CHOOSE,
    COMBINE,
    ORDER,
    Case,
    DraftCode,
    Edit,
    NoteKind,
    Origin,
    Severity,
    rule,
)
from codekit_icd10cm import checks
from codekit_icd10cm.demographics import check_patient
from codekit_icd10cm.records import check_records
from codekit_icd10cm.sequence import check_first
from codekit_icd10cm.sources import tabular_note

_HISTORY = "Personal history"


@rule(
    "excludes1",
    says="Two codes of which one excludes the other do not stand together, unless they are unrelated.",
    sections=["I.A.12.a"],
    stage=CHOOSE,
    origin=Origin.TABULAR,
)
def excludes1(case: Case) -> Iterator[Edit]:
    """Settle which of two codes stays of which one excludes the other."""
    drafted = {one.code: one for one in case.draft}
    gone: set[str] = set()
    for found in checks.excludes1_conflicts(case.edition, list(drafted)):
        conflict = checks.firmest(case.edition, found)
        if gone & {conflict.code, conflict.excluded}:
            continue
        pair = (drafted[conflict.code], drafted[conflict.excluded])
        message = f"{conflict.code} and {conflict.excluded} exclude each other unless the conditions are unrelated"
        source = _note(case, conflict.note.origin, conflict.note.note.text)
        yield case.flag(conflict.code, message, others=(conflict.excluded,), severity=Severity.WARNING, source=source)
        if checks.may_be_unrelated(case.edition, conflict) and not _same_condition(case, *pair):
            continue
        loser, winner = _loser_first(case, *pair)
        gone.add(loser.code)
        if not _says_less(case, loser) or _says_less(case, winner):
            evidence = sorted({*loser.evidence, *winner.evidence}, key=lambda one: (one.start, one.end))
            yield case.query(
                "conflict",
                topic="relation",
                indicators=evidence,
                options=[case.edition.get(one.code).title for one in pair] + ["both, and they are unrelated"],
                codes=(winner.code,),
                reason=f"{loser.code} and {winner.code} stand together only if the conditions are unrelated",
                source=source,
            )
        yield case.drop(loser.code, f"an Excludes1 note keeps it from standing beside {winner.code}", source=source)


def _same_condition(case: Case, carrier: DraftCode, excluded: DraftCode) -> bool:
    """Say whether the words that led to one code are also those of the other."""
    title = {*case.edition.lexicon.term_words(case.edition.get(excluded.code).title), *case.words(excluded)}
    return not case.words(carrier).isdisjoint(title - case.edition.lexicon.vocabulary.weak)


def _loser_first(case: Case, carrier: DraftCode, excluded: DraftCode) -> tuple[DraftCode, DraftCode]:
    """Order a pair: what says less goes, then what carries the note, for the note sends the coder to the other."""
    less = [_says_less(case, one) for one in (carrier, excluded)]
    if less[0] != less[1]:
        return (carrier, excluded) if less[0] else (excluded, carrier)
    if any(
        one.code == excluded.code for one in checks.excludes1_conflicts(case.edition, [excluded.code, carrier.code])
    ):
        # Each excludes the other, so that the note of neither decides.
        keys = [(one.confidence, -one.position) for one in (carrier, excluded)]
        return (carrier, excluded) if keys[0] < keys[1] else (excluded, carrier)
    return carrier, excluded


def _says_less(case: Case, one: DraftCode) -> bool:
    """Say whether a code is a symptom, a mere history, or leaves a detail open."""
    row = case.edition.get(one.code)
    return checks.is_symptom(case.edition, one.code) or checks.leaves_open(row) or row.title.startswith(_HISTORY)


@rule(
    "etiology-first",
    says="The etiology stands before its manifestation.",
    sections=["I.A.13", "I.B.7"],
    stage=ORDER,
    origin=Origin.TABULAR,
)
def etiology_first(case: Case) -> Iterator[Edit]:
    """Move the etiology in front of its manifestation, and say which etiologies are missing.

    An etiology may itself be a manifestation of another, so moves go on until all stand right.
    """
    codes = [one.code for one in case.draft]
    for _ in range(len(codes) ** 2):
        unmet = next((one for one in checks.missing_first(case.edition, codes) if one.behind is not None), None)
        if unmet is None or unmet.behind is None:
            break
        source = _note(case, unmet.origin, unmet.text)
        yield case.move(unmet.behind, unmet.code, f"{unmet.code} asks that it be coded first", source)
        codes.remove(unmet.behind)
        codes.insert(codes.index(unmet.code), unmet.behind)
    for unmet in checks.missing_first(case.edition, codes):
        yield case.flag(
            unmet.code,
            f"{unmet.code} asks for another code first: {unmet.text}",
            severity=Severity.WARNING if unmet.required else Severity.INFO,
            source=_note(case, unmet.origin, unmet.text),
            rule="code-first" if unmet.required else "associated-first",
        )


@rule(
    "sole-etiology",
    says="A manifestation of one etiology alone takes that etiology's code.",
    sections=["I.A.13"],
    stage=COMBINE,
    origin=Origin.TABULAR,
)
def sole_etiology(case: Case) -> Iterator[Edit]:
    """Add the etiology where a manifestation has only one, as the pneumonia of COVID-19 does."""
    for one in case.draft:
        every = checks.notes_of(case.edition, one.code, NoteKind.CODE_FIRST)
        notes = [found for found in every if found.origin == one.code]
        named = {reference for found in notes for reference in found.note.references}
        sole = next(iter(named)) if len(named) == 1 else None
        certain = sole is not None and sole.last is None and not any(checks.is_conditional(f.note.text) for f in notes)
        if sole is not None and certain and case.knows(sole.first) and not case.has(sole.first):
            source = _note(case, notes[0].origin, notes[0].note.text)
            yield case.add(sole.first, f"{one.code} has no other etiology", before=one.code, source=source)


@rule(
    "never-first",
    says="A manifestation, an external cause and other additional codes stand neither first nor alone.",
    sections=["I.A.13", "I.C.20.a.6", "I.C.1.d.3", "I.C.19.e.5.c"],
    stage=ORDER,
    after=["external-cause-last", "etiology-first"],
    origin=Origin.TABULAR,
)
def never_first(case: Case) -> Iterator[Edit]:
    """Keep manifestations, external causes and the like from standing first, or alone."""
    kept = [one for one in case.draft if not _never_first(case, one)]
    for one in case.draft:
        if one in kept:
            return
        if kept:
            yield case.move(kept[0].code, one.code, f"{one.code} never stands first")
            return
        yield case.query(
            "detail",
            topic="underlying disease or injury",
            indicators=one.evidence,
            options=(),
            reason=f"{one.code} never stands without the code of what underlies it",
        )
        yield case.drop(one.code, "it never stands alone, and the note gives no disease or injury for it")


def _never_first(case: Case, one: DraftCode) -> bool:
    return any(found.severity is Severity.ERROR for found in check_first(case.edition, [one.code]))


@rule(
    "wrong-patient",
    says="A code that cannot be this patient's, by sex, age or record, is not given.",
    sections=["I.C.15.a.2", "I.C.16.a.1"],
    stage=CHOOSE,
    origin=Origin.TABULAR,
)
def wrong_patient(case: Case) -> Iterator[Edit]:
    """Drop what cannot be this patient's: by sex or age, or as it belongs on the mother's or the child's record."""
    codes = [one.code for one in case.draft]
    for finding in (
        *check_patient(case.edition, codes, case.encounter),
        *check_records(case.edition, codes),
    ):
        code = finding.codes[0]
        yield attrs.evolve(
            case.flag(code, finding.message, others=finding.codes[1:], severity=Severity.WARNING, rule=finding.rule),
            source=finding.source,
        )
        if finding.severity is Severity.ERROR:
            yield attrs.evolve(case.drop(code, finding.message), source=finding.source)


@rule(
    "external-cause-last",
    says="An external cause never stands before a diagnosis.",
    sections=["I.C.20.a.6"],
    stage=ORDER,
    origin=Origin.TABULAR,
)
def external_cause_last(case: Case) -> Iterator[Edit]:
    """Move every diagnosis in front of the external causes."""
    causes = [one.code for one in case.draft if checks.is_external_cause(case.edition, one.code)]
    others = [one.code for one in case.draft if one.code not in causes]
    for cause in causes if others else ():
        for other in others:
            yield case.move(other, cause, f"the external cause {cause} never stands before a diagnosis")


@rule(
    "use-additional-code",
    says="Some codes ask for another one, if the note supports it.",
    sections=["I.B.7"],
    stage=CHECK,
    origin=Origin.TABULAR,
)
def use_additional(case: Case) -> Iterator[Edit]:
    """Say which further codes the notes ask for behind a code."""
    yield from _asked(case, NoteKind.USE_ADDITIONAL_CODE, "use additional")


@rule(
    "code-also",
    says="Some codes ask for another one beside them, in the order that the encounter gives.",
    sections=["I.A.17"],
    stage=CHECK,
    origin=Origin.TABULAR,
)
def code_also(case: Case) -> Iterator[Edit]:
    """Say which further codes the notes ask for beside a code, in either order."""
    yield from _asked(case, NoteKind.CODE_ALSO, "code also")


def _asked(case: Case, kind: NoteKind, words: str) -> Iterator[Edit]:
    for code, origin, text in checks.missing_companions(case.edition, [one.code for one in case.draft], kind):
        yield case.flag(code, f"{words}, if documented: {text}", source=_note(case, origin, text))


def _note(case: Case, origin: str, text: str) -> str:
    return tabular_note(origin, text, case.edition.release)
