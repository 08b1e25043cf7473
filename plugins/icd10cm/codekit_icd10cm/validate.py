"""Checking a set of ICD-10-CM codes without a note, as an encoder does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codekit.editions.edition import Edition
from codekit.types import Code, Finding, Severity
from codekit_icd10cm import checks
from codekit_icd10cm.sources import guideline, tabular_note

_LONGEST_BASE = 6


def validate(codes: Sequence[str], edition: Edition) -> Iterator[Finding]:
    """Check codes one by one and against each other.

    Args:
        codes: In sequence, as typed.
        edition: The opened edition.

    Yields:
        Findings, those of single codes first.
    """
    valid: list[str] = []
    for typed in codes:
        code = edition.find(typed)
        if code is None:
            yield _unknown(typed, edition)
        elif not code.assignable:
            yield _not_assignable(code, edition)
        elif code.code in valid:
            yield _finding(
                "duplicate", Severity.ERROR, (code.code,), "it stands twice; code it once", "I.B.12", edition
            )
        else:
            valid.append(code.code)
    yield from _pairs(valid, edition)
    yield from _sequence(valid, edition)


def _unknown(typed: str, edition: Edition) -> Finding:
    padded = _padded(typed, edition)
    if padded is not None:
        message = f"the 7th character stands in the wrong place; with placeholder X the code is {padded.code}"
        return _finding("placeholder", Severity.ERROR, (typed,), message, "I.A.4", edition)
    message = f"no such code in {edition.label}; `codekit search TERM` looks in the index"
    return _finding("unknown-code", Severity.ERROR, (typed,), message, "I.B.2", edition)


def _padded(typed: str, edition: Edition) -> Code | None:
    """Find the code that was meant where the placeholder X was left out in front of the 7th character."""
    key = typed.replace(".", "").upper()
    if not 4 <= len(key) <= _LONGEST_BASE:
        return None
    return edition.find(key[:-1].ljust(_LONGEST_BASE, "X") + key[-1])


def _not_assignable(code: Code, edition: Edition) -> Finding:
    below = edition.children(code.code)
    characters = edition.seventh_characters(code.code)
    if characters and below and all(child.assignable for child in below):
        choices = ", ".join(f"{one.character} {one.meaning}" for one in characters)
        message = f"a 7th character is missing: {choices}"
        return _finding("not-assignable", Severity.ERROR, (code.code,), message, "I.A.5", edition)
    choices = ", ".join(child.code for child in below[:10]) + (", ..." if len(below) > 10 else "")
    message = f"it is a heading, not an assignable code; choose one below it: {choices}"
    return _finding("not-assignable", Severity.ERROR, (code.code,), message, "I.B.2", edition)


def _pairs(codes: Sequence[str], edition: Edition) -> Iterator[Finding]:
    for conflict in checks.excludes1_conflicts(edition, codes):
        yield Finding(
            rule="excludes1",
            severity=Severity.ERROR,
            codes=(conflict.code, conflict.excluded),
            message=f"{conflict.code} and {conflict.excluded} exclude each other unless the conditions are unrelated",
            source=tabular_note(conflict.note.origin, conflict.note.note.text, edition.release),
        )


def _sequence(codes: Sequence[str], edition: Edition) -> Iterator[Finding]:
    if codes and checks.is_manifestation(edition, codes[0]):
        message = "a manifestation never stands first; put the underlying disease in front of it"
        yield _finding("manifestation-first", Severity.ERROR, (codes[0],), message, "I.A.13", edition)
    if codes and checks.is_external_cause(edition, codes[0]):
        message = "an external cause never stands first; put the injury or condition in front of it"
        yield _finding("external-cause-first", Severity.ERROR, (codes[0],), message, "I.C.20.a.6", edition)
    for unmet in checks.missing_first(edition, codes):
        behind = unmet.behind
        message = f"{behind} belongs in front of it" if behind else f"code first: {unmet.text}"
        missing = Severity.WARNING if unmet.required else Severity.INFO
        yield Finding(
            rule="code-first",
            severity=Severity.ERROR if behind else missing,
            codes=(unmet.code, behind) if behind else (unmet.code,),
            message=message,
            source=tabular_note(unmet.origin, unmet.text, edition.release),
        )
    for code, origin, text in checks.missing_additional(edition, codes):
        yield Finding(
            rule="use-additional-code",
            severity=Severity.INFO,
            codes=(code,),
            message=f"use additional, if documented: {text}",
            source=tabular_note(origin, text, edition.release),
        )


def _finding(
    rule: str, severity: Severity, codes: tuple[str, ...], message: str, section: str, edition: Edition
) -> Finding:
    source = guideline(section, edition.release)
    return Finding(rule=rule, severity=severity, codes=codes, message=message, source=source)
