"""Whether the evidence of final codes holds."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from codekit.evaluation.datasets import LabelledNote, Span
from codekit.evaluation.metrics import Share
from codekit.evaluation.rows import Rows
from codekit.evaluation.stages import overlap
from codekit.workflows.predictions import Prediction, Proposal


@attrs.frozen(kw_only=True)
class EvidenceFigures:
    """How well the evidence holds.

    Args:
        verbatim: Final codes whose every span holds the very words of the note at its offsets; one without a span
            does not.
        overlap: Of the final codes that experts have too and have marked in the note: those whose evidence
            overlaps what they marked.
    """

    verbatim: Share
    overlap: Share


def evidence_of(made: Iterable[tuple[LabelledNote, Prediction]], rows: Rows) -> EvidenceFigures | None:
    """Check the evidence of final codes against the notes and against what experts marked.

    Args:
        made: Labelled notes, each with what a coder made of it.
        rows: The codes of the edition.

    Returns:
        The figures; None where the coder gives no evidence.
    """
    verbatim = overlapping = Share(0, 0)
    given = False
    for labelled, prediction in made:
        marked: dict[str, list[Span]] = {}
        for mention in labelled.mentions:
            marked.setdefault(rows.canonical(mention.code), []).extend(mention.spans)
        expected = rows.canonicals(labelled.labels.acceptable)
        for one in prediction.proposals:
            if not one.kept:
                continue
            given = given or bool(one.evidence)
            verbatim += Share(int(_is_verbatim(one, labelled.note.text)), 1)
            code = rows.canonical(one.code)
            if code in expected and marked.get(code):
                overlapping += Share(int(_overlaps(one, marked[code])), 1)
    return EvidenceFigures(verbatim=verbatim, overlap=overlapping) if given else None


def _is_verbatim(proposal: Proposal, text: str) -> bool:
    spans = proposal.evidence
    return bool(spans) and all(one.text and text[one.start : one.end] == one.text for one in spans)


def _overlaps(proposal: Proposal, marked: Iterable[Span]) -> bool:
    return any(overlap((one.start, one.end), span) for span in marked for one in proposal.evidence)
