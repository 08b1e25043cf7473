"""Read a whole release into codekit's terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from codekit.formats.claml import read_claml
from codekit.plugin import ALIAS, Classification, Code, CodePair, Problem, Release, Source, SourceError
from codekit_icd10_uk import marks, titles, trud
from codekit_icd10_uk.codes import CHAPTERS, NOTATION
from codekit_icd10_uk.demographics import with_limits
from codekit_icd10_uk.derive import derive_terms
from codekit_icd10_uk.files import TABULAR, FileKind, decode, find_files
from codekit_icd10_uk.tree import chapter, in_order, with_alternatives

Terms = Mapping[tuple[str, str], tuple[str, str]]


@attrs.frozen(kw_only=True)
class _Tabular:
    """What one of the forms gives.

    Args:
        codes: Rows in printed order.
        pairs: Pairs of dagger and asterisk, and of old and new codes.
        terms: Dagger and asterisk of the terms that have a pair of their own, by code and text in lower case.
    """

    codes: tuple[Code, ...]
    pairs: tuple[CodePair, ...]
    terms: Terms = attrs.field(factory=dict)


def parse_release(release: Release, source: Source) -> Classification:
    """Read the codes and titles, whatever their form, and what comes with them.

    Args:
        release: The release as it was identified.
        source: Its files.

    Returns:
        The classification; its index is derived from titles and inclusion terms.

    Raises:
        SourceError: There are no codes, or none of them is assignable.
    """
    problems: list[Problem] = []
    found = find_files(source, problems)
    kind = next((kind for kind in TABULAR if kind in found), None)
    if kind is None:
        raise SourceError(
            f"no codes and titles among {len(source.names())} files; expected the NHS's file "
            "CodesAndTitlesAndMetadata, or ICD-10 in ClaML"
        )
    name = found[kind]
    if kind is FileKind.CLAML:
        read = _claml(name, source, problems)
    elif kind is FileKind.TITLES:
        read = _titles(name, source, problems)
    else:
        read = _trud(kind, found, source, problems)
    if not any(code.assignable for code in read.codes):
        raise SourceError(f"{name}: no assignable code in it, so it is cut off or damaged; download the release again")
    return Classification(
        release=attrs.evolve(release, sources=source.files()),
        codes=with_limits(marks.with_histories(read.codes)),
        terms=derive_terms(read.codes, [pair for pair in read.pairs if pair.kind == "asterisk"], read.terms),
        problems=tuple(problems),
        derived_index=True,
        pairs=(*read.pairs, *_aliases(read.codes)),
    )


def _aliases(codes: Iterable[Code]) -> Iterator[CodePair]:
    """Say how data sets write the categories that have no fourth character."""
    for code in codes:
        alias = code.attributes.get("alt_code", "")
        if alias not in ("", code.code.replace(".", "")):
            yield CodePair(kind=ALIAS, first=alias, second=code.code)


def _claml(name: str, source: Source, problems: list[Problem]) -> _Tabular:
    read = read_claml(name, source.read(name), NOTATION, problems, chapters=tuple(CHAPTERS), home=chapter)
    return _Tabular(codes=with_alternatives(read.codes), pairs=read.pairs, terms=read.terms)


def _titles(name: str, source: Source, problems: list[Problem]) -> _Tabular:
    codes = marks.mark(in_order(name, titles.read_titles(name, source.read(name), problems), problems))
    return _Tabular(codes=codes, pairs=tuple(marks.known_pairs(codes)))


def _trud(kind: FileKind, found: Mapping[FileKind, str], source: Source, problems: list[Problem]) -> _Tabular:
    name, data = found[kind], source.read(found[kind])
    rows = (
        trud.xml_rows(name, data, problems)
        if kind is FileKind.TRUD_XML
        else trud.text_rows(name, decode(data), problems)
    )
    read = trud.read_codes(name, rows, problems)
    if chapters := found.get(FileKind.CHAPTERS):
        read = trud.read_chapters(chapters, decode(source.read(chapters)), problems) + read
    codes = in_order(name, read, problems)
    pairs = tuple(trud.asterisk_pairs(codes, problems, name))
    return _Tabular(codes=codes, pairs=(*pairs, *_successors(found, source)))


def _successors(found: Mapping[FileKind, str], source: Source) -> Iterable[CodePair]:
    tables = [
        trud.read_equivalences(decode(source.read(found[kind])), backward=kind is FileKind.BACKWARD)
        for kind in (FileKind.FORWARD, FileKind.BACKWARD)
        if kind in found
    ]
    unique = {(pair.first, pair.second): pair for table in tables for pair in table}
    return unique.values()
