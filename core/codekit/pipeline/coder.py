"""The four steps in a row: a note in, an ordered code set with evidence out."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from codekit.conventions.history import HistoryCodes
from codekit.editions.edition import Edition
from codekit.pipeline.code_reconciler import RulesCodeReconciler
from codekit.pipeline.confidence import KEPT_FROM
from codekit.pipeline.evidence_extractor import RulesEvidenceExtractor
from codekit.pipeline.index_navigator import RulesIndexNavigator
from codekit.pipeline.progress import NoteInProgress
from codekit.pipeline.provenance import provenance_of
from codekit.pipeline.reading import ChartReading
from codekit.pipeline.rivals import better, is_doubtful, left_of, with_losers
from codekit.pipeline.steps import (
    BatchExtractor,
    BatchNavigator,
    BatchReconciler,
    BatchValidator,
    CodeReconciler,
    EvidenceExtractor,
    IndexNavigator,
    Located,
    TabularValidator,
    Tentative,
)
from codekit.pipeline.tabular_validator import RulesTabularValidator
from codekit.search.searcher import Searcher
from codekit.system import System
from codekit.text.reader import ReadNote, read_note
from codekit.types import Candidate, Chart, CodingResult, Finding, LocatedMention, Mention, Note, Severity


@attrs.frozen(kw_only=True)
class Trace:
    """What each step made of a note, for whoever measures them.

    Args:
        mentions: Analyze, in text order.
        located: Locate: the candidates of each mention, best first.
        tentative: Assign, for each mention.
        result: Verify.
    """

    mentions: tuple[Mention, ...]
    located: tuple[tuple[Candidate, ...], ...]
    tentative: tuple[Tentative, ...]
    result: CodingResult


INFERRED = Finding(
    rule="setting-inferred",
    severity=Severity.INFO,
    codes=(),
    message="the setting was not given; by the headings of the record it is a stay, so it was coded as inpatient",
    source="note",
)
"""Says that a setting was told by the kind of document."""


class Coder:
    """Codes notes with one edition of one system.

    Args:
        system: The code system.
        edition: The opened edition.
        extractor: Analyze; the rules by default, as for the other steps.
        navigator: Locate.
        validator: Assign.
        reconciler: Verify.
        searcher: The search of the edition; the sparse layer alone by default.
        threshold: Codes less sure than this, 0 to 1, are left out and shown among the dropped.
    """

    locates = True
    """Whether mentions are looked up by a step of its own; False where codes and places come from one source."""

    def __init__(
        self,
        system: System,
        edition: Edition,
        *,
        extractor: EvidenceExtractor | None = None,
        navigator: IndexNavigator | None = None,
        validator: TabularValidator | None = None,
        reconciler: CodeReconciler | None = None,
        searcher: Searcher | None = None,
        threshold: float = KEPT_FROM,
    ) -> None:
        self.system = system
        self.edition = edition
        self.searcher = searcher = searcher or Searcher(system, edition)
        self._extractor = extractor or RulesEvidenceExtractor(searcher.index)
        self._navigator = navigator or RulesIndexNavigator(searcher, HistoryCodes(edition))
        rules = system.specificity(edition.release)
        self.provenance = provenance_of(system, edition, searcher, threshold)
        self._validator = validator or RulesTabularValidator(edition, rules)
        self._reconciler = reconciler or RulesCodeReconciler(
            edition, system.conventions(edition.release), rules, threshold
        )

    def code(self, note: Note | str) -> CodingResult:
        """Code one note.

        Args:
            note: The note, or its text alone for an outpatient encounter of which nothing else is known.

        Returns:
            The ordered code set, with evidence, and everything that was considered and left out.
        """
        return self.trace(Note(id="note", text=note) if isinstance(note, str) else note).result

    def code_chart(self, chart: Chart) -> CodingResult:
        """Code the documents of one encounter together.

        Each document is read by itself; what they lead to is reconciled as one, so that a condition that several of
        them state is one code with the evidence of all.

        Args:
            chart: The chart.

        Returns:
            The ordered code set, with evidence that names its document, and everything that was left out.
        """
        reading = ChartReading.of(chart, self.read)
        cases = [NoteInProgress(note=self.read(note)) for note in reading.notes]
        return self._trace([(reading, cases)])[0].result

    def close(self) -> None:
        """Close the edition and its search index; the coder is of no use afterwards."""
        self.searcher.close()
        self.edition.close()

    def __enter__(self) -> Coder:
        """Use as a context manager."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def read(self, note: Note) -> ReadNote:
        """Make a note ready for the steps, with the words, headings and cues that this coder reads notes with."""
        return read_note(note, self.searcher.lexicon)

    def trace(self, note: Note) -> Trace:
        """Code one note and keep what each step gave.

        Args:
            note: The note.

        Returns:
            The steps' outcomes, with the result that `code` returns.
        """
        return self.trace_many((note,))[0]

    def trace_many(self, notes: Sequence[Note]) -> tuple[Trace, ...]:
        """Code a group of notes, step by step for all of them, and keep what each step gave.

        Args:
            notes: As many as may be in memory at once; a step that asks a model asks for all of them together.

        Returns:
            One for each note, in their order.
        """
        return self.trace_cases([NoteInProgress(note=self.read(note)) for note in notes])

    def trace_cases(self, cases: Sequence[NoteInProgress]) -> tuple[Trace, ...]:
        """Do the same for notes for which a model may have been asked already.

        Args:
            cases: The notes with their accounts.

        Returns:
            One for each note, in their order.
        """
        return self._trace([(ChartReading.of_note(case.note), [case]) for case in cases])

    def _trace(self, charts: Sequence[tuple[ChartReading, Sequence[NoteInProgress]]]) -> tuple[Trace, ...]:
        """Take the first three steps with each document, the last with each chart."""
        cases = [case for _, each in charts for case in each]
        lost = self.searcher.losses.count
        located = self.find(cases)
        if self.searcher.losses.count > lost:
            for case in cases:
                case.lose_layer()
        assigned = self.assign(cases, [[(one.mention, one.candidates) for one in each] for each in located])
        by_document = iter(zip(located, assigned, strict=True))
        read = [[next(by_document) for _ in each] for _, each in charts]
        tentative = [
            reading.join([self._with_losers(*found) for found in each])
            for (reading, _), each in zip(charts, read, strict=True)
        ]
        wholes = [self._whole(reading, each) for reading, each in charts]
        results = self.reconcile(wholes, tentative)
        return tuple(
            Trace(
                mentions=tuple(reading.mention(one.mention) if len(each) == 1 else one.mention for one in joined),
                located=tuple(one.candidates for found, _ in each for one in found),
                tentative=joined,
                result=reading.lead_back(self._close(whole, result)),
            )
            for (reading, _), each, joined, whole, result in zip(charts, read, tentative, wholes, results, strict=True)
        )

    def _whole(self, reading: ChartReading, cases: Sequence[NoteInProgress]) -> NoteInProgress:
        """Give the case of a chart: that of its only document, or one that takes over what was asked for each."""
        if len(cases) == 1:
            return cases[0]
        whole = NoteInProgress(note=read_note(reading.note, self.searcher.lexicon, as_it_stands=True))
        for case in cases:
            whole.take_over(case)
        return whole

    def _close(self, whole: NoteInProgress, result: CodingResult) -> CodingResult:
        """Add what the note's account says, what it was made with, and that its setting was inferred."""
        closed = attrs.evolve(whole.close(result), provenance=self.provenance)
        return attrs.evolve(closed, findings=(*closed.findings, INFERRED)) if whole.note.inferred else closed

    def try_many(self, notes: Sequence[Note]) -> tuple[Trace | Exception, ...]:
        """Code a group of notes; one that fails does not cost the others theirs.

        Args:
            notes: As many as may be in memory at once.

        Returns:
            For each note in turn what the steps gave, or what was raised.
        """
        try:
            return self.trace_many(notes)
        except Exception as error:
            if len(notes) == 1:
                return (error,)
            return tuple(outcome for note in notes for outcome in self.try_many((note,)))

    def code_many(self, notes: Sequence[Note]) -> tuple[CodingResult | Exception, ...]:
        """Code a group of notes, as `try_many` does, for their results alone."""
        return tuple(one.result if isinstance(one, Trace) else one for one in self.try_many(notes))

    def find(self, cases: Sequence[NoteInProgress]) -> Sequence[tuple[LocatedMention, ...]]:
        """Take the first two steps: find the mentions of each note, and look them up.

        Args:
            cases: The notes.

        Returns:
            For each note its mentions in text order, with their candidates.
        """
        if isinstance(self._extractor, BatchExtractor):
            mentions = self._extractor.extract_many(cases)
        else:
            mentions = [self._extractor.extract(case.note) for case in cases]
        return self.look_up(cases, mentions)

    def look_up(
        self, cases: Sequence[NoteInProgress], mentions: Sequence[Sequence[Mention]]
    ) -> Sequence[tuple[LocatedMention, ...]]:
        """Take the second step alone.

        Args:
            cases: The notes.
            mentions: For each its mentions, in text order.

        Returns:
            For each note the mentions with their candidates, and those that the system's own reading finds besides.
        """
        asked = [(case, one) for case, each in zip(cases, mentions, strict=True) for one in each]
        looked_up = iter(self._locate(asked))
        found = [tuple(one for _ in each for one in next(looked_up)) for each in mentions]
        read = [self._read(case, each) for case, each in zip(cases, found, strict=True)]
        return self._divide(cases, found, read)

    def _divide(
        self,
        cases: Sequence[NoteInProgress],
        found: Sequence[Sequence[LocatedMention]],
        read: Sequence[tuple[LocatedMention, ...]],
    ) -> Sequence[tuple[LocatedMention, ...]]:
        """Look up again what is left of mentions of which others say part, and read their notes again with that."""
        rests = [
            [left_of(one, every, self.edition.lexicon) for one in each] for each, every in zip(found, read, strict=True)
        ]
        asked = [(case, one) for case, each in zip(cases, rests, strict=True) for one in each if one is not None]
        again = iter(self._locate(asked) if asked else ())

        def divided(wholes: Sequence[LocatedMention], left: Sequence[Mention | None]) -> list[LocatedMention]:
            pairs = zip(wholes, left, strict=True)
            return [one for whole, rest in pairs for one in (next(again) if rest else (whole,))]

        return [
            self._read(case, divided(wholes, left)) if any(left) else every
            for case, wholes, left, every in zip(cases, found, rests, read, strict=True)
        ]

    def _read(self, case: NoteInProgress, located: Sequence[LocatedMention]) -> tuple[LocatedMention, ...]:
        return self.system.locate_mentions(case.note, located, self.edition)

    def assign(self, cases: Sequence[NoteInProgress], located: Sequence[Located]) -> Sequence[tuple[Tentative, ...]]:
        """Take the third step alone: for each note in turn, what its mentions with their candidates lead to."""
        if isinstance(self._validator, BatchValidator):
            return self._validator.assign_many(cases, located)
        return [self._validator.assign(case.note, each) for case, each in zip(cases, located, strict=True)]

    def reconcile(
        self, cases: Sequence[NoteInProgress], tentative: Sequence[Sequence[Tentative]]
    ) -> Sequence[CodingResult]:
        """Take the fourth step alone: for each note in turn, the result that its tentative codes make."""
        if isinstance(self._reconciler, BatchReconciler):
            return self._reconciler.reconcile_many(cases, tentative)
        return [self._reconciler.reconcile(case.note, each) for case, each in zip(cases, tentative, strict=True)]

    def _with_losers(self, located: Sequence[LocatedMention], found: Sequence[Tentative]) -> list[Tentative]:
        return [with_losers(one, each, self.edition) for one, each in zip(located, found, strict=True)]

    def _locate(self, asked: Sequence[tuple[NoteInProgress, Mention]]) -> list[tuple[LocatedMention, ...]]:
        """Look mentions up; where the whole leads nowhere, or hardly, what the index knows within it."""
        if isinstance(self._navigator, BatchNavigator):
            candidates = self._navigator.locate_many(asked)
        else:
            candidates = [self._navigator.locate(mention) for _, mention in asked]
        wholes = [
            LocatedMention(mention=mention, candidates=tuple(found))
            for (_, mention), found in zip(asked, candidates, strict=True)
        ]
        parts = [whole.mention.parts if is_doubtful(whole) else () for whole in wholes]
        within = [(case, part) for (case, _), each in zip(asked, parts, strict=True) for part in each]
        looked_up = iter(self._locate(within) if within else ())
        return [
            better(whole, tuple(one for _ in each for one in next(looked_up)))
            for whole, each in zip(wholes, parts, strict=True)
        ]
