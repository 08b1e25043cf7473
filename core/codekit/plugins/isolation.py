"""What stands between codekit and a plugin: its faults are blamed on it, and its answers are checked and bounded."""

from __future__ import annotations

import builtins
import re
import sys
from collections.abc import Callable, Hashable, Iterable
from contextlib import AbstractContextManager
from functools import cache
from itertools import islice
from types import NoneType
from typing import Any, TypeVar, cast

import attrs

from codekit.errors import CodekitError, PluginError

T = TypeVar("T")

Around = Callable[[], AbstractContextManager[object]]
"""Makes a context in which code of plugins runs; the command line keeps their prints off standard output with it."""

FAULTS = (Exception, SystemExit)  # a plugin's sys.exit() must not end the program either

SLOW_AFTER = 5.0
"""Seconds of work while it loads, or in one hook while notes are coded, from which a plugin is named as slow.

What counts is the time that the processor spends on the thread that calls the hook (`time.thread_time`). A hook that
sleeps, or waits for a disk, a server or its turn on a busy machine, does no work meanwhile: how long it waits differs
from run to run and says nothing of the plugin.
"""

MOST_ITEMS = 20_000
"""Of one answer; the longest real ones, of guidelines, have a few hundred, and an endless generator has no end."""

_BRACKETS = re.compile(r"\[.*\]")
_ITEMS = re.compile(r"^tuple\[(\w+), \.\.\.\]$")

# What these are given comes from a note, and so could the words of their errors.
_NOTE_HOOKS = frozenset(
    ("codekit_search_index", "codekit_locate_mentions", "codekit_retrieve_guidelines", "codekit_propose_codes")
)


def blame(plugin: str, hook: str, error: BaseException) -> CodekitError:
    """Say whose fault an error is.

    Args:
        plugin: Name of the plugin.
        hook: The hook that failed, or `the convention ...`.
        error: What it raised.

    Returns:
        An error that names plugin, hook and cause, without text that may come from a note; an error that the plugin
        raised in codekit's own terms, such as `SourceError`, as it is.
    """
    if isinstance(error, CodekitError) and not isinstance(error, PluginError):
        return error
    what = type(error).__name__
    if isinstance(error, PluginError):
        what = str(error)
    elif hook.startswith("codekit_") and hook not in _NOTE_HOOKS and str(error):
        what += f": {' '.join(str(error).split())}"
    return PluginError(
        f"plugin {plugin!r} failed in {hook}: {what}; update or uninstall it "
        "(`codekit plugins` names its distribution; --debug shows the traceback)"
    )


def checked(value: object, kind: type[T] | tuple[type, ...]) -> Any:  # noqa: ANN401
    """Give a value that a plugin returned, if it is of the right type and its fields are too.

    Args:
        value: What came back.
        kind: The type, or several, that it may have.

    Returns:
        The value itself.

    Raises:
        PluginError: It is of another type, or one of its fields is.
    """
    _check(value, kind if isinstance(kind, tuple) else (kind,), "")
    for name, allowed, items in _fields(cast("Hashable", type(value))):
        field = getattr(value, name)
        _check(field, allowed, f"a {type(value).__name__} whose {name} is ")
        if items:
            for item in field:
                _check(item, items, f"a {type(value).__name__} whose {name} hold ")
    return value


def bounded(items: Iterable[object], kind: type[T], most: int = MOST_ITEMS) -> list[T]:
    """Collect what a plugin gives, each checked, and stop where it does not end.

    Args:
        items: What a hook returned; perhaps a generator, whose fault comes as late as here.
        kind: The type of each.
        most: More than so many are taken for an answer without end.

    Returns:
        The items in their order.

    Raises:
        PluginError: One is of another type, or there are more than any real answer has.
    """
    found = [checked(item, kind) for item in islice(items, most + 1)]
    if len(found) > most:
        raise PluginError(f"it returned more than {most:,} items of {kind.__name__}; a generator must end")
    return found


def _check(value: object, allowed: tuple[type, ...], what: str) -> None:
    if not isinstance(value, allowed):
        wanted = " or ".join(kind.__name__ for kind in allowed)
        raise PluginError(f"it returned {what}{type(value).__name__} where {wanted} is due")


@cache
def _fields(kind: Hashable) -> tuple[tuple[str, tuple[type, ...], tuple[type, ...]], ...]:
    """Tell for each field of a class of codekit which types it may have, and which its items where it is a tuple.

    A type of another form than those of codekit's frozen classes is not checked.
    """
    if not isinstance(kind, type) or not attrs.has(kind):
        return ()
    named = {**vars(builtins), "None": NoneType, **vars(sys.modules[kind.__module__])}
    found: list[tuple[str, tuple[type, ...], tuple[type, ...]]] = []
    for field in attrs.fields(kind):
        annotation = str(field.type)  # codekit's annotations are strings
        allowed = [named.get(name) for name in _BRACKETS.sub("", annotation).split(" | ")]
        items = [named.get(name) for name in _ITEMS.findall(annotation)]
        if all(isinstance(one, type) for one in (*allowed, *items)):
            wider = [int] if float in allowed else []
            found.append((field.name, (*allowed, *wider), tuple(items)))  # type: ignore[arg-type]
    return tuple(found)
