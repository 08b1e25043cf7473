"""The hooks of one system and its extensions, called so that a fault is named and goes no farther than it must."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from functools import partial
from time import thread_time
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from codekit.conventions import Convention, Draft
from codekit.errors import PluginError
from codekit.plugins.hookspecs import SystemSpecs
from codekit.plugins.isolation import FAULTS, MOST_ITEMS, SLOW_AFTER, Around, blame, bounded, checked
from codekit.plugins.registry import EXTENSION, Plugins, make_manager
from codekit.types import Edit, Encounter, Note

if TYPE_CHECKING:
    from codekit.editions.edition import Edition

T = TypeVar("T")

# Called once per edition or download, of which everyone knows that it takes time.
_LONG = frozenset(
    (
        "codekit_identify_release",
        "codekit_parse_release",
        "codekit_guidelines",
        "codekit_check_edition",
        "codekit_publications",
        "codekit_publication_files",
    )
)


class HookCaller:
    """The hooks of one system and its extensions.

    A fault of the system's own plugin is raised as `PluginError`; for one of an extension there is a warning, and the
    call is answered without that extension.

    Args:
        plugin: Name of the plugin that offers the system.
        hooks: The object that it registered.
        extensions: Objects of other plugins by name, sorted.
        warnings: Where to say what was wrong with an extension, or slow; each once.
        around: Makes the context in which the plugins' code runs.
    """

    def __init__(
        self,
        plugin: str,
        hooks: object,
        extensions: Mapping[str, object],
        warnings: list[str],
        around: Around = nullcontext,
    ) -> None:
        self._plugin = plugin
        self._own = {plugin: hooks}
        self._extensions = dict(extensions)
        self._warnings = warnings
        self._around = around
        self._manager = make_manager(SystemSpecs, {**self._own, **self._extensions})

    def one(self, hook: str, kind: type[T], **arguments: object) -> T | None:
        """Call a hook for the first answer; None where no plugin has one."""

        def collect(result: object) -> T | None:
            return None if result is None else checked(result, kind)

        return self._call(hook, collect, arguments)

    def some(self, hook: str, kind: type[T], **arguments: object) -> tuple[T, ...] | None:
        """Call a hook for the first answer, which is a list; None where no plugin has one."""

        def collect(result: object) -> tuple[T, ...] | None:
            return None if result is None else tuple(bounded(checked(result, (list, tuple)), kind))

        return self._call(hook, collect, arguments)

    def all(self, hook: str, kind: type[T], **arguments: object) -> tuple[T, ...]:
        """Call a hook for the answers of all plugins, joined."""
        return tuple(item for group in self.groups(hook, kind, **arguments) for item in group)

    def groups(self, hook: str, kind: type[T], **arguments: object) -> list[list[T]]:
        """Call a hook for the answers of all plugins, one list for each; a long note has more of them than others."""
        if not getattr(self._manager.hook, hook).get_hookimpls():
            # Some hooks are called for every phrase of a note.
            return []
        note = arguments.get("note")
        most = max(MOST_ITEMS, len(note.text)) if isinstance(note, Note) else MOST_ITEMS

        def collect(groups: list[Iterable[object]]) -> list[list[T]]:
            return [bounded(group, kind, most) for group in groups]

        return self._call(hook, collect, arguments)

    def layers(self, hook: str, kind: type[T], **arguments: object) -> tuple[T | None, tuple[T, ...]]:
        """Call a hook for an answer of each plugin: that of the system's own, and those of its extensions by name."""

        def collect(results: list[object]) -> list[T]:
            return [checked(one, kind) for one in results]

        own = self._alone(self._plugin, self._own[self._plugin], self._warnings)._call(hook, collect, arguments)
        found: list[T] = []
        for name, extension in self._extensions.items():
            try:
                found.extend(self._alone(name, extension, self._warnings)._call(hook, collect, arguments))
            except PluginError as error:
                self._warn(f"{name}: {error}. The system goes on without it")
        return next(iter(own), None), tuple(found)

    def conventions(self, **arguments: object) -> tuple[Convention, ...]:
        """Give the conventions of all plugins; what one of them does wrong is blamed on its plugin."""
        hook = "codekit_conventions"
        owners: dict[str, str] = {}
        for name, extension in self._extensions.items():
            try:
                owners |= {one.id: name for one in self._alone(name, extension, []).all(hook, Convention, **arguments)}
            except FAULTS:
                continue  # the call below says so
        # Plugins are called last first; conventions keep the order in which they came, the system's own in front.
        groups = reversed(self.groups(hook, Convention, **arguments))
        return tuple(
            attrs.evolve(one, apply=partial(self._apply, one, owners.get(one.id, self._plugin)))
            for group in groups
            for one in group
        )

    def _alone(self, name: str, hooks: object, warnings: list[str]) -> HookCaller:
        return HookCaller(name, hooks, {}, warnings, self._around)

    def lazily(self, hook: str, items: Iterable[T]) -> Iterator[T]:
        """Go through what a hook gave, however long it is; a fault comes as late as here."""
        try:
            yield from items
        except FAULTS as error:
            raise blame(self._plugin, hook, error) from error

    def _apply(
        self, convention: Convention, owner: str, draft: Draft, edition: Edition, encounter: Encounter
    ) -> list[Edit]:
        try:
            with self._around():
                return bounded(convention.apply(draft, edition, encounter), Edit)
        except FAULTS as error:
            raise blame(owner, f"its convention {convention.id}", error) from error

    def _call(self, hook: str, collect: Callable[[Any], T], arguments: Mapping[str, object]) -> T:
        start = thread_time()
        with self._around():
            result = self._answer(hook, collect, arguments)
        if thread_time() - start > SLOW_AFTER and hook not in _LONG:
            names = " and ".join(map(repr, (*self._own, *self._extensions)))
            self._warn(f"plugin {names} worked for more than {SLOW_AFTER:.0f} s in {hook}; tell its author")
        return result

    def _answer(self, hook: str, collect: Callable[[Any], T], arguments: Mapping[str, object]) -> T:
        try:
            return collect(getattr(self._manager.hook, hook)(**arguments))
        except FAULTS as error:
            if not self._extensions:
                raise blame(self._plugin, hook, error) from error
        return self._answer_without_faulty_extensions(hook, collect, arguments)

    def _answer_without_faulty_extensions(
        self, hook: str, collect: Callable[[Any], T], arguments: Mapping[str, object]
    ) -> T:
        """Call a hook again with one extension more each time, and leave out those that make it fail."""
        kept = dict(self._own)
        try:
            result = _attempt(kept, hook, collect, arguments)
        except FAULTS as error:
            raise blame(self._plugin, hook, error) from error
        for name, extension in self._extensions.items():
            try:
                result = _attempt({**kept, name: extension}, hook, collect, arguments)
            except FAULTS as error:
                self._warn(f"{name}: {blame(name, hook, error)}. The system goes on without it")
            else:
                kept[name] = extension
        return result

    def _warn(self, message: str) -> None:
        if message not in self._warnings:
            self._warnings.append(message)


def collect_extensions(plugins: Plugins, system_id: str) -> tuple[dict[str, object], list[str]]:
    """Ask every plugin whether it extends a system.

    Args:
        plugins: The installed plugins.
        system_id: The system being opened.

    Returns:
        The extensions by name, sorted, and a sentence for each plugin that failed.
    """
    extensions: dict[str, object] = {}
    warnings: list[str] = []
    for name, manager in plugins.loaded.items():
        try:
            with plugins.around():
                offered = manager.hook.codekit_extend_system(system_id=system_id)
            for extension in offered:
                make_manager(SystemSpecs, {name: extension})
                extensions[name + EXTENSION] = extension
        except FAULTS as error:
            fault = blame(name, "codekit_extend_system", error)
            warnings.append(f"{name}: {fault}. {system_id} is opened without it")
    return extensions, warnings


def _attempt(parts: Mapping[str, object], hook: str, collect: Callable[[Any], T], arguments: Mapping[str, object]) -> T:
    return collect(getattr(make_manager(SystemSpecs, parts).hook, hook)(**arguments))
