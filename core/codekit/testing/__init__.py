"""The contract suites that every code system, its rules and its tables of phrases have to pass; they need pytest."""

from codekit.testing.contract import SystemContract
from codekit.testing.phrases import PhraseContract
from codekit.testing.rules import RuleContract

__all__ = ["PhraseContract", "RuleContract", "SystemContract"]
