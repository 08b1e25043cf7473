"""Make codekit's rows of a ClaML file: titles, notes, marks, and the pairs of dagger and asterisk.

Source: WHO, Instruction Manual (Volume 2, 2016), sections 3.1.2 (inclusion and exclusion terms) and 3.1.3 (two codes
for certain conditions: the mark on a title holds for every term of the code, that on a term for the term alone).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from codekit.formats.claml.file import ClamlClass, ClamlFile, read_file
from codekit.formats.claml.modifiers import Made, expand, parents_of
from codekit.formats.claml.rubrics import Rubric
from codekit.formats.notation import Notation
from codekit.formats.rows import FoundRow, Home, arrange, nowhere
from codekit.types import Code, CodeKind, CodePair, NoteKind, Problem, TabularNote

_KINDS = {"chapter": CodeKind.CHAPTER, "block": CodeKind.BLOCK}
_TITLES = ("preferredLong", "preferred")
_MARKED = re.compile(r"\s*\([^()]*[*†]\)")

Hints = Mapping[str, NoteKind]
"""Words of a coding hint, any case, with the kind of note that they make it; the first that it has decide."""

ENGLISH: Hints = {
    "use additional": NoteKind.USE_ADDITIONAL_CODE,
    "code first": NoteKind.CODE_FIRST,
    "code also": NoteKind.CODE_ALSO,
}
"""Hints of files in English."""


@attrs.frozen(kw_only=True)
class Dual:
    """A rubric that names the other half of a pair, before its codes are looked up."""

    code: str
    title: bool
    rubric: Rubric


@attrs.frozen(kw_only=True)
class ClamlRelease:
    """What a file says in codekit's terms.

    Args:
        codes: Rows in printed order.
        pairs: Pairs of dagger and asterisk.
        terms: Dagger and asterisk of the terms that have a pair of their own, by code and text in lower case.
    """

    codes: tuple[Code, ...]
    pairs: tuple[CodePair, ...]
    terms: Mapping[tuple[str, str], tuple[str, str]]


def read_claml(
    name: str,
    data: bytes,
    notation: Notation,
    problems: list[Problem],
    *,
    language: str = "en",
    hints: Hints = ENGLISH,
    chapters: Sequence[str] = (),
    home: Home = nowhere,
) -> ClamlRelease:
    """Read a ClaML file into codekit's terms.

    Args:
        name: Name of the file inside the release, for messages.
        data: The whole file.
        notation: How the classification writes its codes.
        problems: What is wrong in the file is added here.
        language: What the tag of the language begins with in which labels are read, where they come in several.
        hints: What coding hints say in that language.
        chapters: Codes of the chapters in order, for a file that does not say.
        home: Gives the chapter of a code whose parent the file does not have.

    Returns:
        Rows and pairs.

    Raises:
        SourceError: It is no XML, or declares entities.
    """
    file = read_file(name, data, notation, problems, language)
    rows, duals = make_rows(name, file, problems, hints)
    below = {one.code: one.below for one in file.classes if one.below}
    codes = arrange(name, rows, problems, order=below, chapters=file.order or chapters, home=home)
    return ClamlRelease(
        codes=codes, pairs=asterisk_pairs(duals, codes, notation), terms=terms_of(duals, codes, notation)
    )


def make_rows(
    name: str, file: ClamlFile, problems: list[Problem], hints: Hints = ENGLISH
) -> tuple[list[FoundRow], list[Dual]]:
    """Make the rows, those of modifiers among them.

    Args:
        name: Name of the file inside the release, for messages.
        file: What the file holds.
        problems: What is wrong in it is added here.
        hints: What coding hints say.

    Returns:
        Rows in order of the file, and what says which codes are pairs.
    """
    parents, made = parents_of(file), expand(name, file, problems)
    inner = {*parents.values(), *made}
    rows: list[FoundRow] = []
    duals: list[Dual] = []
    for one in file.classes:
        row = _row(name, one, parents.get(one.code), file, problems, hints, leaf=one.code not in inner)
        if row is None:
            continue
        rows.append(FoundRow(code=row, line=one.line))
        duals.extend(_duals(one.code, one.rubrics))
        for each in made.get(one.code, ()):
            rows.append(FoundRow(code=_modified(row, each, file, hints), line=one.line))
            duals.extend(_duals(each.code, each.values[-1].rubrics))
    return rows, duals


def _row(
    name: str,
    one: ClamlClass,
    parent: str | None,
    file: ClamlFile,
    problems: list[Problem],
    hints: Hints,
    *,
    leaf: bool,
) -> Code | None:
    title = _title(one.rubrics)
    if not title:
        problems.append(Problem(file=name, line=one.line, message=f"{one.code} has no title; it was left out"))
        return None
    kind = _KINDS.get(one.kind) or (CodeKind.CATEGORY if len(one.code) <= file.notation.category else CodeKind.CODE)
    attributes = {**one.meta, "usage": one.usage, "history": " ".join(one.history)}
    notes = _notes(one.rubrics, file, hints, term=leaf or kind is CodeKind.CODE)
    return Code(
        code=one.code,
        title=title,
        kind=kind,
        parent=parent,
        notes=tuple(notes),
        attributes={key: value for key, value in attributes.items() if key and value},
    )


def _modified(row: Code, made: Made, file: ClamlFile, hints: Hints) -> Code:
    """Make the row of a code that modifiers made: their texts stand behind the title of the class."""
    titles = [_title(value.rubrics) for value in made.values]
    usage = next((value.usage for value in reversed(made.values) if value.usage), row.attributes.get("usage"))
    attributes = {"usage": usage} if usage else {}
    if len(file.notation.bare(made.code)) == file.notation.category + 2 and titles[-1]:
        attributes["fifth_character"] = titles[-1]
    return Code(
        code=made.code,
        title=", ".join(filter(None, (row.title, *titles))),
        kind=CodeKind.CODE,
        parent=made.parent,
        notes=tuple(_notes(made.values[-1].rubrics, file, hints, term=True)),
        attributes=attributes,
    )


def _title(rubrics: Iterable[Rubric]) -> str:
    """Give the long title where there is one, else the short one, without the codes of partners."""
    texts = {rubric.kind: rubric.text for rubric in reversed(list(rubrics))}
    return next((clean for kind in _TITLES if (clean := _MARKED.sub("", texts.get(kind, "")))), "")


def _notes(rubrics: Iterable[Rubric], file: ClamlFile, hints: Hints, *, term: bool) -> Iterator[TabularNote]:
    """Give the notes of a row; `term` says that its inclusions are terms of its own and not of what stands below."""
    for rubric in rubrics:
        if rubric.kind in _TITLES:
            continue
        included = [file.rubrics[each] for each in rubric.includes if each in file.rubrics]
        text = " ".join(filter(None, (rubric.text, *(one.text for one in included))))
        named = dict.fromkeys(one for each in (rubric, *included) for one in each.references)
        if text:
            yield TabularNote(kind=_note_kind(rubric.kind, text, hints, term=term), text=text, references=tuple(named))


def _note_kind(kind: str, text: str, hints: Hints, *, term: bool) -> NoteKind:
    if kind == "inclusion":
        return NoteKind.INCLUSION_TERM if term else NoteKind.INCLUDES
    if kind == "exclusion":
        # It tells where else to look and forbids nothing.
        return NoteKind.EXCLUDES2
    hint = next((found for words, found in hints.items() if _says(words, text)), NoteKind.NOTE)
    return hint if kind == "coding-hint" else NoteKind.NOTE


def _says(words: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(words)}\b", text, re.I) is not None


def _duals(code: str, rubrics: Iterable[Rubric]) -> Iterator[Dual]:
    return (Dual(code=code, title=one.kind in _TITLES, rubric=one) for one in rubrics if one.partners)


def asterisk_pairs(duals: Sequence[Dual], rows: Sequence[Code], notation: Notation) -> tuple[CodePair, ...]:
    """Work out the pairs of dagger and asterisk.

    Args:
        duals: What names the other half.
        rows: The rows of the release.
        notation: How the classification writes its codes.

    Returns:
        Pairs of kind `asterisk`, the dagger first, each once. The attribute `term` is the term that a pair holds for;
        without it a pair holds for all of its code.
    """
    known = sorted(row.code for row in rows)
    pairs: dict[tuple[str, str], CodePair] = {}
    for dual in duals:
        term = {} if dual.title else {"term": _MARKED.sub("", dual.rubric.text)}
        for partner in dual.rubric.partners:
            for other in notation.named_codes(partner.text, known):
                first, second = (other, dual.code) if partner.usage == "dagger" else (dual.code, other)
                pair = CodePair(kind="asterisk", first=first, second=second, attributes=term)
                if not term or (first, second) not in pairs:
                    pairs[first, second] = pair
    return tuple(pairs.values())


def terms_of(
    duals: Sequence[Dual], rows: Sequence[Code], notation: Notation
) -> Mapping[tuple[str, str], tuple[str, str]]:
    """Give dagger and asterisk of each term that has exactly one pair, by its code and its text in lower case."""
    known = sorted(row.code for row in rows)
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for dual in duals:
        for partner in dual.rubric.partners:
            others = notation.named_codes(partner.text, known)
            if len(others) == 1 and len(dual.rubric.partners) == 1:
                pair = (others[0], dual.code) if partner.usage == "dagger" else (dual.code, others[0])
                found[dual.code, _MARKED.sub("", dual.rubric.text).lower()] = pair
    return found
