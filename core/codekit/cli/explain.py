"""A result explained to a coder: condition by condition, from what the record says of it to what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs
from rich.text import Text

from codekit.cli.output import make_grid
from codekit.cli.quoting import line_of, quote, shortened
from codekit.types import (
    Action,
    Assertion,
    Assignment,
    CodingResult,
    Dropped,
    Edit,
    Evidence,
    Reason,
    Statement,
)

if TYPE_CHECKING:
    from rich.console import Console

_QUIET, _STRONG = "dim", "bold"

_Cells = tuple[Text, ...]
_Decisions = Mapping[tuple[str, str], Edit]
"""The edits by which codes are reported, by rule and reason."""


@attrs.define(kw_only=True)
class _Block:
    """A condition, or a code that is of none, with what is said of it and what became of it.

    A code of several conditions is told of with the first of them, and stands in `elsewhere` of the others.
    """

    row: str
    title: str
    course: str = ""
    statements: Sequence[Statement] = ()
    assigned: list[Assignment] = attrs.field(factory=list)
    elsewhere: list[Assignment] = attrs.field(factory=list)
    dropped: list[Dropped] = attrs.field(factory=list)

    @property
    def rank(self) -> int:
        """Place of its first code in the sequence; 0 where none is reported."""
        return min((one.rank for one in (*self.assigned, *self.elsewhere)), default=0)

    @property
    def denied(self) -> bool:
        """Whether the record does nothing but deny it."""
        said = all(each.mention.assertion is Assertion.NEGATED for each in self.statements)
        return said and not self.rank and all(one.step == "analyze" for one in self.dropped)


def print_explanation(console: Console, result: CodingResult) -> None:
    """Print what a result rests on.

    Conditions that are reported come first, in sequence, then the others in text order, those that are only denied
    behind them; then what is of no condition of the patient, and at the end the sources of the rules that acted.

    Args:
        console: Where to.
        result: The result.
    """
    blocks = _blocks(result)
    decisions = {(each.rule, each.reason): each for each in result.edits if each.action is Action.KEEP}
    reported = sorted((one for one in blocks if one.rank), key=lambda one: one.rank)
    left = [one for one in blocks if not one.rank and not one.denied]
    for heading, chosen in (("Reported", reported), ("Not reported", left)):
        for at, block in enumerate(chosen):
            console.print()
            if not at:
                _print_heading(console, heading)
            console.print(Text.assemble((f"{block.row}  {block.title}", _STRONG), (f"  {block.course}", _QUIET)))
            console.print(make_grid(_rows(block, decisions), whole=1))
    if denied := [row for one in blocks if one.denied for row in _denied_rows(one)]:
        console.print()
        _print_heading(console, "Said to be absent")
        console.print(make_grid(denied, whole=1))
    if apart := [one for one in result.dropped if not one.conditions]:
        console.print()
        _print_heading(console, "Of no condition of the patient")
        _print_apart(console, apart, result.statements)
    if result.edits:
        console.print()
        _print_heading(console, "Rules that acted")
        console.print(make_grid(_rule_rows(result.edits), whole=1))


def _print_heading(console: Console, heading: str) -> None:
    console.rule(Text(heading, _STRONG), align="left", style=_QUIET)


def _blocks(result: CodingResult) -> list[_Block]:
    """Divide a result by its conditions, in text order; codes of no condition stand behind them."""
    by_id = {
        one.id: _Block(row=one.row, title=one.title, course=one.course.replace("_", " "), statements=one.statements)
        for one in result.conditions
    }
    of_none: list[_Block] = []
    for item in result.assignments:
        if item.conditions:
            first, *others = (by_id[each] for each in item.conditions)
            first.assigned.append(item)
            for other in others:
                other.elsewhere.append(item)
        else:
            said = _at(result.statements, item.evidence)
            of_none.append(_Block(row=item.code, title=item.title, statements=said, assigned=[item]))
    for gone in result.dropped:
        if gone.conditions:
            by_id[gone.conditions[0]].dropped.append(gone)
    return [*by_id.values(), *of_none]


def _at(statements: Iterable[Statement], evidence: Iterable[Evidence]) -> list[Statement]:
    spans = {(one.document, one.start, one.end) for one in evidence}
    return [each for each in statements if (each.document, each.mention.start, each.mention.end) in spans]


def _rows(block: _Block, decisions: _Decisions) -> Iterator[_Cells]:
    """Yield what is told of a condition; what was told once is not told again for its next code."""
    told = set(map(_manner, block.statements))
    yield from _labelled("said", (_said(each, block.row) for each in block.statements))
    for item in block.assigned:
        decided = _decision(item, decisions)
        yield from _labelled("reported", [_reported(item)])
        if item.basis is not None:
            yield from _labelled("", [_because(item.basis.value, decided)])
        path = (each for each in item.reasons if decided is None or each.detail != decided.reason)
        yield from _path(path, told)
        besides = (
            Text.assemble(f"{other.code}  {other.title}", (f", {other.score:.2f}", _QUIET))
            for other in item.alternatives
        )
        yield from _labelled("besides", besides)
    for item in block.elsewhere:
        yield from _labelled("reported", [_reported(item).append(", as told above", _QUIET)])
    for gone in _each_once(block.dropped):
        yield from _labelled("left out", [Text(_code_of(gone)), _why(gone)])
        yield from _path(gone.reasons, told)


def _labelled(label: str, texts: Iterable[Text]) -> Iterator[_Cells]:
    """Set a label before the first of several lines."""
    for at, text in enumerate(texts):
        yield Text(f"  {'' if at else label}", _QUIET), text


def _reported(item: Assignment) -> Text:
    return Text.assemble(f"{item.rank}  ", (f"{line_of(item)}  {item.title}", _STRONG))


def _decision(item: Assignment, decisions: _Decisions) -> Edit | None:
    """Find by what a code is reported: the last of its reasons that gave the basis."""
    made = (decisions.get((each.rule, each.detail)) for each in reversed(item.reasons))
    return next((each for each in made if each is not None and each.basis is item.basis), None)


def _because(basis: str, decided: Edit | None) -> Text:
    named = basis.replace("_", " ")
    if decided is None:
        return Text(f"{named}, as what calls for it")
    said = f"{named}, for review: {decided.doubt}" if decided.doubt else f"{named}: {decided.reason}"
    return Text.assemble(said, _cited(decided.rule))


def _path(reasons: Iterable[Reason], told: set[str]) -> Iterator[_Cells]:
    for each in reasons:
        if each.detail not in told:
            told.add(each.detail)
            source = f", {each.source}" if each.source and not each.rule else ""
            yield from _labelled(each.step, [Text.assemble(each.detail, (source, _QUIET), _cited(each.rule))])


def _cited(rule: str) -> tuple[str, str]:
    return f" [{rule}]" if rule else "", _QUIET


def _code_of(gone: Dropped) -> str:
    return f"{gone.code}  {gone.title}" if gone.code else ""


def _why(gone: Dropped) -> Text:
    basis = f"{gone.basis.value.replace('_', ' ')}: " if gone.basis else ""
    return Text.assemble(f"{basis}{gone.reason}", _cited(gone.rule))


def _each_once(dropped: Iterable[Dropped]) -> Iterable[Dropped]:
    """Keep the first of several that tell the same, as where a record denies a condition twice."""
    first: dict[tuple[str | None, str, str], Dropped] = {}
    for one in dropped:
        first.setdefault((one.code, one.reason, one.rule), one)
    return first.values()


def _said(statement: Statement, row: str | None) -> Text:
    """Tell what is said, where, and the row that it led to where that is not the one that is told of."""
    mention = statement.mention
    where = f"{statement.document} {mention.start}-{mention.end}".lstrip()
    led = f" → {statement.code}" if statement.code not in (None, row) else ""
    return Text.assemble(f"{shortened(mention.text)} {_manner(statement)}", (f", {where}", _QUIET), led)


def _manner(statement: Statement) -> str:
    return f"{statement.mention.assertion.value} in {statement.mention.section}".replace("_", " ")


def _denied_rows(block: _Block) -> Iterator[_Cells]:
    for gone in _each_once(block.dropped):
        said = [_said(each, each.code) for each in block.statements if each.code == gone.code]
        yield Text(gone.code or ""), Text(gone.title), Text("\n").join(said)


def _print_apart(console: Console, apart: Iterable[Dropped], statements: Sequence[Statement]) -> None:
    """Print what is of no condition, by the reason for leaving it out."""
    by_reason: dict[tuple[str, str], list[Dropped]] = {}
    for one in apart:
        by_reason.setdefault((one.reason, one.rule), []).append(one)
    for dropped in by_reason.values():
        console.print(_why(dropped[0]))
        console.print(make_grid(_apart_row(one, statements) for one in dropped))


def _apart_row(gone: Dropped, statements: Sequence[Statement]) -> _Cells:
    said = [_said(each, gone.code) for each in _at(statements, gone.evidence)]
    quoted = [Text(quote(one)) for one in gone.evidence]
    return Text(""), Text("\n").join(said or quoted), Text(_code_of(gone))


def _rule_rows(edits: Iterable[Edit]) -> Iterator[_Cells]:
    """Name the rules that acted in the order in which they first did, each with what it cites."""
    cited: dict[str, dict[str, None]] = {}
    for each in edits:
        cited.setdefault(each.rule, {})[each.source.partition(": ")[0]] = None
    for rule, sources in cited.items():
        yield Text(rule), Text("\n".join(sources))
