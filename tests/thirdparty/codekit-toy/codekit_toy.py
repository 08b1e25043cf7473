"""A third-party code system in one file: a handful of injuries, with everything that codekit asks for.

Its release is one CSV file (UTF-8, comma) with the columns `toy_code`, `title`, `kind`, `parent`,
`assignable` (`yes` or `no`), `index` (entries separated by `|`, their levels by a comma) and `excludes1`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from codekit import hookimpl
from codekit.conventions import Convention, Draft
from codekit.specificity import Facet, FacetValue, Specificity
from codekit.types import (
    Action,
    Classification,
    Code,
    CodeKind,
    CodeReference,
    Edit,
    Encounter,
    Finding,
    IndexTable,
    IndexTerm,
    NoteKind,
    Problem,
    Release,
    Severity,
    SystemInfo,
    TabularNote,
)

if TYPE_CHECKING:
    from codekit.editions.edition import Edition
    from codekit.editions.source import Source
    from codekit.registry import SystemRegistry

CODEKIT_API = 1

_INFO = SystemInfo(id="toy", name="Toy injuries", uri="https://example.org/toy")
_RELEASES = (
    Release(
        system="toy",
        version="2025",
        title="Toy injuries 2025",
        valid_from=date(2025, 1, 1),
        valid_to=date(2025, 12, 31),
    ),
    Release(system="toy", version="2026", title="Toy injuries 2026", valid_from=date(2026, 1, 1)),
)


@hookimpl
def codekit_register_systems(register: SystemRegistry) -> None:
    """Offer the toy system."""
    register(_INFO, ToySystem())


class ToySystem:
    """The hooks that codekit calls once `--system toy` is chosen."""

    @hookimpl
    def codekit_releases(self) -> Iterable[Release]:
        """List both releases; only the newer one comes with the plugin."""
        return _RELEASES

    @hookimpl
    def codekit_default_source(self) -> Sequence[Path]:
        """Give the file that is installed beside this module."""
        return [Path(__file__).with_suffix(".csv")]

    @hookimpl
    def codekit_identify_release(self, source: Source) -> Release | None:
        """Recognise the file by its first column, for its name may have changed."""
        return _RELEASES[-1] if _table_name(source) else None

    @hookimpl
    def codekit_parse_release(self, release: Release, source: Source) -> Classification | None:
        """Read the file row by row; a row of an unknown kind is left out and reported."""
        name = _table_name(source)
        if name is None:
            return None
        codes: list[Code] = []
        terms: list[IndexTerm] = []
        problems: list[Problem] = []
        reader = csv.DictReader(io.StringIO(source.read(name).decode("utf-8-sig")))
        for row in reader:
            try:
                codes.append(_code(row))
            except ValueError:
                message = f"unknown kind {row['kind']!r}; row left out"
                problems.append(Problem(file=name, line=reader.line_num, message=message))
                continue
            terms.extend(_terms(row))
        return Classification(release=release, codes=tuple(codes), terms=tuple(terms), problems=tuple(problems))

    @hookimpl
    def codekit_specificity(self, release: Release) -> Specificity:  # noqa: ARG002
        """Choose between siblings by the side."""
        sides = tuple(FacetValue(name=side, in_titles=(side,), in_notes=(side,)) for side in ("right", "left"))
        return Specificity(facets=(Facet(name="laterality", values=sides),))

    @hookimpl
    def codekit_validate_codes(self, codes: Sequence[str], edition: Edition) -> Iterator[Finding]:
        """Report every code that is unknown, or too coarse for a claim."""
        for text in codes:
            code = edition.find(text)
            if code is None:
                message = f"{text!r} is not a code of {edition.label}; `codekit search` looks in the index"
                yield _error("toy.unknown_code", (text,), message, edition.label)
            elif not code.assignable:
                message = f"{code.code} is a heading; use one of the codes below it"
                yield _error("toy.not_assignable", (text,), message, edition.label)

    @hookimpl
    def codekit_conventions(self) -> Iterable[Convention]:
        """Allow one side of the same injury at a time."""
        return [
            Convention(
                id="toy.unspecified_beside_specific",
                title="An unspecified code is not used beside a specific one of its category.",
                source="Toy rules, section 1",
                priority=10,
                apply=_drop_unspecified,
            )
        ]


def _table_name(source: Source) -> str | None:
    for name in source.names():
        if name.endswith(".csv") and source.read(name).removeprefix(b"\xef\xbb\xbf").startswith(b"toy_code,"):
            return name
    return None


def _code(row: dict[str, str]) -> Code:
    excluded = tuple(CodeReference(first=code) for code in row["excludes1"].split())
    note = TabularNote(kind=NoteKind.EXCLUDES1, text=f"not with {row['excludes1']}", references=excluded)
    return Code(
        code=row["toy_code"],
        title=row["title"],
        kind=CodeKind(row["kind"]),
        parent=row["parent"] or None,
        assignable=row["assignable"] == "yes",
        notes=(note,) if excluded else (),
    )


def _terms(row: dict[str, str]) -> Iterator[IndexTerm]:
    for number, entry in enumerate(filter(None, row["index"].split("|"))):
        path = tuple(level.strip() for level in entry.split(","))
        yield IndexTerm(
            id=f"{row['toy_code']}/{number}", path=path, codes=(row["toy_code"],), table=IndexTable.DISEASES
        )


def _error(rule: str, codes: tuple[str, ...], message: str, source: str) -> Finding:
    return Finding(rule=rule, severity=Severity.ERROR, codes=codes, message=message, source=source)


def _drop_unspecified(draft: Draft, edition: Edition, encounter: Encounter) -> Iterator[Edit]:  # noqa: ARG001
    for item in draft:
        category, _, last = item.code.partition(".")
        siblings = [other for other in draft if other.code.startswith(f"{category}.") and other is not item]
        if last == "9" and siblings:
            yield Edit(
                rule="toy.unspecified_beside_specific",
                action=Action.DROP,
                code=item.code,
                source="Toy rules, section 1",
                reason=f"{siblings[0].code} says more about the same injury",
            )
