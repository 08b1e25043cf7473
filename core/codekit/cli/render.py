"""Coding results for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from codekit.cli.output import make_grid, make_table
from codekit.types import Assignment, ClaimLine, CodingResult, Dropped, Edit, Evidence, Finding, Reason, Severity

if TYPE_CHECKING:
    from rich.console import Console

_QUOTE = 60
"""Code points of a quotation, at most."""


def finding_columns() -> tuple[str, ...]:
    """Name the columns of `finding_rows`."""
    return ("severity", "codes", "finding", "source")


def finding_rows(findings: Iterable[Finding]) -> Iterator[tuple[str, ...]]:
    """Give findings the form of table rows."""
    for finding in findings:
        source, _, quoted = finding.source.partition(": ")
        if not quoted or quoted not in finding.message:  # else the finding quotes its source, and once is enough
            source = finding.source
        yield finding.severity.value, "\n".join(finding.codes), f"{finding.message} [{finding.rule}]", source


def count_findings(findings: Iterable[Finding]) -> str:
    """Say how many findings there are of each severity, worst first: `1 error, 2 warnings, 0 info`."""
    counts = Counter(finding.severity for finding in findings)
    errors, warnings = counts[Severity.ERROR], counts[Severity.WARNING]
    return (
        f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}, {counts[Severity.INFO]} info"
    )


def print_result(console: Console, result: CodingResult, system_name: str, *, explain: bool) -> None:
    """Print the result of one note.

    Args:
        console: Where to.
        result: The result.
        system_name: Name of the code system for people.
        explain: Whether the path of each code, and what was dropped, is wanted too.
    """
    console.print(f"{result.note_id}  {system_name} {result.edition}", style="bold")
    if result.assignments:
        columns = ("#", "code", "title", "status", "conf.", "evidence (start-end)")
        rows = [_assignment_row(item) for item in result.assignments]
        console.print(make_table(columns, rows, whole=("#", "code", "status", "conf.")))
    else:
        console.print("no codes")
    if result.findings:
        console.print()
        console.print(make_table(finding_columns(), finding_rows(result.findings), whole=finding_columns()[:2]))
    if result.queries:
        console.print()
        rows = [("\n".join(query.codes), query.text) for query in result.queries]
        console.print(make_table(("codes", "question to the clinician"), rows, whole=("codes",)))
    if explain:
        _print_paths(console, result)
    console.print()


def _assignment_row(item: Assignment) -> tuple[str, ...]:
    quotes = "\n".join(map(_quote, item.evidence))
    return str(item.rank), _line(item), item.title, item.status.value, f"{item.confidence:.2f}", quotes


def _line(item: Assignment) -> str:
    return str(ClaimLine(code=item.code, modifiers=item.modifiers, units=item.units))


def _quote(evidence: Evidence) -> str:
    text = " ".join(evidence.text.split())
    if len(text) > _QUOTE:
        text = text[: _QUOTE - 1].rstrip() + "…"
    return f"“{text}” {evidence.start}-{evidence.end}"


def _print_paths(console: Console, result: CodingResult) -> None:
    for item in result.assignments:
        console.print()
        console.print(f"{_line(item)}  {item.title}", style="bold")
        console.print(make_grid(_reason_rows(item.evidence, item.reasons), whole=1))
    if result.edits:
        console.print()
        console.print("What the conventions did", style="bold")
        console.print(make_grid(map(_edit_row, result.edits), whole=2))
    if result.dropped:
        console.print()
        console.print("Considered and left out", style="bold")
        console.print(make_grid(map(_dropped_row, result.dropped), whole=1))


def _reason_rows(evidence: Sequence[Evidence], reasons: Iterable[Reason]) -> list[tuple[str, ...]]:
    quotes = [("", _quote(item), "") for item in evidence]
    return [*quotes, *((reason.step, reason.detail, reason.source) for reason in reasons)]


def _dropped_row(item: Dropped) -> tuple[str, ...]:
    quotes = "\n".join(map(_quote, item.evidence))
    reason = item.reason + (f" [{item.rule}]" if item.rule else "")
    return item.code or "-", item.title, quotes, item.step, reason


def _edit_row(item: Edit) -> tuple[str, ...]:
    return item.action.value, item.code, f"{item.reason} [{item.rule}]", item.source
