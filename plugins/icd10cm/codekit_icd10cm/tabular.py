"""Read the tabular list: chapters, blocks, categories and codes with their notes and 7th characters.

Source: NCHS, ICD-10-CM tabular list of diseases and injuries, XML with icd10cm_tabular.xsd, FY2017 to FY2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs

from codekit.formats.xml import fold, line_of, text_of
from codekit.plugin import Code, CodeKind, NoteKind, Problem, SeventhCharacter, TabularNote
from codekit_icd10cm.references import CODE, parse_references
from codekit_icd10cm.seventh import SeventhException, expand, parse_exception

if TYPE_CHECKING:
    from lxml.etree import _Element

_NOTES = {
    "includes": NoteKind.INCLUDES,
    "inclusionTerm": NoteKind.INCLUSION_TERM,
    "excludes1": NoteKind.EXCLUDES1,
    "excludes2": NoteKind.EXCLUDES2,
    "codeFirst": NoteKind.CODE_FIRST,
    "useAdditionalCode": NoteKind.USE_ADDITIONAL_CODE,
    "codeAlso": NoteKind.CODE_ALSO,
    "notes": NoteKind.NOTE,
    "sevenChrNote": NoteKind.NOTE,
}
_STRUCTURE = frozenset({"name", "desc", "sectionIndex", "section", "diag"})
_RANGE_IN_TITLE = re.compile(r"\s*\(([A-Z][0-9A-Z]{2}(?:-[A-Z][0-9A-Z]{2})?)\)$")
_BLOCK_ID = re.compile(r"([A-Z][0-9A-Z]{2})(?:-([A-Z][0-9A-Z]{2}))?")


@attrs.frozen(kw_only=True)
class _Content:
    """What hangs on a row besides its code and title."""

    notes: tuple[TabularNote, ...]
    sevenths: tuple[SeventhCharacter, ...]


def read_tabular(name: str, root: _Element, problems: list[Problem]) -> tuple[Code, ...]:
    """Read the rows of the tabular list, codes with a 7th character included.

    Args:
        name: Name of the file inside the release, for messages.
        root: Element `ICD10CM.tabular`.
        problems: What is wrong in the file is added here.

    Returns:
        Rows in printed order, parents before children.
    """
    reader = _Reader(name, problems)
    for position, chapter in enumerate(root.iterchildren("chapter"), start=1):
        reader.chapter(chapter, position)
    reader.check_references()
    return tuple(reader.rows.values())


class _Reader:
    """Walks one file and collects its rows by code."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.rows: dict[str, Code] = {}
        self._name = name
        self._problems = problems
        self._exceptions: list[SeventhException] = []

    def chapter(self, element: _Element, position: int) -> None:
        number = fold(element.findtext("name")) or str(position)
        title = fold(element.findtext("desc"))
        matched = _RANGE_IN_TITLE.search(title)
        content = self._content(element)
        row = Code(
            code=f"Chapter {number}",
            title=title[: matched.start()] if matched else title,
            kind=CodeKind.CHAPTER,
            notes=content.notes,
            seventh_characters=content.sevenths,
            attributes={"range": matched[1]} if matched else {},
        )
        self._add(row, element)
        blocks: list[str] = []
        for section in element.iterchildren("section"):
            self._block(section, row.code, blocks)

    def check_references(self) -> None:
        """Report notes that name a single code which is not in the list; the ends of a range need not be."""
        for row in self.rows.values():
            for note in row.notes:
                for reference in note.references:
                    if reference.last is None and reference.first not in self.rows:
                        message = f"a note of {row.code} names {reference.first}, which is not listed"
                        self._problems.append(Problem(file=self._name, line=None, message=message))

    def _block(self, element: _Element, chapter: str, earlier: list[str]) -> None:
        printed = fold(element.get("id"))
        matched = _BLOCK_ID.fullmatch(printed)
        if matched is None:
            self._problem(element, f"section id {printed!r} is no range of categories; its codes stand in {chapter}")
            self._diagnoses(element, chapter, ())
            return
        block = f"{matched[1]}-{matched[2] or matched[1]}"
        content = self._content(element)
        row = Code(
            code=block,
            title=_RANGE_IN_TITLE.sub("", fold(element.findtext("desc"))),
            kind=CodeKind.BLOCK,
            parent=_enclosing(block, earlier) or chapter,
            notes=content.notes,
            seventh_characters=content.sevenths,
        )
        if self._add(row, element):
            earlier.append(block)
        self._diagnoses(element, block, content.sevenths)

    def _diagnoses(self, element: _Element, parent: str, inherited: tuple[SeventhCharacter, ...]) -> None:
        for child in element.iterchildren("diag"):
            self._diagnosis(child, parent, inherited)

    def _diagnosis(self, element: _Element, parent: str, inherited: tuple[SeventhCharacter, ...]) -> None:
        code = fold(element.findtext("name"))
        if CODE.fullmatch(code) is None:
            self._problem(element, f"{code!r} is no code; the row was left out, its sub-codes stand under {parent}")
            self._diagnoses(element, parent, inherited)
            return
        content = self._content(element)
        sevenths = content.sevenths or inherited
        leaf = next(element.iterchildren("diag"), None) is None
        expandable = leaf and bool(sevenths) and len(code.replace(".", "")) < 7
        row = Code(
            code=code,
            title=fold(element.findtext("desc")),
            kind=CodeKind.CATEGORY if len(code) == 3 else CodeKind.CODE,
            parent=parent,
            assignable=leaf and not expandable,
            notes=content.notes,
            seventh_characters=content.sevenths,
            attributes={str(key): str(value) for key, value in element.attrib.items()},
        )
        self._check(row, element)
        if self._add(row, element) and expandable:
            for seventh in sevenths:
                if not any(exception.bars(code, seventh.character) for exception in self._exceptions):
                    self._add(_expanded(row, seventh), element)
        self._diagnoses(element, code, sevenths)

    def _check(self, row: Code, element: _Element) -> None:
        if not row.title:
            self._problem(element, f"{row.code} has no title")
        if row.kind is CodeKind.CODE and row.parent and not row.code.startswith(row.parent):
            self._problem(element, f"{row.code} stands under {row.parent}, which does not begin it; kept there")

    def _add(self, row: Code, element: _Element) -> bool:
        if row.code in self.rows:
            self._problem(element, f"{row.code} is listed twice; the first row was kept")
            return False
        self.rows[row.code] = row
        return True

    def _content(self, element: _Element) -> _Content:
        notes: list[TabularNote] = []
        sevenths: list[SeventhCharacter] = []
        for child in element.iterchildren("*"):
            tag = str(child.tag)
            if kind := _NOTES.get(tag):
                notes.extend(self._notes(child, kind))
            elif tag == "sevenChrDef":
                self._sevenths(child, sevenths, notes)
            elif tag == "visualImpairment":
                notes.append(TabularNote(kind=NoteKind.NOTE, text=_visual_impairment(child)))
            elif tag not in _STRUCTURE:
                self._problem(child, f"unknown element <{tag}> was left out")
        return _Content(notes=tuple(notes), sevenths=tuple(sevenths))

    def _notes(self, element: _Element, kind: NoteKind) -> Iterable[TabularNote]:
        for note in element.iterchildren("*"):
            text = text_of(note)
            if text:
                if exception := parse_exception(text):
                    self._exceptions.append(exception)
                yield TabularNote(kind=kind, text=text, references=parse_references(text))
            else:
                self._problem(note, f"empty note in <{element.tag}> was left out")
        if fold(element.text):
            self._problem(element, f"text outside of a note in <{element.tag}> was left out")

    def _sevenths(self, element: _Element, found: list[SeventhCharacter], notes: list[TabularNote]) -> None:
        for child in element.iterchildren("*"):
            text = text_of(child)
            character = fold(child.get("char"))
            if child.tag == "extension" and len(character) == 1:
                found.append(SeventhCharacter(character=character, meaning=text))
            elif child.tag == "note" and text:
                # A few definitions print a second wording below the character that it belongs to.
                label = f"7th character {found[-1].character}: " if found else ""
                notes.append(TabularNote(kind=NoteKind.NOTE, text=label + text))
            else:
                self._problem(child, f"<{child.tag}> in a 7th character definition was left out")

    def _problem(self, element: _Element, message: str) -> None:
        self._problems.append(Problem(file=self._name, line=line_of(element), message=message))


def _expanded(base: Code, seventh: SeventhCharacter) -> Code:
    return Code(
        code=expand(base.code, seventh.character),
        title=f"{base.title}, {seventh.meaning}",
        kind=CodeKind.CODE,
        parent=base.code,
        assignable=True,
        attributes={"seventh_character": seventh.character},
    )


def _enclosing(block: str, earlier: Iterable[str]) -> str | None:
    """Find the smallest earlier block around this one: `C00-C75` for `C00-C14`."""
    first, last = block.split("-")
    around = [other for other in earlier if other[:3] <= first and last <= other[4:]]
    # Blocks nest, so among those around this one the innermost starts last or else was printed last.
    return max(reversed(around), key=lambda other: other[:3], default=None)


def _visual_impairment(table: _Element) -> str:
    """Write the table under H54 as one sentence per category of impairment."""
    return " ".join(filter(None, (_impairment_category(row) for row in table.iterchildren("visCategory"))))


def _impairment_category(row: _Element) -> str:
    value = fold(row.findtext("value"))
    if not value:
        return ""
    limits = ", or ".join(filter(None, (_acuity(limit) for limit in row.iterchildren("visRange"))))
    return f"Category {value}: best corrected visual acuity {limits}." if limits else f"Category {value}."


def _acuity(limit: _Element) -> str:
    below = fold(limit.findtext("visMax/value"))
    least = fold(limit.findtext("visMin/value"))
    if below[:1].isdigit():
        below = f"less than {below}"
    return " and ".join(filter(None, (below, least and f"equal to or better than {least}")))
