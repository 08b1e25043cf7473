"""How findings and edits cite what they rest on."""

from __future__ import annotations

from codekit.plugin import Code, Release


def guideline(section: str, release: Release) -> str:
    """Cite a section of the official guidelines, by its id as printed."""
    return f"ICD-10-CM Official Guidelines {section} ({release.version})"


def tabular_note(origin: str, text: str, release: Release) -> str:
    """Cite a note of the tabular list, with the row under which it is printed."""
    return f"tabular list {release.version}, note at {origin}: {text}"


def tabular_title(row: Code, release: Release) -> str:
    """Cite the title of a row of the tabular list."""
    return f"tabular list {release.version}, title of {row.code}: {row.title}"
