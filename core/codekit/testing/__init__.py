"""The contract suite that every code system has to pass; it needs pytest."""

from codekit.testing.contract import SystemContract

__all__ = ["SystemContract"]
