"""Read CMS's National Correct Coding Initiative: pairs, units, and add-on codes.

Source: CMS, Medicare NCCI edits: PTP tables (tab-delimited, six heading lines, `*` for no deletion date, modifier
indicator 0, 1 or 9); MUE tables (comma-separated; adjudication indicator 1, 2 or 3); add-on code edits (edit type 1, 2
or 3; dates as year and day of the year; primary code `CCCCC` where the contractor defines it).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Set

import attrs

from codekit.plugin import CodePair, Problem, Source
from codekit_cpt.text import compact_date, content, csv_rows, decode, fold, ordinal_date

PRACTITIONER, HOSPITAL, SUPPLIER = "practitioner", "hospital", "supplier"
PTP = {PRACTITIONER: "ncci-practitioner", HOSPITAL: "ncci-hospital"}
"""Kinds of the pairs that a PTP table forbids; the first code is that of column 1."""
ADD_ON = "add-on"
"""Kind of the pairs of an add-on code, first, and a primary code that it may go with, second."""

_PTP_ROW = re.compile(
    rb"^([0-9A-Z]{5})\t([0-9A-Z]{5})\t[* ]*\t(\d{8})\t(\d{8}|\*|) *\t([019]) *(?:\t([^\r\n]*))?\r?$", re.MULTILINE
)
_PTP_HOSPITAL = re.compile(r"ccioph|hospital|outpatient", re.IGNORECASE)
_TABLES = {"practitioner": PRACTITIONER, "hospital": HOSPITAL, "supplier": SUPPLIER, "dme": SUPPLIER}
_ANY_PRIMARY = "CCCCC"


@attrs.frozen(kw_only=True)
class PtpPairs:
    """The rows of the PTP tables, read anew each time and never all in memory.

    Args:
        source: The files, open for as long as the rows are read.
        names: Names of the tables.
        codes: The codes of the edition; pairs with others are left out.
    """

    source: Source
    names: tuple[str, ...]
    codes: Set[str]

    def __iter__(self) -> Iterator[CodePair]:
        """Yield the pairs in printed order, table by table."""
        facts: dict[tuple[bytes, bytes], Mapping[str, str]] = {}
        # A few hundred days recur in two million rows.
        day = functools.lru_cache(maxsize=4096)(compact_date)
        for name in self.names:
            kind = PTP[HOSPITAL if _PTP_HOSPITAL.search(name) else PRACTITIONER]
            for found in _PTP_ROW.finditer(self.source.read(name)):
                first, second, since, until, indicator, rationale = found.groups(b"")
                if first.decode() not in self.codes or second.decode() not in self.codes:
                    continue
                key = indicator, rationale
                if key not in facts:
                    facts[key] = {"indicator": indicator.decode(), "rationale": fold(decode(rationale))}
                yield CodePair(
                    kind=kind,
                    first=first.decode(),
                    second=second.decode(),
                    valid_from=day(since.decode()),
                    valid_to=day(until.decode()),
                    attributes=facts[key],
                )


def check_ptp(source: Source, name: str) -> Iterator[Problem]:
    """Yield a problem where rows of a PTP table cannot be read and so will be left out."""
    data = source.read(name)
    first = _PTP_ROW.search(data)
    if first is None:
        yield Problem(file=name, line=None, message="has no row of codes, dates and indicator; nothing was read")
        return
    rows = sum(1 for _ in _PTP_ROW.finditer(data))
    lines = sum(1 for _ in re.finditer(rb"^[^\r\n]*[^\s][^\r\n]*\r?$", data[first.start() :], re.MULTILINE))
    if lines > rows:
        yield Problem(file=name, line=None, message=f"{lines - rows} of {lines} rows cannot be read; left out")


def read_mue(name: str, data: bytes, problems: list[Problem]) -> dict[str, dict[str, str]]:
    """Read a table of medically unlikely edits.

    Args:
        name: Name of the file.
        data: Its content.
        problems: Rows that cannot be read are added here, and left out.

    Returns:
        For each code the facts `mue_<table>`, `mai_<table>` and `mue_rationale_<table>`, where the table is the
        practitioner's, the hospital's or the supplier's, as its heading says.
    """
    facts: dict[str, dict[str, str]] = {}
    table = ""
    for number, row in csv_rows(name, decode(data), problems):
        cells = [fold(cell) for cell in row]
        if not table:
            if any("MUE Adjudication Indicator" in cell for cell in cells):
                said = " ".join((*cells, name)).lower()
                table = next((value for word, value in _TABLES.items() if word in said), PRACTITIONER)
            continue
        if not any(cells):
            continue
        if len(cells) < 3 or len(cells[0]) != 5 or not cells[1].isdigit() or cells[2][:1] not in tuple("123"):
            message = "is no code with a value and an indicator; row left out"
            problems.append(Problem(file=name, line=number, message=message))
            continue
        facts[cells[0]] = {f"mue_{table}": cells[1], f"mai_{table}": cells[2][0]}
        if len(cells) > 3 and cells[3]:
            facts[cells[0]][f"mue_rationale_{table}"] = cells[3]
    return facts


def read_add_ons(
    name: str, rows: Iterator[list[str]], problems: list[Problem]
) -> tuple[dict[str, str], list[CodePair]]:
    """Read the add-on code edits.

    Args:
        name: Name of the file.
        rows: Its rows, of which one is the heading.
        problems: Rows that cannot be read are added here, and left out.

    Returns:
        The edit type of each add-on code, and the pairs with the primary codes that are listed.
    """
    heading: dict[str, int] = {}
    types: dict[str, str] = {}
    pairs: list[CodePair] = []
    for number, row in enumerate(rows, start=1):
        if not heading:
            names = [cell.strip() for cell in row]
            if "Add-On_Code" in names:
                heading = {text: at for at, text in enumerate(names)}
            continue
        values = {text: row[at].strip() if at < len(row) else "" for text, at in heading.items()}
        code, primary, kind = (values.get(key, "") for key in ("Add-On_Code", "Primary_Code", "AOC_Edit_Type"))
        if not any(values.values()):
            continue
        if len(code) != 5 or len(primary) != 5 or kind not in ("1", "2", "3"):
            problems.append(Problem(file=name, line=number, message="is no add-on code with its type; row left out"))
            continue
        until = ordinal_date(values.get("AOC_Edit_DelDT", ""))
        if until is None:
            types[code] = kind
        if primary != _ANY_PRIMARY:
            since = ordinal_date(values.get("AOC_Edit_EffDT", ""))
            pairs.append(
                CodePair(
                    kind=ADD_ON, first=code, second=primary, valid_from=since, valid_to=until, attributes={"type": kind}
                )
            )
    return types, pairs


def text_rows(source: Source, name: str) -> Iterator[list[str]]:
    """Yield the rows of a tab-delimited text."""
    for line in decode(content(source, name)).split("\n"):
        yield line.rstrip("\r").split("\t")
