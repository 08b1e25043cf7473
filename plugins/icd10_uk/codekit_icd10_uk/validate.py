"""Checking a set of ICD-10 codes without a note, as an encoder does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codekit.plugin import Code, Edition, Encounter, Finding, Severity, sort_codes
from codekit_icd10_uk import checks
from codekit_icd10_uk.codes import written
from codekit_icd10_uk.demographics import check_patient
from codekit_icd10_uk.sources import standards, tabular_list, tabular_note, volume_2

_SHOWN = 10
_SHORTEST = 3
_LONGEST_MISTYPED = 10


def validate(codes: Sequence[str], edition: Edition, encounter: Encounter) -> Iterator[Finding]:
    """Check codes one by one, against the patient, and against each other.

    Args:
        codes: In sequence, as typed; J46, J46X and J46.X are one code.
        edition: The opened edition.
        encounter: Setting, date, age and sex; what is None is not checked.

    Yields:
        Findings on the date, then on single codes, on the patient, on pairs and on the sequence.
    """
    yield from _date(edition, encounter)
    found = sort_codes(codes, lambda typed: _find(typed, edition))
    yield from (_unknown(typed, edition) for typed in found.unknown)
    yield from (_incomplete(row, edition) for row in found.headings)
    yield from map(_repeated, found.repeated)
    valid = found.valid
    yield from check_patient(edition, valid, encounter)
    yield from _asterisks(edition, valid)
    yield from _main(edition, valid)
    yield from _cause(valid)
    yield from _exclusions(edition, valid)


def _find(typed: str, edition: Edition) -> Code | None:
    """Find a code however it is typed; data sets may mark a dagger with `D` and an asterisk with `A` behind it.

    Source: NHS Data Dictionary, clinical classification code: the sixth character.
    """
    row = edition.find(written(typed)) or edition.find(typed)
    mark = typed.strip()[-1:].upper()
    if row is not None or mark not in ("A", "D"):
        return row
    row = edition.find(written(typed.strip()[:-1]))
    if row is None or not row.assignable:
        return None
    marked = checks.is_asterisk(edition, row.code) if mark == "A" else checks.is_dagger(edition, row.code)
    return row if marked else None


def _date(edition: Edition, encounter: Encounter) -> Iterator[Finding]:
    release, day = edition.release, encounter.date_of_service
    if day is None or release.is_valid_on(day):
        return
    until = f" to {release.valid_to}" if release.valid_to else " on"
    message = f"{edition.label} codes episodes from {release.valid_from}{until}, not {day}; name another edition"
    source = f"release {release.title}"
    yield Finding(rule="edition-not-valid", severity=Severity.ERROR, codes=(), message=message, source=source)


def _repeated(code: str) -> Finding:
    message, source = "it stands twice; code it once", volume_2("4.4.2")
    return Finding(rule="code-repeated", severity=Severity.ERROR, codes=(code,), message=message, source=source)


def _unknown(typed: str, edition: Edition) -> Finding:
    known = _beginning(written(typed), edition)
    message = f"no such code in {edition.label}; `codekit search TERM` looks in the index"
    if known is not None and known.assignable:
        message = f"no such code in {edition.label}; {known.code} is complete and takes no further character"
    elif known is not None:
        message = f"no such code in {edition.label}; {known.code} has {_list(edition.children(known.code))} below it"
    source = tabular_list("its codes", edition.release)
    return Finding(rule="no-such-code", severity=Severity.ERROR, codes=(typed,), message=message, source=source)


def _beginning(code: str, edition: Edition) -> Code | None:
    """Find the longest code with which a mistyped one begins."""
    key = code.replace(".", "")
    if not key.isalnum() or len(key) > _LONGEST_MISTYPED:
        return None
    ends = range(len(key) - 1, _SHORTEST - 1, -1)
    return next((row for end in ends if (row := edition.find(key[:end]))), None)


def _incomplete(row: Code, edition: Edition) -> Finding:
    """Say what is missing of a code that is not assignable."""
    below = edition.children(row.code)
    fifth = [child for child in below if "fifth_character" in child.attributes]
    if fifth:
        choices = "; ".join(f"{child.code} {child.attributes['fifth_character']}" for child in fifth[:_SHOWN])
        return Finding(
            rule="fifth-character-missing",
            severity=Severity.ERROR,
            codes=(row.code,),
            message=f"it needs a fifth character: {choices}",
            source=standards("chapters XIII and XIX, fifth characters"),
        )
    message = f"it is a heading, not an assignable code; choose one below it: {_list(below)}"
    source = tabular_list(row.code, edition.release)
    return Finding(rule="heading", severity=Severity.ERROR, codes=(row.code,), message=message, source=source)


def _asterisks(edition: Edition, codes: Sequence[str]) -> Iterator[Finding]:
    """Check that each asterisk code stands straight behind its dagger code.

    Source: WHO ICD-10 Volume 2 (2016), section 3.1.3.
    """
    for at, code in enumerate(codes):
        if not checks.is_asterisk(edition, code):
            continue
        dagger = checks.dagger_among(edition, code, codes)
        before = next((other for other in reversed(codes[:at]) if not checks.is_asterisk(edition, other)), None)
        if dagger is None and (checks.daggers_of(edition, code) or before is None):
            known = ", ".join(checks.daggers_of(edition, code)[:_SHOWN])
            message = "an asterisk code never stands alone; put the dagger code of the disease in front of it"
            yield _pair("asterisk-alone", (code,), f"{message}{f' ({known})' if known else ''}")
        elif dagger is not None and dagger != before and not checks.under(edition, before or "", dagger):
            where = "in front of" if codes.index(dagger) > at else "straight in front of"
            yield _pair("dagger-first", (code, dagger), f"the dagger code {dagger} belongs {where} the asterisk code")


def _pair(rule: str, codes: tuple[str, ...], message: str) -> Finding:
    return Finding(rule=rule, severity=Severity.ERROR, codes=codes, message=message, source=volume_2("3.1.3"))


def _main(edition: Edition, codes: Sequence[str]) -> Iterator[Finding]:
    """Check the main condition, which stands first."""
    if not codes:
        return
    first = codes[0]
    if rule := checks.never_main(edition, first):
        message = "it is never the main condition; put the condition treated in front of it"
        yield Finding(
            rule="never-main-condition", severity=rule.severity, codes=(first,), message=message, source=rule.source
        )
    others = [code for code in codes[1:] if checks.under(edition, code, *checks.OBSTETRIC)]
    if checks.under(edition, first, checks.DELIVERIES) and others:
        yield Finding(
            rule="delivery-as-main-condition",
            severity=Severity.INFO,
            codes=(first, others[0]),
            message=f"a delivery is the main condition only where nothing like {others[0]} is recorded beside it",
            source=checks.ONLY_DELIVERY,
        )
    definite = [code for code in codes[1:] if "A" <= code[0] <= "Q" and not checks.is_asterisk(edition, code)]
    if checks.is_symptom(first) and definite:
        yield Finding(
            rule="symptom-as-main-condition",
            severity=Severity.INFO,
            codes=(first, *definite[:1]),
            message=f"a symptom is not the main condition where {definite[0]} explains it",
            source=volume_2("4.4.3, rule MB3"),
        )


def _cause(codes: Sequence[str]) -> Iterator[Finding]:
    injury = checks.without_cause(codes)
    if injury is not None:
        yield Finding(
            rule="external-cause-missing",
            severity=Severity.INFO,
            codes=(injury,),
            message=checks.NO_CAUSE,
            source=checks.CAUSES,
        )


def _exclusions(edition: Edition, codes: Sequence[str]) -> Iterator[Finding]:
    for found in checks.exclusions(edition, codes):
        yield Finding(
            rule="exclusion-note",
            severity=Severity.INFO,
            codes=(found.code, found.excluded),
            message=f"a note sends to {found.excluded} for what {found.code} is not; are both meant?",
            source=tabular_note(found.note.origin, found.note.note.text, edition.release),
        )


def _list(codes: Sequence[Code]) -> str:
    return ", ".join(code.code for code in codes[:_SHOWN]) + (", ..." if len(codes) > _SHOWN else "")
