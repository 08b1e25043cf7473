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
    Example,
    InheritedNote,
    NoteKind,
    Origin,
    Severity,
    Sex,
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
    examples=[
        # What says less goes: a detail left open, a symptom, a history.
        Example(codes="N39.0 N30.00", gives="N30.00", without="N39.0 N30.00", reports="excludes1"),
        Example(codes="I95.1 R55", gives="I95.1", without="I95.1 R55", reports="excludes1"),
        Example("Assessment: Seizure. Epilepsy.", gives="G40.909", without="G40.909 R56.9"),
        Example(codes="I69.351 Z86.73", gives="I69.351", without="I69.351 Z86.73"),
        # Else what carries the note, and the clinician is asked.
        Example(codes="Q21.0 I51.0", gives="I51.0", without="Q21.0 I51.0", asks="relation"),
        # Of two that exclude each other the one named first stays.
        Example(codes="K51.90 K50.90", gives="K51.90", without="K51.90 K50.90", asks="relation"),
        # What has gone decides nothing more.
        Example(codes="C43.59 C44.222 C51.9", gives="C43.59 C51.9", without="C43.59 C44.222 C51.9"),
        # Of the two notes the firmer counts: E13, at E10 a residual code, excludes it by name.
        Example(codes="E10.65 E13.9", gives="E10.65", without="E10.65 E13.9"),
        # A residual code may be of an unrelated condition, unless the words are the same.
        Example(codes="G47.63 F45.8", gives="G47.63 F45.8", reports="excludes1"),
        Example("Sleep related teeth grinding. Psychogenic teeth grinding.", gives="G47.63", without="G47.63 F45.8"),
        # An Excludes2 note is no conflict.
        Example(codes="L89.153 L97.411", gives="L89.153 L97.411"),
    ],
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
        if _detail(case, loser) >= _detail(case, winner):
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
    detail = [_detail(case, one) for one in (carrier, excluded)]
    if detail[0] != detail[1]:
        return (carrier, excluded) if detail[0] < detail[1] else (excluded, carrier)
    if any(
        one.code == excluded.code for one in checks.excludes1_conflicts(case.edition, [excluded.code, carrier.code])
    ):
        # Each excludes the other, so that the note of neither decides.
        keys = [(one.confidence, -one.position) for one in (carrier, excluded)]
        return (carrier, excluded) if keys[0] < keys[1] else (excluded, carrier)
    return carrier, excluded


def _detail(case: Case, draft_code: DraftCode) -> int:
    """Say how much a code says: 0 for a symptom, 1 for a mere history or what leaves a detail open, 2 for the rest."""
    if checks.is_symptom(case.edition, draft_code.code):
        return 0
    row = case.edition.get(draft_code.code)
    return 1 if checks.leaves_open(row) or row.title.startswith(_HISTORY) else 2


@rule(
    "etiology-first",
    says="The etiology stands before its manifestation.",
    sections=["I.A.13", "I.B.7"],
    stage=ORDER,
    origin=Origin.TABULAR,
    examples=[
        Example(codes="I50.22 I11.0", gives="I11.0 I50.22", without="I50.22 I11.0"),
        Example(codes="I10 L97.422 E11.621", gives="I10 E11.621 L97.422", without="I10 L97.422 E11.621"),
        # The etiology is itself a manifestation of another.
        Example(codes="D63.1 N18.4 I12.9", gives="I12.9 N18.4 D63.1", without="D63.1 N18.4 I12.9"),
        Example(codes="D63.8", gives="D63.8", reports="code-first"),
        Example(codes="L97.422 I10", gives="L97.422 I10", reports="associated-first"),
        Example(codes="G30.9 F02.80", gives="G30.9 F02.80"),
    ],
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
    examples=[
        Example(codes="J12.82", gives="U07.1 J12.82", without="J12.82"),
        Example(codes="I10 J12.82", gives="I10 U07.1 J12.82", without="I10 J12.82"),
        Example(codes="E88.14", gives="B20 E88.14", without="E88.14"),
        Example(codes="U07.1 J12.82", gives="U07.1 J12.82"),
        # Of several etiologies, or of one that need not be there, none is taken for granted.
        Example(codes="D63.8", gives="D63.8"),
        Example(codes="M35.81", gives="M35.81"),
        Example(codes="M05.A", gives="M05.A"),
        # Q fever is only an example of what brings it.
        Example(codes="I39 A41.9", gives="A41.9 I39"),
    ],
)
def sole_etiology(case: Case) -> Iterator[Edit]:
    """Add the etiology where a manifestation has only one, as the pneumonia of COVID-19 does."""
    for one in case.draft:
        every = checks.notes_of(case.edition, one.code, NoteKind.CODE_FIRST)
        notes = [found for found in every if found.origin == one.code]
        named = {reference for found in notes for reference in found.note.references}
        sole = next(iter(named)) if len(named) == 1 else None
        certain = sole is not None and sole.last is None and not any(map(_leaves_room, notes))
        if sole is not None and certain and case.knows(sole.first) and not case.has(sole.first):
            source = _note(case, notes[0].origin, notes[0].note.text)
            yield case.add(sole.first, f"{one.code} has no other etiology", before=one.code, source=source)


def _leaves_room(found: InheritedNote) -> bool:
    """Say whether a note asks for an etiology only if there is one, or names one as an example of several."""
    return checks.is_conditional(found.note.text) or "such as" in found.note.text


@rule(
    "never-first",
    says="A manifestation, an external cause and other additional codes stand neither first nor alone.",
    sections=["I.A.13", "I.C.20.a.6", "I.C.1.d.3", "I.C.19.e.5.c"],
    stage=ORDER,
    after=["external-cause-last", "etiology-first"],
    origin=Origin.TABULAR,
    examples=[
        Example(codes="I43 N08 I10", gives="I10 I43 N08", without="I43 N08 I10"),
        Example(codes="M36.0 I10", gives="I10 M36.0", without="M36.0 I10"),
        Example(codes="I43", gives="", without="I43", asks="underlying disease or injury"),
        Example(codes="F02.80", gives="", without="F02.80", asks="underlying disease or injury"),
        Example(codes="T36.0X6A", gives="", without="T36.0X6A"),
        Example(codes="W19.XXXA Y92.009", gives="", without="W19.XXXA Y92.009", asks="underlying disease or injury"),
        Example(codes="I10 I43", gives="I10 I43"),
        # Stated in the words of its row it stays, for the clinician to say what belongs in front of it.
        Example(
            "Assessment: Fall from playground swing, initial encounter.",
            gives="W09.1XXA",
            asks="underlying disease or injury",
            reports="never-first",
        ),
    ],
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
        # What the author states in the very words of its row is no mistake of reading: it waits for the answer.
        yield case.query(
            "detail",
            topic="underlying disease or injury",
            indicators=one.evidence,
            options=(),
            reason=f"{one.code} never stands without the code of what underlies it",
            codes=(one.code,) if one.stated else (),
        )
        if one.stated:
            message = f"{one.code} never stands first, and the note gives no disease or injury for it"
            yield case.flag(one.code, message, severity=Severity.ERROR)
            return
        yield case.drop(one.code, "it never stands alone, and the note gives no disease or injury for it")


def _never_first(case: Case, one: DraftCode) -> bool:
    return any(found.severity is Severity.ERROR for found in check_first(case.edition, [one.code]))


@rule(
    "wrong-patient",
    says="A code that cannot be this patient's, by sex, age or record, is not given.",
    sections=["I.C.15.a.2", "I.C.16.a.1"],
    stage=CHOOSE,
    origin=Origin.TABULAR,
    examples=[
        Example(codes="I10 C50.421", gives="I10", without="I10 C50.421", reports="sex", sex=Sex.FEMALE),
        Example(codes="O24.410 I10", gives="I10", without="O24.410 I10", reports="sex", sex=Sex.MALE),
        Example(codes="Z00.129 I10", gives="I10", without="Z00.129 I10", reports="age", age=45),
        # What may be so after all is reported and stays.
        Example(codes="N40.1", gives="N40.1", reports="sex", sex=Sex.FEMALE),
        Example(codes="H25.11", gives="H25.11", reports="age", age=10),
        Example(codes="O24.410 O99.891 Q21.0", gives="O24.410 O99.891 Q21.0", reports="record"),
        Example(codes="C50.421 I10", gives="C50.421 I10", sex=Sex.MALE, age=60),
        Example(codes="Z00.129 C50.421", gives="Z00.129 C50.421"),
    ],
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
    examples=[
        Example(codes="S72.001A W19.XXXA I10", gives="S72.001A I10 W19.XXXA", without="S72.001A W19.XXXA I10"),
        Example(codes="X37.0XXA S91.312A E11.9", gives="S91.312A E11.9 X37.0XXA", without="S91.312A X37.0XXA E11.9"),
        Example(codes="S72.001A W19.XXXA", gives="S72.001A W19.XXXA"),
        Example(codes="W19.XXXA", gives=""),
    ],
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
    examples=[
        Example(codes="N39.0", gives="N39.0", reports="use-additional-code"),
        Example(codes="J45.41", gives="J45.41", reports="use-additional-code"),
        Example(codes="N39.0 B96.20", gives="N39.0 B96.20"),
        Example(codes="J45.41 F17.210", gives="J45.41 F17.210"),
        Example(codes="I10", gives="I10"),
    ],
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
    examples=[
        Example(codes="K57.30", gives="K57.30", reports="code-also"),
        Example(codes="G47.33", gives="G47.33", reports="code-also"),
        Example(codes="S01.01XA", gives="S01.01XA", reports="code-also"),
        Example(codes="K57.30 K65.0", gives="K57.30 K65.0"),
        Example(codes="K74.60 B18.2", gives="K74.60 B18.2"),
        Example(codes="I10", gives="I10"),
    ],
)
def code_also(case: Case) -> Iterator[Edit]:
    """Say which further codes the notes ask for beside a code, in either order."""
    yield from _asked(case, NoteKind.CODE_ALSO, "code also")


def _asked(case: Case, kind: NoteKind, words: str) -> Iterator[Edit]:
    for code, origin, text in checks.missing_companions(case.edition, [one.code for one in case.draft], kind):
        yield case.flag(code, f"{words}, if documented: {text}", source=_note(case, origin, text))


def _note(case: Case, origin: str, text: str) -> str:
    return tabular_note(origin, text, case.edition.release)
