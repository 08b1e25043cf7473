"""The order of a code set: what may never stand first, what may only stand first, what goes with what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from codekit.plugin import CodeReference, Edition, Finding, NoteKind, Severity
from codekit_icd10cm import checks
from codekit_icd10cm.sources import guideline, tabular_note

_ADDITIONAL = re.compile(r"\b(?:provided|intended) for use as (?:an |supplementary or )?additional code", re.IGNORECASE)
_UNDERDOSING = "Underdosing of"


@attrs.frozen(kw_only=True)
class _NeverFirst:
    """Codes that a guideline keeps from the first place.

    Args:
        codes: A category or subcategory.
        section: The guideline.
        severity: `ERROR` where it says never.
    """

    codes: CodeReference
    section: str
    severity: Severity


# Source: ICD-10-CM Official Guidelines FY2026.
_NEVER_FIRST = (
    _NeverFirst(codes=CodeReference(first="R65.2"), section="I.C.1.d.3", severity=Severity.ERROR),
    _NeverFirst(codes=CodeReference(first="Z15"), section="I.C.21.c.3", severity=Severity.WARNING),
    _NeverFirst(codes=CodeReference(first="Z33.1"), section="I.C.21.c.3", severity=Severity.WARNING),
)
_UNDERDOSING_SECTION = "I.C.19.e.5.c"

# Source: ICD-10-CM Official Guidelines FY2025 and FY2026, section I.C.21.c.15, the list as printed.
_ONLY_FIRST_SECTION = "I.C.21.c.15"
_ONLY_FIRST = tuple(
    CodeReference(first=code)
    for code in (
        "Z00 Z01 Z02 Z04 Z33.2 Z31.81 Z31.83 Z31.84 Z34 Z39 Z38 Z40 Z42 Z51.0 Z51.1 Z52 Z76.1 Z76.2 Z99.12"
    ).split()
)
_ONLY_FIRST_EXCEPT = (CodeReference(first="Z00.6"), CodeReference(first="Z52.9"))


def check_first(edition: Edition, codes: Sequence[str]) -> Iterator[Finding]:
    """Check the first place of the sequence: who may not have it, and who may have no other.

    Args:
        edition: The opened edition.
        codes: Codes of the edition, in sequence.

    Yields:
        Findings in the order of the codes.
    """
    if not codes:
        return
    first = codes[0]
    if checks.is_manifestation(edition, first):
        message = "a manifestation never stands first; put the underlying disease in front of it"
        yield _finding("manifestation-first", Severity.ERROR, first, message, "I.A.13", edition)
    if checks.is_external_cause(edition, first):
        message = "an external cause never stands first; put the injury or condition in front of it"
        yield _finding("external-cause-first", Severity.ERROR, first, message, "I.C.20.a.6", edition)
    yield from _additional_first(edition, first)
    if not only_first(edition, first):  # else several encounters of one day were combined, which the section allows
        for code in codes[1:]:
            if only_first(edition, code):
                message = "it may only stand first; move it in front, or code the encounter that it belongs to apart"
                yield _finding("first-listed-only", Severity.WARNING, code, message, _ONLY_FIRST_SECTION, edition)


def only_first(edition: Edition, code: str) -> bool:
    """Say whether a code may only be the principal or first-listed diagnosis."""
    return _under(edition, code, _ONLY_FIRST) and not _under(edition, code, _ONLY_FIRST_EXCEPT)


def check_companions(edition: Edition, codes: Sequence[str]) -> Iterator[Finding]:
    """Check the notes that send to a second code: code first, use additional code, code also.

    Args:
        edition: The opened edition.
        codes: Codes of the edition, in sequence.

    Yields:
        Findings by note kind, then in the order of the codes. What a note asks for only `if applicable`, and whatever
        a note cannot know, is information.
    """
    for unmet in checks.missing_first(edition, codes):
        behind = unmet.behind
        missing = Severity.WARNING if unmet.required else Severity.INFO
        yield Finding(
            rule="code-first" if behind or unmet.required else "associated-first",
            severity=Severity.ERROR if behind else missing,
            codes=(unmet.code, behind) if behind else (unmet.code,),
            message=f"{behind} belongs in front of it" if behind else f"code first: {unmet.text}",
            source=tabular_note(unmet.origin, unmet.text, edition.release),
        )
    for rule, kind, words in (
        ("use-additional-code", NoteKind.USE_ADDITIONAL_CODE, "use additional"),
        ("code-also", NoteKind.CODE_ALSO, "code also"),
    ):
        for code, origin, text in checks.missing_companions(edition, codes, kind):
            yield Finding(
                rule=f"{words.replace(' ', '-')}-if-any" if checks.is_conditional(text) else rule,
                severity=Severity.INFO,
                codes=(code,),
                message=f"{words}, if documented: {text}",
                source=tabular_note(origin, text, edition.release),
            )


def _additional_first(edition: Edition, code: str) -> Iterator[Finding]:
    rule, message = "unacceptable-principal", "it is only ever an additional code; put the condition in front of it"
    for never in _NEVER_FIRST:
        if edition.covers(never.codes, code):
            yield _finding(rule, never.severity, code, message, never.section, edition)
            return
    rows = (edition.get(code), *edition.ancestors(code))
    if any(row.title.startswith(_UNDERDOSING) for row in rows):
        yield _finding(rule, Severity.ERROR, code, message, _UNDERDOSING_SECTION, edition)
        return
    for found in edition.notes(code):
        if _ADDITIONAL.search(found.note.text):
            source = tabular_note(found.origin, found.note.text, edition.release)
            yield Finding(rule=rule, severity=Severity.WARNING, codes=(code,), message=message, source=source)
            return


def _under(edition: Edition, code: str, references: Sequence[CodeReference]) -> bool:
    return any(edition.covers(reference, code) for reference in references)


def _finding(rule: str, severity: Severity, code: str, message: str, section: str, edition: Edition) -> Finding:
    source = guideline(section, edition.release)
    return Finding(rule=rule, severity=severity, codes=(code,), message=message, source=source)
