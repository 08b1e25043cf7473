"""Coding results for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from codekit.cli.output import make_table
from codekit.cli.quoting import line_of, quote
from codekit.types import Assignment, CodingResult, Finding, Severity

if TYPE_CHECKING:
    from rich.console import Console


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
        explain: Whether it is wanted too what it rests on, condition by condition.
    """
    made_with = result.provenance.settings if result.provenance else {}
    confidence = f"  confidence {made_with['confidence']}" if "confidence" in made_with else ""
    console.print(f"{result.note_id}  {system_name} {result.edition}{confidence}", style="bold")
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
        asked = dict.fromkeys(("\n".join(query.codes), query.text) for query in result.queries)
        console.print(make_table(("codes", "question to the clinician"), asked, whole=("codes",)))
    if explain:
        from codekit.cli.explain import print_explanation

        print_explanation(console, result)
    console.print()


def _assignment_row(item: Assignment) -> tuple[str, ...]:
    quotes = "\n".join(map(quote, item.evidence))
    return str(item.rank), line_of(item), item.title, item.status.value, f"{item.confidence:.2f}", quotes
