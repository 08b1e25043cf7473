"""Read a whole release into codekit's terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import attrs

from codekit.formats.xml import parse_xml
from codekit.plugin import (
    SHORT_TITLE,
    Classification,
    Code,
    CodePair,
    IndexTable,
    IndexTerm,
    Problem,
    Release,
    Source,
    SourceError,
)
from codekit_icd10cm.conversion import read_conversion_table
from codekit_icd10cm.derive import derive_terms
from codekit_icd10cm.files import FileKind, Found, find_files, listing_kind
from codekit_icd10cm.index import read_index
from codekit_icd10cm.order import Listing, read_bare_list, read_codes_file, read_order_file
from codekit_icd10cm.poa import mark_exempt, read_poa_list
from codekit_icd10cm.tables import read_table
from codekit_icd10cm.tabular import read_tabular

_INDEXES = {
    FileKind.DISEASES: IndexTable.DISEASES,
    FileKind.EXTERNAL_CAUSES: IndexTable.EXTERNAL_CAUSES,
    FileKind.NEOPLASMS: IndexTable.NEOPLASMS,
    FileKind.DRUGS: IndexTable.DRUGS,
}
_TABLES = (IndexTable.NEOPLASMS, IndexTable.DRUGS)
_ListReader = Callable[[str, Iterable[str], list[Problem]], Listing]
_LIST_READERS: Mapping[FileKind, _ListReader] = {
    FileKind.ORDER: read_order_file,
    FileKind.CODES: read_codes_file,
    FileKind.BARE_LIST: read_bare_list,
}


def parse_release(release: Release, source: Source) -> Classification:
    """Read the tabular list, every index there is, and check both against each other.

    Args:
        release: The release as it was identified.
        source: Its files.

    Returns:
        The classification. Its last terms come from titles and inclusion terms; without an index to
        diseases they are all that lead to a disease, and `derived_index` says so.

    Raises:
        SourceError: There is no tabular list, or no assignable code can be read from it.
    """
    problems: list[Problem] = []
    found = find_files(source, problems)
    if FileKind.TABULAR not in found:
        raise SourceError(
            f"no tabular list among {len(source.names())} files; expected an XML file with the element "
            "ICD10CM.tabular, as NCHS publishes it"
        )
    problems.extend(_wrong_years(release, found))
    tabular = found[FileKind.TABULAR].name
    codes = read_tabular(tabular, parse_xml(tabular, source.read(tabular), problems), problems)
    if not any(code.assignable for code in codes):
        raise SourceError(
            f"{tabular}: no code in it that a claim may carry, so the file is cut off or damaged; "
            "download the release again"
        )
    codes = _with_listing(codes, read_listing(source, found, problems), problems)
    codes = _with_exempt(codes, source, found.get(FileKind.POA_EXEMPT), problems)
    terms = [term for kind, table in _INDEXES.items() for term in _terms(source, found.get(kind), table, problems)]
    derived = FileKind.DISEASES not in found
    # Titles and inclusion terms say what a published index leaves to the tabular list, so they always follow it.
    terms.extend(derive_terms(codes))
    pairs = _pairs(codes, source, found.get(FileKind.CONVERSION), problems)
    return Classification(
        release=attrs.evolve(release, sources=source.files()),
        codes=codes,
        terms=tuple(terms),
        problems=tuple(problems),
        derived_index=derived,
        pairs=pairs,
    )


def _wrong_years(release: Release, found: Mapping[FileKind, Found]) -> Iterable[Problem]:
    expected = int(release.version[:4])
    for file in found.values():
        for where, year in (("version", file.year), ("name", file.year_in_name)):
            if year not in (None, expected):
                message = f"its {where} says {year}, the release is {release.version}; read all the same"
                yield Problem(file=file.name, line=None, message=message)


def _terms(source: Source, file: Found | None, table: IndexTable, problems: list[Problem]) -> Sequence[IndexTerm]:
    if file is None:
        return ()
    root = parse_xml(file.name, source.read(file.name), problems)
    read = read_table if table in _TABLES else read_index
    return read(file.name, root, table, problems)


def read_listing(source: Source, found: Mapping[FileKind, Found], problems: list[Problem]) -> Listing | None:
    """Read the list of codes that a release has beside its tabular list.

    Args:
        source: The files.
        found: Which of them are which.
        problems: Lines of another layout are added here.

    Returns:
        The list; None where there is none.
    """
    kind = listing_kind(found)
    if kind is None:
        return None
    name = found[kind].name
    lines = source.read(name).decode("utf-8", errors="replace").splitlines()
    return _LIST_READERS[kind](name, lines, problems)


def _with_listing(codes: tuple[Code, ...], listing: Listing | None, problems: list[Problem]) -> tuple[Code, ...]:
    """Report where tabular list and list of codes differ, and take the list's titles: short ones, and missing ones."""
    if listing is None:
        return codes
    assignable = {code.code for code in codes if code.assignable}
    for message, differing in (
        ("is valid in this list, but not in the tabular list; the tabular list stands", listing.valid - assignable),
        ("is valid in the tabular list, but not in this list; the tabular list stands", assignable - listing.valid),
    ):
        problems.extend(
            Problem(file=listing.name, line=None, message=f"{code} {message}") for code in sorted(differing)
        )
    return tuple(_titled(code, listing) for code in codes)


def _titled(code: Code, listing: Listing) -> Code:
    title = code.title or listing.titles.get(code.code, "")
    short = listing.short.get(code.code, title)
    attributes = code.attributes if short == title else {**code.attributes, SHORT_TITLE: short}
    return attrs.evolve(code, title=title, attributes=attributes)


def _pairs(
    codes: tuple[Code, ...], source: Source, file: Found | None, problems: list[Problem]
) -> tuple[CodePair, ...]:
    if file is None:
        return ()
    assignable = [code.code for code in codes if code.assignable]
    try:
        return read_conversion_table(file.name, source.read(file.name), assignable, problems)
    except SourceError as error:  # the release codes without it
        problems.append(Problem(file=file.name, line=None, message=str(error).removeprefix(f"{file.name}: ")))
        return ()


def _with_exempt(
    codes: tuple[Code, ...], source: Source, file: Found | None, problems: list[Problem]
) -> tuple[Code, ...]:
    if file is None:
        return codes
    lines = source.read(file.name).decode("utf-8", errors="replace").splitlines()
    return mark_exempt(file.name, codes, read_poa_list(file.name, lines, problems), problems)
