"""One coordinate system for a chart: its documents read as one text, and the way back to each of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

import attrs

from codekit.pipeline.steps import Tentative
from codekit.text.reader import ReadNote
from codekit.text.repair import Repaired
from codekit.types import Cause, Chart, CodingResult, Condition, Edit, Evidence, Mention, Note, Query, Statement

_BETWEEN = "\n\n"
"""What stands between two documents in the joined text: it ends sentence and section alike."""


@attrs.frozen(kw_only=True)
class ChartReading:
    """A chart read as one text.

    Args:
        note: The joined text as one note, with the chart's id and encounter; what rules count offsets in.
        notes: Each document as a note of its own, in the chart's order.
        documents: Their ids.
        bases: Offset of each in the joined text.
        repairs: How the text of each leads back to the untouched one; None where it is that.
    """

    note: Note
    notes: tuple[Note, ...]
    documents: tuple[str, ...]
    bases: tuple[int, ...]
    repairs: tuple[Repaired | None, ...]

    @classmethod
    def of_note(cls, note: Note) -> ChartReading:
        """Read a single note: it is its own joined text."""
        return cls(note=note, notes=(note,), documents=("",), bases=(0,), repairs=(_repaired(note),))

    @classmethod
    def of(cls, chart: Chart, read: Callable[[Note], Note] = lambda note: note) -> ChartReading:
        """Read a chart; one of a single document is that document.

        Args:
            chart: The chart.
            read: Makes the note of a document ready for the steps.

        Returns:
            Its reading.
        """
        notes = tuple(read(Note(id=chart.id, text=one.text, encounter=chart.encounter)) for one in chart.documents)
        lengths = (len(one.text) + len(_BETWEEN) for one in notes)
        text = _BETWEEN.join(one.text for one in notes)
        return cls(
            note=notes[0] if len(notes) == 1 else Note(id=chart.id, text=text, encounter=chart.encounter),
            notes=notes,
            documents=tuple(one.id for one in chart.documents),
            bases=tuple(accumulate(lengths, initial=0))[: len(notes)],
            repairs=tuple(map(_repaired, notes)),
        )

    def place(self, start: int, end: int) -> tuple[str, int, int]:
        """Lead a span of the joined text back to its document.

        Args:
            start: First code point of the joined text.
            end: One past the last.

        Returns:
            Id of the document, and the span in its untouched text.

        Raises:
            ValueError: The span does not lie in one document.
        """
        at = bisect_right(self.bases, start) - 1
        base = self.bases[at] if at >= 0 else 0
        if at < 0 or not start <= end <= base + len(self.notes[at].text):
            raise ValueError(f"the span {start}-{end} does not lie in one document of the chart")
        repaired = self.repairs[at]
        placed = repaired.place(start - base, end - base) if repaired else (start - base, end - base)
        return self.documents[at], *placed

    def join(self, each: Sequence[Sequence[Tentative]]) -> tuple[Tentative, ...]:
        """Bring what the mentions of each document led to into the joined text.

        Args:
            each: For each document in turn, with offsets in its own text.

        Returns:
            All of them in text order, each with its document.
        """
        joined: list[Tentative] = []
        for found, document, base in zip(each, self.documents, self.bases, strict=True):
            joined.extend(_shifted(one, base, document) if base or document else one for one in found)
        return tuple(joined)

    def lead_back(self, result: CodingResult) -> CodingResult:
        """Lead everything in a result that has a place in the joined text back to its document."""
        if self.documents == ("",) and self.repairs == (None,):
            return result
        return attrs.evolve(
            result,
            assignments=tuple(attrs.evolve(one, evidence=self._placed(one.evidence)) for one in result.assignments),
            dropped=tuple(attrs.evolve(one, evidence=self._placed(one.evidence)) for one in result.dropped),
            queries=tuple(map(self._query, result.queries)),
            edits=tuple(map(self._edit, result.edits)),
            conditions=tuple(map(self._condition, result.conditions)),
            statements=tuple(map(self._statement, result.statements)),
        )

    def _placed(self, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
        placed = ((one, self.place(one.start, one.end)) for one in evidence)
        return tuple(
            Evidence(document=document, start=start, end=end, text=self._verbatim(document, start, end, one.text))
            for one, (document, start, end) in placed
        )

    def _verbatim(self, document: str, start: int, end: int, text: str) -> str:
        """Give the untouched words of a span."""
        repaired = self.repairs[self.documents.index(document)]
        return repaired.original[start:end] if repaired else text

    def _query(self, query: Query) -> Query:
        return attrs.evolve(query, indicators=self._placed(query.indicators))

    def _edit(self, edit: Edit) -> Edit:
        return edit if edit.query is None else attrs.evolve(edit, query=self._query(edit.query))

    def _condition(self, condition: Condition) -> Condition:
        return attrs.evolve(condition, statements=tuple(map(self._statement, condition.statements)))

    def _statement(self, statement: Statement) -> Statement:
        at = self.documents.index(statement.document)
        return attrs.evolve(statement, mention=self._mention(at, _moved(statement.mention, -self.bases[at])))

    def mention(self, mention: Mention) -> Mention:
        """Lead a mention of a single note, or of the first document, back to its untouched text."""
        return self._mention(0, mention)

    def _mention(self, at: int, mention: Mention) -> Mention:
        repaired = self.repairs[at]
        if repaired is None:
            return mention
        start, end = repaired.place(mention.start, mention.end)
        cause = mention.cause
        if cause is not None:
            first, last = repaired.place(cause.start, cause.end)
            cause = attrs.evolve(cause, start=first, end=last)
        return attrs.evolve(
            mention,
            start=start,
            end=end,
            text=repaired.original[start:end],
            scope=repaired.place(*mention.scope),
            cause=cause,
            parts=tuple(self._mention(at, part) for part in mention.parts),
        )


def _repaired(note: Note) -> Repaired | None:
    return note.repaired if isinstance(note, ReadNote) else None


def _shifted(one: Tentative, by: int, document: str) -> Tentative:
    return attrs.evolve(
        one,
        mention=_moved(one.mention, by),
        draft=tuple(
            attrs.evolve(
                each,
                evidence=_all_moved(each.evidence, by),
                position=each.position + by,
                cause=_cause(each.cause, by),
            )
            for each in one.draft
        ),
        dropped=tuple(attrs.evolve(each, evidence=_all_moved(each.evidence, by)) for each in one.dropped),
        queries=tuple(attrs.evolve(each, indicators=_all_moved(each.indicators, by)) for each in one.queries),
        document=document,
    )


def _moved(mention: Mention, by: int) -> Mention:
    return attrs.evolve(
        mention,
        start=mention.start + by,
        end=mention.end + by,
        scope=(mention.scope[0] + by, mention.scope[1] + by),
        cause=_cause(mention.cause, by),
        parts=tuple(_moved(part, by) for part in mention.parts),
    )


def _cause(cause: Cause | None, by: int) -> Cause | None:
    return None if cause is None else attrs.evolve(cause, start=cause.start + by, end=cause.end + by)


def _all_moved(evidence: Iterable[Evidence], by: int) -> tuple[Evidence, ...]:
    return tuple(attrs.evolve(one, start=one.start + by, end=one.end + by) for one in evidence)
