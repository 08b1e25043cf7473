"""Conditions: what several statements say of one, known to be the same by the row of the classification."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from codekit.editions.edition import Edition
from codekit.pipeline.steps import Tentative
from codekit.specificity import Specificity
from codekit.text.facets import title_values
from codekit.types import Assertion, Code, CodeKind, Condition, Course, Statement

# What a relative has, or the patient may come to have, is no condition of the patient.
_COURSES = {
    Assertion.PRESENT: Course.CONFIRMED,
    Assertion.POSSIBLE: Course.SUSPECTED,
    Assertion.NEGATED: Course.RULED_OUT,
    Assertion.HISTORICAL: Course.RESOLVED,
}


def gather(tentative: Sequence[Tentative], edition: Edition, rules: Specificity) -> tuple[Condition, ...]:
    """Gather what is said of one condition.

    Two statements are of one condition where they lead to the same row, or one to a row within the other's; a wide row
    that holds several narrower ones, such as those of both sides, is of none of them. A row that leaves open what its
    siblings say stands for the row above it, so that chronic kidney disease, unspecified, holds its stage 4.

    Args:
        tentative: What each mention led to, in text order.
        edition: The opened edition.
        rules: Says which titles leave something open, and what else they may answer.

    Returns:
        Conditions in text order.
    """
    stated: dict[str, list[Tentative]] = {}
    for one in tentative:
        row = _row(one, edition, rules)
        if row is not None and one.mention.assertion in _COURSES:
            stated.setdefault(row, []).append(one)
    within: dict[str, list[str]] = {}
    for row in stated:
        for above in edition.ancestors(row):
            if above.code in stated:
                within.setdefault(above.code, []).append(row)
    by_row: dict[str, list[Tentative]] = {}
    for row, said in stated.items():
        by_row.setdefault(_narrowest(row, within), []).extend(said)
    groups = sorted(by_row.items(), key=lambda group: min(_place(one) for one in group[1]))
    return tuple(_condition(f"c{number}", edition.get(row), said) for number, (row, said) in enumerate(groups, start=1))


def tag(tentative: Iterable[Tentative], conditions: Iterable[Condition]) -> list[Tentative]:
    """Give what each mention led to, and what was left out, the id of its condition; what has none stays without."""
    known = {(one.mention.start, one.mention.end, one.code): each.id for each in conditions for one in each.statements}
    tagged: list[Tentative] = []
    for one in tentative:
        found = known.get((one.mention.start, one.mention.end, one.row))
        if found is not None:
            draft = tuple(attrs.evolve(each, conditions=(found,)) for each in one.draft)
            dropped = tuple(attrs.evolve(each, conditions=(found,)) for each in one.dropped)
            tagged.append(attrs.evolve(one, draft=draft, dropped=dropped))
        else:
            tagged.append(one)
    return tagged


def statement_of(one: Tentative) -> Statement:
    """Say what a mention led to."""
    return Statement(mention=one.mention, code=one.row, document=one.document)


def besides(statements: Iterable[Statement], conditions: Iterable[Condition]) -> tuple[Statement, ...]:
    """Give the statements that are of none of the conditions, in their order."""
    gathered = {each for one in conditions for each in one.statements}
    return tuple(each for each in statements if each not in gathered)


def _row(one: Tentative, edition: Edition, rules: Specificity) -> str | None:
    """Give the row that a mention stands for: its only code, or what the index led to, less what they leave open."""
    found = edition.find(one.draft[0].code if len(one.draft) == 1 else one.row or "")
    while found is not None and found.parent is not None and found.kind is CodeKind.CODE:
        parent = edition.get(found.parent)
        if not _says_no_more(found, parent, rules):
            break
        found = parent
    return found.code if found is not None else None


def _says_no_more(row: Code, parent: Code, rules: Specificity) -> bool:
    """Say whether a title leaves open what its siblings say, and answers nothing else that is asked, such as a side."""
    if not any(phrase in row.title.lower() for phrase in rules.unspecified):
        return False
    answers = ((title_values(row.title, facet), title_values(parent.title, facet)) for facet in rules.asked)
    return all(own == above or own[0].name in rules.unspecified for own, above in answers if own)


def _narrowest(row: str, within: dict[str, list[str]]) -> str:
    """Go down to the only row stated within a row; where there are several it stays."""
    inside = within.get(row, [])
    leaves = [each for each in inside if each not in within]
    return leaves[0] if len(leaves) == 1 else row


def _place(one: Tentative) -> tuple[int, int]:
    return one.mention.start, one.mention.end


def _condition(number: str, row: Code, said: Sequence[Tentative]) -> Condition:
    ordered = sorted(said, key=_place)
    return Condition(
        id=number,
        row=row.code,
        title=row.title,
        statements=tuple(map(statement_of, ordered)),
        first=ordered[0].document,
        last=ordered[-1].document,
        course=_COURSES[ordered[-1].mention.assertion],
    )
