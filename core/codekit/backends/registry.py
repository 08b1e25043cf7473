"""Backends by name, each imported only when it is chosen."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import cast

from codekit.backends.base import Backend
from codekit.backends.cache import Cache
from codekit.backends.replay import Recorder
from codekit.backends.settings import Settings
from codekit.errors import PluginError, UsageError
from codekit.plugins.registry import Plugins, load_plugins

_BUILT_IN = {
    "openai": "codekit.backends.openai_server:OpenAIServer",
    "replay": "codekit.backends.replay:Replay",
    "vllm": "codekit.backends.vllm_engine:VLLMEngine",
}


def list_backends(plugins: Plugins) -> tuple[str, ...]:
    """List the names of all backends, sorted; nothing is imported.

    Args:
        plugins: The installed plugins.
    """
    return tuple(sorted({*_BUILT_IN, *(claim.name for claim in plugins.backends)}))


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
        PluginError: Several plugins offer it, or the class that one names is not there.
        BackendError: The model, the recording or the cache cannot be used.
    """
    backend = _find(name, plugins or load_plugins())(settings)
    try:
        if cache is not None:
            backend = Cache(backend, cache)
        return backend if record is None else Recorder(backend, record)
    except BaseException:
        backend.close()
        raise


def _find(name: str, plugins: Plugins) -> Callable[[Settings], Backend]:
    offers = [("codekit", _BUILT_IN[name])] if name in _BUILT_IN else []
    offers += [(claim.plugin, claim.target) for claim in plugins.backends if claim.name == name]
    if not offers:
        raise UsageError(f"unknown backend {name!r}. Installed: {', '.join(list_backends(plugins))}")
    if len(offers) > 1:
        names = " and ".join(repr(plugin) for plugin, _ in offers)
        raise PluginError(f"backend {name!r} is offered by {names}: uninstall all plugins but one (`codekit plugins`)")
    plugin, target = offers[0]
    module, _, attribute = target.partition(":")
    try:
        return cast("Callable[[Settings], Backend]", getattr(importlib.import_module(module), attribute))
    except (ImportError, AttributeError) as error:
        if name in _BUILT_IN:
            raise UsageError(f"backend {name!r} needs an extra: pip install 'medcodekit[{name}]'") from error
        raise PluginError(f"backend {name!r} of plugin {plugin!r} cannot be imported: {error}; reinstall it") from error
