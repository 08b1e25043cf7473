"""What a plugin calls to offer its code systems and backends, and what is kept of each offer."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from codekit.plugins.hookspecs import hookimpl
from codekit.types import SystemInfo


class Hooks:
    """The hooks of a system, for a plugin that implements them by functions of its modules.

    Args:
        functions: Each by the name of its hook; its arguments bear the names of the hook's, and may be fewer.
    """

    def __init__(self, **functions: Callable[..., object]) -> None:
        for name, function in functions.items():
            setattr(self, name, hookimpl(function))


@attrs.frozen(kw_only=True)
class Claim:
    """One plugin's offer of one code system."""

    info: SystemInfo
    hooks: object
    plugin: str


@attrs.define
class SystemRegistry:
    """What a plugin calls to offer its code systems; an id claimed twice is listed but cannot be opened."""

    plugin: str
    claims: list[Claim] = attrs.field(factory=list)

    def __call__(self, info: SystemInfo, hooks: object) -> None:
        """Offer one code system.

        Args:
            info: Its identity.
            hooks: An object with hooks of `codekit.plugins.hookspecs.SystemSpecs`.

        Raises:
            TypeError: `info` is no `SystemInfo`, or `hooks` is a class.
        """
        if not isinstance(info, SystemInfo):
            raise TypeError(f"register(info, hooks): info must be a SystemInfo, got {type(info).__name__}")
        if isinstance(hooks, type):
            raise TypeError(f"register(info, hooks): hooks must be an object; call {hooks.__name__}() first")
        self.claims.append(Claim(info=info, hooks=hooks, plugin=self.plugin))


@attrs.frozen(kw_only=True)
class BackendClaim:
    """One plugin's offer of one backend: `module:Class` under a name."""

    name: str
    target: str
    plugin: str


@attrs.define
class BackendRegistry:
    """What a plugin calls to offer its backends for language models."""

    plugin: str
    claims: list[BackendClaim] = attrs.field(factory=list)

    def __call__(self, name: str, target: str) -> None:
        """Offer one backend.

        Args:
            name: What the user calls it.
            target: `module:Class`, imported when the backend is chosen and called with a
                `codekit.backends.Settings`; it gives a `codekit.backends.Backend`.

        Raises:
            ValueError: The target has another form.
        """
        module, _, attribute = target.partition(":")
        if not name or not module or not attribute:
            raise ValueError(f"register(name, target): expected 'module:Class' for {name!r}, got {target!r}")
        self.claims.append(BackendClaim(name=name, target=target, plugin=self.plugin))
