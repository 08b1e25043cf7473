"""Which codes a rule was written with, read from its code, so that no list has to be kept beside it."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from types import CodeType, FunctionType

import attrs

from codekit.plugin import CodeReference

_CODE = r"[A-Z](?=[0-9A-Z]?\d)[0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?"
_REFERENCE = re.compile(rf"(?P<first>{_CODE})(?:-(?P<last>{_CODE}))?")
_PACKAGE = __name__.rpartition(".")[0]


@functools.cache
def named_codes(rule: Callable[..., object]) -> tuple[CodeReference, ...]:
    """List the codes and ranges that stand in a rule, in its constants, and in the functions of this package it calls.

    Codes that a rule puts together, such as a category with a suffix, are not found.

    Args:
        rule: The function that applies the rule.

    Returns:
        Each once, sorted.
    """
    texts = {text for text in _texts(rule, set()) if _REFERENCE.fullmatch(text)}
    ends = (text.partition("-") for text in sorted(texts))
    return tuple(CodeReference(first=first, last=last or None) for first, _, last in ends)


def _texts(value: object, seen: set[int]) -> Iterator[str]:
    """Yield every text that a value holds."""
    if isinstance(value, str):
        yield value
        return
    if id(value) in seen:
        return
    seen.add(id(value))
    for part in _parts(value):
        yield from _texts(part, seen)


def _parts(value: object) -> Iterator[object]:
    if isinstance(value, FunctionType):
        if value.__module__.startswith(_PACKAGE):
            yield from _in_code(value.__code__, value.__globals__)
            yield from (cell.cell_contents for cell in value.__closure__ or ())
    elif isinstance(value, Mapping):
        yield from (*value.keys(), *value.values())
    elif isinstance(value, tuple | list | frozenset | set):
        yield from value
    elif attrs.has(type(value)) and not isinstance(value, type):
        yield from attrs.astuple(value, recurse=False)  # type: ignore[arg-type]


def _in_code(code: CodeType, names: Mapping[str, object]) -> Iterator[object]:
    yield from (names[name] for name in code.co_names if name in names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _in_code(constant, names)
        else:
            yield constant
