"""How findings and edits cite what they rest on.

The ids of the NHS standards (DRule, DConvention, DGCS, DCS) are not cited: they could not be verified against a copy.
"""

from __future__ import annotations

from codekit.plugin import Release


def volume_2(section: str) -> str:
    """Cite the WHO's instruction manual."""
    return f"WHO ICD-10 Volume 2 (2016), section {section}"


def standards(part: str) -> str:
    """Cite a part of the national standards by its heading."""
    return f"NHS National Clinical Coding Standards ICD-10 5th Edition (2020), {part}"


def tabular_note(origin: str, text: str, release: Release) -> str:
    """Cite a note of the tabular list, with the row under which it is printed."""
    return f"tabular list {release.version}, note at {origin}: {text}"


def tabular_list(code: str, release: Release) -> str:
    """Cite a row of the tabular list."""
    return f"tabular list {release.version}, {code}"
