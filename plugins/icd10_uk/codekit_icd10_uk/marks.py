"""What files without marks and notes leave out: dagger and asterisk, and what the codes for history stand for.

Source: WHO ICD-10 Volume 1 (2016): the asterisk categories named at the head of each chapter, and the best known of the
pairs printed at its codes. The list of pairs is codekit's own choice, and not complete.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib import resources

import attrs

from codekit.plugin import Code, CodeKind, CodePair, NoteKind, TabularNote
from codekit_icd10_uk.codes import NOTATION
from codekit_icd10_uk.tables import histories

_CATEGORY = 3
ASTERISKS = frozenset(
    (
        "D63 D77 E35 E90 F00 F02 G01 G02 G05 G07 G13 G22 G26 G32 G46 G53 G55 G59 G63 G73 G94 G99 H03 H06 H13 H19 H22 "
        "H28 H32 H36 H42 H45 H48 H58 H62 H67 H75 H82 H94 I32 I39 I41 I43 I52 I68 I79 I98 J17 J91 J99 K23 K67 K77 K87 "
        "K93 L14 L45 L54 L62 L86 L99 M01 M03 M07 M09 M14 M36 M49 M63 M68 M73 M82 M90 N08 N16 N22 N29 N33 N37 N51 N74 "
        "N77 P75"
    ).split()
)
"""Every code of these categories is an asterisk code, and no other is."""


def mark(rows: Sequence[Code]) -> tuple[Code, ...]:
    """Mark the asterisk codes of rows that carry no marks."""
    return tuple(
        attrs.evolve(row, attributes={**row.attributes, "usage": "asterisk"})
        if row.code[:_CATEGORY] in ASTERISKS and row.kind in (CodeKind.CATEGORY, CodeKind.CODE)
        else row
        for row in rows
    )


def known_pairs(rows: Sequence[Code]) -> Iterator[CodePair]:
    """Give the pairs of which the rows hold both codes, the dagger first, in order of the list.

    A pair that does not hold for every term of its dagger code has the attribute `term`, which is empty here.
    """
    known = sorted(row.code for row in rows)
    for line in _lines():
        daggers, asterisks, scope = line.split("\t")
        for first in NOTATION.named_codes(daggers, known):
            for second in NOTATION.named_codes(asterisks, known):
                attributes = {} if scope == "all" else {"term": ""}
                yield CodePair(kind="asterisk", first=first, second=second, attributes=attributes)


def with_histories(rows: Sequence[Code]) -> tuple[Code, ...]:
    """Say which conditions the codes for history stand for, where no row of the files has a note.

    Source: WHO ICD-10 Volume 1 (2016), notes "Conditions classifiable to ..." at Z80-Z87.
    """
    if any(row.notes for row in rows):
        return tuple(rows)
    named: defaultdict[str, list[str]] = defaultdict(list)
    for root, code in (*histories("personal"), *histories("family")):
        named[code].append(root)
    return tuple(attrs.evolve(row, notes=(_note(named[row.code]),)) if row.code in named else row for row in rows)


def _note(roots: Sequence[str]) -> TabularNote:
    text = ", ".join(roots)
    return TabularNote(
        kind=NoteKind.INCLUDES, text=f"Conditions classifiable to {text}", references=NOTATION.references(text)
    )


def _lines() -> Iterator[str]:
    text = resources.files("codekit_icd10_uk").joinpath("data", "asterisks.tsv").read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))
