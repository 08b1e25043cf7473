"""What a code should have been that is no code of the edition, or none that a claim may carry.

Source: ICD-10-CM Official Guidelines FY2026, sections I.A.4 (placeholder), I.A.5 (7th characters), I.B.2 (all
characters required).
"""

from __future__ import annotations

from collections.abc import Sequence

from codekit.plugin import Code, Edition, Finding, Severity
from codekit_icd10cm.seventh import expand
from codekit_icd10cm.sources import guideline

_SHORTEST = 3
_LONGEST = 7
_LONGEST_MISTYPED = 10
_SHOWN = 10
_PLACEHOLDER = "X"


def correct_unknown(typed: str, edition: Edition) -> Finding:
    """Say what was meant by a code that the edition does not hold.

    Args:
        typed: The code as typed.
        edition: The opened edition.

    Returns:
        An error with the corrected code, where there is one, or with those to choose from.
    """
    key = typed.replace(".", "").upper()
    known = _beginning(key, edition)
    if known is None:
        message = f"no such code in {edition.label}; `codekit search TERM` looks in the index"
        return _error("unknown-code", typed, message, "I.B.2", edition)
    sevenths = _sevenths(edition.children(known.code))
    rest = key[len(known.code.replace(".", "")) :]
    if sevenths:
        return _wrong_seventh(typed, known, rest, sevenths, edition)
    if known.assignable:
        message = f"no such code in {edition.label}; {known.code} is complete and takes no further character"
    else:
        message = f"no such code in {edition.label}; {known.code} has {_list(edition.children(known.code))} below it"
    return _error("unknown-code", typed, message, "I.B.2", edition)


def complete(code: Code, edition: Edition) -> Finding:
    """Say what is missing of a code that no claim may carry.

    Args:
        code: A row of the edition that is not assignable.
        edition: The opened edition.

    Returns:
        An error with the 7th characters or the codes to choose from.
    """
    below = edition.children(code.code)
    sevenths = _sevenths(below)
    if sevenths:
        message = f"a 7th character is missing, as in {sevenths[0].code}: {_choices(sevenths, edition)}"
        return _error("not-assignable", code.code, message, "I.A.5", edition)
    message = f"it is a heading, not an assignable code; choose one below it: {_list(below)}"
    return _error("not-assignable", code.code, message, "I.B.2", edition)


def _beginning(key: str, edition: Edition) -> Code | None:
    """Find the longest code with which a mistyped one begins."""
    if not key.isalnum() or len(key) > _LONGEST_MISTYPED:
        return None
    ends = range(len(key) - 1, _SHORTEST - 1, -1)
    return next((row for end in ends if (row := edition.find(key[:end]))), None)


def _wrong_seventh(typed: str, base: Code, rest: str, sevenths: Sequence[Code], edition: Edition) -> Finding:
    """Tell a 7th character that stands in the wrong place from one that the code does not take."""
    character = rest.strip(_PLACEHOLDER)
    meant = expand(base.code, character)
    if any(code.code == meant for code in sevenths):
        message = f"the 7th character stands in the wrong place; with placeholder {_PLACEHOLDER} the code is {meant}"
        if len(base.code.replace(".", "")) == _LONGEST - 1:
            message = f"no placeholder {_PLACEHOLDER} is due in it; the code is {meant}"
        return _error("placeholder", typed, message, "I.A.4", edition)
    if character:
        message = (
            f"{character} is no 7th character of {base.code}; as in {sevenths[0].code}: {_choices(sevenths, edition)}"
        )
    else:
        message = f"a 7th character is missing, as in {sevenths[0].code}: {_choices(sevenths, edition)}"
    return _error("seventh-character", typed, message, "I.A.5", edition)


def _sevenths(below: Sequence[Code]) -> tuple[Code, ...]:
    return tuple(code for code in below if "seventh_character" in code.attributes)


def _choices(sevenths: Sequence[Code], edition: Edition) -> str:
    meanings = {one.character: one.meaning for one in edition.seventh_characters(sevenths[0].code)}
    characters = (code.attributes["seventh_character"] for code in sevenths)
    return "; ".join(f"{character} {meanings[character]}" for character in characters)


def _list(codes: Sequence[Code]) -> str:
    return ", ".join(code.code for code in codes[:_SHOWN]) + (", ..." if len(codes) > _SHOWN else "")


def _error(rule: str, code: str, message: str, section: str, edition: Edition) -> Finding:
    source = guideline(section, edition.release)
    return Finding(rule=rule, severity=Severity.ERROR, codes=(code,), message=message, source=source)
