"""A chart: the documents of one encounter, as they are coded together."""

from __future__ import annotations

from datetime import date

import attrs

from codekit.types.notes import Encounter, Note


@attrs.frozen(kw_only=True)
class Document:
    """One document of a chart.

    Args:
        id: Unique within the chart; what evidence names. Empty for the only document of a single note.
        text: The whole text, never changed by codekit.
        kind: What it is, such as `discharge summary`; empty where that is not known.
        day: When it was written; None where that is not known.
        author: Who wrote it, by role, such as `attending`; empty where that is not known.
    """

    id: str
    text: str = attrs.field(repr=False)
    kind: str = ""
    day: date | None = None
    author: str = ""


def _are_told_apart(_chart: object, _field: object, documents: tuple[Document, ...]) -> None:
    if len({document.id for document in documents}) < len(documents):
        raise ValueError("two documents of a chart have the same id; give each its own, so that evidence can name it")


@attrs.frozen(kw_only=True)
class Chart:
    """What is known of one encounter.

    Args:
        id: Unique within the batch.
        documents: In the order in which they were written, each with an id of its own.
        encounter: What is known besides.
    """

    id: str
    documents: tuple[Document, ...] = attrs.field(validator=_are_told_apart)
    encounter: Encounter = attrs.field(factory=Encounter)

    @classmethod
    def of(cls, note: Note) -> Chart:
        """Make a chart of one note: its only document has the empty id, so that evidence need not name it."""
        return cls(id=note.id, documents=(Document(id="", text=note.text),), encounter=note.encounter)
