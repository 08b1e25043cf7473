"""What became of one note: the codes that were proposed beside those of the experts, and no text."""

from __future__ import annotations

import attrs

from codekit.evaluation.datasets import LabelledNote, Span
from codekit.evaluation.metrics import Counts, Pair, category, count, to_categories
from codekit.evaluation.rows import Rows
from codekit.evaluation.tiers import Tiers
from codekit.types import Status
from codekit.workflows.predictions import Prediction


@attrs.frozen(kw_only=True)
class Scored:
    """One proposed code, by its place alone.

    Args:
        code: As the edition prints it.
        kept: Whether it is in the final set; else its confidence was below the threshold.
        confidence: 0 to 1; None where the coder gives none.
        spans: Offsets of its evidence.
        status: What a coder should do with it; None where the coder does not say.
    """

    code: str
    kept: bool
    confidence: float | None
    spans: tuple[Span, ...]
    status: Status | None = None


@attrs.frozen(kw_only=True)
class Outcome:
    """One note of a run.

    Args:
        id: Id of the note.
        expected: The experts' codes, sorted; of tiered labels, the preferred code of each required entry.
        proposals: Each code once, the kept ones first, then by code.
        error: Why there are none, where the note failed; it then counts as coded with nothing.
        tiers: The labels where they are tiered, else None.
        first: The first-listed code; empty where there is none.
        withdrawn: What else was proposed and taken out on the way, sorted.
    """

    id: str
    expected: tuple[str, ...]
    proposals: tuple[Scored, ...]
    error: str = ""
    tiers: Tiers | None = None
    first: str = ""
    withdrawn: tuple[str, ...] = ()

    @property
    def labels(self) -> Tiers:
        """The experts' codes in tiers."""
        return self.tiers or Tiers.of(self.expected)

    @property
    def given(self) -> frozenset[str]:
        """The final codes."""
        return frozenset(one.code for one in self.proposals if one.kept)

    @property
    def proposed(self) -> frozenset[str]:
        """Everything that was proposed, the final codes with it."""
        return frozenset((*(one.code for one in self.proposals), *self.withdrawn))

    @property
    def pair(self) -> Pair:
        """The final and the expected codes as plain sets."""
        return self.labels.pair(self.given)

    @property
    def counts(self) -> Counts:
        """The agreement on full codes."""
        return self.labels.count(self.given)

    @property
    def category_counts(self) -> Counts:
        """The agreement on the first three characters; of tiered labels each entry still counts by itself."""
        if self.tiers is None:
            return count(to_categories(self.pair))
        return self.tiers.spelt(category).count(frozenset(map(category, self.given)))


def outcome_of(labelled: LabelledNote, prediction: Prediction, rows: Rows) -> Outcome:
    """Put the prediction for a note beside its labels.

    Args:
        labelled: The note with the experts' codes.
        prediction: What a coder made of it.
        rows: The codes of the edition.

    Returns:
        The outcome, with all codes as the edition prints them; of a code that is proposed twice, the surer proposal.
    """
    best: dict[str, Scored] = {}
    for one in prediction.proposals:
        spans = tuple((evidence.start, evidence.end) for evidence in one.evidence)
        code = rows.canonical(one.code)
        new = Scored(code=code, kept=one.kept, confidence=one.confidence, spans=spans, status=one.status)
        known = best.get(new.code)
        if known is None or (new.kept, new.confidence or 0.0) > (known.kept, known.confidence or 0.0):
            best[new.code] = new
    ordered = sorted(best.values(), key=lambda one: (not one.kept, one.code))
    withdrawn = rows.canonicals(one.code for one in prediction.withdrawn)
    return Outcome(
        id=labelled.note.id,
        expected=tuple(sorted(rows.canonicals(labelled.codes))),
        proposals=tuple(ordered),
        error=prediction.error,
        tiers=labelled.tiers.spelt(rows.canonical) if labelled.tiers else None,
        first=next((rows.canonical(one.code) for one in prediction.proposals if one.kept), ""),
        withdrawn=tuple(sorted(withdrawn - best.keys())),
    )
