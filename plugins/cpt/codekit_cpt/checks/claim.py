"""A claim of one patient on one day, and how a check of it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

import attrs

from codekit.plugin import ClaimLine, Code, CodePair, Edition, Example, Finding, Severity
from codekit_cpt.sections import is_evaluation
from codekit_cpt.sources import dated


@attrs.frozen(kw_only=True, eq=False)
class Line:
    """One line of a claim whose code the edition holds.

    Args:
        name: The line as typed, by which findings name it.
        row: Its code.
        modifiers: Two characters each, in order.
        units: 1 or more.
    """

    name: str
    row: Code
    modifiers: tuple[str, ...] = ()
    units: int = 1

    @property
    def code(self) -> str:
        """The code as printed."""
        return self.row.code

    @property
    def is_evaluation(self) -> bool:
        """Whether it is an evaluation and management service."""
        return is_evaluation(self.row.code)

    @property
    def is_add_on(self) -> bool:
        """Whether it is an add-on code."""
        return "add_on" in self.row.attributes

    def fact(self, name: str) -> str:
        """Give what a file says of the code; an empty text where none does."""
        return self.row.attributes.get(name, "")

    def has(self, modifiers: Iterable[str]) -> bool:
        """Say whether it carries any of some modifiers."""
        return not set(modifiers).isdisjoint(self.modifiers)


@attrs.frozen(kw_only=True)
class Claim:
    """Lines that are reported together.

    Args:
        lines: In sequence.
        edition: The opened edition.
        day: Date of service; None where it is not known.
    """

    lines: tuple[Line, ...]
    edition: Edition
    day: date | None = None

    def holds(self, pair: CodePair) -> bool:
        """Say whether a published pair holds on the date of service, or still, where that is not known."""
        if self.day is None:
            return pair.valid_to is None
        return (pair.valid_from or date.min) <= self.day <= (pair.valid_to or date.max)


def lines_of(typed: Sequence[str], edition: Edition) -> tuple[list[Line], list[str]]:
    """Read the lines of a claim.

    Args:
        typed: Each a code with modifiers and units, as `codekit.types.ClaimLine` reads it.
        edition: The opened edition.

    Returns:
        The lines whose code the edition holds, in sequence, and the rest as typed.
    """
    lines: list[Line] = []
    unknown: list[str] = []
    for text in typed:
        line = ClaimLine.read(text)
        row = edition.find(line.code)
        if row is None:
            unknown.append(text)
        else:
            lines.append(Line(name=text, row=row, modifiers=line.modifiers, units=line.units))
    return lines, unknown


@attrs.frozen(kw_only=True)
class Check:
    """One rule about the lines of a claim.

    Args:
        id: Stable and unique within the plugin.
        title: What it says, in a sentence.
        source: Where it is printed.
        apply: Reads a claim and its own check and yields findings.
        codes: Codes and modifiers that it names.
        examples: What it finds in the codes of a note; those that need CPT codes stand beside the tests.
        typed: Whether it can find something in a typed claim alone, so that the reconciler has no use for it.
    """

    id: str
    title: str
    source: str
    apply: Callable[[Check, Claim], Iterable[Finding]] = attrs.field(repr=False)
    codes: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    typed: bool = False

    def run(self, claim: Claim) -> Iterable[Finding]:
        """Give the findings on a claim, in the order of its lines."""
        return self.apply(self, claim)

    def finding(
        self, claim: Claim, severity: Severity, lines: Sequence[Line], message: str, source: str = ""
    ) -> Finding:
        """Write a finding; the first line is the one to change."""
        release = claim.edition.release
        return Finding(
            rule=self.id,
            severity=severity,
            codes=tuple(dict.fromkeys(line.name for line in lines)),
            message=message,
            source=dated(source or self.source, release),
        )
