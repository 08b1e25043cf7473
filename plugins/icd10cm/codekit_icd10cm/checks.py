"""What the tabular list's notes say about a set of codes: facts that both `validate` and the conventions use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import attrs

from codekit.plugin import Code, CodeKind, CodeReference, DraftCode, Edition, InheritedNote, NoteKind, TabularNote

_EXTERNAL_CAUSES = "Chapter 20"
_SYMPTOMS = "Chapter 18"
# "(T36-T50 with fifth or sixth character 5)": the column of the Table of Drugs.
_CHARACTER = re.compile(r"with fifth or sixth character ([\d, or-]+)", re.IGNORECASE)
# "(E08-E13 with .42)": of the range only the codes that end so.
_ENDING = re.compile(r"\bwith \.(\d+)")
_IF_ANY = re.compile(r"\bif (?:applicable|known|present|any)\b|\bany associated\b", re.I)
_COURSE = re.compile(r"\b(acute|chronic)\b")
_SIDE = re.compile(r"\b(right|left)\b")
_MANIFESTATION = re.compile(
    r"\bin (?:other (?:specified |infectious and parasitic )?|infectious (?:and parasitic )?|bacterial )?"
    r"diseases classified elsewhere",
    re.IGNORECASE,
)


@attrs.frozen(kw_only=True)
class Conflict:
    """Two codes of which one excludes the other.

    Args:
        code: The code under which, or under whose ancestor, the note is printed.
        excluded: The code that the note names.
        note: The note with its origin.
    """

    code: str
    excluded: str
    note: InheritedNote


def notes_of(edition: Edition, code: str, kind: NoteKind) -> Iterator[InheritedNote]:
    """Yield the notes of one kind that hold for a code: its own first, then its ancestors', nearest first."""
    return (found for found in edition.notes(code) if found.note.kind is kind)


def assignable_below(edition: Edition, code: str) -> Iterator[Code]:
    """Yield the assignable rows of a subtree, the row itself among them, in printed order."""
    row = edition.get(code)
    if row.assignable:
        yield row
    for child in edition.children(row.code):
        yield from assignable_below(edition, child.code)


def names(edition: Edition, note: TabularNote, code: str) -> bool:
    """Say whether a note names a code, itself or by category or range, and by the character that it asks for."""
    asked = _CHARACTER.search(note.text) if code[0] == "T" else None
    if asked and not set(code[5:7]) & _digits(asked[1]):
        return False
    ending = _ENDING.search(note.text)
    if ending and not code.partition(".")[2].startswith(ending[1]):
        return False
    return any(edition.covers(reference, code) for reference in note.references)


def _digits(text: str) -> set[str]:
    """Read `1-4 or 6`."""
    found = set(re.findall(r"\d", text))
    for low, high in re.findall(r"(\d)-(\d)", text):
        found.update(map(str, range(int(low), int(high) + 1)))
    return found


def excludes1_conflicts(edition: Edition, codes: Sequence[str]) -> Iterator[Conflict]:
    """Find the pairs that an Excludes1 note forbids.

    Args:
        edition: The opened edition.
        codes: Codes of the edition, in sequence.

    Yields:
        Each pair once, in the order of the codes.

    Source: ICD-10-CM Official Guidelines FY2026, section I.A.12.a.
    """
    seen: set[frozenset[str]] = set()
    for code in codes:
        for found in notes_of(edition, code, NoteKind.EXCLUDES1):
            for other in codes:
                if other == code or not names(edition, found.note, other):
                    continue
                pair = frozenset((code, other))
                # A note above both codes sends elsewhere for what both are; it does not set one against the other.
                if pair not in seen and not edition.covers(CodeReference(first=found.origin), other):
                    seen.add(pair)
                    yield Conflict(code=code, excluded=other, note=found)


def may_be_unrelated(edition: Edition, conflict: Conflict) -> bool:
    """Say whether the conditions behind an excluded pair may well be two.

    They may where the note is printed above the category, or where one code is a residual one, which stands for many
    conditions of which the note speaks of one.

    Source: ICD-10-CM Official Guidelines FY2026, section I.A.12.a, the exception and its example.
    """
    origin = edition.get(conflict.note.origin)
    rows = (origin, edition.get(conflict.excluded))
    residual = any(row.kind is CodeKind.CODE and row.title.startswith("Other ") for row in rows)
    return residual or origin.kind in (CodeKind.CHAPTER, CodeKind.BLOCK)


def firmest(edition: Edition, conflict: Conflict) -> Conflict:
    """Give the firmer of the notes by which two codes exclude each other, whichever of them carries it."""
    back = excludes1_conflicts(edition, (conflict.excluded, conflict.code))
    return min((conflict, *back), key=lambda one: may_be_unrelated(edition, one))


@attrs.frozen(kw_only=True)
class Unmet:
    """A `code first` note that no code in front meets.

    Args:
        code: The code that the note holds for.
        origin: The row under which it is printed.
        text: The note, all its choices in one.
        behind: The code that it asks for, where it stands behind; None where it is missing.
        required: False where the note itself says `if applicable` or the like.
    """

    code: str
    origin: str
    text: str
    behind: str | None
    required: bool


def missing_first(edition: Edition, codes: Sequence[str]) -> Iterator[Unmet]:
    """Find the codes whose `code first` note is not met by a code in front of them.

    Args:
        edition: The opened edition.
        codes: Codes of the edition, in sequence.

    Yields:
        One for each code, in sequence.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.A.13 and I.A.17.
    """
    for at, code in enumerate(codes):
        every = list(notes_of(edition, code, NoteKind.CODE_FIRST))
        notes = [found for found in every if found.note.references]
        if not notes or any(names(edition, found.note, other) for found in notes for other in codes[:at]):
            continue
        # Their opening line, "any associated:", names no code itself.
        printed = [found.note for found in every if found.origin == notes[0].origin]
        later = codes[at + 1 :]
        yield Unmet(
            code=code,
            origin=notes[0].origin,
            text=_in_one(printed),
            behind=next((other for found in notes for other in later if names(edition, found.note, other)), None),
            required=not any(_IF_ANY.search(found.note.text) for found in every),
        )


def is_conditional(text: str) -> bool:
    """Say whether a note asks for a code only where there is something to code: `if applicable`, `any associated`."""
    return _IF_ANY.search(text) is not None and "if known" not in text


def missing_companions(edition: Edition, codes: Sequence[str], kind: NoteKind) -> Iterator[tuple[str, str, str]]:
    """Find the notes of a kind that no other code of the set meets.

    Args:
        edition: The opened edition.
        codes: Codes of the edition, in sequence.
        kind: `USE_ADDITIONAL_CODE` or `CODE_ALSO`.

    Yields:
        The code, the row under which the notes are printed, and all their texts in one; once for each row whose
        notes are not met. Those of blocks and chapters are left out, for they hold for thousands of codes.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.A.17 and I.B.7.
    """
    for code in codes:
        notes: dict[str, list[TabularNote]] = {}
        for found in notes_of(edition, code, kind):
            if edition.get(found.origin).kind not in (CodeKind.CHAPTER, CodeKind.BLOCK):
                notes.setdefault(found.origin, []).append(found.note)
        for origin, printed in notes.items():
            for choices in _choices(printed):
                if not any(names(edition, note, other) for note in choices for other in codes if other != code):
                    yield code, origin, _in_one(choices)


def _choices(printed: Sequence[TabularNote]) -> Iterator[Sequence[TabularNote]]:
    """Yield what each note asks for: the lines below a colon are choices of one, others stand for themselves."""
    opened = next((at for at, note in enumerate(printed) if note.text.rstrip().endswith(":")), len(printed))
    yield from ((note,) for note in printed[:opened])
    if opened < len(printed):
        yield printed[opened:]


def asked_for(edition: Edition, code: str, others: Iterable[DraftCode]) -> bool:
    """Say whether a `use additional code` note of other codes names a code, as some do for symptoms."""
    notes = (found.note for other in others for found in notes_of(edition, other.code, NoteKind.USE_ADDITIONAL_CODE))
    return any(names(edition, note, code) for note in notes)


def says_more(edition: Edition, code: str, other: str) -> bool:
    """Say whether a code states a detail of its category that another leaves open.

    Where their ways through the hierarchy part, the other's says `unspecified` or `without complications`
    and the code's does not.

    Source: ICD-10-CM Official Guidelines FY2026, sections I.B.2 and I.B.18.
    """
    if code == other or code[:3] != other[:3] or _apart(edition, code, other):
        return False
    mine, others = (list(reversed(_lineage(edition, one))) for one in (code, other))
    parted = next((pair for pair in zip(mine, others, strict=False) if pair[0] != pair[1]), None)
    if parted is None:
        return False
    # An examination finds something or nothing: of the two the visit says which.
    if " with " in parted[0].title and " without " in parted[1].title and code[0] != "Z":
        return True
    if leaves_open(parted[0]):
        # "Other and unspecified neoplasm of skin of lip" tells the place that ", unspecified" leaves open.
        return parted[1].title.endswith("unspecified") and not parted[0].title.endswith("unspecified")
    return leaves_open(parted[1])


def _apart(edition: Edition, code: str, other: str) -> bool:
    """Say whether two codes state different sides or different courses."""
    titles = [edition.get(each).title.lower() for each in (code, other)]
    return any(
        one and two and one.isdisjoint(two)
        for words in (_SIDE, _COURSE)
        for one, two in [[set(words.findall(title)) for title in titles]]
    )


def leaves_open(row: Code) -> bool:
    """Say whether a title leaves a detail open.

    Source: ICD-10-CM Official Guidelines FY2026, section I.A.9.b.
    """
    # "Not specified as traumatic" is the name of what is not, and leaves nothing open.
    title = row.title.lower().replace("not specified as", "")
    return any(phrase in title for phrase in ("unspecified", "not specified", "without complication", "uncomplicated"))


def is_manifestation(edition: Edition, code: str) -> bool:
    """Say whether a code may never stand first because its title says `in diseases classified elsewhere` or the like.

    Source: ICD-10-CM Official Guidelines FY2026, section I.A.13.
    """
    return any(_MANIFESTATION.search(row.title) for row in _lineage(edition, code))


def is_symptom(edition: Edition, code: str) -> bool:
    """Say whether a code is of chapter 18, symptoms and signs.

    Source: ICD-10-CM Official Guidelines FY2026, section I.B.4.
    """
    return any(row.code == _SYMPTOMS for row in edition.ancestors(code))


def is_external_cause(edition: Edition, code: str) -> bool:
    """Say whether a code is of chapter 20 and so never stands first.

    Source: ICD-10-CM Official Guidelines FY2026, section I.C.20.a.6.
    """
    return any(row.code == _EXTERNAL_CAUSES for row in edition.ancestors(code))


def _in_one(notes: Sequence[TabularNote]) -> str:
    """Join the lines of a note: a line that ends in a colon opens a list."""
    return "; ".join(note.text.lstrip(", ") for note in notes).replace(":; ", ": ")


def _lineage(edition: Edition, code: str) -> list[Code]:
    row = edition.get(code)
    return [row, *(above for above in edition.ancestors(code) if above.kind in (CodeKind.CODE, CodeKind.CATEGORY))]
