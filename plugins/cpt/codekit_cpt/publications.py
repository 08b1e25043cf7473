"""Where CMS publishes HCPCS Level II and the NCCI edits, quarter by quarter; CPT itself is licensed by the AMA.

Source: CMS, pages "HCPCS Quarterly Update", "Medicare NCCI Medically Unlikely Edits" and its archive, "Medicare NCCI
Procedure to Procedure (PTP) Edits", "Medicare NCCI Add-on Code Edits"; names of files as of 2019 to 2026. The tables of
PTP edits lie behind a page on which the AMA's licence is to be accepted, `/license/ama?file=...`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

import attrs

from codekit.plugin import Link, NotPublishedError, Publication, RemoteFile, Web

_CODING = "https://www.cms.gov/medicare/coding-billing/"
HCPCS = f"{_CODING}healthcare-common-procedure-system/quarterly-update"
_NCCI = f"{_CODING}national-correct-coding-initiative-ncci-edits/"
MUE = (f"{_NCCI}medicare-ncci-medically-unlikely-edits", f"{_NCCI}medicare-ncci-medically-unlikely-edit-mue-archive")
PTP = (f"{_NCCI}medicare-ncci-procedure-procedure-ptp-edits",)
ADD_ONS = (f"{_NCCI}medicare-ncci-add-code-edits",)

_MONTHS = {1: "january", 4: "april", 7: "july", 10: "october"}
_HCPCS_ZIP = re.compile(r"\balpha ?numeric hcpcs\b")
_CHANGES = re.compile(r"addition|deletion|revision|replacement|\bchanges?\b|medicaid")
_TABLES = (
    (MUE, re.compile(r"\bmue\b.*\b(?:table|edits?)\b|\b(?:table|edits?)\b.*\bmue\b")),
    (PTP, re.compile(r"\bptp edits\b.*\bcci(?:pra|oph)\b|\b(?:practitioner|hospital) ptp edits\b")),
    (ADD_ONS, re.compile(r"\badd (?:on )?code edits\b|\baoc\b")),
)
_VERSION = re.compile(r"\bv(\d+)r(\d+)\b")


@attrs.frozen
class _Quarter:
    year: int
    month: int

    def is_named(self, words: str) -> bool:
        """Tell whether some words name the quarter in any of CMS's ways; a number goes before a date."""
        if numbered := re.search(r"\b(20\d\d) ?q([1-4])\b", words):
            return (int(numbered[1]), 3 * int(numbered[2]) - 2) == (self.year, self.month)
        ways = (
            rf"\b{_MONTHS[self.month]} (?:0?1 )?{self.year}\b",
            rf"\b0?{self.month} ?01 ?{self.year}\b",
        )
        return any(re.search(way, words) for way in ways)


def publications(web: Web) -> tuple[Publication, ...]:
    """List the quarters whose HCPCS file CMS offers.

    Args:
        web: Reads pages.

    Returns:
        One for each quarter, and for each year that had a single file.

    Raises:
        NotPublishedError: The page is not there.
    """
    found: dict[str, Publication] = {}
    for link in web.links(HCPCS):
        version = _version(link)
        if version:
            one = Publication(version=version, title=f"HCPCS Level II {version}", url=HCPCS)
            found.setdefault(version, one)
    return tuple(found.values())


def publication_files(web: Web, publication: Publication) -> tuple[RemoteFile, ...]:
    """Find the HCPCS zip of a quarter, and the NCCI tables of the same quarter where they are published.

    Args:
        web: Reads pages.
        publication: One of `publications`.

    Returns:
        HCPCS first, then units, pairs and add-on codes; a page of tables that is not there is passed over.

    Raises:
        NotPublishedError: The HCPCS file is not there any more.
    """
    codes = [link for link in web.links(HCPCS) if _version(link) == publication.version]
    if not codes:
        raise NotPublishedError(f"{HCPCS}: has no HCPCS file of {publication.version}; run the command again")
    # where CMS corrects a file, the corrected one stands beside it under a longer name
    best = max(codes, key=lambda link: (len(_path(link.url)), link.url))
    year, _, month = publication.version.partition("-")
    quarter = _Quarter(int(year), int(month or 1))
    tables = [file for pages, pattern in _TABLES for file in _tables(web, pages, pattern, quarter)]
    found = {file.name: file for file in (_file(best, required=True), *tables)}
    return tuple(found.values())


def _version(link: Link) -> str | None:
    words = _words(link)
    if not _path(link.url).endswith(".zip") or not _HCPCS_ZIP.search(words):
        return None
    year = re.search(r"\b20\d\d\b", words)
    month = next((number for number, name in _MONTHS.items() if re.search(rf"\b{name[:3]}(?:{name[3:]})?\b", words)), 0)
    if year is None:
        return None
    return f"{year[0]}-{month:02}" if month else year[0]


def _tables(web: Web, pages: tuple[str, ...], pattern: re.Pattern[str], quarter: _Quarter) -> tuple[RemoteFile, ...]:
    """Find the tables of a quarter on the first page that has any, each in its latest version."""
    for page in pages:
        links = _of_quarter(web, page, pattern, quarter)
        latest: dict[str, tuple[tuple[int, int], Link]] = {}
        for link in links:
            path = _path(link.url)
            found = _VERSION.search(_fold(path))
            number = (int(found[1]), int(found[2])) if found else (0, 0)
            table = re.sub(r"v\d+r\d+", "", path)
            latest[table] = max(latest.get(table, (number, link)), (number, link), key=lambda one: one[0])
        if latest:
            return tuple(_file(link) for _, link in latest.values())
    return ()


def _of_quarter(web: Web, page: str, pattern: re.Pattern[str], quarter: _Quarter) -> Iterator[Link]:
    try:
        links = web.links(page)
    except NotPublishedError:
        return
    for link in links:
        words = _words(link)
        if (
            _path(link.url).endswith(".zip")
            and pattern.search(words)
            and not _CHANGES.search(words)
            and quarter.is_named(words)
        ):
            yield link


def _file(link: Link, *, required: bool = False) -> RemoteFile:
    asked = parse_qs(urlsplit(link.url).query).get("file")
    url = urljoin(link.url, asked[0]) if asked else link.url
    return RemoteFile(url=url, required=required, licence=link.url if asked else "")


def _path(url: str) -> str:
    """Give the path of a file in lower case, also where a licence has to be accepted on the way to it."""
    parts = urlsplit(url)
    asked = parse_qs(parts.query).get("file")
    return unquote(asked[0] if asked else parts.path).lower()


def _words(link: Link) -> str:
    path = _path(link.url)
    name = path.rpartition("/zip/")[2] if "/zip/" in path else path.rpartition("/")[2]
    return _fold(f"{name} {link.text}")


def _fold(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))
