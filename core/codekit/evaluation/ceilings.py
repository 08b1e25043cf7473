"""What each step could reach: its figures where the steps before it are perfect, so that its own loss is seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING

import attrs

from codekit.agents.places import read_place
from codekit.conventions import DraftCode
from codekit.evaluation.datasets import Counted, LabelledNote, Span
from codekit.evaluation.rows import Rows
from codekit.evaluation.stages import DEPTHS, StepOutcome, codes_stage, counted_codes
from codekit.pipeline.progress import NoteInProgress
from codekit.pipeline.steps import Tentative
from codekit.types import Assertion, Candidate, Evidence, Mention
from codekit.workflows.grounding import Grounding

if TYPE_CHECKING:
    from codekit.pipeline.coder import Coder

_SOURCE = "experts"
# What experts coded is neither absent nor uncertain, however the rules read the sentence.
_KEPT = (Assertion.HISTORICAL, Assertion.FAMILY)

_Place = tuple[Span, str]


@attrs.frozen(kw_only=True)
class Ceiling:
    """The figures of one step whose input is the experts'.

    All count codes by note, as `StepOutcome` does, and leave out codes that no claim may carry in the edition: no step
    can reach them. A mention made of a marked place has the assertion, section and sentence that the rules read there,
    but where they read it as negated, possible or hypothetical it counts as present, for the experts coded it.

    - `locate`, given `mentions`: the places that experts marked stand in for what Analyze finds, one mention each.
      What the navigator finds for them, and what the system's own reading finds within them, is compared with the
      codes marked in the note.
    - `assign`, given `code`: each marked place comes with its code as the only candidate. The tentative codes are
      compared with the codes marked in the note.
    - `assign`, given `category`: the same, with the code's category as the only candidate, so that the validator has to
      find the way down by the note. Where the category is itself the code, both are the same.
    - `verify`, given `codes`: the experts' codes are the tentative ones, each with confidence 1 and at its marked
      places; nothing else that the note says is known. The final codes are compared with the experts' codes. A code
      without a marked place stands where the note shares most words with its title and index entries, or else on the
      whole note.

    Analyze has none of its own: its input, the note, is perfect as it is. Where the marked codes are from other experts
    than `codes`, as in ACI-BENCH, `locate` and `assign` go by the marked ones and `verify` by `codes`.

    Args:
        given: `mentions`, `code`, `category` or `codes`: what was replaced by the experts'.
        notes: How many notes count; those without a marked place do not for `locate` and `assign`, those without codes
            or text not for `verify`. 0 where the dataset has none at all, and the figures mean nothing.
        unmarked: Codes, by note, that were given without a place that experts marked.
        stage: The step, its depth and its figures.

    Source: Motzfeldt et al., Code Like Humans, Findings of EMNLP 2025, which evaluates each agent this way too.
    """

    given: str
    notes: int
    unmarked: int = 0
    stage: StepOutcome

    def __add__(self, other: Ceiling) -> Ceiling:
        return attrs.evolve(
            self,
            notes=self.notes + other.notes,
            unmarked=self.unmarked + other.unmarked,
            stage=self.stage + other.stage,
        )


@attrs.frozen(kw_only=True)
class _Labels:
    """What experts made of one note, as steps take it.

    Args:
        case: The note.
        places: Marked places with their codes, in text order.
        codes: The experts' codes.
    """

    case: NoteInProgress
    places: tuple[_Place, ...]
    codes: frozenset[str]

    @property
    def marked(self) -> frozenset[str]:
        """The codes of the places."""
        return frozenset(code for _, code in self.places)

    @property
    def spans(self) -> tuple[Span, ...]:
        """The places, each once."""
        return tuple(dict.fromkeys(span for span, _ in self.places))

    def mention(self, span: Span) -> Mention:
        """Make the mention that a perfect Analyze would find at a place."""
        found = read_place(self.case.note, span)
        return found if found.assertion in _KEPT else attrs.evolve(found, assertion=Assertion.PRESENT)


class Ceilings:
    """Runs single steps of a coder with what experts say as their input.

    Args:
        coder: The coder.
        rows: The codes of its edition.
        counted: Which codes of a result are the final ones.
    """

    def __init__(self, coder: Coder, rows: Rows, counted: Counted = Counted.REPORTED) -> None:
        self._coder = coder
        self._rows = rows
        self._counted = counted
        self._grounding = Grounding(coder.edition, coder.searcher.index)

    def measure(self, notes: Sequence[LabelledNote]) -> tuple[Ceiling, ...]:
        """Measure every step on a group of notes.

        Args:
            notes: Labelled notes; a step that asks a model asks for all of them together.

        Returns:
            The ceilings in the order of the steps, Locate's by depth; none of Locate where the coder has no such step.
            Those of several groups are added up with `add`. A note on which a step fails is left out; empty where
            all fail.
        """
        try:
            labels = [self._labels(one) for one in notes if one.note.text]
            marked = [one for one in labels if one.places]
            return (
                *(self._locate(marked) if self._coder.locates else ()),
                self._assign(marked, "code", {code: code for one in marked for code in one.marked}),
                self._assign(marked, "category", {code: self._rows.top(code) for one in marked for code in one.marked}),
                self._verify([one for one in labels if one.codes]),
            )
        except Exception:
            # as when coding, one bad note must not cost the others theirs
            return () if len(notes) == 1 else reduce(add, (self.measure((one,)) for one in notes), ())

    def _labels(self, labelled: LabelledNote) -> _Labels:
        places = {
            (span, self._rows.canonical(mention.code))
            for mention in labelled.mentions
            for span in mention.spans
            if self._rows.is_assignable(mention.code)
        }
        return _Labels(
            case=NoteInProgress(note=self._coder.read(labelled.note)),
            places=tuple(sorted(places)),
            codes=self._rows.canonicals(filter(self._rows.is_assignable, labelled.codes)),
        )

    def _locate(self, marked: Sequence[_Labels]) -> tuple[Ceiling, ...]:
        mentions = [tuple(map(one.mention, one.spans)) for one in marked]
        located = self._coder.look_up([one.case for one in marked], mentions)
        # the system's own reading may find more elsewhere in the note, which is Analyze's
        within = [
            [found.candidates for found in each if _is_within(found.mention, one.spans)]
            for one, each in zip(marked, located, strict=True)
        ]
        return tuple(
            self._ceiling(
                Ceiling(given="mentions", notes=len(marked), stage=self._nothing("locate", depth)),
                [[one.code for candidates in each for one in candidates[:depth]] for each in within],
                [one.marked for one in marked],
            )
            for depth in DEPTHS
        )

    def _assign(self, marked: Sequence[_Labels], given: str, rows: Mapping[str, str]) -> Ceiling:
        located = [[(one.mention(span), (self._candidate(rows[code]),)) for span, code in one.places] for one in marked]
        assigned = self._coder.assign([one.case for one in marked], located)
        return self._ceiling(
            Ceiling(given=given, notes=len(marked), stage=self._nothing("assign")),
            [[draft.code for tentative in each for draft in tentative.draft] for each in assigned],
            [one.marked for one in marked],
        )

    def _verify(self, labels: Sequence[_Labels]) -> Ceiling:
        tentative = [
            sorted(
                (self._tentative(one, span, code) for code in one.codes for span in self._spans(one, code)),
                key=lambda each: (each.mention.start, each.mention.end, each.row),
            )
            for one in labels
        ]
        results = self._coder.reconcile([one.case for one in labels], tentative)
        unmarked = sum(len(one.codes - one.marked) for one in labels)
        return self._ceiling(
            Ceiling(given="codes", notes=len(labels), unmarked=unmarked, stage=self._nothing("verify")),
            [counted_codes(result, self._counted) for result in results],
            [one.codes for one in labels],
        )

    def _spans(self, labels: _Labels, code: str) -> Iterable[Span]:
        if spans := [span for span, marked in labels.places if marked == code]:
            return spans
        note = labels.case.note
        return (self._grounding.find(note, self._coder.edition.get(code)) or (0, len(note.text)),)

    def _tentative(self, labels: _Labels, span: Span, code: str) -> Tentative:
        mention = labels.mention(span)
        draft = DraftCode(
            code=code,
            confidence=1.0,
            evidence=(Evidence(start=mention.start, end=mention.end, text=mention.text),),
            position=mention.start,
            assertion=mention.assertion,
            words=mention.normalized,
        )
        return Tentative(mention=mention, row=code, draft=(draft,))

    def _candidate(self, code: str) -> Candidate:
        return Candidate(code=code, score=1.0, term=self._coder.edition.get(code).title, source=_SOURCE)

    def _nothing(self, step: str, depth: int = 0) -> StepOutcome:
        return codes_stage(step, depth, (), frozenset(), self._rows)

    def _ceiling(self, empty: Ceiling, found: Iterable[Iterable[str]], expected: Iterable[frozenset[str]]) -> Ceiling:
        """Add the figures of single notes to a ceiling without any."""
        step, depth = empty.stage.step, empty.stage.depth
        stages = (codes_stage(step, depth, *each, self._rows) for each in zip(found, expected, strict=True))
        return attrs.evolve(empty, stage=reduce(StepOutcome.__add__, stages, empty.stage))


def add(one: tuple[Ceiling, ...], other: tuple[Ceiling, ...]) -> tuple[Ceiling, ...]:
    """Add the ceilings of two groups of notes up, place by place; a group without any adds nothing."""
    return tuple(map(Ceiling.__add__, one, other)) if one and other else one or other


def _is_within(mention: Mention, spans: Iterable[Span]) -> bool:
    return any(start <= mention.start and mention.end <= end for start, end in spans)
