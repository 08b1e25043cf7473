"""Checking a set of ICD-10-CM codes without a note, as an encoder does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codekit.plugin import Edition, Encounter, Finding, Setting, Severity, sort_codes
from codekit_icd10cm import checks
from codekit_icd10cm.corrections import complete, correct_unknown
from codekit_icd10cm.demographics import check_patient
from codekit_icd10cm.poa import check_poa
from codekit_icd10cm.records import check_records
from codekit_icd10cm.sequence import check_companions, check_first
from codekit_icd10cm.sources import guideline, tabular_note


def validate(codes: Sequence[str], edition: Edition, encounter: Encounter) -> Iterator[Finding]:
    """Check codes one by one, against the patient, and against each other.

    Args:
        codes: In sequence, as typed.
        edition: The opened edition.
        encounter: Setting, date, age and sex; what is None is not checked.

    Yields:
        Findings on the date, then on single codes, on the patient, on pairs and on the sequence.
    """
    yield from _date(edition, encounter)
    found = sort_codes(codes, edition.find)
    yield from (correct_unknown(typed, edition) for typed in found.unknown)
    yield from (complete(row, edition) for row in found.headings)
    yield from (_duplicate(code, edition) for code in found.repeated)
    valid = found.valid
    yield from check_patient(edition, valid, encounter)
    yield from check_records(edition, valid)
    yield from _excludes1(edition, valid)
    yield from check_first(edition, valid)
    yield from check_companions(edition, valid)
    if encounter.setting is Setting.INPATIENT:
        yield from check_poa(edition, valid)


def _date(edition: Edition, encounter: Encounter) -> Iterator[Finding]:
    release, day = edition.release, encounter.date_of_service
    if day is None or release.is_valid_on(day):
        return
    until = f" to {release.valid_to}" if release.valid_to else " on"
    message = (
        f"{edition.label} codes dates of service from {release.valid_from}{until}, not {day}; name no edition to take "
        "the one of that date, or add it with `codekit editions add`"
    )
    yield Finding(
        rule="not-valid-on-date", severity=Severity.ERROR, codes=(), message=message, source=f"release {release.title}"
    )


def _duplicate(code: str, edition: Edition) -> Finding:
    return Finding(
        rule="duplicate",
        severity=Severity.ERROR,
        codes=(code,),
        message="it stands twice; code it once",
        source=guideline("I.B.12", edition.release),
    )


def _excludes1(edition: Edition, codes: Sequence[str]) -> Iterator[Finding]:
    """Report each pair by the note that says most, whatever the order of the codes.

    A note above the category holds for thousands of codes of other kinds, and one at a residual code for conditions of
    many kinds, so there the exception for unrelated conditions is asked for instead of taken for absent.

    Source: ICD-10-CM Official Guidelines FY2026, section I.A.12.a.
    """
    for conflict in checks.excludes1_conflicts(edition, codes):
        chosen = checks.firmest(edition, conflict)
        broad = checks.may_be_unrelated(edition, chosen)
        message = f"{chosen.code} and {chosen.excluded} exclude each other unless the conditions are unrelated"
        if broad:
            message += "; are they? If not, leave one out"
        yield Finding(
            rule="excludes1",
            severity=Severity.WARNING if broad else Severity.ERROR,
            codes=(chosen.code, chosen.excluded),
            message=message,
            source=tabular_note(chosen.note.origin, chosen.note.note.text, edition.release),
        )
