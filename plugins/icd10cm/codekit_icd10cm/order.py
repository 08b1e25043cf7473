"""Read the files that list codes: the order file, the codes file, and a bare list of codes.

Source: CMS, ICD-10-CM order file layout (icd10OrderFiles.pdf, FY2025): columns 1-5 order number, 7-13
code without its dot, 15 whether it is valid for a claim, 17-76 short title, 78 and on long title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import attrs

from codekit.plugin import Problem

_ORDER = re.compile(r"\d{5} (?P<code>[A-Z0-9]{3,7}) +(?P<valid>[01]) (?P<short>.{60}) (?P<long>.*)")
_CODES = re.compile(r"(?P<code>[A-Z][0-9A-Z]{2,6}) +(?P<long>\S.*)")
_BARE = re.compile(r"(?P<code>[A-Z][0-9A-Z]{2,6})")
_HEADING = re.compile(r"\d{1,2}|[A-Z][0-9A-Z]{2}-[A-Z][0-9A-Z]{2}")


@attrs.frozen(kw_only=True)
class Listing:
    """The codes of one list.

    Args:
        name: Name of the file inside the release.
        valid: Codes that a claim may carry, with their dots.
        headers: Codes that it may not carry; empty where the list leaves them out.
        titles: Long title of each code that has one.
        short: Short title of each code that has one.
    """

    name: str
    valid: frozenset[str]
    headers: frozenset[str]
    titles: Mapping[str, str]
    short: Mapping[str, str] = attrs.field(factory=dict)


def dotted(code: str) -> str:
    """Write a code of a list with its dot: `A001` as `A00.1`."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


def read_order_file(name: str, lines: Iterable[str], problems: list[Problem]) -> Listing:
    """Read an order file.

    Args:
        name: Name of the file inside the release.
        lines: Its lines in order.
        problems: Lines of another layout are added here.

    Returns:
        Valid codes, headers, long and short titles.
    """
    valid, headers, titles, short = set[str](), set[str](), dict[str, str](), dict[str, str]()
    for match in _matches(name, lines, _ORDER, problems):
        code = dotted(match["code"])
        (valid if match["valid"] == "1" else headers).add(code)
        titles[code] = match["long"].strip() or match["short"].strip()
        short[code] = match["short"].strip()
    return Listing(name=name, valid=frozenset(valid), headers=frozenset(headers), titles=titles, short=short)


def read_codes_file(name: str, lines: Iterable[str], problems: list[Problem]) -> Listing:
    """Read a codes file, which lists valid codes and long titles only.

    Args:
        name: Name of the file inside the release.
        lines: Its lines in order.
        problems: Lines of another layout are added here.

    Returns:
        Valid codes and long titles.
    """
    titles = {dotted(match["code"]): match["long"].strip() for match in _matches(name, lines, _CODES, problems)}
    return Listing(name=name, valid=frozenset(titles), headers=frozenset(), titles=titles)


def read_bare_list(name: str, lines: Iterable[str], problems: list[Problem]) -> Listing:
    """Read a list of codes alone, with the numbers of chapters and the ranges of blocks in between.

    Such a list does not say what is valid: a code is, where no longer code begins with it.

    Source: PyPI, simple-icd-10-cm 1.5.0, data/code-list-April-2026.txt.

    Args:
        name: Name of the file inside the release.
        lines: Its lines in order.
        problems: Lines of another layout are added here.

    Returns:
        Valid codes and headers.
    """
    rows = (line for line in lines if _HEADING.fullmatch(line.strip()) is None)
    codes = sorted({match["code"] for match in _matches(name, rows, _BARE, problems)})
    following = [*codes[1:], ""]
    headers = {code for code, after in zip(codes, following, strict=True) if after.startswith(code)}
    valid = set(codes) - headers
    return Listing(name=name, valid=frozenset(map(dotted, valid)), headers=frozenset(map(dotted, headers)), titles={})


def _matches(
    name: str, lines: Iterable[str], layout: re.Pattern[str], problems: list[Problem]
) -> Iterable[re.Match[str]]:
    for number, line in enumerate(lines, start=1):
        match = layout.fullmatch(line.rstrip())
        if match is not None:
            yield match
        elif line.strip():
            message = "the line does not have the layout of this file; left out"
            problems.append(Problem(file=name, line=number, message=message))
