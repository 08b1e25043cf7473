"""Combination codes: which conditions may be linked, and what a code takes in."""

from __future__ import annotations

from collections.abc import Sequence

from codekit.plugin import Assertion, Case, Code, DraftCode, Edition, NoteKind


def may_be_linked(case: Case, one: DraftCode, alone: DraftCode) -> bool:
    """Say whether a condition may come of the disease: it is present and no other cause is given for it."""
    if one.assertion is not Assertion.PRESENT:
        return False
    words = case.words(alone)
    if one.cause is None:
        return True
    # "Diabetics" names the disease as its own name does.
    named = any(word[:7] == known[:7] for word in one.cause.words or one.cause.denied for known in words)
    return named != bool(one.cause.denied)


def asked_besides(edition: Edition, code: Code, partners: Sequence[DraftCode]) -> set[str]:
    """Give the codes that meet the `use additional code` notes printed at a code; none where a note is left unmet."""
    met: set[str] = set()
    for note in code.notes:
        if note.kind is not NoteKind.USE_ADDITIONAL_CODE:
            continue
        named = {one.code for one in partners if any(edition.covers(ref, one.code) for ref in note.references)}
        if not named:
            return set()
        met |= named
    return met
