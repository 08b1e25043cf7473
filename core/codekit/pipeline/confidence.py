"""How sure the rules are of a code: from where the note says it, how, and how well the index agrees."""

from __future__ import annotations

from codekit.pipeline.hierarchy import Refined
from codekit.text.sections import NARRATIVE
from codekit.types import Candidate, Mention

READY_FROM = 0.7
"""A code at least this sure needs no review for its confidence alone."""

KEPT_FROM = 0.5
"""A code less sure than this is left out, and shown among the dropped."""

_AS_PROBLEM = {"assessment": 0.95, NARRATIVE: 0.95}
_IN_SECTION = {
    "assessment": 0.45,
    NARRATIVE: 0.6,
    "plan": 0.4,
    "past_history": 0.4,
    "history_present": 0.35,
    "chief_complaint": 0.4,
    "surgical_history": 0.35,
    "family_history": 0.3,
    "social_history": 0.3,
}
_ELSEWHERE = 0.2
_UNSUPPORTED_DETAIL = 0.8


def confidence_of(mention: Mention, candidate: Candidate, refined: Refined) -> float:
    """Say how sure a tentative code is.

    Args:
        mention: Where and how the note says it.
        candidate: The index entry, with its score.
        refined: The path through the hierarchy.

    Returns:
        0 to 1: the weight of the section, times the match, times 0.8 where the code says more than the note.
    """
    prior = _IN_SECTION.get(mention.section, _ELSEWHERE)
    if mention.heading:
        prior = _AS_PROBLEM.get(mention.section, prior)
    detail = _UNSUPPORTED_DETAIL if refined.unsupported else 1.0
    return round(prior * candidate.score * detail, 4)
