"""ClaML, the Classification Markup Language: a flat list of classes, modifiers and rubrics that refer to each other.

`read_claml` gives a file in codekit's terms; what it is made of stands beside it, for files that need more.

Source: CEN/TS 14463:2007; ClaML 2.0.0, as the WHO and national publishers of its classifications use it.
"""

from __future__ import annotations

from codekit.formats.claml.file import ClamlFile, ClamlTitle, is_claml, read_file, read_title
from codekit.formats.claml.rows import ENGLISH, ClamlRelease, Hints, read_claml

__all__ = [
    "ENGLISH",
    "ClamlFile",
    "ClamlRelease",
    "ClamlTitle",
    "Hints",
    "is_claml",
    "read_claml",
    "read_file",
    "read_title",
]
