"""Backends by name, each imported only when it is chosen."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import attrs

from codekit.backends.base import Backend
from codekit.backends.cache import Cache
from codekit.backends.replay import Recorder
from codekit.backends.settings import Settings
from codekit.errors import PluginError, UsageError
from codekit.registry import Plugins, load_plugins

_BUILT_IN = {
    "openai": "codekit.backends.openai_server:OpenAIServer",
    "replay": "codekit.backends.replay:Replay",
    "vllm": "codekit.backends.vllm_engine:VLLMEngine",
}


@attrs.define
class BackendRegistry:
    """What a plugin calls to offer its backends; a name can be taken once."""

    plugin: str
    targets: dict[str, str]

    def __call__(self, name: str, target: str) -> None:
        """Offer one backend.

        Args:
            name: What the user calls it.
            target: `module:Class`, imported when the backend is chosen and called with `Settings`; it gives a
                `codekit.backends.Backend`.

        Raises:
            ValueError: The name is taken, or the target has another form.
        """
        if name in self.targets:
            raise ValueError(f"backend {name!r} is there already: choose another name")
        module, _, attribute = target.partition(":")
        if not module or not attribute:
            raise ValueError(f"backend {name!r}: expected 'module:Class', got {target!r}")
        self.targets[name] = target


def list_backends(plugins: Plugins | None = None) -> dict[str, str]:
    """List the backends without importing them.

    Args:
        plugins: The installed plugins; None to load them.

    Returns:
        `module:Class` by name, sorted.

    Raises:
        PluginError: A plugin fails to register its backends.
    """
    targets = dict(_BUILT_IN)
    for name, manager in (plugins or load_plugins()).loaded.items():
        try:
            manager.hook.codekit_register_backends(register=BackendRegistry(name, targets))
        except Exception as error:
            raise PluginError(f"plugin {name!r} cannot register its backends: {error}; fix or uninstall it") from error
    return dict(sorted(targets.items()))


def open_backend(
    name: str,
    settings: Settings,
    *,
    record: Path | None = None,
    cache: Path | None = None,
    plugins: Plugins | None = None,
) -> Backend:
    """Open a backend; whoever opens it closes it.

    Args:
        name: Such as `openai`.
        settings: The model and how to reach it.
        record: Folder to record the answers in; None not to.
        cache: File to keep answers in; None not to.
        plugins: The installed plugins; None to load them.

    Returns:
        The backend; its answers are recorded whether they come from the model or the cache.

    Raises:
        UsageError: There is no such backend, its extra is not installed, or the settings do not suit it.
        PluginError: A plugin names a class that is not there.
        BackendError: The model, the recording or the cache cannot be used.
    """
    targets = list_backends(plugins)
    if name not in targets:
        raise UsageError(f"unknown backend {name!r}. Installed: {', '.join(targets)}")
    backend = _find(name, targets)(settings)
    try:
        if cache is not None:
            backend = Cache(backend, cache)
        return backend if record is None else Recorder(backend, record)
    except BaseException:
        backend.close()
        raise


def _find(name: str, targets: Mapping[str, str]) -> Callable[[Settings], Backend]:
    module, _, attribute = targets[name].partition(":")
    try:
        return cast("Callable[[Settings], Backend]", getattr(importlib.import_module(module), attribute))
    except (ImportError, AttributeError) as error:
        if name in _BUILT_IN:
            raise UsageError(f"backend {name!r} needs an extra: pip install 'medcodekit[{name}]'") from error
        raise PluginError(f"backend {name!r} cannot be imported: {error}; reinstall its plugin") from error
