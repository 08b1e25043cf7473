"""The four steps in a row, by a model or by rules.

Source: Motzfeldt et al., Code Like Humans, Findings of EMNLP 2025.
"""

from __future__ import annotations

from codekit.pipeline.coder import Coder
from codekit.workflows.kit import Kind, Kit


def build(kit: Kit) -> Coder:
    """Wire the four agents, save those that the user wants done by rules."""
    return kit.coder(default=Kind.MODEL)


def build_rules(kit: Kit) -> Coder:
    """Wire the four steps by rules, save those that the user wants done by a model."""
    return kit.coder(default=Kind.RULES)
