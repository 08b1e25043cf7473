"""Which releases are known of, which one some files are, and how to get one.

Source: CMS, HCPCS quarterly update (files are named after year and quarter; until 2019 there was one a year); AMA, CPT
standard data files (released in autumn for 1 January; the copyright names the year before).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from codekit.plugin import Release, Source, SourceError
from codekit_cpt.files import CODE_LISTS, FileKind, find_files, years_in_names
from codekit_cpt.text import HEAD, compact_date, content, decode

SYSTEM_ID = "cpt"
OBTAIN = (
    "codekit brings no CPT, which belongs to the American Medical Association: license its data files at "
    "https://www.ama-assn.org/practice-management/cpt, and add them. HCPCS Level II is free: get the quarterly zip at "
    "https://www.cms.gov/medicare/coding-billing/healthcare-common-procedure-system/quarterly-update, and add it, "
    "alone or together with CPT and with CMS's NCCI tables: "
    "`codekit --system cpt editions add HCPCS.zip CPT.zip NCCI.zip`."
)
_HCPCS_NAME = re.compile(r"HCPC\w*?(?P<year>20\d\d)(?:_(?P<month>JAN|APR|JUL|OCT))?", re.IGNORECASE)
_MONTHS = {"JAN": 1, "APR": 4, "JUL": 7, "OCT": 10}
_HCPCS_KINDS = frozenset((FileKind.HCPCS_TEXT, FileKind.HCPCS_SHEET, FileKind.HCPCS_CSV))
_EFFECTIVE = slice(276, 284)
_UPDATED = re.compile(r",(\d\d)-(\d\d)-(20\d\d)\s*$", re.MULTILINE)
_CPT_YEAR = re.compile(r"\bCPT\W{0,3}\s*(20\d\d)\b")
_COPYRIGHT = re.compile(r"(?:19|20)\d\d\s*-\s*(20\d\d)\s+(?:by the )?American Medical", re.IGNORECASE)
_COPYRIGHT_ALONE = re.compile(r"copyright\W+(20\d\d)", re.IGNORECASE)


def known_releases() -> tuple[Release, ...]:
    """Return the releases that codekit has been tried on."""
    return (_release(2019, 1, quarterly=False, title="HCPCS Level II 2019"),)


def identify_release(source: Source) -> Release | None:
    """Recognise what a delivery is: CPT, HCPCS or both, with or without CMS's tables.

    Args:
        source: The files as given by the user.

    Returns:
        The release, without `sources`: of the HCPCS quarter, else of the CPT year; it holds to the end of its year, and
        a later quarter's goes before it. None where the files are none of these.

    Raises:
        SourceError: There are only tables about codes and no codes, or the year cannot be told.
    """
    found = find_files(source)
    if not found:
        return None
    if not CODE_LISTS & found.keys():
        kinds = ", ".join(sorted(found))
        raise SourceError(f"these files tell about codes ({kinds}) and list none; add them together with HCPCS or CPT")
    hcpcs = next((names for kind, names in found.items() if kind in _HCPCS_KINDS), None)
    cpt = any(kind in CODE_LISTS and kind not in _HCPCS_KINDS for kind in found)
    if hcpcs is None:
        year = _cpt_year(source, found)
        return _release(year, 1, quarterly=False, title=f"CPT {year}")
    year, month, quarterly = _hcpcs_date(source, hcpcs[0])
    issue = f"{year}-{month:02}" if quarterly else str(year)
    return _release(year, month, quarterly=quarterly, title=f"{'CPT and ' if cpt else ''}HCPCS Level II {issue}")


def _hcpcs_date(source: Source, name: str) -> tuple[int, int, bool]:
    """Tell year and quarter by the file's name, else by the latest date within."""
    named = _HCPCS_NAME.search(name)
    if named:
        month = (named["month"] or "").upper()
        return int(named["year"]), _MONTHS.get(month, 1), bool(month)
    text = decode(content(source, name))
    dates = [day for line in text.split("\n") if (day := compact_date(line[_EFFECTIVE]))]
    dates += [date(int(year), int(month), int(day)) for month, day, year in _UPDATED.findall(text[:HEAD])]
    years = list(years_in_names((name,)))
    if dates:
        latest = max(dates)
        return latest.year, 3 * ((latest.month - 1) // 3) + 1, True
    if years:
        return years[0], 1, False
    raise SourceError(f"{name}: neither its name nor its dates tell the year; name it as CMS does, HCPC2026_JAN_ANWEB")


def _cpt_year(source: Source, found: Mapping[FileKind, tuple[str, ...]]) -> int:
    names = [name for kind, each in found.items() if kind.name not in ("PTP", "MUE", "ADD_ON", "FEES") for name in each]
    heads = [decode(content(source, name)[:HEAD]) for name in names]
    for pattern, later in ((_CPT_YEAR, 0), (_COPYRIGHT, 1), (_COPYRIGHT_ALONE, 1)):
        years = [int(year) + later for head in heads for year in pattern.findall(head)]
        if years:
            return max(years)
    year = max(years_in_names(tuple(names)), default=None)
    if year is None:
        raise SourceError(
            f"{names[0]}: neither the copyright text nor a name tells the year of this CPT; keep the AMA's first "
            "lines, or put the files into a folder named after the year, such as CPT2026"
        )
    return year


def _release(year: int, month: int, *, quarterly: bool, title: str) -> Release:
    return Release(
        system=SYSTEM_ID,
        version=f"{year}-{month:02}" if quarterly else str(year),
        title=title,
        valid_from=date(year, month, 1),
        valid_to=date(year, 12, 31),
    )
