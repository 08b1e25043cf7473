"""Words of a record, and codes as a claim carries them, on one line for people."""

from __future__ import annotations

from codekit.types import Assignment, ClaimLine, Evidence

_QUOTE = 60
"""Code points of a quotation, at most."""


def line_of(item: Assignment) -> str:
    """Give a code as a claim carries it, with its modifiers and units."""
    return str(ClaimLine(code=item.code, modifiers=item.modifiers, units=item.units))


def quote(evidence: Evidence) -> str:
    """Quote what a code rests on, with its offsets."""
    return f"{shortened(evidence.text)} {evidence.start}-{evidence.end}"


def shortened(text: str) -> str:
    """Quote words of a record on one line, without their end where they are many."""
    text = " ".join(text.split())
    if len(text) > _QUOTE:
        text = text[: _QUOTE - 1].rstrip() + "…"
    return f"“{text}”"
