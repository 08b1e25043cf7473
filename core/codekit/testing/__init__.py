"""The contract suites that every code system has to pass; they need pytest."""

from codekit.testing.contract import SystemContract
from codekit.testing.rules import RuleContract

__all__ = ["RuleContract", "SystemContract"]
