"""Find the codes and ranges that the text of a note names.

Source: ICD-10-CM Official Guidelines FY2026, section I.A.4 to I.A.5 (structure of a code) and I.A.7
(punctuation: a trailing dash stands for further characters).
"""

from __future__ import annotations

import re

from codekit.plugin import CodeReference

_CATEGORY = r"[A-Z](?:\d[0-9A-Z]|A\d)"
_CODE = rf"{_CATEGORY}(?:\.[0-9A-Z]{{1,4}})?"
CODE = re.compile(_CODE)
"""A code of the tabular list, `QA0.0101` included."""

_REFERENCE = re.compile(
    rf"(?<![\w.-])(?P<first>{_CODE})"
    rf"(?:(?:\.?-?\s*[-–]\s*|-?\s+(?:to|through)\s+)(?P<last>{_CODE}))?"
    r"(?P<dash>\.?-(?![0-9A-Z]))?(?!\w)"
)
_INTRODUCED = re.compile(
    r"\b(?:codes?|(?:sub)?categor(?:y|ies)|blocks?|in|under|from|as|(?:classified|classifiable|assigned) to)\s+$",
    re.I,
)
_JOINED = re.compile(r"(?:\s|,|\band\b|\bor\b)*", re.I)


def parse_references(text: str, *, bare: bool = False) -> tuple[CodeReference, ...]:
    """Find the codes and ranges in a text.

    A bare three-character code counts only in parentheses, in a range, after a word such as `category`
    or `in`, or joined to one that counts, because the B12 of `vitamin B12` looks like one.

    Args:
        text: A note as printed, or a section of the guidelines.
        bare: Whether every bare one counts, as in the guidelines, which name no vitamins.

    Returns:
        References in order of appearance; one that is repeated is kept once.
    """
    found: dict[CodeReference, None] = {}
    previous_end: int | None = None
    for match in _REFERENCE.finditer(text):
        if bare or _is_code(text, match, previous_end):
            found[_reference(match["first"], match["last"])] = None
            previous_end = match.end()
    return tuple(found)


def _is_code(text: str, match: re.Match[str], previous_end: int | None) -> bool:
    if match["dash"] or match["last"] or "." in match[0]:
        return True
    before = text[: match.start()]
    if before.count("(") > before.count(")") or _INTRODUCED.search(before):
        return True
    return previous_end is not None and _JOINED.fullmatch(text, previous_end, match.start()) is not None


def _reference(first: str, last: str | None) -> CodeReference:
    if last is None or last == first:
        return CodeReference(first=first)
    return CodeReference(first=min(first, last), last=max(first, last))
