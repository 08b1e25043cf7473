"""What changed between two editions of a code system: codes, notes, index, guidelines, and likely successors."""

from __future__ import annotations

from codekit.editions.diff.changes import EditionDiff
from codekit.editions.diff.compare import diff
from codekit.editions.diff.report import diff_to_html
from codekit.editions.diff.serialize import diff_to_dict

__all__ = ["EditionDiff", "diff", "diff_to_dict", "diff_to_html"]
