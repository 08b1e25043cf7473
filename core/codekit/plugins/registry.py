"""Discovery of plugins: each entry point is loaded alone, so that a broken one breaks nothing else."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from importlib import metadata
from time import thread_time

import attrs
import pluggy

from codekit.errors import DuplicateSystemError, PluginError, UnknownSystemError
from codekit.plugins import hookspecs
from codekit.plugins.isolation import SLOW_AFTER, Around
from codekit.plugins.offers import BackendClaim, BackendRegistry, Claim, SystemRegistry

EXTENSION = " (extension)"
"""Behind the name of a plugin where it extends the system of another."""

GROUP = "codekit"
"""Name of the entry-point group, of the pluggy project and of every hook's prefix."""


@attrs.frozen(kw_only=True)
class PluginRecord:
    """What `codekit plugins` prints for one entry point.

    Args:
        name: Name of the entry point.
        distribution: Name of the installed distribution, or several joined by `, ` where they clash.
        version: Version of the distribution.
        status: `ok` or `broken`.
        systems: Ids of the code systems that it offers, sorted.
        backends: Names of the language-model backends that it offers, sorted.
        hooks: Names of the hooks that it and its systems implement, sorted.
        error: Why it is broken and what to do; empty otherwise.
    """

    name: str
    distribution: str
    version: str
    status: str
    systems: tuple[str, ...] = ()
    backends: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    error: str = ""


@attrs.frozen(kw_only=True)
class Plugins:
    """Every installed plugin.

    Args:
        loaded: The plugins that loaded, each in a plugin manager of its own, by name, sorted.
        claims: Offers of code systems, by plugin name.
        backends: Offers of backends, by plugin name.
        records: One per entry-point name, sorted.
        warnings: Which of them took long to load, in the same order.
        around: Makes the context in which their code runs.
    """

    loaded: Mapping[str, pluggy.PluginManager]
    claims: tuple[Claim, ...]
    backends: tuple[BackendClaim, ...]
    records: tuple[PluginRecord, ...]
    warnings: tuple[str, ...] = ()
    around: Around = nullcontext

    def system_ids(self) -> tuple[str, ...]:
        """Ids of the systems that can be opened, sorted: those that exactly one plugin offers."""
        counts = Counter(claim.info.id for claim in self.claims)
        return tuple(sorted(name for name, count in counts.items() if count == 1))

    def versions(self, names: Iterable[str]) -> Mapping[str, str]:
        """Say which distributions some plugins come from.

        Args:
            names: Names of plugins, or of their extensions.

        Returns:
            Distribution and version of each, as `medcodekit 0.1.0`, by name.
        """
        known = {record.name: f"{record.distribution} {record.version}" for record in self.records}
        return {name: known.get(name.removesuffix(EXTENSION), "unknown") for name in names}

    def claim(self, system_id: str) -> Claim:
        """Find the only plugin that offers a system.

        Args:
            system_id: As the plugin gave it in its `SystemInfo`.

        Returns:
            Its claim.

        Raises:
            UnknownSystemError: No plugin that loaded offers it.
            DuplicateSystemError: Several plugins do; the message names them.
        """
        found = [claim for claim in self.claims if claim.info.id == system_id]
        if not found:
            raise UnknownSystemError(system_id, {claim.info.id for claim in self.claims})
        names = " and ".join(sorted({repr(claim.plugin) for claim in found}))
        if " and " in names:
            raise DuplicateSystemError(
                f"code system {system_id!r} is offered by plugins {names}: uninstall all but one "
                "(`codekit plugins` names their distributions)"
            )
        if len(found) > 1:
            raise DuplicateSystemError(
                f"plugin {names} offers code system {system_id!r} twice; it must call register once per system"
            )
        return found[0]


def load_plugins(around: Around = nullcontext) -> Plugins:
    """Load every entry point of group `codekit`, each on its own.

    Args:
        around: Makes the context in which code of plugins runs, now and later; by default none.

    Returns:
        What loaded, and a record of everything that was found. A plugin that cannot be imported, asks for
        another API, implements an unknown hook or fails to register what it offers is `broken` and left out.
    """
    by_name: dict[str, list[metadata.EntryPoint]] = defaultdict(list)
    for entry in metadata.entry_points(group=GROUP):
        by_name[entry.name].append(entry)
    loaded: dict[str, pluggy.PluginManager] = {}
    claims: list[Claim] = []
    backends: list[BackendClaim] = []
    records: list[PluginRecord] = []
    warnings: list[str] = []
    for name, entries in sorted(by_name.items()):
        record = _blank_record(name, entries)
        start = thread_time()
        try:
            with around():
                manager, offered = _load(name, entries)
                models = _backends(name, manager)
            hooks = _all_hooks(manager, offered)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a plugin may even call sys.exit() when it is imported
            records.append(attrs.evolve(record, status="broken", error=_one_line(error)))
        else:
            loaded[name] = manager
            claims += offered
            backends += models
            systems = tuple(sorted(claim.info.id for claim in offered))
            names = tuple(sorted(claim.name for claim in models))
            records.append(attrs.evolve(record, systems=systems, backends=names, hooks=hooks))
        if (took := thread_time() - start) > SLOW_AFTER:
            warnings.append(
                f"plugin {name!r} takes {took:.1f} s of work to load, and every command waits for it; its author "
                "should import large libraries inside the functions that need them"
            )
    return Plugins(
        loaded=loaded,
        claims=tuple(claims),
        backends=tuple(backends),
        records=tuple(records),
        warnings=tuple(warnings),
        around=around,
    )


def make_manager(specs: type, implementations: Mapping[str, object]) -> pluggy.PluginManager:
    """Make a plugin manager that holds the given objects alone.

    A fresh one per purpose, because a registration that fails leaves the object half active in its manager.

    Args:
        specs: `PluginSpecs` or `SystemSpecs`.
        implementations: Objects with hooks by name; later ones are called first.

    Returns:
        The manager.

    Raises:
        PluginError: An object has no hooks, an unknown one, or one that asks for an argument it cannot get.
    """
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(specs)
    known = sorted(name for name in vars(specs) if name.startswith("codekit_"))
    for name, implementation in implementations.items():
        try:
            manager.register(implementation, name=name)
        except pluggy.PluginValidationError as error:
            raise PluginError(str(error)) from error
        callers = manager.get_hookcallers(implementation) or []
        if not callers:
            raise PluginError(f"{name!r} implements no hook; mark its functions with @hookimpl of codekit.plugin")
        for caller in callers:
            optional = all(impl.optionalhook for impl in caller.get_hookimpls())
            if not caller.has_spec() and not optional:
                raise PluginError(
                    f"unknown hook {caller.name!r}: misspelt, or the plugin is newer than codekit. "
                    f"Hooks here: {', '.join(known)}"
                )
    return manager


def _blank_record(name: str, entries: list[metadata.EntryPoint]) -> PluginRecord:
    distributions = sorted((entry.dist.name, entry.dist.version) for entry in entries if entry.dist)
    return PluginRecord(
        name=name,
        distribution=", ".join(dist for dist, _ in distributions) or "?",
        version=", ".join(version for _, version in distributions) or "?",
        status="ok",
    )


def _load(name: str, entries: list[metadata.EntryPoint]) -> tuple[pluggy.PluginManager, list[Claim]]:
    if len(entries) > 1:
        # pluggy's own loader would take the first and silently skip the others
        raise PluginError("several distributions use this entry-point name: uninstall all but one")
    plugin = entries[0].load()
    api = getattr(plugin, "CODEKIT_API", hookspecs.API_VERSION)
    if type(api) is not int:
        raise PluginError(f"its CODEKIT_API must be an integer, such as {hookspecs.API_VERSION}; got {api!r}")
    if api != hookspecs.API_VERSION:
        old = (
            "the plugin (`pip install -U`)" if api < hookspecs.API_VERSION else "codekit (`pip install -U medcodekit`)"
        )
        raise PluginError(f"needs plugin API {api}, this codekit speaks {hookspecs.API_VERSION}: update {old}")
    manager = make_manager(hookspecs.PluginSpecs, {name: plugin})
    registry = SystemRegistry(plugin=name)
    manager.hook.codekit_register_systems(register=registry)
    return manager, registry.claims


def _backends(name: str, manager: pluggy.PluginManager) -> list[BackendClaim]:
    registry = BackendRegistry(plugin=name)
    manager.hook.codekit_register_backends(register=registry)
    return registry.claims


def _all_hooks(manager: pluggy.PluginManager, claims: list[Claim]) -> tuple[str, ...]:
    managers = [manager, *(make_manager(hookspecs.SystemSpecs, {c.plugin: c.hooks}) for c in claims)]
    return tuple(
        sorted(
            {
                caller.name
                for held in managers
                for plugin in held.get_plugins()
                for caller in held.get_hookcallers(plugin) or ()
            }
        )
    )


def _one_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return text if isinstance(error, PluginError) else f"{type(error).__name__}: {text}".rstrip(": ")
