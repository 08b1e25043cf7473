"""A cheap test in front of costly patterns: whether a sentence holds any of the words that they need."""

from __future__ import annotations

from collections.abc import Iterable

from codekit.plugin import Sentence


def holds_any(sentence: Sentence, cues: Iterable[str]) -> bool:
    """Say whether a sentence holds any of some words or parts of words, in any case.

    Args:
        sentence: The sentence.
        cues: In lower case. Every match of the patterns that the test stands in front of must hold one of them.

    Returns:
        False where the patterns need not be tried.
    """
    return any(map(sentence.folded.__contains__, cues))
