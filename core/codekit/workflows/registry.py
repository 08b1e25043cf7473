"""Workflows by name: codekit's own, and those that other distributions offer by an entry point."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from importlib import metadata
from typing import TYPE_CHECKING

from codekit.errors import PluginError, UsageError
from codekit.pipeline.coder import Coder

if TYPE_CHECKING:
    from codekit.workflows.kit import Kit

    Build = Callable[[Kit], Coder]

GROUP = "codekit.workflows"
"""Entry points of this group name a function that wires a coder from a `codekit.workflows.kit.Kit`."""

_BUILT_IN = {
    "rules": "codekit.workflows.clh:build_rules",
    "clh": "codekit.workflows.clh:build",
    "extract-retrieve-rerank": "codekit.workflows.rerank:build",
    "verify": "codekit.workflows.verify:build",
}


def list_workflows() -> tuple[str, ...]:
    """List the names of all workflows, codekit's own first; nothing is imported."""
    others = {entry.name for entry in metadata.entry_points(group=GROUP)}
    return (*_BUILT_IN, *sorted(others - _BUILT_IN.keys()))


def build(name: str, kit: Kit) -> Coder:
    """Wire a coder.

    Args:
        name: Name of the workflow.
        kit: What it is wired from.

    Returns:
        The coder.

    Raises:
        UsageError: There is no such workflow, or it needs what the kit does not have.
        PluginError: It cannot be loaded, or two distributions offer it.
    """
    coder = _find(name)(kit)
    if not isinstance(coder, Coder):
        raise PluginError(f"workflow {name!r} gave {type(coder).__name__} where a Coder is due")
    coder.provenance = kit.provenance(name)
    return coder


def _find(name: str) -> Build:
    entries = list(metadata.entry_points(group=GROUP, name=name))
    if name in _BUILT_IN:
        module, _, function = _BUILT_IN[name].partition(":")
        found: Build = getattr(importlib.import_module(module), function)
        return found
    if not entries:
        raise UsageError(f"unknown workflow {name!r}. Installed: {', '.join(list_workflows())}")
    if len(entries) > 1:
        names = " and ".join(sorted(entry.dist.name if entry.dist else "?" for entry in entries))
        raise PluginError(f"workflow {name!r} is offered by {names}: uninstall all but one")
    try:
        loaded: Build = entries[0].load()
    except Exception as error:
        raise PluginError(f"workflow {name!r} cannot be loaded: {type(error).__name__}; reinstall it") from error
    return loaded
