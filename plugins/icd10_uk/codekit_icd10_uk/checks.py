"""What a release says about a set of codes: facts that both `validate` and the conventions use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from codekit.plugin import Code, CodeKind, CodePair, Edition, InheritedNote, NoteKind, Severity
from codekit_icd10_uk.codes import chapter_of
from codekit_icd10_uk.sources import volume_2
from codekit_icd10_uk.tables import comorbidities

NO_CAUSE = "an injury or poisoning takes a code of its external cause (V01-Y98), and there is none"
CAUSES = volume_2("4.4.2, external causes")
SYMPTOMS, INJURIES, EXTERNAL_CAUSES, CIRCUMSTANCES = "XVIII", "XIX", "XX", "XXI"
DELIVERIES, OBSTETRIC = "O80-O84", ("O00-O75", "O85-O99")
ONLY_DELIVERY = volume_2("4.4.4, O80-O84")
"""Where it says that a delivery is the main condition only where nothing else of chapter XV is recorded."""

_ASTERISK = "asterisk"


@attrs.frozen(kw_only=True)
class NeverMain:
    """Codes that are never the main condition.

    Args:
        codes: A category or range (`FIRST-LAST`).
        severity: `ERROR` where the tabular list says never.
        source: Where it says so.
    """

    codes: str
    severity: Severity
    source: str


NEVER_MAIN = (
    NeverMain(codes="V01-Y98", severity=Severity.ERROR, source=CAUSES),
    NeverMain(
        codes="B95-B98",
        severity=Severity.ERROR,
        source="WHO ICD-10 Volume 1 (2016), note at B95-B98",
    ),
    NeverMain(codes="R65", severity=Severity.ERROR, source="WHO ICD-10 Volume 1 (2016), note at R65"),
    NeverMain(
        codes="U82-U85",
        severity=Severity.ERROR,
        source="WHO ICD-10 Volume 1 (2016), note at U82-U85",
    ),
    NeverMain(codes="Z37", severity=Severity.WARNING, source="WHO ICD-10 Volume 1 (2016), note at Z37"),
)


def under(edition: Edition, code: str, *roots: str) -> bool:
    """Say whether a code stands under any of some rows or ranges (`A40-A41`)."""
    return edition.is_under(code, roots)


def never_main(edition: Edition, code: str) -> NeverMain | None:
    """Give the rule that keeps a code from being the main condition, if there is one."""
    return next((rule for rule in NEVER_MAIN if under(edition, code, rule.codes)), None)


def is_asterisk(edition: Edition, code: str) -> bool:
    """Say whether a code, or its category, is marked with an asterisk."""
    return any(row.attributes.get("usage") == _ASTERISK for row in lineage(edition, code))


def is_dagger(edition: Edition, code: str) -> bool:
    """Say whether a code is marked with a dagger, or stands first in a pair."""
    marked = any(row.attributes.get("usage") == "dagger" for row in lineage(edition, code))
    return marked or any(under(edition, code, pair.first) for pair in pairs_of(edition, code))


def comorbidity(edition: Edition, *codes: str) -> str:
    """Give the name under which the standards list the first of some codes that they list; empty where they do not."""
    named = (name for name, roots in comorbidities() for code in codes if under(edition, code, *roots))
    return next(named, "")


def without_cause(codes: Sequence[str]) -> str | None:
    """Give the first injury or poisoning of a set that has no external cause in it."""
    chapters = {chapter_of(code): code for code in reversed(codes)}
    return None if EXTERNAL_CAUSES in chapters else chapters.get(INJURIES)


def is_symptom(code: str) -> bool:
    """Say whether a code is of chapter XVIII, symptoms and signs."""
    return chapter_of(code) == SYMPTOMS


def lineage(edition: Edition, code: str) -> list[Code]:
    """Give a code and the codes above it, up to its category."""
    rows = (edition.get(code), *edition.ancestors(code))
    return [row for row in rows if row.kind in (CodeKind.CODE, CodeKind.CATEGORY)]


def pairs_of(edition: Edition, code: str) -> list[CodePair]:
    """Give the pairs of dagger and asterisk of a code and of the codes above it, the dagger first."""
    return [pair for row in lineage(edition, code) for pair in edition.pairs(_ASTERISK, row.code)]


def daggers_of(edition: Edition, asterisk: str) -> list[str]:
    """Give the dagger codes that an asterisk code is known to stand with; a category stands for what is below it."""
    rows = {row.code for row in lineage(edition, asterisk)}
    return list(dict.fromkeys(pair.first for pair in pairs_of(edition, asterisk) if pair.second in rows))


def dagger_among(edition: Edition, asterisk: str, codes: Sequence[str]) -> str | None:
    """Find the dagger code of an asterisk code among others; the first where several would do."""
    daggers = daggers_of(edition, asterisk)
    return next((code for code in codes if code != asterisk and under(edition, code, *daggers)), None)


def sole_asterisk(edition: Edition, dagger: str) -> str | None:
    """Give the asterisk code that holds for every term of a dagger code, where there is exactly one."""
    rows = {row.code for row in lineage(edition, dagger)}
    held = {pair.second for pair in pairs_of(edition, dagger) if pair.first in rows and "term" not in pair.attributes}
    (only,) = held if len(held) == 1 else (None,)
    row = edition.find(only) if only else None
    return row.code if row and row.assignable else None


@attrs.frozen(kw_only=True)
class Exclusion:
    """Two codes of which an exclusion note at one names the other.

    Args:
        code: The code under which, or under whose ancestor, the note is printed.
        excluded: The code that the note names.
        note: The note with its origin.
    """

    code: str
    excluded: str
    note: InheritedNote


def exclusions(edition: Edition, codes: Sequence[str]) -> Iterator[Exclusion]:
    """Find the pairs that an exclusion note speaks of, each once, in the order of the codes.

    A note above both codes sends elsewhere for what both are; it does not set one against the other. Notes of chapters
    hold for thousands of codes and are passed over.

    Source: WHO ICD-10 Volume 2 (2016), section 3.1.4: an exclusion says where a condition is classified; both codes may
    be needed.
    """
    seen: set[frozenset[str]] = set()
    for code in codes:
        for found in edition.notes(code):
            if found.note.kind is not NoteKind.EXCLUDES2 or edition.get(found.origin).kind is CodeKind.CHAPTER:
                continue
            for other in codes:
                pair = frozenset((code, other))
                named = any(edition.covers(reference, other) for reference in found.note.references)
                if named and len(pair) > 1 and pair not in seen and not under(edition, other, found.origin):
                    seen.add(pair)
                    yield Exclusion(code=code, excluded=other, note=found)
