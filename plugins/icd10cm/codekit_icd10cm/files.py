"""Tell by their content which file of a release is which.

Source: NCHS and CMS, ICD-10-CM releases FY2017 to FY2026 (XML files, code descriptions, POA exempt lists, conversion
table).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

import attrs

from codekit.plugin import Problem, Source, SourceError

_HEAD = 4096
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_ADDED = re.compile(r"add[^/]*$", re.IGNORECASE)  # the list of what is new looks like the list of all
_VERSION = re.compile(r"<version>\s*(\d{4})\s*</version>")
_CONVERSION = re.compile(r"conversion[^/]*\.xlsx$", re.IGNORECASE)  # by its name, for a spreadsheet is slow to open
_EXTERNAL = re.compile(r"<title>[^<]*external\s+cause", re.I)


class FileKind(StrEnum):
    """The files of a release that codekit reads."""

    TABULAR = "tabular list"
    DISEASES = "index to diseases"
    EXTERNAL_CAUSES = "index to external causes"
    NEOPLASMS = "table of neoplasms"
    DRUGS = "table of drugs"
    ORDER = "order file"
    CODES = "codes file"
    BARE_LIST = "list of codes"
    POA_EXEMPT = "POA exempt list"
    CONVERSION = "conversion table"


_FIRST_LINES = {
    FileKind.ORDER: re.compile(r"\d{5} [A-Z0-9]{3,7} +[01] "),
    FileKind.CODES: re.compile(r"[A-Z]\d[0-9A-Z][0-9A-Z ]{4} \S"),
    FileKind.POA_EXEMPT: re.compile(r"Ord\w*\tPOAexemptCode\tDescription"),
}
_LISTINGS = (FileKind.ORDER, FileKind.CODES, FileKind.BARE_LIST)


@attrs.frozen(kw_only=True)
class Found:
    """One recognised file.

    Args:
        name: Name inside the release.
        year: Fiscal year in its `version` element; None where it has none.
    """

    name: str
    year: int | None

    @property
    def year_in_name(self) -> int | None:
        """The first year in the file's own name; None where there is none."""
        match = _YEAR.search(self.name.rsplit("/", 1)[-1])
        return int(match[0]) if match else None


def find_files(source: Source, problems: list[Problem]) -> Mapping[FileKind, Found]:
    """Recognise the files of a release.

    Args:
        source: All files as given by the user.
        problems: A file that is passed over for another of its kind is added here.

    Returns:
        At most one file of each kind. Schemas, documents and addenda are passed over.

    Raises:
        SourceError: Two tabular lists, which are two releases.
    """
    found: dict[FileKind, Found] = {}
    for name in source.names():
        head, kind = "", FileKind.CONVERSION if _CONVERSION.search(name) else None
        if name.lower().endswith((".xml", ".txt")):
            head = _decode(source.read(name)[:_HEAD])
            kind = _kind(head)
        if kind is None or (kind is FileKind.POA_EXEMPT and _ADDED.search(name)):
            continue
        if kind not in found:
            year = _VERSION.search(head)
            found[kind] = Found(name=name, year=int(year[1]) if year else None)
        elif kind is FileKind.TABULAR:
            raise SourceError(
                f"{found[kind].name} and {name} are both tabular lists, so these are two releases; "
                "add them one at a time"
            )
        else:
            message = f"is a second {kind.value}; {found[kind].name} was read"
            problems.append(Problem(file=name, line=None, message=message))
    return found


def listing_kind(found: Mapping[FileKind, Found]) -> FileKind | None:
    """Return the kind of the list of codes that says most: order file, codes file, then bare list."""
    return next((kind for kind in _LISTINGS if kind in found), None)


def _decode(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return data.decode(encoding, errors="ignore")


def _kind(head: str) -> FileKind | None:
    if "<ICD10CM.tabular" in head:
        return FileKind.TABULAR
    if "<ICD10CM.index" in head:
        return _index_kind(head)
    lines = [line for line in head.splitlines() if line.strip()]
    if not lines:
        return None
    for kind, first_line in _FIRST_LINES.items():
        if first_line.match(lines[0]):
            return kind
    return FileKind.BARE_LIST if lines[:3] == ["1", "A00-A09", "A00"] else None


def _index_kind(head: str) -> FileKind:
    if "<indexHeading" in head:
        return FileKind.NEOPLASMS if re.search(r">\s*Neoplasm\s*</head>", head) else FileKind.DRUGS
    return FileKind.EXTERNAL_CAUSES if _EXTERNAL.search(head) else FileKind.DISEASES
