"""A code system in one file: a handful of injuries, read from the CSV file that lies beside this module."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from codekit import plugin
from codekit.plugin import CHOOSE, Case, Example, hookimpl, rule, types

CODEKIT_API = 1
RELEASE = types.Release(system="toy", version="2026", title="Toy injuries 2026", valid_from=date(2026, 1, 1))
RULE, PRINTED = "toy.unspecified_beside_specific", "Toy rules, section 1"
NOT_WITH, ERROR = types.NoteKind.EXCLUDES1, types.Severity.ERROR


@hookimpl
def codekit_register_systems(register: plugin.SystemRegistry) -> None:
    register(types.SystemInfo(id="toy", name="Toy injuries", uri="https://example.org/toy"), ToySystem())


class ToySystem:
    @hookimpl
    def codekit_releases(self) -> list[types.Release]:
        return [RELEASE]

    @hookimpl
    def codekit_default_source(self) -> list[Path]:
        return [Path(__file__).with_suffix(".csv")]

    @hookimpl
    def codekit_identify_release(self, source: plugin.Source) -> types.Release | None:
        return RELEASE if _table(source) else None

    @hookimpl
    def codekit_parse_release(self, release: types.Release, source: plugin.Source) -> types.Classification:
        rows = list(csv.DictReader(_table(source)))
        terms = tuple(term for row in rows for term in _terms(row))
        return types.Classification(release=release, codes=tuple(map(_code, rows)), terms=terms)

    @hookimpl
    def codekit_specificity(self) -> plugin.Specificity:
        sides = tuple(plugin.FacetValue(name=side, in_titles=(side,), in_notes=(side,)) for side in ("right", "left"))
        return plugin.Specificity(facets=(plugin.Facet(name="laterality", values=sides),))

    @hookimpl
    def codekit_validate_codes(self, codes: Sequence[str], edition: plugin.Edition) -> Iterator[types.Finding]:
        for text in codes:
            code = edition.find(text)
            if code is None or not code.assignable:
                rule, what = ("toy.unknown_code", "unknown") if code is None else ("toy.not_assignable", "a heading")
                message = f"{text!r} is {what}; `codekit search` finds codes that a claim may carry"
                yield types.Finding(rule=rule, severity=ERROR, codes=(text,), message=message, source=PRINTED)

    @hookimpl
    def codekit_conventions(self) -> list[plugin.Convention]:
        return [suffice.convention(Case)]


def _table(source: plugin.Source) -> list[str]:
    texts = (source.read(name).decode("utf-8-sig", "replace") for name in source.names())
    return next((text.splitlines() for text in texts if text.startswith("toy_code,")), [])


def _code(row: dict[str, str]) -> types.Code:
    others = (types.CodeReference(first=code) for code in row["excludes1"].split())
    return types.Code(
        code=row["toy_code"],
        title=row["title"],
        kind=types.CodeKind(row["kind"]),
        parent=row["parent"] or None,
        assignable=row["assignable"] == "yes",
        notes=tuple(types.TabularNote(kind=NOT_WITH, text=f"not with {o.first}", references=(o,)) for o in others),
    )


def _terms(row: dict[str, str]) -> Iterator[types.IndexTerm]:
    for number, entry in enumerate(filter(None, row["index"].split("|"))):
        yield types.IndexTerm(id=f"{row['toy_code']}/{number}", path=tuple(entry.split(", ")), codes=(row["toy_code"],))


EXAMPLES = [Example(codes="T10.1 T10.9", gives="T10.1", without="T10.1 T10.9"), Example(codes="T10.9", gives="T10.9")]


@rule(RULE, says="A specific code suffices.", source=PRINTED, stage=CHOOSE, examples=EXAMPLES)
def suffice(case: Case) -> Iterator[types.Edit]:
    for one in case.draft:
        category, _, last = one.code.partition(".")
        if last == "9" and any(two.code.startswith(f"{category}.") and two is not one for two in case.draft):
            yield case.drop(one.code, "another code says more")
