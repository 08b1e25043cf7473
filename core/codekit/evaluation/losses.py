"""Where required codes were lost, and which codes are missed and invented most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum

import attrs

from codekit.evaluation.metrics import category
from codekit.evaluation.outcomes import Outcome
from codekit.evaluation.rows import Rows
from codekit.evaluation.tiers import Entry
from codekit.types import Basis
from codekit.workflows.predictions import Prediction, Withdrawn


class Where(StrEnum):
    """Where a required code was lost: as far as any code that meets the entry came."""

    NEVER_PROPOSED = "never_proposed"
    """No code of its category was proposed."""
    WRONG_ROW = "wrong_row"
    """A code of its category was proposed, and none that meets the entry."""
    READ_OTHERWISE = "read_otherwise"
    """It was proposed, and a step before the conventions took it out, as denied or as the words of another code."""
    COMBINING = "combining"
    """It was proposed, and a convention dropped or replaced it."""
    NOT_REPORTED = "not_reported"
    """It was proposed, and the reporting policy left it, or it was below the threshold."""

    @property
    def label(self) -> str:
        """Its name for people."""
        return _LABELS[self]


_LABELS = {
    Where.NEVER_PROPOSED: "never proposed",
    Where.WRONG_ROW: "wrong row",
    Where.READ_OTHERWISE: "read otherwise",
    Where.COMBINING: "lost in combining",
    Where.NOT_REPORTED: "not reported",
}
_ORDER = tuple(Where)


@attrs.frozen(kw_only=True)
class Loss:
    """One required entry that no final code meets.

    Args:
        note: Id of the note.
        entry: The codes that would meet it, the preferred one first.
        where: Where it was lost.
        codes: What was proposed of it: the code that came furthest; in the wrong row, those of the category, sorted.
        step: The step that took the code out; empty where none was proposed.
        rule: Id of the rule that did; empty where a step's own logic did.
        basis: Why the record bears it out and it is still not reported; None where it was lost otherwise.
        replacement: The code that took its place; empty where none did.
    """

    note: str
    entry: Entry
    where: Where
    codes: tuple[str, ...] = ()
    step: str = ""
    rule: str = ""
    basis: Basis | None = None
    replacement: str = ""


@attrs.frozen(kw_only=True)
class Often:
    """A code that is missed, or invented, in one note or more.

    Args:
        code: The code; of an entry with alternatives, the preferred one.
        title: Its title in the edition.
        number: In how many notes it is missed or invented.
        of: In how many it is required or, of an invented one, given.
        category: Its first three characters.
        in_category: How many codes of the category are missed or invented, counted by note.
    """

    code: str
    title: str
    number: int
    of: int
    category: str
    in_category: int


def losses_of(outcome: Outcome, prediction: Prediction, rows: Rows) -> Iterator[Loss]:
    """Say where each required entry of a note that is not met was lost.

    Args:
        outcome: The note with its labels and final codes.
        prediction: What was proposed for it, and taken out.
        rows: The codes of the edition.

    Yields:
        One loss for each such entry, in the order of the labels.
    """
    withdrawn = [attrs.evolve(one, code=rows.canonical(one.code)) for one in prediction.withdrawn]
    for entry in outcome.labels.missed(outcome.given):
        came = [one for one in withdrawn if one.code in entry]
        if came:
            last = max(came, key=lambda one: _ORDER.index(_where(one)))  # of several, the first
            yield Loss(
                note=outcome.id,
                entry=entry,
                where=_where(last),
                codes=(last.code,),
                step=last.step,
                rule=last.rule,
                basis=last.basis,
                replacement=last.replacement,
            )
        else:
            near = {category(code) for code in entry}
            codes = tuple(sorted(code for code in outcome.proposed if category(code) in near))
            where = Where.WRONG_ROW if codes else Where.NEVER_PROPOSED
            yield Loss(note=outcome.id, entry=entry, where=where, codes=codes)


def most_missed(notes: Iterable[Outcome], rows: Rows) -> tuple[Often, ...]:
    """Count the required codes that are missed, most often missed first."""
    missed: Counter[str] = Counter()
    required: Counter[str] = Counter()
    for note in notes:
        missed.update(entry[0] for entry in note.labels.missed(note.given))
        required.update(entry[0] for entry in note.labels.must)
    return _often(missed, required, rows)


def most_invented(notes: Iterable[Outcome], rows: Rows) -> tuple[Often, ...]:
    """Count the final codes that are in no tier, most often invented first."""
    invented: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for note in notes:
        invented.update(note.labels.wrong(note.given))
        given.update(note.given)
    return _often(invented, given, rows)


def _where(one: Withdrawn) -> Where:
    if one.basis or one.unsure:
        return Where.NOT_REPORTED
    return Where.COMBINING if one.step == "verify" else Where.READ_OTHERWISE


def _often(counted: Counter[str], of: Counter[str], rows: Rows) -> tuple[Often, ...]:
    by_category: Counter[str] = Counter()
    for code, number in counted.items():
        by_category[category(code)] += number
    return tuple(
        Often(
            code=code,
            title=rows.title(code),
            number=number,
            of=of[code],
            category=category(code),
            in_category=by_category[category(code)],
        )
        for code, number in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    )
