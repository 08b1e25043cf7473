"""Combination codes: what the classification presumes to be linked is one code, with another for the detail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from codekit.plugin import Assertion, Case, Code, DraftCode, Edit, Edition, NoteKind
from codekit_icd10cm.checks import assignable_below


@attrs.frozen(kw_only=True)
class Family:
    """A disease whose codes take in what it is presumed to cause.

    Args:
        alone: The code of the disease by itself.
        categories: Categories of its combination codes.
        several: Whether a patient may have several of them at once.
    """

    alone: str
    categories: tuple[str, ...]
    several: bool


FAMILIES = (
    Family(alone="I10", categories=("I11", "I12", "I13"), several=False),
    *(
        Family(alone=f"{category}.9", categories=(category,), several=True)
        for category in ("E08", "E09", "E10", "E11", "E13")
    ),
)


def link(case: Case, family: Family) -> Iterator[Edit]:
    """Combine a disease with the conditions that the classification presumes it to cause.

    A combination code fits where each `use additional code` note printed at it names a code of the draft, unless
    the note at hand gives that condition another cause.

    Args:
        case: The draft and the edition.
        family: The disease.

    Yields:
        A replacement of the code that stands alone, and an addition for each further combination.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.A.15 ("with") and I.C.9.a (hypertension).
    """
    edition = case.edition
    alone = next((one for one in case.draft if one.code == family.alone), None)
    if alone is None:
        return
    partners = [one for one in case.draft if one is not alone and may_be_linked(case, one, alone)]
    fitting = [(met, code) for code in _candidates(edition, family) if (met := asked_besides(edition, code, partners))]
    if not fitting:
        return
    most = max(len(met) for met, _ in fitting)
    chosen = _claimed(fitting) if family.several else [next(pair for pair in fitting if len(pair[0]) == most)]
    for number, (met, code) in enumerate(chosen):
        reason = f"{family.alone} and {', '.join(sorted(met))} are presumed to be linked, and {code.code} says both"
        if number:
            first = chosen[0][1].code
            yield case.add(code.code, reason, before=first, triggers=(first, *sorted(met)))
        else:
            yield case.replace(family.alone, code.code, reason)


def _claimed(fitting: Sequence[tuple[set[str], Code]]) -> list[tuple[set[str], Code]]:
    """Keep the codes, in tabular order, that take in a condition which none before them did."""
    taken: set[str] = set()
    chosen: list[tuple[set[str], Code]] = []
    for met, code in fitting:
        if not met <= taken:
            taken |= met
            chosen.append((met, code))
    return chosen


def may_be_linked(case: Case, one: DraftCode, alone: DraftCode) -> bool:
    """Say whether a condition may come of the disease: it is present and no other cause is given for it."""
    if one.assertion is not Assertion.PRESENT:
        return False
    words = case.words(alone)
    if one.cause is None:
        return True
    # "Diabetics" names the disease as its own name does.
    named = any(word[:7] == known[:7] for word in one.cause.words or one.cause.denied for known in words)
    return named != bool(one.cause.denied)


def _candidates(edition: Edition, family: Family) -> Iterator[Code]:
    for category in family.categories:
        found = edition.find(category)
        if found is not None:
            yield from assignable_below(edition, category)


def asked_besides(edition: Edition, code: Code, partners: Sequence[DraftCode]) -> set[str]:
    """Give the codes that meet the `use additional code` notes printed at a code; none where a note is left unmet."""
    met: set[str] = set()
    for note in code.notes:
        if note.kind is not NoteKind.USE_ADDITIONAL_CODE:
            continue
        named = {one.code for one in partners if any(edition.covers(ref, one.code) for ref in note.references)}
        if not named:
            return set()
        met |= named
    return met
