"""Read the table of neoplasms and the table of drugs and chemicals, cell by cell.

Source: NCHS, ICD-10-CM table of neoplasms and table of drugs and chemicals, XML with
icd10cm_drug_neoplasm.xsd, FY2017 to FY2026; Official Guidelines FY2026, section I.C.2 and I.C.19.e.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs

from codekit.formats.xml import fold, line_of, text_of
from codekit.plugin import IndexTable, IndexTerm, Problem
from codekit_icd10cm.index import Entry, read_codes, read_entries, term_id

if TYPE_CHECKING:
    from lxml.etree import _Element


def read_table(name: str, root: _Element, table: IndexTable, problems: list[Problem]) -> tuple[IndexTerm, ...]:
    """Read every cell that holds a code, and every row that only points elsewhere.

    Args:
        name: Name of the file inside the release, for messages.
        root: Element `ICD10CM.index` with an `indexHeading`.
        table: `NEOPLASMS` or `DRUGS`.
        problems: What is wrong in the file is added here.

    Returns:
        One entry per cell in printed order, columns left to right. Rows of the table of neoplasms have
        `Neoplasm` as their main term, rows of the table of drugs their substance.
    """
    heads = {fold(head.get("col")): text_of(head) for head in root.iterfind("indexHeading/head")}
    main = heads.get("1") if table is IndexTable.NEOPLASMS else None
    found: list[IndexTerm] = []
    for entry in read_entries(name, root, problems):
        row = attrs.evolve(entry, path=(main, *entry.path[1:])) if main else entry
        for codes, column in _cells(name, row, heads, problems):
            found.append(
                IndexTerm(
                    id=term_id(table, len(found) + 1),
                    path=row.path,
                    nonessential_modifiers=row.modifiers,
                    codes=codes,
                    see=row.see,
                    see_also=row.see_also,
                    table=table,
                    column=column,
                )
            )
    return tuple(found)


def _cells(
    name: str, row: Entry, heads: dict[str, str], problems: list[Problem]
) -> Iterator[tuple[tuple[str, ...], str | None]]:
    """Yield codes and column of each filled cell, or once nothing for a row without any."""
    empty = True
    for cell in row.parts.get("cell", ()):
        column = heads.get(fold(cell.get("col")))
        if column is None:
            message = f"cell in column {cell.get('col')!r}, which has no heading, was left out"
            problems.append(Problem(file=name, line=line_of(cell), message=message))
        elif text_of(cell).strip("-") and (codes := read_codes(name, cell, problems)):
            empty = False
            yield codes, column.lower()
    if empty:
        yield (), None
