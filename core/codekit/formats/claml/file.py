"""Read a ClaML file: a flat list of classes, modifiers and rubrics that refer to each other.

Source: ClaML 2.0.0, as the WHO and national publishers use it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import attrs

from codekit.formats.claml.rubrics import Rubric, read_rubric
from codekit.formats.notation import Notation
from codekit.formats.xml import elements, fold, line_of, local
from codekit.types import Problem

if TYPE_CHECKING:
    from lxml.etree import _Element

_ROOT = re.compile(r"<(?:\w+:)?ClaML\b")
_TAGS = ("UsageKind", "Modifier", "ModifierClass", "Class")
_EXCLUDED = "excludeOnPrecedingModifier"
_LEVELS = ("chapter", "block", "category")
_MARKS = {"+": "dagger", "†": "dagger", "*": "asterisk"}
_USAGES = {"aster": "asterisk", "asterisk": "asterisk", "dagger": "dagger"}


@attrs.frozen(kw_only=True)
class ClamlTitle:
    """What a file calls itself; what it does not say is empty.

    Args:
        name: Short name.
        version: Such as a year.
        date: As written, mostly in ISO 8601.
        text: Title for people.
    """

    name: str = ""
    version: str = ""
    date: str = ""
    text: str = ""


@attrs.frozen(kw_only=True)
class ModifiedBy:
    """A modifier that a class takes.

    Args:
        code: Code of the modifier.
        position: Place in the code that it fills, from 1, the dot not counted; None where the file does not say.
        valid: Characters of the modifier's classes that hold; None for all.
    """

    code: str
    position: int | None
    valid: tuple[str, ...] | None


@attrs.frozen(kw_only=True)
class ClamlClass:
    """A class as the file has it.

    Args:
        code: As printed.
        kind: `chapter`, `block` or `category`.
        usage: `dagger`, `asterisk`, another mark's name, or empty.
        meta: Names and values.
        above: Codes of its super-classes.
        below: Codes of its sub-classes, in order.
        modified: Modifiers that it takes.
        excluded: Codes of modifiers that it does not inherit.
        rubrics: In printed order.
        history: What it says of itself.
        line: 1-based.
    """

    code: str
    kind: str
    usage: str
    meta: Mapping[str, str]
    above: tuple[str, ...]
    below: tuple[str, ...]
    modified: tuple[ModifiedBy, ...]
    excluded: frozenset[str]
    rubrics: tuple[Rubric, ...]
    history: tuple[str, ...]
    line: int | None


@attrs.frozen(kw_only=True)
class ModifierClass:
    """One value of a modifier.

    Args:
        modifier: Code of the modifier.
        code: The one character that it adds to a code.
        preceding: Pairs of a modifier and its class behind which it does not stand; an empty modifier stands for any.
        usage: As that of a class.
        rubrics: In printed order.
        line: 1-based.
    """

    modifier: str
    code: str
    usage: str
    preceding: frozenset[tuple[str, str]]
    rubrics: tuple[Rubric, ...]
    line: int | None


@attrs.define(kw_only=True)
class ClamlFile:
    """What a file holds.

    Args:
        notation: How the classification writes its codes.
        classes: In order of the file.
        modifiers: Characters of the classes of each modifier, as it lists them.
        values: Classes of each modifier, in order of the file.
        rubrics: Every rubric with an id, for those that include it.
        order: Codes of the chapters, in order; empty where the file does not say.
        usages: Names of the marks, by what a class calls them.
    """

    notation: Notation
    classes: list[ClamlClass] = attrs.field(factory=list)
    modifiers: dict[str, tuple[str, ...]] = attrs.field(factory=dict)
    values: defaultdict[str, list[ModifierClass]] = attrs.field(factory=lambda: defaultdict(list))
    rubrics: dict[str, Rubric] = attrs.field(factory=dict)
    order: tuple[str, ...] = ()
    usages: dict[str, str] = attrs.field(factory=lambda: dict(_USAGES))

    def values_of(self, modifier: str) -> list[ModifierClass]:
        """Give the classes of a modifier in the order in which it lists them."""
        at = {code: place for place, code in enumerate(self.modifiers.get(modifier, ()))}
        return sorted(self.values.get(modifier, ()), key=lambda value: at.get(value.code, len(at)))


def read_file(name: str, data: bytes, notation: Notation, problems: list[Problem], language: str = "en") -> ClamlFile:
    """Read a file as it is, without working out its rows.

    Args:
        name: Name of the file inside the release, for messages.
        data: The whole file.
        notation: How the classification writes its codes.
        problems: What is wrong in the file is added here.
        language: What the tag of the language begins with in which labels are read, where they come in several.

    Returns:
        Everything that codes are made of.

    Raises:
        SourceError: It is no XML, or declares entities.
    """
    file = ClamlFile(notation=notation)
    file.order = next(_orders(name, data), ())
    for element in elements(name, data, _TAGS, problems):
        _read_element(name, element, file, language, problems)
    rubrics = [one.rubrics for one in file.classes]
    rubrics += [value.rubrics for values in file.values.values() for value in values]
    file.rubrics.update((rubric.id, rubric) for each in rubrics for rubric in each if rubric.id)
    return file


def is_claml(head: str) -> bool:
    """Tell by the beginning of a file whether it is one."""
    return _ROOT.search(head) is not None


def read_title(name: str, data: bytes) -> ClamlTitle:
    """Read what a file calls itself; nothing of its classes is read.

    Args:
        name: Name of the file inside the release, for messages.
        data: The whole file.

    Raises:
        SourceError: It is no XML, or declares entities.
    """
    for one in elements(name, data, ("Title",), [], depth=1):
        return ClamlTitle(
            name=fold(one.get("name")), version=one.get("version", ""), date=one.get("date", ""), text=fold(one.text)
        )
    return ClamlTitle()


def _orders(name: str, data: bytes) -> Iterator[tuple[str, ...]]:
    """Give the order of the chapters; it stands at the head, so that reading stops there."""
    for element in elements(name, data, ("Meta",), [], depth=1):
        if element.get("name") == "TopLevelSort":
            yield tuple(element.get("value", "").split())


def _read_element(name: str, element: _Element, file: ClamlFile, language: str, problems: list[Problem]) -> None:
    match local(element):
        case "UsageKind":
            usage, mark = element.get("name", ""), element.get("mark", "")
            file.usages.setdefault(usage, _MARKS.get(mark, usage))
        case "Modifier":
            file.modifiers[element.get("code", "")] = _characters(_parts(element)["SubClass"])
        case "ModifierClass":
            value = _modifier_class(element, file, language)
            if value.modifier and len(value.code) == 1 and value.code.isalnum():
                file.values[value.modifier].append(value)
            else:
                message = f"modifier class {value.code[:20]!r}; expected one character and a modifier; it was left out"
                _report(name, element, message, problems)
        case "Class":
            one = _class(element, file, language)
            if one.code and one.kind in _LEVELS:
                file.classes.append(one)
            else:
                message = f"class {one.code[:20]!r} of kind {one.kind[:20]!r}; expected a code and one of {_LEVELS}"
                _report(name, element, f"{message}; it was left out", problems)


def _class(element: _Element, file: ClamlFile, language: str) -> ClamlClass:
    usage, variants, parts = element.get("usage", ""), element.get("variants", ""), _parts(element)
    meta = {one.get("name", ""): one.get("value", "") for one in parts["Meta"]}
    return ClamlClass(
        code=fold(element.get("code")),
        kind=element.get("kind", ""),
        usage=file.usages.get(usage, usage),
        meta={**meta, "variants": variants} if variants else meta,
        above=_codes(parts["SuperClass"]),
        below=_codes(parts["SubClass"]),
        modified=tuple(map(_modified, parts["ModifiedBy"])),
        excluded=frozenset(_codes(parts["ExcludeModifier"])),
        rubrics=tuple(read_rubric(one, file.notation, language) for one in parts["Rubric"]),
        history=tuple(filter(None, (fold("".join(map(str, one.itertext()))) for one in parts["History"]))),
        line=line_of(element),
    )


def _modified(element: _Element) -> ModifiedBy:
    position = element.get("position", "")
    valid = _characters(_parts(element)["ValidModifierClass"])
    every = element.get("all", "true").lower() != "false" and not valid
    return ModifiedBy(
        code=element.get("code", ""),
        position=int(position) if position.isdecimal() else None,
        valid=None if every else valid,
    )


def _modifier_class(element: _Element, file: ClamlFile, language: str) -> ModifierClass:
    usage, parts = element.get("usage", ""), _parts(element)
    metas = [one.get("value", "") for one in parts["Meta"] if one.get("name") == _EXCLUDED]
    return ModifierClass(
        modifier=element.get("modifier", ""),
        code=fold(element.get("code")).lstrip("."),
        usage=file.usages.get(usage, usage),
        preceding=frozenset(
            (modifier, code.lstrip(".")) for modifier, _, code in (fold(one).rpartition(" ") for one in metas)
        ),
        rubrics=tuple(read_rubric(one, file.notation, language) for one in parts["Rubric"]),
        line=line_of(element),
    )


def _parts(element: _Element) -> defaultdict[str, list[_Element]]:
    """Give the children of an element by their names, in order."""
    parts: defaultdict[str, list[_Element]] = defaultdict(list)
    for child in element:
        parts[local(child)].append(child)
    return parts


def _codes(elements: Iterable[_Element]) -> tuple[str, ...]:
    return tuple(filter(None, (fold(one.get("code")) for one in elements)))


def _characters(elements: Iterable[_Element]) -> tuple[str, ...]:
    return tuple(code.lstrip(".") for code in _codes(elements))


def _report(name: str, element: _Element, message: str, problems: list[Problem]) -> None:
    problems.append(Problem(file=name, line=line_of(element), message=message))
