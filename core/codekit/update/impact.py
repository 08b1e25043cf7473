"""What a new edition means for a user: results that change, and conventions and saved results with codes that go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cached_property

import attrs

from codekit.conventions import Convention
from codekit.editions.diff.changes import EditionDiff, EntryChange, Field, FieldChange, NoteChange, Retired, Successor
from codekit.editions.edition import Edition
from codekit.editions.schema import code_key
from codekit.types import Action, Assignment, CodingResult, Dropped, Edit, Evidence


class What(StrEnum):
    """What happened to a code of a result."""

    LOST = "lost"
    GAINED = "gained"
    RETITLED = "retitled"
    STATUS = "status"


class Why(StrEnum):
    """What explains it, the plainest first."""

    RETIRED = "retired code"
    NEW_CODE = "new code"
    TITLE = "revised title"
    CONVENTION = "convention"
    INDEX = "index"
    WORDS = "same words"
    NOTE = "note"
    UNEXPLAINED = "unexplained"


@attrs.frozen(kw_only=True)
class Explanation:
    """One thing that explains a change."""

    why: Why
    text: str


@attrs.frozen(kw_only=True)
class CodeImpact:
    """What happened to one code of a result.

    Args:
        what: What happened.
        code: The code.
        title: Its title in the edition that gave it.
        explanations: Never empty, the plainest first.
        successors: Likely ones, of a retired code.
    """

    what: What
    code: str
    title: str
    explanations: tuple[Explanation, ...]
    successors: tuple[Successor, ...] = ()


@attrs.frozen(kw_only=True)
class ResultImpact:
    """A note whose result changes.

    Args:
        note_id: Id of the note.
        before: Codes with the old edition, in sequence.
        after: Codes with the new one.
        codes: Lost codes, then gained ones, then those that stay and change; none where only the sequence does.
    """

    note_id: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    codes: tuple[CodeImpact, ...]


@attrs.frozen(kw_only=True)
class ConventionImpact:
    """A convention that names codes which the new edition no longer has, or has as headings only.

    Args:
        id: Id of the convention.
        title: What it says.
        gone: Codes that the old edition has and the new one has not.
        headings: Codes that a claim could carry and that are headings now.
    """

    id: str
    title: str
    gone: tuple[str, ...]
    headings: tuple[str, ...]


@attrs.frozen(kw_only=True)
class UsedCode:
    """A code of a saved result that is not the same in the new edition.

    Args:
        code: The code.
        retired: What became of it, where a claim can no longer carry it; else None.
        revised: What changed of it, where a claim still can.
    """

    code: str
    retired: Retired | None = None
    revised: tuple[FieldChange, ...] = ()


class Impact:
    """Applies the difference between two editions to what a user has.

    Args:
        old: The old edition.
        new: The new one.
        found: How they differ.
    """

    def __init__(self, old: Edition, new: Edition, found: EditionDiff) -> None:
        self._old, self._new, self._found = old, new, found

    def on_result(self, before: CodingResult, after: CodingResult) -> ResultImpact | None:
        """Say what changes in the result of one note, and why.

        Args:
            before: Its result with the old edition.
            after: Its result with the new one.

        Returns:
            The changes; None where codes, sequence, status and titles are the same.
        """
        was, now = ({one.code: one for one in result.assignments} for result in (before, after))
        lost = [self._lost(one, before, after) for one in before.assignments if one.code not in now]
        gained = [self._gained(one, before, after) for one in after.assignments if one.code not in was]
        kept = [each for one in after.assignments if one.code in was for each in self._kept(was[one.code], one)]
        if list(was) == list(now) and not kept:
            return None
        codes = (*lost, *gained, *kept)
        return ResultImpact(note_id=after.note_id, before=tuple(was), after=tuple(now), codes=codes)

    def on_convention(self, convention: Convention) -> ConventionImpact | None:
        """Say which codes that a convention names are gone, or headings now; None where none is."""
        ends = [code for name in convention.names for code in (name.first, name.last) if code is not None]
        known = [code for code in dict.fromkeys(ends) if self._old.find(code)]
        gone = tuple(code for code in known if self._new.find(code) is None)
        headings = tuple(code for code in known if code not in gone and code_key(code) in self._retired)
        if not gone and not headings:
            return None
        return ConventionImpact(id=convention.id, title=convention.title, gone=gone, headings=headings)

    def on_codes(self, codes: Iterable[str]) -> tuple[UsedCode, ...]:
        """Say which codes of a saved result are retired or revised, in their order."""
        return tuple(filter(None, map(self._used, dict.fromkeys(codes))))

    def _used(self, code: str) -> UsedCode | None:
        retired, revised = self._retired.get(code_key(code)), self._revised.get(code_key(code), ())
        if retired is None and not revised:
            return None
        return UsedCode(code=code, retired=retired, revised=() if retired else revised)

    def _lost(self, one: Assignment, before: CodingResult, after: CodingResult) -> CodeImpact:
        retired = self._retired.get(code_key(one.code))
        found = [_because(Why.RETIRED, _fate(retired, self._new))] if retired else []
        found += self._edits(one.code, before, after)
        found += self._entries(one)
        found += _same_words(one, after, f"with {after.edition}")
        return CodeImpact(
            what=What.LOST,
            code=one.code,
            title=one.title,
            explanations=self._or_notes(found, self._old, one.code),
            successors=retired.successors if retired else (),
        )

    def _gained(self, one: Assignment, before: CodingResult, after: CodingResult) -> CodeImpact:
        row = self._old.find(one.code)
        found = []
        if row is None or not row.assignable:
            replaced = [item.code for item in before.assignments if one.code in self._successors(item.code)]
            instead = f"; it may take the place of {', '.join(replaced)}" if replaced else ""
            found.append(_because(Why.NEW_CODE, f"a claim may carry it from {self._new.label} on{instead}"))
        found += self._edits(one.code, before, after)
        found += self._entries(one)
        found += _same_words(one, before, f"with {before.edition}")
        return CodeImpact(
            what=What.GAINED,
            code=one.code,
            title=one.title,
            explanations=self._or_notes(found, self._new, one.code),
        )

    def _kept(self, was: Assignment, now: Assignment) -> Iterator[CodeImpact]:
        if was.title != now.title:
            why = _because(Why.TITLE, f"was {was.title!r}")
            yield CodeImpact(what=What.RETITLED, code=now.code, title=now.title, explanations=(why,))
        if was.status is not now.status:
            turned = f"was {was.status.value}, is {now.status.value}"
            why = _because(Why.WORDS, "; ".join((turned, *(each.detail for each in now.reasons[-1:]))))
            yield CodeImpact(what=What.STATUS, code=now.code, title=now.title, explanations=(why,))

    def _edits(self, code: str, before: CodingResult, after: CodingResult) -> list[Explanation]:
        """Tell which conventions acted on a code with one edition only."""
        told = []
        for result, other in ((before, after), (after, before)):
            others = {(edit.rule, edit.action, edit.code, edit.replacement) for edit in other.edits}
            for edit in result.edits:
                acted = (edit.rule, edit.action, edit.code, edit.replacement)
                if _acts_on(edit, code) and acted not in others:
                    told.append(_because(Why.CONVENTION, f"only with {result.edition}: {edit.reason} [{edit.rule}]"))
        return told

    def _entries(self, one: Assignment) -> list[Explanation]:
        """Tell how the index entries that led to a code changed, as the reasons of the code name them."""
        words = (reason.detail.partition(": ")[2].partition(" → ")[0] for reason in one.reasons)
        return [
            _because(Why.INDEX, f"{entry.words}: led to {_targets(entry.before)}, leads to {_targets(entry.after)}")
            for entry in filter(None, map(self._by_words.get, words))
        ]

    def _or_notes(self, found: list[Explanation], edition: Edition, code: str) -> tuple[Explanation, ...]:
        """Where nothing explains a change, name the notes at the row and above it that changed."""
        if found:
            return tuple(found)
        rows = (code, *(row.code for row in edition.ancestors(code)))
        notes = [note for row in rows for note in self._notes[code_key(row)]]
        if not notes:
            return (_because(Why.UNEXPLAINED, "nothing that differs between the editions names it"),)
        return tuple(_because(Why.NOTE, f"{note.kind.value} at {note.code} {note.change.value}") for note in notes)

    def _successors(self, code: str) -> set[str]:
        retired = self._retired.get(code_key(code))
        return {one.code for one in retired.successors} if retired else set()

    @cached_property
    def _retired(self) -> dict[str, Retired]:
        return {code_key(one.code): one for one in self._found.retired}

    @cached_property
    def _revised(self) -> dict[str, tuple[FieldChange, ...]]:
        return {
            code_key(one.code): tuple(change for change in one.changes if change.field is not Field.ASSIGNABLE)
            for one in self._found.revised
        }

    @cached_property
    def _notes(self) -> defaultdict[str, list[NoteChange]]:
        notes: defaultdict[str, list[NoteChange]] = defaultdict(list)
        for one in self._found.notes:
            notes[code_key(one.code)].append(one)
        return notes

    @cached_property
    def _by_words(self) -> dict[str, EntryChange]:
        return {one.words: one for one in self._found.index}


def _because(why: Why, text: str) -> Explanation:
    return Explanation(why=why, text=text)


def _fate(retired: Retired, new: Edition) -> str:
    return f"it is a heading in {new.label}" if retired.heading else f"it is not in {new.label}"


def _acts_on(edit: Edit, code: str) -> bool:
    if edit.action is Action.REPLACE:
        return code in (edit.code, edit.replacement)
    return edit.action in (Action.ADD, Action.DROP, Action.LEAVE) and edit.code == code


def _targets(found: Iterable[object]) -> str:
    return " / ".join(map(str, found)) or "nothing"


def _same_words(one: Assignment, other: CodingResult, where: str) -> list[Explanation]:
    """Tell what the words of a code's evidence came to with the other edition."""
    told = [f"{where} they lead to {each.code}" for each in other.assignments if _overlaps(one.evidence, each)]
    told += [
        f"{where} {each.code or 'the mention'} was left out: {each.reason}"
        for each in other.dropped
        if each.code == one.code or (not told and _overlaps(one.evidence, each))
    ]
    return [_because(Why.WORDS, text) for text in dict.fromkeys(told)]


def _overlaps(evidence: Iterable[Evidence], other: Assignment | Dropped) -> bool:
    return any(mine.start < its.end and its.start < mine.end for mine in evidence for its in other.evidence)
