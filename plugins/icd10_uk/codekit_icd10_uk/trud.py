"""Read the NHS's ICD-10 5th Edition as TRUD delivers it: XML or tab-separated, one row a code.

Source: NHS TRUD, ICD-10 5th Edition data files, CodesAndTitlesAndMetadata (twelve columns), ICD10-Chapters.txt and
TableOfCodingEquivalences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import attrs

from codekit.formats.rows import FoundRow
from codekit.formats.xml import elements, fold, line_of
from codekit.plugin import Code, CodeKind, CodePair, Problem, Sex
from codekit_icd10_uk.codes import CHAPTERS, FILLER, NOTATION, chapter_of, written

COLUMNS = (
    *("CODE", "ALT_CODE", "USAGE", "USAGE_UK", "DESCRIPTION", "MODIFIER_4", "MODIFIER_5", "QUALIFIERS"),
    *("GENDER_MASK", "MIN_AGE", "MAX_AGE", "TREE_DESCRIPTION"),
)
_USAGES = {"DAGGER": "dagger", "ASTERISK": "asterisk"}
_SEXES = {"1": Sex.MALE, "2": Sex.FEMALE}
_BLOCK = re.compile(r"[A-Z]\d{2}-[A-Z]\d{2}")
_CATEGORY = 3
_OLDEST = 130

Row = tuple[Mapping[str, str], int | None]


def xml_rows(name: str, data: bytes, problems: list[Problem]) -> Iterator[Row]:
    """Give the attributes of each CLASS with its line."""
    for element in elements(name, data, ("CLASS",), problems):
        yield {str(key): fold(str(value)) for key, value in element.attrib.items()}, line_of(element)


def text_rows(name: str, text: str, problems: list[Problem]) -> Iterator[Row]:
    """Give the columns of each line; a header is read where there is one."""
    columns: Sequence[str] = COLUMNS
    for number, cells in enumerate(_lines(text), start=1):
        if cells[0].strip().upper() == COLUMNS[0]:
            columns = [cell.strip().upper() for cell in cells]
        elif any(cell.strip() for cell in cells):
            if len(cells) > len(columns):
                message = f"{len(cells)} columns where {len(columns)} are due; those behind were left out"
                problems.append(Problem(file=name, line=number, message=message))
            yield dict(zip(columns, map(fold, cells), strict=False)), number


def read_codes(name: str, rows: Iterator[Row], problems: list[Problem]) -> list[FoundRow]:
    """Make the rows of the tabular list.

    Args:
        name: Name of the file inside the release, for messages.
        rows: Columns by name, each with its line.
        problems: What is wrong in a row is added here.

    Returns:
        Rows as found. The fourth and fifth character's texts stand behind the description.
    """
    found: list[FoundRow] = []
    for columns, line in rows:
        code, title = written(columns.get("CODE", "")), columns.get("DESCRIPTION", "")
        block = _BLOCK.fullmatch(code)
        if not (block or NOTATION.matches(code)) or not title:
            message = f"a row without a code or a description ({code[:20]!r}); it was left out"
            problems.append(Problem(file=name, line=line, message=message))
            continue
        title = ", ".join(filter(None, (title, columns.get("MODIFIER_4"), columns.get("MODIFIER_5"))))
        kind = CodeKind.BLOCK if block else CodeKind.CATEGORY if len(code) == _CATEGORY else CodeKind.CODE
        attributes = _attributes(name, columns, line, problems)
        row = Code(code=code, title=title, kind=kind, attributes=attributes)
        found.append(FoundRow(code=row, line=line))
    codes = {one.code.code for one in found}
    return [attrs.evolve(one, code=attrs.evolve(one.code, parent=_above(one.code.code, codes))) for one in found]


def _above(code: str, codes: set[str]) -> str | None:
    """Give the row above: T08.X0 stands below T08, for the filler alone has no row."""
    if len(code) == _CATEGORY or "-" in code:
        return None
    above = code[:-1].removesuffix(f".{FILLER}").removesuffix(".")
    return above if above in codes or len(above) == _CATEGORY else above[:_CATEGORY]


def _attributes(name: str, columns: Mapping[str, str], line: int | None, problems: list[Problem]) -> dict[str, str]:
    attributes = {
        "usage": _USAGES.get(columns.get("USAGE", "").upper(), ""),
        "usage_uk": columns.get("USAGE_UK", ""),
        "fifth_character": columns.get("MODIFIER_5", ""),
        "sex": _SEXES.get(columns.get("GENDER_MASK", ""), ""),
        "qualifiers": columns.get("QUALIFIERS", ""),
    }
    for column in ("MIN_AGE", "MAX_AGE"):
        text = columns.get(column, "")
        if text.isdecimal() and int(text) <= _OLDEST:
            attributes[column.lower()] = str(int(text))
        elif text and not text.isdecimal():
            message = f"{column} is {text[:20]!r}, which is no number of years; it was left out"
            problems.append(Problem(file=name, line=line, message=message))
    if int(attributes.get("min_age", 0)) > int(attributes.get("max_age", _OLDEST)):
        message = (
            f"MIN_AGE {attributes.pop('min_age')} is above MAX_AGE {attributes.pop('max_age')}; both were left out"
        )
        problems.append(Problem(file=name, line=line, message=message))
    return {key: str(value) for key, value in attributes.items() if value}


def asterisk_pairs(rows: Sequence[Code], problems: list[Problem], name: str) -> Iterator[CodePair]:
    """Give the pairs of dagger and asterisk that the column QUALIFIERS names, each once."""
    known = {row.code: row for row in rows}
    seen: set[tuple[str, str]] = set()
    for row in rows:
        for typed in filter(None, row.attributes.get("qualifiers", "").split("^")):
            other = known.get(written(typed))
            if other is None:
                message = f"QUALIFIERS of {row.code} names {typed[:20]!r}, which is no code of the file"
                problems.append(Problem(file=name, line=None, message=message))
                continue
            asterisk = row if row.attributes.get("usage") == "asterisk" else other
            dagger = other if asterisk is row else row
            if (dagger.code, asterisk.code) not in seen:
                seen.add((dagger.code, asterisk.code))
                yield CodePair(kind="asterisk", first=dagger.code, second=asterisk.code)


def read_chapters(name: str, text: str, problems: list[Problem]) -> list[FoundRow]:
    """Read the list of chapters: number, range, title."""
    numbers = tuple(CHAPTERS)
    found: list[FoundRow] = []
    for line, cells in enumerate(_lines(text), start=1):
        first, title = fold(cells[0]), fold(cells[-1])
        number = numbers[int(first) - 1] if first.isdecimal() and 0 < int(first) <= len(numbers) else first
        if number in CHAPTERS and title and title != first:
            found.append(FoundRow(code=Code(code=number, title=title, kind=CodeKind.CHAPTER), line=line))
        elif line > 1 and first:
            message = f"a line that is no chapter ({first[:20]!r}); it was left out"
            problems.append(Problem(file=name, line=line, message=message))
    return found


def read_equivalences(text: str, *, backward: bool) -> Iterator[CodePair]:
    """Read which other code a code of the old edition became: the first two codes of each line."""
    for cells in _lines(text):
        codes = [code for code in map(written, cells) if NOTATION.matches(code) and chapter_of(code)]
        if len(codes) > 1:
            first, second = reversed(codes[:2]) if backward else codes[:2]
            if first != second:
                yield CodePair(kind="successor", first=first, second=second)


def _lines(text: str) -> Iterator[list[str]]:
    """Split at line feeds alone: what `splitlines` takes for a line end besides may stand within a description."""
    return (line.rstrip("\r").split("\t") for line in text.split("\n"))
