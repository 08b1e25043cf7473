"""A mention whose code its words decide by themselves, as most of those are that the index does not give."""

from __future__ import annotations

from codekit.plugin import Candidate, Code, LocatedMention, Sentence


def coded(
    sentence: Sentence,
    span: tuple[int, int],
    row: Code,
    source: str,
    *,
    covers: bool = True,
    besides: tuple[str, ...] = (),
) -> LocatedMention:
    """Make a mention with one candidate, named by its title.

    Args:
        sentence: Where it stands.
        span: Its half-open offsets in the note.
        row: The candidate's row.
        source: Section of the guidelines that leads to it.
        covers: Whether it takes the place of what the index gave within it.
        besides: Codes that stand behind it.

    Returns:
        The mention with what the sentence says of it.
    """
    best = Candidate(code=row.code, score=1.0, term=row.title, source=source, manifestation=besides)
    return LocatedMention(mention=sentence.mention(*span), candidates=(best,), covers=covers)
