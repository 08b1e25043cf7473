"""Tell by their content which file of a delivery is which.

Source: AMA, CPT standard data files and CPT Link, file layouts; CMS, HCPCS quarterly update, record layout 2019; CMS,
NCCI procedure-to-procedure, medically unlikely and add-on code edits; CMS, Physician Fee Schedule relative value files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from codekit.formats.sheets import first_sheet
from codekit.plugin import Source, SourceError
from codekit_cpt.text import HEAD, cells, content, decode

_SHEET = ".xlsx"
_FIRST_ROWS = 40
_TEXTS = (".txt", ".csv", ".tsv", ".xml", ".gz")


class FileKind(StrEnum):
    """The files that codekit reads."""

    HCPCS_TEXT = "HCPCS text"
    HCPCS_SHEET = "HCPCS spreadsheet"
    HCPCS_CSV = "HCPCS list"
    LONG = "CPT long descriptors"
    MEDIUM = "CPT medium descriptors"
    SHORT = "CPT short descriptors"
    CONSUMER = "CPT consumer descriptors"
    CLINICIAN = "CPT clinician descriptors"
    MODIFIERS = "CPT modifiers"
    PROPERTY = "CPT Link properties"
    RELATIONSHIP = "CPT Link relationships"
    TYPE = "CPT Link types"
    PLA = "CPT proprietary laboratory analyses"
    PTP = "NCCI procedure-to-procedure edits"
    MUE = "NCCI medically unlikely edits"
    ADD_ON = "NCCI add-on code edits"
    FEES = "Physician Fee Schedule relative value file"


CODE_LISTS = frozenset(
    (FileKind.HCPCS_TEXT, FileKind.HCPCS_SHEET, FileKind.HCPCS_CSV, FileKind.LONG, FileKind.MEDIUM, FileKind.SHORT)
) | {FileKind.PLA}
"""The kinds that bring codes; the others only say more about them."""

_HCPCS_ROW = re.compile(r"^(?:[A-Z]\d{4}|   [A-Z0-9]{2})\d{5}[37][^\t]{80}", re.MULTILINE)
_CPT_ROW = re.compile(r"^\d{4}[0-9A-Z](?:\t| |\d\d )\S", re.MULTILINE)
_HISTORY = re.compile(r"(?:Deleted|History\w*)_DTK", re.IGNORECASE)
_LINK = {
    FileKind.PROPERTY: re.compile(r"Property_DTK", re.I),
    FileKind.RELATIONSHIP: re.compile(r"Relationship_DTK", re.I),
    FileKind.TYPE: re.compile(r"(?:^|/)Type_DTK", re.I),
}
_DESCRIPTORS = {
    FileKind.LONG: re.compile(r"(?:^|/)LONG", re.I),
    FileKind.MEDIUM: re.compile(r"(?:^|/)MED", re.I),
    FileKind.SHORT: re.compile(r"(?:^|/)SHORT", re.I),
}


def find_files(source: Source) -> Mapping[FileKind, tuple[str, ...]]:
    """Recognise the files of a delivery.

    Args:
        source: All files as given by the user.

    Returns:
        Names by kind, sorted. Where several forms of one list are given, the fullest one stands: CMS's text before
        its spreadsheet, and that before a plain list.
    """
    found: dict[FileKind, list[str]] = {}
    known: set[str] = set()
    sheets_last = sorted(source.names(), key=lambda name: (name.lower().endswith(_SHEET), name))
    for name in sheets_last:
        # CMS gives one list as text and as spreadsheet, and the text is read a hundred times faster.
        kind = None if _stem(name) in known else _kind(source, name)
        if kind is not None:
            found.setdefault(kind, []).append(name)
            known.add(_stem(name))
    forms = [kind for kind in (FileKind.HCPCS_TEXT, FileKind.HCPCS_SHEET, FileKind.HCPCS_CSV) if kind in found]
    for lesser in forms[1:]:
        del found[lesser]
    return {kind: tuple(names) for kind, names in found.items()}


def _stem(name: str) -> str:
    return name.rpartition(".")[0].lower()


def _kind(source: Source, name: str) -> FileKind | None:
    lower = name.lower()
    if lower.endswith(_SHEET):
        return _sheet_kind(source, name)
    if not lower.endswith(_TEXTS) or _HISTORY.search(name):
        return None
    head = decode(_head(source, name))
    return next((kind for kind in (_xml_kind(head), _link_kind(name), _text_kind(name, head)) if kind), None)


def _head(source: Source, name: str) -> bytes:
    """Give the beginning of a file, up to a whole line where it is longer, so that no character is cut."""
    data = content(source, name)
    return data if len(data) <= HEAD else data[: data.rfind(b"\n", 0, HEAD) + 1] or data[:HEAD]


def _xml_kind(head: str) -> FileKind | None:
    return FileKind.PLA if "<plaCode" in head else None


def _link_kind(name: str) -> FileKind | None:
    return next((kind for kind, pattern in _LINK.items() if pattern.search(name)), None)


def _text_kind(name: str, head: str) -> FileKind | None:
    checks = (
        (FileKind.PTP, re.search(r"Column ?1\tColumn ?2\t", head)),
        (FileKind.MUE, "MUE Adjudication Indicator" in " ".join(head.split())),
        (FileKind.ADD_ON, "Add-On_Code" in head and "Primary_Code" in head),
        (FileKind.FEES, re.search(r"\bHCPCS\b", head) and re.search(r"\bGLOB\b", head)),
        (FileKind.HCPCS_TEXT, _HCPCS_ROW.search(head)),
        (FileKind.HCPCS_CSV, re.match(r"\W*(?:HCPCS |HCPC )?Code,(?:Long )?Description\b", head, re.I)),
        (FileKind.CONSUMER, re.search(r"^Concept Id[\t|].*Consumer", head, re.I | re.M)),
        (FileKind.CLINICIAN, re.search(r"^Concept Id[\t|].*Clinician", head, re.I | re.M)),
        (FileKind.MODIFIERS, "Appendix A" in head and re.search(r"^\s*Modifiers\s*$", head, re.M)),
    )
    for kind, holds in checks:
        if holds:
            return kind
    return _descriptor_kind(name) if _CPT_ROW.search(head) else None


def _descriptor_kind(name: str) -> FileKind | None:
    """Tell descriptors by the file's name, for nothing in them does; the list of the PLA codes has long ones."""
    if re.search(r"PLA", name.rpartition("/")[2]):
        return FileKind.LONG
    return next((kind for kind, pattern in _DESCRIPTORS.items() if pattern.search(name)), None)


def _sheet_kind(source: Source, name: str) -> FileKind | None:
    try:
        rows = first_sheet(name, source.read(name), _FIRST_ROWS)
    except SourceError:
        return None
    return next(filter(None, map(_heading_kind, map(cells, rows))), None)


def _heading_kind(row: list[str]) -> FileKind | None:
    cells = {text.strip() for text in row}
    if {"HCPC", "SEQNUM"} <= cells:
        return FileKind.HCPCS_SHEET
    return FileKind.ADD_ON if {"Add-On_Code", "Primary_Code"} <= cells else None


def years_in_names(names: tuple[str, ...]) -> Iterator[int]:
    """Yield the years that stand in the names of files and their folders."""
    for name in names:
        yield from map(int, re.findall(r"(?<!\d)(20\d\d)(?!\d)", name))
