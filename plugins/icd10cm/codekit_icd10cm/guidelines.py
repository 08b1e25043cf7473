"""Read the official guidelines, and the instructions that open the tabular list.

Source: CMS and NCHS, ICD-10-CM Official Guidelines for Coding and Reporting, PDF, FY2025 and FY2026.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence

import attrs

from codekit.formats.xml import parse_xml, text_of
from codekit.plugin import CodeReference, GuidelineSection, Release, Source, SourceError
from codekit_icd10cm.contents import Heading, level_of, locate, read_contents
from codekit_icd10cm.files import FileKind, find_files
from codekit_icd10cm.pages import Line, join, read_lines
from codekit_icd10cm.paragraphs import paragraphs
from codekit_icd10cm.references import parse_references

_TITLE = "official guidelines for coding and reporting"
_DEEPER = (
    re.compile(r"(\d{1,2})\)\s*(\S.*)"),
    re.compile(r"\(([a-z])\)\s*(\S.*)"),
    re.compile(r"\(([ivx]+)\)\s*(\S.*)"),
)
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_TITLE_LINES = 3


@attrs.define
class _Draft:
    """A section whose lines are still being collected."""

    id: str
    title: str
    page: int
    lines: list[Line] = attrs.field(factory=list)


def read_guidelines(release: Release, source: Source) -> tuple[GuidelineSection, ...]:
    """Read the guidelines among the files of a release.

    Args:
        release: The release; of several guidelines the one of its fiscal year is read.
        source: Its files.

    Returns:
        The instructions of the tabular list as sections `Tabular.1` and on, then the sections of the
        guidelines in printed order; nothing of what is not there.

    Raises:
        SourceError: A PDF that is named as the guidelines cannot be read.
    """
    documents = [lines for name in source.names() if (lines := _document(name, source))]
    year = f"FY {release.version[:4]}"
    of_year = [lines for lines in documents if any(year in line.text for line in lines[:5])]
    chosen = next(iter(of_year or documents), ())
    return (*_instructions(source), *_sections(chosen))


def _document(name: str, source: Source) -> Sequence[Line]:
    """Return the lines of a PDF if it is the guidelines, else none."""
    if not name.lower().endswith(".pdf"):
        return ()
    try:
        return read_lines(source.read(name), wanted=lambda first: _TITLE in first.lower())
    except ValueError as error:
        if "guideline" not in name.lower():
            return ()
        raise SourceError(
            f"{name}: not a readable PDF ({error}); download the guidelines again or leave the file out"
        ) from error


def _instructions(source: Source) -> Iterable[GuidelineSection]:
    tabular = find_files(source, []).get(FileKind.TABULAR)
    if tabular is None:
        return
    root = parse_xml(tabular.name, source.read(tabular.name), [])
    sections = root.iterfind("introduction/introSection[@type='instruction']")
    for number, section in enumerate(sections, start=1):
        title = section.find("title")
        yield GuidelineSection(
            id=f"Tabular.{number}",
            title="" if title is None else text_of(title).rstrip(":"),
            text="\n\n".join(text_of(note) for note in section.iterfind("instruction/note")),
            page=1,
        )


def _sections(lines: Sequence[Line]) -> Iterable[GuidelineSection]:
    headings, start = read_contents(lines)
    places = {place: heading for heading, place in locate(headings, lines, start)}
    scopes: dict[str, tuple[CodeReference, ...]] = {}
    for draft in _drafts(lines, places):
        text = paragraphs(draft.lines)
        named = parse_references(text, bare=True)
        scope = parse_references(draft.title) or scopes.get(draft.id.rpartition(".")[0], ())
        scope = tuple(reference for reference in named if _narrows(reference, scope)) or scope
        # What chapter 1 names besides A00-B99 is dealt with in one section of it, not in all.
        scopes[draft.id] = tuple(reference for reference in scope if reference.last) or scope
        applies = tuple(dict.fromkeys((*scope, *named)))
        yield GuidelineSection(id=draft.id, title=draft.title, text=text, page=draft.page, applies_to=applies)


def _narrows(reference: CodeReference, scope: Iterable[CodeReference]) -> bool:
    """Tell whether a range of categories in a text is what the section, of its chapter, is about.

    So the section on diabetes and those below it are about E08 to E13, and not all of chapter 4.
    """
    last = reference.last
    return (
        last is not None
        and "." not in reference.first
        and any(wider.last is not None and wider.first <= reference.first and last <= wider.last for wider in scope)
    )


def _drafts(lines: Sequence[Line], places: dict[int, Heading]) -> Iterable[_Draft]:
    """Cut the lines into sections: at the headings of the table of contents, and below them by numbering."""
    drafts: list[_Draft] = []
    listed = {heading.id for heading in places.values()}
    base, deeper = "", list[str]()
    position = min(places, default=len(lines))
    while position < len(lines):
        line = lines[position]
        if heading := places.get(position):
            base, deeper = heading.id, []
            taken = _lines_of(heading, lines, position)
            drafts.append(_Draft(heading.id, _title(heading, lines[position : position + taken]), line.page))
            position += taken
        elif sibling := _unlisted(line, base, listed):
            base, deeper = sibling.id, []
            drafts.append(_Draft(sibling.id, sibling.title, line.page))
            position += 1
        elif found := _deeper_heading(line, deeper):
            deeper, title = found
            taken = _wrapped(lines, position, places, deeper)
            title = join((title, *(more.text for more in lines[position + 1 : position + taken])))
            drafts.append(_Draft(".".join((base, *deeper)), title, line.page))
            position += taken
        else:
            drafts[-1].lines.append(line)
            position += 1
    return drafts


def _lines_of(heading: Heading, lines: Sequence[Line], position: int) -> int:
    """Count the lines over which a heading of the table of contents runs in the body."""
    length, taken = 0, 0
    while length < len(heading.key) - 2 and taken < 4:
        length += len(lines[position + taken].key)
        taken += 1
    return taken


def _title(heading: Heading, lines: Sequence[Line]) -> str:
    """Read a heading's title where it stands, because the table of contents may keep that of another year."""
    found = level_of(join(line.text for line in lines))
    return heading.title if found is None else found[1]["title"].rstrip(" .")


def _unlisted(line: Line, base: str, listed: Container[str]) -> Heading | None:
    """Read a heading that the table of contents left out: in bold, and next in number to one above."""
    found = level_of(line.text) if line.bold else None
    if found is None:
        return None
    level, match = found
    parts = base.split(".")
    if level == 0 or len(parts) <= level:
        return None
    before, mark = parts[level], match["mark"]
    follows = mark == (str(int(before) + 1) if before.isdigit() else chr(ord(before) + 1))
    own = ".".join((*parts[:level], mark))
    if not follows or own in listed:
        return None
    return Heading(id=own, title=match["title"], page=line.page, key=line.key)


def _deeper_heading(line: Line, deeper: Sequence[str]) -> tuple[list[str], str] | None:
    """Read a heading `1)`, `(a)` or `(i)` if it is the next one in its numbering."""
    for level in reversed(range(len(_DEEPER))):
        match = _DEEPER[level].match(line.text)
        if match is None or level > len(deeper) or not (line.bold or level == 2):
            continue
        before = deeper[level] if level < len(deeper) else None
        if match[1] == _next(level, before) and not (level == 2 and deeper[1:2] == ["h"] and line.bold):
            return [*deeper[:level], match[1]], match[2]
    return None


def _next(level: int, before: str | None) -> str:
    if level == 0:
        return str(int(before) + 1 if before else 1)
    if level == 1:
        return chr(ord(before) + 1) if before else "a"
    return _ROMAN[_ROMAN.index(before) + 1] if before else _ROMAN[0]


def _wrapped(lines: Sequence[Line], position: int, places: dict[int, Heading], deeper: Sequence[str]) -> int:
    """Count the lines of a heading that is not in the table of contents.

    It goes on where the next line's first word did not fit any more and the font stays bold, or, in a
    heading that is not bold, where the next line begins in lower case.
    """
    taken = 1
    while position + taken < len(lines) and taken <= _TITLE_LINES:
        previous, line = lines[position + taken - 1], lines[position + taken]
        goes_on = line.bold if previous.bold else line.text[:1].islower()
        heading = position + taken in places or any(
            _deeper_heading(line, path) for path in (deeper, [*deeper, ""][: len(_DEEPER)])
        )
        if heading or not previous.is_full(line) or not goes_on:
            return taken
        taken += 1
    # So many lines are a paragraph in bold, which marks a change of this year.
    return 1
