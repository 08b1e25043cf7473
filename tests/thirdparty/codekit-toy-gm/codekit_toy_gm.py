"""A code system in the manner of a national modification: its release is one ClaML file with labels in German."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from codekit.formats.claml import is_claml, read_claml, read_title
from codekit.formats.notation import Notation
from codekit.plugin import (
    Classification,
    Edition,
    Facet,
    FacetValue,
    Finding,
    NoteKind,
    Problem,
    Release,
    Severity,
    Source,
    Specificity,
    SystemInfo,
    SystemRegistry,
    derive,
    hookimpl,
)

NOTATION = Notation(code=r"[A-Z]\d{2}(?:\.\d{1,2})?")
HINTS = {"zusaetzlichen schluesselnummer": NoteKind.USE_ADDITIONAL_CODE}
_HEAD = 4096


@hookimpl
def codekit_register_systems(register: SystemRegistry) -> None:
    register(SystemInfo(id="toy_gm", name="Toy GM", uri="https://example.org/toy-gm"), ToyGm())


class ToyGm:
    @hookimpl
    def codekit_releases(self) -> list[Release]:
        return [Release(system="toy_gm", version="2030", title="Toy GM 2030", valid_from=date(2030, 1, 1))]

    @hookimpl
    def codekit_default_source(self) -> list[Path]:
        return [Path(__file__).with_suffix(".xml")]

    @hookimpl
    def codekit_identify_release(self, source: Source) -> Release | None:
        name = _find(source)
        title = read_title(name, source.read(name)) if name else None
        if title is None or title.name != "TOY-GM":
            return None
        start = date(int(title.version), 1, 1)
        return Release(system="toy_gm", version=title.version, title=title.text, valid_from=start)

    @hookimpl
    def codekit_parse_release(self, release: Release, source: Source) -> Classification | None:
        name = _find(source)
        if name is None:
            return None
        problems: list[Problem] = []
        read = read_claml(name, source.read(name), NOTATION, problems, language="de", hints=HINTS)
        usable = [row for row in read.codes if row.parent is not None and "-" not in row.code]
        return Classification(
            release=release,
            codes=read.codes,
            terms=derive.derive_terms(usable),
            problems=tuple(problems),
            derived_index=True,
            pairs=read.pairs,
        )

    @hookimpl
    def codekit_specificity(self) -> Specificity:
        sides = (
            FacetValue(name="right", in_titles=("rechts",), in_notes=("rechts", "rechtes", "rechten")),
            FacetValue(name="left", in_titles=("links",), in_notes=("links", "linkes", "linken")),
        )
        derailed = (
            FacetValue(name="yes", in_titles=("als entgleist bezeichnet",), in_notes=("entgleist",)),
            FacetValue(name="no", in_titles=("nicht als entgleist bezeichnet",)),
        )
        return Specificity(
            facets=(
                Facet(name="laterality", values=sides),
                Facet(name="derailed", values=tuple(reversed(derailed)), default="no"),
            ),
            unspecified=("nicht bezeichnete",),
            other=("sonstige",),
            absent=("ohne",),
        )

    @hookimpl
    def codekit_validate_codes(self, codes: Sequence[str], edition: Edition) -> Iterator[Finding]:
        for text in codes:
            code = edition.find(text)
            if code is None or not code.assignable:
                rule, what = ("toy_gm.unknown", "unknown") if code is None else ("toy_gm.heading", "a heading")
                message = f"{text!r} is {what}; `codekit search` finds codes that a claim may carry"
                yield Finding(
                    rule=rule, severity=Severity.ERROR, codes=(text,), message=message, source=edition.release.title
                )


def _find(source: Source) -> str | None:
    return next(
        (name for name in source.names() if is_claml(source.read(name)[:_HEAD].decode("utf-8", "ignore"))), None
    )
