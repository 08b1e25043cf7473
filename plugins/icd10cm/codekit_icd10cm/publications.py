"""Where NCHS and CMS publish the releases of ICD-10-CM, and which of their files are which.

Source: NCHS, https://ftp.cdc.gov/pub/Health_Statistics/NCHS/Publications/ICD10CM/ (a folder for each fiscal year, and
one for its update of 1 April; names as of FY2017 to FY2027); CMS, page "ICD-10 Codes" (links that name year and file).
The spelling of names varies from release to release, so files are told by the words in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote, urlsplit

import attrs

from codekit.plugin import Link, NotPublishedError, Publication, RemoteFile, Web

CDC = "https://ftp.cdc.gov/pub/Health_Statistics/NCHS/Publications/ICD10CM/"
CMS = "https://www.cms.gov/medicare/coding-billing/icd-10-codes"

_YEAR = re.compile(r"\b(20\d\d)\b")
_APRIL = re.compile(r"\bapr(?:il)?\b|\b04 01\b")
_OTHER_MONTHS = re.compile(r"\bjan(?:uary)?\b")
_UPDATE = re.compile(r"\bupdate\b")
_FISCAL_YEAR = re.compile(r"fy ?(\d\d)\b")
_CORRECTED = re.compile(r"\b(?:updated?|revised|corrected|final)\b")
_OTHER_SYSTEMS = re.compile(r"pcs|\bgems?\b|mappings?\b|medicaid")


@attrs.frozen(kw_only=True)
class _Kind:
    """One file of a release.

    Args:
        endings: How its name may end.
        words: What its name or the link's text says; the first of these patterns that fits counts most.
        never: What they do not say.
        required: Whether the release is of no use without it.
        carried: Whether the update of 1 April may lack it, and the one of 1 October then holds on.
    """

    endings: tuple[str, ...]
    words: tuple[str, ...]
    never: str = r"addend"
    required: bool = False
    carried: bool = False


_KINDS = (
    _Kind(
        endings=(".zip",),
        words=(r"\bxml\b", r"\btab(?:le|les|ular)\b.* index\b"),
        never=r"addend|full pdf",
        required=True,
    ),
    _Kind(
        endings=(".zip", ".txt"),
        words=(r"\bcodes? de[a-z]*ons?\b", r"\border\b", r"\bcodes\b"),
        never=r"addend|poa|exempt|conversion|index",
    ),
    _Kind(endings=(".pdf",), words=(r"guideline",), carried=True),
    _Kind(endings=(".zip",), words=(r"poa ?exempt", r"present on admission"), carried=True),
    _Kind(endings=(".xlsx", ".zip"), words=(r"conversion",), carried=True),
    _Kind(endings=(".zip",), words=(r"addend(?:a|um)",), never=r"poa|exempt|\bcodes?\b|\border\b"),
)


@attrs.frozen(kw_only=True)
class _Place:
    """A page that has files of a release, among others.

    Args:
        url: Its address.
        year: Fiscal year that a link has to name; None in a folder of that year.
        april: Whether they are files of the update of 1 April.
    """

    url: str
    year: int | None
    april: bool


def publications(web: Web) -> tuple[Publication, ...]:
    """List the releases that NCHS offers, or CMS where NCHS's folder is not to be had.

    Args:
        web: Reads pages.

    Returns:
        One for each fiscal year and each update of 1 April.

    Raises:
        NotPublishedError: Neither page is there.
    """
    try:
        # the server minds no case, and its listings spell the way to a folder differently
        folders = [link for link in web.links(CDC) if re.fullmatch(f"{CDC}[^/]+/", link.url, re.IGNORECASE)]
    except NotPublishedError:
        return _listed_by_cms(web)
    found: dict[str, Publication] = {}
    for link in folders:
        words = _fold(link.name)
        years = _YEAR.findall(words)
        april = bool(_APRIL.search(words) or _UPDATE.search(words))
        if len(years) == 1 and (april or words == years[0]):
            one = _publication(int(years[0]), april, link.url)
            found.setdefault(one.version, one)
    return tuple(found.values()) or _listed_by_cms(web)


def publication_files(web: Web, publication: Publication) -> tuple[RemoteFile, ...]:
    """Find the files of a release: in NCHS's folder, else on CMS's page, else in those of the same year's 1 October.

    Args:
        web: Reads pages.
        publication: One of `publications`.

    Returns:
        The zip of the tabular list and the indexes first; of the others those that are there.

    Raises:
        NotPublishedError: There is no tabular list.
    """
    year, april = int(publication.version[:4]), publication.version.endswith("-04")
    places = [_Place(url=CMS, year=year, april=april)]
    if publication.url != CMS:
        places.insert(0, _Place(url=publication.url, year=None, april=april))
    earlier = [_Place(url=f"{CDC}{year}/", year=None, april=False), _Place(url=CMS, year=year, april=False)]
    files: list[RemoteFile] = []
    for kind in _KINDS:
        link = _first(web, kind, places + (earlier if april and kind.carried else []))
        if link is not None:
            files.append(RemoteFile(url=link.url, required=kind.required))
        elif kind.required:
            raise NotPublishedError(
                f"{publication.url}: has no zip with the tabular list and the indexes of {publication.title}; look "
                "there, and build what you find with `codekit --system icd10cm editions add PATH`"
            )
    return tuple(files)


def _listed_by_cms(web: Web) -> tuple[Publication, ...]:
    found: dict[str, Publication] = {}
    for link in web.links(CMS):
        words = _words(link)
        years = _YEAR.findall(words)
        if years and _rank(_KINDS[0], link) is not None:
            one = _publication(int(years[0]), bool(_APRIL.search(words)), CMS)
            found.setdefault(one.version, one)
    return tuple(found.values())


def _publication(year: int, april: bool, url: str) -> Publication:
    return Publication(
        version=f"{year}-04" if april else str(year),
        title=f"ICD-10-CM FY{year}" + (", April update" if april else ""),
        url=url,
    )


def _first(web: Web, kind: _Kind, places: Iterable[_Place]) -> Link | None:
    for place in places:
        try:
            links = [link for link in web.links(place.url) if _belongs(link, place)]
        except NotPublishedError:
            continue
        if link := _best(kind, links, april=place.april):
            return link
    return None


def _belongs(link: Link, place: _Place) -> bool:
    words = _words(link) if place.year else _fold(link.name)
    named = bool(_APRIL.search(words))
    if place.year is None:
        return place.april or not (named or _OTHER_MONTHS.search(words))
    years = {*map(int, _YEAR.findall(words)), *(2000 + int(year) for year in _FISCAL_YEAR.findall(words))}
    return place.year in years and named == place.april and not _OTHER_MONTHS.search(words)


def _best(kind: _Kind, links: Sequence[Link], *, april: bool) -> Link | None:
    """Choose the link that says most clearly what it is; of several the corrected one, then the last by name."""
    ranked = [
        (-rank, april == bool(_APRIL.search(words)), bool(_CORRECTED.search(words)), words, link.url, link)
        for link in links
        if (rank := _rank(kind, link)) is not None and (words := _words(link))
    ]
    return max(ranked, key=lambda one: one[:-1])[-1] if ranked else None


def _rank(kind: _Kind, link: Link) -> int | None:
    """Say how clearly a link is of a kind, 0 the clearest; None where it is not."""
    words = _words(link)
    if not link.name.lower().endswith(kind.endings) or re.search(kind.never, words) or _OTHER_SYSTEMS.search(words):
        return None
    return next((rank for rank, pattern in enumerate(kind.words) if re.search(pattern, words)), None)


def _words(link: Link) -> str:
    """Give the words of a file's name and of its link; CMS puts dates with slashes into addresses."""
    path = unquote(urlsplit(link.url).path)
    name = path.rpartition("/zip/")[2] if "/zip/" in path else link.name
    return _fold(f"{name} {link.text}")


def _fold(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))
