"""The contract suites that every code system and its tables of phrases have to pass; they need pytest."""

from codekit.testing.contract import SystemContract
from codekit.testing.phrases import PhraseContract

__all__ = ["PhraseContract", "SystemContract"]
