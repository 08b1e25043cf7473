"""Make the codes of a ClaML file: its classes, and those that modifiers add below the last of them.

A class that has no class below it takes every modifier of its own and of the classes above it, save those that one of
them excludes. Each modifier adds one character, in order of the places that they fill.

Source: ClaML 2.0.0, elements ModifiedBy, ExcludeModifier, ValidModifierClass; files of the WHO and the BfArM, Meta
`excludeOnPrecedingModifier`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import attrs

from codekit.formats.claml.file import ClamlClass, ClamlFile, ModifiedBy, ModifierClass
from codekit.types import Problem

_PLACE = re.compile(r"_([4-6])$")
_DEEPEST = 20
_LAST = 6  # places of a code


@attrs.frozen(kw_only=True)
class Made:
    """A code that modifiers made.

    Args:
        code: With all its characters.
        parent: The code with one character less.
        values: The modifiers' classes, in order of their places.
    """

    code: str
    parent: str
    values: tuple[ModifierClass, ...]


def expand(name: str, file: ClamlFile, problems: list[Problem]) -> dict[str, list[Made]]:
    """Make the codes below each class.

    Args:
        name: Name of the file inside the release, for messages.
        file: The file.
        problems: A modifier that the file does not have is added here.

    Returns:
        By code of the class, in printed order, parents before children.
    """
    classes = {one.code: one for one in file.classes}
    parents = parents_of(file)
    inner, taken = set(parents.values()), set(classes)
    made: dict[str, list[Made]] = {}
    for one in file.classes:
        if one.kind == "category" and one.code not in inner and file.notation.matches(one.code):
            modified = [each for each in _inherited(one, classes, parents) if _known(name, one, each, file, problems)]
            # Those of one stated place are alternatives.
            places = [list(each) for _, each in groupby(modified, key=lambda each: _position(each) or object())]
            if places:
                made[one.code] = list(_combine(one.code, places, file, taken))
    return made


def parents_of(file: ClamlFile) -> dict[str, str]:
    """Give the code above each class: its first super-class, else the class that lists it as a sub-class."""
    above = {below: one.code for one in reversed(file.classes) for below in one.below}
    stated = {one.code: one.above[0] for one in file.classes if one.above}
    codes = {one.code for one in file.classes}
    return {code: parent for code, parent in {**above, **stated}.items() if code in codes}


def _inherited(one: ClamlClass, classes: Mapping[str, ClamlClass], parents: Mapping[str, str]) -> list[ModifiedBy]:
    """Collect the modifiers of a class, in order of their places; the nearest statement of one stands."""
    found: dict[str, ModifiedBy] = {}
    excluded: set[str] = set()
    at: ClamlClass | None = one
    for _ in range(_DEEPEST):
        if at is None:
            break
        for modified in at.modified:
            if modified.code not in excluded:
                found.setdefault(modified.code, modified)
        excluded |= at.excluded
        at = classes.get(parents.get(at.code, ""))
    kept = [modified for code, modified in found.items() if code not in one.excluded]
    return sorted(kept, key=lambda modified: _position(modified) or 0)


def _position(modified: ModifiedBy) -> int | None:
    """Give the place that a modifier fills: as stated, else as its name ends (`S13M00_5`)."""
    named = _PLACE.search(modified.code)
    return modified.position or (int(named[1]) if named else None)


def _known(name: str, one: ClamlClass, modified: ModifiedBy, file: ClamlFile, problems: list[Problem]) -> bool:
    if file.values.get(modified.code):
        return True
    message = f"{one.code} is modified by {modified.code[:20]!r}, which has no classes; it was left as it is"
    problems.append(Problem(file=name, line=one.line, message=message))
    return False


def _combine(code: str, places: Sequence[Sequence[ModifiedBy]], file: ClamlFile, taken: set[str]) -> Iterator[Made]:
    """Add the characters of the first place to a code, and below each those of the next."""
    waiting: list[tuple[str, tuple[ModifierClass, ...], Sequence[Sequence[ModifiedBy]]]] = [(code, (), places)]
    while waiting:
        base, values, left = waiting.pop()
        if values:
            yield Made(code=base, parent=_shorter(base, values, code), values=values)
        place = _next(len(file.notation.bare(base)), left[0][0]) if left else _LAST + 1
        if place <= _LAST:
            following = {
                file.notation.extended(base, value.code, place): value
                for modified in left[0]
                for value in file.values_of(modified.code)
                if _holds(value, modified, values)
            }
            # A code that the file lists itself is its own.
            below = [(made, (*values, one), left[1:]) for made, one in following.items() if made not in taken]
            waiting.extend(reversed(below))


def _next(filled: int, modified: ModifiedBy) -> int:
    """Give the place that a modifier fills in a code: never one that is filled already."""
    free = filled + 1
    return max(_position(modified) or free, free)


def _shorter(code: str, values: Sequence[ModifierClass], start: str) -> str:
    """Give the code above one that was made: the class itself, or what the modifiers before made of it."""
    return start if len(values) == 1 else code[:-1]


def _holds(value: ModifierClass, modified: ModifiedBy, before: Sequence[ModifierClass]) -> bool:
    if modified.valid is not None and value.code not in modified.valid:
        return False
    ends = {(modifier, one.code) for one in before for modifier in (one.modifier, "")}
    return ends.isdisjoint(value.preceding)
