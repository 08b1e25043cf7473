"""What the note says where a code of the draft comes from."""

from __future__ import annotations

from codekit.plugin import Case, DraftCode


def said_of(case: Case, one: DraftCode) -> frozenset[str]:
    """Give the canonical words of the mentions that a code rests on, with those that qualify them."""
    spans = {(each.start, each.end) for each in one.evidence}
    around = (
        word
        for statement in case.draft.statements
        if (statement.mention.start, statement.mention.end) in spans
        for word in statement.mention.normalized
    )
    return frozenset(case.words(one).union(around))


def rests_within(one: DraftCode, start: int, end: int) -> bool:
    """Say whether a mention that a code rests on lies within a span of the note."""
    return any(start <= each.start < end for each in one.evidence)
