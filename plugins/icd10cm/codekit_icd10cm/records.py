"""Whose record a code may stand on: the mother's or the newborn's, as the notes of the tabular list say.

Source: NCHS, ICD-10-CM tabular list: notes at chapters 15, 16 and 17 and at Z37, Z38 and Z3A; Official Guidelines
FY2026, sections I.C.15.a.2 and I.C.16.a.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codekit.plugin import Edition, Finding, InheritedNote, NoteKind, Severity
from codekit_icd10cm.sources import tabular_note

_SAYING = (NoteKind.NOTE, NoteKind.INCLUSION_TERM)
_MATERNAL_ONLY = re.compile(r"only on (?:the )?maternal record|delivery on the mother's record", re.IGNORECASE)
_NOT_MATERNAL = re.compile(
    r"(?:never|not to be used|not for use) on (?:the )?(?:maternal|mother's) record", re.IGNORECASE
)
_NEWBORN_ONLY = re.compile(r"newborn records? only|initial record of a newborn", re.IGNORECASE)


def check_records(edition: Edition, codes: Sequence[str]) -> Iterator[Finding]:
    """Find the codes that may not stand on the mother's record in a set that is one.

    Args:
        edition: The opened edition.
        codes: Codes of the edition, in sequence.

    Yields:
        A finding `record` for each: an error where the code is for newborns only, otherwise a warning, for a mother
        may have been born with a malformation herself.
    """
    maternal = next((code for code in codes if _saying(edition, code, _MATERNAL_ONLY)), None)
    if maternal is None:
        return
    for code in codes:
        found = _saying(edition, code, _NOT_MATERNAL)
        if found is None:
            continue
        newborn = _NEWBORN_ONLY.search(found.note.text)
        yield Finding(
            rule="record",
            severity=Severity.ERROR if newborn else Severity.WARNING,
            codes=(code, maternal),
            message=f"it does not go on the mother's record, which {maternal} makes this; code each person's record",
            source=tabular_note(found.origin, found.note.text, edition.release),
        )


def _saying(edition: Edition, code: str, words: re.Pattern[str]) -> InheritedNote | None:
    notes = edition.notes(code)
    return next((found for found in notes if found.note.kind in _SAYING and words.search(found.note.text)), None)
