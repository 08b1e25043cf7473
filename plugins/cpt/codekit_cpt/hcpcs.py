"""Read HCPCS Level II as CMS publishes it: fixed-width text, spreadsheet, or a plain list.

Source: CMS, HCPCS contractor record layout 2019: 320 positions, of which the files of 2026 use the first 293. Record
identification 3 opens a procedure and 7 a modifier; 4 and 8 go on with its long description.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from codekit.plugin import Problem
from codekit_cpt.records import Record
from codekit_cpt.text import csv_rows, fold

# Name of the fact: first and last position, counted from 1, and heading of the spreadsheet's column.
_FIELDS = {
    "short": (92, 119, "SHORT DESCRIPTION"),
    "pricing": (120, 121, "PRICE1"),
    "cross_reference": (205, 209, "XREF1"),
    "coverage": (230, 230, "COV"),
    "betos": (257, 259, "BETOS"),
    "type_of_service": (261, 261, "TOS1"),
    "added": (269, 276, "ADD DT"),
    "effective": (277, 284, "ACT EFF DT"),
    "terminated": (285, 292, "TERM DT"),
    "action": (293, 293, "ACTION CD"),
}
_FIRST, _CONTINUED = frozenset("37"), frozenset("48")
_CODE, _SEQUENCE, _RECORD, _LONG = slice(0, 5), slice(5, 10), slice(10, 11), slice(11, 91)
_SHORTEST = 12
_CUT = "the file ends within a line, so it is cut off and codes are missing; get it again"


def read_text(name: str, lines: Iterable[tuple[int, str]], problems: list[Problem]) -> Iterator[Record]:
    """Read the fixed-width file.

    Args:
        name: Name of the file, for problems.
        lines: Numbered lines; what stands before the first record is CMS's disclaimer.
        problems: Lines among the records that cannot be read are added here, and left out.

    Returns:
        One record for each code and modifier, in printed order, with its continuation lines joined.
    """

    def rows() -> Iterator[tuple[int, Mapping[str, str] | None]]:
        number, line, width, before = 0, "", 0, 0
        for number, line in lines:
            if line.strip():
                yield number, _text_row(line)
                width, before = len(line), width
        # Behind the last line feed comes an empty line, so this is a line without one.
        if line.strip() and width < before:
            problems.append(Problem(file=name, line=number, message=_CUT))

    return _join(name, rows(), problems)


def read_sheet(name: str, rows: Iterable[list[str]], problems: list[Problem]) -> Iterator[Record]:
    """Read the spreadsheet, whose columns its heading names; see `read_text`."""
    heading: dict[str, int] = {}

    def numbered() -> Iterator[tuple[int, Mapping[str, str] | None]]:
        for number, row in enumerate(rows, start=1):
            if not heading and {"HCPC", "SEQNUM"} <= {text.strip() for text in row}:
                heading.update((text.strip(), at) for at, text in enumerate(row))
            elif heading and row:
                yield number, _sheet_row(row, heading)

    return _join(name, numbered(), problems)


def read_list(name: str, text: str, problems: list[Problem]) -> Iterator[Record]:
    """Read a comma-separated list of codes and descriptions under a heading that names both.

    Args:
        name: Name of the file, for problems.
        text: Its content.
        problems: Rows that cannot be read are added here, and left out.

    Yields:
        Records in printed order.
    """
    rows = csv_rows(name, text, problems)
    _, first = next(rows, (0, []))
    heading = [cell.strip().lower() for cell in first]
    code_at = next(at for at, cell in enumerate(heading) if cell.endswith("code"))
    title_at = next(at for at, cell in enumerate(heading) if cell.endswith("description"))
    for number, row in rows:
        cells = [*row, *("" for _ in heading)]
        code, title = cells[code_at].strip().upper(), fold(cells[title_at])
        if not row:
            continue
        if not _is_code(code) or not title:
            message = "is neither a code nor a modifier with a description; row left out"
            problems.append(Problem(file=name, line=number, message=message))
            continue
        yield Record(code=code, title=title, modifier=len(code) == 2)


def _text_row(line: str) -> Mapping[str, str] | None:
    """Split a line into its fields; None for a line that is no record."""
    if len(line) < _SHORTEST or line[_RECORD] not in _FIRST | _CONTINUED or not line[_SEQUENCE].isdigit():
        return None
    fields = {key: line[first - 1 : last].strip() for key, (first, last, _) in _FIELDS.items()}
    return {"code": line[_CODE].strip(), "record": line[_RECORD], "long": line[_LONG], **fields}


def _sheet_row(row: list[str], heading: Mapping[str, int]) -> Mapping[str, str] | None:
    def cell(column: str) -> str:
        at = heading.get(column, len(row))
        return row[at].strip() if at < len(row) else ""

    if cell("RECID") not in _FIRST | _CONTINUED:
        return None
    fields = {key: cell(column) for key, (_, _, column) in _FIELDS.items()}
    return {"code": cell("HCPC"), "record": cell("RECID"), "long": cell("LONG DESCRIPTION"), **fields}


def _join(name: str, rows: Iterable[tuple[int, Mapping[str, str] | None]], problems: list[Problem]) -> Iterator[Record]:
    """Join each record with the lines that go on with it."""
    first: Mapping[str, str] | None = None
    parts: list[str] = []

    def report(number: int, message: str) -> None:
        problems.append(Problem(file=name, line=number, message=message))

    for number, row in rows:
        if row is None:
            if first is not None:
                report(number, "is no record of the layout; left out")
        elif row["record"] in _CONTINUED:
            if first is None or row["code"] != first["code"]:
                report(number, "goes on with a code that does not stand before it; left out")
            else:
                parts.append(row["long"])
        else:
            if first is not None:
                yield _record(first, parts)
            first, parts = (row, [row["long"]]) if _is_code(row["code"]) else (None, [])
            if first is None:
                report(number, "holds neither a code nor a modifier; left out")
    if first is not None:
        yield _record(first, parts)


def _is_code(code: str) -> bool:
    return code.isascii() and code.isalnum() and code == code.upper() and len(code) in (2, 5)


def _record(row: Mapping[str, str], parts: list[str]) -> Record:
    facts = {key: fold(row[key]) for key in _FIELDS if row[key].strip()}
    title = fold(" ".join(parts)) or facts.get("short", row["code"])
    phrases = (facts["short"],) if "short" in facts else ()
    return Record(code=row["code"], title=title, modifier=row["record"] == "7", attributes=facts, phrases=phrases)
