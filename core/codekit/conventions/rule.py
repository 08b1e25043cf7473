"""What plugins write their conventions with: a rule is declared beside its function, with its proof.

A `Convention` asks for a function of draft, edition and encounter that builds every `Edit` field by field. A rule reads
a `Case` instead, which writes the edits::

    @rule(
        "history",
        says="What is past is not coded.",
        source="Rules of the toy, 1",
        stage=SAID,
        examples=[
            Example("History of sprain.", gives="", without="AB.1"),
            Example("Sprain.", gives="AB.1"),
        ],
    )
    def history(case: Case) -> Iterator[Edit]:
        for one in case.draft:
            if one.assertion is Assertion.HISTORICAL:
                yield case.drop(one.code, "the condition is past")

A system that needs more of a case subclasses `Case`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Generic, TypeVar

import attrs

from codekit.conventions.case import Case
from codekit.conventions.examples import Example
from codekit.conventions.model import Convention, Draft, Origin
from codekit.conventions.stages import Stage
from codekit.types import CodeReference, Edit, Encounter, Setting

if TYPE_CHECKING:
    from codekit.editions.edition import Edition

CaseT = TypeVar("CaseT", bound=Case)
"""The kind of case that a system's rules read."""


@attrs.frozen(kw_only=True)
class Rule(Generic[CaseT]):
    """One rule of a system, before it is known for which release.

    Args:
        id: Stable and unique within the system.
        says: What it says, in a sentence.
        stage: What it is about; rules apply in the order of their stages.
        apply: Reads a case and yields edits in order.
        source: Publisher, edition and section; empty where the system cites it by its first section.
        sections: Ids of the guideline sections that it carries out, as printed.
        after: Ids of rules that apply before it, where the stage does not say so and it matters.
        codes: Codes and ranges (`FIRST-LAST`) that it names; one text may hold several, separated by spaces.
        setting: The only setting in which it holds; None for both.
        origin: Whether it is read off the tabular list or written.
        examples: What it makes of short texts and drafts of codes.
    """

    id: str
    says: str
    stage: Stage
    apply: Callable[[CaseT], Iterable[Edit]] = attrs.field(repr=False)
    source: str = ""
    sections: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    setting: Setting | None = None
    origin: Origin = Origin.WRITTEN
    examples: tuple[Example, ...] = ()

    def convention(self, case: type[CaseT], source: str | None = None) -> Convention:
        """Make it a convention.

        Args:
            case: The kind of case that it reads: `Case`, or the system's subclass.
            source: How the system cites it for a release; None cites its source as it stands.

        Returns:
            The convention; its edits cite the same source.
        """
        cited = source or self.source

        def apply(draft: Draft, edition: Edition, encounter: Encounter) -> Iterable[Edit]:
            return self.apply(case(rule=self.id, source=cited, draft=draft, edition=edition, encounter=encounter))

        return Convention(
            id=self.id,
            title=self.says,
            source=cited,
            stage=self.stage,
            apply=apply,
            after=self.after,
            setting=self.setting,
            sections=self.sections,
            origin=self.origin,
            names=tuple(map(_reference, sorted({code for text in self.codes for code in text.split()}))),
            examples=self.examples,
        )


def rule(
    id: str,
    *,
    says: str,
    stage: Stage,
    source: str = "",
    sections: Sequence[str] = (),
    after: Sequence[str] = (),
    codes: Sequence[str] = (),
    setting: Setting | None = None,
    origin: Origin = Origin.WRITTEN,
    examples: Sequence[Example] = (),
) -> Callable[[Callable[[CaseT], Iterable[Edit]]], Rule[CaseT]]:
    """Declare a rule beside the function that applies it; the arguments are those of `Rule`.

    Returns:
        A decorator, which puts the `Rule` in the place of the function.
    """

    def declare(apply: Callable[[CaseT], Iterable[Edit]]) -> Rule[CaseT]:
        return Rule(
            id=id,
            says=says,
            stage=stage,
            apply=apply,
            source=source,
            sections=tuple(sections),
            after=tuple(after),
            codes=tuple(codes),
            setting=setting,
            origin=origin,
            examples=tuple(examples),
        )

    return declare


def rules_in(*modules: ModuleType) -> Iterator[Rule[CaseT]]:
    """Find the rules that modules declare.

    Args:
        modules: In the order of their rules.

    Yields:
        The rules of each in the order in which they stand in it: those declared beside a function, and those that it
        keeps as a tuple, as `read_rules` gives them. A rule that it imports by name is not its own.
    """
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, Rule) and value.apply.__module__ == module.__name__:
                yield value
            elif isinstance(value, tuple):
                yield from (one for one in value if isinstance(one, Rule))


def _reference(code: str) -> CodeReference:
    first, _, last = code.partition("-")
    return CodeReference(first=first, last=last or None)
